package casefile

import (
	"fmt"
	"strings"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

type cycle = commissioning.Cycle

// cycleCommands lists every command of a cycle but [openCommand], in the order
// in which CASEFILE.md describes them.
func cycleCommands() []command {
	all := append(stageCommands(), briefCommands()...)
	all = append(all, needCommands()...)
	all = append(all, peopleCommands()...)
	all = append(all, resourceCommands()...)
	all = append(all, planCommands()...)
	all = append(all, deliveryCommands()...)
	all = append(all, reviewCommands()...)
	return append(all, decommissioningCommands()...)
}

func stageCommands() []command {
	return append([]command{given("move", moveCycle)}, heldCommands[*cycle]()...)
}

func briefCommands() []command {
	return []command{
		changes("revise_brief", func(c *cycle, b commissioning.Brief) error {
			b.Serves = c.Brief().Serves
			return c.ReviseBrief(b)
		}, func(b commissioning.Brief) string { return "brief: " + b.Title }),
		changes("set_target", func(c *cycle, d targetData) error { return c.SetTarget(d.Stage, d.Due) },
			func(d targetData) string { return fmt.Sprintf("target: %s by %s", d.Stage, d.Due) }),
		changes("lower_scale", func(c *cycle, d scaleData) error { return c.LowerScale(d.Scale) },
			func(d scaleData) string { return fmt.Sprintf("scale: %s", d.Scale) }),
		changes("close", func(c *cycle, d closeData) error { return c.Close(d.Result, d.Summary) },
			func(d closeData) string { return fmt.Sprintf("closed, %s: %s", words(d.Result), d.Summary) }),
	}
}

// moveCycle takes a move, and says where it led; one that stays may have moved
// the targets.
func moveCycle(c *cycle, d moveData) (string, error) {
	from := c.Stage()
	if err := c.Move(d.Move); err != nil {
		return "", err
	}
	if c.Stage() != from {
		return fmt.Sprintf("now in %s, round %d", c.Table().StateTitle(c.Stage()), c.Round()), nil
	}
	said := []string{"stays in " + c.Table().StateTitle(from)}
	for _, t := range c.Targets() {
		if d.Move == commissioning.Resume && t.MovedDays > 0 {
			said = append(said, fmt.Sprintf("target %s moved by %d days to %s", t.Stage, t.MovedDays, t.Due))
		}
	}
	return strings.Join(said, "; "), nil
}

func needCommands() []command {
	return []command{
		makes("identify_need", (*cycle).IdentifyNeed, func(n commissioning.Need) string {
			if n.Follows != nil {
				return fmt.Sprintf("need %s, restating %s: %s", n.ID, n.Follows.ID, n.Statement)
			}
			return fmt.Sprintf("need %s: %s", n.ID, n.Statement)
		}),
		changes("prioritise", func(c *cycle, d priorityData) error { return c.Prioritise(d.Need, d.Priority) },
			func(d priorityData) string { return fmt.Sprintf("need %s has priority %d", d.Need, d.Priority) }),
		changes("reassess_need", func(c *cycle, d needStateData) error { return c.ReassessNeed(d.Need, d.State) },
			func(d needStateData) string { return fmt.Sprintf("need %s is %s", d.Need, words(d.State)) }),
		changes("decline_need", func(c *cycle, d needData) error { return c.DeclineNeed(d.Need) },
			func(d needData) string { return fmt.Sprintf("need %s is declined", d.Need) }),
		makes("set_outcome", (*cycle).SetOutcome, func(o commissioning.Outcome) string {
			return fmt.Sprintf("outcome %s: %s", o.ID, o.Statement)
		}),
		changes("revise_outcome", func(c *cycle, d outcomeData) error { return drop(c.ReviseOutcome(d.Outcome, d.To)) },
			func(d outcomeData) string { return fmt.Sprintf("outcome %s: %s", d.Outcome, d.To.Statement) }),
		makes("cite_document", (*cycle).CiteDocument, func(d commissioning.Document) string {
			return fmt.Sprintf("document %s: %s", d.ID, d.Title)
		}),
	}
}

func peopleCommands() []command {
	return []command{
		changes("form_partnership", (*cycle).FormPartnership, func(p commissioning.Partnership) string {
			return fmt.Sprintf("a partnership of %d, led by %s", len(p.Members), p.Lead)
		}),
		makes("add_participant", (*cycle).AddParticipant, func(p commissioning.Participant) string {
			who := p.Group
			if p.Agency.ID != "" {
				who = p.Agency.String()
			}
			return fmt.Sprintf("participant %s: %s, %s", p.ID, words(p.Role), who)
		}),
		makes("record_engagement", (*cycle).RecordEngagement, func(g commissioning.Engagement) string {
			if g.NotRelevant {
				return fmt.Sprintf("engagement %s: not relevant here, since %s", g.ID, g.Why)
			}
			return fmt.Sprintf("engagement %s: %s %s, %s", g.ID, g.Participant, words(g.Answer), words(g.Level))
		}),
		makes("open_consultation", (*cycle).OpenConsultation, func(q commissioning.Consultation) string {
			return fmt.Sprintf("consultation %s: %s, %s, from %s", q.ID, q.Title, q.Kind, q.Opened)
		}),
		changes("close_consultation", func(c *cycle, d consultationData) error {
			return drop(c.CloseConsultation(d.Consultation, commissioning.ClosedConsultation{
				On: d.On, Responses: d.Responses, Changed: d.Changed, ShorterBecause: d.Shorter,
			}))
		}, func(d consultationData) string {
			return fmt.Sprintf("consultation %s: closed on %s, %d responses", d.Consultation, d.On, d.Responses)
		}),
	}
}

func resourceCommands() []command {
	return []command{
		makes("identify_resource", (*cycle).IdentifyResource, func(r commissioning.Resource) string {
			return fmt.Sprintf("resource %s: %s, %s, %s", r.ID, r.Title, extent(r.Amount, r.Quantity, r.Unit), r.Commitment)
		}),
		changes("commit_resource", func(c *cycle, d resourceData) error { return drop(c.CommitResource(d.Resource)) },
			func(d resourceData) string { return fmt.Sprintf("resource %s is committed", d.Resource) }),
		makes("allocate", (*cycle).Allocate, func(a commissioning.Allocation) string {
			return fmt.Sprintf("allocation %s: %s of %s to %s", a.ID, extent(a.Amount, a.Quantity, ""), a.Resource, a.Service)
		}),
		changes("release_allocation", func(c *cycle, d allocationData) error { return c.ReleaseAllocation(d.Allocation) },
			func(d allocationData) string { return fmt.Sprintf("allocation %s is given back", d.Allocation) }),
		makes("map_provider", (*cycle).MapProvider, func(p commissioning.MappedProvider) string {
			return fmt.Sprintf("mapped provider %s: %s, %s", p.ID, p.Agency, p.Capability)
		}),
		makes("invest_in_capacity", (*cycle).InvestInCapacity, func(k commissioning.CapacityInvestment) string {
			return fmt.Sprintf("investment %s: %s in %s, %s", k.ID, k.Amount, k.Recipient, k.Purpose)
		}),
	}
}

func planCommands() []command {
	return []command{
		makes("plan_service", (*cycle).PlanService, func(s commissioning.Service) string {
			return fmt.Sprintf("service %s: %s, %s", s.ID, s.Title, serving(s))
		}),
		changes("revise_service", func(c *cycle, d serviceToData) error { return drop(c.ReviseService(d.Service, d.To)) },
			func(d serviceToData) string {
				return fmt.Sprintf("service %s: %s, %s", d.Service, d.To.Title, serving(d.To))
			}),
		makes("consider", (*cycle).Consider, func(d commissioning.Considered) string {
			return fmt.Sprintf("consideration %s: %s %s, since %s", d.ID, words(d.Subject), d.Decision, d.Reason)
		}),
		makes("appraise_options", (*cycle).AppraiseOptions, func(a commissioning.OptionsAppraisal) string {
			chosen, _ := a.Chosen()
			return fmt.Sprintf("appraisal %s: %s %s", a.ID, a.Question, chosen.Title)
		}),
		makes("assess_impact", (*cycle).AssessImpact, func(a commissioning.ImpactAssessment) string {
			return fmt.Sprintf("impact assessment %s, %s: %s", a.ID, a.Kind, a.Found)
		}),
		makes("consider_social_value", (*cycle).ConsiderSocialValue, func(v commissioning.SocialValueConsideration) string {
			return fmt.Sprintf("consideration of social value %s: %s", v.ID, v.Improve)
		}),
	}
}

func deliveryCommands() []command {
	moved := func(words string) func(serviceData) string {
		return func(d serviceData) string { return fmt.Sprintf("service %s %s", d.Service, words) }
	}
	return []command{
		makes("record_safeguards", (*cycle).RecordSafeguards, func(s commissioning.Safeguard) string {
			return fmt.Sprintf("safeguards %s of %s: %s", s.ID, s.Agency, words(strings.Join(s.Measures, ", ")))
		}),
		changes("start_arranging", func(c *cycle, d serviceData) error { return c.StartArranging(d.Service) }, moved("is being arranged")),
		changes("stop_arranging", func(c *cycle, d serviceData) error { return c.StopArranging(d.Service) }, moved("is not being arranged for now")),
		makes("record_arrangement", (*cycle).RecordArrangement, func(a commissioning.Arrangement) string {
			return fmt.Sprintf("arrangement %s: %s with %s for %s", a.ID, words(a.Instrument), a.Provider, a.Service)
		}),
		changes("bind_arrangement", func(c *cycle, d bindData) error { return drop(c.BindArrangement(d.Arrangement, d.Since)) },
			func(d bindData) string { return fmt.Sprintf("arrangement %s binds since %s", d.Arrangement, d.Since) }),
		changes("vary_arrangement", func(c *cycle, v commissioning.Variation) error { return drop(c.VaryArrangement(v.Arrangement, v)) },
			func(v commissioning.Variation) string { return fmt.Sprintf("arrangement %s is varied", v.Arrangement) }),
		changes("end_arrangement", func(c *cycle, d arrangementEndData) error { return c.EndArrangement(d.Arrangement, d.On) },
			func(d arrangementEndData) string {
				return fmt.Sprintf("arrangement %s ended on %s", d.Arrangement, d.On)
			}),
		changes("start_delivery", func(c *cycle, d serviceData) error { return c.StartDelivery(d.Service) }, moved("is delivering")),
		changes("renew_delivery", func(c *cycle, d serviceData) error { return c.RenewDelivery(d.Service) }, moved("is being arranged anew")),
		changes("end_delivery", func(c *cycle, d serviceData) error { return c.EndDelivery(d.Service) }, moved("has ended")),
	}
}

func reviewCommands() []command {
	return []command{
		makes("observe", (*cycle).Observe, func(o commissioning.Observation) string {
			return fmt.Sprintf("observation %s: %s, %s, %s", o.ID, o.Measure, o.Value, words(o.Rating))
		}),
		makes("record_feedback", (*cycle).RecordFeedback, func(f commissioning.Feedback) string {
			if f.NoneReceived() {
				return fmt.Sprintf("feedback %s: sought, none received", f.ID)
			}
			return fmt.Sprintf("feedback %s: %d replied about the %s", f.ID, f.Count, f.About)
		}),
		changes("answer_feedback", func(c *cycle, d answerData) error { return drop(c.AnswerFeedback(d.Feedback, d.Answer)) },
			func(d answerData) string { return fmt.Sprintf("feedback %s is answered: %s", d.Feedback, d.Answer) }),
		given("plan_review", func(c *cycle, d reviewPlanData) (string, error) {
			w, err := c.PlanReview(d.Title, d.Due)
			return fmt.Sprintf("review %s: %s, by %s", w.ID, w.Title, w.Due), err
		}),
		changes("record_findings", func(c *cycle, d findingsData) error { return drop(c.RecordFindings(d.Review, d.Held, d.Findings...)) },
			func(d findingsData) string { return fmt.Sprintf("review %s was held on %s", d.Review, d.Held) }),
		changes("decide_review", func(c *cycle, d decisionData) error { return drop(c.DecideReview(d.Review, d.Decision)) },
			func(d decisionData) string {
				return fmt.Sprintf("review %s on service %s: %s", d.Review, d.Decision.Service, d.Decision.Decision)
			}),
		changes("withdraw_review", func(c *cycle, d reviewData) error { return c.WithdrawReview(d.Review) },
			func(d reviewData) string { return fmt.Sprintf("review %s is called off", d.Review) }),
		changes("conclude_review", func(c *cycle, d reviewData) error { return drop(c.ConcludeReview(d.Review)) },
			func(d reviewData) string { return fmt.Sprintf("review %s is concluded", d.Review) }),
	}
}

func decommissioningCommands() []command {
	return []command{
		makes("propose_decommissioning", (*cycle).ProposeDecommissioning, func(x commissioning.Decommissioning) string {
			return fmt.Sprintf("decommissioning %s of service %s: %s", x.ID, x.Service, x.Because)
		}),
		changes("inform_decommissioning", func(c *cycle, d informData) error {
			return c.InformDecommissioning(d.Decommissioning, d.Impact, d.Consultation)
		}, func(d informData) string { return fmt.Sprintf("decommissioning %s is informed", d.Decommissioning) }),
		changes("decide_decommissioning", func(c *cycle, d decideData) error {
			return c.DecideDecommissioning(d.Decommissioning, d.On, d.By)
		}, func(d decideData) string {
			return fmt.Sprintf("decommissioning %s was decided on %s by %s", d.Decommissioning, d.On, d.By)
		}),
		changes("plan_decommissioning", func(c *cycle, d endingPlanData) error {
			return c.PlanDecommissioning(d.Decommissioning, d.Plan)
		}, func(d endingPlanData) string { return fmt.Sprintf("decommissioning %s is planned", d.Decommissioning) }),
		changes("give_notice", func(c *cycle, d noticeData) error { return c.GiveNotice(d.Decommissioning, d.Notice) },
			func(d noticeData) string {
				return fmt.Sprintf("decommissioning %s: notice given on %s, ending on %s", d.Decommissioning, d.Notice.Given, d.Notice.Ends)
			}),
		changes("end_decommissioning", func(c *cycle, d endingData) error {
			return c.EndDecommissioning(d.Decommissioning, d.On)
		}, func(d endingData) string {
			return fmt.Sprintf("decommissioning %s: ended on %s", d.Decommissioning, d.On)
		}),
		changes("withdraw_decommissioning", func(c *cycle, d withdrawData) error {
			return c.WithdrawDecommissioning(d.Decommissioning)
		}, func(d withdrawData) string { return fmt.Sprintf("decommissioning %s is withdrawn", d.Decommissioning) }),
	}
}

// extent tells how much of a resource: money, or hundredths of a unit.
func extent(amount casework.Money, quantity int64, unit string) string {
	if amount.IsRecorded() {
		return amount.String()
	}
	return strings.TrimSpace(fmt.Sprintf("%d.%02d %s", quantity/100, quantity%100, unit))
}

// serving tells which needs a service serves, and how it is to be delivered.
func serving(s commissioning.Service) string {
	var needs []string
	for _, id := range s.Needs {
		needs = append(needs, string(id))
	}
	text := "serves no need"
	if len(needs) > 0 {
		text = "serves " + strings.Join(needs, ", ")
	}
	if s.Channel != "" {
		text += ", channel " + words(s.Channel)
	}
	if s.Estimate.IsRecorded() {
		text += ", " + s.Estimate.String()
	}
	return text
}
