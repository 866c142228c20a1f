package casework

import (
	"context"
	"crypto/sha256"
	"encoding/json"
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
	var s *slot[T]
	receipt, err := Do(ctx, d.store, d.o, by, func(u *Unit) error {
		var err error
		if s, err = loadSlot(u, d.kind, id); err != nil {
			return u.call.fail(err)
		}
		return s.redactEntries(u, seqs)
	}, opts...)
	if err != nil {
		var none T
		return none, err
	}
	if s == nil || receipt.Replayed {
		return d.Load(ctx, id)
	}
	return s.c, nil
}

// redactEntries records a redaction. The case as it is without what was taken
// away is built when the unit commits.
func (s *slot[T]) redactEntries(u *Unit, seqs []uint64) error {
	b := s.c.base()
	journal, err := collect(u.store.History(u.ctx, b.id, 0))
	if err != nil {
		return u.call.fail(err)
	}
	if err := b.may("redact", ActRedact, redactionFaults(journal, seqs, u.call.options.reason)); err != nil {
		return err
	}
	var record redactedData
	for _, seq := range slices.Sorted(slices.Values(seqs)) {
		kept, err := s.kind.skeleton(journal[seq-1])
		if err != nil {
			return u.call.fail(err)
		}
		s.redact = append(s.redact, Redaction{Seq: seq, Data: kept})
		record.Entries = append(record.Entries, redactedEntry{Seq: seq, Data: sha256.Sum256(kept)})
		journal[seq-1] = journal[seq-1].redact(kept)
	}
	s.journal = journal
	return b.record(EntryRedacted, record)
}

// redact gives the entry as it stands after a redaction.
func (e Entry) redact(kept json.RawMessage) Entry {
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
		case journal[seq-1].Type == EntryRedacted:
			faults = append(faults, Fault{Path: path, Code: "entry.redaction", Message: fmt.Sprintf("entry %d accounts for a redaction and stays", seq)})
		}
	}
	return faults
}

// skeleton gives what a redacted entry keeps. Of the machinery's own entries the
// words of answered objections go, those of deadlines, and the names of holders.
func (k *Kind[T]) skeleton(e Entry) (json.RawMessage, error) {
	if ev, known := k.events[e.Type]; known {
		return ev.skeleton(e)
	}
	switch e.Type {
	case EntryExplained, EntryOverridden:
		return reduced(e, func(a *Answer) {
			for i := range a.Objections {
				a.Objections[i].Message = ""
			}
		})
	case EntryDeadlinePassed:
		return reduced(e, func(d *Deadline) { d.Doc = "" })
	case EntryMoved: // imported history may have words there
		return json.RawMessage(`{}`), nil
	case EntryAssigned:
		return reduced(e, func(d *assignedData) {
			if d.Holder != nil {
				d.Holder.Name, d.Holder.Agency.Name, d.Holder.Original = "", "", ""
			}
		})
	default:
		return slices.Clone(e.Data), nil
	}
}

// reduced gives the data of an entry without what take takes away.
func reduced[D any](e Entry, take func(*D)) (json.RawMessage, error) {
	var data D
	if err := json.Unmarshal(e.Data, &data); err != nil {
		return nil, corrupt(e, "entry.unreadable", "the data is not what its type says", err)
	}
	take(&data)
	return json.Marshal(data)
}
