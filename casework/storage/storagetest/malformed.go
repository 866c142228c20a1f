package storagetest

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/needsled/needsled/casework"
)

func malformedRules() []rule {
	return []rule{
		{
			name:        "a malformed batch is invalid and leaves nothing",
			explanation: "The store is the last that can keep a gap, a broken chain or a foreign entry out of a journal. Once inside, it cannot be mended, for journals are never edited.",
			check:       malformedIsInvalid,
		},
		{
			name:        "all the faults of a batch come at once",
			explanation: "A caller that is told one fault at a time mends its input once a round trip. Each fault names its field, so that a program can point at it.",
			check:       faultsComeTogether,
		},
	}
}

// malformation is a way to spoil a change of two entries to a case at 2. The
// fault it makes is found under path.
type malformation struct {
	name  string
	path  string
	spoil func(b *casework.Batch)
}

func malformations() []malformation {
	return []malformation{
		{"a case that stands in it twice", "changes[1]", func(b *casework.Batch) {
			b.Changes[1] = casework.Change{Case: b.Changes[0].Case, After: b.Changes[0].After}
		}},
		{"a change without a case", "changes[1]", func(b *casework.Batch) {
			b.Changes[1] = casework.Change{}
		}},
		{"a gap in the numbers", "changes[0].entries[1]", func(b *casework.Batch) {
			b.Changes[0].Entries[1].Seq++
		}},
		{"a number given twice", "changes[0].entries[1]", func(b *casework.Batch) {
			b.Changes[0].Entries[1].Seq--
		}},
		{"entries numbered from too far on", "changes[0].entries[0]", func(b *casework.Batch) {
			b.Changes[0].Entries[0].Seq++
			b.Changes[0].Entries[1].Seq++
		}},
		{"an entry of another case", "changes[0].entries[1]", func(b *casework.Batch) {
			b.Changes[0].Entries[1].Case = b.Changes[1].Case
		}},
		{"a chain broken inside the change", "changes[0].entries[1]", func(b *casework.Batch) {
			b.Changes[0].Entries[1].Seal(casework.Hash{7})
		}},
		{"a first entry that does not follow the stored one", "changes[0].entries[0]", func(b *casework.Batch) {
			reseal(&b.Changes[0], casework.Hash{7})
		}},
		{"a new case whose first entry follows something", "changes[1].entries[0]", func(b *casework.Batch) {
			reseal(&b.Changes[1], casework.Hash{7})
		}},
		{"a redaction of entry 0", "changes[0].redact[0]", func(b *casework.Batch) {
			b.Changes[0].Redact = []casework.Redaction{{Seq: 0, Data: []byte(`{}`)}}
		}},
		{"a redaction of an entry it brings itself", "changes[0].redact[1]", func(b *casework.Batch) {
			b.Changes[0].Redact = []casework.Redaction{{Seq: 1, Data: []byte(`{}`)}, {Seq: 3, Data: []byte(`{}`)}}
		}},
		{"a redaction that no entry records", "changes[0].redact", func(b *casework.Batch) {
			b.Changes[0] = casework.Change{Case: b.Changes[0].Case, After: 2, Redact: []casework.Redaction{{Seq: 1, Data: []byte(`{}`)}}}
		}},
		{"a document without entries", "changes[0].document", func(b *casework.Batch) {
			b.Changes[0].Entries = nil
		}},
		{"entries without a document", "changes[0].document", func(b *casework.Batch) {
			b.Changes[0].Document = nil
		}},
	}
}

func malformedIsInvalid(ctx context.Context, open Tenants) error {
	s, j, other := open("ours"), newJournal(1), newJournal(2)
	if err := j.grow(ctx, s, 2); err != nil {
		return err
	}
	before, err := look(ctx, s, j, other)
	if err != nil {
		return err
	}
	for _, m := range malformations() {
		b := casework.Batch{Key: "never", Changes: []casework.Change{j.next(2), other.next(1)}}
		m.spoil(&b)
		_, err := s.Append(ctx, b)
		if err := wantFaults("append of a batch with "+m.name, err, m.path); err != nil {
			return err
		}
		if err := before.unchanged(ctx, s, j, other); err != nil {
			return fmt.Errorf("after a batch with %s: %w", m.name, err)
		}
		_, err = s.Receipt(ctx, "never")
		if err := wantError("receipt of the key of a malformed batch", err, casework.ErrNotFound); err != nil {
			return err
		}
	}
	return nil
}

func faultsComeTogether(ctx context.Context, open Tenants) error {
	s, j, other := open("ours"), newJournal(1), newJournal(2)
	if err := j.grow(ctx, s, 2); err != nil {
		return err
	}
	b := casework.Batch{Changes: []casework.Change{j.next(2), other.next(1)}}
	b.Changes[0].Redact = []casework.Redaction{{Seq: 9}}
	b.Changes[0].Entries[1].Seq = 40
	b.Changes[1].Document = nil
	_, err := s.Append(ctx, b)
	return wantFaults("append of a batch with three faults", err, "changes[0].redact[0]", "changes[0].entries[1]", "changes[1].document")
}

// wantFaults tells whether an error is invalid and has a fault under each path.
func wantFaults(what string, err error, paths ...string) error {
	if err := wantError(what, err, casework.ErrInvalid); err != nil {
		return err
	}
	invalid, found := errors.AsType[*casework.InvalidError](err)
	if !found {
		return fmt.Errorf("%s gave an error without faults: %T is no *casework.InvalidError", what, err)
	}
	for _, path := range paths {
		if !hasFaultUnder(invalid.Faults, path) {
			return fmt.Errorf("%s gave no fault under %q: %w", what, path, err)
		}
	}
	return nil
}

func hasFaultUnder(faults []casework.Fault, path string) bool {
	for _, f := range faults {
		if strings.HasPrefix(f.Path, path) && f.Code != "" {
			return true
		}
	}
	return false
}
