package webhook

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/needsled/needsled/casework"
)

// lastSecond is that of the year 9999.
const lastSecond = 253402300799

// Verify reads the body of a request, and gives the event where one of the secrets
// signed it lately; give more than one while a secret is being changed. What
// cannot be believed is a [VerifyError]. No secret, or options that cannot be, are
// [casework.ErrInvalid].
//
// The body is there to be read again once all of it was read.
func Verify(r *http.Request, secrets []Secret, o *VerifyOptions) (Event, error) {
	full := o.withDefaults()
	if err := casework.InvalidIf("verify webhook", slices.Concat(secretFaults(secrets), full.faults())); err != nil {
		return Event{}, err
	}
	m, err := readHeaders(r.Header)
	if err != nil {
		return Event{}, err
	}
	if err := m.lately(full.Clock(), full.Tolerance); err != nil {
		return Event{}, err
	}
	if m.body, err = readBody(r, full.MaxBody); err != nil {
		return Event{}, err
	}
	if err := m.signedBy(secrets); err != nil {
		return Event{}, err
	}
	return m.event()
}

// message is a request that is being verified.
type message struct {
	id          string
	timestamp   string // as it was signed
	sent        time.Time
	signatures  []string
	contentType string
	body        []byte
}

func readHeaders(h http.Header) (message, error) {
	m := message{id: h.Get(headerID), timestamp: h.Get(headerTimestamp), contentType: h.Get("Content-Type")}
	m.signatures = sharedSignatures(h.Get(headerSignature))
	if m.id == "" || m.timestamp == "" || len(m.signatures) == 0 {
		return message{}, &VerifyError{Code: CodeSignatureMissing, Message: "a message has webhook-id, webhook-timestamp and a v1 signature in webhook-signature"}
	}
	seconds, err := strconv.ParseInt(m.timestamp, 10, 64)
	if err != nil || seconds < 0 || seconds > lastSecond {
		return message{}, &VerifyError{Code: CodeTimestampMalformed, Message: "webhook-timestamp is a time in seconds since 1970"}
	}
	m.sent = time.Unix(seconds, 0).UTC()
	return m, nil
}

// lately tells whether a message was sent about now. The time of sending knows
// whole seconds only.
func (m message) lately(now time.Time, tolerance time.Duration) error {
	age := now.Truncate(time.Second).Sub(m.sent)
	switch {
	case age > tolerance:
		return &VerifyError{Code: CodeTimestampStale, Message: "it was sent too long ago"}
	case age < -tolerance:
		return &VerifyError{Code: CodeTimestampFuture, Message: "it was sent in the future"}
	}
	return nil
}

// readBody reads the body, and puts what it read in its place.
func readBody(r *http.Request, limit int64) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, limit))
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return nil, &VerifyError{Code: CodeBodyTooLarge, Message: "the body has more than " + strconv.FormatInt(limit, 10) + " bytes"}
	}
	if err != nil {
		return nil, &VerifyError{Code: CodeBodyUnread, Message: "the body did not arrive", Cause: err}
	}
	r.Body = again{Reader: bytes.NewReader(body), Closer: r.Body}
	return body, nil
}

// again is a body that was read, and can be read again.
type again struct {
	io.Reader
	io.Closer
}

// signedBy compares every signature with that of every secret.
func (m message) signedBy(secrets []Secret) error {
	var want []string
	for _, s := range secrets {
		want = append(want, s.sign(m.id, m.timestamp, m.body))
	}
	if !anyEqual(m.signatures, want) {
		return &VerifyError{Code: CodeSignatureWrong, Message: "no signature is that of a secret"}
	}
	return nil
}

// event reads the event of a message that is believed.
func (m message) event() (Event, error) {
	if media, _, err := mime.ParseMediaType(m.contentType); err != nil || media != mediaType {
		return Event{}, &VerifyError{Code: CodeContentType, Message: "the content type is " + mediaType}
	}
	event, err := parseEvent(m.body)
	if err != nil {
		return Event{}, err
	}
	if event.ID != m.id {
		return Event{}, contradiction("webhook-id is the id of the event")
	}
	event.Sent = m.sent
	return event, nil
}
