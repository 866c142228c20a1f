package webhook

import "errors"

// The sentinels every [VerifyError] answers to.
var (
	// ErrUnsigned: the request carries no signature to look at.
	ErrUnsigned = errors.New("unsigned")
	// ErrForged: no signature is that of a secret.
	ErrForged = errors.New("forged")
	// ErrStale: it was sent too long ago, or in the future.
	ErrStale = errors.New("stale")
	// ErrMalformed: it is not the message it should be.
	ErrMalformed = errors.New("malformed")
)

// The codes of a [VerifyError]. They are API.
const (
	CodeSignatureMissing   = "webhook.signature_missing"   // ErrUnsigned
	CodeSignatureWrong     = "webhook.signature_wrong"     // ErrForged
	CodeTimestampStale     = "webhook.timestamp_stale"     // ErrStale
	CodeTimestampFuture    = "webhook.timestamp_future"    // ErrStale
	CodeTimestampMalformed = "webhook.timestamp_malformed" // ErrMalformed
	CodeBodyTooLarge       = "webhook.body_too_large"      // ErrMalformed
	CodeBodyUnread         = "webhook.body_unread"         // ErrMalformed
	CodeContentType        = "webhook.content_type"        // ErrMalformed
	CodeEventMalformed     = "webhook.event_malformed"     // ErrMalformed
	CodeEventContradicts   = "webhook.event_contradicts"   // ErrMalformed
)

// VerifyError says why a request was not believed. It is one of the sentinels.
type VerifyError struct {
	Code    string // API
	Message string // for people; may be reworded
	Cause   error  // what was underneath, when something was
}

// Error gives "verify webhook: message (code)", and the cause.
func (e *VerifyError) Error() string {
	text := "verify webhook: " + e.Message + " (" + e.Code + ")"
	if e.Cause != nil {
		text += ": " + e.Cause.Error()
	}
	return text
}

// Unwrap gives the sentinel and the cause.
func (e *VerifyError) Unwrap() []error {
	if e.Cause == nil {
		return []error{e.sentinel()}
	}
	return []error{e.sentinel(), e.Cause}
}

func (e *VerifyError) sentinel() error {
	switch e.Code {
	case CodeSignatureMissing:
		return ErrUnsigned
	case CodeSignatureWrong:
		return ErrForged
	case CodeTimestampStale, CodeTimestampFuture:
		return ErrStale
	}
	return ErrMalformed
}
