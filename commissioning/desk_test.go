package commissioning_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/memory"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/commissioning/commissioningtest"
)

// imported gives an entry of old history.
func imported(t *testing.T, kind string, data any, on string) casework.ImportedEntry {
	t.Helper()
	raw, err := json.Marshal(data)
	require.NoError(t, err)
	if data == nil {
		raw = nil
	}
	at, err := time.Parse(time.DateOnly, on)
	require.NoError(t, err)
	return casework.ImportedEntry{Type: kind, Data: raw, Author: "j.smith (2019)", Effective: at}
}

func moved(e casework.ImportedEntry, m casework.Move, to commissioning.Stage) casework.ImportedEntry {
	e.Move, e.To = m, to
	return e
}

func TestImportKeepsUntidyHistoryAndSaysWhatIsOddAboutIt(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StageAssessNeed)
	brief := commissioning.Brief{Title: "Meals", Lead: f.Cycle.Lead(), Value: casework.GBP(600_000_000)}
	need := commissioning.Need{ID: "N1", Statement: "A hot meal a day"}
	nameless := imported(t, "need.identified", commissioning.Need{ID: "N2", Statement: "Company"}, "2019-02-01")
	nameless.Author = ""
	in := casework.ImportedCase{
		Opening: casework.Opening{Definition: commissioning.StrategicName, References: []casework.ExternalRef{{Scheme: "old", Value: "17"}}},
		Entries: []casework.ImportedEntry{
			imported(t, "brief.recorded", brief, "2019-01-01"),
			imported(t, "need.identified", need, "2019-03-01"),
			nameless,
			imported(t, "service.planned", commissioning.Service{ID: "S1", Title: "Meals"}, "2019-04-01"),
			moved(imported(t, "", nil, "2019-05-01"), commissioning.MonitorReview, commissioning.StageMonitorReview),
		},
	}
	report, err := f.Desk.Import(t.Context(), f.Actor, "oldcase", in)
	require.NoError(t, err)
	var odd []string
	for _, a := range report.Anomalies {
		odd = append(odd, a.Path+" "+a.Code)
	}
	assert.Equal(t, []string{"entries[2] author.missing", "entries[2] time.backwards", "entries[4] move.not_allowed"}, odd)
	assert.Equal(t, 6, report.New)

	c, err := f.Desk.Find(t.Context(), casework.ExternalRef{Scheme: "old", Value: "17"})
	require.NoError(t, err)
	assert.Equal(t, commissioning.StageMonitorReview, c.Stage())
	assert.True(t, c.Imported())
	assert.Equal(t, 1, c.Round())
	assert.Equal(t, commissioning.Major, c.Scale(), "history without a scale is of the scale its value asks for")
	for _, n := range c.Needs() {
		assert.True(t, n.Mark.Imported)
	}
	require.NoError(t, f.Desk.Verify(t.Context(), c.ID()))
	for e, err := range f.Desk.History(t.Context(), c.ID(), 1) {
		require.NoError(t, err)
		assert.Equal(t, casework.KindImport, e.Actor.Kind)
		assert.Contains(t, []string{"j.smith (2019)", ""}, e.Actor.Original)
	}

	again, err := f.Desk.Import(t.Context(), f.Actor, "oldcase", in)
	require.NoError(t, err)
	assert.Equal(t, casework.ImportReport{Case: c.ID()}, again, "a second import brings nothing")

	f.Cycle = c
	f.Bars(t, commissioning.Reassess, "review.undecided")
	f.Record(t, anotherNeed)
	n3, _ := f.Cycle.Need("N3")
	assert.False(t, n3.Mark.Imported, "what follows is live")
}

func TestImportWithoutABriefIsACycleAllTheSame(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StageAssessNeed)
	report, err := f.Desk.Import(t.Context(), f.Actor, "oldcase", casework.ImportedCase{
		Opening: casework.Opening{Definition: commissioning.IndividualName, Subject: "person-9", References: []casework.ExternalRef{{Scheme: "old", Value: "18"}}},
		Entries: []casework.ImportedEntry{
			moved(imported(t, "", nil, "2019-01-01"), commissioning.IdentifyResources, commissioning.StageIdentifyResources),
			imported(t, "arrangement.recorded", commissioning.Arrangement{ID: "T1", Service: "S9"}, "2019-01-02"),
		},
	})
	require.NoError(t, err)
	c, err := f.Desk.Load(t.Context(), report.Case)
	require.NoError(t, err)
	assert.Equal(t, 1, c.Round())
	assert.Equal(t, commissioning.Standard, c.Scale())
	assert.Equal(t, []commissioning.Visit{
		{Stage: commissioning.StageAssessNeed, Round: 1, Entry: 1},
		{Stage: commissioning.StageIdentifyResources, Round: 1, Entry: 2, Move: commissioning.IdentifyResources, From: commissioning.StageAssessNeed},
	}, c.Visits())
	f.Cycle = c
	f.Record(t, func(c *commissioning.Cycle) error {
		return c.ReviseBrief(commissioning.Brief{Title: "Care package", Lead: casework.Agency{ID: "camden"}, Value: casework.GBP(1)})
	})
	assert.Equal(t, commissioning.Light, f.Cycle.Scale())
	f.Record(t, func(c *commissioning.Cycle) error { _, err := c.BindArrangement("T1", f.Today()); return err })
	require.NoError(t, f.Desk.Verify(t.Context(), c.ID()))
}

// everything is all that is kept of a case, as text.
func everything(t *testing.T, f *commissioningtest.Fixture, id casework.CaseID) string {
	t.Helper()
	record, err := f.Store.Load(t.Context(), id)
	require.NoError(t, err)
	var text strings.Builder
	text.Write(record.Document)
	text.WriteString(record.Index.Title)
	for e, err := range f.Desk.History(t.Context(), id, 0) {
		require.NoError(t, err)
		text.Write(e.Data)
		text.WriteString(e.Reason)
	}
	return text.String()
}

// sequences gives the entries of some types.
func sequences(t *testing.T, f *commissioningtest.Fixture, types ...string) []uint64 {
	t.Helper()
	var seqs []uint64
	for _, e := range f.Journal(t) {
		for _, name := range types {
			if e.Type == name {
				seqs = append(seqs, e.Seq)
			}
		}
	}
	require.NotEmpty(t, seqs)
	return seqs
}

func TestRedactedNeedIsGoneEverywhereAndItsIDStays(t *testing.T) {
	t.Parallel()
	const secret = "cannot get out of bed"
	f := commissioningtest.Individual(t, commissioning.StageAssessNeed).Record(t, func(c *commissioning.Cycle) error {
		_, err := c.IdentifyNeed(commissioning.Need{
			Statement: secret, Area: secret, Population: secret, Eligibility: secret, IdentifiedBy: []string{secret},
			Evidence: []casework.Evidence{{Kind: casework.EvidenceDocument, Title: secret}},
		})
		return err
	}, casework.Reason(secret))
	f.Record(t, func(c *commissioning.Cycle) error { return c.ReassessNeed("N1", commissioning.NeedUnmet) }, casework.Reason(secret))
	f.Record(t, planning(commissioning.Service{Title: secret, Specification: secret, ChannelReason: secret, DistinctBenefit: secret, Needs: []commissioning.NeedID{"N1"}}))
	f.Record(t, arranging(func(c *commissioning.Cycle, a *commissioning.Arrangement) {
		binding(c, a)
		a.Why, a.Provider.Name = secret, secret
	}))
	f.Record(t, func(c *commissioning.Cycle) error { return c.EndArrangement("T1", f.Today()) }, casework.Reason(secret))
	f.Record(t, func(c *commissioning.Cycle) error {
		b := c.Brief()
		b.Title, b.Area, b.Population, b.Strategy = secret, secret, secret, secret
		b.Related = []commissioning.RelatedValue{{What: secret, Value: casework.GBP(1)}}
		return c.ReviseBrief(b)
	})
	require.Contains(t, everything(t, f, f.Cycle.ID()), secret)

	c, err := f.Desk.Redact(t.Context(), f.Cycle.ID(), f.Actor,
		sequences(t, f, "need.identified", "need.reassessed", "unmet_need.fed_back", "service.planned", "arrangement.recorded", "arrangement.bound", "arrangement.ended", "brief.recorded"), "asked to be forgotten")
	require.NoError(t, err)
	assert.NotContains(t, everything(t, f, c.ID()), secret)
	require.NoError(t, f.Desk.Verify(t.Context(), c.ID()))

	n, has := c.Need("N1")
	require.True(t, has)
	assert.Empty(t, n.Statement)
	assert.Equal(t, commissioning.NeedUnmet, n.State())
	assert.True(t, n.FedBack)
	a, has := c.Arrangement("T1")
	require.True(t, has)
	assert.Equal(t, "carers-co-op", a.Provider.ID, "who provides is known by its id")
	assert.False(t, a.EndedOn.IsZero())
	s, has := c.Service("S1")
	require.True(t, has)
	assert.Equal(t, []commissioning.NeedID{"N1"}, s.Needs)

	// The strategic cycle heard of it, with its area.
	strategic := *f
	strategic.Cycle, err = f.Desk.Load(t.Context(), f.Cycle.Brief().Serves)
	require.NoError(t, err)
	require.Contains(t, everything(t, f, strategic.Cycle.ID()), secret)
	_, err = f.Desk.Redact(t.Context(), strategic.Cycle.ID(), f.Actor, sequences(t, &strategic, "unmet_need.heard"), "asked to be forgotten")
	require.NoError(t, err)
	assert.NotContains(t, everything(t, f, strategic.Cycle.ID()), secret)
	require.NoError(t, f.Desk.Verify(t.Context(), strategic.Cycle.ID()))
}

func TestRedactedOutcomeOfAClosedCycle(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.Closed)
	c, err := f.Desk.Redact(t.Context(), f.Cycle.ID(), f.Actor, sequences(t, f, "cycle.closed"), "asked to be forgotten")
	require.NoError(t, err)
	outcome, is := c.ClosingOutcome()
	require.True(t, is)
	assert.Empty(t, outcome.Summary)
	assert.Equal(t, commissioning.NeedsMet, outcome.Result)
	assert.Equal(t, commissioning.Closed, c.Stage())
}

// planningRenamed is the strategic definition in a second version, in which planning
// goes by another name.
func planningRenamed() casework.Definition {
	d := commissioning.Strategic()
	d.Version = 2
	for i := range d.States {
		if d.States[i].State == commissioning.StagePlanUse {
			d.States[i].State = "Planning"
		}
	}
	for i := range d.Moves {
		for k, from := range d.Moves[i].From {
			if from == commissioning.StagePlanUse {
				d.Moves[i].From[k] = "Planning"
			}
		}
		if d.Moves[i].To == commissioning.StagePlanUse {
			d.Moves[i].To = "Planning"
		}
	}
	return d
}

func TestMigrationToAVersionWithARenamedStage(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StagePlanUse)
	desk, err := commissioning.NewDesk(f.Store, &commissioning.Options{Definitions: []casework.Definition{planningRenamed()}})
	require.NoError(t, err)
	newest, err := desk.Kind().Table(commissioning.StrategicName)
	require.NoError(t, err)
	to := newest.Pin()
	require.Equal(t, 2, to.Version)

	plan, err := desk.PlanMigration(t.Context(), to, nil)
	require.NoError(t, err)
	require.Len(t, plan, 1)
	assert.False(t, plan[0].Mapped)
	_, err = desk.MigrateAll(t.Context(), f.Actor, to, nil, "the board's new words")
	require.ErrorIs(t, err, casework.ErrInvalid)

	mapping := map[commissioning.Stage]commissioning.Stage{commissioning.StagePlanUse: "Planning"}
	c, err := desk.Migrate(t.Context(), f.Cycle.ID(), f.Actor, to, mapping, "the board's new words")
	require.NoError(t, err)
	assert.Equal(t, commissioning.Stage("Planning"), c.Stage())
	require.NoError(t, desk.Verify(t.Context(), c.ID()))
	_, err = desk.Move(t.Context(), c.ID(), f.Actor, commissioning.ArrangeDelivery)
	commissioningtest.Refused(t, err, "service.serves_no_need", "need.unserved")
	_, err = desk.Move(t.Context(), c.ID(), f.Actor, commissioning.ReturnToAssessment, casework.Reason("again"))
	require.NoError(t, err)
	_, err = f.Desk.Load(t.Context(), c.ID())
	require.ErrorIs(t, err, casework.ErrCorrupt, "a desk without the definition cannot judge the cycle")

	done, err := desk.MigrateAll(t.Context(), f.Actor, to, mapping, "the board's new words")
	require.NoError(t, err)
	assert.Zero(t, done, "nothing is left to migrate")
}

func TestDeskAssignsReleasesAndFinds(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StageAssessNeed, briefed(func(b *commissioning.Brief) {
		b.References = []casework.ExternalRef{{Scheme: "mosaic", Value: "7"}}
	}))
	bo := casework.Person("bo", f.Cycle.Lead())
	c, err := f.Desk.Assign(t.Context(), f.Cycle.ID(), f.Actor, bo)
	require.NoError(t, err)
	holder, held := c.Holder()
	assert.True(t, held)
	assert.True(t, holder.Is(bo))
	c, err = f.Desk.Release(t.Context(), f.Cycle.ID(), f.Actor)
	require.NoError(t, err)
	_, held = c.Holder()
	assert.False(t, held)
	found, err := f.Desk.Find(t.Context(), casework.ExternalRef{Scheme: "mosaic", Value: "7"})
	require.NoError(t, err)
	assert.Equal(t, f.Cycle.ID(), found.ID())
}

func TestDeskListsWhatIsDue(t *testing.T) {
	t.Parallel()
	f := timed(t)
	due := func(at time.Time) (all []casework.CaseID) {
		t.Helper()
		for s, err := range f.Desk.List(t.Context(), casework.Query{DueBy: at}) {
			require.NoError(t, err)
			all = append(all, s.Case)
		}
		return all
	}
	first := time.Date(2025, time.July, 1, 0, 0, 0, 0, time.UTC)
	assert.Empty(t, due(first.Add(-time.Second)))
	assert.Equal(t, []casework.CaseID{f.Cycle.ID()}, due(first))
}

func TestDeskOpensOnceForAKey(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StageAssessNeed)
	brief := commissioning.Brief{Title: "Meals", Lead: f.Cycle.Lead()}
	first, err := f.Desk.Open(t.Context(), f.Actor, brief, casework.Key("form-1"))
	require.NoError(t, err)
	second, err := f.Desk.Open(t.Context(), f.Actor, brief, casework.Key("form-1"))
	require.NoError(t, err)
	assert.Equal(t, first.ID(), second.ID())
	brief.Title = "Other meals"
	_, err = f.Desk.Open(t.Context(), f.Actor, brief, casework.Key("form-1"))
	require.ErrorIs(t, err, casework.ErrConflict)
}

func TestDeskSeesItsTenantAlone(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StageAssessNeed)
	_, err := f.Desk.In(f.Store.Tenant("islington")).Load(t.Context(), f.Cycle.ID())
	require.ErrorIs(t, err, casework.ErrNotFound)
}

func TestCycleIsOpenedBesideOtherCasesInOneUnit(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StageAssessNeed)
	var ids []casework.CaseID
	open := func(fail error) error {
		_, err := f.Desk.Do(t.Context(), f.Actor, func(u *casework.Unit) error {
			ids = nil
			for _, title := range []string{"North", "South"} {
				c, err := commissioning.Open(u, f.Desk.Kind(), commissioning.Brief{Title: title, Lead: f.Cycle.Lead()})
				if err != nil {
					return err
				}
				ids = append(ids, c.ID())
			}
			return fail
		})
		return err
	}
	require.Error(t, open(errors.New("the host's own")))
	_, err := f.Desk.Load(t.Context(), ids[0])
	require.ErrorIs(t, err, casework.ErrNotFound)
	require.NoError(t, open(nil))
	for _, id := range ids {
		require.NoError(t, f.Desk.Verify(t.Context(), id))
	}
	_, err = f.Desk.Do(t.Context(), f.Actor, func(u *casework.Unit) error {
		_, err := commissioning.Open(u, f.Desk.Kind(), commissioning.Brief{Title: "North", Lead: f.Cycle.Lead(), Definition: "Unheard"})
		return err
	})
	require.ErrorIs(t, err, casework.ErrNotFound)
}

func TestNewDeskRefusesFaultyOptions(t *testing.T) {
	t.Parallel()
	_, err := commissioning.NewDesk(memory.New(), &commissioning.Options{Bands: []commissioning.Band{{}}})
	assert.Equal(t, []string{"bands[0] band.limits"}, faults(t, err))
}
