package webhook_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/notification"
	"github.com/needsled/needsled/casework/notification/notificationtest"
	"github.com/needsled/needsled/casework/notification/webhook"
)

// morning is when messages are sent and received in these tests.
var morning = time.Date(2026, time.March, 2, 9, 30, 0, 0, time.UTC)

func at(t time.Time) func() time.Time { return func() time.Time { return t } }

// secret gives one whose key is all of one byte.
func secret(tb testing.TB, text string) webhook.Secret {
	tb.Helper()
	s, err := webhook.ParseSecret(text)
	require.NoError(tb, err)
	return s
}

const (
	oldSecret = "whsec_MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAw" // 24 bytes
	newSecret = "whsec_MTExMTExMTExMTExMTExMTExMTExMTEx"
)

// local are options for a receiver on this machine.
func local(more ...func(*webhook.Options)) *webhook.Options {
	o := &webhook.Options{AllowHTTP: true, AllowPrivate: true, Timeout: 20 * time.Second, Clock: at(morning)}
	for _, set := range more {
		set(o)
	}
	return o
}

// sending gives a notifier that sends to a handler.
func sending(tb testing.TB, handler http.HandlerFunc, more ...func(*webhook.Options)) (*webhook.Notifier, string) {
	tb.Helper()
	server := httptest.NewServer(handler)
	tb.Cleanup(server.Close)
	return to(tb, server.URL+"/hooks", more...), server.URL
}

func to(tb testing.TB, endpoint string, more ...func(*webhook.Options)) *webhook.Notifier {
	tb.Helper()
	n, err := webhook.New(endpoint, []webhook.Secret{secret(tb, newSecret)}, local(more...))
	require.NoError(tb, err)
	tb.Cleanup(n.CloseIdleConnections)
	return n
}

func one() casework.Notification { return notificationtest.Notifications("camden", 1, 1)[0] }

// inbox is a receiver that verifies and keeps what it is sent.
type inbox struct {
	tb       testing.TB
	mu       sync.Mutex
	received []notificationtest.Received
	broken   bool
}

func (i *inbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.broken {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	e, err := webhook.Verify(r, []webhook.Secret{secret(i.tb, newSecret)}, &webhook.VerifyOptions{Clock: at(morning)})
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
				box := &inbox{tb: tb}
				n, _ := sending(tb, box.ServeHTTP, func(o *webhook.Options) { o.Body = body })
				return notificationtest.Subject{
					Notifier: n,
					Received: func() []notificationtest.Received {
						box.mu.Lock()
						defer box.mu.Unlock()
						return append([]notificationtest.Received(nil), box.received...)
					},
					Break: func() { box.mu.Lock(); box.broken = true; box.mu.Unlock() },
				}
			})
		})
	}
}

func TestAnEventSaysWhatHappenedAndNoMoreThanIsAskedFor(t *testing.T) {
	sent := func(t *testing.T, body webhook.Body) (string, http.Header) {
		var got []byte
		var header http.Header
		n, _ := sending(t, func(_ http.ResponseWriter, r *http.Request) {
			got, _ = io.ReadAll(r.Body)
			header = r.Header
		}, func(o *webhook.Options) { o.Body = body })
		note := one()
		note.Entry.Actor.Name = "Ana Kowalska"
		note.Entry.Actor = note.Entry.Actor.For(casework.Actor{Kind: casework.KindPerson, ID: "bea", Name: "Beatrice Osei"})
		require.NoError(t, n.Notify(t.Context(), note))
		return string(got), header
	}
	bare, header := sent(t, "")
	assert.Equal(t, "application/cloudevents+json", header.Get("Content-Type"))
	assert.Equal(t, "1772443800", header.Get("webhook-timestamp"))
	assert.Equal(t, "00000000-0000-7000-8000-000000000001/1", header.Get("webhook-id"))
	assert.JSONEq(t, `{"specversion":"1.0","id":"00000000-0000-7000-8000-000000000001/1","source":"/needsled","type":"needsled.cycle.need.identified",
"subject":"00000000-0000-7000-8000-000000000001","time":"2026-03-01T10:00:00Z","datacontenttype":"application/json","tenant":"camden",
"sequence":"00000000000000000001","partitionkey":"00000000-0000-7000-8000-000000000001",
"data":{"kind":"cycle","position":1,"entry":{"case":"00000000-0000-7000-8000-000000000001","seq":1,"type":"need.identified","version":1,
"actor":{"kind":"person","id":"ana.k","agency":{"id":"camden"},"on_behalf_of":{"kind":"person","id":"bea"}},
"effective":"2026-03-01T09:00:00+01:00","recorded":"2026-03-01T10:00:00Z"}}}`, bare)
	full, _ := sent(t, webhook.Full)
	for _, private := range []string{"Kowalska", "Osei", "statement", "change"} {
		assert.NotContains(t, bare, private)
		assert.Contains(t, full, private)
	}
	assert.NotContains(t, full, "salt")
}

func TestEveryAnswerIsHandledInItsWay(t *testing.T) {
	for _, c := range []struct {
		name   string
		status int
		wait   string
		fate   notification.Fate
		after  time.Duration
	}{
		{"200 is delivered", 200, "", "", 0},
		{"202 is delivered", 202, "", "", 0},
		{"204 is delivered", 204, "", "", 0},
		{"a redirect is not followed", 302, "", notification.Again, 0},
		{"nothing is not modified", 304, "", notification.Again, 0},
		{"400 will not have it", 400, "", notification.Never, 0},
		{"401 will not have it", 401, "", notification.Never, 0},
		{"404 will not have it", 404, "", notification.Never, 0},
		{"410 wants no more", 410, "", notification.Gone, 0},
		{"408 may have it", 408, "", notification.Again, 0},
		{"425 may have it", 425, "", notification.Again, 0},
		{"429 may have it", 429, "", notification.Again, 0},
		{"429 says when, in seconds", 429, "120", notification.Again, 2 * time.Minute},
		{"429 says when, as a date", 429, "Mon, 02 Mar 2026 09:35:00 GMT", notification.Again, 5 * time.Minute},
		{"a date that is past is at once", 429, "Mon, 02 Mar 2026 09:00:00 GMT", notification.Again, 0},
		{"a wait has a limit", 503, "99999999999999999999", notification.Again, 24 * time.Hour},
		{"a wait that cannot be read is none", 503, "soon", notification.Again, 0},
		{"a negative wait is none", 503, "-5", notification.Again, 0},
		{"500 may have it", 500, "", notification.Again, 0},
		{"500 does not say when", 500, "120", notification.Again, 0},
		{"503 says when", 503, "7", notification.Again, 7 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			n, at := sending(t, func(w http.ResponseWriter, _ *http.Request) {
				if c.wait != "" {
					w.Header().Set("Retry-After", c.wait)
				}
				w.WriteHeader(c.status)
			})
			err := n.Notify(t.Context(), one())
			fate, after := notification.FateOf(err)
			assert.Equal(t, c.fate, fate)
			assert.Equal(t, c.after, after)
			if c.fate == "" {
				require.NoError(t, err)
				return
			}
			answer, is := errors.AsType[*webhook.AnswerError](err)
			require.True(t, is)
			assert.Equal(t, c.status, answer.Status)
			assert.Contains(t, err.Error(), "not delivered to "+at+"/hooks")
		})
	}
}

func TestARedirectLeadsNowhere(t *testing.T) {
	second := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the redirect was followed") }))
	defer second.Close()
	n, _ := sending(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, second.URL, http.StatusTemporaryRedirect)
	})
	require.ErrorContains(t, n.Notify(t.Context(), one()), "307 Temporary Redirect, and redirects are not followed")
}

func TestAnErrorQuotesTheReceiverPlainlyAndBriefly(t *testing.T) {
	n, _ := sending(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprintf(w, "\x1b[31mno\x00 such\n\tcase\xff %s", strings.Repeat("é", 500))
	})
	err := n.Notify(t.Context(), one())
	answer, is := errors.AsType[*webhook.AnswerError](err)
	require.True(t, is)
	assert.True(t, strings.HasPrefix(answer.Quoted, "[31mno such case éé"), answer.Quoted)
	assert.Len(t, []rune(answer.Quoted), 200)
}

func TestNoErrorShowsASecretOrAQuery(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, "no such hook: "+r.URL.String(), http.StatusBadGateway)
	}))
	defer server.Close()
	n := to(t, server.URL+"/hooks?token=hush")
	err := n.Notify(t.Context(), one())
	require.Error(t, err)
	server.Close()
	for _, err := range []error{err, n.Notify(t.Context(), one())} {
		assert.NotContains(t, err.Error(), "hush")
		assert.NotContains(t, fmt.Sprintf("%+v %#v", n, n), "MTEx")
	}
	assert.NotContains(t, n.String(), "hush")
	s := secret(t, newSecret)
	var out bytes.Buffer
	slog.New(slog.NewTextHandler(&out, nil)).Info("made", "secret", s)
	written, err := json.Marshal(struct{ Secret webhook.Secret }{s})
	require.NoError(t, err)
	for _, text := range []string{fmt.Sprintf("%v %+v %#v %s %d %x", s, s, s, s, s, s), out.String(), string(written)} {
		assert.NotContains(t, text, "MTEx")
		assert.NotContains(t, text, "1111")
		assert.Contains(t, text, "whsec_***")
	}
}

func TestWhereThePublicCannotGoNoWebhookGoes(t *testing.T) {
	for _, host := range []string{
		"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "169.254.169.254", "10.0.0.1", "172.16.0.1", "192.168.1.1",
		"100.64.0.1", "0.0.0.0", "[::]", "[fe80::1]", "[fc00::1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "224.0.0.1", "255.255.255.255",
		"192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "240.0.0.1", "[2001:db8::1]", "[ff02::1]", "[2001::1]",
	} {
		t.Run(host, func(t *testing.T) {
			n := to(t, "http://"+host+":9/hooks", func(o *webhook.Options) { o.AllowPrivate = false })
			err := n.Notify(t.Context(), one())
			require.ErrorIs(t, err, webhook.ErrAddress)
			fate, _ := notification.FateOf(err)
			assert.Equal(t, notification.Again, fate, "a name or a setting may be put right")
		})
	}
}

func TestASlowReceiverIsGivenUp(t *testing.T) {
	left := make(chan struct{})
	n, _ := sending(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // so that the server notices that the sender left
		<-r.Context().Done()
		close(left)
	}, func(o *webhook.Options) { o.Timeout = 50 * time.Millisecond })
	err := n.Notify(t.Context(), one())
	require.ErrorIs(t, err, context.DeadlineExceeded)
	assert.Contains(t, err.Error(), "no answer within 50ms")
	fate, _ := notification.FateOf(err)
	assert.Equal(t, notification.Again, fate)
	<-left
}

func TestACallerMayGiveUp(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	n, _ := sending(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		cancel()
		<-r.Context().Done()
	})
	require.ErrorIs(t, n.Notify(ctx, one()), context.Canceled)
}

func TestADeadReceiverIsTriedAgain(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	n := to(t, "http://"+l.Addr().String())
	require.NoError(t, l.Close())
	err = n.Notify(t.Context(), one())
	require.ErrorIs(t, err, notification.ErrUndelivered)
	fate, _ := notification.FateOf(err)
	assert.Equal(t, notification.Again, fate)
}

// raw answers every connection with bytes of the test's own.
func raw(t *testing.T, answer func(c net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var serving sync.WaitGroup
	t.Cleanup(func() { _ = l.Close(); serving.Wait() })
	serving.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			serving.Go(func() {
				defer func() { _ = c.Close() }()
				_, _ = c.Read(make([]byte, 4096))
				answer(c)
			})
		}
	})
	return "http://" + l.Addr().String()
}

func TestAReceiverThatFloodsDoesNoHarm(t *testing.T) {
	flood := bytes.Repeat([]byte("x"), 1<<16)
	for name, c := range map[string]struct {
		begin string
		then  []byte
		fate  notification.Fate
	}{
		"a body without end":              {"HTTP/1.1 500 Oh\r\n\r\n", flood, notification.Again},
		"a delivery with an endless body": {"HTTP/1.1 200 OK\r\n\r\n", flood, ""},
		"headers without end":             {"HTTP/1.1 200 OK\r\nX: ", flood, notification.Again},
		"early hints without end":         {"", []byte("HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n"), notification.Again},
	} {
		t.Run(name, func(t *testing.T) {
			n := to(t, raw(t, func(conn net.Conn) {
				_, err := io.WriteString(conn, c.begin)
				for sent := 0; err == nil && sent < 64<<20; sent += len(c.then) {
					_, err = conn.Write(c.then)
				}
			}))
			err := n.Notify(t.Context(), one())
			fate, _ := notification.FateOf(err)
			assert.Equal(t, c.fate, fate)
		})
	}
}

func TestAReceiverThatHangsUpHasNotAnswered(t *testing.T) {
	for name, answer := range map[string]string{
		"at once":                      "",
		"in the status line":           "HTTP/1.1 20",
		"in the headers":               "HTTP/1.1 200 OK\r\nX: y",
		"with what is no HTTP":         "220 smtp.example ESMTP\r\n",
		"with no status anybody knows": "HTTP/1.1 99 Hm\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			n := to(t, raw(t, func(c net.Conn) { _, _ = io.WriteString(c, answer) }))
			err := n.Notify(t.Context(), one())
			require.ErrorIs(t, err, notification.ErrUndelivered)
			fate, _ := notification.FateOf(err)
			assert.Equal(t, notification.Again, fate)
		})
	}
}

func TestWhatIsNoEventIsNeverDelivered(t *testing.T) {
	n, _ := sending(t, func(http.ResponseWriter, *http.Request) { t.Error("it was sent") })
	for name, spoil := range map[string]func(*casework.Notification){
		"no case":       func(n *casework.Notification) { n.Entry.Case = casework.CaseID{} },
		"no sequence":   func(n *casework.Notification) { n.Entry.Seq = 0 },
		"an odd tenant": func(n *casework.Notification) { n.Tenant = "cam\nden" },
		"no kind":       func(n *casework.Notification) { n.Kind = "" },
		"no type":       func(n *casework.Notification) { n.Entry.Type = "" },
	} {
		note := one()
		spoil(&note)
		err := n.Notify(t.Context(), note)
		require.ErrorIs(t, err, casework.ErrInvalid, name)
		fate, _ := notification.FateOf(err)
		assert.Equal(t, notification.Never, fate, name)
	}
}

func TestWhatIsWrongWithASenderIsSaidAllAtOnce(t *testing.T) {
	_, err := webhook.New("ftp://user:hush@example.com/", nil, &webhook.Options{Source: "a b", Body: "most", Timeout: -1})
	invalid, is := errors.AsType[*casework.InvalidError](err)
	require.True(t, is)
	for _, code := range []string{
		"webhook.endpoint_scheme", "webhook.endpoint_userinfo", "webhook.secret_missing", "webhook.source_malformed", "webhook.body_unknown", "webhook.timeout_negative",
	} {
		assert.True(t, invalid.Has(code), code)
	}
	assert.NotContains(t, err.Error(), "hush")
	for _, endpoint := range []string{"", "://", "https://", "https://example.com/#part", "http://example.com"} {
		_, err := webhook.New(endpoint, []webhook.Secret{secret(t, newSecret), {}}, nil)
		require.ErrorIs(t, err, casework.ErrInvalid, endpoint)
	}
	for _, text := range []string{"", "whsec_", "MDAw", "whsec_MDAw", "whsec_!!!!", "whsec_MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAw\n", "whsec_" + strings.Repeat("MDAw", 30)} {
		_, err := webhook.ParseSecret(text)
		require.ErrorIs(t, err, casework.ErrInvalid, text)
	}
}
