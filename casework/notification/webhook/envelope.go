package webhook

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/needsled/needsled/casework"
)

const (
	mediaType   = "application/cloudevents+json" // CloudEvents 1.0 JSON format, §3
	specVersion = "1.0"
	dataType    = "application/json"
)

// envelope is an event as it is written (CloudEvents 1.0 JSON format, §3).
type envelope struct {
	SpecVersion     string    `json:"specversion"`
	ID              string    `json:"id"`
	Source          string    `json:"source"`
	Type            string    `json:"type"`
	Subject         string    `json:"subject,omitempty"`
	Time            time.Time `json:"time,omitzero"`
	DataContentType string    `json:"datacontenttype,omitempty"`
	Tenant          string    `json:"tenant,omitempty"`
	Sequence        string    `json:"sequence,omitempty"`
	PartitionKey    string    `json:"partitionkey,omitempty"`
	Data            *payload  `json:"data"`
}

// payload is the data of an event.
type payload struct {
	Kind     string            `json:"kind"`
	Position casework.Position `json:"position"`
	Entry    Entry             `json:"entry"`
}

// Entry is a line of a journal as an event carries it: a [casework.Entry] without
// its salt, and under the same names in JSON. What is [Full] only is empty in an
// event that is [Bare].
type Entry struct {
	Case      casework.CaseID `json:"case"`
	Seq       uint64          `json:"seq"`     // from 1, without gaps
	Type      string          `json:"type"`    // such as "need.identified"
	Version   int             `json:"version"` // of the type's data, from 1
	Actor     casework.Actor  `json:"actor"`   // bare: the kind, the id and the agency's id, and those of the principal
	Effective time.Time       `json:"effective"`
	Recorded  time.Time       `json:"recorded"`
	Move      casework.Move   `json:"move,omitempty"`
	From      casework.State  `json:"from,omitempty"`
	To        casework.State  `json:"to,omitempty"`
	Reason    string          `json:"reason,omitempty"` // full only
	Imported  bool            `json:"imported,omitempty"`
	Redacted  bool            `json:"redacted,omitempty"`
	Data      json.RawMessage `json:"data,omitempty"`   // full only
	Content   casework.Hash   `json:"content,omitzero"` // full only
	Prev      casework.Hash   `json:"prev,omitzero"`    // full only; left out for the first entry
	Hash      casework.Hash   `json:"hash,omitzero"`    // full only
}

// newEnvelope puts a notification into an event. One that cannot be written as
// an event is [casework.ErrInvalid].
func newEnvelope(n casework.Notification, source string, body Body) (envelope, error) {
	if err := casework.InvalidIf("write event", notificationFaults(n)); err != nil {
		return envelope{}, err
	}
	id := n.Entry.Case.String()
	return envelope{
		SpecVersion: specVersion, ID: eventID(n.Entry.Case, n.Entry.Seq), Source: source, Type: eventType(n.Kind, n.Entry.Type),
		Subject: id, Time: n.Entry.Recorded.UTC(), DataContentType: dataType,
		Tenant: n.Tenant, Sequence: fmt.Sprintf("%020d", n.Entry.Seq), PartitionKey: id,
		Data: &payload{Kind: n.Kind, Position: n.Position, Entry: newEntry(n.Entry, body)},
	}, nil
}

func eventID(id casework.CaseID, seq uint64) string { return fmt.Sprintf("%s/%d", id, seq) }

func eventType(kind, entry string) string { return "needsled." + kind + "." + entry }

// newEntry leaves out what is not to be sent.
func newEntry(e casework.Entry, body Body) Entry {
	sent := Entry{
		Case: e.Case, Seq: e.Seq, Type: e.Type, Version: e.Version, Actor: bareActor(e.Actor), Effective: e.Effective, Recorded: e.Recorded.UTC(),
		Move: e.Move, From: e.From, To: e.To, Imported: e.Imported, Redacted: e.Redacted,
	}
	if body != Full {
		return sent
	}
	sent.Actor, sent.Reason, sent.Data = e.Actor, e.Reason, e.Data
	sent.Content, sent.Prev, sent.Hash = e.Content, e.Prev, e.Hash
	return sent
}

// bareActor leaves the ids.
func bareActor(a casework.Actor) casework.Actor {
	bare := casework.Actor{Kind: a.Kind, ID: a.ID, Agency: casework.Agency{ID: a.Agency.ID}}
	if a.OnBehalfOf != nil {
		principal := bareActor(*a.OnBehalfOf)
		bare.OnBehalfOf = &principal
	}
	return bare
}

// notificationFaults lists what keeps a notification from being an event.
func notificationFaults(n casework.Notification) []casework.Fault {
	var faults []casework.Fault
	if n.Entry.Case.IsZero() || n.Entry.Seq == 0 {
		faults = append(faults, casework.Fault{Path: "entry", Code: "webhook.entry_incomplete", Message: "an entry has a case and a sequence"})
	}
	if n.Tenant != "" && !isAttribute(n.Tenant) {
		faults = append(faults, notAnAttribute("tenant"))
	}
	if !isAttribute(n.Kind) {
		faults = append(faults, notAnAttribute("kind"))
	}
	if !isAttribute(n.Entry.Type) {
		faults = append(faults, notAnAttribute("entry.type"))
	}
	return faults
}

// isAttribute tells whether a text may stand in an attribute (CloudEvents 1.0,
// "Type System", String).
func isAttribute(text string) bool {
	return text != "" && utf8.ValidString(text) && !strings.ContainsFunc(text, unicode.IsControl)
}

func notAnAttribute(path string) casework.Fault {
	return casework.Fault{Path: path, Code: "webhook.attribute_malformed", Message: "an attribute of an event is text without control characters"}
}
