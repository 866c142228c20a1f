package sqlstore

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"unicode/utf8"
)

// stateUnexpected is the SQLSTATE by which the database says that something does
// not stand as the batch expects it.
const stateUnexpected = "ND001"

// whole is a batch as the database takes it in one statement.
type whole struct {
	Tenant     string           `json:"tenant"`
	Key        string           `json:"key"`
	Digest     string           `json:"digest"`
	Receipt    string           `json:"receipt"`
	Signal     bool             `json:"signal"`
	Changes    []wholeChange    `json:"changes"`
	Redactions []wholeRedaction `json:"redactions"`
	Entries    []wholeEntry     `json:"entries"`
}

// wholeChange is a row of needsled_cases; an assertion has the id and After alone.
type wholeChange struct {
	ID    string `json:"id"`
	After int64  `json:"after"`
	*wholeCase
}

type wholeCase struct {
	Prev              string `json:"prev"`
	Kind              string `json:"kind"`
	Definition        string `json:"definition"`
	DefinitionVersion int64  `json:"definition_version"`
	DefinitionDigest  string `json:"definition_digest"`
	State             string `json:"state"`
	Final             bool   `json:"final"`
	Title             string `json:"title"`
	Subject           string `json:"subject"`
	Holder            string `json:"holder"`
	Live              string `json:"live"`
	Due               string `json:"due"`
	Refs              string `json:"refs"`
	Seq               int64  `json:"seq"`
	Head              string `json:"head"`
	Shape             int64  `json:"shape"`
	Stamp             string `json:"stamp"`
	Document          string `json:"document"`
}

type wholeRedaction struct {
	Case string `json:"case_id"`
	Seq  int64  `json:"seq"`
	Data string `json:"data"`
}

type wholeEntry struct {
	Place     int     `json:"place"`
	Case      string  `json:"case_id"`
	Seq       int64   `json:"seq"`
	Type      string  `json:"type"`
	Version   int64   `json:"version"`
	Actor     string  `json:"actor"`
	Effective string  `json:"effective"`
	Recorded  string  `json:"recorded"`
	Move      string  `json:"move"`
	From      string  `json:"from_state"`
	To        string  `json:"to_state"`
	Reason    string  `json:"reason"`
	Imported  bool    `json:"imported"`
	Redacted  bool    `json:"redacted"`
	Data      string  `json:"data"`
	Salt      *string `json:"salt"`
	Content   string  `json:"content"`
	Prev      string  `json:"prev"`
	Hash      string  `json:"hash"`
}

// appendWhole writes the batch in one statement, where the database can and
// nothing stands in its way. Where it is not done, nothing was written, and
// statement by statement it shows why.
func (w *unit) appendWhole(ctx context.Context) (done bool, err error) {
	d := w.store.db
	if d.dialect.append == "" || len(w.changes) == 0 {
		return false, nil
	}
	batch, writable, err := w.whole()
	if err != nil || !writable {
		return false, err
	}
	if w.store.bound {
		in := session{database: d, conn: w.store.tx}
		err := in.row(ctx, d.dialect.tryAppend, batch).Scan(&done)
		return done, w.failure(ctx, w.subject, err)
	}
	_, err = session{database: d, conn: d.write}.exec(ctx, d.dialect.append, batch)
	if err == nil {
		return true, nil
	}
	if unexpected(err) || d.classify(err) == Unique {
		return false, nil
	}
	return false, w.failure(ctx, w.subject, err)
}

func unexpected(err error) bool {
	var state interface{ SQLState() string }
	return errors.As(err, &state) && state.SQLState() == stateUnexpected
}

// whole writes the batch as JSON. Texts that JSON would alter are not writable.
func (w *unit) whole() (batch string, writable bool, err error) {
	all := whole{
		Tenant: w.store.tenant, Key: w.batch.Key, Digest: w.batch.Digest.String(), Signal: !w.store.db.silent,
		Changes: make([]wholeChange, 0, len(w.changes)), Redactions: []wholeRedaction{}, Entries: []wholeEntry{},
	}
	writable = utf8.ValidString(all.Tenant) && utf8.ValidString(all.Key)
	receipt, err := json.Marshal(w.receipt.Cases)
	if err != nil {
		return "", false, err
	}
	all.Receipt = string(receipt)
	for _, c := range w.changes {
		writable = writable && c.writable()
		all.Changes = append(all.Changes, c.whole())
		for _, r := range c.Redact {
			all.Redactions = append(all.Redactions, wholeRedaction{Case: c.id, Seq: integer(r.Seq), Data: string(r.Data)})
		}
		for i := range c.entries {
			all.Entries = append(all.Entries, c.entries[i].whole(len(all.Entries)))
		}
	}
	if !writable {
		return "", false, nil
	}
	text, err := json.Marshal(all)
	return string(text), err == nil, err
}

func (c *change) whole() wholeChange {
	whole := wholeChange{ID: c.id, After: integer(c.After)}
	if len(c.Entries) == 0 {
		return whole
	}
	r := &c.row
	whole.wholeCase = &wholeCase{
		Prev: c.Entries[0].Prev.String(), Kind: r.kind,
		Definition: r.definition, DefinitionVersion: r.definitionVersion, DefinitionDigest: r.definitionDigest,
		State: r.state, Final: r.final, Title: r.title, Subject: r.subject, Holder: r.holder, Live: r.live, Due: r.due, Refs: r.refs,
		Seq: r.seq, Head: r.head, Shape: r.shape, Stamp: r.stamp, Document: string(c.Document),
	}
	return whole
}

// writable tells whether all texts are in UTF-8. A first entry that does not
// continue nothing breaks the chain of a new case, and is no such text either: it is
// left to be found statement by statement.
func (c *change) writable() bool {
	if len(c.Entries) == 0 {
		return true
	}
	r := &c.row
	for _, text := range [...]string{r.kind, r.definition, r.state, r.title, r.subject, r.holder, r.live, r.refs} {
		if !utf8.ValidString(text) {
			return false
		}
	}
	for i := range c.entries {
		e := &c.entries[i]
		for _, text := range [...]string{e.kind, e.actor, e.move, e.from, e.to, e.reason} {
			if !utf8.ValidString(text) {
				return false
			}
		}
		if !utf8.Valid(e.data) {
			return false
		}
	}
	for _, redaction := range c.Redact {
		if !utf8.Valid(redaction.Data) {
			return false
		}
	}
	return utf8.Valid(c.Document) && (c.After > 0 || c.Entries[0].Prev.IsZero())
}

func (r *entryRow) whole(place int) wholeEntry {
	e := wholeEntry{
		Place: place, Case: r.id, Seq: r.seq, Type: r.kind, Version: r.version, Actor: r.actor, Effective: r.effective, Recorded: r.recorded,
		Move: r.move, From: r.from, To: r.to, Reason: r.reason, Imported: r.imported, Redacted: r.redacted, Data: string(r.data),
		Content: r.content, Prev: r.prev, Hash: r.hash,
	}
	if r.salt != nil {
		salt := hex.EncodeToString(r.salt)
		e.Salt = &salt
	}
	return e
}
