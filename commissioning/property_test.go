package commissioning_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/commissioning/commissioningtest"
)

// anyone is a host in which ana may do everything, and bo neither override nor
// end a cycle.
func anyone(ctx context.Context, q casework.PermitQuery) (casework.Decisions, error) {
	decisions, err := casework.AllowAll(ctx, q)
	if q.Actor.ID == "bo" {
		for _, a := range q.Actions {
			if a == casework.Action(commissioning.Abandon) || len(a) > 9 && a[:9] == "override:" {
				decisions[a] = casework.Decision{Reason: "bo may not"}
			}
		}
	}
	return decisions, err
}

// walk is a random journey of a cycle, and of those that take its place.
type walk struct {
	*commissioningtest.Fixture
	t     *testing.T
	r     *rand.Rand
	ana   casework.Actor
	bo    casework.Actor
	pins  []casework.Pin // of the definition's versions
	taken int            // commands that went through
	noes  int            // commands that did not
	did   map[string]int // what else went through
}

func newWalk(t *testing.T, seed uint64, build builder) *walk {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 7)) //nolint:gosec // the same every time
	scale := scales()[r.IntN(3)]
	under := commissioningtest.Under(commissioning.Options{Definitions: twins()})
	w := &walk{Fixture: build(t, commissioning.StageAssessNeed, under, commissioningtest.Permit(anyone), commissioningtest.Scale(scale)), t: t, r: r, did: map[string]int{}}
	w.ana, w.bo = w.Actor, casework.Person("bo", w.Cycle.Lead())
	for _, d := range append([]casework.Definition{commissioning.Strategic(), commissioning.Individual()}, twins()...) {
		if table, err := d.Compile(); assert.NoError(t, err) && d.Name == w.Cycle.Definition().Name {
			w.pins = append(w.pins, table.Pin())
		}
	}
	require.Len(t, w.pins, 2)
	return w
}

// twins are further versions of the standard definitions, alike but for their
// number.
func twins() []casework.Definition {
	return []casework.Definition{
		commissioning.Strategic().As(commissioning.StrategicName, 2),
		commissioning.Individual().As(commissioning.IndividualName, 2),
	}
}

// id gives the id of a record that may be there or not.
func (w *walk) id(prefix string) string {
	return fmt.Sprintf("%s%d", prefix, one(w.r, 1, 1, 1, 1, 2, 2, 3, 0))
}

// one picks one of some values.
func one[V any](r *rand.Rand, values ...V) V { return values[r.IntN(len(values))] }

// some says something, or nothing.
func (w *walk) some() string {
	return one(w.r, "words", "words", "words", "words", "words", "words", "words", "")
}

func (w *walk) amount() casework.Money {
	return one(w.r, casework.Money{}, casework.GBP(0), casework.GBP(100), casework.GBP(w.r.Int64N(4_000)), casework.GBP(w.r.Int64N(40_000_000)), casework.GBP(500), casework.GBP(-1))
}

func (w *walk) date() casework.Date {
	return one(w.r, casework.Date{}, w.Today(), w.Today(), w.Today(), w.Today(), w.Today().AddDays(-w.r.IntN(150)), w.Today().AddDays(1))
}

// onward gives the first of the moves that may be taken, as a rule.
func (w *walk) onward() casework.Move {
	if w.Cycle.Suspended() {
		return commissioning.Resume
	}
	if ways := w.Cycle.Table().MovesFrom(w.Cycle.Stage()); len(ways) > 0 {
		return ways[0]
	}
	return commissioning.Reassess
}

// command makes up something that may be done.
func (w *walk) command() command {
	r := w.r
	need, service := commissioning.NeedID(w.id("N")), commissioning.ServiceID(w.id("S"))
	outcome, resource := commissioning.OutcomeID(w.id("O")), commissioning.ResourceID(w.id("R"))
	arrangement, ending := commissioning.ArrangementID(w.id("T")), commissioning.DecommissioningID(w.id("X"))
	review, consultation := commissioning.ReviewID(w.id("W")), commissioning.ConsultationID(w.id("Q"))
	provider := casework.Agency{ID: one(r, "camden", "carers-co-op", ""), Sector: casework.Voluntary}
	moves := []casework.Move{
		commissioning.IdentifyResources, commissioning.PlanUse, commissioning.ArrangeDelivery, commissioning.MonitorReview, commissioning.Reassess,
		commissioning.ReturnToAssessment, commissioning.Replan, commissioning.Rearrange, commissioning.Suspend, commissioning.Resume, commissioning.Close,
	}
	commands := []command{
		moving(w.onward()), moving(w.onward()), moving(w.onward()), moving(w.onward()), moving(one(r, moves...)),
		func(c *commissioning.Cycle) error {
			if r.IntN(20) > 0 {
				return c.Move("nowhere")
			}
			return c.Move(commissioning.Abandon)
		},
		func(c *commissioning.Cycle) error {
			return second(c.IdentifyNeed(commissioning.Need{Statement: w.some(), Priority: r.IntN(2)}))
		},
		func(c *commissioning.Cycle) error { return c.Prioritise(need, r.IntN(3)) },
		func(c *commissioning.Cycle) error {
			return c.ReassessNeed(need, one(r, commissioning.NeedMet, commissioning.NeedUnmet, "lost"))
		},
		func(c *commissioning.Cycle) error { return c.DeclineNeed(need) },
		func(c *commissioning.Cycle) error {
			return second(c.SetOutcome(commissioning.Outcome{Statement: w.some(), Measure: w.some(), Target: w.some()}))
		},
		planning(commissioning.Service{Title: w.some(), Needs: []commissioning.NeedID{need}, Outcomes: []commissioning.OutcomeID{outcome}, Channel: one(r, commissioning.Procurement, commissioning.Grant, "barter"), Estimate: w.amount()}),
		func(c *commissioning.Cycle) error {
			return second(c.ReviseService(service, commissioning.Service{Title: w.some(), Needs: []commissioning.NeedID{need}, Estimate: w.amount()}))
		},
		func(c *commissioning.Cycle) error {
			return second(c.IdentifyResource(commissioning.Resource{Kind: commissioning.FinancialResource, Title: w.some(), Amount: w.amount(), Owner: c.Lead(), Commitment: one(r, commissioning.ResourceCommitted, commissioning.ResourceProposed)}))
		},
		func(c *commissioning.Cycle) error { return second(c.CommitResource(resource)) },
		func(c *commissioning.Cycle) error {
			return second(c.Allocate(commissioning.Allocation{Resource: resource, Service: service, Amount: w.amount()}))
		},
		func(c *commissioning.Cycle) error {
			return second(c.Allocate(commissioning.Allocation{Resource: resource, Service: service, Amount: w.amount()}))
		},
		func(c *commissioning.Cycle) error {
			return c.ReleaseAllocation(commissioning.AllocationID(w.id("L")))
		},
		func(c *commissioning.Cycle) error {
			return second(c.RecordArrangement(commissioning.Arrangement{
				Service: service, Instrument: commissioning.ContractInstrument, Provider: provider, Why: w.some(), Value: w.amount(), BindingSince: w.date(),
			}))
		},
		func(c *commissioning.Cycle) error { return second(c.BindArrangement(arrangement, w.date())) },
		func(c *commissioning.Cycle) error { return c.EndArrangement(arrangement, w.date()) },
		func(c *commissioning.Cycle) error {
			return second(c.ReportArrangement(commissioning.ArrangementReport{
				Arrangement: arrangement, Kind: one(r, commissioning.ReportReview, commissioning.ReportBreach, commissioning.ReportEnd, "rumour"), Text: w.some(), On: w.date(),
			}))
		},
		func(c *commissioning.Cycle) error {
			return second(c.RecordFindings(review, w.date(), commissioning.ReviewFinding{Text: w.some(), Report: commissioning.ArrangementReportID(w.id("H")), Done: w.some()}))
		},
		takingUp(commissioning.ArrangementReportID(w.id("H"))),
		all(reporting(commissioning.ReportBreach), takingUp("H1")),
		func(c *commissioning.Cycle) error { return c.BeginArranging(service) },
		func(c *commissioning.Cycle) error { return c.StartArranging(service) },
		func(c *commissioning.Cycle) error { return c.StopArranging(service) },
		func(c *commissioning.Cycle) error { return c.StartDelivery(service) },
		func(c *commissioning.Cycle) error { return c.StartDelivery(service) },
		func(c *commissioning.Cycle) error { return c.RenewDelivery(service) },
		func(c *commissioning.Cycle) error { return c.EndDelivery(service) },
		proposing,
		func(c *commissioning.Cycle) error { return c.DecideDecommissioning(ending, w.date(), w.some()) },
		func(c *commissioning.Cycle) error {
			return c.PlanDecommissioning(ending, commissioning.DecommissioningPlan{TUPE: w.some()})
		},
		func(c *commissioning.Cycle) error {
			return c.GiveNotice(ending, commissioning.Notice{Given: w.date(), Ends: w.date()})
		},
		func(c *commissioning.Cycle) error { return c.EndDecommissioning(ending, w.date()) },
		func(c *commissioning.Cycle) error { return c.WithdrawDecommissioning(ending) },
		consulting(commissioning.FormalConsultation, r.IntN(100), w.some()),
		func(c *commissioning.Cycle) error {
			return second(c.CloseConsultation(consultation, commissioning.ClosedConsultation{On: w.date()}))
		},
		holdingReview(r.IntN(2) == 0),
		func(c *commissioning.Cycle) error { return second(c.ConcludeReview(review)) },
		func(c *commissioning.Cycle) error {
			return c.SetTarget(one(r, commissioning.Stages()...), w.date())
		},
		func(c *commissioning.Cycle) error { return c.LowerScale(one(r, scales()...)) },
		func(c *commissioning.Cycle) error {
			b := c.Brief()
			b.Title, b.Value = w.some(), w.amount()
			return c.ReviseBrief(b)
		},
		func(c *commissioning.Cycle) error { return c.Assign(one(r, w.ana, w.bo, casework.Actor{})) },
		func(c *commissioning.Cycle) error { return c.Release() },
		func(c *commissioning.Cycle) error { return c.Tick() },
		func(c *commissioning.Cycle) error {
			return second(c.AddParticipant(commissioning.Participant{Role: one(r, commissioning.ParticipantUser, commissioning.ParticipantVoluntaryOrganisation, "passer-by"), Agency: provider}))
		},
		func(c *commissioning.Cycle) error {
			return second(c.RecordEngagement(commissioning.Engagement{
				Participant: commissioning.ParticipantID(w.id("P")), Level: commissioning.EngagementInvolved, Answer: commissioning.EngagementTookPart,
				How: w.some(), On: w.date(), Needs: []commissioning.NeedID{need}, Changed: w.some(),
			}))
		},
		func(c *commissioning.Cycle) error {
			return second(c.Observe(commissioning.Observation{
				Outcome: outcome, Measure: w.some(), Value: w.some(), Of: casework.Period{From: w.date(), To: w.Today()}, Source: w.some(),
				Rating: one(r, commissioning.OnTrack, commissioning.Unrated, "splendid"),
			}))
		},
		func(c *commissioning.Cycle) error {
			return second(c.RecordFeedback(commissioning.Feedback{
				SoughtOn: w.date(), From: []commissioning.ParticipantRole{commissioning.ParticipantUser}, Count: r.IntN(3), About: commissioning.FeedbackOnProcess, Said: w.some(),
			}))
		},
		func(c *commissioning.Cycle) error {
			return second(c.AnswerFeedback(commissioning.FeedbackID(w.id("F")), w.some()))
		},
		func(c *commissioning.Cycle) error {
			_ = c.Move("nowhere") // refused, and not looked at: the rest must not be written
			return second(c.IdentifyNeed(commissioning.Need{Statement: "Company"}))
		},
		func(c *commissioning.Cycle) error {
			if r.IntN(10) > 0 {
				return c.Close("unheard", "")
			}
			return closingTheCycle(c)
		},
	}
	return one(r, commands...)
}

// words makes up what is said along.
func (w *walk) words() []casework.CallOption {
	var opts []casework.CallOption
	if w.r.IntN(3) > 0 {
		opts = append(opts, casework.Reason("a reason"))
	}
	if w.r.IntN(3) > 0 {
		for _, p := range commissioning.Policies() {
			opts = append(opts, casework.Explaining(p.Code, "explained"))
		}
	}
	if w.r.IntN(4) == 0 {
		for _, p := range commissioning.Policies() {
			opts = append(opts, casework.Overriding(p.Code, "overridden"))
		}
	}
	return opts
}

// standing is all that is kept, as far as it could change.
func (w *walk) standing() string {
	w.t.Helper()
	record, err := w.Store.Load(w.t.Context(), w.Cycle.ID())
	require.NoError(w.t, err)
	items, err := w.Store.Feed(w.t.Context(), 0, 1_000_000)
	require.NoError(w.t, err)
	index, err := json.Marshal(record.Index)
	require.NoError(w.t, err)
	return fmt.Sprintf("%d %s %s %s %d", record.Seq, record.Head, record.Document, index, len(items))
}

// resigned is a test that ends only itself.
type resigned struct{ testing.TB }

func (resigned) Helper()               {}
func (resigned) Fatalf(string, ...any) { runtime.Goexit() }

// prepare records what the default policies ask for next, where what is there
// allows it.
func (w *walk) prepare() {
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.Prepare(resigned{w.t})
	}()
	<-done
}

// step tries one command, and holds what came of it against what must always hold.
func (w *walk) step() {
	t := w.t
	t.Helper()
	before := w.standing()
	if w.r.IntN(6) == 0 {
		w.Clock.Advance(time.Duration(w.r.IntN(60*24)) * time.Hour)
	}
	if w.r.IntN(3) == 0 {
		w.prepare()
		before = w.standing()
	}
	switch n := w.r.IntN(100); {
	case n < 5:
		w.redact(before)
		return
	case n < 7:
		w.migrate(before)
		return
	case n < 11:
		w.succeed(before)
		return
	}
	c, err := w.Desk.Update(t.Context(), w.Cycle.ID(), one(w.r, w.ana, w.ana, w.bo), w.command(), w.words()...)
	if err != nil {
		w.noes++
		w.failed(err, before)
		return
	}
	w.taken++
	w.came(c)
}

// failed holds a command that did not go through against what was there before.
func (w *walk) failed(err error, before string) {
	w.t.Helper()
	require.True(w.t, errors.Is(err, casework.ErrRefused) || errors.Is(err, casework.ErrInvalid), "%v", err)
	require.Equal(w.t, before, w.standing(), "a command that failed left something behind: %v", err)
}

// came goes on with the cycle that came of a command.
func (w *walk) came(c *commissioning.Cycle) {
	t := w.t
	t.Helper()
	since := uint64(0)
	if c.ID() == w.Cycle.ID() {
		since = w.Cycle.Seq()
	}
	w.Cycle = c
	require.NoError(t, w.Desk.Verify(t.Context(), c.ID()), "the journal does not give the document")
	again, err := w.Desk.Load(t.Context(), c.ID())
	require.NoError(t, err)
	require.Equal(t, string(indented(t, portrait(c))), string(indented(t, portrait(again))), "the cycle is another one when it is loaded")
	w.endsItsPredecessor(since)
}

// endsItsPredecessor holds what was written after a sequence against what it
// does to the cycle whose place this one takes.
func (w *walk) endsItsPredecessor(since uint64) {
	t := w.t
	t.Helper()
	id, has := w.Cycle.Predecessor()
	if !has {
		return
	}
	predecessor, err := w.Desk.Load(t.Context(), id)
	require.NoError(t, err)
	require.NoError(t, w.Desk.Verify(t.Context(), id))
	by, superseded := predecessor.Successor()
	require.Equal(t, predecessor.Stage() == commissioning.Superseded, superseded)
	for _, e := range w.Journal(t)[since:] {
		if e.Type != string(commissioning.BindingArrangement) {
			continue
		}
		if by == w.Cycle.ID() {
			w.did["superseded"]++
		}
		var bound commissioning.Arrangement
		require.NoError(t, json.Unmarshal(e.Data, &bound))
		if !bound.BindingSince.After(w.Today()) {
			require.True(t, predecessor.Final(), "entry %d binds, and the predecessor goes on", e.Seq)
		}
	}
}

// redact empties an entry, which changes neither where the cycle stands nor
// what may be said of it.
func (w *walk) redact(before string) {
	t := w.t
	t.Helper()
	was, journal := w.Cycle, w.Journal(t)
	at := w.r.IntN(len(journal))
	c, err := w.Desk.Redact(t.Context(), was.ID(), w.ana, []uint64{journal[at].Seq}, "it named somebody")
	if err != nil {
		require.ErrorIs(t, err, casework.ErrInvalid)
		require.True(t, journal[at].Redacted || journal[at].Type == casework.EntryRedacted, "entry %d, %s: %v", at+1, journal[at].Type, err)
		w.failed(err, before)
		return
	}
	w.did["redacted"]++
	w.came(c)
	require.Equal(t, was.Stage(), c.Stage())
	require.Equal(t, was.Round(), c.Round())
	require.Equal(t, was.Scale(), c.Scale(), "entry %d, %s", at+1, journal[at].Type)
	after := w.Journal(t)
	require.Len(t, after, len(journal)+1)
	for i, e := range journal {
		require.Equal(t, e.Hash, after[i].Hash)
		require.Equal(t, e.Redacted || i == at, after[i].Redacted)
	}
	require.Empty(t, after[at].Reason)
	w.listsWhatItEnforces()
}

// migrate puts the cycle under the other version of its definition, which
// changes nothing else.
func (w *walk) migrate(before string) {
	t := w.t
	t.Helper()
	was, to := w.Cycle, w.pins[0]
	if was.Definition() == to {
		to = w.pins[1]
	}
	c, err := w.Desk.Migrate(t.Context(), was.ID(), w.ana, to, nil, "the definition was numbered anew")
	if err != nil {
		w.failed(err, before)
		return
	}
	w.did["migrated"]++
	w.came(c)
	require.Equal(t, to, c.Definition())
	require.Equal(t, was.Seq()+1, c.Seq())
	require.Equal(t, string(indented(t, portrait(was))), string(indented(t, portrait(c))), "a twin of the definition makes it another cycle")
	w.listsWhatItEnforces()
}

// succeed opens a successor and goes on with it; where the cycle is about one
// person, only beside one that is under review or over.
func (w *walk) succeed(before string) {
	t := w.t
	t.Helper()
	brief := w.Cycle.Brief()
	brief.Predecessor, brief.References = w.Cycle.ID(), nil
	c, err := w.Desk.Open(t.Context(), w.ana, brief)
	if errors.Is(err, casework.ErrConflict) {
		require.True(t, w.Cycle.IsIndividual(), "%v", err)
		require.Equal(t, before, w.standing())
		return
	}
	if err != nil {
		w.failed(err, before)
		return
	}
	w.keepsTheRules()
	w.did["succeeded"]++
	w.came(c)
	w.listsWhatItEnforces()
	if w.r.IntN(2) > 0 {
		return
	}
	before = w.standing()
	c, err = w.Desk.Update(t.Context(), c.ID(), w.ana, all(planning(commissioning.Service{}), arranging(binding)), w.words()...)
	if err != nil {
		w.failed(err, before)
		return
	}
	w.came(c)
}

// trying tries a move for an actor, and gives where it led and what was said.
func (w *walk) trying(m casework.Move, by casework.Actor, opts []casework.CallOption) (to commissioning.Stage, said []casework.Objection, allowed bool) {
	w.t.Helper()
	errTried := errors.New("tried")
	_, err := w.Desk.Do(w.t.Context(), by, func(u *casework.Unit) error {
		c, err := casework.Load(u, w.Desk.Kind(), w.Cycle.ID())
		if err != nil {
			return err
		}
		if err := c.Move(m); err != nil {
			return err
		}
		to, said = c.Stage(), c.Advice()
		return errTried
	}, opts...)
	if errors.Is(err, errTried) {
		return to, said, true
	}
	var refusal *casework.Refusal
	require.ErrorAs(w.t, err, &refusal)
	return "", refusal.Objections, false
}

// listsWhatItEnforces holds the options of both actors against the moves.
func (w *walk) listsWhatItEnforces() {
	w.t.Helper()
	for _, by := range []casework.Actor{w.ana, w.bo} {
		for _, opts := range [][]casework.CallOption{nil, {casework.Reason("a reason")}} {
			options, err := w.Desk.Options(w.t.Context(), w.Cycle.ID(), by, opts...)
			require.NoError(w.t, err)
			var listed []casework.Move
			for _, o := range options {
				listed = append(listed, o.Move)
				if o.Arguments != "" {
					continue
				}
				to, said, allowed := w.trying(o.Move, by, opts)
				require.Equal(w.t, o.Allowed(), allowed, "%s for %s in %s", o.Move, by, w.Cycle.Stage())
				require.ElementsMatch(w.t, o.Objections, said, "%s for %s in %s", o.Move, by, w.Cycle.Stage())
				if allowed {
					require.Equal(w.t, o.To, to)
				}
			}
			for _, m := range w.Cycle.Table().Moves() {
				if !slices.Contains(listed, m) {
					_, said, allowed := w.trying(m, by, opts)
					require.False(w.t, allowed)
					require.Equal(w.t, casework.CodeMoveNotAllowed, said[0].Code)
				}
			}
		}
	}
}

// kept gives what an entry says; what a redacted one keeps stands within a form.
func kept(t *testing.T, e casework.Entry) json.RawMessage {
	t.Helper()
	var formed struct {
		Form int             `json:"form"`
		Data json.RawMessage `json:"data"`
	}
	if e.Redacted {
		require.NoError(t, json.Unmarshal(e.Data, &formed))
	}
	if formed.Form == 0 {
		return e.Data
	}
	return formed.Data
}

// keepsTheRules looks back on a journal.
func (w *walk) keepsTheRules() {
	t := w.t
	t.Helper()
	overridden, reported := map[string]bool{}, map[commissioning.ArrangementID]bool{}
	bound := map[commissioning.ServiceID]map[commissioning.ArrangementID]bool{}
	for _, e := range w.Journal(t) {
		require.False(t, e.Actor.IsZero(), "entry %d has no actor", e.Seq)
		var data struct {
			Code        string                      `json:"code"`
			ID          commissioning.ArrangementID `json:"id"`
			Arrangement commissioning.ArrangementID `json:"arrangement"`
			Service     commissioning.ServiceID     `json:"service"`
			Move        casework.Move               `json:"move"`
			Kind        string                      `json:"kind"`
			Findings    []struct {
				Report commissioning.ArrangementID `json:"report"`
			} `json:"findings"`
		}
		require.NoError(t, json.Unmarshal(kept(t, e), &data))
		switch e.Type {
		case "case.overridden":
			overridden[data.Code] = true
			assert.Equal(t, e.Redacted, e.Reason == "", "entry %d: %q", e.Seq, e.Reason)
		case "arrangement.bound":
			if bound[data.Service] == nil {
				bound[data.Service] = map[commissioning.ArrangementID]bool{}
			}
			bound[data.Service][data.ID] = true
		case "arrangement.reported":
			reported[data.ID] = data.Kind == "review" || data.Kind == "breach"
		case "review.held":
			for _, f := range data.Findings {
				if reported[f.Report] {
					w.did["taken up"]++
				}
				delete(reported, f.Report)
			}
		case "review.concluded":
			for id, open := range reported {
				require.False(t, open, "entry %d: a review is concluded and leaves report %s open", e.Seq, id)
			}
		case "arrangement.ended":
			for _, ids := range bound {
				delete(ids, data.Arrangement)
			}
		case "service.delivery_moved":
			if data.Move == commissioning.DeliveryStart {
				require.NotEmpty(t, bound[data.Service], "entry %d: %s began without an arrangement that binds", e.Seq, data.Service)
			}
		}
		if w.Cycle.Table().NeedsReason(e.From, e.Move) && !e.Redacted {
			require.NotEmpty(t, e.Reason, "entry %d: %s without a reason", e.Seq, e.Move)
		}
	}
	for _, r := range w.Cycle.Resources() {
		allocated, _, err := w.Cycle.Allocated(r.ID)
		require.NoError(t, err)
		if !allocated.IsRecorded() || overridden["resource.overallocated"] {
			continue
		}
		over, err := allocated.Cmp(r.Amount)
		require.NoError(t, err)
		require.LessOrEqual(t, over, 0, "%s is allocated beyond what there is, and nobody overrode", r.ID)
	}
}

func TestWhatMustAlwaysHoldHoldsOnRandomWalks(t *testing.T) {
	t.Parallel()
	const walks, steps = 14, 120
	for name, build := range map[string]builder{"strategic": commissioningtest.At, "individual": commissioningtest.Individual} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			taken, noes, did := 0, 0, map[string]int{}
			reached := map[commissioning.Stage]bool{}
			for seed := range uint64(walks) {
				w := newWalk(t, seed, build)
				listed := commissioning.Stage("")
				for n := range steps {
					w.step()
					if at := w.Cycle.Stage(); at != listed || n%30 == 0 {
						w.listsWhatItEnforces()
						listed = at
					}
					reached[w.Cycle.Stage()] = true
				}
				w.keepsTheRules()
				taken, noes = taken+w.taken, noes+w.noes
				for what, n := range w.did {
					did[what] += n
				}
			}
			assert.Greater(t, taken, 300, "too few commands went through to tell anything")
			assert.Greater(t, noes, 300, "too few commands failed to tell anything")
			for _, stage := range commissioning.Stages() {
				assert.True(t, reached[stage], "no walk came to %s", stage)
			}
			for what, least := range map[string]int{"redacted": 40, "migrated": 15, "succeeded": 3, "superseded": 1, "taken up": 3} {
				assert.GreaterOrEqual(t, did[what], least, "too few were %s to tell anything", what)
			}
			t.Logf("%d commands went through, %d did not; beside them %v", taken, noes, did)
		})
	}
}
