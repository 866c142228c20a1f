package sqlstore

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"
	"unicode/utf8"

	"github.com/needsled/needsled/casework"
)

const indexColumns = `kind, definition, definition_version, definition_digest, state, final, title, subject, holder, live, due, refs, seq, head`

const (
	loadCase = `SELECT ` + indexColumns + `, shape, document FROM needsled_cases WHERE tenant = ? AND id = ?`

	findReference = `SELECT case_id FROM needsled_references WHERE tenant = ? AND scheme = ? AND value = ?`
	loadReceipt   = `SELECT digest, cases FROM needsled_receipts WHERE tenant = ? AND idempotency_key = ?`
)

// dueLayout sorts as text. It keeps the nanoseconds, whatever their number.
const dueLayout = "2006-01-02T15:04:05.000000000Z"

// caseRow is a row of needsled_cases without its document.
type caseRow struct {
	id                                  string
	kind, definition, definitionDigest  string
	definitionVersion                   int64
	state, title, subject, holder, live string
	final                               bool
	due, refs                           string
	seq                                 int64
	head                                string
	shape                               int64
	stamp                               string
}

// targets lists where the index columns go.
func (r *caseRow) targets() [14]any {
	return [...]any{
		&r.kind, &r.definition, &r.definitionVersion, &r.definitionDigest, &r.state, &r.final, &r.title,
		&r.subject, &r.holder, &r.live, &r.due, &r.refs, &r.seq, &r.head,
	}
}

// newCaseRow writes down what a change makes of its case.
func newCaseRow(c casework.Change, id string) caseRow {
	last := &c.Entries[len(c.Entries)-1]
	x := c.Index
	row := caseRow{
		id: id, kind: x.Kind,
		definition: x.Definition.Name, definitionVersion: int64(x.Definition.Version), definitionDigest: x.Definition.Digest.String(),
		state: string(x.State), title: x.Title, subject: x.Subject, holder: x.Holder, live: x.Live, final: x.Final,
		due: dueText(x.Due), refs: refsText(x.Refs),
		seq: integer(last.Seq), head: last.Hash.String(), shape: int64(c.Shape),
	}
	row.stamp = row.stampOf()
	return row
}

// stampOf digests all that seldom changes, each field behind its length.
func (r *caseRow) stampOf() string {
	var space [512]byte
	b := binary.BigEndian.AppendUint64(space[:0], uint64(r.definitionVersion)) //nolint:gosec // only equality counts
	b = binary.BigEndian.AppendUint64(b, uint64(r.shape))                      //nolint:gosec // only equality counts
	for _, field := range [...]string{r.kind, r.definition, r.definitionDigest, r.title, r.subject, r.holder, r.live, r.due, r.refs} {
		b = append(binary.BigEndian.AppendUint64(b, uint64(len(field))), field...)
	}
	return casework.Hash(sha256.Sum256(b)).String()
}

// record reads the row back, the document apart.
func (r *caseRow) record(op string) (casework.Record, error) {
	record := casework.Record{
		Seq: uint64(r.seq), //nolint:gosec // a negative one is refused below
		Index: casework.Index{
			Kind:       r.kind,
			Definition: casework.Pin{Name: r.definition, Version: int(r.definitionVersion)},
			State:      casework.State(r.state), Final: r.final, Title: r.title, Subject: r.subject, Holder: r.holder, Live: r.live,
		},
		Shape: int(r.shape),
	}
	var due, refs error
	record.Index.Due, due = parseDue(r.due)
	record.Index.Refs, refs = parseRefs(r.refs)
	err := errors.Join(
		numbered(r.seq),
		record.Case.UnmarshalText([]byte(r.id)),
		record.Head.UnmarshalText([]byte(r.head)),
		record.Index.Definition.Digest.UnmarshalText([]byte(r.definitionDigest)),
		due, refs,
	)
	if err != nil {
		return casework.Record{}, &casework.CorruptError{Op: op, Case: record.Case, Code: "case.unreadable", What: fmt.Sprintf("the row of case %s cannot be read", r.id), Cause: err}
	}
	return record, nil
}

// indexFaults lists what of an index no row can hold.
func indexFaults(x casework.Index) []casework.Fault {
	faults := timeFaults("index.due", x.Due)
	for i, ref := range x.Refs {
		if !utf8.ValidString(ref.Scheme) || !utf8.ValidString(ref.Value) {
			faults = append(faults, malformedText(fmt.Sprintf("index.refs[%d]", i)))
		}
	}
	return faults
}

// timeFaults refuses years that RFC 3339 cannot write.
func timeFaults(path string, t time.Time) []casework.Fault {
	for _, year := range [...]int{t.Year(), t.UTC().Year()} {
		if year < 0 || year > 9999 {
			return []casework.Fault{{Path: path, Code: "time.out_of_range", Message: "a year has four digits"}}
		}
	}
	return nil
}

// malformedText refuses what JSON would not give back as it was.
func malformedText(path string) casework.Fault {
	return casework.Fault{Path: path, Code: "text.malformed", Message: "text is UTF-8"}
}

// under puts a path before those of the faults.
func under(path string, faults []casework.Fault) []casework.Fault {
	for i := range faults {
		faults[i].Path = path + "." + faults[i].Path
	}
	return faults
}

// numbered refuses a sequence that no entry can have.
func numbered(seq int64) error {
	if seq < 1 {
		return fmt.Errorf("the sequence is %d", seq)
	}
	return nil
}

func dueText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(dueLayout)
}

func parseDue(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	return time.Parse(dueLayout, text)
}

func refsText(refs []casework.ExternalRef) string {
	if len(refs) == 0 {
		return ""
	}
	text, err := json.Marshal(refs)
	if err != nil {
		return "" // two strings always marshal
	}
	return string(text)
}

func parseRefs(text string) ([]casework.ExternalRef, error) {
	if text == "" {
		return nil, nil
	}
	var refs []casework.ExternalRef
	err := json.Unmarshal([]byte(text), &refs)
	return refs, err
}

// integer gives the number as databases have it. What is larger than any stored
// number becomes the largest, which none reaches.
func integer[T ~uint64](n T) int64 {
	if n > math.MaxInt64 {
		return math.MaxInt64
	}
	return int64(n)
}
