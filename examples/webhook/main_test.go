package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2/protocol/http"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/notification/webhook"
)

func TestTheReceiverBelievesTheSenderAndNobodyElse(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), &out))
	assert.Equal(t, `received: needsled.contract.case.moved from https://council.example/commissioning
  tenant camden, entry 01000000-0000-0000-0000-000000000000/3: commence by ana.k, to in_force; reason ""
came before: 01000000-0000-0000-0000-000000000000/3
refused: verify webhook: a message has webhook-id, webhook-timestamp and a v1 signature in webhook-signature (webhook.signature_missing)
the forger is told: 401 Unauthorized
`, out.String())
}

// captured gives the request that a sender makes of a notification, and its body.
func captured(t *testing.T, body webhook.Body, n casework.Notification, secrets ...string) (*http.Request, []byte) {
	t.Helper()
	var request *http.Request
	var raw []byte
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		raw, _ = io.ReadAll(r.Body)
		request = r.Clone(t.Context())
		request.Body = io.NopCloser(bytes.NewReader(raw))
	}))
	defer server.Close()
	var parsed []webhook.Secret
	for _, text := range secrets {
		secret, err := webhook.ParseSecret(text)
		require.NoError(t, err)
		parsed = append(parsed, secret)
	}
	sender, err := webhook.New(server.URL, parsed, &webhook.Options{Body: body, AllowHTTP: true, AllowPrivate: true})
	require.NoError(t, err)
	require.NoError(t, sender.Notify(t.Context(), n))
	sender.CloseIdleConnections()
	return request, raw
}

func TestTheEventIsOneToTheCloudEventsSDK(t *testing.T) {
	alone := commenced()
	alone.Tenant = ""
	for _, c := range []struct {
		name string
		body webhook.Body
		n    casework.Notification
		ext  map[string]any
	}{
		{"bare", webhook.Bare, commenced(), map[string]any{"tenant": "camden", "sequence": "00000000000000000003", "partitionkey": "01000000-0000-0000-0000-000000000000"}},
		{"full", webhook.Full, commenced(), map[string]any{"tenant": "camden", "sequence": "00000000000000000003", "partitionkey": "01000000-0000-0000-0000-000000000000"}},
		{"without a tenant", webhook.Bare, alone, map[string]any{"sequence": "00000000000000000003", "partitionkey": "01000000-0000-0000-0000-000000000000"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			request, _ := captured(t, c.body, c.n, written)
			event, err := cloudevents.NewEventFromHTTPRequest(request)
			require.NoError(t, err)
			require.NoError(t, event.Validate())
			assert.Equal(t, "1.0", event.SpecVersion())
			assert.Equal(t, "01000000-0000-0000-0000-000000000000/3", event.ID())
			assert.Equal(t, "/needsled", event.Source())
			assert.Equal(t, "needsled.contract.case.moved", event.Type())
			assert.Equal(t, "01000000-0000-0000-0000-000000000000", event.Subject())
			assert.Equal(t, time.Date(2026, time.March, 2, 9, 0, 1, 0, time.UTC), event.Time())
			assert.Equal(t, "application/json", event.DataContentType())
			assert.Equal(t, c.ext, event.Extensions())
			var data struct{ Entry webhook.Entry }
			require.NoError(t, event.DataAs(&data))
			assert.Equal(t, c.body == webhook.Full, data.Entry.Reason == "all have signed")
		})
	}
}

func TestTheSignatureIsOneToTheStandardWebhooksLibrary(t *testing.T) {
	const newer = "whsec_ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="
	request, body := captured(t, webhook.Full, commenced(), newer, written)
	for _, secret := range []string{newer, written} {
		theirs, err := standardwebhooks.NewWebhook(secret)
		require.NoError(t, err)
		require.NoError(t, theirs.Verify(body, request.Header))
		require.Error(t, theirs.Verify(append([]byte(" "), body...), request.Header))
	}
}

func TestASignatureOfTheStandardWebhooksLibraryIsOneToTheReceiver(t *testing.T) {
	request, body := captured(t, webhook.Bare, commenced(), written)
	theirs, err := standardwebhooks.NewWebhook(written)
	require.NoError(t, err)
	now := time.Now()
	signature, err := theirs.Sign(request.Header.Get("webhook-id"), now, body)
	require.NoError(t, err)
	request.Header.Set("webhook-timestamp", strconv.FormatInt(now.Unix(), 10))
	request.Header.Set("webhook-signature", signature)
	secret, err := webhook.ParseSecret(written)
	require.NoError(t, err)
	event, err := webhook.Verify(request, []webhook.Secret{secret}, nil)
	require.NoError(t, err)
	assert.Equal(t, casework.State("in_force"), event.Entry.To)
}
