package watermill

import (
	"bytes"
	"encoding/json"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/needsled/needsled/casework"
)

// Payload is what a message carries, as JSON. Fields are added over time and none
// changes its meaning: a receiver leaves alone what it does not know.
type Payload struct {
	Tenant   string            `json:"tenant"`   // whose case it is
	Position casework.Position `json:"position"` // in the tenant's feed; 0 where the sender followed none
	Kind     string            `json:"kind"`     // of the case, such as "cycle"
	// Entry is the entry without its salt. Unless the sender's options ask for all
	// of it, the reason is empty, the data is null, and actors have no name and no
	// original: neither says that there was none.
	Entry casework.Entry `json:"entry"`
}

// Decode reads the payload of a message. What is no [Payload], or does not say of
// which entry it is, is [casework.ErrInvalid].
func Decode(payload []byte) (casework.Notification, error) {
	var p Payload
	if err := json.Unmarshal(payload, &p); err != nil {
		wrong := casework.Fault{Path: "payload", Code: "payload.malformed", Message: "the payload is not that of a notification"}
		return casework.Notification{}, &casework.InvalidError{Op: "read a message", Faults: []casework.Fault{wrong}, Cause: err}
	}
	if err := casework.InvalidIf("read a message", p.faults()); err != nil {
		return casework.Notification{}, err
	}
	if bytes.Equal(p.Entry.Data, []byte("null")) {
		p.Entry.Data = nil
	}
	return casework.Notification{Tenant: p.Tenant, Position: p.Position, Kind: p.Kind, Entry: p.Entry}, nil
}

// Read reads a message; see [Decode]. It neither acknowledges nor refuses it.
func Read(m *message.Message) (casework.Notification, error) {
	if m == nil {
		return casework.Notification{}, casework.Invalid("read a message", casework.Fault{Path: "message", Code: "message.missing", Message: "there is no message"})
	}
	return Decode(m.Payload)
}

func (p Payload) faults() []casework.Fault {
	var faults []casework.Fault
	if p.Kind == "" {
		faults = append(faults, casework.Fault{Path: "kind", Code: "payload.kind_missing", Message: "it does not say of what kind the case is"})
	}
	if p.Entry.Case.IsZero() {
		faults = append(faults, casework.Fault{Path: "entry.case", Code: "payload.case_missing", Message: "it does not say of which case it is"})
	}
	if p.Entry.Seq == 0 {
		faults = append(faults, casework.Fault{Path: "entry.seq", Code: "payload.seq_missing", Message: "it does not say of which entry it is"})
	}
	if p.Entry.Type == "" {
		faults = append(faults, casework.Fault{Path: "entry.type", Code: "payload.type_missing", Message: "it does not say of what type the entry is"})
	}
	return faults
}

// encode writes the payload of a notification. One that [Decode] would not read is
// [casework.ErrInvalid].
func encode(n casework.Notification, full bool) ([]byte, error) {
	p := Payload{Tenant: n.Tenant, Position: n.Position, Kind: n.Kind, Entry: n.Entry.Clone()}
	p.Entry.Salt = nil
	if !full {
		p.Entry = reduced(p.Entry)
	}
	if err := casework.InvalidIf("write a message", p.faults()); err != nil {
		return nil, err
	}
	b, err := json.Marshal(p)
	if err != nil {
		wrong := casework.Fault{Path: "entry", Code: "payload.unwritable", Message: "the entry cannot be written"}
		return nil, &casework.InvalidError{Op: "write a message", Faults: []casework.Fault{wrong}, Cause: err}
	}
	return b, nil
}

// reduced takes away what may say something about people. The entry is the
// caller's own.
func reduced(e casework.Entry) casework.Entry {
	e.Reason, e.Data = "", nil
	for a := &e.Actor; a != nil; a = a.OnBehalfOf {
		a.Name, a.Original = "", ""
	}
	return e
}
