package principles

import (
	"fmt"
	"strings"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/procurement"
)

// wccSign is something that tells of a sub-competency where it is recorded.
type wccSign struct {
	shows  string // what is the case then: a clause that follows "that"
	short  string // what is the case where the record shows a shortfall; empty where it cannot
	remedy string
	look   func(*OrganisationDossier) wccSighting
}

// wccSighting is what is recorded of a sign. Whatever is short outweighs what is
// shown.
type wccSighting struct {
	shown, short []Citation
	facts        []OrganisationFact
}

func wccNeeds(signs []wccSign) []string {
	needs := make([]string, 0, len(signs))
	for _, s := range signs {
		needs = append(needs, "whether "+s.shows)
	}
	if len(needs) == 0 {
		return []string{"the judgement of people: no journal tells"}
	}
	return needs
}

// wccSuggest says which signs are recorded: all of them is met, some is partly
// met, none but shortfalls is not met, and nothing at all is no evidence.
func wccSuggest(o *OrganisationDossier, signs []wccSign) []Finding {
	if len(signs) == 0 {
		return []Finding{{
			Outcome: NoEvidence, Why: "No journal tells how others see the organisation.",
			Remedy: "Have people judge it, and enter their judgement with its reason.",
		}}
	}
	var f Finding
	var shown, short, absent, remedies []string
	for _, s := range signs {
		seen := s.look(o)
		f.Evidence = append(append(f.Evidence, seen.short...), seen.shown...)
		f.Facts = append(f.Facts, seen.facts...)
		switch {
		case len(seen.short) > 0:
			short, remedies = append(short, "that "+s.short), append(remedies, s.remedy)
		case len(seen.shown) > 0 || len(seen.facts) > 0:
			shown = append(shown, "that "+s.shows+wccEnteredBy(seen.facts))
		default:
			absent, remedies = append(absent, "whether "+s.shows), append(remedies, s.remedy)
		}
	}
	f.Outcome, f.Why, f.Remedy = wccOutcome(shown, short, absent), wccWhy(shown, short, absent), strings.Join(remedies, " ")
	return []Finding{f}
}

func wccOutcome(shown, short, absent []string) Outcome {
	switch {
	case len(shown) > 0 && len(short)+len(absent) == 0:
		return Met
	case len(shown) > 0:
		return PartlyMet
	case len(short) > 0:
		return NotMet
	default:
		return NoEvidence
	}
}

func wccWhy(shown, short, absent []string) string {
	nothing := "nothing recorded tells " + strings.Join(absent, ", or ")
	recorded := "the record shows " + strings.Join(append(shown, short...), ", and ")
	switch {
	case len(shown)+len(short) == 0:
		return "N" + nothing[1:] + "."
	case len(absent) == 0:
		return "T" + recorded[1:] + "."
	default:
		return "T" + recorded[1:] + "; " + nothing + "."
	}
}

// wccEnteredBy says who entered the facts a sign rests on.
func wccEnteredBy(facts []OrganisationFact) string {
	if len(facts) == 0 {
		return ""
	}
	said := make([]string, len(facts))
	for i, f := range facts {
		said[i] = fmt.Sprintf("%s on %s", f.By, f.On)
	}
	return " (entered by " + strings.Join(said, "; ") + ")"
}

// wccSubject is the theme of a sub-competency in this library's words, with the
// signs of it that can be recorded.
type wccSubject struct {
	theme string
	signs []wccSign
}

// wccSubjects gives the subjects by the numbers of the sub-competencies.
func wccSubjects() map[string]wccSubject {
	return map[string]wccSubject{
		"1.1": {"standing as the local leader of the health service", nil},
		"1.2": {"standing as a leader of change", nil},
		"1.3": {"standing as an employer people want to work for", nil},

		"2.1": {"agreements with partners that rest on needs assessed together", []wccSign{
			wccFact(FactJointPlan, "a plan is agreed with a partner", "Enter the plans agreed with partners, with the name of who enters them."),
			wccCycle("needs are identified by several bodies together", "Record who identified each need.", wccJointNeeds),
		}},
		"2.2": {"constructive partnerships", []wccSign{
			wccCycle("agencies commission together in a partnership", "Record the partnership with its members and who leads.", wccPartnership),
			wccCycle("partner agencies took part", "Invite partner agencies, and record what came of it.", wccTookPart(commissioning.ParticipantPartnerAgency)),
		}},
		"2.3": {"standing as an active and effective partner", []wccSign{
			wccCycle("partner agencies said how they found the commissioning", "Ask partner agencies about the process of commissioning.", wccProcessFeedback(commissioning.ParticipantPartnerAgency)),
		}},

		"3.1": {"influence on what local people think and hope for their health", []wccSign{
			wccCycle("communities took part", "Invite communities, and record what came of it.", wccTookPart(commissioning.ParticipantCommunity)),
		}},
		"3.2": {"engagement of the public and patients", []wccSign{
			wccCycle("users or carers took part", "Invite users and carers, and record what came of it.", wccTookPart(commissioning.ParticipantUser, commissioning.ParticipantCarer)),
			wccCycle("something changed because users, carers or communities took part", "Record what changed because of engagement.", wccChanged),
		}},
		"3.3": {"satisfaction of patients", []wccSign{
			wccUserFeedback(),
		}},

		"4.1": {"engagement of clinicians", []wccSign{
			wccCycle("clinicians took part", "Invite clinicians, and record what came of it.", wccTookPart(commissioning.ParticipantClinician)),
		}},
		"4.2": {"information that supports clinical decisions", []wccSign{
			wccFact(FactClinicalEngagement, "clinicians shape what is commissioned", "Enter how clinicians are informed and shape what is commissioned."),
		}},
		"4.3": {"standing as a leader of clinical engagement", []wccSign{
			wccCycle("clinicians said how they found the commissioning", "Ask clinicians about the process of commissioning.", wccProcessFeedback(commissioning.ParticipantClinician)),
		}},

		"5.1": {"skill in analysis, and insight", []wccSign{
			wccCycle("needs rest on evidence", "Add the evidence to each need.", wccNeedsThat(func(n commissioning.Need) bool { return len(n.Evidence) > 0 })),
		}},
		"5.2": {"understanding of how needs develop", []wccSign{
			wccCycle("the people who have a need are counted", "Record how many people have each need.", wccNeedsThat(func(n commissioning.Need) bool { return n.Size > 0 })),
			wccCycle("needs were looked at again in a later round", "Reassess the needs when a new round begins.", wccReassessed),
		}},
		"5.3": {"comparison of needs with those of others", []wccSign{
			wccFact(FactBenchmark, "needs are compared with those of others", "Enter the comparisons with others, with their figures."),
		}},

		"6.1": {"models of future need", []wccSign{
			wccFact(FactForecastingHorizon, "need is forecast", "Enter for how many years need is forecast."),
		}},
		"6.2": {"priorities for investment and disinvestment", []wccSign{
			wccCycle("needs are ranked", "Rank the needs.", wccNeedsThat(func(n commissioning.Need) bool { return n.Priority > 0 })),
			wccFact(FactDisinvestmentRanking, "it is ranked what to spend less on", "Enter the ranking of what to spend less on."),
		}},
		"6.3": {"priorities carried into the plan for investment", []wccSign{
			wccCycle("services are planned for the needs that are ranked", "Rank the needs, and link the planned services to them.", wccPlannedForRanked),
		}},

		"7.1": {"knowledge of what providers can do, now and later", []wccSign{
			wccCycle("providers are mapped with their capability", "Map the providers, each with its capability.", wccMappedCapability),
		}},
		"7.2": {"capacity in line with the need that is expected", []wccSign{
			wccFact(FactCapacityAgainstDemand, "capacity is compared with demand", "Enter how capacity compares with demand."),
		}},
		"7.3": {"choices that make a difference to patients", []wccSign{
			wccChoice(),
		}},

		"8.1": {"finding what could be better", []wccSign{
			wccCycle("reviews found something", "Hold the reviews, and record their findings.", wccReviewFindings),
		}},
		"8.2": {"making it better", []wccSign{
			wccCycle("reviews decided to change a service", "Record what reviews decide on each service.", wccReviewChanges),
		}},
		"8.3": {"information about quality and outcomes", []wccSign{
			wccCycle("outcomes have a measure and a target", "Give each outcome a measure and a target.", wccMeasurable),
			wccCycle("outcomes are observed", "Record what the measures of outcomes show.", wccObserved),
		}},

		"9.1": {"understanding of the economics of providers", []wccSign{
			wccFact(FactProcurementSkills, "there are skills in procurement", "Enter which skills in procurement there are."),
			wccFact(FactMarketShare, "the market shares of providers are known", "Enter the market shares of providers, with their year."),
		}},
		"9.2": {"contracts negotiated around defined measures", []wccSign{
			wccContract("contracts agree what is measured", "Agree measures and targets in each contract.", func(c *procurement.Contract) (marks []procurement.Mark) {
				for _, m := range c.Measures() {
					marks = append(marks, m.Mark)
				}
				return marks
			}),
		}},
		"9.3": {"robust contracts based on outcomes", []wccSign{
			wccMeasuredOutcomes(),
		}},

		"10.1": {"use of information about performance", []wccSign{
			wccContract("what contracts bring is measured", "Record what the measures of each contract show.", func(c *procurement.Contract) (marks []procurement.Mark) {
				for _, m := range c.Observations() {
					marks = append(marks, m.Mark)
				}
				return marks
			}),
		}},
		"10.2": {"regular discussions with providers about performance", []wccSign{
			wccReviewed(),
		}},
		"10.3": {"resolution of contractual issues", []wccSign{
			wccResolved(),
		}},

		"11.1": {"measuring and understanding the efficiency and effectiveness of spend", []wccSign{
			wccFact(FactUnitCost, "unit costs are known", "Enter the unit costs of services, with their year."),
		}},
		"11.2": {"finding where spend could do more", []wccSign{
			wccCycle("options were weighed against each other", "Appraise the options before a service is planned.", wccAppraised),
			wccFact(FactBenchmark, "there is a comparison with others", "Enter the comparisons with others, with their figures."),
		}},
		"11.3": {"spend that is efficient and effective over time", []wccSign{
			wccUnitCostsOverTime(),
		}},
	}
}

// wccFact is a sign that rests on facts entered about the organisation.
func wccFact(kind OrganisationFactKind, shows, remedy string) wccSign {
	return wccSign{shows: shows, remedy: remedy, look: func(o *OrganisationDossier) wccSighting {
		return wccSighting{facts: o.Facts(kind)}
	}}
}

// wccCycle is a sign that rests on the journals of cycles.
func wccCycle(shows, remedy string, find func(*commissioning.Cycle) []commissioning.Mark) wccSign {
	return wccSign{shows: shows, remedy: remedy, look: func(o *OrganisationDossier) wccSighting {
		var seen wccSighting
		for _, d := range o.cycles {
			seen.shown = append(seen.shown, d.inCycle(find(d.Cycle())...)...)
		}
		return seen
	}}
}

// wccContract is a sign that rests on the journals of contracts.
func wccContract(shows, remedy string, find func(*procurement.Contract) []procurement.Mark) wccSign {
	return wccSign{shows: shows, remedy: remedy, look: func(o *OrganisationDossier) wccSighting {
		var seen wccSighting
		wccContracts(o, func(d *Dossier, c *procurement.Contract) {
			seen.shown = append(seen.shown, d.in(c.ID(), find(c)...)...)
		})
		return seen
	}}
}

func wccContracts(o *OrganisationDossier, each func(*Dossier, *procurement.Contract)) {
	for _, d := range o.cycles {
		for _, c := range d.Contracts() {
			each(d, c)
		}
	}
}

func wccJointNeeds(c *commissioning.Cycle) []commissioning.Mark {
	return wccNeedsThat(func(n commissioning.Need) bool { return len(n.IdentifiedBy) > 1 })(c)
}

func wccNeedsThat(is func(commissioning.Need) bool) func(*commissioning.Cycle) []commissioning.Mark {
	return func(c *commissioning.Cycle) (marks []commissioning.Mark) {
		for _, n := range c.Needs() {
			if is(n) {
				marks = append(marks, n.Mark)
			}
		}
		return marks
	}
}

func wccPartnership(c *commissioning.Cycle) []commissioning.Mark {
	p, formed := c.Partnership()
	if !formed {
		return nil
	}
	return []commissioning.Mark{p.Mark}
}

func wccTookPart(roles ...commissioning.ParticipantRole) func(*commissioning.Cycle) []commissioning.Mark {
	return func(c *commissioning.Cycle) (marks []commissioning.Mark) {
		for _, g := range c.Engagements() {
			if wccEngaged(c, g, roles...) {
				marks = append(marks, g.Mark)
			}
		}
		return marks
	}
}

func wccEngaged(c *commissioning.Cycle, g commissioning.Engagement, roles ...commissioning.ParticipantRole) bool {
	p, known := c.Participant(g.Participant)
	return known && g.Answer == commissioning.EngagementTookPart && wccOneOf(roles, p.Role)
}

func wccOneOf(roles []commissioning.ParticipantRole, of ...commissioning.ParticipantRole) bool {
	for _, r := range roles {
		for _, other := range of {
			if r == other {
				return true
			}
		}
	}
	return false
}

func wccChanged(c *commissioning.Cycle) (marks []commissioning.Mark) {
	for _, g := range c.Engagements() {
		if !blank(g.Changed) && wccEngaged(c, g, commissioning.ParticipantUser, commissioning.ParticipantCarer, commissioning.ParticipantCommunity) {
			marks = append(marks, g.Mark)
		}
	}
	return marks
}

func wccProcessFeedback(role commissioning.ParticipantRole) func(*commissioning.Cycle) []commissioning.Mark {
	return func(c *commissioning.Cycle) (marks []commissioning.Mark) {
		for _, f := range c.AllFeedback() {
			if f.About == commissioning.FeedbackOnProcess && f.Count > 0 && wccOneOf(f.From, role) {
				marks = append(marks, f.Mark)
			}
		}
		return marks
	}
}

// wccUserFeedback is feedback of users or carers on a service. That they were
// asked and none replied is a shortfall.
func wccUserFeedback() wccSign {
	return wccSign{
		shows: "users or carers said how they found a service", short: "users or carers were asked about a service and nobody replied",
		remedy: "Ask users and carers about each service in a way that reaches them.",
		look: func(o *OrganisationDossier) wccSighting {
			var replied, silent []Citation
			for _, d := range o.cycles {
				for _, f := range d.Cycle().AllFeedback() {
					if f.About != commissioning.FeedbackOnService || !wccOneOf(f.From, commissioning.ParticipantUser, commissioning.ParticipantCarer) {
						continue
					}
					if f.Count > 0 {
						replied = append(replied, d.inCycle(f.Mark)...)
					} else {
						silent = append(silent, d.inCycle(f.Mark)...)
					}
				}
			}
			return wccShownOr(replied, silent)
		},
	}
}

// wccShownOr gives a shortfall only where nothing shows the sign.
func wccShownOr(shown, short []Citation) wccSighting {
	if len(shown) > 0 {
		return wccSighting{shown: shown}
	}
	return wccSighting{short: short}
}

func wccReassessed(c *commissioning.Cycle) (marks []commissioning.Mark) {
	for _, n := range c.Needs() {
		for _, s := range n.Statuses {
			if s.Round > n.Mark.Round {
				marks = append(marks, commissioning.Mark{Entry: s.Entry})
			}
		}
	}
	return marks
}

func wccPlannedForRanked(c *commissioning.Cycle) (marks []commissioning.Mark) {
	for _, s := range c.Services() {
		for _, id := range s.Needs {
			if n, known := c.Need(id); known && n.Priority > 0 {
				marks = append(marks, s.Mark, n.Mark)
			}
		}
	}
	return marks
}

func wccMappedCapability(c *commissioning.Cycle) (marks []commissioning.Mark) {
	for _, p := range c.Providers() {
		if !blank(p.Capability) {
			marks = append(marks, p.Mark)
		}
	}
	return marks
}

// wccChoice is a provider map with several agencies. A map that shows one alone
// is a shortfall.
func wccChoice() wccSign {
	return wccSign{
		shows: "several providers could serve the same people", short: "the map shows no more than one provider",
		remedy: "Map the fullest practicable range of providers.",
		look: func(o *OrganisationDossier) wccSighting {
			var several, single []Citation
			for _, d := range o.cycles {
				agencies := map[string]bool{}
				var mapped []Citation
				for _, p := range d.Cycle().Providers() {
					agencies[p.Agency.ID] = true
					mapped = append(mapped, d.inCycle(p.Mark)...)
				}
				if len(agencies) > 1 {
					several = append(several, mapped...)
				} else {
					single = append(single, mapped...)
				}
			}
			return wccShownOr(several, single)
		},
	}
}

func wccReviewFindings(c *commissioning.Cycle) (marks []commissioning.Mark) {
	for _, w := range c.Reviews() {
		for _, f := range w.Findings {
			marks = append(marks, commissioning.Mark{Entry: f.Entry})
		}
	}
	return marks
}

func wccReviewChanges(c *commissioning.Cycle) (marks []commissioning.Mark) {
	for _, w := range c.Reviews() {
		for _, d := range w.Decisions {
			if d.Decision != commissioning.ContinueService {
				marks = append(marks, commissioning.Mark{Entry: d.Entry})
			}
		}
	}
	return marks
}

func wccMeasurable(c *commissioning.Cycle) (marks []commissioning.Mark) {
	for _, o := range c.Outcomes() {
		if o.Measurable() {
			marks = append(marks, o.Mark)
		}
	}
	return marks
}

func wccObserved(c *commissioning.Cycle) (marks []commissioning.Mark) {
	for _, o := range c.Observations() {
		if o.Outcome != "" {
			marks = append(marks, o.Mark)
		}
	}
	return marks
}

func wccAppraised(c *commissioning.Cycle) (marks []commissioning.Mark) {
	for _, a := range c.OptionsAppraisals() {
		marks = append(marks, a.Mark)
	}
	return marks
}

// wccMeasuredOutcomes is measures of contracts that tell of an outcome of the
// cycle. Where there are measures and none does, that is a shortfall.
func wccMeasuredOutcomes() wccSign {
	return wccSign{
		shows: "contracts measure outcomes", short: "contracts agree measures and none of them tells of an outcome",
		remedy: "Link measures of each contract to the outcomes they tell of.",
		look: func(o *OrganisationDossier) wccSighting {
			var telling, other []Citation
			wccContracts(o, func(d *Dossier, c *procurement.Contract) {
				for _, m := range c.Measures() {
					if m.Outcome != "" {
						telling = append(telling, d.in(c.ID(), m.Mark)...)
					} else {
						other = append(other, d.in(c.ID(), m.Mark)...)
					}
				}
			})
			return wccShownOr(telling, other)
		},
	}
}

// wccReviewed is reviews of contracts that were held. Reviews that are overdue,
// where none was held, are a shortfall.
func wccReviewed() wccSign {
	return wccSign{
		shows: "contracts were reviewed", short: "reviews of contracts are overdue and none was held",
		remedy: "Hold the reviews of each contract, and record what they found.",
		look: func(o *OrganisationDossier) wccSighting {
			var held, overdue []Citation
			today := casework.DateOf(o.judgement.At.UTC())
			wccContracts(o, func(d *Dossier, c *procurement.Contract) {
				for _, r := range c.Reviews() {
					switch {
					case !r.Open():
						held = append(held, d.in(c.ID(), r.Concluded)...)
					case r.Due.Before(today):
						overdue = append(overdue, d.in(c.ID(), r.Planned)...)
					}
				}
			})
			return wccShownOr(held, overdue)
		},
	}
}

// wccResolved is breaches of contracts that were decided. One that is open is a
// shortfall.
func wccResolved() wccSign {
	return wccSign{
		shows: "breaches of contract were decided", short: "a breach of contract is undecided",
		remedy: "Decide the breaches that were notified.",
		look: func(o *OrganisationDossier) wccSighting {
			var seen wccSighting
			wccContracts(o, func(d *Dossier, c *procurement.Contract) {
				for _, b := range c.Breaches() {
					if b.Open() {
						seen.short = append(seen.short, d.in(c.ID(), b.Notified)...)
					} else {
						seen.shown = append(seen.shown, d.in(c.ID(), b.Decided)...)
					}
				}
			})
			return seen
		},
	}
}

// wccUnitCostsOverTime is unit costs of more than one year.
func wccUnitCostsOverTime() wccSign {
	return wccSign{
		shows: "unit costs of several years are known", remedy: "Enter the unit costs of services, each with its year, for more than one year.",
		look: func(o *OrganisationDossier) wccSighting {
			years := map[string]bool{}
			facts := o.Facts(FactUnitCost)
			for _, f := range facts {
				year := f.Year
				if year == "" {
					year = o.year
				}
				years[year] = true
			}
			if len(years) < 2 {
				return wccSighting{}
			}
			return wccSighting{facts: facts}
		},
	}
}
