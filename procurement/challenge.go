package procurement

import (
	"fmt"
	"slices"

	"github.com/needsled/needsled/casework"
)

// ChallengeID names a challenge within its purchase, such as "C1".
type ChallengeID string

// ChallengeOutcome is how a challenge ended.
type ChallengeOutcome string

// The outcomes.
const (
	ChallengeUpheld    ChallengeOutcome = "upheld"
	ChallengeDismissed ChallengeOutcome = "dismissed"
	ChallengeWithdrawn ChallengeOutcome = "withdrawn"
	ChallengeSettled   ChallengeOutcome = "settled"
)

// Known tells whether the outcome is one of the four.
func (o ChallengeOutcome) Known() bool {
	switch o {
	case ChallengeUpheld, ChallengeDismissed, ChallengeWithdrawn, ChallengeSettled:
		return true
	}
	return false
}

// Challenge is a complaint or a claim against a procedure or an award. While
// it is undecided nothing is signed (Procurement Act 2023 s.101).
type Challenge struct {
	ID       ChallengeID      `json:"id"` // given by the purchase
	By       casework.Agency  `json:"by"`
	Award    AwardID          `json:"award,omitempty"` // empty: against the procedure
	Text     string           `json:"text"`
	Court    bool             `json:"court,omitempty"` // proceedings were issued
	Received Mark             `json:"received,omitzero"`
	Outcome  ChallengeOutcome `json:"outcome,omitempty"`
	Decision string           `json:"decision,omitempty"`
	Decided  Mark             `json:"decided,omitzero"`
}

// Open tells whether the challenge is undecided.
func (c Challenge) Open() bool { return c.Outcome == "" }

// concerns tells whether the challenge is against an award, or the procedure
// all awards come from.
func (c Challenge) concerns(award AwardID) bool { return c.Award == "" || c.Award == award }

// ChallengeDecision is how a challenge was decided. It is the data of
// [DecidingChallenge].
type ChallengeDecision struct {
	Challenge ChallengeID      `json:"challenge"`
	Outcome   ChallengeOutcome `json:"outcome"`
	Decision  string           `json:"decision"`
}

// ReceivingChallenge and DecidingChallenge are the events of a challenge, for
// policies to watch. The attempt's Args are the [Challenge] and the
// [ChallengeDecision].
const (
	ReceivingChallenge casework.Move = "challenge.received"
	DecidingChallenge  casework.Move = "challenge.decided"
)

var challengeReceived = &casework.Event[*Purchase, Challenge]{
	Name: string(ReceivingChallenge), Version: 1,
	Apply: func(p *Purchase, e casework.Entry, c Challenge) {
		c.Received = markOf(e)
		p.s.Challenges = append(p.s.Challenges, c)
	},
	Redact: func(c Challenge) Challenge {
		c.By, c.Text = withoutName(c.By), ""
		return c
	},
}

var challengeDecided = &casework.Event[*Purchase, ChallengeDecision]{
	Name: string(DecidingChallenge), Version: 1,
	Apply: func(p *Purchase, e casework.Entry, d ChallengeDecision) {
		if c := p.challenge(d.Challenge); c != nil {
			c.Outcome, c.Decision, c.Decided = d.Outcome, d.Decision, markOf(e)
		}
	},
	Redact: func(d ChallengeDecision) ChallengeDecision { d.Decision = ""; return d },
}

func challengeEvents() []casework.EventType[*Purchase] {
	return []casework.EventType[*Purchase]{challengeReceived, challengeDecided}
}

// ReceiveChallenge records a challenge, and gives it with its id. One may be
// received until the purchase is over, after an award too.
func (p *Purchase) ReceiveChallenge(c Challenge) (Challenge, error) {
	if err := p.invalid("receive a challenge", p.challengeFaults(c)); err != nil {
		return Challenge{}, err
	}
	c = Challenge{ID: ChallengeID(numbered("C", len(p.s.Challenges))), By: c.By, Award: c.Award, Text: c.Text, Court: c.Court}
	if err := challengeReceived.Record(p, c); err != nil {
		return Challenge{}, err
	}
	return *p.challenge(c.ID), nil
}

func (p *Purchase) challengeFaults(c Challenge) []casework.Fault {
	faults := c.By.Faults("challenge.by")
	faults = append(faults, required(c.Text, "challenge.text", "challenge.text_missing", "say what is challenged, and why")...)
	if c.Award != "" && p.award(c.Award) == nil {
		faults = append(faults, unknown("challenge.award", "award", string(c.Award)))
	}
	if p.Final() {
		faults = append(faults, fault("challenge", "purchase.over", fmt.Sprintf("the purchase is %s: nothing is left to hold up", p.State())))
	}
	return faults
}

// DecideChallenge records how a challenge ended, and gives it.
func (p *Purchase) DecideChallenge(id ChallengeID, outcome ChallengeOutcome, decision string) (Challenge, error) {
	var faults []casework.Fault
	switch c := p.challenge(id); {
	case c == nil:
		faults = append(faults, unknown("challenge", "challenge", string(id)))
	case !c.Open():
		faults = append(faults, fault("challenge", "challenge.decided", fmt.Sprintf("challenge %s was %s already", id, c.Outcome)))
	}
	if !outcome.Known() {
		faults = append(faults, fault("outcome", "challenge.outcome", "a challenge is upheld, dismissed, withdrawn or settled"))
	}
	faults = append(faults, required(decision, "decision", "challenge.decision_missing", "say what was decided, and why")...)
	if err := p.invalid("decide a challenge", faults); err != nil {
		return Challenge{}, err
	}
	if err := challengeDecided.Record(p, ChallengeDecision{Challenge: id, Outcome: outcome, Decision: decision}); err != nil {
		return Challenge{}, err
	}
	return *p.challenge(id), nil
}

// Challenges gives every challenge, in the order they were received.
func (p *Purchase) Challenges() []Challenge { return slices.Clone(p.s.Challenges) }

// OpenChallenges gives the undecided challenges that concern an award: those
// against it, and those against the procedure.
func (p *Purchase) OpenChallenges(award AwardID) []Challenge {
	return p.openChallenges(func(c Challenge) bool { return c.concerns(award) })
}

func (p *Purchase) openChallenges(which func(Challenge) bool) []Challenge {
	var open []Challenge
	for _, c := range p.s.Challenges {
		if c.Open() && which(c) {
			open = append(open, c)
		}
	}
	return open
}

func (p *Purchase) challenge(id ChallengeID) *Challenge {
	for i := range p.s.Challenges {
		if p.s.Challenges[i].ID == id {
			return &p.s.Challenges[i]
		}
	}
	return nil
}

func challengeRules() []rule[*Purchase] {
	return []rule[*Purchase]{
		{policy: casework.Policy[*Purchase]{
			Code: "challenge.procedure", Doc: "Nothing is awarded while a challenge against the procedure is undecided.",
			Source: "house rule, after Procurement Act 2023 s.101", Moves: []casework.Move{DecideAward}, Check: procedureChallenged,
		}, weight: refused()},
		{policy: casework.Policy[*Purchase]{
			Code: "ending.challenge_open", Doc: "A procedure is not ended over the head of whoever challenges it: the challenge is decided first.",
			Source: "house rule", Moves: []casework.Move{EndPurchase}, Check: endingChallenged,
		}, weight: refused()},
	}
}

func procedureChallenged(a casework.Attempt[*Purchase]) []casework.Objection {
	return objectToChallenges(a.Case.openChallenges(func(c Challenge) bool { return c.Award == "" }))
}

func endingChallenged(a casework.Attempt[*Purchase]) []casework.Objection {
	return objectToChallenges(a.Case.openChallenges(func(Challenge) bool { return true }))
}

// objectToChallenges gives one objection for each challenge.
func objectToChallenges(open []Challenge) []casework.Objection {
	var all []casework.Objection
	for _, c := range open {
		against := "the procedure"
		if c.Award != "" {
			against = "award " + string(c.Award)
		}
		all = append(all, object(fmt.Sprintf("challenge %s of %s against %s is undecided", c.ID, c.By.ID, against),
			"decide the challenge first", string(c.ID))...)
	}
	return all
}

// objectToUpheld objects to a challenge that was upheld after an award it
// concerns was decided.
func (p *Purchase) objectToUpheld(award AwardID) []casework.Objection {
	a := p.award(award)
	if a == nil {
		return nil
	}
	var all []casework.Objection
	for _, c := range p.s.Challenges {
		if c.Outcome == ChallengeUpheld && c.concerns(award) && c.Decided.Entry > a.Decided.Entry {
			all = append(all, object(fmt.Sprintf("challenge %s of %s was upheld", c.ID, c.By.ID), "cancel the award, or decide it anew", string(c.ID))...)
		}
	}
	return all
}
