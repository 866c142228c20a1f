package casework

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"time"
)

// document is what a store keeps of a case: the shared part and the kind's own.
type document struct {
	Case *keptCase `json:"case"`
	Body any       `json:"body"`
}

// encode writes the state document.
func (k *Kind[T]) encode(c T) (json.RawMessage, error) {
	raw, err := json.Marshal(document{Case: &c.base().kept, Body: k.spec.Document(c)})
	if err != nil {
		return nil, &InvalidError{
			Op:     "write the document of " + k.spec.Name,
			Faults: []Fault{{Path: "document", Code: "document.unwritable", Message: "the state cannot be written as JSON"}},
			Cause:  err,
		}
	}
	return raw, nil
}

// restore gives the case a record holds, without its journal. A record of an
// older shape, or without a document, tells so by stale: it must be folded.
func (k *Kind[T]) restore(r Record) (c T, stale bool, err error) {
	op := "load " + k.spec.Name
	if r.Index.Kind != k.spec.Name {
		return c, false, &NotFoundError{Op: op, What: k.spec.Name, ID: r.Case.String()}
	}
	if r.Shape > k.spec.Shape {
		return c, false, &CorruptError{Op: op, Case: r.Case, Code: "document.future", What: "the document was written by a later version of the library"}
	}
	if r.Shape < k.spec.Shape || len(r.Document) == 0 {
		return c, true, nil
	}
	c = k.empty(r.Case)
	b := c.base()
	if err := json.Unmarshal(r.Document, &document{Case: &b.kept, Body: k.spec.Document(c)}); err != nil {
		return c, false, &CorruptError{Op: op, Case: r.Case, Code: "document.unreadable", What: "the document is not what its kind says", Cause: err}
	}
	if b.table, err = k.pinned(r.Case, b.kept.Pin); err != nil {
		return c, false, err
	}
	b.seq, b.head = r.Seq, r.Head
	return c, false, nil
}

// Fold rebuilds a case from its whole journal. It trusts no document and no
// table: entries say where they lead, and of the definitions only the one the
// case runs under in the end must be among those given. A gap, an unreadable
// entry or one from the future is [ErrCorrupt].
func (k *Kind[T]) Fold(entries iter.Seq2[Entry, error]) (T, error) {
	var c, none T
	begun := false
	for e, err := range entries {
		if err != nil {
			return none, err
		}
		if !begun {
			c, begun = k.empty(e.Case), true
		}
		b := c.base()
		if e.Case != b.id || e.Seq != b.seq+1 {
			return none, corrupt(e, "chain.gap", fmt.Sprintf("expected entry %d of case %s", b.seq+1, b.id), nil)
		}
		if (e.Seq == 1) != (e.Type == EntryOpened) {
			return none, corrupt(e, "journal.unopened", "a journal is opened by its first entry, and by no other", nil)
		}
		b.follow(e)
		if err := k.apply(c, e); err != nil {
			return none, err
		}
	}
	if !begun {
		return none, &CorruptError{Op: "fold " + k.spec.Name, Code: "journal.empty", What: "a journal has at least the entry that opens it"}
	}
	if _, err := k.pinned(c.base().id, c.base().kept.Pin); err != nil {
		return none, err
	}
	return c, nil
}

// apply takes an entry's data into the state.
func (k *Kind[T]) apply(c T, e Entry) error {
	if ev, known := k.events[e.Type]; known {
		return ev.apply(c, e)
	}
	return c.base().fold(e)
}

// fold takes the data of the machinery's own entries into the shared part.
func (c *Case) fold(e Entry) error {
	if !slices.Contains(machineTypes, e.Type) {
		return corrupt(e, "entry.type_unknown", fmt.Sprintf("no event is called %s; it may come from a later version of the library", e.Type), nil)
	}
	if e.Version != 1 {
		return corrupt(e, "entry.future", fmt.Sprintf("%s v%d was written by a later version of the library", e.Type, e.Version), nil)
	}
	switch e.Type {
	case EntryOpened:
		return foldInto(e, c.opened)
	case EntryAssigned:
		return foldInto(e, c.assigned)
	case EntryReferenced:
		return foldInto(e, c.referenced)
	case EntryMigrated:
		return foldInto(e, c.migrated)
	case EntryDeadlinePassed:
		return foldInto(e, c.deadlinePassed)
	}
	return nil // the others say nothing that the entry itself does not
}

// foldInto reads the data of an entry and hands it on.
func foldInto[D any](e Entry, to func(Entry, D) error) error {
	var data D
	if err := json.Unmarshal(e.Data, &data); err != nil {
		return corrupt(e, "entry.unreadable", "the data is not what its type says", err)
	}
	return to(e, data)
}

func (c *Case) opened(e Entry, d openedData) error {
	if d.Kind != c.bound.kindName() {
		return corrupt(e, "journal.kind", fmt.Sprintf("the case is of kind %q, not %q", d.Kind, c.bound.kindName()), nil)
	}
	c.kept.Pin, c.kept.Subject, c.kept.Refs = d.Pin, d.Subject, d.Refs
	c.kept.Opened, c.kept.OpenedBy, c.kept.Imported = e.Effective, e.Actor, e.Imported
	c.runUnder(d.Pin)
	return nil
}

func (c *Case) assigned(e Entry, d assignedData) error {
	c.kept.Assignments = append(c.kept.Assignments, Assignment{Holder: d.Holder, By: e.Actor, At: e.Effective, Reason: e.Reason})
	return nil
}

func (c *Case) referenced(_ Entry, d referencedData) error {
	c.kept.Refs = slices.DeleteFunc(c.kept.Refs, func(r ExternalRef) bool { return r == d.Ref })
	if !d.Removed {
		c.kept.Refs = append(c.kept.Refs, d.Ref)
	}
	return nil
}

func (c *Case) migrated(_ Entry, d migratedData) error {
	c.kept.Pin = d.To
	c.runUnder(d.To)
	return nil
}

func (c *Case) deadlinePassed(e Entry, d Deadline) error {
	c.kept.Fired = append(c.kept.Fired, FiredDeadline{Deadline: d, Noticed: e.Recorded})
	c.bound.passed(e, d)
	return nil
}

// runUnder puts the case under a definition. One that is not given any more
// leaves it without a table, as long as the journal goes on to another one.
func (c *Case) runUnder(pin Pin) {
	c.table, _ = c.bound.table(pin)
}

// VerifyChain checks a journal by itself: of one case, numbered without gaps,
// every hash right, every content digest right, and nothing redacted but what a
// later entry says was redacted. It gives the head of the chain. The first
// contradiction is [ErrCorrupt].
func VerifyChain(entries iter.Seq2[Entry, error]) (head Hash, seq uint64, err error) {
	var id CaseID
	missing := map[uint64]Hash{} // redacted entries nobody has accounted for yet
	for e, err := range entries {
		if err != nil {
			return head, seq, err
		}
		if seq == 0 {
			id = e.Case
		}
		if e.Case != id {
			return head, seq, corruptChain(e, "chain.foreign", fmt.Sprintf("the entry belongs to another case than %s", id))
		}
		if err := verifyLink(e, head, seq); err != nil {
			return head, seq, err
		}
		if e.Redacted {
			missing[e.Seq] = sha256.Sum256(e.Data)
		}
		if e.Type == EntryRedacted && !e.Redacted {
			account(missing, e)
		}
		head, seq = e.Hash, e.Seq
	}
	for _, unaccounted := range slices.Sorted(maps.Keys(missing)) {
		return head, seq, &CorruptError{Op: "verify", Case: id, Seq: unaccounted, Code: "redaction.unaccounted", What: "the entry is marked as redacted, and no entry says by whom and why"}
	}
	return head, seq, nil
}

func verifyLink(e Entry, head Hash, seq uint64) error {
	switch {
	case e.Seq != seq+1:
		return corruptChain(e, "chain.gap", fmt.Sprintf("expected entry %d", seq+1))
	case e.Prev != head:
		return corruptChain(e, "chain.broken", "the entry does not follow from the one before")
	case !e.Redacted && e.Content != e.contentHash():
		return corruptChain(e, "content.altered", "the reason or the data is not what was sealed")
	case e.Redacted && (e.Reason != "" || len(e.Salt) > 0):
		return corruptChain(e, "redaction.incomplete", "the entry is marked as redacted and still has its reason or salt")
	case e.Hash != e.chainHash():
		return corruptChain(e, "chain.altered", "a field of the entry is not what was sealed")
	}
	return nil
}

func corruptChain(e Entry, code, what string) error {
	return &CorruptError{Op: "verify", Case: e.Case, Seq: e.Seq, Code: code, What: what}
}

// account strikes off the redactions an entry answers for.
func account(missing map[uint64]Hash, e Entry) {
	var data redactedData
	if json.Unmarshal(e.Data, &data) != nil {
		return // the entries stay unaccounted for
	}
	for _, r := range data.Entries {
		if digest, is := missing[r.Seq]; is && digest == r.Data {
			delete(missing, r.Seq)
		}
	}
}

// Verify proves a stored case: its chain is unbroken, and its journal folds
// into exactly the document, the sequence, the head and the index the store
// holds. Anything else is [ErrCorrupt] with the place. Two things are left out:
// the index's next deadline, which depends on the calendar of the desk that
// wrote it, and a document of an older shape, which is rebuilt when it is loaded.
func (k *Kind[T]) Verify(ctx context.Context, s Store, id CaseID) error {
	record, journal, err := together(ctx, s, id)
	if err != nil {
		return err
	}
	head, seq, err := VerifyChain(each(journal))
	if err != nil {
		return err
	}
	folded, err := k.Fold(each(journal))
	if err != nil {
		return err
	}
	if seq != record.Seq || head != record.Head {
		return differs(id, "document.position", fmt.Sprintf("the store says entry %d, the journal ends at %d", record.Seq, seq))
	}
	return k.compare(record, folded)
}

// together gives a record and the journal it stands for. Where a writer came in
// between it reads again; one who never pauses leaves the journal cut off where
// the record was read.
func together(ctx context.Context, s Store, id CaseID) (Record, []Entry, error) {
	for tries := 3; ; tries-- {
		record, err := s.Load(ctx, id)
		if err != nil {
			return Record{}, nil, err
		}
		journal, err := collect(s.History(ctx, id, 0))
		if err != nil || uint64(len(journal)) <= record.Seq {
			return record, journal, err
		}
		if tries == 1 {
			return record, journal[:record.Seq], nil
		}
	}
}

// compare holds the stored document and index against the folded case.
func (k *Kind[T]) compare(record Record, folded T) error {
	kept, stale, err := k.restore(record)
	if err != nil {
		return err
	}
	if stale { // rebuilt from the journal whenever it is loaded
		return nil
	}
	want, err := k.encode(folded)
	if err != nil {
		return err
	}
	have, err := k.encode(kept)
	if err != nil {
		return err
	}
	if !bytes.Equal(have, want) {
		return differs(record.Case, "document.differs", "the document is not the fold of the journal")
	}
	same, err := sameIndex(record.Index, k.index(folded))
	if err != nil {
		return err
	}
	if !same {
		return differs(record.Case, "index.differs", "the index is not what the journal says")
	}
	return nil
}

// sameIndex leaves the next deadline out: it depends on the calendar of the
// desk that wrote it.
func sameIndex(have, want Index) (bool, error) {
	have.Due, want.Due = time.Time{}, time.Time{}
	a, err := json.Marshal(have)
	if err != nil {
		return false, err
	}
	b, err := json.Marshal(want)
	return bytes.Equal(a, b), err
}

func differs(id CaseID, code, what string) error {
	return &CorruptError{Op: "verify", Case: id, Code: code, What: what}
}

// each gives entries as a sequence that cannot fail.
func each(entries []Entry) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		for _, e := range entries {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func collect(entries iter.Seq2[Entry, error]) ([]Entry, error) {
	var all []Entry
	for e, err := range entries {
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, nil
}

// WriteJournal writes entries as JSON Lines, one entry a line, so that
// [ReadJournal] gives back the very same entries.
func WriteJournal(w io.Writer, entries iter.Seq2[Entry, error]) error {
	out := bufio.NewWriter(w)
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false) // the data's bytes are sealed: leave them as they are
	for e, err := range entries {
		if err != nil {
			return err
		}
		if err := lines.Encode(e); err != nil {
			return fmt.Errorf("write journal: entry %d of case %s: %w", e.Seq, e.Case, err)
		}
	}
	return out.Flush()
}

// maxLine bounds a line of a journal: 16 MiB.
const maxLine = 16 << 20

// ReadJournal reads the JSON Lines of one case and verifies its chain.
// Unreadable lines are [ErrInvalid], all of them at once with their numbers; a
// journal that contradicts itself is [ErrCorrupt].
func ReadJournal(r io.Reader) ([]Entry, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	var entries []Entry
	var faults []Fault
	for n := 1; lines.Scan(); n++ {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		var e Entry
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			faults = append(faults, Fault{Path: fmt.Sprintf("line %d", n), Code: "entry.unreadable", Message: err.Error()})
			continue
		}
		faults = append(faults, e.faults(fmt.Sprintf("line %d", n))...)
		entries = append(entries, e)
	}
	if err := lines.Err(); err != nil {
		code := "journal.unreadable"
		if errors.Is(err, bufio.ErrTooLong) {
			code = "line.too_long"
		}
		return nil, &InvalidError{Op: "read journal", Faults: append(faults, Fault{Path: "journal", Code: code, Message: err.Error()}), Cause: err}
	}
	if err := InvalidIf("read journal", faults); err != nil {
		return nil, err
	}
	if _, _, err := VerifyChain(each(entries)); err != nil {
		return nil, err
	}
	return entries, nil
}

// faults lists what no sealed entry can lack.
func (e Entry) faults(path string) []Fault {
	var faults []Fault
	if e.Case.IsZero() {
		faults = append(faults, Fault{Path: path + ": case", Code: "id.missing", Message: "an entry belongs to a case"})
	}
	if blank(e.Type) || e.Version < 1 {
		faults = append(faults, Fault{Path: path + ": type", Code: "entry.untyped", Message: "an entry has a type and a version from 1"})
	}
	if e.Recorded.IsZero() || e.Effective.IsZero() {
		faults = append(faults, Fault{Path: path + ": recorded", Code: "entry.undated", Message: "an entry has an effective and a recorded time"})
	}
	if len(e.Data) == 0 || !compacted(e.Data) {
		faults = append(faults, Fault{Path: path + ": data", Code: "data.unreadable", Message: "an entry has data, in JSON without spaces between its parts"})
	}
	for _, f := range e.Actor.Faults("actor") {
		faults = append(faults, Fault{Path: path + ": " + f.Path, Code: f.Code, Message: f.Message})
	}
	return faults
}

// compacted tells whether JSON stands as it is sealed: a line of a journal
// cannot carry it otherwise.
func compacted(data json.RawMessage) bool {
	var space bytes.Buffer
	return json.Compact(&space, data) == nil && bytes.Equal(space.Bytes(), data)
}
