package procurement

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/needsled/needsled/casework"
)

// SigningContract is the event of a party signing, for policies to watch. The
// last signature takes the move [SignContract] instead, and the acceptance of an
// order the move [AcceptOrder]: a policy that is about signing watches all three.
// The attempt's Args are the [Signing].
const SigningContract casework.Move = "contract.signature"

// Signing is a signature under a contract.
type Signing struct {
	Signature Signature     `json:"signature"`
	Bound     casework.Date `json:"bound,omitzero"` // the last signature's: since when the contract binds
}

// signingMoves are the event and the moves of signing.
func signingMoves() []casework.Move {
	return []casework.Move{SigningContract, SignContract, AcceptOrder}
}

var signatureGiven = &casework.Event[*Contract, Signing]{
	Name: string(SigningContract), Version: 1,
	Apply: func(c *Contract, e casework.Entry, d Signing) {
		d.Signature.Mark = markOf(e)
		c.s.Signatures = append(c.s.Signatures, d.Signature)
		if !d.Bound.IsZero() {
			c.s.Bound = d.Bound
		}
	},
}

// Sign records a party's signature under the agreed terms: now, where no moment
// is given. The last of the parties to sign takes the move [SignContract]. The
// contract binds since the day of the latest signature.
func (c *Contract) Sign(s Signature) error {
	faults := c.signatureFaults(s, c.s.Signatures)
	switch {
	case c.s.Origin.Kind == FromAcceptedOrder:
		faults = append(faults, fault("contract", "origin.order", "an order becomes a contract when the supplier accepts it: see AcceptOrder"))
	case !c.can(SignContract):
		faults = append(faults, fault("contract", "contract.not_agreed", fmt.Sprintf("the contract is %s: it is signed when all parties have accepted its terms", c.State())))
	}
	if err := c.invalid("sign the contract", faults); err != nil {
		return err
	}
	s = c.signatureOf(s, c.content())
	if len(unsignedBy(c.s.Parties, append(slices.Clone(c.s.Signatures), s))) > 0 {
		return signatureGiven.Record(c, Signing{Signature: s})
	}
	return signatureGiven.Move(c, SignContract, Signing{Signature: s, Bound: c.cfg.day(latest(c.s.Signatures, s))})
}

// AcceptOrder records that the supplier accepts an order that has no contract
// behind it: that forms one, with the order as its terms, and it binds since
// then.
func (c *Contract) AcceptOrder(s Signature) error {
	faults := c.signatureFaults(s, c.s.Signatures)
	if c.s.Origin.Kind != FromAcceptedOrder {
		faults = append(faults, fault("contract", "origin.not_order", fmt.Sprintf("a contract of origin %q is agreed and signed", c.s.Origin.Kind)))
	}
	if at := c.party(s.Party); at >= 0 && c.s.Parties[at].Role != SupplierParty {
		faults = append(faults, fault("signature.party", "signature.not_supplier", "it is the supplier who accepts an order"))
	}
	if err := c.invalid("accept the order", faults); err != nil {
		return err
	}
	s = c.signatureOf(s, c.content())
	return signatureGiven.Move(c, AcceptOrder, Signing{Signature: s, Bound: c.cfg.day(s.At)})
}

// signatureFaults lists what is wrong with one more signature beside others.
func (c *Contract) signatureFaults(s Signature, others []Signature) []casework.Fault {
	faults := c.partyKnown("signature.party", s.Party)
	faults = append(faults, required(s.Signatory, "signature.signatory", "signatory.missing", "say who signs")...)
	if s.At.After(c.Now()) {
		faults = append(faults, fault("signature.at", "signature.future", "nothing is signed in the future"))
	}
	if slices.ContainsFunc(others, func(other Signature) bool { return other.Party == s.Party }) {
		faults = append(faults, fault("signature.party", "signature.already", fmt.Sprintf("%s has signed already", s.Party)))
	}
	return faults
}

// signatureOf completes a signature: now where no moment is given, and under
// what content.
func (c *Contract) signatureOf(s Signature, content casework.Hash) Signature {
	if s.At.IsZero() {
		s.At = c.Now()
	}
	s.Content, s.Mark = content, Mark{}
	return s
}

// unsignedBy gives the parties whose signature is missing.
func unsignedBy(parties []Party, signatures []Signature) []Party {
	return slices.DeleteFunc(slices.Clone(parties), func(p Party) bool {
		return slices.ContainsFunc(signatures, func(s Signature) bool { return s.Party == p.Agency.ID })
	})
}

// latest gives the latest moment of signatures.
func latest(signatures []Signature, more ...Signature) time.Time {
	var at time.Time
	for _, s := range append(slices.Clone(signatures), more...) {
		if s.At.After(at) {
			at = s.At
		}
	}
	return at
}

// signingRules say who may sign.
func signingRules() []rule[*Contract] {
	return []rule[*Contract]{
		{weight: refused(), policy: casework.Policy[*Contract]{
			Code: "contract.signatories", Source: "house rule",
			Doc:   "Every party names who may sign for it before anybody signs.",
			Moves: signingMoves(),
			Check: func(a casework.Attempt[*Contract]) []casework.Objection { return signatoriesMissing(a.Case.s.Parties) },
		}},
		{weight: refused(), policy: casework.Policy[*Contract]{
			Code: "signatory.unauthorised", Source: "house rule: the scheme of delegation of the party",
			Doc:   "Whoever signs is among those the party named, with a limit, if one is recorded, that covers the value.",
			Moves: append(signingMoves(), SigningVariation, VariationTakingEffect),
			Check: unauthorised,
		}},
		{weight: refused(), policy: casework.Policy[*Contract]{
			Code: "duty.signatory", Source: "separation of duties: house rule",
			Doc:   "Whoever requested, scored or decided a purchase does not sign its contract for the buyer.",
			Moves: signingMoves(),
			Check: signsOwnWork,
		}},
	}
}

func signatoriesMissing(parties []Party) []casework.Objection {
	var all []casework.Objection
	for _, p := range parties {
		if len(p.Signatories) == 0 {
			all = append(all, object(fmt.Sprintf("nobody is named who may sign for %s", p.Agency),
				"name the signatories of the party", p.Agency.ID)...)
		}
	}
	return all
}

// unauthorised objects to a signatory the party did not name, or whose limit is
// below what is signed.
func unauthorised(a casework.Attempt[*Contract]) []casework.Objection {
	var s Signature
	value := a.Case.s.Terms.Value
	switch d := a.Args.(type) {
	case Signing:
		s = d.Signature
	case VariationSigning:
		s, value = d.Signature, a.Case.valueWith(d.Variation)
	default:
		return nil
	}
	party, _ := a.Case.Party(s.Party)
	who, named := party.signatory(s.Signatory)
	if !named {
		return object(fmt.Sprintf("%s is not among those who may sign for %s", s.Signatory, s.Party),
			"have a named signatory sign, or name this one with the authority", s.Signatory)
	}
	if !who.Limit.IsRecorded() {
		return nil
	}
	if order, err := value.Cmp(who.Limit); err != nil || order > 0 {
		return object(fmt.Sprintf("%s signs for %s up to %s, and the value is %s", s.Signatory, s.Party, who.Limit, value),
			"have a signatory sign whose limit covers the value", s.Signatory)
	}
	return nil
}

// signsOwnWork objects to an actor who signs for a buyer what the actor itself
// requested, scored or decided.
func signsOwnWork(a casework.Attempt[*Contract]) []casework.Objection {
	d, given := a.Args.(Signing)
	p, seen := a.Case.purchase()
	if !given || !seen || a.Actor.Agency.ID != d.Signature.Party {
		return nil
	}
	if party, _ := a.Case.Party(d.Signature.Party); party.Role != BuyerParty {
		return nil
	}
	duties := p.dutiesOf(a.Actor)
	if len(duties) == 0 {
		return nil
	}
	return object(fmt.Sprintf("%s %s, and does not sign for %s as well", a.Actor.ID, strings.Join(duties, " and "), d.Signature.Party),
		"have somebody else sign for the buyer", a.Actor.ID)
}

// dutiesOf tells what an actor did in a purchase that keeps it from signing.
func (p *Purchase) dutiesOf(a casework.Actor) []string {
	var duties []string
	if p.s.Requested.involves(a) {
		duties = append(duties, "requested the purchase")
	}
	scored := slices.ContainsFunc(p.s.Scores, func(s Score) bool { return s.Mark.involves(a) })
	moderated := slices.ContainsFunc(p.s.Moderations, func(m Moderation) bool { return m.Mark.involves(a) || slices.Contains(m.Present, a.ID) })
	if scored || moderated {
		duties = append(duties, "scored the bids")
	}
	if slices.ContainsFunc(p.s.Awards, func(w Award) bool { return w.Decided.involves(a) }) {
		duties = append(duties, "decided the award")
	}
	return duties
}

// awardSafetyRules keep a contract from being signed before its award is safe.
// Framework agreements have the same rules, with the same weights.
func awardSafetyRules() []rule[*Contract] {
	return []rule[*Contract]{
		{weight: barred(), policy: casework.Policy[*Contract]{
			Code: "purchase.unseen", Source: "house rule",
			Doc:   "A contract that rests on an award is signed, or given up, in sight of its purchase.",
			Moves: append(signingMoves(), CancelContract), Check: purchaseUnseen,
		}},
		{weight: barred(), policy: casework.Policy[*Contract]{
			Code: "award.cancelled", Source: "house rule",
			Doc:   "Nothing is signed on an award that was cancelled.",
			Moves: signingMoves(), Check: onAward(func(p *Purchase, a casework.Attempt[*Contract]) []casework.Objection {
				return p.awardGone(a.Case.s.Origin.Award)
			}),
		}},
		{weight: refused(), policy: casework.Policy[*Contract]{
			Code: "standstill.missing", Source: "Procurement Act 2023 s.51",
			Doc:   "Before anything is signed it is decided whether a standstill is kept.",
			Moves: signingMoves(), Check: onAward(func(p *Purchase, a casework.Attempt[*Contract]) []casework.Objection {
				return objectToUndecidedStandstill(p.awardOf(a.Case))
			}),
		}},
		{weight: barred(), policy: casework.Policy[*Contract]{
			Code: "standstill.running", Source: "Procurement Act 2023 s.51",
			Doc:   "Nothing is signed while a standstill runs, nor dated into one.",
			Moves: signingMoves(), Check: onAward(func(p *Purchase, a casework.Attempt[*Contract]) []casework.Objection {
				return objectToRunning(p.awardOf(a.Case), earlierOf(a))
			}),
		}},
		{weight: barred(), policy: casework.Policy[*Contract]{
			Code: "challenge.open", Source: "Procurement Act 2023 s.101",
			Doc:   "Nothing is signed while a challenge is undecided.",
			Moves: signingMoves(), Check: onAward(func(p *Purchase, a casework.Attempt[*Contract]) []casework.Objection {
				return objectToChallenges(p.OpenChallenges(a.Case.s.Origin.Award))
			}),
		}},
		{weight: refused(), policy: casework.Policy[*Contract]{
			Code: "challenge.upheld", Source: "Procurement Act 2023 s.102",
			Doc:   "A challenge that was upheld is followed before anything is signed: the award is cancelled, or decided anew.",
			Moves: signingMoves(), Check: onAward(func(p *Purchase, a casework.Attempt[*Contract]) []casework.Objection {
				return p.objectToUpheld(a.Case.s.Origin.Award)
			}),
		}},
		{weight: refused(), policy: casework.Policy[*Contract]{
			Code: "inspection.unmet", Source: "house rule",
			Doc:   "Where an inspection of the tender was asked for, it stands when the contract is signed.",
			Moves: signingMoves(), Check: onAward(func(p *Purchase, _ casework.Attempt[*Contract]) []casework.Objection {
				if p.inspected() {
					return nil
				}
				return object("the inspection of the tender that was asked for does not stand", "have the tender inspected and approved as it is", p.ID().String())
			}),
		}},
	}
}

// onAward judges an attempt by the purchase the contract rests on. Where it
// rests on none there is nothing to judge.
func onAward(check func(*Purchase, casework.Attempt[*Contract]) []casework.Objection) func(casework.Attempt[*Contract]) []casework.Objection {
	return func(a casework.Attempt[*Contract]) []casework.Objection {
		p, seen := a.Case.purchase()
		if !seen {
			return nil
		}
		return check(p, a)
	}
}

// awardOf gives the award a contract rests on, if the purchase has it.
func (p *Purchase) awardOf(c *Contract) []Award {
	award, known := p.Award(c.s.Origin.Award)
	if !known {
		return nil
	}
	return []Award{award}
}

// earlierOf is the earlier of when something is signed and when that is recorded.
func earlierOf(a casework.Attempt[*Contract]) time.Time {
	if d, given := a.Args.(Signing); given && d.Signature.At.Before(a.At) {
		return d.Signature.At
	}
	return a.At
}

// purchaseUnseen objects where the purchase was not loaded along.
func purchaseUnseen(a casework.Attempt[*Contract]) []casework.Objection {
	if _, seen := a.Case.purchase(); seen || !a.Case.s.Origin.rests() {
		return nil
	}
	return object("the purchase the contract rests on is not at hand", "load the contract in a unit, by way of a desk", a.Case.s.Origin.Purchase.String())
}

// awardGone objects to an award that was cancelled, or is none.
func (p *Purchase) awardGone(id AwardID) []casework.Objection {
	award, known := p.Award(id)
	switch {
	case !known:
		return object(fmt.Sprintf("purchase %s has no award %q", p.ID(), id), "draft the contract from an award", string(id))
	case !award.Stands():
		return object(fmt.Sprintf("award %s was cancelled", id), "decide another award", string(id))
	}
	return nil
}
