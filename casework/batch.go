package casework

import "fmt"

// Faults lists what is malformed about the batch, as far as that shows without
// a store: each case stands in it once and has an id, entries belong to their
// case, are numbered on from After and chained, redactions are of entries
// written before, and entries and document come together.
//
// Whether the first entry follows what is stored, [Change.Follows] tells.
func (b Batch) Faults() []Fault {
	var faults []Fault
	first := make(map[CaseID]int, len(b.Changes))
	for i, c := range b.Changes {
		path := fmt.Sprintf("changes[%d]", i)
		if at, twice := first[c.Case]; twice {
			faults = append(faults, Fault{Path: join(path, "case"), Code: "batch.case_twice", Message: fmt.Sprintf("case %s already stands in changes[%d]", c.Case, at)})
		} else {
			first[c.Case] = i
		}
		faults = append(faults, c.faults(path)...)
	}
	return faults
}

// Follows lists what is wrong when the change's first entry does not continue
// the chain from head: the hash of the case's last stored entry, or the zero
// [Hash] of a case that is new. An assertion follows anything.
func (c Change) Follows(path string, head Hash) []Fault {
	if len(c.Entries) == 0 || c.Entries[0].Prev == head {
		return nil
	}
	return []Fault{{Path: join(path, "entries[0].prev"), Code: "batch.chain_broken", Message: fmt.Sprintf("entry %d does not carry the hash of the entry stored before it", c.Entries[0].Seq)}}
}

func (c Change) faults(path string) []Fault {
	var faults []Fault
	if c.Case.IsZero() {
		faults = append(faults, Fault{Path: join(path, "case"), Code: "batch.case_missing", Message: "a change names its case"})
	}
	for i := range c.Entries {
		faults = append(faults, c.entryFaults(join(path, fmt.Sprintf("entries[%d]", i)), i)...)
	}
	for i, r := range c.Redact {
		if r.Seq == 0 || r.Seq > c.After {
			faults = append(faults, Fault{Path: join(path, fmt.Sprintf("redact[%d].seq", i)), Code: "batch.redaction_misplaced", Message: fmt.Sprintf("entry %d was not written before; the last one is %d", r.Seq, c.After)})
		}
	}
	return append(faults, c.companyFaults(path)...)
}

// entryFaults judges one entry by its place in the change.
func (c Change) entryFaults(path string, i int) []Fault {
	var faults []Fault
	e := &c.Entries[i]
	if e.Case != c.Case {
		faults = append(faults, Fault{Path: join(path, "case"), Code: "batch.entry_foreign", Message: fmt.Sprintf("the entry belongs to case %s, the change to case %s", e.Case, c.Case)})
	}
	if want := c.After + 1 + uint64(i); e.Seq != want { //nolint:gosec // an index is never negative
		faults = append(faults, Fault{Path: join(path, "seq"), Code: "batch.entry_misnumbered", Message: fmt.Sprintf("the entry is numbered %d where %d comes next", e.Seq, want)})
	}
	if i > 0 && e.Prev != c.Entries[i-1].Hash {
		faults = append(faults, Fault{Path: join(path, "prev"), Code: "batch.chain_broken", Message: fmt.Sprintf("entry %d does not carry the hash of the entry before it", e.Seq)})
	}
	return faults
}

// companyFaults judges what may not stand alone: whatever alters a case is
// recorded by an entry, and entries bring the document they lead to.
func (c Change) companyFaults(path string) []Fault {
	if len(c.Entries) > 0 {
		if len(c.Document) > 0 {
			return nil
		}
		return []Fault{{Path: join(path, "document"), Code: "batch.document_missing", Message: "entries come with the document they lead to"}}
	}
	var faults []Fault
	if len(c.Redact) > 0 {
		faults = append(faults, Fault{Path: join(path, "redact"), Code: "batch.redaction_unrecorded", Message: "a redaction comes with the entry that records it"})
	}
	if len(c.Document) > 0 {
		faults = append(faults, Fault{Path: join(path, "document"), Code: "batch.document_unrecorded", Message: "a document comes with the entries that led to it"})
	}
	return faults
}
