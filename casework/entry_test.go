package casework_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
)

// fixedEntry has something in every field, so that its hash depends on all.
func fixedEntry() casework.Entry {
	return casework.Entry{
		Case: caseID(7), Seq: 1, Type: "need.identified", Version: 2,
		Actor: casework.Actor{
			Kind: casework.KindImport, ID: "mosaic", Name: "Mosaic",
			Agency:     casework.Agency{ID: "camden", Name: "Camden", Sector: casework.Statutory, Kind: "borough"},
			OnBehalfOf: &casework.Actor{Kind: casework.KindPerson, ID: "ana", Name: "Ana"},
			Original:   "A. Kowalska",
		},
		Effective: time.Date(2025, 3, 30, 1, 30, 0, 123456000, time.FixedZone("", 3600)),
		Recorded:  time.Date(2025, 3, 31, 9, 0, 0, 654321000, time.UTC),
		Move:      "assess", From: "Start", To: "Assessing", Reason: "because", Imported: true,
		Data: json.RawMessage(`{"need":"N1"}`), Salt: []byte("0123456789abcdef"),
	}
}

func sealed(e casework.Entry, prev casework.Hash) casework.Entry {
	e.Seal(prev)
	return e
}

func each(entries ...casework.Entry) func(func(casework.Entry, error) bool) {
	return func(yield func(casework.Entry, error) bool) {
		for _, e := range entries {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func TestTheFormOfASealedEntryNeverChanges(t *testing.T) {
	text, err := json.MarshalIndent(sealed(fixedEntry(), casework.Hash{}), "", "  ")
	require.NoError(t, err)
	golden(t, "entry/sealed.json", append(text, '\n'))
}

func TestASealedEntryVerifies(t *testing.T) {
	first := sealed(fixedEntry(), casework.Hash{})
	second := fixedEntry()
	second.Seq = 2
	second.Seal(first.Hash)
	head, seq, err := casework.VerifyChain(each(first, second))
	require.NoError(t, err)
	assert.Equal(t, second.Hash, head)
	assert.Equal(t, uint64(2), seq)
}

func TestChangingAnyFieldBreaksTheChain(t *testing.T) {
	for name, change := range map[string]func(*casework.Entry){
		"case":          func(e *casework.Entry) { e.Case[0]++ },
		"seq":           func(e *casework.Entry) { e.Seq++ },
		"type":          func(e *casework.Entry) { e.Type += "x" },
		"version":       func(e *casework.Entry) { e.Version++ },
		"actor kind":    func(e *casework.Entry) { e.Actor.Kind = casework.KindPerson },
		"actor id":      func(e *casework.Entry) { e.Actor.ID = "x" },
		"actor name":    func(e *casework.Entry) { e.Actor.Name = "x" },
		"agency id":     func(e *casework.Entry) { e.Actor.Agency.ID = "x" },
		"agency name":   func(e *casework.Entry) { e.Actor.Agency.Name = "x" },
		"agency sector": func(e *casework.Entry) { e.Actor.Agency.Sector = casework.Private },
		"agency kind":   func(e *casework.Entry) { e.Actor.Agency.Kind = "x" },
		"principal":     func(e *casework.Entry) { e.Actor.OnBehalfOf = nil },
		"principal id": func(e *casework.Entry) {
			e.Actor.OnBehalfOf = &casework.Actor{Kind: casework.KindPerson, ID: "x", Name: "Ana"}
		},
		"original author":   func(e *casework.Entry) { e.Actor.Original = "x" },
		"effective time":    func(e *casework.Entry) { e.Effective = e.Effective.Add(time.Microsecond) },
		"effective offset":  func(e *casework.Entry) { e.Effective = e.Effective.UTC() },
		"recorded time":     func(e *casework.Entry) { e.Recorded = e.Recorded.Add(time.Microsecond) },
		"move":              func(e *casework.Entry) { e.Move = "x" },
		"from":              func(e *casework.Entry) { e.From = "x" },
		"to":                func(e *casework.Entry) { e.To = "x" },
		"reason":            func(e *casework.Entry) { e.Reason = "x" },
		"imported":          func(e *casework.Entry) { e.Imported = false },
		"redacted":          func(e *casework.Entry) { e.Redacted = true },
		"data":              func(e *casework.Entry) { e.Data = json.RawMessage(`{"need":"N2"}`) },
		"spaces in data":    func(e *casework.Entry) { e.Data = json.RawMessage(`{"need": "N1"}`) },
		"salt":              func(e *casework.Entry) { e.Salt = []byte("0123456789abcdeg") },
		"no salt":           func(e *casework.Entry) { e.Salt = nil },
		"content":           func(e *casework.Entry) { e.Content[3]++ },
		"previous hash":     func(e *casework.Entry) { e.Prev[3]++ },
		"hash":              func(e *casework.Entry) { e.Hash[3]++ },
		"redacted for good": func(e *casework.Entry) { e.Redacted, e.Reason, e.Salt = true, "", nil },
	} {
		t.Run(name, func(t *testing.T) {
			first := sealed(fixedEntry(), casework.Hash{})
			second := fixedEntry()
			second.Seq = 2
			second.Seal(first.Hash)
			change(&second)
			_, _, err := casework.VerifyChain(each(first, second))
			assert.NotEmpty(t, corruption(t, err))
		})
	}
}

func TestAByteMovedBetweenFieldsChangesTheHash(t *testing.T) {
	hash := func(change func(*casework.Entry)) casework.Hash {
		e := fixedEntry()
		change(&e)
		return sealed(e, casework.Hash{}).Hash
	}
	hashes := []casework.Hash{
		hash(func(e *casework.Entry) { e.Move, e.From, e.To = "ab", "c", "d" }),
		hash(func(e *casework.Entry) { e.Move, e.From, e.To = "a", "bc", "d" }),
		hash(func(e *casework.Entry) { e.Move, e.From, e.To = "abc", "", "d" }),
		hash(func(e *casework.Entry) { e.Move, e.From, e.To = "", "abc", "d" }),
		hash(func(e *casework.Entry) { e.Reason, e.Data = "a", json.RawMessage("12") }),
		hash(func(e *casework.Entry) { e.Reason, e.Data = "a1", json.RawMessage("2") }),
		hash(func(e *casework.Entry) { e.Salt, e.Reason = []byte("ab"), "c" }),
		hash(func(e *casework.Entry) { e.Salt, e.Reason = []byte("a"), "bc" }),
		hash(func(e *casework.Entry) { e.Actor.Agency.Name, e.Actor.Agency.Kind = "ab", "" }),
		hash(func(e *casework.Entry) { e.Actor.Agency.Name, e.Actor.Agency.Kind = "", "ab" }),
	}
	for i, h := range hashes {
		assert.NotContains(t, hashes[:i], h, "%d", i)
	}
}

func TestAJournalIsOfOneCaseAndHasNoGaps(t *testing.T) {
	first := sealed(fixedEntry(), casework.Hash{})
	other := fixedEntry()
	other.Case, other.Seq = caseID(8), 2
	_, _, err := casework.VerifyChain(each(first, sealed(other, first.Hash)))
	assert.Equal(t, "chain.foreign", corruption(t, err))

	late := fixedEntry()
	late.Seq = 3
	_, _, err = casework.VerifyChain(each(first, sealed(late, first.Hash)))
	assert.Equal(t, "chain.gap", corruption(t, err))
}

func TestAnEntryKeepsItsTimesThroughJSON(t *testing.T) {
	e := sealed(fixedEntry(), casework.Hash{})
	text, err := json.Marshal(e)
	require.NoError(t, err)
	var read casework.Entry
	require.NoError(t, json.Unmarshal(text, &read))

	_, offset := read.Effective.Zone()
	assert.Equal(t, 3600, offset)
	assert.Equal(t, 123456000, read.Effective.Nanosecond())
	_, _, err = casework.VerifyChain(each(read))
	require.NoError(t, err)
	again, err := json.Marshal(read)
	require.NoError(t, err)
	assert.Equal(t, string(text), string(again))
}

func TestACloneSharesNothing(t *testing.T) {
	e := sealed(fixedEntry(), casework.Hash{})
	copied := e.Clone()
	assert.Equal(t, e, copied)
	copied.Actor.OnBehalfOf.ID, copied.Data[0], copied.Salt[0] = "x", 'x', 'x'
	assert.Equal(t, sealed(fixedEntry(), casework.Hash{}), e)
}

func TestAHashIsSixtyFourHexadecimalDigits(t *testing.T) {
	e := sealed(fixedEntry(), casework.Hash{})
	text, err := e.Hash.MarshalText()
	require.NoError(t, err)
	assert.Equal(t, e.Hash.String(), string(text))
	var h casework.Hash
	assert.True(t, h.IsZero())
	require.NoError(t, h.UnmarshalText(text))
	assert.Equal(t, e.Hash, h)
	assert.False(t, h.IsZero())
	for _, wrong := range [][]byte{nil, text[1:], append(slices.Clone(text), '0'), bytes.Replace(text, text[:1], []byte("z"), 1)} {
		assertInvalid(t, h.UnmarshalText(wrong), "hash.malformed")
	}
}

// TestTheMachinerysOwnEntriesNeverChange walks a case through everything the
// machinery itself writes down.
func TestTheMachinerysOwnEntriesNeverChange(t *testing.T) {
	two := compiled(t, complaintDefinition().As("Complaint", 2))
	f := newOffice(t,
		under(policy("weekend", casework.Refuse, nil, LookInto)),
		func(spec *casework.KindSpec[*Complaint]) { spec.Tables = append(spec.Tables, two) })
	f.o.Permit = casework.AllowAll
	ctx := t.Context()
	opening := casework.Opening{Subject: "P-17", References: []casework.ExternalRef{{Scheme: "mosaic", Value: "4711"}}}
	require.NoError(t, walkEverything(f, opening, two.Pin()))

	id, err := f.store.Find(ctx, casework.ExternalRef{Scheme: "mosaic", Value: "4711"})
	require.NoError(t, err)
	f.verified(id)
	seen := map[string]bool{}
	for _, e := range f.journal(id) {
		if seen[e.Type] {
			continue
		}
		seen[e.Type] = true
		text, err := json.MarshalIndent(e, "", "  ")
		require.NoError(t, err)
		golden(t, "entry/"+e.Type+".v1.json", append(text, '\n'))
	}
	for _, name := range []string{
		"case.opened", "case.moved", "case.explained", "case.overridden", "case.assigned",
		"case.referenced", "case.redacted", "case.migrated", "case.deadline_passed",
	} {
		assert.True(t, seen[name], name)
	}
}

func walkEverything(f *office, opening casework.Opening, two casework.Pin) error {
	ctx, desk := f.t.Context(), f.desk()
	first := casework.NewDesk(f.store, kindOf(f.t, complaintSpec(compiled(f.t, complaintDefinition()))), &f.o)
	c, err := first.Open(ctx, ana, opening, func(c *Complaint) error {
		return c.Receive("The bins stay full.")
	})
	if err != nil {
		return err
	}
	steps := []func() error{
		func() error {
			_, err := desk.Assign(ctx, c.ID(), bea, ana, casework.Reason("she knows the street"))
			return err
		},
		func() error {
			_, err := desk.Move(ctx, c.ID(), bea, LookInto, casework.Overriding("weekend", "it cannot wait"))
			return err
		},
		func() error {
			_, err := desk.Update(ctx, c.ID(), ana.For(bea), func(c *Complaint) error {
				if err := c.AddReference(casework.ExternalRef{Scheme: "letters", Value: "L-1"}); err != nil {
					return err
				}
				return c.AnswerDue(noon.Add(time.Hour))
			})
			return err
		},
		func() error { f.now = noon.Add(2 * time.Hour); _, err := desk.Tick(ctx, c.ID(), nightly); return err },
		func() error {
			_, err := desk.Migrate(ctx, c.ID(), bea, two, nil, "the procedure was renewed")
			return err
		},
		func() error {
			_, err := desk.Update(ctx, c.ID(), ana, func(c *Complaint) error { return c.AnswerWith("Done.") },
				casework.Explaining("finding.none", "it was plain to see"),
				casework.Effective(time.Date(2025, 3, 10, 15, 0, 0, 0, time.FixedZone("", 3600))))
			return err
		},
		func() error { _, err := desk.Redact(ctx, c.ID(), bea, []uint64{2}, "it names a neighbour"); return err },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}
