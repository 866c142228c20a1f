package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	cloudevents "github.com/cloudevents/sdk-go/v2"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework/notification/notificationtest"
	"github.com/needsled/needsled/casework/notification/webhook"
)

func TestBothSidesAgree(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), &out))
	assert.Equal(t, `entry 1 of a cycle of camden: needsled.cycle.case.opened, by ana.k
entry 2 of a cycle of camden: needsled.cycle.brief.recorded, by ana.k
what nobody signed: 401 Unauthorized
`, out.String())
}

const shared = "whsec_bmVlZHMgY29tZSBmaXJzdCwgYWx3YXlz"

// sent gives a request as it arrives, with its body.
func sent(t *testing.T, body webhook.Body) (*http.Request, []byte) {
	t.Helper()
	secret, err := webhook.ParseSecret(shared)
	require.NoError(t, err)
	var got *http.Request
	var text []byte
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		text, _ = io.ReadAll(r.Body)
		got = r.Clone(r.Context())
		got.Body = io.NopCloser(bytes.NewReader(text))
	}))
	defer server.Close()
	n, err := webhook.New(server.URL, []webhook.Secret{secret}, &webhook.Options{AllowHTTP: true, AllowPrivate: true, Body: body})
	require.NoError(t, err)
	defer n.CloseIdleConnections()
	require.NoError(t, n.Notify(t.Context(), notificationtest.Notifications("camden", 1, 1)[0]))
	return got, text
}

func TestTheEnvelopeIsOneForTheOfficialCloudEventsSDK(t *testing.T) {
	for _, body := range []webhook.Body{webhook.Bare, webhook.Full} {
		r, _ := sent(t, body)
		event, err := cloudevents.NewEventFromHTTPRequest(r)
		require.NoError(t, err)
		require.NoError(t, event.Validate())
		assert.Equal(t, "1.0", event.SpecVersion())
		assert.Equal(t, "needsled.cycle.need.identified", event.Type())
		assert.Equal(t, "application/json", event.DataContentType())
		assert.Equal(t, "camden", event.Extensions()["tenant"])
		assert.Equal(t, "00000000000000000001", event.Extensions()["sequence"])
		var data struct {
			Kind  string        `json:"kind"`
			Entry webhook.Entry `json:"entry"`
		}
		require.NoError(t, event.DataAs(&data))
		assert.Equal(t, "cycle", data.Kind)
		assert.EqualValues(t, 1, data.Entry.Seq)
	}
}

func TestTheSignatureIsOneForTheStandardWebhooksLibrary(t *testing.T) {
	official, err := standardwebhooks.NewWebhook(shared)
	require.NoError(t, err)
	r, body := sent(t, webhook.Bare)
	require.NoError(t, official.Verify(body, r.Header))
	require.Error(t, official.Verify(append(body, ' '), r.Header))
}
