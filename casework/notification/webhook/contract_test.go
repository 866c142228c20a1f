package webhook_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework/notification/notificationtest"
	"github.com/needsled/needsled/casework/notification/webhook"
)

const agreed = "whsec_MTExMTExMTExMTExMTExMTExMTExMTEx"

// believer is a receiver that verifies and keeps what it is sent.
type believer struct {
	tb       testing.TB
	secret   webhook.Secret
	mu       sync.Mutex
	received []notificationtest.Received
	broken   bool
}

func (i *believer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.broken {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	e, err := webhook.Verify(r, []webhook.Secret{i.secret}, nil)
	if err != nil {
		http.Error(w, err.Error(), http.StatusUnauthorized)
		return
	}
	body, err := io.ReadAll(r.Body)
	assert.NoError(i.tb, err, "the body can be read again")
	i.received = append(i.received, notificationtest.Received{
		Key: e.Tenant + " " + e.Source + " " + e.ID, Tenant: e.Tenant, Kind: e.Kind, Case: e.Case, Seq: e.Seq, Type: e.Entry.Type, Body: body,
	})
}

func TestAWebhookKeepsTheContractOfANotifier(t *testing.T) {
	for _, body := range []webhook.Body{webhook.Bare, webhook.Full} {
		t.Run(string(body), func(t *testing.T) {
			notificationtest.Run(t, func(tb testing.TB) notificationtest.Subject {
				key, err := webhook.ParseSecret(agreed)
				require.NoError(tb, err)
				box := &believer{tb: tb, secret: key}
				server := httptest.NewServer(box)
				tb.Cleanup(server.Close)
				n, err := webhook.New(server.URL, []webhook.Secret{key}, &webhook.Options{AllowHTTP: true, AllowPrivate: true, Body: body})
				require.NoError(tb, err)
				tb.Cleanup(n.CloseIdleConnections)
				return notificationtest.Subject{
					Notifier: n,
					Received: func() []notificationtest.Received {
						box.mu.Lock()
						defer box.mu.Unlock()
						return slices.Clone(box.received)
					},
					Break: func() { box.mu.Lock(); box.broken = true; box.mu.Unlock() },
				}
			})
		})
	}
}
