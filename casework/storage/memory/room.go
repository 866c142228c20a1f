package memory

import (
	"bytes"
	"fmt"
	"slices"
	"sync"

	"github.com/needsled/needsled/casework"
)

// archive is what all tenants share: the lock and the count of entries.
type archive struct {
	mu    sync.Mutex
	rooms map[string]*room
	last  casework.Position
}

// room is all that one tenant has.
type room struct {
	files     map[casework.CaseID]*file
	order     []casework.CaseID // of files, by id
	claims    map[claim]casework.CaseID
	receipts  map[string]casework.Receipt
	feed      []line
	bookmarks map[string]*bookmark // by subscriber
}

// file is one case with its journal.
type file struct {
	record  casework.Record
	entries []casework.Entry
}

// line points from the feed at an entry, so that a redaction shows there too.
type line struct {
	position casework.Position
	id       casework.CaseID
	seq      uint64
}

// claim is something one case of a tenant may hold at a time.
type claim struct {
	kind          casework.ConflictKind // reference or live
	scheme, value string
}

func referenceClaim(ref casework.ExternalRef) claim {
	return claim{kind: casework.ConflictReference, scheme: ref.Scheme, value: ref.Value}
}

// claimsOf lists what an index claims.
func claimsOf(x casework.Index) []claim {
	var claims []claim
	for _, ref := range x.Refs {
		claims = append(claims, referenceClaim(ref))
	}
	if x.Live != "" {
		claims = append(claims, claim{kind: casework.ConflictLive, value: x.Live})
	}
	return claims
}

func (c claim) String() string {
	if c.kind == casework.ConflictReference {
		return casework.ExternalRef{Scheme: c.scheme, Value: c.value}.String()
	}
	return c.value
}

func (a *archive) room(tenant string) *room {
	r, found := a.rooms[tenant]
	if !found {
		r = &room{
			files:     map[casework.CaseID]*file{},
			claims:    map[claim]casework.CaseID{},
			receipts:  map[string]casework.Receipt{},
			bookmarks: map[string]*bookmark{},
		}
		a.rooms[tenant] = r
	}
	return r
}

// admit tells whether the whole batch can be written. After it, nothing fails.
func (r *room) admit(b casework.Batch) error {
	if err := casework.InvalidIf("append", b.Faults()); err != nil {
		return err
	}
	var faults []casework.Fault
	for i, c := range b.Changes {
		head, err := r.head(c)
		if err != nil {
			return err
		}
		faults = append(faults, c.Follows(fmt.Sprintf("changes[%d]", i), head)...)
	}
	if err := casework.InvalidIf("append", faults); err != nil {
		return err
	}
	return r.contest(b.Changes)
}

// head gives the hash the change has to follow, if its case stands where the
// change was decided.
func (r *room) head(c casework.Change) (casework.Hash, error) {
	f, found := r.files[c.Case]
	switch {
	case !found && c.After == 0:
		return casework.Hash{}, nil
	case !found:
		return casework.Hash{}, caseNotFound("append", c.Case)
	case f.record.Seq == c.After:
		return f.record.Head, nil
	}
	last := f.entries[len(f.entries)-1].Clone()
	return casework.Hash{}, &casework.ConflictError{
		Op: "append", Kind: casework.ConflictSequence, Case: c.Case,
		Expected: c.After, Actual: f.record.Seq, By: last.Actor, At: last.Recorded,
	}
}

// contest looks for a claim that another case holds. A case that is written
// holds what its new index says and nothing else, so releases come first.
func (r *room) contest(changes []casework.Change) error {
	written := make(map[casework.CaseID]bool, len(changes))
	for _, c := range changes {
		written[c.Case] = len(c.Entries) > 0
	}
	taken := map[claim]casework.CaseID{}
	for _, c := range changes {
		if !written[c.Case] {
			continue
		}
		for _, wanted := range claimsOf(c.Index) {
			holder, held := taken[wanted]
			if !held {
				holder, held = r.claims[wanted]
				held = held && !written[holder]
			}
			if held && holder != c.Case {
				return &casework.ConflictError{Op: "append", Kind: wanted.kind, Case: c.Case, Subject: wanted.String(), Holder: holder}
			}
			taken[wanted] = c.Case
		}
	}
	return nil
}

// release frees the claims of all cases that are about to be written.
func (r *room) release(changes []casework.Change) {
	for _, c := range changes {
		f, found := r.files[c.Case]
		if !found || len(c.Entries) == 0 {
			continue
		}
		for _, held := range claimsOf(f.record.Index) {
			delete(r.claims, held)
		}
	}
}

// write puts an admitted change into its case, its claims and the feed.
func (r *room) write(a *archive, c casework.Change) {
	f := r.open(c.Case)
	for _, redaction := range c.Redact {
		redact(&f.entries[redaction.Seq-1], redaction)
	}
	for _, e := range c.Entries {
		f.entries = append(f.entries, e.Clone())
		a.last++
		r.feed = append(r.feed, line{position: a.last, id: c.Case, seq: e.Seq})
	}
	last := f.entries[len(f.entries)-1]
	f.record = casework.Record{
		Case: c.Case, Seq: last.Seq, Head: last.Hash,
		Index: copyIndex(c.Index), Shape: c.Shape, Document: bytes.Clone(c.Document),
	}
	for _, wanted := range claimsOf(c.Index) {
		r.claims[wanted] = c.Case
	}
}

// open gives the case's file, a new one where there is none.
func (r *room) open(id casework.CaseID) *file {
	f, found := r.files[id]
	if found {
		return f
	}
	f = &file{}
	r.files[id] = f
	at, _ := slices.BinarySearchFunc(r.order, id, compareIDs)
	r.order = slices.Insert(r.order, at, id)
	return f
}

// redact takes away what the chain does not cover.
func redact(e *casework.Entry, with casework.Redaction) {
	e.Redacted = true
	e.Reason = ""
	e.Salt = nil
	e.Data = bytes.Clone(with.Data)
}
