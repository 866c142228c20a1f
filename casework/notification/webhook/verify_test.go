package webhook_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/notification/webhook"
)

// captured gives a request as a receiver meets it, signed by the secrets.
func captured(tb testing.TB, secrets ...string) *http.Request {
	tb.Helper()
	var got *http.Request
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		assert.NoError(tb, err)
		got = httptest.NewRequest(http.MethodPost, "/hooks", bytes.NewReader(body))
		got.Header = r.Header.Clone()
	}))
	defer server.Close()
	var all []webhook.Secret
	for _, text := range secrets {
		all = append(all, secret(tb, text))
	}
	n, err := webhook.New(server.URL, all, local())
	require.NoError(tb, err)
	defer n.CloseIdleConnections()
	require.NoError(tb, n.Notify(tb.Context(), one()))
	return got
}

func verify(tb testing.TB, r *http.Request, o *webhook.VerifyOptions, secrets ...string) (webhook.Event, error) {
	tb.Helper()
	var all []webhook.Secret
	for _, text := range secrets {
		all = append(all, secret(tb, text))
	}
	if o == nil {
		o = &webhook.VerifyOptions{}
	}
	if o.Clock == nil {
		o.Clock = at(morning)
	}
	return webhook.Verify(r, all, o)
}

func TestWhatIsVerifiedIsWhatWasSent(t *testing.T) {
	e, err := verify(t, captured(t, newSecret), nil, newSecret)
	require.NoError(t, err)
	told := one()
	assert.Equal(t, told.Tenant, e.Tenant)
	assert.Equal(t, told.Kind, e.Kind)
	assert.Equal(t, told.Position, e.Position)
	assert.Equal(t, told.Entry.Case, e.Case)
	assert.Equal(t, told.Entry.Seq, e.Seq)
	assert.Equal(t, told.Entry.Recorded, e.Time)
	assert.Equal(t, morning, e.Sent)
	assert.Equal(t, "needsled.cycle.need.identified", e.Type)
	assert.Equal(t, "ana.k", e.Entry.Actor.ID)
	assert.Equal(t, told.Entry.Effective.Format(time.RFC3339), e.Entry.Effective.Format(time.RFC3339), "with its offset")
}

func TestASecretIsChangedWithoutAGap(t *testing.T) {
	for _, c := range []struct {
		name       string
		sender     []string
		receiver   []string
		isBelieved bool
	}{
		{"before", []string{oldSecret}, []string{oldSecret}, true},
		{"the sender has both", []string{newSecret, oldSecret}, []string{oldSecret}, true},
		{"the receiver has the new one", []string{newSecret, oldSecret}, []string{newSecret}, true},
		{"the receiver has both", []string{oldSecret}, []string{newSecret, oldSecret}, true},
		{"afterwards", []string{newSecret}, []string{newSecret}, true},
		{"the old one is worth nothing then", []string{oldSecret}, []string{newSecret}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := verify(t, captured(t, c.sender...), nil, c.receiver...)
			if c.isBelieved {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, webhook.ErrForged)
		})
	}
}

func TestWhatCannotBeBelievedSaysWhy(t *testing.T) {
	body := func(r *http.Request, edit func(string) string) {
		b, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		r.Body = io.NopCloser(strings.NewReader(edit(string(b))))
	}
	for _, c := range []struct {
		name     string
		spoil    func(r *http.Request)
		code     string
		sentinel error
	}{
		{"no id", func(r *http.Request) { r.Header.Del("webhook-id") }, webhook.CodeSignatureMissing, webhook.ErrUnsigned},
		{"no time", func(r *http.Request) { r.Header.Del("webhook-timestamp") }, webhook.CodeSignatureMissing, webhook.ErrUnsigned},
		{"no signature", func(r *http.Request) { r.Header.Del("webhook-signature") }, webhook.CodeSignatureMissing, webhook.ErrUnsigned},
		{"a signature of another sort", func(r *http.Request) { r.Header.Set("webhook-signature", "v1a,AAAA v2,BBBB") }, webhook.CodeSignatureMissing, webhook.ErrUnsigned},
		{"a body that was changed", func(r *http.Request) {
			body(r, func(b string) string { return strings.Replace(b, "camden", "barnet", 1) })
		}, webhook.CodeSignatureWrong, webhook.ErrForged},
		{"an id that was changed", func(r *http.Request) { r.Header.Set("webhook-id", "another") }, webhook.CodeSignatureWrong, webhook.ErrForged},
		{"a time that was changed", func(r *http.Request) { r.Header.Set("webhook-timestamp", "1772443801") }, webhook.CodeSignatureWrong, webhook.ErrForged},
		{"a signature that was cut", func(r *http.Request) {
			s := r.Header.Get("webhook-signature")
			r.Header.Set("webhook-signature", s[:len(s)-4])
		}, webhook.CodeSignatureWrong, webhook.ErrForged},
		{"a time that is none", func(r *http.Request) { r.Header.Set("webhook-timestamp", "today") }, webhook.CodeTimestampMalformed, webhook.ErrMalformed},
		{"a time before all", func(r *http.Request) { r.Header.Set("webhook-timestamp", "-1") }, webhook.CodeTimestampMalformed, webhook.ErrMalformed},
		{"a time after all", func(r *http.Request) { r.Header.Set("webhook-timestamp", "99999999999999") }, webhook.CodeTimestampMalformed, webhook.ErrMalformed},
		{"a body without end", func(r *http.Request) { r.Body = io.NopCloser(iotest.ErrReader(io.ErrUnexpectedEOF)) }, webhook.CodeBodyUnread, webhook.ErrMalformed},
		{"a body that is too large", func(r *http.Request) {
			body(r, func(b string) string { return b + strings.Repeat(" ", 1<<20) })
		}, webhook.CodeBodyTooLarge, webhook.ErrMalformed},
		{"another content type", func(r *http.Request) { r.Header.Set("Content-Type", "application/json") }, webhook.CodeContentType, webhook.ErrMalformed},
		{"no body", func(r *http.Request) { r.Body = nil }, webhook.CodeSignatureWrong, webhook.ErrForged},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := captured(t, newSecret)
			c.spoil(r)
			_, err := verify(t, r, nil, newSecret)
			wrong, is := errors.AsType[*webhook.VerifyError](err)
			require.True(t, is, "%v", err)
			assert.Equal(t, c.code, wrong.Code)
			require.ErrorIs(t, err, c.sentinel)
			assert.Contains(t, err.Error(), "("+c.code+")")
		})
	}
}

func TestAMessageCountsForFiveMinutesEitherWay(t *testing.T) {
	for _, c := range []struct {
		name string
		late time.Duration
		code string
	}{
		{"at the limit", 5 * time.Minute, ""},
		{"within the second of the limit", 5*time.Minute + 999*time.Millisecond, ""},
		{"a second late", 5*time.Minute + time.Second, webhook.CodeTimestampStale},
		{"at the other limit", -5 * time.Minute, ""},
		{"a second early", -5*time.Minute - time.Second, webhook.CodeTimestampFuture},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := verify(t, captured(t, newSecret), &webhook.VerifyOptions{Clock: at(morning.Add(c.late))}, newSecret)
			if c.code == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, webhook.ErrStale)
			assert.Contains(t, err.Error(), c.code)
		})
	}
}

// signed gives a request with any body, signed as a sender would.
func signed(tb testing.TB, id, body string) *http.Request {
	tb.Helper()
	r := httptest.NewRequest(http.MethodPost, "/hooks", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/cloudevents+json; charset=utf-8")
	r.Header.Set("webhook-id", id)
	r.Header.Set("webhook-timestamp", fmt.Sprint(morning.Unix()))
	r.Header.Set("webhook-signature", "v1a,AAAA "+signature(newSecret, id, fmt.Sprint(morning.Unix()), body))
	return r
}

func TestASignedEventIsReadStrictly(t *testing.T) {
	const id = "00000000-0000-7000-8000-000000000001/1"
	sound := `{"specversion":"1.0","id":"` + id + `","source":"/needsled","type":"needsled.cycle.need.identified","more":"is left alone",
"data":{"kind":"cycle","entry":{"case":"00000000-0000-7000-8000-000000000001","seq":1,"type":"need.identified","version":1,"later":true}}}`
	e, err := verify(t, signed(t, id, sound), nil, newSecret)
	require.NoError(t, err)
	assert.Empty(t, e.Tenant)
	for _, c := range []struct{ name, old, with, code string }{
		{"no JSON", sound, "{", webhook.CodeEventMalformed},
		{"another version", `"1.0"`, `"0.3"`, webhook.CodeEventMalformed},
		{"no source", `"/needsled"`, `""`, webhook.CodeEventMalformed},
		{"data of another type", `"source"`, `"datacontenttype":"text/plain","source"`, webhook.CodeEventMalformed},
		{"no data", `"data"`, `"dato"`, webhook.CodeEventMalformed},
		{"no sequence", `"seq":1`, `"seq":0`, webhook.CodeEventMalformed},
		{"another sequence", `"seq":1`, `"seq":2`, webhook.CodeEventContradicts},
		{"another kind", `"kind":"cycle"`, `"kind":"contract"`, webhook.CodeEventContradicts},
		{"another subject", `"source"`, `"subject":"x","source"`, webhook.CodeEventContradicts},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := verify(t, signed(t, id, strings.Replace(sound, c.old, c.with, 1)), nil, newSecret)
			require.ErrorIs(t, err, webhook.ErrMalformed)
			assert.Contains(t, err.Error(), c.code)
		})
	}
	_, err = verify(t, signed(t, "00000000-0000-7000-8000-000000000001/2", sound), nil, newSecret)
	require.ErrorContains(t, err, webhook.CodeEventContradicts)
}

func TestAReceiverWithoutSecretsBelievesNothing(t *testing.T) {
	_, err := webhook.Verify(captured(t, newSecret), nil, &webhook.VerifyOptions{Tolerance: -1, MaxBody: -1})
	invalid, is := errors.AsType[*casework.InvalidError](err)
	require.True(t, is)
	for _, code := range []string{"webhook.secret_missing", "webhook.tolerance_negative", "webhook.max_body_negative"} {
		assert.True(t, invalid.Has(code), code)
	}
	_, err = webhook.Verify(captured(t, newSecret), []webhook.Secret{secret(t, newSecret)}, nil)
	require.ErrorIs(t, err, webhook.ErrStale, "the system's clock is taken where none is given")
}

func FuzzVerify(f *testing.F) {
	f.Add("id", "1772443800", "v1,AAAA", []byte(`{}`))
	f.Add("", "", "", []byte(nil))
	f.Add("00000000-0000-7000-8000-000000000001/1", "1772443800", "v1, v1a,x  v1,", []byte(`{"data":null}`))
	key := secret(f, newSecret)
	f.Fuzz(func(t *testing.T, id, timestamp, signatures string, body []byte) {
		r := httptest.NewRequest(http.MethodPost, "/hooks", bytes.NewReader(body))
		r.Header["Webhook-Id"], r.Header["Webhook-Timestamp"], r.Header["Webhook-Signature"] = []string{id}, []string{timestamp}, []string{signatures}
		r.Header.Set("Content-Type", "application/cloudevents+json")
		o := &webhook.VerifyOptions{Clock: at(morning)}
		_, err := webhook.Verify(r, []webhook.Secret{key}, o)
		if !strings.Contains(signatures, signature(newSecret, id, timestamp, string(body))) {
			require.Error(t, err, "nobody signed it")
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		r.Header["Webhook-Signature"] = []string{signature(newSecret, id, timestamp, string(body))}
		if e, err := webhook.Verify(r, []webhook.Secret{key}, o); err == nil {
			require.Equal(t, id, e.ID)
			require.False(t, e.Case.IsZero())
		}
	})
}

func ExampleVerify() {
	key, err := webhook.ParseSecret("whsec_MTExMTExMTExMTExMTExMTExMTExMTEx")
	if err != nil {
		fmt.Println(err)
		return
	}
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		event, err := webhook.Verify(r, []webhook.Secret{key}, nil)
		if err != nil {
			http.Error(w, "not believed", http.StatusUnauthorized)
			return
		}
		_, _ = fmt.Fprintln(os.Stdout, "received", event.Type, "number", event.Seq)
	}))
	defer receiver.Close()
	sender, err := webhook.New(receiver.URL, []webhook.Secret{key}, &webhook.Options{AllowHTTP: true, AllowPrivate: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer sender.CloseIdleConnections()
	fmt.Println(sender.Notify(exampleContext(), one()))
	// Output:
	// received needsled.cycle.need.identified number 1
	// <nil>
}
