package casework

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"time"
)

// State is where a case is: a plain name out of a [Definition].
type State string

// Move is an action that may take a case from one state to another: a plain
// name out of a [Definition].
type Move string

// Hash is a SHA-256 digest, hexadecimal as text.
type Hash [sha256.Size]byte

// String gives the hexadecimal form.
func (h Hash) String() string {
	var text [2 * len(h)]byte
	hex.Encode(text[:], h[:])
	return string(text[:])
}

// IsZero tells whether the hash was never computed.
func (h Hash) IsZero() bool { return h == Hash{} }

// MarshalText writes the hexadecimal form.
func (h Hash) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, h[:]), nil }

// UnmarshalText reads the hexadecimal form; anything else gives [ErrInvalid].
func (h *Hash) UnmarshalText(b []byte) error {
	if len(b) != hex.EncodedLen(len(h)) {
		return Invalid("parse hash", Fault{Path: "hash", Code: "hash.malformed", Message: "a hash is 64 hexadecimal digits"})
	}
	if _, err := hex.Decode(h[:], b); err != nil {
		return Invalid("parse hash", Fault{Path: "hash", Code: "hash.malformed", Message: "a hash is 64 hexadecimal digits"})
	}
	return nil
}

// Entry is one line of a journal. Entries are never edited; a correction is a
// new entry. Redaction empties Reason and Data of an entry, yet the chain over
// all entries still verifies, because the chain holds only their salted digest.
// The Data of a redacted entry of an [Event] is {"form":n,"data":...}: what
// stays, and the version of the event's data it is written in.
type Entry struct {
	Case      CaseID          `json:"case"`
	Seq       uint64          `json:"seq"`     // from 1, without gaps
	Type      string          `json:"type"`    // such as "need.identified"
	Version   int             `json:"version"` // of the type's data, from 1
	Actor     Actor           `json:"actor"`
	Effective time.Time       `json:"effective"` // when it took effect, with the offset it was given in
	Recorded  time.Time       `json:"recorded"`  // when it was written down: UTC, microseconds
	Move      Move            `json:"move,omitempty"`
	From      State           `json:"from,omitempty"`
	To        State           `json:"to,omitempty"`
	Reason    string          `json:"reason,omitempty"`
	Imported  bool            `json:"imported,omitempty"` // brought in; never proof that a control worked
	Redacted  bool            `json:"redacted,omitempty"` // Reason is emptied, Data reduced to ids
	Data      json.RawMessage `json:"data"`
	Salt      []byte          `json:"salt,omitempty"` // gone after redaction
	Content   Hash            `json:"content"`        // salted digest of Reason and Data as first written
	Prev      Hash            `json:"prev"`           // Hash of the entry before; zero for the first
	Hash      Hash            `json:"hash"`
}

// Seal computes the entry's content digest from its salt, reason and data, sets
// Prev, and computes Hash over every field. An entry is sealed once, when all
// else is in place.
func (e *Entry) Seal(prev Hash) {
	e.Prev = prev
	e.Content = e.contentHash()
	e.Hash = e.chainHash()
}

// contentHash is the salted digest of what redaction may take away.
func (e *Entry) contentHash() Hash {
	var space [512]byte
	b := appendField(space[:0], e.Salt)
	b = appendField(b, e.Reason)
	b = appendField(b, e.Data)
	return sha256.Sum256(b)
}

// chainHash covers every field but the salt, the reason and the data, which it
// holds through Content, and Redacted, which redaction sets.
func (e *Entry) chainHash() Hash {
	var space [512]byte
	b := append(space[:0], e.Prev[:]...)
	b = append(b, e.Case[:]...)
	b = binary.BigEndian.AppendUint64(b, e.Seq)
	b = appendField(b, e.Type)
	b = binary.BigEndian.AppendUint64(b, uint64(e.Version)) //nolint:gosec // versions are positive
	b = appendActor(b, &e.Actor)
	b = appendTime(b, e.Effective)
	b = appendTime(b, e.Recorded.UTC())
	b = appendField(b, e.Move)
	b = appendField(b, e.From)
	b = appendField(b, e.To)
	b = appendFlag(b, e.Imported)
	b = append(b, e.Content[:]...)
	return sha256.Sum256(b)
}

// appendField writes a field behind its length, so that no two different
// sequences of fields give the same bytes.
func appendField[T ~string | ~[]byte](b []byte, field T) []byte {
	b = binary.BigEndian.AppendUint64(b, uint64(len(field)))
	return append(b, field...)
}

func appendFlag(b []byte, flag bool) []byte {
	if flag {
		return append(b, 1)
	}
	return append(b, 0)
}

func appendTime(b []byte, t time.Time) []byte {
	var space [len(time.RFC3339Nano) + 8]byte
	return appendField(b, t.AppendFormat(space[:0], time.RFC3339Nano))
}

func appendActor(b []byte, a *Actor) []byte {
	b = appendField(b, a.Kind)
	b = appendField(b, a.ID)
	b = appendField(b, a.Name)
	b = appendField(b, a.Agency.ID)
	b = appendField(b, a.Agency.Name)
	b = appendField(b, a.Agency.Sector)
	b = appendField(b, a.Agency.Kind)
	b = appendField(b, a.Original)
	if a.OnBehalfOf == nil {
		return appendFlag(b, false)
	}
	return appendActor(appendFlag(b, true), a.OnBehalfOf)
}

// Clone copies the entry and everything it points at.
func (e Entry) Clone() Entry {
	e.Actor = e.Actor.clone()
	e.Data = append(json.RawMessage(nil), e.Data...)
	if e.Salt != nil {
		e.Salt = append([]byte(nil), e.Salt...)
	}
	return e
}

// normalTime keeps what an entry can carry: microseconds, and an offset of
// whole minutes below a day. Any other zone becomes UTC.
func normalTime(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	t = t.Truncate(time.Microsecond)
	_, offset := t.Zone()
	if offset == 0 || offset%60 != 0 || max(offset, -offset) >= 24*60*60 {
		return t.UTC()
	}
	return t.In(time.FixedZone("", offset))
}
