package procurement

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// ApprovalID names an approval within its case, such as "A1".
type ApprovalID string

// Basis is the figure a limit is tested against. There is no default: the host
// chooses, and the choice is recorded with the decision.
type Basis string

// The bases.
const (
	Committed  Basis = "committed"  // all that is committed to, over the whole period
	Annualised Basis = "annualised" // a year of it: 52 weeks, and what is paid once
)

// Known tells whether the basis is one of the two.
func (b Basis) Known() bool { return b == Committed || b == Annualised }

// ApprovalOf says what is approved.
type ApprovalOf string

// What may be approved.
const (
	ApprovalOfRequisition ApprovalOf = "requisition"
	ApprovalOfTender      ApprovalOf = "tender" // an inspection of what was or is to be published
	ApprovalOfAward       ApprovalOf = "award"  // the recommendation
	ApprovalOfVariation   ApprovalOf = "variation"
	ApprovalOfPackage     ApprovalOf = "package_change"
	ApprovalOfFinalReview ApprovalOf = "final_review"
)

// Answer is what an approver said.
type Answer string

// The answers. The empty answer is none yet.
const (
	Approved Answer = "approved"
	Returned Answer = "returned" // for edits; the approval before it stays on record
	Rejected Answer = "rejected"
)

// Known tells whether the answer is one of the three.
func (a Answer) Known() bool { return a == Approved || a == Returned || a == Rejected }

// Authority is who is asked to approve, and up to what. Zero money is no limit
// recorded, and no limit is no authority.
type Authority struct {
	Approver string         `json:"approver"` // the actor's id
	Limit    casework.Money `json:"limit,omitzero"`
	Source   string         `json:"source,omitempty"` // where the limit is written down, such as the scheme of delegation
}

// Approval is a decision of somebody with the authority for it, bound to the
// very content decided on: a later edit voids it. It is never erased.
type Approval struct {
	ID        ApprovalID     `json:"id"` // given by the case
	Of        ApprovalOf     `json:"of"`
	Record    string         `json:"record,omitempty"` // the record it is about, such as a variation's id
	Basis     Basis          `json:"basis,omitempty"`
	Figure    casework.Money `json:"figure,omitzero"` // what the limit was tested against
	Authority Authority      `json:"authority"`
	Content   casework.Hash  `json:"content"` // digest of what was asked to be approved
	Asked     Mark           `json:"asked,omitzero"`
	Answer    Answer         `json:"answer,omitempty"`
	Comment   string         `json:"comment,omitempty"`
	Under     Authority      `json:"under,omitzero"` // the authority as it stood when it was answered
	Answered  Mark           `json:"answered,omitzero"`
}

// Open tells whether nobody has answered.
func (a Approval) Open() bool { return a.Answer == "" }

// Covers tells whether the approval says yes to content with this digest.
func (a Approval) Covers(content casework.Hash) bool {
	return a.Answer == Approved && a.Content == content && !content.IsZero() && !a.Answered.Imported
}

// Covers tells whether the authority reaches as far as a figure; it does where
// the figure is the limit itself. No limit recorded is no authority. Amounts
// that cannot be compared, in different currencies or with no figure recorded,
// are not covered, and the error says why.
func (a Authority) Covers(figure casework.Money) (bool, error) {
	if !a.Limit.IsRecorded() {
		return false, nil
	}
	order, err := figure.Cmp(a.Limit)
	return err == nil && order <= 0, err
}

// Known tells whether it is one of the things that are approved.
func (of ApprovalOf) Known() bool {
	switch of {
	case ApprovalOfRequisition, ApprovalOfTender, ApprovalOfAward, ApprovalOfVariation, ApprovalOfPackage, ApprovalOfFinalReview:
		return true
	}
	return false
}

// figured tells whether a limit is tested: an inspection and a final review
// commit to nothing.
func (of ApprovalOf) figured() bool { return of != ApprovalOfTender && of != ApprovalOfFinalReview }

// contentOf gives the digest of what a value says: SHA-256 of its JSON. What
// cannot be written as JSON has the zero digest, which no approval covers.
func contentOf(v any) casework.Hash {
	raw, err := json.Marshal(v)
	if err != nil {
		return casework.Hash{}
	}
	return sha256.Sum256(raw)
}

// AskingApproval and AnsweringApproval are the events of an approval that is
// not part of a move, for policies to watch. The attempt's Args are the
// [Approval] and the [ApprovalAnswer].
const (
	AskingApproval    casework.Move = "approval.asked"
	AnsweringApproval casework.Move = "approval.answered"
)

// ApprovalAnswer is what an approver says to an approval. It is the data of
// [AnsweringApproval], and of the moves that answer a requisition.
type ApprovalAnswer struct {
	Approval ApprovalID `json:"approval"`
	Answer   Answer     `json:"answer"`
	Comment  string     `json:"comment,omitempty"`
	Under    Authority  `json:"under,omitzero"` // the limit as it stands now
}

// approving is a case that keeps approvals.
type approving interface {
	casework.Aggregate
	Fail(err error) error
	approvals() *[]Approval
}

func (p *Purchase) approvals() *[]Approval         { return &p.s.Approvals }
func (c *Contract) approvals() *[]Approval         { return &c.s.Approvals }
func (g *GrantAgreement) approvals() *[]Approval   { return &g.s.Approvals }
func (h *InHouseAgreement) approvals() *[]Approval { return &h.s.Approvals }

// Approvals gives every approval that was asked for, in order. None is ever
// taken away: a later round stands beside the earlier ones.
func (p *Purchase) Approvals() []Approval { return slices.Clone(p.s.Approvals) }

// Approvals gives every approval that was asked for, in order. None is ever
// taken away: a later round stands beside the earlier ones.
func (c *Contract) Approvals() []Approval { return slices.Clone(c.s.Approvals) }

// Approvals gives every approval that was asked for, in order. None is ever
// taken away: a later round stands beside the earlier ones.
func (g *GrantAgreement) Approvals() []Approval { return slices.Clone(g.s.Approvals) }

// Approvals gives every approval that was asked for, in order. None is ever
// taken away: a later round stands beside the earlier ones.
func (h *InHouseAgreement) Approvals() []Approval { return slices.Clone(h.s.Approvals) }

// approvalEvents are the approvals of a kind of case. A kind declares them once,
//
//	var contractApprovals = newApprovalEvents[*Contract]()
//
// lists contractApprovals.types() among its events, and calls ask and answer.
// Its rules take in [approvalRules]. Whether an approval still holds is
//
//	a, asked := latestApproval(c, ApprovalOfVariation, "V1")
//	holds := asked && a.Covers(contentOf(variation))
//
// An approval that is asked for or answered by a move is written by an event of
// the kind's own, whose Apply calls addApproval or answerApproval.
type approvalEvents[T approving] struct {
	asked    *casework.Event[T, Approval]
	answered *casework.Event[T, ApprovalAnswer]
}

func newApprovalEvents[T approving]() *approvalEvents[T] {
	return &approvalEvents[T]{
		asked: &casework.Event[T, Approval]{
			Name: string(AskingApproval), Version: 1, Apply: addApproval[T], Redact: redactApproval,
		},
		answered: &casework.Event[T, ApprovalAnswer]{
			Name: string(AnsweringApproval), Version: 1, Apply: answerApproval[T], Redact: redactAnswer,
		},
	}
}

func (ev *approvalEvents[T]) types() []casework.EventType[T] {
	return []casework.EventType[T]{ev.asked, ev.answered}
}

// ask asks for an approval, and gives it with its id. Of, Record, Basis, Figure,
// Authority and Content are the caller's; Basis and Figure may be left out of
// an inspection and of a final review.
func (ev *approvalEvents[T]) ask(c T, a Approval) (Approval, error) {
	if err := c.Fail(casework.InvalidIf("ask for an approval", askFaults(c, a))); err != nil {
		return Approval{}, err
	}
	if err := ev.asked.Record(c, nextApproval(c, a)); err != nil {
		return Approval{}, err
	}
	all := *c.approvals()
	return all[len(all)-1], nil
}

// answer says yes or no to an approval, or returns it. The comment is required
// but for a yes. The authority is the approver's as it stands now; its limit is
// tested again. An answer is final.
func (ev *approvalEvents[T]) answer(c T, id ApprovalID, answer Answer, comment string, under Authority) (Approval, error) {
	d := ApprovalAnswer{Approval: id, Answer: answer, Comment: comment, Under: under}
	faults := append(commentFaults(answer, comment), answerFaults(c, &d)...)
	if err := c.Fail(casework.InvalidIf("answer an approval", faults)); err != nil {
		return Approval{}, err
	}
	if err := ev.answered.Record(c, d); err != nil {
		return Approval{}, err
	}
	return *approvalIn(c, id), nil
}

// nextApproval gives an approval as it is asked for.
func nextApproval[T approving](c T, a Approval) Approval {
	return Approval{
		ID: ApprovalID(numbered("A", len(*c.approvals()))), Of: a.Of, Record: a.Record,
		Basis: a.Basis, Figure: a.Figure, Authority: a.Authority, Content: a.Content,
	}
}

// askFaults lists what is wrong with asking for an approval.
func askFaults[T approving](c T, a Approval) []casework.Fault {
	var faults []casework.Fault
	if !a.Of.Known() {
		faults = append(faults, fault("of", "approval.of", fmt.Sprintf("%q is not something that is approved", a.Of)))
	}
	if open := openApproval(c, a.Of, a.Record); open != nil {
		faults = append(faults, fault("of", "approval.open", fmt.Sprintf("approval %s of the same is open: it is answered first", open.ID)))
	}
	if a.Of.figured() && !a.Basis.Known() {
		faults = append(faults, fault("basis", "approval.basis", "say which figure the limit is tested against: committed or annualised"))
	}
	if a.Of.figured() && a.Basis.Known() && !a.Figure.IsRecorded() {
		faults = append(faults, fault("figure", "approval.figure_unknown", fmt.Sprintf("there is no %s figure to test a limit against", a.Basis)))
	}
	return append(faults, authorityFaults(a.Authority, "authority")...)
}

func authorityFaults(a Authority, path string) []casework.Fault {
	faults := required(a.Approver, path+".approver", "approval.approver_missing", "say who is to approve")
	if a.Limit.IsRecorded() && a.Limit.Sign() < 0 {
		faults = append(faults, fault(path+".limit", "money.negative", "a limit is not negative"))
	}
	return faults
}

// commentFaults tells that nothing is said to what is not approved.
func commentFaults(answer Answer, comment string) []casework.Fault {
	if answer != Returned && answer != Rejected {
		return nil
	}
	return required(comment, "comment", "approval.comment_missing", "say why it is "+string(answer))
}

// answerFaults lists what is wrong with an answer, and takes the approver who
// was asked where none is named.
func answerFaults[T approving](c T, d *ApprovalAnswer) []casework.Fault {
	var faults []casework.Fault
	if !d.Answer.Known() {
		faults = append(faults, fault("answer", "approval.answer", "an answer is approved, returned or rejected"))
	}
	a := approvalIn(c, d.Approval)
	if a == nil {
		return append(faults, unknown("approval", "approval", string(d.Approval)))
	}
	if !a.Open() {
		faults = append(faults, fault("approval", "approval.answered", fmt.Sprintf("approval %s was %s: an answer is final, ask anew", a.ID, a.Answer)))
	}
	if d.Under.Approver == "" {
		d.Under.Approver = a.Authority.Approver
	}
	if d.Under.Approver != a.Authority.Approver {
		faults = append(faults, fault("authority.approver", "approval.approver_other", fmt.Sprintf("approval %s was asked of %s", a.ID, a.Authority.Approver)))
	}
	return append(faults, authorityFaults(d.Under, "authority")...)
}

// addApproval applies an approval being asked for.
func addApproval[T approving](c T, e casework.Entry, a Approval) {
	a.Asked = markOf(e)
	all := c.approvals()
	*all = append(*all, a)
}

// answerApproval applies an answer.
func answerApproval[T approving](c T, e casework.Entry, d ApprovalAnswer) {
	if a := approvalIn(c, d.Approval); a != nil {
		a.Answer, a.Comment, a.Under, a.Answered = d.Answer, d.Comment, d.Under, markOf(e)
	}
}

func redactApproval(a Approval) Approval {
	a.Comment, a.Authority.Source, a.Under.Source = "", "", ""
	return a
}

func redactAnswer(d ApprovalAnswer) ApprovalAnswer {
	d.Comment, d.Under.Source = "", ""
	return d
}

func approvalIn[T approving](c T, id ApprovalID) *Approval {
	all := *c.approvals()
	for i := range all {
		if all[i].ID == id {
			return &all[i]
		}
	}
	return nil
}

// openApproval gives the approval of a record that nobody has answered yet.
func openApproval[T approving](c T, of ApprovalOf, record string) *Approval {
	if a, asked := latestApproval(c, of, record); asked && a.Open() {
		return approvalIn(c, a.ID)
	}
	return nil
}

// latestApproval gives the last approval of a record that was asked for. The
// record is empty where the case has but one of the sort.
func latestApproval[T approving](c T, of ApprovalOf, record string) (Approval, bool) {
	for _, a := range slices.Backward(*c.approvals()) {
		if a.Of == of && a.Record == record {
			return a, true
		}
	}
	return Approval{}, false
}

// approvalMoves says which moves of a kind ask for an approval, with an
// [Approval] as their argument, and which answer one, and how.
type approvalMoves struct {
	asking    []casework.Move
	answering []approvalMove
}

// approvalMove is a move that answers the open approval of something.
type approvalMove struct {
	move   casework.Move
	of     ApprovalOf
	answer Answer
}

// approvalRules are the rules of approvals of a kind of case. Authors gives the
// marks of everybody who had a hand in what is to be approved; whoever asked is
// among them without being named.
func approvalRules[T approving](moves approvalMoves, authors func(T, Approval) []Mark) []rule[T] {
	ask := append([]casework.Move{AskingApproval}, moves.asking...)
	answer := []casework.Move{AnsweringApproval}
	for _, m := range moves.answering {
		answer = append(answer, m.move)
	}
	return []rule[T]{
		{weight: barred(), policy: casework.Policy[T]{
			Code: "approval.authority", Doc: "An approval is asked of, and given by, somebody whose recorded limit reaches as far as what is committed to. No limit recorded is no authority.",
			Source: "house rule: scheme of delegation", Moves: append(slices.Clone(ask), answer...),
			Check: func(a casework.Attempt[T]) []casework.Objection { return beyondAuthority(a) },
		}},
		{weight: refused(), policy: casework.Policy[T]{
			Code: "approval.own", Doc: "Nobody approves what they drafted or submitted, nor does anybody on their behalf.",
			Source: "house rule: separation of duties", Moves: answer,
			Check: func(a casework.Attempt[T]) []casework.Objection { return ownApproval(a, moves, authors) },
		}},
		{weight: barred(), policy: casework.Policy[T]{
			Code: "approval.approver", Doc: "The approver who was asked answers, or somebody acting for them.",
			Source: "house rule: scheme of delegation", Moves: answer,
			Check: func(a casework.Attempt[T]) []casework.Objection { return otherApprover(a, moves) },
		}},
	}
}

// beyondAuthority objects to an approval asked for or given without a limit that
// reaches as far as its figure.
func beyondAuthority[T approving](a casework.Attempt[T]) []casework.Objection {
	var asked Approval
	var under Authority
	switch args := a.Args.(type) {
	case Approval:
		asked, under = args, args.Authority
	case ApprovalAnswer:
		known := approvalIn(a.Case, args.Approval)
		if known == nil || args.Answer != Approved {
			return nil
		}
		asked, under = *known, args.Under
	default: // not known yet
		return nil
	}
	if !asked.Of.figured() {
		return nil
	}
	const remedy = "ask an approver whose recorded limit reaches as far"
	if !under.Limit.IsRecorded() {
		return object(fmt.Sprintf("no limit is recorded for %s, and %s is to be approved", under.Approver, asked.Figure), remedy, string(asked.ID))
	}
	covers, err := under.Covers(asked.Figure)
	switch {
	case err != nil:
		return object(fmt.Sprintf("the limit of %s, %s, cannot be compared with %s", under.Approver, under.Limit, asked.Figure), remedy, string(asked.ID))
	case !covers:
		return object(fmt.Sprintf("%s (%s) is beyond the limit of %s, %s", asked.Figure, asked.Basis, under.Approver, under.Limit), remedy, string(asked.ID))
	default:
		return nil
	}
}

// ownApproval objects to a yes by somebody who had a hand in what is approved.
func ownApproval[T approving](a casework.Attempt[T], moves approvalMoves, authors func(T, Approval) []Mark) []casework.Objection {
	asked, answer := beingAnswered(a, moves)
	if asked == nil || answer != Approved {
		return nil
	}
	for _, m := range append(authors(a.Case, *asked), asked.Asked) {
		if m.involves(a.Actor) {
			return object(fmt.Sprintf("%s had a hand in what approval %s is of", a.Actor, asked.ID),
				"have it approved by somebody who neither drafted nor submitted it", string(asked.ID))
		}
	}
	return nil
}

// otherApprover objects to an answer of somebody who was not asked.
func otherApprover[T approving](a casework.Attempt[T], moves approvalMoves) []casework.Objection {
	asked, _ := beingAnswered(a, moves)
	if asked == nil || answersFor(a.Actor, asked.Authority.Approver) {
		return nil
	}
	return object(fmt.Sprintf("approval %s was asked of %s, not of %s", asked.ID, asked.Authority.Approver, a.Actor),
		"have the approver who was asked answer, or somebody acting for them", string(asked.ID))
}

// answersFor tells whether an actor is a person, or acts for them.
func answersFor(a casework.Actor, person string) bool {
	return a.ID == person || a.OnBehalfOf != nil && a.OnBehalfOf.ID == person
}

// beingAnswered gives the approval an attempt answers, and how. A move that is
// only listed answers the open one.
func beingAnswered[T approving](a casework.Attempt[T], moves approvalMoves) (*Approval, Answer) {
	if d, known := a.Args.(ApprovalAnswer); known {
		return approvalIn(a.Case, d.Approval), d.Answer
	}
	for _, m := range moves.answering {
		if m.move == a.Move {
			return openApproval(a.Case, m.of, ""), m.answer
		}
	}
	return nil, ""
}

var purchaseApprovals = newApprovalEvents[*Purchase]()

// AskApproval asks for an inspection of the tender, or for approval of the
// recommendation. An inspection tests no limit, and takes no basis. What is
// tested for an award is the sum of the recommended prices; annualised, 52 weeks
// of each, by the period of its lot or else of the requisition. One approval of
// the same is open at a time.
func (p *Purchase) AskApproval(of ApprovalOf, basis Basis, a Authority) (Approval, error) {
	asked := Approval{Of: of, Authority: a}
	var faults []casework.Fault
	content, there := p.contentFor(of)
	switch {
	case of != ApprovalOfTender && of != ApprovalOfAward:
		faults = append(faults, fault("of", "approval.of", "the tender or the award is asked for by itself; a requisition is submitted"))
	case !there:
		faults = append(faults, fault("of", "approval.nothing", fmt.Sprintf("there is no %s to approve yet", of)))
	}
	asked.Content = content
	if there && of == ApprovalOfAward && basis.Known() {
		figure, more := p.awardFigure(basis)
		asked.Figure, faults = figure, append(faults, more...)
	}
	if of.figured() {
		asked.Basis = basis
	}
	if len(faults) > 0 {
		return Approval{}, p.invalid("ask for an approval", append(faults, authorityFaults(a, "authority")...))
	}
	return purchaseApprovals.ask(p, asked)
}

// AnswerApproval answers an inspection or an approval of an award: yes, no, or
// returned for edits, with a comment but for a yes. The authority is the
// approver's as it stands now. An answer is final, and there is no yes to what
// was changed since it was asked for.
func (p *Purchase) AnswerApproval(id ApprovalID, answer Answer, comment string, a Authority) (Approval, error) {
	if known := approvalIn(p, id); known != nil {
		var faults []casework.Fault
		content, there := p.contentFor(known.Of)
		switch {
		case known.Of == ApprovalOfRequisition:
			faults = append(faults, fault("approval", "approval.by_move", "a requisition is approved, returned or rejected by its own command"))
		case known.Open() && answer == Approved && (!there || content != known.Content):
			faults = append(faults, fault("approval", "approval.outdated", fmt.Sprintf("the %s was changed since approval %s was asked for: return it, and ask anew", known.Of, id)))
		}
		if err := p.invalid("answer an approval", faults); err != nil {
			return Approval{}, err
		}
	}
	return purchaseApprovals.answer(p, id, answer, comment, a)
}

// contentFor gives the digest of what is to be approved, where it is there. The
// timetable of a tender may be moved without its inspection losing its force.
func (p *Purchase) contentFor(of ApprovalOf) (casework.Hash, bool) {
	switch {
	case of == ApprovalOfRequisition:
		return p.s.Requisition.content(), true
	case of == ApprovalOfTender && p.s.Tender != nil:
		return contentOfTender(*p.s.Tender), true
	case of == ApprovalOfAward && p.s.Recommendation != nil:
		return p.contentOfAward(), true
	default:
		return casework.Hash{}, false
	}
}

func contentOfTender(t Tender) casework.Hash {
	t.Timetable, t.Mark = Timetable{}, Mark{}
	return contentOf(t)
}

// contentOfAward binds an approval to who is recommended, to their prices, and to
// how the bids stood.
func (p *Purchase) contentOfAward() casework.Hash {
	type priced struct {
		Choice
		Price casework.Money `json:"price,omitzero"`
	}
	var all []priced
	for _, c := range p.s.Recommendation.Choices {
		one := priced{Choice: c}
		if b := p.bid(c.Bid); b != nil {
			one.Price = b.Price
		}
		all = append(all, one)
	}
	if len(p.s.Recommendation.Ranking) == 0 {
		return contentOf(all)
	}
	return contentOf(struct {
		Choices []priced  `json:"choices"`
		Ranking []Ranking `json:"ranking"`
	}{all, p.s.Recommendation.Ranking})
}

// awardFigure gives what the limit for an award is tested against.
func (p *Purchase) awardFigure(basis Basis) (casework.Money, []casework.Fault) {
	var prices []casework.Money
	for _, c := range p.s.Recommendation.Choices {
		b := p.bid(c.Bid)
		if b == nil {
			continue
		}
		price := b.Price
		if basis == Annualised {
			var err error
			if price, err = yearOf(price, p.periodOf(c.Lot)); err != nil {
				return casework.Money{}, figureUnknown(err)
			}
		}
		prices = append(prices, price)
	}
	sum, err := casework.Sum(prices...)
	return sum, figureUnknown(err)
}

// figureUnknown is the fault of having no figure to test a limit against, or
// nothing.
func figureUnknown(err error) []casework.Fault {
	if err == nil {
		return nil
	}
	return []casework.Fault{fault("figure", "approval.figure_unknown", err.Error())}
}

// periodOf gives the period of a lot, or else of the requisition.
func (p *Purchase) periodOf(lot LotID) casework.Period {
	if p.s.Tender != nil {
		for _, l := range p.s.Tender.Lots {
			if l.ID == lot && !l.Period.IsZero() {
				return l.Period
			}
		}
	}
	return p.s.Requisition.Period
}

// daysOfYear is what a year of a figure covers: 52 weeks.
const daysOfYear = 52 * 7

// yearOf gives 52 weeks of a price for a period, rounded up; all of it where the
// period is no longer.
func yearOf(price casework.Money, period casework.Period) (casework.Money, error) {
	days, known := period.Days()
	switch {
	case !known:
		return casework.Money{}, casework.Invalid("annualise a price", fault("period", "period.open_ended", "a price for a period without a last day has no annualised figure"))
	case days <= daysOfYear:
		return price, nil
	default:
		return price.MulRatio(daysOfYear, int64(days), casework.RoundUp)
	}
}

// inspected tells whether the tender holds up to what was asked of it: no
// inspection was asked for, or the latest says yes to the tender as it stands.
func (p *Purchase) inspected() bool {
	a, asked := latestApproval(p, ApprovalOfTender, "")
	content, there := p.contentFor(ApprovalOfTender)
	return !asked || there && a.Covers(content)
}

// authors gives the marks of who had a hand in what is to be approved.
func (p *Purchase) authors(a Approval) []Mark {
	switch {
	case a.Of == ApprovalOfRequisition:
		return append(slices.Clone(p.s.Requisition.Drafted), p.s.Requested)
	case a.Of == ApprovalOfTender && p.s.Tender != nil:
		return []Mark{p.s.Tender.Mark}
	case a.Of == ApprovalOfAward && p.s.Recommendation != nil:
		return []Mark{p.s.Recommendation.Mark}
	default:
		return nil
	}
}

func purchaseApprovalRules() []rule[*Purchase] {
	moves := approvalMoves{asking: []casework.Move{SubmitRequisition}, answering: []approvalMove{
		{move: ApproveRequisition, of: ApprovalOfRequisition, answer: Approved},
		{move: ReturnRequisition, of: ApprovalOfRequisition, answer: Returned},
		{move: RejectRequisition, of: ApprovalOfRequisition, answer: Rejected},
	}}
	return append(approvalRules(moves, (*Purchase).authors),
		rule[*Purchase]{
			weight: commissioning.Weight{Light: casework.Advise, Standard: casework.Refuse, Major: casework.Refuse},
			policy: casework.Policy[*Purchase]{
				Code: "award.unapproved", Doc: "An award is decided with the recommendation approved as it stands; a later edit or price voids the approval.",
				Source: "house rule: scheme of delegation", Moves: []casework.Move{DecideAward}, Check: awardUnapproved,
			},
		},
		rule[*Purchase]{
			weight: commissioning.Weight{Light: casework.Advise, Standard: casework.Refuse, Major: casework.Refuse},
			policy: casework.Policy[*Purchase]{
				Code: "award.correction_unapproved", Doc: "An award is not corrected beyond the limit under which the recommendation was approved.",
				Source: "house rule: scheme of delegation", Moves: []casework.Move{CorrectingAward}, Check: correctionUnapproved,
			},
		},
		rule[*Purchase]{weight: barred(), policy: casework.Policy[*Purchase]{
			Code: "inspection.open", Doc: "A tender is not changed while it is being inspected; its timetable may be moved.",
			Source: "house rule: inspection", Moves: []casework.Move{SettingTender}, Check: inspectionOpen,
		}},
		rule[*Purchase]{weight: refused(), policy: casework.Policy[*Purchase]{
			Code: "inspection.unmet", Doc: "Where an inspection of the tender was asked for, its latest says yes to the tender as it stands before agencies are invited and before an award is decided.",
			Source: "house rule: inspection", Moves: []casework.Move{Invite, DecideAward}, Check: inspectionUnmet,
		}},
	)
}

func awardUnapproved(a casework.Attempt[*Purchase]) []casework.Objection {
	content, there := a.Case.contentFor(ApprovalOfAward)
	latest, asked := latestApproval(a.Case, ApprovalOfAward, "")
	if there && asked && latest.Covers(content) {
		return nil
	}
	const remedy = "ask for approval of the recommendation, and have it answered"
	switch {
	case !asked:
		return object("nobody was asked to approve the recommendation", remedy, "")
	case latest.Open():
		return object(fmt.Sprintf("approval %s of the recommendation is open", latest.ID), "have "+latest.Authority.Approver+" answer it", string(latest.ID))
	case latest.Answered.Imported:
		return object(fmt.Sprintf("approval %s of the recommendation was brought in, and proves nothing here", latest.ID), remedy, string(latest.ID))
	case latest.Answer == Approved:
		return object(fmt.Sprintf("the recommendation was changed since approval %s", latest.ID), remedy, string(latest.ID))
	default:
		return object(fmt.Sprintf("approval %s of the recommendation was %s", latest.ID, latest.Answer), remedy, string(latest.ID))
	}
}

// correctionUnapproved holds the awards that stand, with the one corrected
// upwards, to the limit under which their recommendation was approved.
func correctionUnapproved(a casework.Attempt[*Purchase]) []casework.Objection {
	d, given := a.Args.(AwardCorrection)
	if !given {
		return nil
	}
	was := a.Case.award(d.Award)
	if was == nil {
		return nil
	}
	if order, err := d.Is.Cmp(was.Value); err == nil && order <= 0 {
		return nil
	}
	const remedy = "cancel the award, and have the recommendation approved under a limit that reaches as far"
	latest, asked := latestApproval(a.Case, ApprovalOfAward, "")
	if !asked || latest.Answer != Approved || latest.Answered.Imported {
		return object(fmt.Sprintf("award %s would be worth %s, and nobody approved the recommendation", was.ID, d.Is), remedy, string(was.ID))
	}
	figure, err := a.Case.correctedFigure(d, latest.Basis)
	covers := false
	if err == nil {
		covers, err = latest.Under.Covers(figure)
	}
	switch {
	case err != nil:
		return object(fmt.Sprintf("the corrected award cannot be held against the limit of approval %s: %v", latest.ID, err), remedy, string(was.ID))
	case !covers:
		return object(fmt.Sprintf("%s (%s) would be awarded, beyond the limit of %s, %s", figure, latest.Basis, latest.Under.Approver, latest.Under.Limit), remedy, string(was.ID))
	default:
		return nil
	}
}

// correctedFigure gives what all awards that stand come to on a basis, with one
// of them corrected.
func (p *Purchase) correctedFigure(d AwardCorrection, basis Basis) (casework.Money, error) {
	var values []casework.Money
	for _, award := range p.standing() {
		value := award.Value
		if award.ID == d.Award {
			value = d.Is
		}
		if basis == Annualised {
			var err error
			if value, err = yearOf(value, p.periodOf(award.Lot)); err != nil {
				return casework.Money{}, err
			}
		}
		values = append(values, value)
	}
	return casework.Sum(values...)
}

func inspectionOpen(a casework.Attempt[*Purchase]) []casework.Objection {
	open := openApproval(a.Case, ApprovalOfTender, "")
	if open == nil {
		return nil
	}
	if t, given := a.Args.(Tender); given && contentOfTender(t) == open.Content {
		return nil // the timetable alone
	}
	return object(fmt.Sprintf("the tender is being inspected (approval %s)", open.ID),
		"have the inspection answered first: it is returned for edits", string(open.ID))
}

func inspectionUnmet(a casework.Attempt[*Purchase]) []casework.Objection {
	if a.Case.inspected() {
		return nil
	}
	latest, _ := latestApproval(a.Case, ApprovalOfTender, "")
	what := "was " + string(latest.Answer)
	switch {
	case latest.Open():
		what = "is open"
	case latest.Answer == Approved:
		what = "is of the tender as it was before it was changed"
	}
	return object(fmt.Sprintf("inspection %s %s", latest.ID, what), "have the tender inspected as it stands, and approved", string(latest.ID))
}
