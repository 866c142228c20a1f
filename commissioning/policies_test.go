package commissioning_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/commissioning/commissioningtest"
)

// command is something that may be done to a cycle.
type command = func(*commissioning.Cycle) error

// moving is the command that takes a move.
func moving(m casework.Move) command { return func(c *commissioning.Cycle) error { return c.Move(m) } }

// all issues commands one after the other.
func all(commands ...command) command {
	return func(c *commissioning.Cycle) error {
		for _, do := range commands {
			if err := do(c); err != nil {
				return err
			}
		}
		return nil
	}
}

// said gives everything that is said to a command, without writing any of it.
func said(t *testing.T, f *commissioningtest.Fixture, do command, opts ...casework.CallOption) []casework.Objection {
	t.Helper()
	errTried := errors.New("tried")
	var advice []casework.Objection
	_, err := f.Desk.Do(t.Context(), f.Actor, func(u *casework.Unit) error {
		c, err := casework.Load(u, f.Desk.Kind(), f.Cycle.ID())
		if err != nil {
			return err
		}
		if err := do(c); err != nil {
			return err
		}
		advice = c.Advice()
		return errTried
	}, opts...)
	if errors.Is(err, errTried) {
		return advice
	}
	var refusal *casework.Refusal
	require.ErrorAs(t, err, &refusal)
	return refusal.Objections
}

// about gives the objections of one code.
func about(code string, objections []casework.Objection) []casework.Objection {
	return slices.DeleteFunc(slices.Clone(objections), func(o casework.Objection) bool { return o.Code != code })
}

// builder is [commissioningtest.At] or [commissioningtest.Individual].
type builder = func(testing.TB, commissioning.Stage, ...commissioningtest.Option) *commissioningtest.Fixture

func nothing(*commissioning.Cycle) error { return nil }

func anotherNeed(c *commissioning.Cycle) error {
	_, err := c.IdentifyNeed(commissioning.Need{Statement: "Company"})
	return err
}

func planning(s commissioning.Service) command {
	return func(c *commissioning.Cycle) error {
		if s.Title == "" {
			s.Title = "Lunch club"
		}
		_, err := c.PlanService(s)
		return err
	}
}

// arranging records an arrangement for S1, as edited.
func arranging(edit func(*commissioning.Cycle, *commissioning.Arrangement)) command {
	return func(c *commissioning.Cycle) error {
		a := commissioning.Arrangement{
			Service: "S1", Instrument: commissioning.ContractInstrument,
			Provider: casework.Agency{ID: "carers-co-op"}, Why: "best placed",
		}
		edit(c, &a)
		_, err := c.RecordArrangement(a)
		return err
	}
}

func binding(c *commissioning.Cycle, a *commissioning.Arrangement) {
	a.BindingSince = casework.DateOf(c.Now())
}

func pence(t *testing.T, m casework.Money, more int64) casework.Money {
	t.Helper()
	sum, err := m.Add(casework.GBP(more))
	require.NoError(t, err)
	return sum
}

// consulting opens a consultation some days ago.
func consulting(kind commissioning.ConsultationKind, daysAgo int, because string) command {
	return func(c *commissioning.Cycle) error {
		_, err := c.OpenConsultation(commissioning.Consultation{
			Title: "Day centres", Kind: kind, Opened: casework.DateOf(c.Now()).AddDays(-daysAgo), ShorterBecause: because,
		})
		return err
	}
}

func closing(because string) command {
	return func(c *commissioning.Cycle) error {
		_, err := c.CloseConsultation("Q1", commissioning.ClosedConsultation{On: casework.DateOf(c.Now()), ShorterBecause: because})
		return err
	}
}

// decommissioning brings the end of S1 to its decision, or to its plan.
func proposing(c *commissioning.Cycle) error {
	_, err := c.ProposeDecommissioning(commissioning.Decommissioning{Service: "S1", Because: "few use it"})
	return err
}

func deciding(c *commissioning.Cycle) error {
	return c.DecideDecommissioning("X1", casework.DateOf(c.Now()), "the board")
}

func planningTheEnd(c *commissioning.Cycle) error {
	return c.PlanDecommissioning("X1", commissioning.DecommissioningPlan{TransferOfPeople: "to the day centre"})
}

// safeguarding records safeguards that rest on evidence with a last day.
func safeguarding(expires casework.Date) command {
	return func(c *commissioning.Cycle) error {
		_, err := c.RecordSafeguards(commissioning.Safeguard{
			Agency: c.Lead(), Measures: []string{"scheme of delegation"},
			Evidence: []casework.Evidence{{Kind: casework.EvidenceDocument, Title: "Scheme of delegation", Expires: expires}},
		})
		return err
	}
}

func noticing(n commissioning.Notice) command {
	return func(c *commissioning.Cycle) error { return c.GiveNotice("X1", n) }
}

func holdingReview(conclude bool) command {
	return func(c *commissioning.Cycle) error {
		w, err := c.PlanReview("Review", casework.DateOf(c.Now()))
		if err != nil {
			return err
		}
		if _, err = c.RecordFindings(w.ID, casework.DateOf(c.Now())); err != nil || !conclude {
			return err
		}
		if _, err = c.DecideReview(w.ID, commissioning.ServiceDecision{Service: "S1", Decision: commissioning.ContinueService, Reason: "it works", DecidedBy: "the board"}); err != nil {
			return err
		}
		_, err = c.ConcludeReview(w.ID)
		return err
	}
}

// reporting has the monitoring of T1 tell the cycle something.
func reporting(kind commissioning.ArrangementReportKind) command {
	return func(c *commissioning.Cycle) error {
		_, err := c.ReportArrangement(commissioning.ArrangementReport{Arrangement: "T1", Kind: kind, Text: "visits are late", On: casework.DateOf(c.Now())})
		return err
	}
}

// takingUp has a review held that takes a report up, and concluded.
func takingUp(id commissioning.ArrangementReportID) command {
	return func(c *commissioning.Cycle) error {
		w, err := c.PlanReview("Review", casework.DateOf(c.Now()))
		if err != nil {
			return err
		}
		if _, err = c.RecordFindings(w.ID, casework.DateOf(c.Now()), commissioning.ReviewFinding{Text: "late visits", Report: id, Done: "rotas"}); err != nil {
			return err
		}
		if _, err = c.DecideReview(w.ID, continuing("S1")); err != nil {
			return err
		}
		return second(c.ConcludeReview(w.ID))
	}
}

func closingTheCycle(c *commissioning.Cycle) error {
	return c.Close(commissioning.NeedsMet, "The needs are met.")
}

// judged is what a default policy says in one situation.
type judged struct {
	code     string
	name     string
	stage    commissioning.Stage
	prepared bool // for the next stage
	recorded command
	try      command
	subject  string // of the objection
	silent   bool   // nothing is said
	raises   bool   // the scale, to major: amounts that cannot be added up make no cycle light
}

// situations gives, for every default policy, where it objects and where it is
// silent.
func situations(t *testing.T) []judged {
	t.Helper()
	const (
		assess, resources, plan = commissioning.StageAssessNeed, commissioning.StageIdentifyResources, commissioning.StagePlanUse
		arrange, review         = commissioning.StageArrangeDelivery, commissioning.StageMonitorReview
	)
	value := func(c *commissioning.Cycle) casework.Money { return c.Brief().Value }
	allocating := func(more int64) command {
		return func(c *commissioning.Cycle) error {
			_, err := c.Allocate(commissioning.Allocation{Resource: "R1", Service: "S1", Amount: pence(t, value(c), more)})
			return err
		}
	}
	valued := func(more int64) func(*commissioning.Cycle, *commissioning.Arrangement) {
		return func(c *commissioning.Cycle, a *commissioning.Arrangement) {
			binding(c, a)
			a.Value = pence(t, value(c), more)
		}
	}
	thisYear := func(c *commissioning.Cycle, a *commissioning.Arrangement) {
		valued(1)(c, a)
		a.Period = casework.Period{From: day(t, "2025-06-02"), To: day(t, "2026-06-01")}
	}
	aPennyIn := func(from casework.Date) command {
		return func(c *commissioning.Cycle) error {
			return second(c.IdentifyResource(commissioning.Resource{
				Kind: commissioning.FinancialResource, Title: "A penny", Amount: casework.GBP(1), Period: casework.Period{From: from},
				Owner: c.Lead(), Commitment: commissioning.ResourceCommitted,
			}))
		}
	}
	byUs := arranging(func(c *commissioning.Cycle, a *commissioning.Arrangement) { a.Provider = c.Lead() })
	onwardFrom := moving(commissioning.ArrangeDelivery)
	measured := commissioning.Outcome{Statement: "fewer falls", Measure: "falls a year", Target: "10"}
	setting := func(o commissioning.Outcome) command {
		return func(c *commissioning.Cycle) error { _, err := c.SetOutcome(o); return err }
	}
	endService := func(c *commissioning.Cycle) error { return c.EndDelivery("S1") }
	start := day(t, "2025-06-02")
	return []judged{
		{"need.none", "no need is known", assess, false, nothing, moving(commissioning.IdentifyResources), "", false, false},
		{"need.none", "a need stands in better words", resources, false, restating("N1"), moving(commissioning.PlanUse), "", true, false},
		{"need.none", "a need is known", assess, true, nothing, moving(commissioning.IdentifyResources), "", true, false},

		{"need.unprioritised", "a need has no rank", resources, true, anotherNeed, moving(commissioning.PlanUse), "N2", false, false},
		{"need.unprioritised", "all needs have ranks", resources, true, nothing, moving(commissioning.PlanUse), "", true, false},

		{"need.declined", "a need is declined", assess, true, nothing, func(c *commissioning.Cycle) error { return c.DeclineNeed("N1") }, "N1", false, false},
		{"need.declined", "a need is met", assess, true, nothing, func(c *commissioning.Cycle) error { return c.ReassessNeed("N1", commissioning.NeedMet) }, "", true, false},

		{"service.serves_no_need", "a service names no need", plan, true, planning(commissioning.Service{}), onwardFrom, "S2", false, false},
		{"service.serves_no_need", "a service names a need that was restated", plan, true, restating("N1"), onwardFrom, "S1", false, false},
		{"service.serves_no_need", "no service is planned", plan, false, nothing, onwardFrom, "", false, false},
		{"service.serves_no_need", "all services have ended", plan, true, endService, onwardFrom, "", false, false},
		{"service.serves_no_need", "a service that names no need has ended", plan, true, all(planning(commissioning.Service{}), func(c *commissioning.Cycle) error { return c.EndDelivery("S2") }), onwardFrom, "", true, false},
		{"service.serves_no_need", "every service names a need", plan, true, nothing, onwardFrom, "", true, false},

		{"need.unserved", "no service is for a need", plan, true, anotherNeed, onwardFrom, "N2", false, false},
		{"need.unserved", "the only service for a need has ended", plan, true, endService, onwardFrom, "N1", false, false},
		{"need.unserved", "a need that no service is for is met", plan, true, all(anotherNeed, func(c *commissioning.Cycle) error { return c.ReassessNeed("N2", commissioning.NeedMet) }), onwardFrom, "", true, false},
		{"need.unserved", "every need is served", plan, true, nothing, onwardFrom, "", true, false},

		{"outcome.unmeasured", "an outcome has no measure", plan, true, setting(commissioning.Outcome{Statement: "fewer falls", Target: "10"}), onwardFrom, "O2", false, false},
		{"outcome.unmeasured", "an outcome has no target", plan, true, setting(commissioning.Outcome{Statement: "fewer falls", Measure: "falls a year"}), onwardFrom, "O2", false, false},
		{"outcome.unmeasured", "a service has no outcome", plan, true, planning(commissioning.Service{Needs: []commissioning.NeedID{"N1"}}), onwardFrom, "S2", false, false},
		{"outcome.unmeasured", "every outcome has both", plan, true, setting(measured), onwardFrom, "", true, false},

		{"resource.insufficient", "the plan needs a penny more", plan, true, planning(commissioning.Service{Estimate: casework.GBP(1)}), onwardFrom, "", false, false},
		{"resource.insufficient", "the plan counts in another currency", plan, true, planning(commissioning.Service{Estimate: euros(t, "1.00")}), onwardFrom, "", false, true},
		{"resource.insufficient", "the plan needs what there is", plan, true, planning(commissioning.Service{Estimate: casework.GBP(0)}), onwardFrom, "", true, false},
		{"resource.insufficient", "nobody has estimated anything", plan, false, planning(commissioning.Service{}), onwardFrom, "", true, false},

		{"resource.overallocated", "a penny more than there is", arrange, false, nothing, allocating(1), "R1", false, false},
		{"resource.overallocated", "all there is", arrange, false, nothing, allocating(0), "", true, false},
		{"resource.overallocated", "a penny, when all is allocated", arrange, false, allocating(0), func(c *commissioning.Cycle) error {
			_, err := c.Allocate(commissioning.Allocation{Resource: "R1", Service: "S1", Amount: casework.GBP(1)})
			return err
		}, "R1", false, false},
		{"resource.overallocated", "more hours of staff than there are", arrange, false, hiring(100), staffing(101), "R2", false, false},
		{"resource.overallocated", "all hours of staff", arrange, false, hiring(100), staffing(100), "", true, false},

		{"resource.uncommitted", "a penny more binds than is committed", arrange, false, nothing, arranging(valued(1)), "T1", false, false},
		{"resource.uncommitted", "what binds is committed", arrange, false, nothing, arranging(valued(0)), "", true, false},
		{"resource.uncommitted", "two arrangements bind for one commitment", arrange, false, arranging(valued(0)), arranging(valued(0)), "T2", false, false},
		{"resource.uncommitted", "the first of two has ended", arrange, false, all(arranging(valued(0)), func(c *commissioning.Cycle) error { return c.EndArrangement("T1", start) }), arranging(valued(0)), "", true, false},
		{"resource.uncommitted", "a penny more is committed for another year", arrange, false, aPennyIn(day(t, "2030-01-01")), arranging(thisYear), "T1", false, false},
		{"resource.uncommitted", "a penny more is committed for this year", arrange, false, aPennyIn(day(t, "2025-01-01")), arranging(thisYear), "", true, false},
		{"resource.uncommitted", "nothing binds yet", arrange, false, nothing, arranging(func(c *commissioning.Cycle, a *commissioning.Arrangement) { a.Value = pence(t, value(c), 1) }), "", true, false},
		{"resource.uncommitted", "what binds has no value", arrange, false, nothing, arranging(binding), "", true, false},
		{"resource.uncommitted", "what binds is in another currency", arrange, false, nothing, arranging(func(c *commissioning.Cycle, a *commissioning.Arrangement) {
			binding(c, a)
			a.Value = euros(t, "1.00")
		}), "T1", false, true},

		{"impact.missing", "no impact is assessed", plan, false, nothing, onwardFrom, "", false, false},
		{"impact.missing", "the impact is assessed in this round", plan, true, nothing, onwardFrom, "", true, false},
		{"impact.missing", "a service is to end, whose end nobody assessed", review, false, all(planning(commissioning.Service{}), func(c *commissioning.Cycle) error {
			_, err := c.AssessImpact(commissioning.ImpactAssessment{Kind: "equality", Informs: "S2", Found: "none", On: start})
			return err
		}, func(c *commissioning.Cycle) error {
			_, err := c.ProposeDecommissioning(commissioning.Decommissioning{Service: "S2", Because: "few use it"})
			return err
		}), deciding, "", true, false},
		{"impact.missing", "a service is to end, whose end was assessed with the plan", review, false, proposing, deciding, "", true, false},

		{"social_value.unconsidered", "a service is to be bought", plan, false, planning(commissioning.Service{Channel: commissioning.Procurement}), onwardFrom, "S1", false, false},
		{"social_value.unconsidered", "a service is to be granted", plan, false, planning(commissioning.Service{Channel: commissioning.Grant}), onwardFrom, "", true, false},
		{"social_value.unconsidered", "it was considered for all services", plan, true, planning(commissioning.Service{Channel: commissioning.Procurement}), onwardFrom, "", true, false},
		{"social_value.unconsidered", "it was considered for another service", plan, false, all(planning(commissioning.Service{Channel: commissioning.Procurement}), planning(commissioning.Service{}), func(c *commissioning.Cycle) error {
			_, err := c.ConsiderSocialValue(commissioning.SocialValueConsideration{Services: []commissioning.ServiceID{"S2"}, Improve: "a", Secure: "b", ConsultReason: "c"})
			return err
		}), onwardFrom, "S1", false, false},

		{"commissioner.also_provides", "the lead is to provide", arrange, false, nothing, byUs, "camden", false, false},
		{"commissioner.also_provides", "a partner is to provide", arrange, false, func(c *commissioning.Cycle) error {
			return c.FormPartnership(commissioning.Partnership{Lead: "camden", Members: []commissioning.Member{{Agency: c.Lead()}, {Agency: casework.Agency{ID: "carers-co-op"}}}})
		}, arranging(binding), "carers-co-op", false, false},
		{"commissioner.also_provides", "another agency is to provide", arrange, false, nothing, arranging(binding), "", true, false},
		{"commissioner.also_provides", "safeguards rest on evidence that has expired", arrange, false, safeguarding(day(t, "2025-06-01")), byUs, "camden", false, false},
		{"commissioner.also_provides", "safeguards rest on evidence of today", arrange, false, safeguarding(day(t, "2025-06-02")), byUs, "", true, false},
		{"commissioner.also_provides", "safeguards keep the two apart", arrange, false, func(c *commissioning.Cycle) error {
			_, err := c.RecordSafeguards(commissioning.Safeguard{Agency: c.Lead(), Measures: []commissioning.SafeguardMeasure{commissioning.SchemeOfDelegation}})
			return err
		}, byUs, "", true, false},

		{"service.unarranged", "nothing is arranged", arrange, false, nothing, moving(commissioning.MonitorReview), "S1", false, false},
		{"service.unarranged", "what was arranged has ended", arrange, false, all(arranging(binding), func(c *commissioning.Cycle) error { return c.EndArrangement("T1", start) }), moving(commissioning.MonitorReview), "S1", false, false},
		{"service.unarranged", "every service has ended", arrange, false, endService, moving(commissioning.MonitorReview), "", false, false},
		{"service.unarranged", "one of two services is bindingly arranged", arrange, false, all(planning(commissioning.Service{}), arranging(binding)), moving(commissioning.MonitorReview), "", true, false},

		{"arrangement.unbinding", "what is arranged does not bind", arrange, false, arranging(func(*commissioning.Cycle, *commissioning.Arrangement) {}), moving(commissioning.MonitorReview), "T1", false, false},
		{"arrangement.unbinding", "an arrangement binds", arrange, false, arranging(binding), moving(commissioning.MonitorReview), "", true, false},

		{"engagement.no_voluntary_sector", "nobody was engaged", assess, false, nothing, moving(commissioning.IdentifyResources), "", false, false},
		{"engagement.no_voluntary_sector", "the sector was engaged in the stage before", resources, false, nothing, moving(commissioning.PlanUse), "", false, false},
		{"engagement.no_voluntary_sector", "the sector was engaged", assess, true, nothing, moving(commissioning.IdentifyResources), "", true, false},
		{"engagement.no_voluntary_sector", "engagement is not relevant", assess, false, func(c *commissioning.Cycle) error {
			_, err := c.RecordEngagement(commissioning.Engagement{NotRelevant: true, Why: "a renewal without change"})
			return err
		}, moving(commissioning.IdentifyResources), "", true, false},

		{"consultation.short", "open for 83 days", assess, false, consulting(commissioning.FormalConsultation, 83, ""), closing(""), "Q1", false, false},
		{"consultation.short", "open for 83 days because of nothing", assess, false, consulting(commissioning.FormalConsultation, 83, " "), closing(""), "Q1", false, false},
		{"consultation.short", "open for 84 days", assess, false, consulting(commissioning.FormalConsultation, 84, ""), closing(""), "", true, false},
		{"consultation.short", "an informal one", assess, false, consulting(commissioning.InformalConsultation, 1, ""), closing(""), "", true, false},
		{"consultation.short", "a reason was given at first", assess, false, consulting(commissioning.FormalConsultation, 1, "the lease ends"), closing(""), "", true, false},
		{"consultation.short", "a reason is given at last", assess, false, consulting(commissioning.FormalConsultation, 1, ""), closing("the lease ended"), "", true, false},

		{"notice.short", "a day less than three calendar months", review, false, all(proposing, deciding, planningTheEnd), noticing(commissioning.Notice{Given: start, Ends: day(t, "2025-09-01")}), "X1", false, false},
		{"notice.short", "three months where the contract asks for six", review, false, all(proposing, deciding, planningTheEnd), noticing(commissioning.Notice{Given: start, Ends: day(t, "2025-09-02"), ContractMonths: 6}), "X1", false, false},
		{"notice.short", "six months where the contract asks for six", review, false, all(proposing, deciding, planningTheEnd), noticing(commissioning.Notice{Given: start, Ends: day(t, "2025-12-02"), ContractMonths: 6}), "", true, false},
		{"notice.short", "a month where the contract asks for one", review, false, all(proposing, deciding, planningTheEnd), noticing(commissioning.Notice{Given: start, Ends: day(t, "2025-07-02"), ContractMonths: 1}), "X1", false, false},
		{"notice.short", "three calendar months", review, false, all(proposing, deciding, planningTheEnd), noticing(commissioning.Notice{Given: start, Ends: day(t, "2025-09-02")}), "", true, false},

		{"feedback.none", "nobody was asked", review, false, nothing, moving(commissioning.Reassess), "", false, false},
		{"feedback.none", "somebody was asked, and nobody answered", review, true, nothing, moving(commissioning.Reassess), "", true, false},

		{"review.undecided", "no review was held", review, false, nothing, moving(commissioning.Reassess), "", false, false},
		{"review.undecided", "a review is not concluded", review, true, holdingReview(false), moving(commissioning.Reassess), "W2", false, false},
		{"review.undecided", "a review was concluded, and another is planned", review, false, all(holdingReview(true), func(c *commissioning.Cycle) error {
			_, err := c.PlanReview("Next", day(t, "2026-01-01"))
			return err
		}), moving(commissioning.Reassess), "", true, false},

		{"record.open", "a consultation is open at the end of a round", review, true, consulting(commissioning.FormalConsultation, 1, ""), moving(commissioning.Reassess), "Q1", false, false},
		{"record.open", "a service runs at the end of a round", review, true, nothing, moving(commissioning.Reassess), "", true, false},
		{"record.open", "a service runs at the end of a cycle", review, true, func(c *commissioning.Cycle) error { return c.EndArrangement("T1", start) }, closingTheCycle, "S1", false, false},
		{"record.open", "an arrangement binds at the end of a cycle", review, true, endService, closingTheCycle, "T1", false, false},
		{"record.open", "a service is being arranged when the cycle is given up", arrange, false, func(c *commissioning.Cycle) error { return c.StartArranging("S1") }, moving(commissioning.Abandon), "S1", false, false},
		{"record.open", "a service is on its way out at the end of a cycle", arrange, false, proposing, moving(commissioning.Abandon), "X1", false, false},
		{"record.open", "what the review of an arrangement found is open at the end of a round", review, true, reporting(commissioning.ReportReview), moving(commissioning.Reassess), "H1", false, false},
		{"record.open", "the breach of an arrangement is open at the end of a cycle", review, true, all(reporting(commissioning.ReportBreach), endService), closingTheCycle, "H1", false, false},
		{"record.open", "a breach was taken up in a review", review, true, all(reporting(commissioning.ReportBreach), takingUp("H1")), moving(commissioning.Reassess), "", true, false},
		{"record.open", "the monitoring told of a variation and an end", review, true, all(reporting(commissioning.ReportVariation), reporting(commissioning.ReportEnd)), moving(commissioning.Reassess), "", true, false},
		{"record.open", "a breach is open when the cycle is given up", arrange, false, all(arranging(func(*commissioning.Cycle, *commissioning.Arrangement) {}), reporting(commissioning.ReportBreach)), moving(commissioning.Abandon), "", true, false},
		{"record.open", "a plan is given up", plan, true, nothing, moving(commissioning.Abandon), "", true, false},

		{"cycle.over", "a need is identified in a closed cycle", commissioning.Closed, false, nothing, anotherNeed, "", false, false},
		{"cycle.over", "a service is planned in a cycle that was given up", commissioning.Abandoned, false, nothing, planning(commissioning.Service{}), "", false, false},
		{"cycle.over", "something is arranged in a superseded cycle", commissioning.Superseded, false, planning(commissioning.Service{}), arranging(func(*commissioning.Cycle, *commissioning.Arrangement) {}), "", false, false},
		{"cycle.over", "feedback is recorded in a closed cycle", commissioning.Closed, false, nothing, func(c *commissioning.Cycle) error {
			return second(c.RecordFeedback(commissioning.Feedback{SoughtOn: start, From: []commissioning.ParticipantRole{commissioning.ParticipantUser}, About: commissioning.FeedbackOnProcess}))
		}, "", true, false},
		{"cycle.over", "the cycle runs", review, false, nothing, anotherNeed, "", true, false},

		{"cycle.suspended", "the cycle is suspended", assess, true, moving(commissioning.Suspend), moving(commissioning.IdentifyResources), "", false, false},
		{"cycle.suspended", "the cycle is suspended once more", assess, true, moving(commissioning.Suspend), moving(commissioning.Suspend), "", false, false},
		{"cycle.suspended", "the cycle is not suspended, and resumed", assess, true, nothing, moving(commissioning.Resume), "", false, false},
		{"cycle.suspended", "the cycle is suspended, and given up", assess, true, moving(commissioning.Suspend), moving(commissioning.Abandon), "", true, false},
		{"cycle.suspended", "the cycle is resumed", assess, true, moving(commissioning.Suspend), moving(commissioning.Resume), "", true, false},
		{"cycle.suspended", "the cycle goes on", assess, true, nothing, moving(commissioning.IdentifyResources), "", true, false},
	}
}

// restating has a need restated, so that another stands in its place.
func restating(id commissioning.NeedID) command {
	return func(c *commissioning.Cycle) error {
		_, err := c.IdentifyNeed(commissioning.Need{Statement: "Put better", Follows: &commissioning.Lineage{ID: string(id)}})
		return err
	}
}

func hiring(hundredths int64) command {
	return func(c *commissioning.Cycle) error {
		_, err := c.IdentifyResource(commissioning.Resource{Kind: commissioning.StaffingResource, Title: "Carers", Quantity: hundredths, Unit: "hours", Owner: c.Lead()})
		return err
	}
}

func staffing(hundredths int64) command {
	return func(c *commissioning.Cycle) error {
		_, err := c.Allocate(commissioning.Allocation{Resource: "R2", Service: "S1", Quantity: hundredths})
		return err
	}
}

func euros(t *testing.T, amount string) casework.Money {
	t.Helper()
	m, err := casework.ParseMoney(amount, "EUR")
	require.NoError(t, err)
	return m
}

// weighing is the table code x scale as the model of the domain has it, and what
// differs for one person.
func weighing() (strategic, individual map[string][3]casework.Effect) {
	const off, advise, explain, refuse, bar = casework.Off, casework.Advise, casework.Explain, casework.Refuse, casework.Bar
	strategic = map[string][3]casework.Effect{
		"need.none":                      {refuse, refuse, refuse},
		"service.serves_no_need":         {refuse, refuse, refuse},
		"need.unprioritised":             {off, advise, explain},
		"resource.insufficient":          {advise, explain, explain},
		"resource.uncommitted":           {advise, refuse, refuse},
		"resource.overallocated":         {refuse, refuse, refuse},
		"need.unserved":                  {explain, refuse, refuse},
		"outcome.unmeasured":             {advise, explain, refuse},
		"service.unarranged":             {refuse, refuse, refuse},
		"arrangement.unbinding":          {refuse, refuse, refuse},
		"impact.missing":                 {advise, explain, refuse},
		"social_value.unconsidered":      {off, advise, explain},
		"feedback.none":                  {advise, explain, refuse},
		"review.undecided":               {bar, bar, bar},
		"record.open":                    {bar, bar, bar},
		"consultation.short":             {off, advise, explain},
		"notice.short":                   {explain, explain, refuse},
		"engagement.no_voluntary_sector": {advise, explain, explain},
		"commissioner.also_provides":     {explain, refuse, refuse},
		// What the model says in words.
		"need.declined":   {off, off, off},
		"cycle.suspended": {bar, bar, bar},
		"cycle.over":      {refuse, refuse, refuse},
		"scale.lowered":   {refuse, refuse, refuse},
	}
	individual = maps.Clone(strategic)
	individual["need.unprioritised"] = [3]casework.Effect{off, off, off}
	individual["need.unserved"] = [3]casework.Effect{bar, bar, bar}
	individual["need.declined"] = [3]casework.Effect{bar, bar, bar}
	individual["engagement.no_voluntary_sector"] = [3]casework.Effect{off, off, off}
	return strategic, individual
}

func scales() []commissioning.Scale {
	return []commissioning.Scale{commissioning.Light, commissioning.Standard, commissioning.Major}
}

// TestDefaultPoliciesObjectAtTheirWeight holds every default policy, in every
// situation, at every scale, for an area and for one person, against the table.
func TestDefaultPoliciesObjectAtTheirWeight(t *testing.T) {
	t.Parallel()
	strategic, individual := weighing()
	for _, kind := range []struct {
		name  string
		at    builder
		table map[string][3]casework.Effect
	}{{"strategic", commissioningtest.At, strategic}, {"individual", commissioningtest.Individual, individual}} {
		for i, scale := range scales() {
			for _, s := range situations(t) {
				t.Run(fmt.Sprintf("%s %s %s: %s", kind.name, scale, s.code, s.name), func(t *testing.T) {
					t.Parallel()
					effect := kind.table[s.code][i]
					if s.raises {
						effect = kind.table[s.code][2]
					}
					found := about(s.code, said(t, arrived(t, kind.at, scale, s), s.try, casework.Reason("a reason of the test")))
					if s.silent || effect == casework.Off {
						assert.Empty(t, found)
						return
					}
					require.NotEmpty(t, found)
					for _, o := range found {
						assert.Equal(t, effect, o.Effect)
						assert.NotEmpty(t, o.Message)
						assert.NotEmpty(t, o.Remedy)
						assert.NotEmpty(t, o.Source)
					}
					assert.Equal(t, s.subject, found[0].Subject)
				})
			}
		}
	}
}

// arrived gives the fixture of a situation. What it records is recorded though
// other policies may object to it.
func arrived(t *testing.T, at builder, scale commissioning.Scale, s judged) *commissioningtest.Fixture {
	t.Helper()
	f := at(t, s.stage, commissioningtest.Scale(scale))
	if s.prepared {
		f.Prepare(t)
	}
	answers := []casework.CallOption{casework.Reason("a reason of the test")}
	for _, p := range commissioning.Policies() {
		answers = append(answers, casework.Explaining(p.Code, "not what is tested"), casework.Overriding(p.Code, "not what is tested"))
	}
	permissive, err := commissioning.NewDesk(f.Store, &commissioning.Options{
		Desk: casework.DeskOptions{Clock: f.Clock.Now, Permit: casework.AllowAll},
	})
	require.NoError(t, err)
	c, err := permissive.Update(t.Context(), f.Cycle.ID(), f.Actor, s.recorded, answers...)
	require.NoError(t, err)
	f.Cycle = c
	return f
}

func TestDefaultPoliciesEachHaveASituationOfEitherSort(t *testing.T) {
	t.Parallel()
	objects, silent := map[string]bool{"scale.lowered": true}, map[string]bool{"scale.lowered": true} // tested with the scale
	for _, s := range situations(t) {
		if s.silent {
			silent[s.code] = true
		} else {
			objects[s.code] = true
		}
	}
	for _, p := range commissioning.Policies() {
		assert.True(t, objects[p.Code], "%s objects nowhere in these tests", p.Code)
		assert.True(t, silent[p.Code], "%s is silent nowhere in these tests", p.Code)
	}
}

func TestDefaultWeightsAreThoseOfTheModel(t *testing.T) {
	t.Parallel()
	strategic, individual := weighing()
	cells := func(w commissioning.Weight) [3]casework.Effect {
		return [3]casework.Effect{w.Light, w.Standard, w.Major}
	}
	have := map[string][3]casework.Effect{}
	for code, w := range commissioning.DefaultWeights() {
		have[code] = cells(w)
	}
	assert.Equal(t, strategic, have)
	for code, w := range commissioning.DefaultIndividualWeights() {
		have[code] = cells(w)
	}
	assert.Equal(t, individual, have)
}

func TestDefaultPoliciesSayWhatTheyAskAndWhere(t *testing.T) {
	t.Parallel()
	strategic, _ := weighing()
	var codes []string
	for _, p := range commissioning.Policies() {
		codes = append(codes, p.Code)
		assert.NotEmpty(t, p.Doc, p.Code)
		assert.NotEmpty(t, p.Source, p.Code)
		assert.NotEmpty(t, p.Moves, p.Code)
	}
	assert.ElementsMatch(t, slices.Collect(maps.Keys(strategic)), codes)
}

func TestImpactOfEndingAServiceIsAssessedBeforeItIsDecided(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StagePlanUse, commissioningtest.Scale(commissioning.Major)).
		Record(t, all(anotherNeed, planning(commissioning.Service{}), proposing))
	found := about("impact.missing", said(t, f, deciding))
	require.Len(t, found, 1)
	assert.Equal(t, "S1", found[0].Subject)
	assert.Equal(t, casework.Refuse, found[0].Effect)
}

func TestReviewHeldInAnEarlierRoundDoesNotEndThisOne(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StageMonitorReview)
	f.Record(t, func(c *commissioning.Cycle) error {
		_, err := c.PlanReview("Held late", f.Today())
		return err
	})
	f.Prepare(t).Take(t, commissioning.Reassess)
	for _, m := range []casework.Move{commissioning.IdentifyResources, commissioning.PlanUse, commissioning.ArrangeDelivery, commissioning.MonitorReview} {
		f.Prepare(t).Take(t, m)
	}
	f.Bars(t, commissioning.Reassess, "review.undecided")
	f.Record(t, func(c *commissioning.Cycle) error {
		if _, err := c.RecordFindings("W1", f.Today()); err != nil {
			return err
		}
		if _, err := c.DecideReview("W1", commissioning.ServiceDecision{Service: "S1", Decision: commissioning.ContinueService, Reason: "it works", DecidedBy: "the board"}); err != nil {
			return err
		}
		_, err := c.ConcludeReview("W1")
		return err
	})
	f.Silent(t, commissioning.Reassess, "review.undecided")
}
