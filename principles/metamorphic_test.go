package principles_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/principles"
)

// spot is a place of a report in a round.
type spot struct {
	round int
	place principles.Place
}

func (s spot) String() string { return fmt.Sprintf("%+v in round %d", s.place, s.round) }

// outcomes gives the outcomes of every place, in their order.
func outcomes(r principles.Report) map[spot][]principles.Outcome {
	all := map[spot][]principles.Outcome{}
	for _, f := range r.Findings {
		at := spot{f.Round, f.Place()}
		all[at] = append(all[at], f.Outcome)
		slices.Sort(all[at])
	}
	return all
}

// eachJudge runs a property test for every standard.
func eachJudge(t *testing.T, test func(*testing.T, judge)) {
	t.Helper()
	for _, s := range judges(t) {
		t.Run(s.name, func(t *testing.T) { test(t, s) })
	}
}

func reportOf(t testing.TB, s judge, d *principles.Dossier) principles.Report {
	t.Helper()
	r, err := s.judge(d)
	require.NoError(t, err)
	for _, f := range r.Findings {
		require.NotEqual(t, principles.Failed, f.Outcome, "%s: %s", f.Criterion, f.Why)
	}
	return r
}

func asJSON(t testing.TB, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return text
}

// withCycle gives the dossier with other entries of its cycle.
func withCycle(t testing.TB, kinds *principles.Kinds, d *principles.Dossier, entries []casework.Entry) *principles.Dossier {
	t.Helper()
	journals := d.Journals()
	journals[0].Entries = entries
	changed, err := kinds.Dossier(d.Judgement(), journals...)
	require.NoError(t, err)
	return changed
}

func TestTheSameDossierGivesTheSameReportByteByByte(t *testing.T) {
	kinds := newKinds(t)
	dossiers := generated(t, 4)
	eachJudge(t, func(t *testing.T, s judge) {
		for _, d := range dossiers {
			once := asJSON(t, reportOf(t, s, d))
			assert.Equal(t, string(once), string(asJSON(t, reportOf(t, s, d))))
			var text bytes.Buffer
			require.NoError(t, d.Write(&text))
			for read, err := range kinds.ReadDossiers(&text) {
				require.NoError(t, err)
				assert.Equal(t, string(once), string(asJSON(t, reportOf(t, s, read))), "a dossier that was written and read is the same")
			}
		}
	})
}

func TestAReportReadBackIsTheSame(t *testing.T) {
	dossiers := generated(t, 4)
	eachJudge(t, func(t *testing.T, s judge) {
		for _, d := range dossiers {
			r := reportOf(t, s, d)
			var read principles.Report
			decoder := json.NewDecoder(bytes.NewReader(asJSON(t, r)))
			decoder.DisallowUnknownFields()
			require.NoError(t, decoder.Decode(&read))
			assert.Equal(t, string(asJSON(t, r)), string(asJSON(t, read)))
			assert.Equal(t, outcomes(r), outcomes(read))
		}
	})
}

func TestEvidenceThatIsAddedNeverTurnsMetIntoNoEvidence(t *testing.T) {
	dossiers := generated(t, 4)
	eachJudge(t, func(t *testing.T, s judge) {
		for i, d := range dossiers {
			assert.Empty(t, lostByAdding(t, s, d, uint64(i)))
		}
	})
}

// lostByAdding adds entries to the cycle, one at a time and anywhere after its
// first outcome, and tells what was met and is of no evidence then.
func lostByAdding(t *testing.T, s judge, d *principles.Dossier, seed uint64) []string {
	t.Helper()
	kinds := newKinds(t)
	g := newGenerator(seed + 100)
	g.ids = 500 // no id stands there already
	before := outcomes(reportOf(t, s, d))
	cycle := d.Journals()[0].Entries
	first := slices.IndexFunc(cycle, func(e casework.Entry) bool { return e.Type == "outcome.set" }) + 1
	var lost []string
	for range 8 {
		added, place := g.recorded(), first+g.rand.IntN(len(cycle)-first+1)
		after := outcomes(reportOf(t, s, withCycle(t, kinds, d, spliced(cycle, place, added))))
		for at, was := range before {
			if slices.Contains(was, principles.Met) && !slices.Contains(was, principles.NoEvidence) && slices.Contains(after[at], principles.NoEvidence) {
				lost = append(lost, fmt.Sprintf("%s, once %s stands at %d: %s", at, added.Type, place+1, added.Data))
			}
		}
	}
	slices.Sort(lost)
	return lost
}

func TestTheOrderOfEntriesOfTheSameInstantChangesNoOutcome(t *testing.T) {
	dossiers := generated(t, 3)
	eachJudge(t, func(t *testing.T, s judge) {
		for _, d := range dossiers {
			assert.Empty(t, changedBySwapping(t, s, d))
		}
	})
}

// changedBySwapping swaps entries of the cycle that took effect at the same
// instant, and tells which swaps change an outcome.
func changedBySwapping(t *testing.T, s judge, d *principles.Dossier) []string {
	t.Helper()
	kinds := newKinds(t)
	before := outcomes(reportOf(t, s, d))
	cycle := d.Journals()[0].Entries
	swaps := swappable(cycle)
	require.NotEmpty(t, swaps)
	var changed []string
	for _, i := range swaps {
		swapped := slices.Clone(cycle)
		swapped[i], swapped[i+1] = swapped[i+1], swapped[i]
		if !assert.ObjectsAreEqual(before, outcomes(reportOf(t, s, withCycle(t, kinds, d, resealed(swapped))))) {
			changed = append(changed, fmt.Sprintf("%s and %s, entries %d and %d: %s %s",
				cycle[i].Type, cycle[i+1].Type, i+1, i+2, cycle[i].Data, cycle[i+1].Data))
		}
	}
	return changed
}

func TestThePropertiesCatchCriteriaThatBreakThem(t *testing.T) {
	d := generated(t, 1)[0]
	bySequence := func(d *principles.Dossier) []principles.Finding {
		needs := d.Cycle().Needs()
		last := d.Journals()[0].Entries[needs[len(needs)-1].Mark.Entry:]
		return shortOf(slices.ContainsFunc(last, func(e casework.Entry) bool { return e.Type == "engagement.recorded" && e.Seq%2 == 0 }), d)
	}
	byCount := func(d *principles.Dossier) []principles.Finding {
		return shortOf(len(d.Journals()[0].Entries)%2 == 1, d)
	}
	judging := func(of func(*principles.Dossier) []principles.Finding) judge {
		s := asking(func(c *principles.Criterion) { c.OfCycle = of })
		return judge{name: s.ID, judge: s.Evaluate}
	}
	assert.NotEmpty(t, changedBySwapping(t, judging(bySequence), d))
	met := d
	if n := len(d.Journals()[0].Entries); n%2 == 0 {
		met = withCycle(t, newKinds(t), d, resealed(d.Journals()[0].Entries[:n-1]))
	}
	assert.NotEmpty(t, lostByAdding(t, judging(byCount), met, 1))
}

// shortOf finds a criterion met, or without evidence.
func shortOf(met bool, d *principles.Dossier) []principles.Finding {
	if met {
		return []principles.Finding{{Outcome: principles.Met, Why: "It is.", Evidence: d.Cite(d.Cycle().ID(), 2)}}
	}
	return []principles.Finding{{Outcome: principles.NoEvidence, Why: "It is not.", Remedy: "Record it."}}
}

// swappable gives the entries that could as well stand behind their next: both
// took effect at the same instant, both add something, and neither speaks of the
// other.
func swappable(cycle []casework.Entry) []int {
	var all []int
	for i := range len(cycle) - 1 {
		a, b := cycle[i], cycle[i+1]
		if a.Effective.Equal(b.Effective) && adds(a) && adds(b) && !speaksOf(b, a) {
			all = append(all, i)
		}
	}
	return all
}

func adds(e casework.Entry) bool {
	return slices.Contains([]string{
		"need.identified", "participant.added", "engagement.recorded", "feedback.recorded", "observation.recorded", "provider.mapped",
		"consideration.recorded", "document.cited", "outcome.set", "resource.identified", "impact.assessed", "social_value.considered",
	}, e.Type)
}

func speaksOf(e, other casework.Entry) bool {
	var identified struct {
		ID string `json:"id"`
	}
	return json.Unmarshal(other.Data, &identified) != nil || strings.Contains(string(e.Data), `"`+identified.ID+`"`)
}

func TestTheOrderOfJournalsChangesNoReport(t *testing.T) {
	kinds := newKinds(t)
	d := generated(t, 1)[0]
	journals := d.Journals()
	slices.Reverse(journals)
	turned, err := kinds.Dossier(d.Judgement(), journals...)
	require.NoError(t, err)
	eachJudge(t, func(t *testing.T, s judge) {
		assert.Equal(t, string(asJSON(t, reportOf(t, s, d))), string(asJSON(t, reportOf(t, s, turned))))
	})
}
