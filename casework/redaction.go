package casework

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
)

// Redact empties entries of a case: their reasons and salts go, their data is
// reduced to ids, and the document is rebuilt from what is left. The chain
// still verifies, and an entry says who redacted what, and why.
//
// A reason is required. Entries that do not exist or are redacted already are
// [ErrInvalid], all of them at once.
func (d *Desk[T]) Redact(ctx context.Context, id CaseID, by Actor, seqs []uint64, reason string, opts ...CallOption) (T, error) {
	opts = also(opts, Reason(reason), Commanding("redact", id, seqs))
	return d.one(ctx, by, opts, func(u *Unit) (T, error) {
		s, err := loadSlot(u, d.kind, id)
		if err != nil {
			return s.orNone(), u.call.fail(err)
		}
		return s.redacted(u, seqs)
	})
}

func (s *slot[T]) orNone() T {
	if s == nil {
		var none T
		return none
	}
	return s.c
}

// redacted records the redaction, and puts the case as it is without what was
// taken away in the place of the one that still has it.
func (s *slot[T]) redacted(u *Unit, seqs []uint64) (T, error) {
	b := s.c.base()
	journal, err := collect(u.store.History(u.ctx, b.id, 0))
	if err != nil {
		return s.c, u.call.fail(err)
	}
	if err := b.may("redact", ActRedact, redactionFaults(journal, seqs, u.call.options.reason)); err != nil {
		return s.c, err
	}
	var record redactedData
	for _, seq := range slices.Sorted(slices.Values(seqs)) {
		kept, err := s.kind.skeleton(journal[seq-1])
		if err != nil {
			return s.c, u.call.fail(err)
		}
		s.redact = append(s.redact, Redaction{Seq: seq, Data: kept})
		record.Entries = append(record.Entries, redactedEntry{Seq: seq, Data: sha256.Sum256(kept)})
		journal[seq-1] = journal[seq-1].redact(kept)
	}
	if err := b.record(typeRedacted, record); err != nil {
		return s.c, err
	}
	folded, err := s.kind.Fold(each(append(journal, b.pending...)))
	if err != nil {
		return s.c, u.call.fail(err)
	}
	s.folded = &folded
	return folded, nil
}

// redact gives the entry as it stands after a redaction.
func (e Entry) redact(kept []byte) Entry {
	e.Reason, e.Salt, e.Data, e.Redacted = "", nil, kept, true
	return e
}

func redactionFaults(journal []Entry, seqs []uint64, reason string) []Fault {
	var faults []Fault
	if blank(reason) {
		faults = append(faults, Fault{Path: "reason", Code: CodeReasonMissing, Message: "a redaction needs a reason"})
	}
	if len(seqs) == 0 {
		faults = append(faults, Fault{Path: "entries", Code: "redaction.empty", Message: "say which entries to redact"})
	}
	for i, seq := range seqs {
		path := fmt.Sprintf("entries[%d]", i)
		switch {
		case seq == 0 || seq > uint64(len(journal)):
			faults = append(faults, Fault{Path: path, Code: "entry.unknown", Message: fmt.Sprintf("the case has no entry %d", seq)})
		case slices.Contains(seqs[:i], seq):
			faults = append(faults, Fault{Path: path, Code: "entry.duplicate", Message: fmt.Sprintf("entry %d stands there twice", seq)})
		case journal[seq-1].Redacted:
			faults = append(faults, Fault{Path: path, Code: "entry.redacted", Message: fmt.Sprintf("entry %d is redacted already", seq)})
		case journal[seq-1].Type == typeRedacted:
			faults = append(faults, Fault{Path: path, Code: "entry.redaction", Message: fmt.Sprintf("entry %d accounts for a redaction and stays", seq)})
		}
	}
	return faults
}

// skeleton gives what a redacted entry keeps. The machinery's own entries hold
// nothing personal but their reasons.
func (k *Kind[T]) skeleton(e Entry) ([]byte, error) {
	if ev, known := k.events[e.Type]; known {
		return ev.skeleton(e)
	}
	return slices.Clone(e.Data), nil
}
