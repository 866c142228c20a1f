package webhook

import (
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/needsled/needsled/casework"
)

// How long the key within a secret is, in bytes (Standard Webhooks, "Signature
// scheme").
const (
	minKey = 24
	maxKey = 64
)

const (
	secretPrefix = "whsec_"
	secretShown  = secretPrefix + "***"
)

// Secret is what a sender and a receiver share, and nobody else knows. It never
// shows itself: every way of printing gives "whsec_***". The zero Secret is
// refused everywhere.
type Secret struct {
	// The key stands behind a function, since a value in an unexported field of
	// another struct is printed without its own methods being asked, and of a function
	// nothing is printed but where it is.
	key func() []byte
}

// ParseSecret reads a secret as Standard Webhooks writes it: "whsec_" and the
// base64 of 24 to 64 random bytes, with padding. Anything else is
// [casework.ErrInvalid], in words that do not repeat it.
func ParseSecret(text string) (Secret, error) {
	encoded, prefixed := strings.CutPrefix(text, secretPrefix)
	key, err := base64.StdEncoding.Strict().DecodeString(encoded)
	if !prefixed || err != nil || strings.ContainsAny(encoded, "\r\n") {
		return Secret{}, casework.Invalid("parse webhook secret", casework.Fault{Path: "secret", Code: "webhook.secret_malformed", Message: "a secret is whsec_ and base64 with padding"})
	}
	if len(key) < minKey || len(key) > maxKey {
		return Secret{}, casework.Invalid("parse webhook secret", casework.Fault{Path: "secret", Code: "webhook.secret_length", Message: "a secret has 24 to 64 bytes"})
	}
	return Secret{key: func() []byte { return key }}, nil
}

// String gives "whsec_***".
func (s Secret) String() string { return secretShown }

// GoString gives "whsec_***".
func (s Secret) GoString() string { return secretShown }

// Format writes "whsec_***", whatever the verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, secretShown) }

// LogValue gives "whsec_***".
func (s Secret) LogValue() slog.Value { return slog.StringValue(secretShown) }

// MarshalText gives "whsec_***", so that a secret in a settings file that is
// written out stays where it is.
func (s Secret) MarshalText() ([]byte, error) { return []byte(secretShown), nil }

func (s Secret) isZero() bool { return s.key == nil }
