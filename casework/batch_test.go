package casework_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/needsled/needsled/casework"
)

func TestABatchNamesEachOfItsFaults(t *testing.T) {
	one, two := casework.CaseID{1}, casework.CaseID{2}
	tests := []struct {
		name  string
		spoil func(b *casework.Batch)
		want  map[string]string // path to code
	}{
		{"a batch of a change and an assertion has none", func(*casework.Batch) {}, nil},
		{"a batch without changes has none", func(b *casework.Batch) { b.Changes = nil }, nil},
		{"a case stands in a batch once", func(b *casework.Batch) {
			b.Changes[1].Case = one
		}, map[string]string{"changes[1].case": "batch.case_twice"}},
		{"a change names its case", func(b *casework.Batch) {
			b.Changes[1].Case = casework.CaseID{}
		}, map[string]string{"changes[1].case": "batch.case_missing"}},
		{"entries are numbered on from after", func(b *casework.Batch) {
			b.Changes[0].After = 7
		}, map[string]string{"changes[0].entries[0].seq": "batch.entry_misnumbered", "changes[0].entries[1].seq": "batch.entry_misnumbered"}},
		{"an entry belongs to the case of its change", func(b *casework.Batch) {
			b.Changes[0].Entries[1].Case = two
		}, map[string]string{"changes[0].entries[1].case": "batch.entry_foreign"}},
		{"an entry carries the hash of the one before it", func(b *casework.Batch) {
			b.Changes[0].Entries[1].Prev = casework.Hash{9}
		}, map[string]string{"changes[0].entries[1].prev": "batch.chain_broken"}},
		{"a redaction is of an entry written before", func(b *casework.Batch) {
			b.Changes[0].Redact = []casework.Redaction{{Seq: 0}, {Seq: 2}, {Seq: 3}}
		}, map[string]string{"changes[0].redact[0].seq": "batch.redaction_misplaced", "changes[0].redact[2].seq": "batch.redaction_misplaced"}},
		{"a redaction and a document come with entries", func(b *casework.Batch) {
			b.Changes[0].Entries = nil
			b.Changes[0].Redact = []casework.Redaction{{Seq: 1}}
		}, map[string]string{"changes[0].redact": "batch.redaction_unrecorded", "changes[0].document": "batch.document_unrecorded"}},
		{"entries come with a document", func(b *casework.Batch) {
			b.Changes[0].Document = nil
		}, map[string]string{"changes[0].document": "batch.document_missing"}},
		{"faults of all changes come at once", func(b *casework.Batch) {
			b.Changes[0].Document = nil
			b.Changes[1].Document = []byte("{}")
		}, map[string]string{"changes[0].document": "batch.document_missing", "changes[1].document": "batch.document_unrecorded"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := casework.Batch{Changes: []casework.Change{changeAfterTwo(one), {Case: two, After: 5}}}
			tt.spoil(&b)
			var got map[string]string
			for _, f := range b.Faults() {
				if got == nil {
					got = map[string]string{}
				}
				got[f.Path] = f.Code
				assert.NotEmpty(t, f.Message)
			}
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestAChangeFollowsTheHeadItsFirstEntryCarries(t *testing.T) {
	c := changeAfterTwo(casework.CaseID{1})
	assert.Empty(t, c.Follows("changes[3]", casework.Hash{2}))
	assert.Empty(t, casework.Change{After: 2}.Follows("changes[3]", casework.Hash{7}), "an assertion follows anything")
	faults := c.Follows("changes[3]", casework.Hash{7})
	if assert.Len(t, faults, 1) {
		assert.Equal(t, "changes[3].entries[0].prev", faults[0].Path)
		assert.Equal(t, "batch.chain_broken", faults[0].Code)
	}
}

// changeAfterTwo makes a sound change of two entries to a case at 2, whose last
// entry has the hash 02 00 00...
func changeAfterTwo(id casework.CaseID) casework.Change {
	c := casework.Change{Case: id, After: 2, Document: []byte("{}")}
	head := casework.Hash{2}
	for seq := range uint64(2) {
		e := casework.Entry{Case: id, Seq: 3 + seq, Type: "review.noted", Version: 1}
		e.Seal(head)
		head = e.Hash
		c.Entries = append(c.Entries, e)
	}
	return c
}
