package webhook

import (
	"context"
	"errors"
	"net"
)

// silence says why there was no answer. Its text is fit to be read; what is
// underneath may hold what a receiver made up.
type silence struct {
	text   string
	causes []error
}

func (s *silence) Error() string { return s.text }

func (s *silence) Unwrap() []error { return s.causes }

// newSilence finds out why there was no answer: the caller went away, the time was
// up, or it is as err says. Where the endpoint has a query the text of err is used
// only where no receiver had a hand in it, since a receiver may repeat the query.
func newSilence(caller, own context.Context, err error, hasQuery bool) error {
	var dialled *net.OpError
	switch {
	case caller.Err() != nil:
		return &silence{text: caller.Err().Error(), causes: []error{caller.Err(), err}}
	case own.Err() != nil:
		return &silence{text: context.Cause(own).Error(), causes: []error{context.Cause(own), err}}
	case hasQuery && !errors.As(err, &dialled):
		return &silence{text: "there is no answer that can be read", causes: []error{err}}
	}
	return &silence{text: quotable(err.Error()), causes: []error{err}}
}
