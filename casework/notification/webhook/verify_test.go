package webhook_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/notification/webhook"
)

// signature is that of Standard Webhooks, made apart from the package.
func signature(of byte, id, timestamp, body string) string {
	mac := hmac.New(sha256.New, bytes.Repeat([]byte{of}, 32))
	mac.Write([]byte(id + "." + timestamp + "." + body))
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

const eventID = "01000000-0000-0000-0000-000000000000/3"

// written by hand, as another sender might.
const smallest = `{"specversion":"1.0","id":"` + eventID + `","source":"/needsled","type":"needsled.contract.case.moved","data":{"kind":"contract","entry":{"case":"01000000-0000-0000-0000-000000000000","seq":3,"type":"case.moved"}}}`

// signed is a request with a body that is rightly signed.
func signed(id, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/hook", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/cloudevents+json; charset=utf-8")
	r.Header.Set("webhook-id", id)
	r.Header.Set("webhook-timestamp", "1772442005")
	r.Header.Set("webhook-signature", signature('a', id, "1772442005", body))
	return r
}

func TestAReceiverIsToldWhatWasSent(t *testing.T) {
	e := inForce().Entry
	m := sent(t, inForce(), func(o *webhook.Options) { o.Body = webhook.Full })
	r := m.request()
	event, err := webhook.Verify(r, secrets(t, 'a'), &webhook.VerifyOptions{Clock: clock})
	require.NoError(t, err)
	assert.Equal(t, webhook.Event{
		ID: eventID, Source: "/needsled", Type: "needsled.contract.case.moved", Time: e.Recorded, Sent: sentAt, Tenant: "camden",
		Case: casework.CaseID{1}, Seq: 3, Kind: "contract", Position: 7, Entry: event.Entry,
	}, event)
	assert.True(t, e.Effective.Equal(event.Entry.Effective))
	event.Entry.Effective = e.Effective
	assert.Equal(t, webhook.Entry{
		Case: e.Case, Seq: 3, Type: "case.moved", Version: 1, Actor: e.Actor, Effective: e.Effective, Recorded: e.Recorded, Move: "commence", From: "signed", To: "in_force",
		Reason: "her son asked", Imported: true, Data: e.Data, Content: e.Content, Prev: e.Prev, Hash: e.Hash,
	}, event.Entry)

	for range 2 {
		event, err = webhook.Verify(r, secrets(t, 'a'), &webhook.VerifyOptions{Clock: clock})
		require.NoError(t, err, "the body is there to be read again")
		assert.Equal(t, eventID, event.ID)
	}
	body, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	assert.Equal(t, m.body, body)
	assert.NoError(t, r.Body.Close())
}

func TestOfABareEntryWhatWasLeftOutIsEmpty(t *testing.T) {
	event, err := webhook.Verify(sent(t, inForce(), nil).request(), secrets(t, 'a'), &webhook.VerifyOptions{Clock: clock})
	require.NoError(t, err)
	e := event.Entry
	assert.Equal(t, "ana.k for lee.m", e.Actor.String())
	assert.Equal(t, casework.Agency{ID: "camden"}, e.Actor.Agency)
	assert.Empty(t, e.Reason)
	assert.Empty(t, e.Data)
	assert.True(t, e.Content.IsZero() && e.Prev.IsZero() && e.Hash.IsZero())
	assert.Equal(t, casework.State("in_force"), e.To)
}

func TestASecretIsChangedWithoutAGap(t *testing.T) {
	before, during, after := sent(t, inForce(), nil, 'o'), sent(t, inForce(), nil, 'n', 'o'), sent(t, inForce(), nil, 'n')
	for _, c := range []struct {
		name string
		sent message
		has  string
		want error
	}{
		{"the old secret before", before, "o", nil},
		{"the old secret during", during, "o", nil},
		{"the new secret during", during, "n", nil},
		{"both during", during, "no", nil},
		{"both before", before, "no", nil},
		{"the new secret after", after, "n", nil},
		{"both after", after, "on", nil},
		{"the old secret after", after, "o", webhook.ErrForged},
		{"the new secret before", before, "n", webhook.ErrForged},
		{"another secret", during, "x", webhook.ErrForged},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := webhook.Verify(c.sent.request(), secrets(t, []byte(c.has)...), &webhook.VerifyOptions{Clock: clock})
			require.ErrorIs(t, err, c.want)
		})
	}
	newest, _, _ := strings.Cut(during.header.Get("webhook-signature"), " ")
	assert.Equal(t, signature('n', eventID, "1772442005", string(during.body)), newest, "the newest comes first")
}

func TestWhatIsNotBelieved(t *testing.T) {
	good := sent(t, inForce(), nil)
	mine := good.header.Get("webhook-signature")
	for _, c := range []struct {
		name   string
		change func(*http.Request)
		code   string
		is     error
	}{
		{"nothing is changed", func(*http.Request) {}, "", nil},
		{"no headers at all", func(r *http.Request) { r.Header = nil }, webhook.CodeSignatureMissing, webhook.ErrUnsigned},
		{"no id", func(r *http.Request) { r.Header.Del("webhook-id") }, webhook.CodeSignatureMissing, webhook.ErrUnsigned},
		{"no timestamp", func(r *http.Request) { r.Header.Del("webhook-timestamp") }, webhook.CodeSignatureMissing, webhook.ErrUnsigned},
		{"no signature", func(r *http.Request) { r.Header.Del("webhook-signature") }, webhook.CodeSignatureMissing, webhook.ErrUnsigned},
		{"an empty signature", func(r *http.Request) { r.Header.Set("webhook-signature", "") }, webhook.CodeSignatureMissing, webhook.ErrUnsigned},
		{"only a signature of a key pair", func(r *http.Request) { r.Header.Set("webhook-signature", "v1a,"+mine[3:]) }, webhook.CodeSignatureMissing, webhook.ErrUnsigned},
		{"a signature without a version", func(r *http.Request) { r.Header.Set("webhook-signature", mine[3:]) }, webhook.CodeSignatureMissing, webhook.ErrUnsigned},
		{"a signature with nothing in it", func(r *http.Request) { r.Header.Set("webhook-signature", "v1,") }, webhook.CodeSignatureWrong, webhook.ErrForged},
		{"a signature cut short", func(r *http.Request) { r.Header.Set("webhook-signature", mine[:20]) }, webhook.CodeSignatureWrong, webhook.ErrForged},
		{"a signature that goes on", func(r *http.Request) { r.Header.Set("webhook-signature", mine+"A") }, webhook.CodeSignatureWrong, webhook.ErrForged},
		{"a signature among others", func(r *http.Request) {
			r.Header.Set("webhook-signature", "v1a,zzzz v1,"+strings.Repeat("A", 43)+"=  v9,x , "+mine+" v1,")
		}, "", nil},
		{"another id", func(r *http.Request) { r.Header.Set("webhook-id", eventID+"0") }, webhook.CodeSignatureWrong, webhook.ErrForged},
		{"another body", func(r *http.Request) {
			r.Body = io.NopCloser(bytes.NewReader(bytes.Replace(good.body, []byte("in_force"), []byte("unforced"), 1)))
		}, webhook.CodeSignatureWrong, webhook.ErrForged},
		{"no body", func(r *http.Request) { r.Body = nil }, webhook.CodeSignatureWrong, webhook.ErrForged},
		{"another time", func(r *http.Request) { r.Header.Set("webhook-timestamp", "1772442006") }, webhook.CodeSignatureWrong, webhook.ErrForged},
		{"a time of four minutes more", func(r *http.Request) { r.Header.Set("webhook-timestamp", "1772442245") }, webhook.CodeSignatureWrong, webhook.ErrForged},
		{"the same time written otherwise", func(r *http.Request) { r.Header.Set("webhook-timestamp", "01772442005") }, webhook.CodeSignatureWrong, webhook.ErrForged},
		{"a time that is none", func(r *http.Request) { r.Header.Set("webhook-timestamp", "today") }, webhook.CodeTimestampMalformed, webhook.ErrMalformed},
		{"a time below zero", func(r *http.Request) { r.Header.Set("webhook-timestamp", "-9223372036854775808") }, webhook.CodeTimestampMalformed, webhook.ErrMalformed},
		{"a time in a million years", func(r *http.Request) { r.Header.Set("webhook-timestamp", "9223372036854775807") }, webhook.CodeTimestampMalformed, webhook.ErrMalformed},
		{"a time in milliseconds", func(r *http.Request) { r.Header.Set("webhook-timestamp", "1772442005000") }, webhook.CodeTimestampMalformed, webhook.ErrMalformed},
		{"the beginning of time", func(r *http.Request) { r.Header.Set("webhook-timestamp", "0") }, webhook.CodeTimestampStale, webhook.ErrStale},
		{"the end of time", func(r *http.Request) { r.Header.Set("webhook-timestamp", "253402300799") }, webhook.CodeTimestampFuture, webhook.ErrStale},
		{"a body that breaks off", func(r *http.Request) {
			r.Body = io.NopCloser(iotest.ErrReader(io.ErrUnexpectedEOF))
		}, webhook.CodeBodyUnread, webhook.ErrMalformed},
		{"a body without end", func(r *http.Request) { r.Body = io.NopCloser(endless{}) }, webhook.CodeBodyTooLarge, webhook.ErrMalformed},
		{"another type of content", func(r *http.Request) { r.Header.Set("Content-Type", "application/json") }, webhook.CodeContentType, webhook.ErrMalformed},
		{"no type of content", func(r *http.Request) { r.Header.Del("Content-Type") }, webhook.CodeContentType, webhook.ErrMalformed},
		{"a batch", func(r *http.Request) { r.Header.Set("Content-Type", "application/cloudevents-batch+json") }, webhook.CodeContentType, webhook.ErrMalformed},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := good.request()
			c.change(r)
			event, err := webhook.Verify(r, secrets(t, 'a'), &webhook.VerifyOptions{Clock: clock})
			assertRefused(t, event, err, c.code, c.is)
		})
	}
}

// assertRefused holds an error of Verify against its code and its sentinel.
func assertRefused(t *testing.T, event webhook.Event, err error, code string, is error) {
	t.Helper()
	if code == "" {
		require.NoError(t, err)
		return
	}
	var refused *webhook.VerifyError
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, code, refused.Code)
	assert.NotEmpty(t, refused.Message)
	assert.Contains(t, err.Error(), code)
	for _, sentinel := range []error{webhook.ErrUnsigned, webhook.ErrForged, webhook.ErrStale, webhook.ErrMalformed} {
		assert.Equal(t, errors.Is(is, sentinel), errors.Is(err, sentinel), sentinel)
	}
	assert.Zero(t, event)
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestAnErrorOfVerifyHasWhatWasUnderneath(t *testing.T) {
	r := signed(eventID, smallest)
	r.Body = io.NopCloser(iotest.ErrReader(io.ErrUnexpectedEOF))
	_, err := webhook.Verify(r, secrets(t, 'a'), &webhook.VerifyOptions{Clock: clock})
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	assert.EqualError(t, err, "verify webhook: the body did not arrive (webhook.body_unread): unexpected EOF")
}

func TestAMessageIsGoodForFiveMinutesEitherWay(t *testing.T) {
	m := sent(t, inForce(), nil)
	for _, c := range []struct {
		name      string
		later     time.Duration
		tolerance time.Duration
		code      string
	}{
		{"at once", 0, 0, ""},
		{"five minutes later", 5 * time.Minute, 0, ""},
		{"five minutes and a part of a second later", 5*time.Minute + 999*time.Millisecond, 0, ""},
		{"more than five minutes later", 5*time.Minute + time.Second, 0, webhook.CodeTimestampStale},
		{"five minutes before", -5 * time.Minute, 0, ""},
		{"more than five minutes before", -5*time.Minute - time.Second, 0, webhook.CodeTimestampFuture},
		{"later than asked for", 2 * time.Second, time.Second, webhook.CodeTimestampStale},
		{"an hour later where a day is asked for", time.Hour, 24 * time.Hour, ""},
		{"centuries later", math.MaxInt64, 0, webhook.CodeTimestampStale},
		{"centuries before", math.MinInt64, 0, webhook.CodeTimestampFuture},
	} {
		t.Run(c.name, func(t *testing.T) {
			event, err := webhook.Verify(m.request(), secrets(t, 'a'), &webhook.VerifyOptions{Tolerance: c.tolerance, Clock: clockAt(sentAt.Add(c.later))})
			assertRefused(t, event, err, c.code, webhook.ErrStale)
		})
	}
}

func TestABodyHasALimit(t *testing.T) {
	at := func(limit int64) error {
		_, err := webhook.Verify(signed(eventID, smallest), secrets(t, 'a'), &webhook.VerifyOptions{MaxBody: limit, Clock: clock})
		return err
	}
	length := int64(len(smallest))
	require.NoError(t, at(length))
	require.NoError(t, at(math.MaxInt64))
	require.NoError(t, at(0))
	require.ErrorContains(t, at(length-1), webhook.CodeBodyTooLarge)
	padded := smallest + strings.Repeat(" ", 1<<20-len(smallest))
	_, err := webhook.Verify(signed(eventID, padded), secrets(t, 'a'), &webhook.VerifyOptions{Clock: clock})
	require.NoError(t, err, "1 MiB")
	_, err = webhook.Verify(signed(eventID, padded+" "), secrets(t, 'a'), &webhook.VerifyOptions{Clock: clock})
	require.ErrorContains(t, err, webhook.CodeBodyTooLarge)
}

func TestAReceiverThatCannotBeIsInvalid(t *testing.T) {
	_, err := webhook.Verify(signed(eventID, smallest), []webhook.Secret{{}}, &webhook.VerifyOptions{Tolerance: -1, MaxBody: -1})
	var invalid *casework.InvalidError
	require.ErrorAs(t, err, &invalid)
	for _, code := range []string{"webhook.secret_missing", "webhook.tolerance_negative", "webhook.max_body_negative"} {
		assert.True(t, invalid.Has(code), code)
	}
	_, err = webhook.Verify(signed(eventID, smallest), nil, nil)
	require.ErrorIs(t, err, casework.ErrInvalid)
}

func TestAnEventThatIsSignedHasToBeOneAsWell(t *testing.T) {
	swap := func(old, now string) string { return strings.Replace(smallest, old, now, 1) }
	for _, c := range []struct{ name, id, body, code string }{
		{"the smallest", eventID, smallest, ""},
		{"attributes nobody knows", eventID, swap(`"data":`, `"traceparent":"00-x","data":`), ""},
		{"no JSON", eventID, "<event/>", webhook.CodeEventMalformed},
		{"nothing", eventID, "", webhook.CodeEventMalformed},
		{"null", eventID, "null", webhook.CodeEventMalformed},
		{"a list", eventID, "[" + smallest + "]", webhook.CodeEventMalformed},
		{"one and more", eventID, smallest + smallest, webhook.CodeEventMalformed},
		{"a number for an id", eventID, swap(`"id":"`+eventID+`"`, `"id":3`), webhook.CodeEventMalformed},
		{"another version", eventID, swap(`"1.0"`, `"0.3"`), webhook.CodeEventMalformed},
		{"no id", eventID, swap(`"id":"`+eventID+`",`, ""), webhook.CodeEventMalformed},
		{"no source", eventID, swap(`"source":"/needsled",`, ""), webhook.CodeEventMalformed},
		{"no type", eventID, swap(`"type":"needsled.contract.case.moved",`, ""), webhook.CodeEventMalformed},
		{"data of another type", eventID, swap(`"data":`, `"datacontenttype":"text/xml","data":`), webhook.CodeEventMalformed},
		{"no data", eventID, swap(`"data":`, `"date":`), webhook.CodeEventMalformed},
		{"data as base64", eventID, swap(`"data":`, `"data_base64":"e30=","date":`), webhook.CodeEventMalformed},
		{"no entry", eventID, swap(`"entry":`, `"line":`), webhook.CodeEventMalformed},
		{"a case that is none", eventID, swap(`"case":"01`, `"case":"zz`), webhook.CodeEventMalformed},
		{"no sequence", eventID, swap(`"seq":3,`, ""), webhook.CodeEventMalformed},
		{"a sequence below zero", eventID, swap(`"seq":3,`, `"seq":-3,`), webhook.CodeEventMalformed},
		{"a time that is none", eventID, swap(`"data":`, `"time":"today","data":`), webhook.CodeEventMalformed},
		{"an id in the header that is not the event's", "other", smallest, webhook.CodeEventContradicts},
		{"an id that is not the entry's", eventID, swap(`"seq":3,`, `"seq":4,`), webhook.CodeEventContradicts},
		{"a subject that is not the case", eventID, swap(`"data":`, `"subject":"other","data":`), webhook.CodeEventContradicts},
		{"a type that is not the entry's", eventID, swap(`needsled.contract.case.moved`, `needsled.contract.case.opened`), webhook.CodeEventContradicts},
	} {
		t.Run(c.name, func(t *testing.T) {
			event, err := webhook.Verify(signed(c.id, c.body), secrets(t, 'a'), &webhook.VerifyOptions{Clock: clock})
			assertRefused(t, event, err, c.code, webhook.ErrMalformed)
		})
	}
}

func FuzzVerify(f *testing.F) {
	right := signature('a', eventID, "1772442005", smallest)
	f.Add(eventID, "1772442005", right, "application/cloudevents+json", smallest)
	f.Add(eventID, "1772442005", "v1,AAAA v1a,BBBB "+right, "application/cloudevents+json", smallest)
	f.Add(eventID, "+1772442005", signature('a', eventID, "+1772442005", smallest), "application/cloudevents+json", smallest)
	f.Add(eventID, "1772442005", signature('a', eventID, "1772442005", "null"), "application/cloudevents+json", "null")
	f.Add("", "", "", "", "")
	f.Add("x", "9223372036854775807", "v1,", ";;;", "{")
	with := secrets(f, 'a')
	f.Fuzz(func(t *testing.T, id, timestamp, signatures, media, body string) {
		r := &http.Request{Header: http.Header{
			"Webhook-Id": {id}, "Webhook-Timestamp": {timestamp}, "Webhook-Signature": {signatures}, "Content-Type": {media},
		}, Body: io.NopCloser(strings.NewReader(body))}
		event, err := webhook.Verify(r, with, &webhook.VerifyOptions{Clock: clock})
		if err != nil {
			var refused *webhook.VerifyError
			if !errors.As(err, &refused) || refused.Code == "" {
				t.Fatalf("an error of another kind: %v", err)
			}
			return
		}
		if !strings.Contains(" "+signatures+" ", " "+signature('a', id, timestamp, body)+" ") {
			t.Fatalf("believed without a signature: %q", signatures)
		}
		if event.ID != id || event.Seq == 0 || event.Case.IsZero() {
			t.Fatalf("an event that is not whole: %+v", event)
		}
	})
}

// FuzzSignedVerify signs what it is given, so that the event itself is looked at.
func FuzzSignedVerify(f *testing.F) {
	f.Add(eventID, smallest)
	f.Add("x", `{"specversion":"1.0","id":"x","source":"s","type":"t","data":{"entry":{"actor":{"on_behalf_of":{}}}}}`)
	with := secrets(f, 'a')
	f.Fuzz(func(t *testing.T, id, body string) {
		r := &http.Request{Header: http.Header{
			"Webhook-Id": {id}, "Webhook-Timestamp": {"1772442005"}, "Webhook-Signature": {signature('a', id, "1772442005", body)}, "Content-Type": {"application/cloudevents+json"},
		}, Body: io.NopCloser(strings.NewReader(body))}
		event, err := webhook.Verify(r, with, &webhook.VerifyOptions{Clock: clock})
		if errors.Is(err, webhook.ErrForged) {
			t.Fatal("its own signature is not known")
		}
		if err == nil && (event.ID != id || event.Seq == 0 || event.Case.IsZero()) {
			t.Fatalf("an event that is not whole: %+v", event)
		}
	})
}
