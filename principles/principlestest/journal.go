package principlestest

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/principles"
)

// Dossier makes the dossier the fixture tells of. The same fixture gives the same
// dossier, byte by byte. Data that is no JSON, placeholders that stand for
// nothing, and what cannot be a dossier are [casework.ErrInvalid]; data that is
// not what its type says is [casework.ErrCorrupt].
func (f Fixture) Dossier(k *principles.Kinds) (*principles.Dossier, error) {
	journals, err := f.Journals(k)
	if err != nil {
		return nil, err
	}
	return k.Dossier(f.Judgement, journals...)
}

// Journals makes the journals of the fixture's cases, in their order.
func (f Fixture) Journals(k *principles.Kinds) ([]principles.Journal, error) {
	var faults []casework.Fault
	ids := f.ids()
	journals := make([]principles.Journal, len(f.Cases))
	for i, c := range f.Cases {
		path := pathAt("cases", i)
		first, err := c.opening(k, ids["$"+f.names()[i]])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		j := principles.Journal{Kind: c.Kind, Entries: []casework.Entry{first}}
		for n, e := range c.Entries {
			entry, wrong := e.entry(ids, pathAt(path+".entries", n))
			faults = append(faults, wrong...)
			entry.Imported = entry.Imported || c.Imported
			j.Entries = append(j.Entries, following(j.Entries, entry))
		}
		journals[i] = j
	}
	return journals, casework.InvalidIf("make the journals of a fixture", faults)
}

// ids gives the cases' ids by their placeholders: numbers, by position.
func (f Fixture) ids() map[string]casework.CaseID {
	ids := map[string]casework.CaseID{}
	for i, name := range f.names() {
		var id casework.CaseID
		binary.BigEndian.PutUint64(id[8:], uint64(i)+1) //nolint:gosec // positions are not negative
		ids["$"+name] = id
	}
	return ids
}

// opening makes the entry that opens the case, at the time of the first listed.
func (c Case) opening(k *principles.Kinds, id casework.CaseID) (casework.Entry, error) {
	if len(c.Entries) == 0 {
		return casework.Entry{}, casework.Invalid("open a case", fault("entries", "case.empty", "a case has at least one entry beside the one that opens it"))
	}
	at := c.Entries[0]
	options := &casework.DeskOptions{Clock: at.recorded, Salt: func() [16]byte { return [16]byte{} }}
	call, err := casework.NewCall(options, at.actor(), casework.Effective(at.At))
	if err != nil {
		return casework.Entry{}, err
	}
	e, err := open(k, c.Kind, call, id, casework.Opening{Definition: c.Definition, Subject: c.Subject})
	if err != nil {
		return casework.Entry{}, err
	}
	e.Imported = c.Imported
	e.Seal(casework.Hash{})
	return e, nil
}

func (e Entry) recorded() time.Time {
	if e.Recorded.IsZero() {
		return e.At.UTC().Truncate(time.Microsecond)
	}
	return e.Recorded.UTC().Truncate(time.Microsecond)
}

func (e Entry) actor() casework.Actor {
	agency := e.Agency
	if agency == (casework.Agency{}) {
		agency = casework.Agency{ID: "camden", Name: "Camden", Sector: casework.Statutory}
	}
	return casework.Person(cmp.Or(e.Actor, "ana.k"), agency)
}

// entry gives the entry as it stands in a journal, before it has its place there.
func (e Entry) entry(ids map[string]casework.CaseID, path string) (casework.Entry, []casework.Fault) {
	data, faults := written(e.Data, ids, path+".data")
	return casework.Entry{
		Type: cmp.Or(e.Type, casework.EntryMoved), Version: cmp.Or(e.Version, 1), Actor: e.actor(),
		Effective: e.At.Truncate(time.Microsecond), Recorded: e.recorded(), Move: e.Move, To: e.To,
		Reason: e.Reason, Imported: e.Imported, Data: data, Salt: make([]byte, 16),
	}, faults
}

// following puts an entry behind those that are there, and seals it.
func following(there []casework.Entry, e casework.Entry) casework.Entry {
	last := there[len(there)-1]
	e.Case, e.Seq = last.Case, last.Seq+1
	if e.Move != "" {
		e.From = stateOf(there)
	}
	e.Seal(last.Hash)
	return e
}

func stateOf(entries []casework.Entry) casework.State {
	for _, e := range slices.Backward(entries) {
		if e.To != "" {
			return e.To
		}
	}
	return ""
}

// placeholder is a text of the data that stands for the id of a case.
var placeholder = regexp.MustCompile(`"\$[a-z_]+[0-9]*"`)

// written gives data as a journal holds it: compact, ids in their places.
func written(data json.RawMessage, ids map[string]casework.CaseID, path string) (json.RawMessage, []casework.Fault) {
	if len(data) == 0 {
		return json.RawMessage(`{}`), nil
	}
	compact, err := json.Marshal(data)
	if err != nil {
		return nil, []casework.Fault{fault(path, "data.unreadable", err.Error())}
	}
	var faults []casework.Fault
	replaced := placeholder.ReplaceAllStringFunc(string(compact), func(quoted string) string {
		id, known := ids[strings.Trim(quoted, `"`)]
		if !known {
			faults = append(faults, fault(path, "data.placeholder", quoted+" stands for no case of the fixture"))
		}
		return `"` + id.String() + `"`
	})
	return json.RawMessage(replaced), faults
}
