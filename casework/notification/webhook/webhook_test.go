package webhook_test

import (
	"bytes"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/notification/webhook"
)

// sentAt is when every message of these tests is sent.
var sentAt = time.Date(2026, time.March, 2, 9, 0, 5, 0, time.UTC)

func clock() time.Time { return sentAt }

func clockAt(t time.Time) func() time.Time { return func() time.Time { return t } }

// written is a secret as text, of 32 equal bytes.
func written(of byte) string {
	return "whsec_" + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{of}, 32))
}

func secret(t testing.TB, of byte) webhook.Secret {
	t.Helper()
	s, err := webhook.ParseSecret(written(of))
	require.NoError(t, err)
	return s
}

func secrets(t testing.TB, of ...byte) []webhook.Secret {
	t.Helper()
	var all []webhook.Secret
	for _, one := range of {
		all = append(all, secret(t, one))
	}
	return all
}

// inForce is a notification in which everything is set.
func inForce() casework.Notification {
	agency := casework.Agency{ID: "camden", Name: "London Borough of Camden", Sector: casework.Statutory}
	actor := casework.Person("ana.k", agency).For(casework.Actor{Kind: casework.KindPerson, ID: "lee.m", Name: "Lee Moss"})
	actor.Name = "Ana Kowalska"
	e := casework.Entry{
		Case: casework.CaseID{1}, Seq: 3, Type: "case.moved", Version: 1, Actor: actor,
		Effective: time.Date(2026, time.March, 2, 10, 0, 0, 0, time.FixedZone("", 3600)), Recorded: time.Date(2026, time.March, 2, 9, 0, 1, 250_000_000, time.UTC),
		Move: "commence", From: "signed", To: "in_force", Reason: "her son asked", Imported: true,
		Data: []byte(`{"person":"Mrs Day"}`), Salt: []byte("0123456789abcdef"),
	}
	e.Seal(casework.Hash{7})
	return casework.Notification{Tenant: "camden", Position: 7, Kind: "contract", Entry: e}
}

// message is a request as a receiver saw it.
type message struct {
	header http.Header
	body   []byte
	method string
	path   string
}

// request gives the message to be verified.
func (m message) request() *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/hook", bytes.NewReader(m.body))
	r.Header = m.header.Clone()
	return r
}

// inbox keeps the messages it is sent, and answers as it is told; 204 otherwise.
type inbox struct {
	mu     sync.Mutex
	all    []message
	answer http.HandlerFunc
}

func (i *inbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	i.mu.Lock()
	i.all = append(i.all, message{header: r.Header.Clone(), body: body, method: r.Method, path: r.URL.RequestURI()})
	i.mu.Unlock()
	if i.answer != nil {
		i.answer(w, r)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (i *inbox) messages() []message {
	i.mu.Lock()
	defer i.mu.Unlock()
	return append([]message(nil), i.all...)
}

// serve runs a receiver on loopback for the test, and gives its address.
func serve(t testing.TB, h http.Handler) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

// sender makes a notifier that may send to loopback, by its clock that stands still.
func sender(t testing.TB, endpoint string, change func(*webhook.Options), of ...byte) *webhook.Notifier {
	t.Helper()
	if len(of) == 0 {
		of = []byte{'a'}
	}
	o := webhook.Options{AllowHTTP: true, AllowPrivate: true, Clock: clock}
	if change != nil {
		change(&o)
	}
	n, err := webhook.New(endpoint, secrets(t, of...), &o)
	require.NoError(t, err)
	t.Cleanup(n.CloseIdleConnections)
	return n
}

// sent gives the message that the sender of a notification makes of it.
func sent(t testing.TB, n casework.Notification, change func(*webhook.Options), of ...byte) message {
	t.Helper()
	in := &inbox{}
	require.NoError(t, sender(t, serve(t, in), change, of...).Notify(t.Context(), n))
	all := in.messages()
	require.Len(t, all, 1)
	return all[0]
}
