package webhook_test

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/notification"
	"github.com/needsled/needsled/casework/notification/webhook"
)

func TestAllThatIsWrongWithASenderIsSaidAtOnce(t *testing.T) {
	good := secrets(t, 'a')
	for _, c := range []struct {
		name     string
		endpoint string
		secrets  []webhook.Secret
		o        *webhook.Options
		faults   []string
	}{
		{"the defaults will do", "https://finance.example/hook", good, nil, nil},
		{"a port and a query may be there", "https://finance.example:8443/hook?token=1", good, nil, nil},
		{"http has to be allowed", "http://finance.example/hook", good, nil, []string{"endpoint webhook.endpoint_scheme"}},
		{"http may be allowed", "http://finance.example/hook", good, &webhook.Options{AllowHTTP: true}, nil},
		{"another scheme is never allowed", "ftp://finance.example/hook", good, &webhook.Options{AllowHTTP: true}, []string{"endpoint webhook.endpoint_scheme"}},
		{"an endpoint has a host", "https:///hook", good, nil, []string{"endpoint webhook.endpoint_malformed"}},
		{"an endpoint is a URL", "https://finance.example:port\x00", good, nil, []string{"endpoint webhook.endpoint_malformed"}},
		{"an endpoint is not a name", "finance.example", good, nil, []string{"endpoint webhook.endpoint_malformed"}},
		{"an endpoint has no fragment", "https://finance.example/#hook", good, nil, []string{"endpoint webhook.endpoint_malformed"}},
		{"there is a secret", "https://finance.example/hook", nil, nil, []string{"secrets webhook.secret_missing"}},
		{"every secret is one", "https://finance.example/hook", []webhook.Secret{good[0], {}}, nil, []string{"secrets[1] webhook.secret_missing"}},
		{"a source is a reference", "https://finance.example/hook", good, &webhook.Options{Source: "council of camden"}, []string{"source webhook.source_malformed"}},
		{"a source has no broken escape", "https://finance.example/hook", good, &webhook.Options{Source: "/%zz"}, []string{"source webhook.source_malformed"}},
		{
			"all at once", "http://ana:hunter2@finance.example/hook",
			[]webhook.Secret{{}},
			&webhook.Options{Source: "<>", Body: "half", Timeout: -1},
			[]string{
				"endpoint webhook.endpoint_scheme", "endpoint webhook.endpoint_userinfo", "secrets[0] webhook.secret_missing",
				"source webhook.source_malformed", "body webhook.body_unknown", "timeout webhook.timeout_negative",
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			n, err := webhook.New(c.endpoint, c.secrets, c.o)
			if len(c.faults) == 0 {
				require.NoError(t, err)
				assert.NotNil(t, n)
				return
			}
			var invalid *casework.InvalidError
			require.ErrorAs(t, err, &invalid)
			var have []string
			for _, f := range invalid.Faults {
				have = append(have, f.Path+" "+f.Code)
				assert.NotEmpty(t, f.Message)
			}
			assert.Equal(t, c.faults, have)
			assert.NotContains(t, err.Error(), "hunter2")
			assert.Nil(t, n)
		})
	}
}

func TestAnEventIsBareUnlessMoreIsAskedFor(t *testing.T) {
	bare := sent(t, inForce(), nil)
	assert.Equal(t, http.MethodPost, bare.method)
	assert.Equal(t, "application/cloudevents+json", bare.header.Get("Content-Type"))
	assert.Equal(t, "01000000-0000-0000-0000-000000000000/3", bare.header.Get("webhook-id"))
	assert.Equal(t, "1772442005", bare.header.Get("webhook-timestamp"))
	assert.Equal(t, `{"specversion":"1.0","id":"01000000-0000-0000-0000-000000000000/3","source":"/needsled","type":"needsled.contract.case.moved",`+
		`"subject":"01000000-0000-0000-0000-000000000000","time":"2026-03-02T09:00:01.25Z","datacontenttype":"application/json",`+
		`"tenant":"camden","sequence":"00000000000000000003","partitionkey":"01000000-0000-0000-0000-000000000000",`+
		`"data":{"kind":"contract","position":7,"entry":{"case":"01000000-0000-0000-0000-000000000000","seq":3,"type":"case.moved","version":1,`+
		`"actor":{"kind":"person","id":"ana.k","agency":{"id":"camden"},"on_behalf_of":{"kind":"person","id":"lee.m"}},`+
		`"effective":"2026-03-02T10:00:00+01:00","recorded":"2026-03-02T09:00:01.25Z","move":"commence","from":"signed","to":"in_force","imported":true}}}`, string(bare.body))

	full := sent(t, inForce(), func(o *webhook.Options) { o.Body, o.Source = webhook.Full, "https://council.example/commissioning" })
	var read struct {
		Source string `json:"source"`
		Data   struct {
			Entry map[string]any `json:"entry"`
		} `json:"data"`
	}
	require.NoError(t, json.Unmarshal(full.body, &read))
	e := inForce().Entry
	assert.Equal(t, "https://council.example/commissioning", read.Source)
	assert.Equal(t, "her son asked", read.Data.Entry["reason"])
	assert.Equal(t, map[string]any{"person": "Mrs Day"}, read.Data.Entry["data"])
	assert.Equal(t, []any{e.Content.String(), e.Prev.String(), e.Hash.String()}, []any{read.Data.Entry["content"], read.Data.Entry["prev"], read.Data.Entry["hash"]})
	assert.Contains(t, string(full.body), "Ana Kowalska")
	for _, m := range []message{bare, full} {
		assert.NotContains(t, string(m.body), "salt")
		assert.NotContains(t, string(m.body), "MDEyMzQ1Njc4OWFiY2RlZg", "the salt in base64")
	}
}

func TestAFullEntryReadsAsTheJournalWroteItButForTheSalt(t *testing.T) {
	m := sent(t, inForce(), func(o *webhook.Options) { o.Body = webhook.Full })
	var read struct {
		Data struct {
			Entry casework.Entry `json:"entry"`
		} `json:"data"`
	}
	require.NoError(t, json.Unmarshal(m.body, &read))
	want, err := json.Marshal(func() casework.Entry { e := inForce().Entry; e.Salt = nil; return e }())
	require.NoError(t, err)
	have, err := json.Marshal(read.Data.Entry)
	require.NoError(t, err)
	assert.JSONEq(t, string(want), string(have), "every field of an entry is sent under its own name")
}

func TestWithoutATenantTheAttributeIsLeftOut(t *testing.T) {
	n := inForce()
	n.Tenant = ""
	assert.NotContains(t, string(sent(t, n, nil).body), "tenant")
}

func TestWhatCannotBeAnEventIsNeverSent(t *testing.T) {
	for name, change := range map[string]func(*casework.Notification){
		"an entry without a case":            func(n *casework.Notification) { n.Entry.Case = casework.CaseID{} },
		"an entry without a sequence":        func(n *casework.Notification) { n.Entry.Seq = 0 },
		"a tenant with a control character":  func(n *casework.Notification) { n.Tenant = "cam\nden" },
		"a tenant that is not text":          func(n *casework.Notification) { n.Tenant = "\xff" },
		"no kind":                            func(n *casework.Notification) { n.Kind = "" },
		"no type":                            func(n *casework.Notification) { n.Entry.Type = "" },
		"data that are not JSON":             func(n *casework.Notification) { n.Entry.Data = []byte(`{"person":`) },
		"a time that cannot be written down": func(n *casework.Notification) { n.Entry.Recorded = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) },
	} {
		t.Run(name, func(t *testing.T) {
			in := &inbox{}
			note := inForce()
			change(&note)
			err := sender(t, serve(t, in), func(o *webhook.Options) { o.Body = webhook.Full }).Notify(t.Context(), note)
			fate, _ := notification.FateOf(err)
			assert.Equal(t, notification.Never, fate)
			assert.NotContains(t, err.Error(), "Day")
			assert.Empty(t, in.messages())
		})
	}
}

func TestARedeliveryHasTheSameID(t *testing.T) {
	in := &inbox{}
	to := serve(t, in)
	later := sentAt.Add(time.Hour)
	require.NoError(t, sender(t, to, nil).Notify(t.Context(), inForce()))
	require.NoError(t, sender(t, to, func(o *webhook.Options) { o.Clock = clockAt(later) }).Notify(t.Context(), inForce()))
	all := in.messages()
	require.Len(t, all, 2)
	first, err := webhook.Verify(all[0].request(), secrets(t, 'a'), &webhook.VerifyOptions{Clock: clock})
	require.NoError(t, err)
	second, err := webhook.Verify(all[1].request(), secrets(t, 'a'), &webhook.VerifyOptions{Clock: clockAt(later)})
	require.NoError(t, err)
	assert.Equal(t, time.Hour, second.Sent.Sub(first.Sent))
	second.Sent = first.Sent
	assert.Equal(t, first, second)
	assert.NotEqual(t, all[0].header.Get("webhook-signature"), all[1].header.Get("webhook-signature"))
}

func TestTheStatusOfAnAnswerSaysWhatBecomesOfTheNotification(t *testing.T) {
	for _, c := range []struct {
		status int
		fate   notification.Fate
	}{
		{200, ""},
		{201, ""},
		{202, ""},
		{204, ""},
		{226, ""},
		{299, ""},
		{300, notification.Again},
		{301, notification.Again},
		{302, notification.Again},
		{303, notification.Again},
		{304, notification.Again},
		{307, notification.Again},
		{308, notification.Again},
		{400, notification.Never},
		{401, notification.Never},
		{403, notification.Never},
		{404, notification.Never},
		{405, notification.Never},
		{408, notification.Again},
		{409, notification.Never},
		{410, notification.Gone},
		{413, notification.Never},
		{415, notification.Never},
		{422, notification.Never},
		{425, notification.Again},
		{429, notification.Again},
		{451, notification.Never},
		{499, notification.Never},
		{500, notification.Again},
		{501, notification.Again},
		{502, notification.Again},
		{503, notification.Again},
		{504, notification.Again},
		{599, notification.Again},
		{600, notification.Again},
		{999, notification.Again},
	} {
		t.Run(fmt.Sprintf("status %d is fate %q", c.status, c.fate), func(t *testing.T) {
			in := &inbox{answer: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(c.status) }}
			err := sender(t, serve(t, in), nil).Notify(t.Context(), inForce())
			fate, after := notification.FateOf(err)
			assert.Equal(t, c.fate, fate)
			assert.Zero(t, after)
			assert.Len(t, in.messages(), 1)
			if c.fate == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, notification.ErrUndelivered)
			var answer *webhook.AnswerError
			require.ErrorAs(t, err, &answer)
			assert.Equal(t, c.status, answer.Status)
			assert.Contains(t, err.Error(), fmt.Sprintf("the answer is %d", c.status))
		})
	}
}

func TestRetryAfterIsHeededWith429And503(t *testing.T) {
	for _, c := range []struct {
		name   string
		status int
		value  string
		after  time.Duration
	}{
		{"seconds with 429", 429, "120", 2 * time.Minute},
		{"seconds with 503", 503, "120", 2 * time.Minute},
		{"a date with 503", 503, "Mon, 02 Mar 2026 09:01:05 GMT", time.Minute},
		{"garbage is no wait", 503, "soon", 0},
		{"none is no wait", 503, "", 0},
		{"not with 500", 500, "120", 0},
		{"not with 400", 400, "120", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := &inbox{answer: func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", c.value)
				w.WriteHeader(c.status)
			}}
			_, after := notification.FateOf(sender(t, serve(t, in), nil).Notify(t.Context(), inForce()))
			assert.Equal(t, c.after, after)
		})
	}
}

func TestTheFormsOfRetryAfter(t *testing.T) {
	for _, c := range []struct {
		name, value string
		want        time.Duration
	}{
		{"no value", "", 0},
		{"no time", "0", 0},
		{"seconds", "90", 90 * time.Second},
		{"seconds with zeros before them", "0090", 90 * time.Second},
		{"a day", "86400", 24 * time.Hour},
		{"more than a day", "86401", 24 * time.Hour},
		{"more than a number holds", "99999999999999999999999999", 24 * time.Hour},
		{"a number below zero", "-5", 0},
		{"a number with a sign", "+5", 0},
		{"a broken number", "1.5", 0},
		{"digits of another script", "٣", 0},
		{"a date", "Mon, 02 Mar 2026 10:00:05 GMT", time.Hour},
		{"a date as it was written once", "Monday, 02-Mar-26 10:00:05 GMT", time.Hour},
		{"a date as C writes it", "Mon Mar  2 10:00:05 2026", time.Hour},
		{"a date gone by", "Mon, 02 Mar 2020 10:00:05 GMT", 0},
		{"a date far off", "Mon, 02 Mar 2099 10:00:05 GMT", 24 * time.Hour},
		{"a date beyond what can be subtracted", "Mon, 02 Mar 9999 10:00:05 GMT", 24 * time.Hour},
	} {
		t.Run(c.name, func(t *testing.T) { assert.Equal(t, c.want, webhook.RetryAfter(c.value, sentAt)) })
	}
}

func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{"", "120", "-1", "99999999999999999999", "Mon, 02 Mar 2026 10:00:05 GMT", "1e9", "\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		got := webhook.RetryAfter(value, sentAt)
		if got < 0 || got > 24*time.Hour {
			t.Fatalf("%q gives %s", value, got)
		}
	})
}

func TestARedirectIsNotFollowed(t *testing.T) {
	second := &inbox{}
	elsewhere := serve(t, second) + "/elsewhere?token=hunter2"
	for _, status := range []int{301, 302, 303, 307, 308} {
		first := &inbox{answer: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", elsewhere)
			w.WriteHeader(status)
		}}
		err := sender(t, serve(t, first), nil).Notify(t.Context(), inForce())
		require.ErrorIs(t, err, notification.ErrUndelivered)
		assert.Contains(t, err.Error(), "redirects are not followed")
		assert.NotContains(t, err.Error(), "elsewhere")
	}
	assert.Empty(t, second.messages())
}

func TestAnErrorQuotesTheAnswerWithCare(t *testing.T) {
	for _, c := range []struct{ name, path, body, want string }{
		{"one line", "/hook", "no such\r\n\thook\x00\x1b[31m\u202e!", ": the answer is 404 Not Found: no such hook[31m!"},
		{"200 characters", "/hook", strings.Repeat("é", 5000), ": the answer is 404 Not Found: " + strings.Repeat("é", 200)},
		{"only text", "/hook", "\xff\xfe", ": the answer is 404 Not Found"},
		{"nothing where the body may repeat a token", "/hook?token=hunter2", "POST /hook?token=hunter2 not found", ": the answer is 404 Not Found"},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := &inbox{answer: func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusNotFound)
				_, _ = io.WriteString(w, c.body)
			}}
			to := serve(t, in)
			n := sender(t, to+c.path, nil)
			assert.EqualError(t, n.Notify(t.Context(), inForce()), "not delivered to "+to+"/hook, which will not have it"+c.want)
			assert.Equal(t, to+"/hook", n.String())
			assert.Equal(t, c.path, in.messages()[0].path, "yet the query is sent")
		})
	}
}

func TestASlowReceiverIsGivenUp(t *testing.T) {
	in := &inbox{answer: func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }}
	err := sender(t, serve(t, in), func(o *webhook.Options) { o.Timeout = 50 * time.Millisecond }).Notify(t.Context(), inForce())
	fate, _ := notification.FateOf(err)
	assert.Equal(t, notification.Again, fate)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	assert.Contains(t, err.Error(), "no answer within 50ms")
}

func TestAnAnswerWhoseBodyNeverEndsCountsByItsStatus(t *testing.T) {
	for status, want := range map[int]notification.Fate{200: "", 400: notification.Never, 500: notification.Again} {
		in := &inbox{answer: func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(status)
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}}
		err := sender(t, serve(t, in), func(o *webhook.Options) { o.Timeout = 50 * time.Millisecond }).Notify(t.Context(), inForce())
		fate, _ := notification.FateOf(err)
		assert.Equal(t, want, fate)
	}
}

func TestADeadReceiverIsTriedAgain(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	err = sender(t, "http://"+l.Addr().String()+"/hook?token=hunter2", nil).Notify(t.Context(), inForce())
	fate, _ := notification.FateOf(err)
	assert.Equal(t, notification.Again, fate)
	var dialled *net.OpError
	require.ErrorAs(t, err, &dialled)
	assert.Contains(t, err.Error(), "connect")
	assert.NotContains(t, err.Error(), "hunter2")
}

func TestTheCallerMayGoAway(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	in := &inbox{answer: func(_ http.ResponseWriter, r *http.Request) {
		cancel(errors.New("the lead ended"))
		<-r.Context().Done()
	}}
	n := sender(t, serve(t, in), nil)
	for range 2 { // on the way, and before
		err := n.Notify(ctx, inForce())
		require.ErrorIs(t, err, context.Canceled)
		fate, _ := notification.FateOf(err)
		assert.Equal(t, notification.Again, fate)
	}
	assert.Len(t, in.messages(), 1)
}

// raw answers every connection by hand, once the request has begun to arrive.
func raw(t *testing.T, answer func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var open sync.WaitGroup
	open.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			open.Go(func() {
				defer func() { _ = c.Close() }()
				if _, err := c.Read(make([]byte, 64<<10)); err == nil {
					answer(c)
				}
			})
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		open.Wait()
	})
	return "http://" + l.Addr().String()
}

// flood writes the same until nobody reads it any more, and tells how much was
// taken.
func flood(c io.Writer, text string) int {
	taken := 0
	for {
		n, err := io.WriteString(c, text)
		taken += n
		if err != nil {
			return taken
		}
	}
}

func TestAFloodDoesNotHurt(t *testing.T) {
	line := strings.Repeat("x", 8<<10)
	for _, c := range []struct {
		name, head, rest string
		fate             notification.Fate
	}{
		{"headers without end", "HTTP/1.1 200 OK\r\n", "A: " + line + "\r\n", notification.Again},
		{"one header without end", "HTTP/1.1 200 OK\r\nA: ", line, notification.Again},
		{"a status without end", "HTTP/1.1 200 ", line, notification.Again},
		{"early hints without end", "", "HTTP/1.1 103 Early Hints\r\nA: " + line + "\r\n\r\n", notification.Again},
		{"a body without end", "HTTP/1.1 500 No\r\n\r\n", line, notification.Again},
		{"a body without end that is said to be welcome", "HTTP/1.1 200 OK\r\n\r\n", line, ""},
		{"chunks without end", "HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n", "2000\r\n" + line + "\r\n", notification.Never},
		{"a chunk extension without end", "HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n1;", line, notification.Never},
	} {
		t.Run(c.name, func(t *testing.T) {
			to := raw(t, func(conn net.Conn) {
				_, _ = io.WriteString(conn, c.head)
				flood(conn, c.rest)
			})
			err := sender(t, to, nil).Notify(t.Context(), inForce())
			fate, _ := notification.FateOf(err)
			assert.Equal(t, c.fate, fate)
			if err != nil {
				assert.Less(t, len(err.Error()), 600)
				assert.NotErrorIs(t, err, context.DeadlineExceeded, "it is given up for its size, long before its time")
			}
		})
	}
}

func TestAReceiverMayLieInManyWays(t *testing.T) {
	for _, c := range []struct {
		name, answer string
		fate         notification.Fate
	}{
		{"it hangs up after welcoming headers", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", ""},
		{"it hangs up after headers of refusal", "HTTP/1.1 422 No\r\nContent-Length: 100\r\n\r\nbecause", notification.Never},
		{"it hangs up amid headers", "HTTP/1.1 200 OK\r\nContent-Le", notification.Again},
		{"it hangs up at once", "", notification.Again},
		{"it speaks another language", "SSH-2.0-OpenSSH_9.6 " + strings.Repeat("hunter2", 4000) + "\r\n", notification.Again},
		{"it says another length twice", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", notification.Again},
	} {
		for _, query := range []string{"", "?token=hunter2"} {
			t.Run(c.name+query, func(t *testing.T) {
				to := raw(t, func(conn net.Conn) { _, _ = io.WriteString(conn, c.answer) })
				err := sender(t, to+"/hook"+query, nil).Notify(t.Context(), inForce())
				fate, _ := notification.FateOf(err)
				assert.Equal(t, c.fate, fate)
				if err != nil && query != "" {
					assert.NotContains(t, err.Error(), "hunter2")
				}
				if err != nil {
					assert.Less(t, len(err.Error()), 400)
				}
			})
		}
	}
}

func TestAnAnswerThatSwitchesProtocolsIsNotListenedTo(t *testing.T) {
	hungUp := make(chan struct{})
	to := raw(t, func(conn net.Conn) {
		_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
		_, _ = conn.Read(make([]byte, 1))
		close(hungUp)
	})
	err := sender(t, to, nil).Notify(t.Context(), inForce())
	fate, _ := notification.FateOf(err)
	assert.Equal(t, notification.Again, fate)
	<-hungUp
}

func TestAConnectionServesAgain(t *testing.T) {
	var opened atomic.Int32
	s := httptest.NewUnstartedServer(&inbox{answer: func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "thank you") }})
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	n := sender(t, s.URL, nil)
	for range 5 {
		require.NoError(t, n.Notify(t.Context(), inForce()))
	}
	assert.EqualValues(t, 1, opened.Load())
}

func TestManyMaySendAtOnce(t *testing.T) {
	in := &inbox{}
	n := sender(t, serve(t, in), nil, 'b', 'a')
	var all sync.WaitGroup
	errs := make([]error, 40)
	for i := range errs {
		all.Go(func() {
			note := inForce()
			note.Entry.Seq = uint64(i + 1)
			errs[i] = n.Notify(t.Context(), note)
		})
	}
	all.Wait()
	require.NoError(t, errors.Join(errs...))
	seen := map[uint64]bool{}
	for _, m := range in.messages() {
		event, err := webhook.Verify(m.request(), secrets(t, 'a'), &webhook.VerifyOptions{Clock: clock})
		require.NoError(t, err)
		seen[event.Seq] = true
	}
	assert.Len(t, seen, len(errs))
}

func TestACertificateHasToBeTrusted(t *testing.T) {
	in := &inbox{}
	s := httptest.NewTLSServer(in)
	s.Config.ErrorLog = nil
	t.Cleanup(s.Close)
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	private := func(o *webhook.Options) { o.AllowHTTP = false }
	trusting := func(o *webhook.Options) { o.AllowHTTP, o.RootCAs = false, roots }

	fate, _ := notification.FateOf(sender(t, s.URL, private).Notify(t.Context(), inForce()))
	assert.Equal(t, notification.Again, fate)
	assert.Empty(t, in.messages())
	require.NoError(t, sender(t, s.URL, trusting).Notify(t.Context(), inForce()))
	assert.Len(t, in.messages(), 1)
}
