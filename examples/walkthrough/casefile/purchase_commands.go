package casefile

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/procurement"
)

type purchase = procurement.Purchase

// purchaseCommands lists every command of a purchase but [openCommand], in the
// order in which CASEFILE.md describes them.
func purchaseCommands() []command {
	all := append([]command{given("move", takeMove[*purchase])}, heldCommands[*purchase]()...)
	all = append(all, requisitionCommands()...)
	all = append(all, approvalCommands()...)
	all = append(all, interestCommands()...)
	all = append(all, tenderCommands()...)
	all = append(all, bidCommands()...)
	all = append(all, scoreCommands()...)
	return append(all, awardCommands()...)
}

// The data of commands to a purchase that take no record of the library's own.
// Fields without omitempty are needed.
type (
	declarationData struct {
		Declaration procurement.DeclarationID      `json:"declaration"`
		Assessment  procurement.InterestAssessment `json:"assessment"`
	}
	declarationReviewData struct {
		Declaration procurement.DeclarationID  `json:"declaration"`
		Review      procurement.InterestReview `json:"review"`
	}
	routeData struct {
		Route         procurement.Route `json:"route"`
		Reason        string            `json:"reason"`
		Ground        string            `json:"ground,omitempty"`
		Justification string            `json:"justification,omitempty"`
		Framework     string            `json:"framework,omitempty"` // by name
		FrameworkLot  procurement.LotID `json:"framework_lot,omitempty"`
		Competition   bool              `json:"competition,omitempty"`
		Establishes   bool              `json:"establishes,omitempty"`
	}
	documentData struct {
		Evidence casework.Evidence `json:"evidence"`
		Signed   bool              `json:"signed,omitempty"`
	}
	questionData struct {
		Text string `json:"text"`
		From string `json:"from"`
	}
	questionAnswerData struct {
		Question procurement.QuestionID `json:"question"`
		Answer   string                 `json:"answer"`
	}
	bidData struct {
		Bid procurement.BidID `json:"bid"`
	}
	bidToData struct {
		Bid procurement.BidID `json:"bid"`
		To  procurement.Bid   `json:"to"`
	}
	bidSignatureData struct {
		Bid       procurement.BidID `json:"bid"`
		Signatory string            `json:"signatory"`
	}
	bidReasonData struct {
		Bid    procurement.BidID `json:"bid"`
		Reason string            `json:"reason"`
	}
	suitabilityData struct {
		Bid         procurement.BidID       `json:"bid"`
		Suitability procurement.Suitability `json:"suitability"`
	}
	exclusionData struct {
		Bid       procurement.BidID     `json:"bid"`
		Exclusion procurement.Exclusion `json:"exclusion"`
	}
	hearingData struct {
		Bid      procurement.BidID `json:"bid"`
		Answer   string            `json:"answer"`
		Accepted bool              `json:"accepted"`
	}
	debriefData struct {
		Bid     procurement.BidID   `json:"bid"`
		Debrief procurement.Debrief `json:"debrief"`
	}
	openingData struct {
		Witnesses []string `json:"witnesses"`
	}
	recommendData struct {
		Why     string               `json:"why"`
		Choices []procurement.Choice `json:"choices,omitempty"`
	}
	standstillData struct {
		Award      procurement.AwardID        `json:"award"`
		Standstill procurement.StandstillPlan `json:"standstill"`
	}
	awardData struct {
		Award procurement.AwardID `json:"award"`
	}
	awardValueData struct {
		Award procurement.AwardID `json:"award"`
		Value casework.Money      `json:"value"`
	}
	challengeDecisionData struct {
		Challenge procurement.ChallengeID      `json:"challenge"`
		Outcome   procurement.ChallengeOutcome `json:"outcome"`
		Decision  string                       `json:"decision"`
	}
	purchaseEndData struct {
		How    procurement.EndedHow `json:"how"`
		Reason string               `json:"reason"`
	}
)

func interestCommands() []command {
	return []command{
		makes("declare", (*purchase).Declare, func(d procurement.Declaration) string {
			if len(d.Interests) == 0 {
				return fmt.Sprintf("declaration %s of %s: nothing to declare", d.ID, d.Person)
			}
			return fmt.Sprintf("declaration %s of %s: %s", d.ID, d.Person, d.Interests[0].Text)
		}),
		changes("assess_declaration", func(p *purchase, d declarationData) error {
			return drop(p.AssessDeclaration(d.Declaration, d.Assessment))
		}, func(d declarationData) string {
			return fmt.Sprintf("declaration %s: %s", d.Declaration, words(d.Assessment.Finding))
		}),
		changes("review_declaration", func(p *purchase, d declarationReviewData) error {
			return drop(p.ReviewDeclaration(d.Declaration, d.Review))
		}, func(d declarationReviewData) string {
			return fmt.Sprintf("declaration %s was looked at again", d.Declaration)
		}),
	}
}

func tenderCommands() []command {
	return []command{
		naming("choose_route", frameworkKnown, func(p *purchase, d routeData, names Names) (string, error) {
			return fmt.Sprintf("route: %s, since %s", words(d.Route), d.Reason), drop(p.ChooseRoute(d.choice(names)))
		}),
		makes("set_tender", (*purchase).SetTender, func(t procurement.Tender) string {
			return fmt.Sprintf("tender: %s, %s, bids close %s", criteriaOf(t), words(t.Method), t.Timetable.BidsClose.Format("2006-01-02 15:04"))
		}),
		changes("move_timetable", (*purchase).MoveTimetable, func(t procurement.Timetable) string {
			return "bids close " + t.BidsClose.Format("2006-01-02 15:04")
		}),
		gives("add_document", func(p *purchase, d documentData) (procurement.Document, error) {
			return p.AddDocument(d.Evidence, d.Signed)
		}, func(d procurement.Document) string {
			return fmt.Sprintf("%s: %s", words(d.Evidence.Kind), d.Evidence.Title)
		}),
		gives("ask_question", func(p *purchase, d questionData) (procurement.Question, error) {
			return p.AskQuestion(d.Text, d.From)
		}, func(q procurement.Question) string { return fmt.Sprintf("question %s: %s", q.ID, q.Text) }),
		changes("answer_question", func(p *purchase, d questionAnswerData) error {
			return p.AnswerQuestion(d.Question, d.Answer)
		}, func(d questionAnswerData) string {
			return fmt.Sprintf("question %s is answered to all: %s", d.Question, d.Answer)
		}),
	}
}

// frameworkKnown tells that a framework agreement is named which is not listed.
func frameworkKnown(s *strict, with *node, path string, d routeData) {
	if _, known := s.cases.FrameworkNamed(d.Framework); !known && d.Framework != "" {
		s.fault(with.get("framework").line, under(path, "framework"), "framework.unknown", fmt.Sprintf("no framework %q is listed under frameworks", d.Framework))
	}
}

func (d routeData) choice(names Names) procurement.RouteChoice {
	return procurement.RouteChoice{
		Route: d.Route, Reason: d.Reason, Ground: d.Ground, Justification: d.Justification,
		Framework: names[d.Framework], FrameworkLot: d.FrameworkLot, Competition: d.Competition, Establishes: d.Establishes,
	}
}

// criteriaOf tells what bids are judged by.
func criteriaOf(t procurement.Tender) string {
	var all []string
	for _, c := range t.Criteria {
		all = append(all, fmt.Sprintf("%s %s", c.ID, c.Weight))
	}
	return strings.Join(all, ", ")
}

func bidCommands() []command {
	return []command{
		makes("draft_bid", (*purchase).DraftBid, func(b procurement.Bid) string {
			return fmt.Sprintf("bid %s of %s: %s", b.ID, b.Bidder, b.Price)
		}),
		gives("revise_bid", func(p *purchase, d bidToData) (procurement.Bid, error) { return p.ReviseBid(d.Bid, d.To) },
			func(b procurement.Bid) string { return fmt.Sprintf("bid %s of %s: %s", b.ID, b.Bidder, b.Price) }),
		gives("submit_bid", func(p *purchase, d bidSignatureData) (procurement.Bid, error) {
			return p.SubmitBid(d.Bid, d.Signatory)
		}, func(b procurement.Bid) string {
			return fmt.Sprintf("bid %s of %s is signed and received%s", b.ID, b.Bidder, when(b.Late, ", late"))
		}),
		changes("withdraw_bid", func(p *purchase, d bidData) error { return p.WithdrawBid(d.Bid) },
			func(d bidData) string { return fmt.Sprintf("bid %s is withdrawn", d.Bid) }),
		changes("admit_late_bid", func(p *purchase, d bidReasonData) error { return p.AdmitLateBid(d.Bid, d.Reason) },
			func(d bidReasonData) string { return fmt.Sprintf("bid %s is let in, since %s", d.Bid, d.Reason) }),
		changes("open_bids", func(p *purchase, d openingData) error { return p.OpenBids(d.Witnesses...) },
			func(d openingData) string {
				return "the bids are open; witnessed by " + cmp.Or(strings.Join(d.Witnesses, ", "), "nobody")
			}),
		changes("assess_suitability", func(p *purchase, d suitabilityData) error { return p.AssessSuitability(d.Bid, d.Suitability) },
			func(d suitabilityData) string {
				return fmt.Sprintf("the bidder of %s is %ssuitable: %s", d.Bid, when(!d.Suitability.Suitable, "not "), d.Suitability.Reason)
			}),
		changes("exclude_bid", func(p *purchase, d exclusionData) error { return p.ExcludeBid(d.Bid, d.Exclusion) },
			func(d exclusionData) string {
				return fmt.Sprintf("bid %s is out, %s: %s", d.Bid, words(d.Exclusion.Ground), d.Exclusion.Reason)
			}),
		changes("notify_abnormally_low", func(p *purchase, d bidData) error { return p.NotifyAbnormallyLow(d.Bid) },
			func(d bidData) string {
				return fmt.Sprintf("the bidder of %s is asked how its price is to be kept", d.Bid)
			}),
		changes("hear_abnormally_low", func(p *purchase, d hearingData) error {
			return p.HearAbnormallyLow(d.Bid, d.Answer, d.Accepted)
		}, func(d hearingData) string { return fmt.Sprintf("the bidder of %s says: %s", d.Bid, d.Answer) }),
		changes("debrief_bid", func(p *purchase, d debriefData) error { return p.DebriefBid(d.Bid, d.Debrief) },
			func(d debriefData) string {
				return fmt.Sprintf("the bidder of %s is told: %s", d.Bid, d.Debrief.Summary)
			}),
	}
}

func scoreCommands() []command {
	return []command{
		makes("give_score", (*purchase).GiveScore, func(s procurement.Score) string {
			return fmt.Sprintf("%s of bid %s: %s", s.Criterion, s.Bid, points(s.Value, s.NotApplicable))
		}),
		makes("moderate", (*purchase).Moderate, func(m procurement.Moderation) string {
			return fmt.Sprintf("%s of bid %s, agreed: %s", m.Criterion, m.Bid, points(m.Value, m.NotApplicable))
		}),
		makes("draw_lots", (*purchase).DrawLots, func(d procurement.TieBreak) string {
			return fmt.Sprintf("lots were drawn for lot %s, witnessed by %s", d.Lot, d.Witness)
		}),
	}
}

// points writes a score.
func points(value int, notApplicable bool) string {
	if notApplicable {
		return "not applicable"
	}
	return fmt.Sprint(value)
}

func awardCommands() []command {
	return []command{
		gives("recommend", func(p *purchase, d recommendData) (procurement.Recommendation, error) {
			return p.Recommend(d.Why, d.Choices...)
		}, func(r procurement.Recommendation) string {
			var all []string
			for _, c := range r.Choices {
				all = append(all, fmt.Sprintf("bid %s for lot %s", c.Bid, c.Lot))
			}
			return "recommended: " + strings.Join(all, ", ")
		}),
		gives("decide_award", (*purchase).DecideAward, func(all []procurement.Award) string {
			var said []string
			for _, a := range all {
				said = append(said, fmt.Sprintf("award %s: %s, %s", a.ID, a.Supplier, a.Value))
			}
			return strings.Join(said, "; ")
		}),
		gives("set_standstill", func(p *purchase, d standstillData) (procurement.Award, error) {
			return p.SetStandstill(d.Award, d.Standstill)
		}, func(a procurement.Award) string {
			if a.Standstill.Kind == procurement.NoStandstill {
				return fmt.Sprintf("no standstill after award %s, since %s", a.ID, a.Standstill.Reason)
			}
			return fmt.Sprintf("%s standstill after award %s until %s", a.Standstill.Kind, a.ID, a.Standstill.Ends.Format("2006-01-02 15:04"))
		}),
		gives("correct_award", func(p *purchase, d awardValueData) (procurement.Award, error) {
			return p.CorrectAward(d.Award, d.Value)
		},
			func(a procurement.Award) string { return fmt.Sprintf("award %s is %s", a.ID, a.Value) }),
		gives("cancel_award", func(p *purchase, d awardData) (procurement.Award, error) { return p.CancelAward(d.Award) },
			func(a procurement.Award) string { return fmt.Sprintf("award %s is cancelled", a.ID) }),
		makes("receive_challenge", (*purchase).ReceiveChallenge, func(c procurement.Challenge) string {
			return fmt.Sprintf("challenge %s by %s: %s", c.ID, c.By, c.Text)
		}),
		gives("decide_challenge", func(p *purchase, d challengeDecisionData) (procurement.Challenge, error) {
			return p.DecideChallenge(d.Challenge, d.Outcome, d.Decision)
		}, func(c procurement.Challenge) string {
			return fmt.Sprintf("challenge %s is %s: %s", c.ID, words(c.Outcome), c.Decision)
		}),
		gives("end", func(p *purchase, d purchaseEndData) (procurement.PurchaseEnd, error) { return p.End(d.How, d.Reason) },
			func(e procurement.PurchaseEnd) string { return fmt.Sprintf("ended, %s: %s", words(e.How), e.Reason) }),
	}
}

// when gives a text where something is so, and nothing where it is not.
func when(is bool, text string) string {
	if !is {
		return ""
	}
	return text
}
