package casework

import (
	"context"
	"encoding/json"
	"iter"
	"time"
)

// Store keeps journals. Prove an implementation with storagetest.Run.
//
// A store answers for one tenant; concrete stores give the others by their
// Tenant method. Whatever it is handed it copies, and whatever it hands out is
// the caller's own.
type Store interface {
	// Load gives the case as it stands: one read, whatever its age. A case that
	// does not exist, or is another tenant's, is [ErrNotFound].
	Load(ctx context.Context, id CaseID) (Record, error)

	// Append writes all the changes of the batch or none of them.
	//
	// The key is looked at first: a known key with the same digest gives the
	// first receipt again, with Replayed set, and writes nothing; with another
	// digest it is [ErrConflict]. Then every change must find its case at the
	// sequence After, or it is [ErrConflict] with the actual sequence and who
	// moved it; a case that should exist and does not is [ErrNotFound]. Then the
	// external references and the live claims of all changes are applied, those
	// that release before those that take, and one held by another case is
	// [ErrConflict].
	//
	// A change without entries is an assertion: it fails the batch if the case
	// has moved, and is otherwise left no trace. A malformed batch is [ErrInvalid].
	Append(ctx context.Context, b Batch) (Receipt, error)

	// Receipt tells what an idempotency key did before; [ErrNotFound] when it
	// was never used by this tenant.
	Receipt(ctx context.Context, key string) (Receipt, error)

	// History gives the entries of a case after a sequence, in order. It reads
	// in pages and holds no cursor open between them. A case that does not exist
	// yields one [ErrNotFound].
	History(ctx context.Context, id CaseID, after uint64) iter.Seq2[Entry, error]
}

// Record is a case as a store holds it.
type Record struct {
	Case     CaseID
	Seq      uint64 // of the last entry
	Head     Hash   // of the last entry
	Index    Index
	Shape    int             // of the document; an older one is rebuilt from the journal
	Document json.RawMessage // fold of the journal
}

// Index is what a store keeps beside the document, to find cases by and to hold
// them unique. It is computed anew with every change.
type Index struct {
	Kind       string        `json:"kind"`
	Definition Pin           `json:"definition"`
	State      State         `json:"state"`
	Final      bool          `json:"final,omitempty"`   // the case is over
	Title      string        `json:"title,omitempty"`   // for lists
	Subject    string        `json:"subject,omitempty"` // a pseudonym, where the case is about one person
	Holder     string        `json:"holder,omitempty"`  // id of the actor the case is assigned to
	Live       string        `json:"live,omitempty"`    // at most one case per tenant carries the same claim
	Due        time.Time     `json:"due,omitzero"`      // the next deadline that has not fired; UTC
	Refs       []ExternalRef `json:"refs,omitempty"`    // unique per tenant and scheme
}

// Batch is one unit's work.
type Batch struct {
	Key     string // idempotency key, scoped to the tenant; empty when none was given
	Digest  Hash   // of the command behind the key
	Changes []Change
}

// Change is what a batch does to one case. A case stands in a batch once.
type Change struct {
	Case     CaseID
	After    uint64  // the sequence the case was read at; 0 for a new case
	Entries  []Entry // sealed, numbered After+1, After+2, ...; none makes it an assertion
	Redact   []Redaction
	Index    Index
	Shape    int
	Document json.RawMessage
}

// Redaction empties an entry written before: its reason and salt go, its data
// becomes the skeleton, Redacted is set. All else stays, so the chain holds.
type Redaction struct {
	Seq  uint64
	Data json.RawMessage
}

// Receipt says what a batch did.
type Receipt struct {
	Key      string       `json:"key,omitempty"`
	Digest   Hash         `json:"digest,omitzero"`
	Cases    []CaseChange `json:"cases"`
	Replayed bool         `json:"-"` // the key was known: this is what the first call did
}

// CaseChange is what a batch did to one case: entries First to Last, both
// included. An assertion is not listed.
type CaseChange struct {
	Case  CaseID `json:"case"`
	First uint64 `json:"first"`
	Last  uint64 `json:"last"`
}

// Finder is a [Store] that finds a case by the host's own number.
type Finder interface {
	// Find gives the case that carries the reference, or [ErrNotFound].
	Find(ctx context.Context, ref ExternalRef) (CaseID, error)
}

// Lister is a [Store] that lists its cases.
type Lister interface {
	// List gives the tenant's cases that match, in the order of their ids. It
	// reads in pages and holds no cursor open between them.
	List(ctx context.Context, q Query) iter.Seq2[Summary, error]
}

// Query narrows a list. The zero Query matches every case.
type Query struct {
	Kind       string    // exact
	Definition string    // name of the definition, any version
	State      State     // exact
	Subject    string    // exact
	Holder     string    // exact
	DueBy      time.Time // has a deadline at or before this
	After      CaseID    // only ids beyond this one
}

// Summary is a case as lists show it.
type Summary struct {
	Case  CaseID
	Seq   uint64
	Index Index
}

// Feeder is a [Store] whose entries can be followed.
type Feeder interface {
	// Feed gives up to limit items after a position, in order. A reader that
	// goes on from the last position it saw meets every committed entry of the
	// tenant once, and each case's in order. In which order the cases of one commit
	// come is the store's own. No items means nothing new.
	Feed(ctx context.Context, after Position, limit int) ([]FeedItem, error)
}

// Position is a place in a feed. Positions grow; what lies between two of them
// has no meaning.
type Position uint64

// FeedItem is one entry in a feed.
type FeedItem struct {
	Position Position
	Entry    Entry
	Kind     string // of the entry's case
}

// InTransaction is a [Store] that may be bound to the host's transaction.
type InTransaction interface {
	// InTransaction tells whether this value writes into the host's transaction,
	// which the host itself commits or rolls back.
	InTransaction() bool
}
