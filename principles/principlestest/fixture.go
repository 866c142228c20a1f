package principlestest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/principles"
)

// Fixture is what happened, and what a criterion has to find about it.
type Fixture struct {
	Standard  string               `json:"standard"`  // id of the standard
	Criterion string               `json:"criterion"` // id of the criterion
	Says      string               `json:"says"`      // what the fixture shows, in a sentence: the name of its test
	Judgement principles.Judgement `json:"judgement"`
	Cases     []Case               `json:"cases"`
	Want      []Want               `json:"want"`
	Only      *bool                `json:"only,omitempty"` // false: there may be more findings than those wanted

	path string
}

// Case is a case of a fixture.
type Case struct {
	Kind       string  `json:"kind"`                 // such as "cycle" or "purchase"
	Definition string  `json:"definition,omitempty"` // may be empty where the kind has one alone
	Subject    string  `json:"subject,omitempty"`    // a pseudonym of the person it is about
	Imported   bool    `json:"imported,omitempty"`   // the case and all its entries were brought in
	Entries    []Entry `json:"entries"`              // from sequence 2
}

// Entry is an entry of a case. One without a type only moves the case.
type Entry struct {
	Type     string          `json:"type,omitempty"`
	Version  int             `json:"version,omitempty"` // of the data; 1 when zero
	Move     casework.Move   `json:"move,omitempty"`
	To       casework.State  `json:"to,omitempty"`
	At       time.Time       `json:"at"`                // when it took effect
	Recorded time.Time       `json:"recorded,omitzero"` // when it was written down; At when zero
	Actor    string          `json:"actor,omitempty"`   // id of the person; "ana.k" when empty
	Agency   casework.Agency `json:"agency,omitzero"`   // of the person; Camden, statutory, when zero
	Imported bool            `json:"imported,omitempty"`
	Reason   string          `json:"reason,omitempty"`
	Data     json.RawMessage `json:"data,omitempty"` // {} when empty
}

// Want is a finding that has to be there. Round, stage, subject and suggested are
// those of the finding; left out, they are those of a finding without.
type Want struct {
	Outcome   principles.Outcome `json:"outcome"`
	Round     int                `json:"round,omitempty"`
	Stage     principles.Stage   `json:"stage,omitempty"`
	Subject   string             `json:"subject,omitempty"`
	Suggested bool               `json:"suggested,omitempty"`
	Evidence  []string           `json:"evidence,omitempty"` // such as "cycle:3", or "purchase2:5"; any when empty
}

// Load reads a fixture. One that has fields nobody knows, or parts that are
// missing or faulty, is [casework.ErrInvalid] with the file's path and every
// fault. Errors of the file system are passed on.
func Load(path string) (Fixture, error) {
	file, err := os.Open(path) //nolint:gosec // the caller says which file
	if err != nil {
		return Fixture{}, fmt.Errorf("read fixture: %w", err)
	}
	defer file.Close() //nolint:errcheck // it is only read
	decoder := json.NewDecoder(file)
	decoder.DisallowUnknownFields()
	f := Fixture{path: path}
	op := "read fixture " + path
	if err := decoder.Decode(&f); err != nil {
		return Fixture{}, &casework.InvalidError{Op: op, Faults: []casework.Fault{fault("fixture", "fixture.unreadable", err.Error())}, Cause: err}
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return Fixture{}, casework.Invalid(op, fault("fixture", "fixture.trailing", "a file holds one fixture and nothing after it"))
	}
	if err := casework.InvalidIf(op, f.faults()); err != nil {
		return Fixture{}, err
	}
	return f, nil
}

// loadAll reads the fixtures of a directory and the ones below it, in the order
// of their paths.
func loadAll(dir string) ([]Fixture, error) {
	var all []Fixture
	var faulty []error
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".json" {
			return err
		}
		f, err := Load(path)
		if err != nil {
			faulty = append(faulty, err)
			return nil
		}
		all = append(all, f)
		return nil
	})
	return all, errors.Join(append(faulty, err)...)
}

func (f Fixture) faults() []casework.Fault {
	var faults []casework.Fault
	for _, part := range []struct{ path, text string }{{"standard", f.Standard}, {"criterion", f.Criterion}, {"says", f.Says}} {
		if blank(part.text) {
			faults = append(faults, fault(part.path, "fixture."+part.path+"_missing", "a fixture has its "+part.path))
		}
	}
	faults = append(faults, f.Judgement.Faults("judgement")...)
	if len(f.Cases) == 0 {
		faults = append(faults, fault("cases", "fixture.no_cases", "tell what happened, in a cycle at least"))
	}
	for i, c := range f.Cases {
		faults = append(faults, c.faults(pathAt("cases", i))...)
	}
	if len(f.Want) == 0 {
		faults = append(faults, fault("want", "fixture.no_want", "say what has to be found"))
	}
	for i, w := range f.Want {
		faults = append(faults, w.faults(pathAt("want", i), f.names())...)
	}
	return faults
}

func (c Case) faults(path string) []casework.Fault {
	var faults []casework.Fault
	if !slices.Contains(kindNames(), c.Kind) {
		faults = append(faults, fault(path+".kind", "case.kind", fmt.Sprintf("%q is none of %s", c.Kind, strings.Join(kindNames(), ", "))))
	}
	if len(c.Entries) == 0 {
		faults = append(faults, fault(path+".entries", "case.empty", "a case has at least one entry beside the one that opens it"))
	}
	for i, e := range c.Entries {
		faults = append(faults, e.faults(pathAt(path+".entries", i))...)
	}
	return faults
}

func (e Entry) faults(path string) []casework.Fault {
	var faults []casework.Fault
	if e.At.IsZero() {
		faults = append(faults, fault(path+".at", "entry.at_missing", "say when it took effect"))
	}
	if e.Type == "" && e.Move == "" {
		faults = append(faults, fault(path+".type", "entry.type_missing", "an entry has a type, or moves the case"))
	}
	if e.Type == casework.EntryOpened {
		faults = append(faults, fault(path+".type", "entry.opened", "the entry that opens the case is made for it"))
	}
	if (e.Move == "") != (e.To == "") {
		faults = append(faults, fault(path+".to", "entry.half_move", "a move and the state it leads to are given together"))
	}
	if e.Version < 0 {
		faults = append(faults, fault(path+".version", "entry.version", "versions count from 1"))
	}
	if e.Agency != (casework.Agency{}) {
		faults = append(faults, e.Agency.Faults(path+".agency")...)
	}
	return faults
}

func (w Want) faults(path string, names []string) []casework.Fault {
	var faults []casework.Fault
	if !w.Outcome.Known() {
		faults = append(faults, fault(path+".outcome", "want.outcome", fmt.Sprintf("there is no outcome %q", w.Outcome)))
	}
	for i, cited := range w.Evidence {
		name, seq, _ := strings.Cut(cited, ":")
		if n, err := strconv.ParseUint(seq, 10, 64); err != nil || n == 0 || !slices.Contains(names, name) {
			faults = append(faults, fault(pathAt(path+".evidence", i), "want.evidence", fmt.Sprintf("%q is no entry of a case: write it like %q, with a case of %s", cited, "cycle:3", strings.Join(names, ", "))))
		}
	}
	return faults
}

// names gives what the cases go by, in their order: the kind, with a number from
// the second of a kind on.
func (f Fixture) names() []string {
	seen := map[string]int{}
	names := make([]string, len(f.Cases))
	for i, c := range f.Cases {
		seen[c.Kind]++
		names[i] = c.Kind
		if n := seen[c.Kind]; n > 1 {
			names[i] += strconv.Itoa(n)
		}
	}
	return names
}

func fault(path, code, message string) casework.Fault {
	return casework.Fault{Path: path, Code: code, Message: message}
}

func blank(text string) bool { return strings.TrimSpace(text) == "" }

func pathAt(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }
