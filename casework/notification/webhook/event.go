package webhook

import (
	"encoding/json"
	"time"

	"github.com/needsled/needsled/casework"
)

// Event is what a receiver was told.
type Event struct {
	ID       string            // the case, a slash and the sequence; with Source the key by which to tell that it came before
	Source   string            // of the sender
	Type     string            // such as "needsled.cycle.need.identified"
	Time     time.Time         // when the entry was written down
	Sent     time.Time         // when this message was sent: whole seconds, UTC; later each time it comes again
	Tenant   string            // empty where there is none
	Case     casework.CaseID   // whose entry it is
	Seq      uint64            // of the entry in its case, from 1
	Kind     string            // of the case, such as "cycle"
	Position casework.Position // of the entry in the feed of the tenant
	Entry    Entry
}

// parseEvent reads an event, and checks the attributes that CloudEvents 1.0
// requires and those that say the same as the data. Attributes it does not know
// are left alone.
func parseEvent(body []byte) (Event, error) {
	var e envelope
	if err := json.Unmarshal(body, &e); err != nil {
		return Event{}, &VerifyError{Code: CodeEventMalformed, Message: "the body is an event as JSON", Cause: err}
	}
	if err := e.complete(); err != nil {
		return Event{}, err
	}
	if err := e.consistent(); err != nil {
		return Event{}, err
	}
	return Event{
		ID: e.ID, Source: e.Source, Type: e.Type, Time: e.Time, Tenant: e.Tenant,
		Case: e.Data.Entry.Case, Seq: e.Data.Entry.Seq, Kind: e.Data.Kind, Position: e.Data.Position, Entry: e.Data.Entry,
	}, nil
}

// complete checks that everything is there.
func (e envelope) complete() error {
	switch {
	case e.SpecVersion != specVersion:
		return incomplete("specversion is 1.0")
	case e.ID == "" || e.Source == "" || e.Type == "":
		return incomplete("an event has an id, a source and a type")
	case e.DataContentType != "" && e.DataContentType != dataType:
		return incomplete("datacontenttype is " + dataType)
	case e.Data == nil:
		return incomplete("an event has data")
	case e.Data.Entry.Case.IsZero() || e.Data.Entry.Seq == 0:
		return incomplete("an entry has a case and a sequence")
	}
	return nil
}

// consistent checks that the attributes say the same as the data.
func (e envelope) consistent() error {
	entry := e.Data.Entry
	switch {
	case e.ID != eventID(entry.Case, entry.Seq):
		return contradiction("the id is the case and the sequence of the entry")
	case e.Subject != "" && e.Subject != entry.Case.String():
		return contradiction("the subject is the case")
	case e.Type != eventType(e.Data.Kind, entry.Type):
		return contradiction("the type is that of the case and the entry")
	}
	return nil
}

func incomplete(message string) error {
	return &VerifyError{Code: CodeEventMalformed, Message: message}
}

func contradiction(message string) error {
	return &VerifyError{Code: CodeEventContradicts, Message: message}
}
