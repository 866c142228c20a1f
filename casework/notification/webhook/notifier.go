package webhook

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/notification"
)

// maxIdle is how many connections are kept for the next event.
const maxIdle = 8

// Notifier tells one receiver. It is used by several goroutines at once.
type Notifier struct {
	endpoint  func() string // with its query, which printing a function does not show
	hasQuery  bool
	to        string // the endpoint as people may see it
	secrets   []Secret
	o         Options
	transport *http.Transport
}

var _ casework.Notifier = (*Notifier)(nil)

// New makes a notifier that sends to an endpoint, and signs with every secret; the
// newest comes first. An endpoint is a URL with https, or http where that is
// allowed, and without user or password. All that is wrong with the endpoint, the
// secrets and the options is [casework.ErrInvalid] at once. New does not look
// whether anybody is there.
func New(endpoint string, secrets []Secret, o *Options) (*Notifier, error) {
	full := o.withDefaults()
	u, faults := parseEndpoint(endpoint, full.AllowHTTP)
	faults = slices.Concat(faults, secretFaults(secrets), full.faults())
	if err := casework.InvalidIf("make webhook", faults); err != nil {
		return nil, err
	}
	return &Notifier{endpoint: u.String, hasQuery: u.RawQuery != "", to: receiver(u), secrets: slices.Clone(secrets), o: full, transport: newTransport(full)}, nil
}

// newTransport opens connections to the receiver itself, never to a proxy out of
// the environment, and speaks HTTP/1.1.
func newTransport(o Options) *http.Transport {
	dialer := &net.Dialer{Timeout: o.Timeout}
	if !o.AllowPrivate {
		dialer.Control = newGate().control
	}
	return &http.Transport{
		DialContext:            dialer.DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: o.RootCAs},
		TLSHandshakeTimeout:    o.Timeout,
		DisableCompression:     true, // what is small on the way stays small
		MaxIdleConns:           maxIdle,
		MaxIdleConnsPerHost:    maxIdle,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: maxAnswer,
	}
}

// String gives the receiver: the scheme, the host and the path of the endpoint.
func (n *Notifier) String() string { return n.to }

// CloseIdleConnections closes the connections that are kept for the next event.
// The notifier goes on to work.
func (n *Notifier) CloseIdleConnections() { n.transport.CloseIdleConnections() }

// Notify sends a notification, and waits for the answer. Every error is a
// [notification.UndeliveredError], which says what becomes of the notification;
// underneath is an [AnswerError], [ErrAddress], the error of ctx where that ended,
// [context.DeadlineExceeded] where the time was up, [casework.ErrInvalid] where
// the notification cannot be written as an event, or what the network said. No
// error shows a secret or the query of the endpoint.
func (n *Notifier) Notify(ctx context.Context, note casework.Notification) error {
	id, body, err := n.write(note)
	if err != nil {
		return n.undelivered(notification.Never, 0, err)
	}
	late := fmt.Errorf("no answer within %s: %w", n.o.Timeout, context.DeadlineExceeded)
	own, cancel := context.WithTimeoutCause(ctx, n.o.Timeout, late)
	defer cancel()
	answer, err := n.post(own, id, body)
	if err != nil {
		return n.undelivered(notification.Again, 0, newSilence(ctx, own, err, n.hasQuery))
	}
	defer answer.Body.Close() //nolint:errcheck // nothing is lost where it fails
	return n.judge(answer)
}

// write makes the event of a notification, and gives its id.
func (n *Notifier) write(note casework.Notification) (string, []byte, error) {
	e, err := newEnvelope(note, n.o.Source, n.o.Body)
	if err != nil {
		return "", nil, err
	}
	body, err := json.Marshal(e)
	if err != nil {
		return "", nil, fmt.Errorf("write event: %w", err)
	}
	return e.ID, body, nil
}

// post sends a signed message by the transport itself, which follows no redirects.
func (n *Notifier) post(ctx context.Context, id string, body []byte) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, n.endpoint(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	timestamp := strconv.FormatInt(n.o.Clock().Unix(), 10)
	r.Header.Set("Content-Type", mediaType)
	r.Header.Set("User-Agent", "needsled")
	r.Header.Set(headerID, id)
	r.Header.Set(headerTimestamp, timestamp)
	r.Header.Set(headerSignature, signAll(n.secrets, id, timestamp, body))
	return n.transport.RoundTrip(r)
}

// judge tells what an answer means.
func (n *Notifier) judge(answer *http.Response) error {
	quoted := begin(answer)
	if answer.StatusCode >= 200 && answer.StatusCode < 300 {
		return nil
	}
	if n.hasQuery {
		quoted = ""
	}
	return n.undelivered(fateOf(answer.StatusCode), waitOf(answer, n.o.Clock()), &AnswerError{Status: answer.StatusCode, Quoted: quoted})
}

func (n *Notifier) undelivered(fate notification.Fate, after time.Duration, cause error) error {
	return &notification.UndeliveredError{To: n.to, Fate: fate, After: after, Cause: cause}
}
