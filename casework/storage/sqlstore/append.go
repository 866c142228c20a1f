package sqlstore

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/needsled/needsled/casework"
)

const (
	claimKey = `INSERT INTO needsled_receipts (tenant, idempotency_key, digest, cases) VALUES (?, ?, ?, ?)
ON CONFLICT (tenant, idempotency_key) DO NOTHING`

	insertCase = `INSERT INTO needsled_cases (tenant, id, ` + indexColumns + `, shape, stamp, document)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (tenant, id) DO NOTHING`

	// updateCase moves a case on whose seldom changing columns stay as they are,
	// as the stamp tells. It touches no index.
	updateCase = `UPDATE needsled_cases SET state = ?, final = ?, seq = ?, head = ?, document = ?
WHERE tenant = ? AND id = ? AND seq = ? AND head = ? AND stamp = ?`

	reindexCase = `UPDATE needsled_cases SET kind = ?, definition = ?, definition_version = ?, definition_digest = ?,
state = ?, final = ?, title = ?, subject = ?, holder = ?, live = ?, due = ?, refs = ?, seq = ?, head = ?, shape = ?, stamp = ?, document = ?
WHERE tenant = ? AND id = ? AND seq = ?`

	standing = `SELECT seq, head, live, refs FROM needsled_cases WHERE tenant = ? AND id = ?`

	lastWriter = `SELECT actor, recorded FROM needsled_entries WHERE tenant = ? AND case_id = ? AND seq = ?`

	redactEntry = `UPDATE needsled_entries SET redacted = ?, reason = '', salt = NULL, data = ? WHERE tenant = ? AND case_id = ? AND seq = ?`

	releaseReference = `DELETE FROM needsled_references WHERE tenant = ? AND scheme = ? AND value = ? AND case_id = ?`

	takeReference = `INSERT INTO needsled_references (tenant, scheme, value, case_id) VALUES (?, ?, ?, ?)
ON CONFLICT (tenant, scheme, value) DO NOTHING`

	takeLive = `UPDATE needsled_cases SET live = ? WHERE tenant = ? AND id = ?
AND NOT EXISTS (SELECT 1 FROM needsled_cases WHERE tenant = ? AND live = ? AND live <> '')`

	findLive = `SELECT id FROM needsled_cases WHERE tenant = ? AND live = ? AND live <> ''`
)

// Append writes all the changes of the batch or none of them. It gives
// [casework.ErrConflict], [casework.ErrNotFound] or [casework.ErrInvalid] as
// [casework.Store] says, and [casework.ConflictBusy] where the database stayed
// locked or moved on under the host's transaction.
//
// In the host's transaction an append that fails leaves nothing of the batch
// behind, and the transaction goes on.
func (s *Store) Append(ctx context.Context, b casework.Batch) (casework.Receipt, error) {
	if err := s.usable("append"); err != nil {
		return casework.Receipt{}, err
	}
	w, malformed := s.newUnit(b)
	if malformed != nil && b.Key == "" {
		return casework.Receipt{}, malformed
	}
	if malformed == nil {
		done, err := w.appendWhole(ctx)
		if err != nil {
			return casework.Receipt{}, err
		}
		if done {
			return w.receipt, nil
		}
	}
	err := s.writing(ctx, "append", w.subject, func(in session) error {
		w.session = in
		if known, err := w.claimKey(ctx); known || err != nil {
			return err
		}
		if malformed != nil {
			return malformed
		}
		return w.write(ctx)
	})
	if err != nil {
		return casework.Receipt{}, err
	}
	return w.receipt, nil
}

// unit is one batch on its way into the database.
type unit struct {
	session
	store   *Store
	subject string    // for errors
	changes []*change // by case id, so that units lock cases in one order
	receipt casework.Receipt
	batch   casework.Batch
}

// change is what the unit does to one case, as rows.
type change struct {
	casework.Change
	place   int // in the batch
	id      string
	row     caseRow
	entries []entryRow
	release []casework.ExternalRef
	take    []casework.ExternalRef
	claim   bool // the live claim is yet to be taken
}

// newUnit writes down all rows before the database is asked for its lock.
func (s *Store) newUnit(b casework.Batch) (*unit, error) {
	w := &unit{store: s, batch: b, subject: "nothing", receipt: casework.Receipt{Key: b.Key, Digest: b.Digest}}
	if len(b.Changes) > 0 {
		w.subject = "to case " + b.Changes[0].Case.String()
	}
	faults := b.Faults()
	w.changes = make([]*change, len(b.Changes))
	for i, c := range b.Changes {
		ch := &change{Change: c, place: i, id: c.Case.String()}
		w.changes[i] = ch
		if len(c.Entries) == 0 {
			continue
		}
		faults = append(faults, ch.prepare()...)
		w.receipt.Cases = append(w.receipt.Cases, casework.CaseChange{Case: c.Case, First: c.After + 1, Last: c.After + uint64(len(c.Entries))})
	}
	slices.SortStableFunc(w.changes, func(x, y *change) int { return bytes.Compare(x.Case[:], y.Case[:]) })
	return w, casework.InvalidIf("append", faults)
}

// prepare makes the rows of a change and lists what no row can hold.
func (c *change) prepare() []casework.Fault {
	faults := indexFaults(c.Index)
	c.row = newCaseRow(c.Change, c.id)
	c.entries = make([]entryRow, len(c.Entries))
	for i := range c.Entries {
		row, unwritable := newEntryRow(c.id, &c.Entries[i])
		c.entries[i] = row
		if len(unwritable) > 0 {
			faults = append(faults, under(fmt.Sprintf("entries[%d]", i), unwritable)...)
		}
	}
	if len(faults) == 0 {
		return nil
	}
	return under(c.path(), faults)
}

// path is where the change stands in the batch.
func (c *change) path() string { return fmt.Sprintf("changes[%d]", c.place) }

// claimKey writes the receipt before anything else, which tells in one statement
// whether the key is new. Where it is known, the first receipt is the answer.
func (w *unit) claimKey(ctx context.Context) (known bool, err error) {
	if w.batch.Key == "" {
		return false, nil
	}
	cases, err := json.Marshal(w.receipt.Cases)
	if err != nil {
		return false, fmt.Errorf("append: write receipt: %w", err)
	}
	written, err := w.exec(ctx, claimKey, w.store.tenant, w.batch.Key, w.batch.Digest.String(), string(cases))
	if err != nil {
		return false, w.failure(ctx, "with key "+w.batch.Key, err)
	}
	if written > 0 {
		return false, nil
	}
	first, err := w.store.receipt(ctx, w.session, "append", w.batch.Key)
	if err != nil {
		return false, err
	}
	if first.Digest != w.batch.Digest {
		return false, &casework.ConflictError{Op: "append", Kind: casework.ConflictKey, Subject: w.batch.Key}
	}
	first.Replayed = true
	w.receipt = first
	return true, nil
}

// write moves every case on, then settles what cases hold against each other,
// then writes the journals.
func (w *unit) write(ctx context.Context) error {
	var faults []casework.Fault
	for _, c := range w.changes {
		broken, err := w.moveOn(ctx, c)
		if err != nil {
			return err
		}
		faults = append(faults, broken...)
	}
	if err := casework.InvalidIf("append", faults); err != nil {
		return err
	}
	for _, step := range []func(context.Context, *change) error{w.release, w.take, w.takeLive, w.redact, w.journal} {
		for _, c := range w.changes {
			if err := step(ctx, c); err != nil {
				return err
			}
		}
	}
	return w.signal(ctx)
}

// signal tells who listens that there are entries.
func (w *unit) signal(ctx context.Context) error {
	d := w.store.db
	if d.dialect.signal == "" || d.silent || len(w.receipt.Cases) == 0 {
		return nil
	}
	if _, err := w.exec(ctx, d.dialect.signal); err != nil {
		return w.failure(ctx, w.subject, err)
	}
	return nil
}

// moveOn brings the case's row from the sequence it was read at to its new
// state. It gives faults where the chain would break.
func (w *unit) moveOn(ctx context.Context, c *change) ([]casework.Fault, error) {
	switch {
	case len(c.Entries) == 0:
		return nil, w.assert(ctx, c)
	case c.After == 0:
		return w.openCase(ctx, c)
	}
	r := &c.row
	moved, err := w.exec(ctx, updateCase, r.state, w.store.db.dialect.flag(r.final), r.seq, r.head, w.store.db.dialect.text(c.Document),
		w.store.tenant, c.id, integer(c.After), c.Entries[0].Prev.String(), r.stamp)
	if err != nil {
		return nil, w.failure(ctx, "to case "+c.id, err)
	}
	if moved > 0 {
		return nil, nil
	}
	return w.reindex(ctx, c)
}

// stand is where a case stands in the database.
type stand struct {
	seq  int64
	head casework.Hash
	live string
	refs []casework.ExternalRef
}

// stand reads where a case stands. A case that is not there is nil.
func (w *unit) stand(ctx context.Context, c *change, lock string) (*stand, error) {
	var at stand
	var head, refs string
	err := w.row(ctx, standing+lock, w.store.tenant, c.id).Scan(&at.seq, &head, &at.live, &refs)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil //nolint:nilnil // a case that is not there is no failure
	}
	if err != nil {
		return nil, w.failure(ctx, "to case "+c.id, err)
	}
	at.refs, err = parseRefs(refs)
	if err := errors.Join(at.head.UnmarshalText([]byte(head)), err); err != nil {
		return nil, &casework.CorruptError{Op: "append", Case: c.Case, Code: "case.unreadable", What: "the row cannot be read", Cause: err}
	}
	return &at, nil
}

// expect reads where a case stands and fails unless it is where the change was
// decided.
func (w *unit) expect(ctx context.Context, c *change, lock string) (*stand, error) {
	at, err := w.stand(ctx, c, lock)
	switch {
	case err != nil:
		return nil, err
	case at == nil && c.After == 0:
		return &stand{}, nil
	case at == nil:
		return nil, caseNotFound("append", c.Case)
	case at.seq != integer(c.After):
		return nil, w.overtaken(ctx, c, at)
	}
	return at, nil
}

func (w *unit) assert(ctx context.Context, c *change) error {
	_, err := w.expect(ctx, c, w.store.db.dialect.holdCase)
	return err
}

func (w *unit) openCase(ctx context.Context, c *change) ([]casework.Fault, error) {
	r := &c.row
	opened, err := w.exec(ctx, insertCase, w.store.tenant, c.id,
		r.kind, r.definition, r.definitionVersion, r.definitionDigest, r.state, w.store.db.dialect.flag(r.final), r.title,
		r.subject, r.holder, "", r.due, r.refs, r.seq, r.head, r.shape, r.stamp, w.store.db.dialect.text(c.Document))
	if err != nil {
		return nil, w.failure(ctx, "to case "+c.id, err)
	}
	if opened == 0 {
		if _, err := w.expect(ctx, c, w.store.db.dialect.lockCase); err != nil {
			return nil, err
		}
		return nil, &casework.ConflictError{Op: "append", Kind: casework.ConflictBusy, Case: c.Case}
	}
	c.take, c.claim = c.Index.Refs, r.live != ""
	return c.Follows(c.path(), casework.Hash{}), nil
}

// reindex finds out why the plain update met no row, and makes the full one
// when it is because more of the case changed than usual.
func (w *unit) reindex(ctx context.Context, c *change) ([]casework.Fault, error) {
	at, err := w.expect(ctx, c, w.store.db.dialect.lockCase)
	if err != nil {
		return nil, err
	}
	if broken := c.Follows(c.path(), at.head); len(broken) > 0 {
		return broken, nil
	}
	r := &c.row
	keeps := at.live
	if r.live != at.live {
		keeps, c.claim = "", r.live != ""
	}
	c.release, c.take = without(at.refs, c.Index.Refs), without(c.Index.Refs, at.refs)
	moved, err := w.exec(ctx, reindexCase,
		r.kind, r.definition, r.definitionVersion, r.definitionDigest, r.state, w.store.db.dialect.flag(r.final), r.title,
		r.subject, r.holder, keeps, r.due, r.refs, r.seq, r.head, r.shape, r.stamp, w.store.db.dialect.text(c.Document),
		w.store.tenant, c.id, integer(c.After))
	if err != nil {
		return nil, w.failure(ctx, "to case "+c.id, err)
	}
	if moved == 0 {
		return nil, &casework.ConflictError{Op: "append", Kind: casework.ConflictBusy, Case: c.Case}
	}
	return nil, nil
}

// without lists the references that are not among the others.
func without(refs, others []casework.ExternalRef) []casework.ExternalRef {
	var rest []casework.ExternalRef
	for _, ref := range refs {
		if !slices.Contains(others, ref) {
			rest = append(rest, ref)
		}
	}
	return rest
}

// overtaken tells who moved the case, as far as the journal can be read.
func (w *unit) overtaken(ctx context.Context, c *change, at *stand) error {
	conflict := &casework.ConflictError{
		Op: "append", Kind: casework.ConflictSequence, Case: c.Case,
		Expected: c.After, Actual: uint64(at.seq), //nolint:gosec // a sequence is never negative
	}
	var actor, recorded string
	if err := w.row(ctx, lastWriter, w.store.tenant, c.id, at.seq).Scan(&actor, &recorded); err != nil {
		conflict.Cause = err
		return conflict
	}
	var unreadable error
	conflict.At, unreadable = parseTime(recorded)
	conflict.Cause = errors.Join(unreadable, json.Unmarshal([]byte(actor), &conflict.By))
	return conflict
}

func (w *unit) release(ctx context.Context, c *change) error {
	for _, ref := range c.release {
		if _, err := w.exec(ctx, releaseReference, w.store.tenant, ref.Scheme, ref.Value, c.id); err != nil {
			return w.failure(ctx, "reference "+ref.String(), err)
		}
	}
	return nil
}

func (w *unit) take(ctx context.Context, c *change) error {
	for _, ref := range c.take {
		taken, err := w.exec(ctx, takeReference, w.store.tenant, ref.Scheme, ref.Value, c.id)
		if err != nil {
			return w.failure(ctx, "reference "+ref.String(), err)
		}
		if taken > 0 {
			continue
		}
		holder, err := w.store.holder(ctx, w.session, "append", findReference, w.store.tenant, ref.Scheme, ref.Value)
		if errors.Is(err, sql.ErrNoRows) { // somebody let go of it in between
			return &casework.ConflictError{Op: "append", Kind: casework.ConflictBusy, Case: c.Case, Subject: ref.String()}
		}
		if err != nil {
			return err
		}
		if holder != c.Case {
			return &casework.ConflictError{Op: "append", Kind: casework.ConflictReference, Case: c.Case, Subject: ref.String(), Holder: holder}
		}
	}
	return nil
}

func (w *unit) takeLive(ctx context.Context, c *change) error {
	if !c.claim {
		return nil
	}
	if w.store.db.dialect.claim != "" {
		if _, err := w.exec(ctx, w.store.db.dialect.claim, w.store.tenant+"/"+c.row.live); err != nil {
			return w.failure(ctx, "live claim "+c.row.live, err)
		}
	}
	conflict := &casework.ConflictError{Op: "append", Kind: casework.ConflictLive, Case: c.Case, Subject: c.row.live}
	taken, err := w.exec(ctx, takeLive, c.row.live, w.store.tenant, c.id, w.store.tenant, c.row.live)
	if err != nil && w.store.db.classify(err) == Unique {
		conflict.Cause = err
		return conflict
	}
	if err != nil {
		return w.failure(ctx, "live claim "+c.row.live, err)
	}
	if taken > 0 {
		return nil
	}
	conflict.Holder, err = w.store.holder(ctx, w.session, "append", findLive, w.store.tenant, c.row.live)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	return conflict
}

func (w *unit) redact(ctx context.Context, c *change) error {
	for _, r := range c.Redact {
		emptied, err := w.exec(ctx, redactEntry, w.store.db.dialect.flag(true), w.store.db.dialect.text(r.Data), w.store.tenant, c.id, integer(r.Seq))
		if err != nil {
			return w.failure(ctx, fmt.Sprintf("redaction of entry %d of case %s", r.Seq, c.id), err)
		}
		if emptied == 0 {
			return &casework.CorruptError{Op: "append", Case: c.Case, Seq: r.Seq, Code: "entry.missing", What: "the entry to be redacted is not there"}
		}
	}
	return nil
}

func (w *unit) journal(ctx context.Context, c *change) error {
	for i := range c.entries {
		_, err := w.exec(ctx, insertEntry, c.entries[i].args(w.store.db.dialect, w.store.tenant)...)
		if err == nil {
			continue
		}
		if w.store.db.classify(err) == Unique {
			return &casework.CorruptError{Op: "append", Case: c.Case, Seq: c.Entries[i].Seq, Code: "entry.exists", What: "the journal goes on beyond the case", Cause: err}
		}
		return w.failure(ctx, fmt.Sprintf("entry %d of case %s", c.Entries[i].Seq, c.id), err)
	}
	return nil
}

func (w *unit) failure(ctx context.Context, subject string, err error) error {
	return w.store.db.failure(ctx, "append", subject, err)
}
