package webhook

import (
	"crypto/x509"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/needsled/needsled/casework"
)

// Body says how much of an entry is sent.
type Body string

// The bodies.
const (
	// Bare sends ids, types, the move with its states, times, and of an actor the
	// kind, the id and the id of the agency. It sends no reason, no data, no names
	// and no hashes.
	Bare Body = "bare"
	// Full sends everything but the salt.
	Full Body = "full"
)

const (
	defaultSource    = "/needsled"
	defaultTimeout   = 10 * time.Second
	defaultTolerance = 5 * time.Minute
	defaultMaxBody   = 1 << 20
)

// Options are what may be set for a sender; the zero value and nil give the
// defaults.
type Options struct {
	// Source is the source of every event, a URI-reference (CloudEvents 1.0,
	// "source"); "/needsled" where empty. Source and id together are unique: give
	// each installation its own where a receiver hears of several.
	Source string
	// Body says how much of an entry is sent; [Bare] where empty.
	Body Body
	// Timeout bounds one delivery from dialling to the end of the answer; 10 s where zero.
	Timeout time.Duration
	// AllowHTTP permits an endpoint without TLS.
	AllowHTTP bool
	// AllowPrivate permits addresses that are not public, such as those of the
	// machine itself and of the network it stands in. It is for receivers the host
	// runs itself, and never for endpoints that others may enter.
	AllowPrivate bool
	// RootCAs are whom certificates are trusted from; those of the system where nil.
	RootCAs *x509.CertPool
	// Clock tells the time of sending; time.Now where nil.
	Clock func() time.Time
}

// withDefaults fills in what was left out.
func (o *Options) withDefaults() Options {
	var with Options
	if o != nil {
		with = *o
	}
	if with.Source == "" {
		with.Source = defaultSource
	}
	if with.Body == "" {
		with.Body = Bare
	}
	if with.Timeout == 0 {
		with.Timeout = defaultTimeout
	}
	with.Clock = clock(with.Clock)
	return with
}

// faults lists what is wrong with options that are filled in.
func (o Options) faults() []casework.Fault {
	var faults []casework.Fault
	if !isReference(o.Source) {
		faults = append(faults, casework.Fault{Path: "source", Code: "webhook.source_malformed", Message: "a source is a URI-reference, such as /needsled or https://council.example/commissioning"})
	}
	if o.Body != Bare && o.Body != Full {
		faults = append(faults, casework.Fault{Path: "body", Code: "webhook.body_unknown", Message: "a body is bare or full"})
	}
	return append(faults, negative("timeout", o.Timeout < 0)...)
}

// isReference tells whether a text is made of what a URI-reference is made of
// (RFC 3986 §4.1).
func isReference(text string) bool {
	_, err := url.Parse(text)
	odd := func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune("<>\"{}|\\^`", r) }
	return err == nil && !strings.ContainsFunc(text, odd)
}

// VerifyOptions are what may be set for a receiver; the zero value and nil give
// the defaults.
type VerifyOptions struct {
	// Tolerance is how far the time of sending may lie from now, before and after;
	// 5 min where zero. The very limit is still good.
	Tolerance time.Duration
	// MaxBody is how many bytes a body may have; 1 MiB where zero.
	MaxBody int64
	// Clock tells the time; time.Now where nil.
	Clock func() time.Time
}

// withDefaults fills in what was left out.
func (o *VerifyOptions) withDefaults() VerifyOptions {
	var with VerifyOptions
	if o != nil {
		with = *o
	}
	if with.Tolerance == 0 {
		with.Tolerance = defaultTolerance
	}
	if with.MaxBody == 0 {
		with.MaxBody = defaultMaxBody
	}
	with.Clock = clock(with.Clock)
	return with
}

// faults lists what is wrong with options that are filled in.
func (o VerifyOptions) faults() []casework.Fault {
	return slices.Concat(negative("tolerance", o.Tolerance < 0), negative("max_body", o.MaxBody < 0))
}

func negative(name string, is bool) []casework.Fault {
	if !is {
		return nil
	}
	return []casework.Fault{{Path: name, Code: "webhook." + name + "_negative", Message: "it is positive, or zero for the default"}}
}

// secretFaults lists what is wrong with the secrets of either side.
func secretFaults(secrets []Secret) []casework.Fault {
	if len(secrets) == 0 {
		return []casework.Fault{{Path: "secrets", Code: "webhook.secret_missing", Message: "at least one secret is required"}}
	}
	var faults []casework.Fault
	for i, s := range secrets {
		if s.isZero() {
			faults = append(faults, casework.Fault{Path: fmt.Sprintf("secrets[%d]", i), Code: "webhook.secret_missing", Message: "a secret is read with ParseSecret"})
		}
	}
	return faults
}

// clock gives the clock that was set, or that of the system.
func clock(set func() time.Time) func() time.Time {
	if set != nil {
		return set
	}
	return time.Now //nolint:forbidigo // the receiver checks the age of a message; this is the door of the clock
}
