package commissioning_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/commissioning/commissioningtest"
)

// golden holds what is promised against its file in testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", filepath.FromSlash(name))
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, got, 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run the test with -update to write it")
	have, kept := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
	for i := range min(len(have), len(kept)) {
		require.Equal(t, kept[i], have[i], "%s, line %d", path, i+1)
	}
	assert.Len(t, have, len(kept), path)
}

func indented(t *testing.T, v any) []byte {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	require.NoError(t, e.Encode(v))
	return b.Bytes()
}

// second takes the error of a command that gives its record.
func second[R any](_ R, err error) error { return err }

// eventful gives journals in which every entry type stands at least once, each
// with as much in its data as there can be.
func eventful(t *testing.T) []*commissioningtest.Fixture {
	t.Helper()
	const today = "2025-06-02"
	evidence := []casework.Evidence{{
		Kind: casework.DocumentNeedsAssessment, Title: "Joint strategic needs assessment", Address: "https://example.org/jsna",
		Digest: casework.Hash{1}, Date: day(t, "2024-11-01"), Expires: day(t, "2027-11-01"),
	}}
	period := casework.Period{From: day(t, "2025-07-01"), To: day(t, "2028-06-30")}
	trust := casework.Agency{ID: "c-and-i", Name: "Camden and Islington", Sector: casework.Statutory, Kind: "foundation trust"}
	club := casework.Agency{ID: "lunch-club", Name: "Kentish Town Lunch Club", Sector: casework.Voluntary, Kind: "charity"}
	lineage := &commissioning.Lineage{Case: casework.CaseID{7}, ID: "N4"}

	f := commissioningtest.At(t, commissioning.StageMonitorReview, commissioningtest.Permit(casework.AllowAll))
	f.Record(t, all(
		func(c *commissioning.Cycle) error {
			return c.ReviseBrief(commissioning.Brief{
				Title: "Meals", Area: "Camden", Population: "older people", Lead: c.Lead(), Strategy: "Living well", Horizon: period,
				Value: casework.GBP(30_000_000), Related: []commissioning.RelatedValue{{What: "transport", Value: casework.GBP(500_000_000)}},
				Risks: []commissioning.Risk{commissioning.RiskServiceLost},
			})
		},
		func(c *commissioning.Cycle) error {
			return c.SetTarget(commissioning.StageMonitorReview, day(t, "2025-12-31"))
		},
		func(c *commissioning.Cycle) error {
			return c.FormPartnership(commissioning.Partnership{
				Lead: "camden", PoolHost: "camden", LegalBasis: "NHS Act 2006 s.75", Decides: "joint committee",
				Members: []commissioning.Member{
					{Agency: c.Lead(), Roles: []string{"lead"}, Contribution: casework.GBP(100), OverspendShare: 6000},
					{Agency: trust, Roles: []string{"partner"}, Contribution: casework.GBP(50), OverspendShare: 4000},
				},
			})
		},
		func(c *commissioning.Cycle) error {
			return second(c.IdentifyNeed(commissioning.Need{
				Statement: "A hot meal a day", Area: "Camden", Population: "older people", Size: 120, Eligibility: "lives alone",
				IdentifiedBy: []string{"carers", "GPs"}, Evidence: evidence, Priority: 2, Follows: lineage,
			}))
		},
		func(c *commissioning.Cycle) error { return c.Prioritise("N2", 3) },
		func(c *commissioning.Cycle) error { return c.ReassessNeed("N2", commissioning.NeedPartlyMet) },
		func(c *commissioning.Cycle) error {
			return second(c.AddParticipant(commissioning.Participant{Agency: club, Role: commissioning.ParticipantProvider, Group: "lunch clubs", Bids: true}))
		},
		func(c *commissioning.Cycle) error {
			return second(c.RecordEngagement(commissioning.Engagement{
				Participant: "P2", Level: commissioning.EngagementCoDesigned, Invited: day(t, "2025-05-01"), Answer: commissioning.EngagementTookPart,
				How: "workshop", On: day(t, "2025-05-20"), Needs: []commissioning.NeedID{"N2"}, Outcomes: []commissioning.OutcomeID{"O1"}, Changed: "the hours",
			}))
		},
		func(c *commissioning.Cycle) error {
			return second(c.OpenConsultation(commissioning.Consultation{
				Title: "Day centres", Kind: commissioning.FormalConsultation, Opened: day(t, "2025-03-01"), Closes: day(t, "2025-05-31"), Documents: evidence, ShorterBecause: "the lease ends",
			}))
		},
		func(c *commissioning.Cycle) error {
			return second(c.CloseConsultation("Q1", commissioning.ClosedConsultation{On: day(t, "2025-05-31"), Responses: 41, Changed: "two centres stay", ShorterBecause: "the lease ended"}))
		},
		func(c *commissioning.Cycle) error {
			return second(c.RecordFeedback(commissioning.Feedback{
				SoughtOn: day(t, today), From: []commissioning.ParticipantRole{commissioning.ParticipantUser}, Method: "survey", Count: 12,
				About: commissioning.FeedbackOnService, Service: "S1", Said: "the carers come late", Answer: "rotas have changed",
			}))
		},
		func(c *commissioning.Cycle) error {
			return second(c.IdentifyResource(commissioning.Resource{
				Kind: commissioning.FinancialResource, Title: "Better Care Fund", Amount: casework.GBP(99_900), Period: period,
				Owner: trust, Commitment: commissioning.ResourceCommitted, Conditions: "on meals alone",
			}))
		},
		func(c *commissioning.Cycle) error {
			return second(c.Allocate(commissioning.Allocation{Resource: "R2", Service: "S1", Amount: casework.GBP(900)}))
		},
		func(c *commissioning.Cycle) error {
			return second(c.MapProvider(commissioning.MappedProvider{
				AsOf: day(t, today), Scope: "meals", Agency: club, Capability: "80 meals a day", Contribution: "company", Outcomes: []commissioning.OutcomeID{"O1"},
			}))
		},
		func(c *commissioning.Cycle) error {
			return second(c.InvestInCapacity(commissioning.CapacityInvestment{Group: "Bengali elders", Amount: casework.GBP(5_000), Recipient: club, Purpose: "a second kitchen"}))
		},
		func(c *commissioning.Cycle) error {
			return second(c.SetOutcome(commissioning.Outcome{
				Statement: "Nobody eats alone", Whose: commissioning.OutcomeOfUsers, Measure: "shared meals a week", Baseline: "1",
				BaselineBySubgroup: []commissioning.SubgroupBaseline{{Subgroup: "men", Value: "0.4"}}, Target: "3", Due: day(t, "2026-06-30"), Needs: []commissioning.NeedID{"N2"},
			}))
		},
		func(c *commissioning.Cycle) error {
			return second(c.ReviseOutcome("O2", commissioning.Outcome{Statement: "Few eat alone", Whose: commissioning.OutcomeOfCommunity, Measure: "shared meals a week", Target: "2"}))
		},
		func(c *commissioning.Cycle) error {
			return second(c.PlanService(commissioning.Service{
				Title: "Lunch clubs", Specification: "A hot lunch, five days a week.", Needs: []commissioning.NeedID{"N2"}, Outcomes: []commissioning.OutcomeID{"O2"},
				Channel: commissioning.Grant, ChannelReason: "few could bid", ChannelsConsidered: []commissioning.Channel{commissioning.Procurement, commissioning.Grant},
				DistinctBenefit: "volunteers", Estimate: casework.GBP(90_000), Follows: &commissioning.Lineage{ID: "S1"},
			}))
		},
		func(c *commissioning.Cycle) error {
			return second(c.ReviseService("S2", commissioning.Service{Title: "Lunch clubs", Specification: "Seven days a week.", Needs: []commissioning.NeedID{"N2"}, Channel: commissioning.Grant, Estimate: casework.GBP(95_000)}))
		},
		func(c *commissioning.Cycle) error { return c.StartArranging("S2") },
		func(c *commissioning.Cycle) error {
			return second(c.Consider(commissioning.Considered{Subject: commissioning.SubjectLots, About: "S2", Decision: commissioning.ConsideredDeclined, Reason: "too small"}))
		},
		func(c *commissioning.Cycle) error {
			return second(c.AssessImpact(commissioning.ImpactAssessment{
				Kind: commissioning.ImpactEquality, Informs: "S1", Services: []commissioning.ServiceID{"S1"}, Found: "older women lose most",
				Mitigations: []string{"transport"}, Evidence: evidence, On: day(t, today),
			}))
		},
		func(c *commissioning.Cycle) error {
			return second(c.ConsiderSocialValue(commissioning.SocialValueConsideration{Services: []commissioning.ServiceID{"S2"}, Improve: "local food", Secure: "a condition", Consult: true, ConsultReason: "they asked"}))
		},
		func(c *commissioning.Cycle) error {
			return second(c.AppraiseOptions(commissioning.OptionsAppraisal{Question: "Who cooks?", Reason: "nearest", Service: "S2", Options: []commissioning.AppraisedOption{
				{Title: "the club", Cost: casework.GBP(9_000), Benefits: "company", Risks: "one kitchen", Chosen: true}, {Title: "nobody"},
			}}))
		},
		func(c *commissioning.Cycle) error {
			return second(c.CiteDocument(commissioning.Document{
				Kind: casework.DocumentMarketPositionStatement, Title: "Market position statement", Address: "https://example.org/mps", Digest: casework.Hash{2},
				Published: day(t, "2025-01-15"), Area: "north London",
			}))
		},
		func(c *commissioning.Cycle) error {
			return second(c.RecordSafeguards(commissioning.Safeguard{Agency: c.Lead(), Measures: []commissioning.SafeguardMeasure{commissioning.SchemeOfDelegation}, Evidence: evidence}))
		},
		func(c *commissioning.Cycle) error {
			return second(c.RecordArrangement(commissioning.Arrangement{
				Service: "S2", Instrument: commissioning.GrantAgreement, Case: casework.CaseID{8}, Reference: "G-17", Provider: club, Why: "it is there",
				Period: period, Value: casework.GBP(900), BindingSince: day(t, today), Follows: &commissioning.Lineage{ID: "T1"},
			}))
		},
		func(c *commissioning.Cycle) error { return c.StartDelivery("S2") },
		func(c *commissioning.Cycle) error { return c.BeginArranging("S2") },
		func(c *commissioning.Cycle) error { return c.StopArranging("S2") },
		func(c *commissioning.Cycle) error {
			return second(c.Observe(commissioning.Observation{
				Outcome: "O2", Service: "S2", Measure: "shared meals a week", Value: "1.8", Of: casework.Period{From: day(t, "2025-04-01"), To: day(t, "2025-05-31")},
				Source: "the club", Rating: commissioning.AtRisk,
			}))
		},
		func(c *commissioning.Cycle) error {
			return second(c.ReportArrangement(commissioning.ArrangementReport{
				Arrangement: "T2", Kind: commissioning.ReportReview, Case: casework.CaseID{8}, Reference: "CR-3", Text: "visits are late", On: day(t, today),
			}))
		},
		func(c *commissioning.Cycle) error {
			return second(c.PlanReview("Yearly review", day(t, "2026-04-30")))
		},
		func(c *commissioning.Cycle) error {
			return second(c.RecordFindings("W1", day(t, today), commissioning.ReviewFinding{Text: "late visits", Report: "H1", Contract: casework.CaseID{8}, Reference: "CR-3", Done: "rotas"}))
		},
		func(c *commissioning.Cycle) error {
			return second(c.DecideReview("W1", commissioning.ServiceDecision{Service: "S1", Decision: commissioning.DecommissionService, Reason: "few use it", DecidedBy: "the board", Causes: "notice"}))
		},
		func(c *commissioning.Cycle) error {
			return second(c.DecideReview("W1", commissioning.ServiceDecision{Service: "S2", Decision: commissioning.ContinueService, Reason: "it works", DecidedBy: "the board"}))
		},
		func(c *commissioning.Cycle) error { return second(c.ConcludeReview("W1")) },
		func(c *commissioning.Cycle) error {
			return second(c.ProposeDecommissioning(commissioning.Decommissioning{Service: "S1", Because: "few use it", Impact: []commissioning.ImpactID{"I2"}, Consultation: "Q1"}))
		},
		func(c *commissioning.Cycle) error {
			return c.InformDecommissioning("X1", []commissioning.ImpactID{"I1"}, "Q1")
		},
		deciding,
		func(c *commissioning.Cycle) error {
			return c.PlanDecommissioning("X1", commissioning.DecommissioningPlan{TransferOfPeople: "to the club", TUPE: "none", Assets: "the van", Contingency: "a month more"})
		},
		noticing(commissioning.Notice{Given: day(t, "2025-02-28"), Ends: day(t, "2025-06-02"), ShortBecause: "none", ContractMonths: 2}),
		func(c *commissioning.Cycle) error { return c.EndDecommissioning("X1", day(t, today)) },
		func(c *commissioning.Cycle) error {
			return second(c.ProposeDecommissioning(commissioning.Decommissioning{Service: "S2", Because: "a thought"}))
		},
	), casework.Overriding("commissioner.also_provides", "not tested"))
	f.Record(t, all(
		func(c *commissioning.Cycle) error { return c.LowerScale(commissioning.Light) },
		func(c *commissioning.Cycle) error { return c.DeclineNeed("N2") },
		func(c *commissioning.Cycle) error { return c.ReleaseAllocation("L1") },
		func(c *commissioning.Cycle) error { return c.WithdrawDecommissioning("X2") },
		func(c *commissioning.Cycle) error {
			return second(c.VaryArrangement("T2", commissioning.Variation{Period: casework.Period{From: day(t, "2025-06-01"), To: day(t, "2027-05-31")}, Value: casework.GBP(1), Why: "fewer come"}))
		},
		func(c *commissioning.Cycle) error {
			return c.EndArrangementBecause("T2", day(t, today), "the grant was spent")
		},
		func(c *commissioning.Cycle) error {
			return second(c.PlanReview("Next review", day(t, "2027-04-30")))
		},
		func(c *commissioning.Cycle) error { return c.WithdrawReview("W2") },
	), casework.Reason("said so"), casework.Overriding("scale.lowered", "agreed"))

	person := commissioningtest.Individual(t, commissioning.StageMonitorReview)
	person.Record(t, func(c *commissioning.Cycle) error { return c.ReassessNeed("N1", commissioning.NeedUnmet) })
	strategic := *person
	var err error
	strategic.Cycle, err = person.Desk.Load(t.Context(), person.Cycle.Brief().Serves)
	require.NoError(t, err)
	return []*commissioningtest.Fixture{
		f, person, &strategic,
		commissioningtest.At(t, commissioning.Closed), commissioningtest.At(t, commissioning.Superseded),
	}
}

// entryFile is the golden file of an entry type.
func entryFile(name string, version int) string {
	return fmt.Sprintf("entries/%s.v%d.json", name, version)
}

// TestEntryFormsAreThoseOfTheirGoldenFiles holds the form in which each entry
// type is written. A file that is to change is a form that was released: raise
// the event's version, read the old form, and add a file.
func TestEntryFormsAreThoseOfTheirGoldenFiles(t *testing.T) {
	longest := map[string]json.RawMessage{}
	for _, f := range eventful(t) {
		for _, e := range f.Journal(t) {
			if len(e.Data) > len(longest[e.Type]) {
				longest[e.Type] = e.Data
			}
		}
	}
	for name, version := range commissioning.EventNames() {
		require.Contains(t, longest, name, "no entry of this type is made in these tests")
		golden(t, entryFile(name, version), indented(t, longest[name]))
	}
}

// TestEveryReleasedEntryFormIsRead folds a journal made of the golden files, and
// holds what comes of it against what came of it when they were written.
func TestEveryReleasedEntryFormIsRead(t *testing.T) {
	f := commissioningtest.At(t, commissioning.StageAssessNeed)
	opened := f.Journal(t)[0]
	files, err := filepath.Glob(filepath.Join("testdata", "entries", "*.v*.json"))
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), len(commissioning.EventNames()))
	// Records stand before what is said of them.
	order := []string{
		"brief.recorded", "need.identified", "participant.added", "outcome.set", "service.planned", "resource.identified", "resource.allocated",
		"consultation.opened", "feedback.recorded", "arrangement.recorded", "arrangement.reported", "review.planned", "decommissioning.proposed",
	}
	slices.SortStableFunc(files, func(a, b string) int { return rank(order, a) - rank(order, b) })

	entries := []casework.Entry{opened}
	for i, file := range files {
		name, version := entryNamed(t, file)
		raw, err := os.ReadFile(file)
		require.NoError(t, err)
		entries = append(entries, casework.Entry{
			Case: opened.Case, Seq: uint64(i + 2), Type: name, Version: version, Actor: opened.Actor, //nolint:gosec // an index
			Effective: opened.Effective, Recorded: opened.Recorded, Reason: "a reason", Data: raw,
		})
	}
	c, err := f.Desk.Kind().Fold(each(entries))
	require.NoError(t, err)
	golden(t, "entries/read.json", indented(t, portrait(c)))
}

// rank gives where the entry type of a file stands in an order; behind it where
// it does not.
func rank(order []string, file string) int {
	at := slices.IndexFunc(order, func(name string) bool { return filepath.Base(file) == fmt.Sprintf("%s.v1.json", name) })
	if at < 0 {
		return len(order)
	}
	return at
}

func entryNamed(t *testing.T, file string) (name string, version int) {
	t.Helper()
	for name, latest := range commissioning.EventNames() {
		for v := 1; v <= latest; v++ {
			if filepath.Base(file) == filepath.Base(entryFile(name, v)) {
				return name, v
			}
		}
	}
	t.Fatalf("%s is the form of no entry type", file)
	return "", 0
}

func each(entries []casework.Entry) iter.Seq2[casework.Entry, error] {
	return func(yield func(casework.Entry, error) bool) {
		for _, e := range entries {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// portrait is all that the accessors of a cycle give.
func portrait(c *commissioning.Cycle) map[string]any {
	partnership, _ := c.Partnership()
	lowered, _ := c.Lowered()
	outcome, _ := c.ClosingOutcome()
	successor, _ := c.Successor()
	predecessor, _ := c.Predecessor()
	return map[string]any{
		"stage": c.Stage(), "round": c.Round(), "brief": c.Brief(), "scale": c.Scale(), "lowered": lowered, "outcome": outcome,
		"successor": successor, "predecessor": predecessor, "visits": c.Visits(), "targets": c.Targets(), "suspensions": c.Suspensions(),
		"partnership": partnership, "needs": c.Needs(), "unmet": c.UnmetNeeds(), "participants": c.Participants(), "engagements": c.Engagements(),
		"consultations": c.Consultations(), "feedback": c.AllFeedback(), "resources": c.Resources(), "allocations": c.Allocations(),
		"providers": c.Providers(), "investments": c.Investments(), "outcomes": c.Outcomes(), "services": c.Services(),
		"considered": c.AllConsidered(), "impacts": c.ImpactAssessments(), "social_value": c.SocialValueConsiderations(),
		"appraisals": c.OptionsAppraisals(), "documents": c.Documents(), "arrangements": c.Arrangements(), "reports": c.ArrangementReports(), "safeguards": c.Safeguards(),
		"observations": c.Observations(), "reviews": c.Reviews(), "decommissionings": c.Decommissionings(),
	}
}

func TestEveryEntryTypeIsFoldedAndRedacted(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, f := range eventful(t) {
		require.NoError(t, f.Desk.Verify(t.Context(), f.Cycle.ID()))
		var seqs []uint64
		for _, e := range f.Journal(t) {
			seen[e.Type] = true
			seqs = append(seqs, e.Seq)
		}
		_, err := f.Desk.Redact(t.Context(), f.Cycle.ID(), f.Actor, seqs, "asked to be forgotten")
		require.NoError(t, err)
		require.NoError(t, f.Desk.Verify(t.Context(), f.Cycle.ID()))
	}
	for _, name := range slices.Sorted(maps.Keys(commissioning.EventNames())) {
		assert.True(t, seen[name], "%s is made nowhere", name)
	}
}
