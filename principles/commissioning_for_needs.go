package principles

import (
	"fmt"
	"slices"
	"time"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/procurement"
)

// SubjectUrgentNeed is the subject of a [commissioning.Considered] that says why
// a need was met before it was assessed. Needs that appear to be urgent may be
// met first (Care Act 2014 s.19(3)).
const SubjectUrgentNeed commissioning.ConsideredSubject = "urgent_need"

// CommissioningForNeeds is this library's own standard: that commissioning is
// led by needs, and that what is learnt comes back to them. It has no authority
// outside this library.
//
// It takes from Hearn, Abrahams and Pugh (2003) that commissioning sets out from
// needs and not from purchases, and from the Institute of Public Care that
// commissioning and contracting are two rings, of which the inner one informs the
// outer. Which records show it, and in which order they have to stand, the
// library decided itself.
func CommissioningForNeeds() Standard {
	return Standard{
		ID: "commissioning-for-needs", Title: "Commissioning for needs", Version: "1",
		Doc: "Whether what is bought follows from needs that were found out first, whether an agency that commissions and provides keeps the two apart, " +
			"whether every new round follows from a review, and whether what contracts teach is taken up. It is this library's own.",
		Source: hearn(""),
		Criteria: []Criterion{
			{
				ID: "needs-led-purchasing", Title: "Purchasing led by needs",
				Doc: "Every service, purchase and arrangement cites a need, and the need was found out first, by the time it happened and not by when it was written down. " +
					"Where an urgent need was met before it was assessed, the reason is on record. An assessment that was brought in without what it rests on tells nothing.",
				Source: hearn("needs come before purchases; Care Act 2014 s.19(3) for urgent needs"), Needs: []string{"the needs", "services, purchases and arrangements"},
				Stages: []Stage{commissioning.StagePlanUse}, OfCycle: ofCommission(commissioning.StagePlanUse, needsLedPurchasing),
			},
			{
				ID: "dual-role-safeguards", Title: "Safeguards for the dual role",
				Doc: "An agency that commissions and is to provide as well has safeguards on record that keep the two roles apart, before the arrangement binds.",
				Source: Source{
					Document: "Transforming Community Services: Enabling new patterns of provision (Department of Health)", Year: "2009", Ours: true,
				},
				Needs: []string{"who commissions and who provides", "the safeguards"}, Control: true,
				Stages: []Stage{commissioning.StageArrangeDelivery}, OfCycle: dualRoleSafeguards,
			},
			{
				ID: "review-to-reassessment", Title: "From review to reassessment",
				Doc: "Every round after the first follows a review that was concluded in the one before, and looks again at each need it inherits. " +
					"The first round of a cycle that follows another restates needs of that one.",
				Source: rings("review"), Needs: []string{"the reviews of the round before", "the needs, with their states and lineage"},
				Stages: []Stage{commissioning.StageAssessNeed}, OfCycle: reviewToReassessment,
			},
			{
				ID: "two-ring-consumption", Title: "What contracts teach is taken up",
				Doc:    "What the review or the breach of an agreement told is taken up by a review of the cycle, with what was done about it.",
				Source: rings("the purchasing ring informs the commissioning ring"), Needs: []string{"reports on arrangements, and reviews of agreements", "the findings of the cycle's reviews"},
				Stages: []Stage{commissioning.StageMonitorReview}, OfCycle: twoRingConsumption,
			},
		},
	}
}

func hearn(place string) Source {
	return Source{Document: "Hearn, Abrahams and Pugh", Year: "2003", Place: place, Ours: true}
}

func rings(place string) Source {
	return Source{Document: "Commissioning cycle (Institute of Public Care)", Place: place, Ours: true}
}

// decision is something that was done for needs.
type decision struct {
	needs  []commissioning.NeedID
	at     time.Time
	on     casework.Date // the first day it counted, where that may be before at
	binds  bool          // more than a plan
	proved []Citation
}

// precedes tells whether the decision was taken before a need was found out.
func (x decision) precedes(n commissioning.Need) bool {
	return x.at.Before(n.Mark.At) || (!x.on.IsZero() && x.on.Before(casework.DateOf(n.Mark.At)))
}

func needsLedPurchasing(c commission) Finding {
	var citesNone, before, after []Citation
	hollow := false
	for _, x := range c.decisions() {
		if len(x.needs) == 0 && x.binds {
			citesNone = append(citesNone, x.proved...)
		}
		for _, id := range x.needs {
			n, there := c.d.Cycle().Need(id)
			switch proved := append(c.d.inCycle(n.Mark), x.proved...); {
			case !there || hollowNeed(n):
				hollow = true
			case x.precedes(n):
				before = append(before, proved...)
			default:
				after = append(after, proved...)
			}
		}
	}
	short := slices.Concat(before, citesNone)
	const remedy = "Find out the needs before deciding what is to meet them, and say with every service which needs it serves."
	if len(short) > 0 {
		if reason, cited := c.urgency(); reason != "" {
			return Finding{
				Outcome: Explained, Why: "Something was arranged before the need was assessed, and the urgency is on record.",
				Reason: reason, Evidence: append(short, cited...),
			}
		}
	}
	switch {
	case len(short) > 0 && len(after) > 0 && !c.arrangedFirst():
		return Finding{Outcome: PartlyMet, Why: "Some of what was decided followed from needs that were found out first, and some did not.", Remedy: remedy, Evidence: append(short, after...)}
	case len(before) > 0:
		return Finding{Outcome: NotMet, Why: "What is to meet the need was decided before the need was found out.", Remedy: remedy, Evidence: short}
	case len(short) > 0 && !hollow:
		return Finding{Outcome: NotMet, Why: "The service was bought or arranged, and it cites no need.", Remedy: remedy, Evidence: short}
	case len(after) > 0:
		return Finding{Outcome: Met, Why: "What was decided followed from needs that were found out first.", Evidence: after}
	case hollow:
		return Finding{
			Outcome: NoEvidence, Why: "The need was brought in without what it rests on, so nothing tells what it is based on.",
			Remedy: "Record who identified the need, and the evidence for it.",
		}
	default:
		return Finding{Outcome: NoEvidence, Why: "The service cites no need.", Remedy: remedy}
	}
}

// decisions gives what was decided about the service, with the needs it cites.
func (c commission) decisions() []decision {
	var all []decision
	versions := c.versions()
	for _, v := range versions {
		all = append(all, decision{needs: v.Needs, at: v.at, proved: c.cite(v)})
	}
	for _, p := range c.purchases {
		r := p.Requisition()
		if len(r.Drafted) > 0 {
			first := slices.MinFunc(r.Drafted, func(a, b procurement.Mark) int { return a.At.Compare(b.At) })
			needs := r.Needs
			if len(needs) == 0 {
				needs = servedAt(versions, first.At)
			}
			all = append(all, decision{needs: needs, at: first.At, binds: true, proved: c.d.in(p.ID(), first)})
		}
	}
	for _, a := range c.arrangements {
		on := a.BindingSince
		if on.IsZero() || (!a.Period.From.IsZero() && a.Period.From.Before(on)) {
			on = a.Period.From
		}
		all = append(all, decision{needs: servedAt(versions, a.Mark.At), at: a.Mark.At, on: on, binds: true, proved: c.d.inCycle(a.Mark)})
	}
	return all
}

// servedAt gives the needs the service served at a time: as it was planned first,
// where that is earlier than every version.
func servedAt(versions []serviceVersion, at time.Time) []commissioning.NeedID {
	served := versions[0]
	for _, v := range versions[1:] {
		if !v.at.After(at) {
			served = v
		}
	}
	return served.Needs
}

// arrangedFirst tells whether a purchase or an arrangement came before every need
// it cites.
func (c commission) arrangedFirst() bool {
	return slices.ContainsFunc(c.decisions(), func(x decision) bool {
		return x.binds && len(x.needs) > 0 && !slices.ContainsFunc(x.needs, func(id commissioning.NeedID) bool {
			n, there := c.d.Cycle().Need(id)
			return !there || !x.precedes(n)
		})
	})
}

// hollowNeed tells whether a need was brought in without anything it rests on.
func hollowNeed(n commissioning.Need) bool {
	return n.Mark.Imported && len(n.Evidence) == 0 && len(n.IdentifiedBy) == 0 && n.Size == 0 && blank(n.Eligibility)
}

// urgency gives why something was arranged before the need was assessed: as it
// was considered, or as it was answered to the policies that ask for needs first.
func (c commission) urgency() (reason string, cited []Citation) {
	urgent := keep(c.considered(SubjectUrgentNeed), func(t commissioning.Considered) bool {
		return t.Decision == commissioning.ConsideredTaken && !blank(t.Reason)
	})
	if len(urgent) > 0 {
		latest := slices.MaxFunc(urgent, compareConsidered)
		return latest.Reason, c.d.inCycle(latest.Mark)
	}
	for _, code := range []string{"need.none", "service.serves_no_need", "requisition.unneeded"} {
		for _, a := range c.d.Answers(code) {
			if c.answersFor(a) && !blank(a.Reason) {
				return a.Reason, []Citation{a.Citation}
			}
		}
	}
	return "", nil
}

// answersFor tells whether an answer was given in this round, about this service
// or about no single one.
func (c commission) answersFor(a AnsweredObjection) bool {
	about := func(subject string) bool { return subject == "" || subject == string(c.service.ID) }
	if a.Citation.Case == c.d.Cycle().ID() {
		_, round := c.d.stood(a.Citation.Seq)
		return round == c.round && (len(a.Subjects) == 0 || slices.ContainsFunc(a.Subjects, about))
	}
	return slices.ContainsFunc(c.purchases, func(p *procurement.Purchase) bool { return p.ID() == a.Citation.Case })
}

func dualRoleSafeguards(d *Dossier) []Finding {
	return d.byRound(commissioning.StageArrangeDelivery, func(round int) []Finding {
		var found []Finding
		for _, a := range d.arrangementsIn(round) {
			if d.commissions(a.Provider.ID) {
				f := d.safeguarded(a)
				f.Subject = string(a.ID)
				found = append(found, f)
			}
		}
		if len(found) == 0 {
			return []Finding{{Outcome: NotApplicable, Why: "No agency that commissions also provides."}}
		}
		return found
	})
}

// commissions tells whether an agency leads the cycle, or commissions with the
// lead.
func (d *Dossier) commissions(agency string) bool {
	if d.Cycle().Lead().ID == agency {
		return true
	}
	p, formed := d.Cycle().Partnership()
	_, member := p.Member(agency)
	return formed && member
}

// safeguarded judges an arrangement with an agency that commissions as well. What
// was brought in is cited alone, so that it never passes for proof.
func (d *Dossier) safeguarded(a commissioning.Arrangement) Finding {
	const remedy = "Record the safeguards that keep commissioning and providing apart, before an arrangement with the agency binds."
	bound, binding := d.bound(a)
	var inTime, imported, late []Citation
	for _, s := range d.Cycle().SafeguardsFor(a.Provider.ID) {
		counts := len(s.Evidence) == 0 || slices.ContainsFunc(s.Evidence, func(e casework.Evidence) bool { return e.CountsAt(bound) })
		switch cited := d.inCycle(s.Mark); {
		case binding && (s.Mark.At.After(bound) || !counts):
			late = append(late, cited...)
		case s.Mark.Imported:
			imported = append(imported, cited...)
		default:
			inTime = append(inTime, cited...)
		}
	}
	met := "Safeguards that keep commissioning and providing apart were recorded before the arrangement bound."
	switch reason, explained := d.answeredDualRole(a); {
	case len(inTime) > 0:
		return Finding{Outcome: Met, Why: met, Evidence: append(inTime, d.inCycle(a.Mark)...)}
	case len(imported) > 0:
		return Finding{Outcome: Met, Why: met, Evidence: imported}
	case reason != "":
		return Finding{
			Outcome: Explained, Why: "The agency commissions and provides, and it is on record why safeguards were not in place.",
			Reason: reason, Evidence: append(explained, d.inCycle(a.Mark)...),
		}
	case len(late) > 0:
		return Finding{
			Outcome: NotMet, Why: "The safeguards came only after the arrangement bound, or rested on evidence that had expired.",
			Remedy: remedy, Evidence: append(late, d.inCycle(a.Mark)...),
		}
	default:
		return Finding{Outcome: NoEvidence, Why: fmt.Sprintf("%s commissions and provides, and no safeguards are recorded.", plain(a.Provider.String())), Remedy: remedy}
	}
}

// bound gives when an arrangement became binding, as it was recorded. Where only
// the cycle is at hand, and not its journal, it is the end of the day.
func (d *Dossier) bound(a commissioning.Arrangement) (at time.Time, binding bool) {
	if a.BindingSince.IsZero() {
		return d.At(), false
	}
	for _, e := range d.cycle.j.entries {
		if e.Type != string(commissioning.BindingArrangement) {
			continue
		}
		if said, readable := writtenIn[commissioning.Arrangement](e); readable && said.ID == a.ID {
			return e.Effective, true
		}
	}
	return a.BindingSince.AddDays(1).In(time.UTC).Add(-time.Nanosecond), true
}

func (d *Dossier) answeredDualRole(a commissioning.Arrangement) (reason string, cited []Citation) {
	for _, answer := range d.Answers("commissioner.also_provides") {
		_, round := d.stood(answer.Citation.Seq)
		if round == a.Mark.Round && slices.Contains(answer.Subjects, a.Provider.ID) && !blank(answer.Reason) {
			return answer.Reason, []Citation{answer.Citation}
		}
	}
	return "", nil
}

func reviewToReassessment(d *Dossier) []Finding {
	var all []Finding
	for _, round := range d.Rounds() {
		f := d.reassessed(round)
		f.Round, f.Stage = round, commissioning.StageAssessNeed
		all = append(all, f)
	}
	return all
}

func (d *Dossier) reassessed(round int) Finding {
	if round == 1 {
		return d.succeeded()
	}
	if !d.Reached(commissioning.StageIdentifyResources, round) {
		return Finding{Outcome: NotApplicable, Why: "The needs are being assessed in this round."}
	}
	began, start := d.beginning(round)
	reviewed, open := d.concludedBefore(round, began)
	looked, missed := d.lookedAgain(round)
	evidence := slices.Concat(start, reviewed, open, looked, missed)
	const remedy = "Conclude a review before the next round begins, and look again at every need in it."
	short := func(o Outcome, why string) Finding {
		if reason, cited := d.answeredReview(round); reason != "" && o != NoEvidence && len(reviewed) == 0 {
			return Finding{Outcome: Explained, Why: "The round began without a concluded review, with the reason on record.", Reason: reason, Evidence: append(evidence, cited...)}
		}
		if o == NoEvidence {
			evidence = nil
		}
		return Finding{Outcome: o, Why: why, Remedy: remedy, Evidence: evidence}
	}
	switch {
	case len(reviewed) > 0 && len(missed) == 0:
		return Finding{Outcome: Met, Why: "The round followed a concluded review, and every need it inherited was looked at again.", Evidence: slices.Concat(start, reviewed, looked)}
	case len(reviewed) > 0:
		return short(PartlyMet, "The round followed a concluded review, and not every need it inherited was looked at again.")
	case len(looked) > 0:
		return short(PartlyMet, "The needs were looked at again, and the round did not follow a concluded review.")
	case len(open) > 0:
		return short(NotMet, "The round began before the review was concluded, and no need was looked at again.")
	default:
		return short(NoEvidence, "Neither a review before this round is recorded, nor that its needs were looked at again.")
	}
}

// succeeded judges the first round of a cycle that follows another.
func (d *Dossier) succeeded() Finding {
	before, follows := d.Cycle().Predecessor()
	if !follows {
		return Finding{Outcome: NotApplicable, Why: "The first round follows no review."}
	}
	var cited []Citation
	for _, n := range d.Cycle().Needs() {
		if n.Follows != nil && n.Follows.Case == before {
			cited = append(cited, d.inCycle(n.Mark)...)
		}
	}
	if len(cited) == 0 {
		return Finding{
			Outcome: NoEvidence, Why: "The cycle follows another, and no need is recorded that restates one of it.",
			Remedy: "Say with each need which need of the cycle before it restates.",
		}
	}
	return Finding{Outcome: Met, Why: "The cycle follows another, and restates needs of it.", Evidence: cited}
}

// beginning gives when a round began.
func (d *Dossier) beginning(round int) (at time.Time, cited []Citation) {
	for _, v := range d.Cycle().Visits() {
		if v.Round == round {
			cited = d.Cite(d.Cycle().ID(), v.Entry)
			break
		}
	}
	if len(cited) > 0 {
		at = cited[0].Effective
	}
	return at, cited
}

// concludedBefore cites the reviews held in the round before that were concluded
// when a round began, and those that were not. Where only the cycle is at hand,
// and not its journal, a review that is concluded was in time.
func (d *Dossier) concludedBefore(round int, began time.Time) (concluded, open []Citation) {
	for _, w := range d.Cycle().Reviews() {
		heldBefore := w.HeldRound == round-1 || (w.HeldRound == 0 && w.Mark.Round == round-1)
		if !heldBefore || w.Withdrawn.Entry > 0 {
			continue
		}
		if w.Concluded.Entry > 0 && (began.IsZero() || !w.Concluded.At.After(began)) {
			concluded = append(concluded, d.inCycle(w.Concluded)...)
			continue
		}
		open = append(open, d.inCycle(w.Mark, w.Concluded)...)
	}
	return concluded, open
}

// lookedAgain cites the needs of earlier rounds that were looked at in a round or
// restated in it, and those that stood and were not.
func (d *Dossier) lookedAgain(round int) (looked, missed []Citation) {
	for _, n := range d.Cycle().Needs() {
		if n.Mark.Round >= round {
			if n.Follows != nil && n.Mark.Round == round {
				looked = append(looked, d.inCycle(n.Mark)...)
			}
			continue
		}
		again := keep(n.Statuses, func(s commissioning.NeedStatus) bool { return s.Round == round })
		for _, s := range again {
			looked = append(looked, d.Cite(d.Cycle().ID(), s.Entry)...)
		}
		if len(again) == 0 && stoodIn(n, round) {
			missed = append(missed, d.inCycle(n.Mark)...)
		}
	}
	return looked, missed
}

// stoodIn tells whether a need was inherited by a round: neither declined nor
// restated before it.
func stoodIn(n commissioning.Need, round int) bool {
	before := keep(n.Statuses, func(s commissioning.NeedStatus) bool { return s.Round < round })
	if len(before) == 0 {
		return n.Stands()
	}
	state := before[len(before)-1].State
	return state != commissioning.NeedDeclined && state != commissioning.NeedRestated
}

func (d *Dossier) answeredReview(round int) (reason string, cited []Citation) {
	for _, a := range d.Answers("review.undecided") {
		_, stood := d.stood(a.Citation.Seq)
		if a.Move == commissioning.Reassess && stood == round-1 && !blank(a.Reason) {
			return a.Reason, []Citation{a.Citation}
		}
	}
	return "", nil
}

func twoRingConsumption(d *Dossier) []Finding {
	told := d.toldByContracts()
	return d.byRound(commissioning.StageMonitorReview, func(round int) []Finding {
		var found []Finding
		for _, r := range d.Cycle().ArrangementReports() {
			if r.Mark.Round == round && (r.Kind == commissioning.ReportReview || r.Kind == commissioning.ReportBreach) {
				found = append(found, d.consumed(r))
			}
		}
		for _, t := range told {
			if d.roundAt(t.concluded.At) == round {
				found = append(found, d.consumedUnreported(t))
			}
		}
		if len(found) == 0 {
			return []Finding{d.nothingTold(round)}
		}
		return found
	})
}

func (d *Dossier) nothingTold(round int) Finding {
	bound := slices.ContainsFunc(d.Cycle().Arrangements(), func(a commissioning.Arrangement) bool {
		return a.Mark.Round <= round && !a.BindingSince.IsZero() && (a.EndedOn.IsZero() || d.roundOn(a.EndedOn) >= round)
	})
	if !bound {
		return Finding{Outcome: NotApplicable, Why: "No arrangement was binding in this round."}
	}
	return Finding{
		Outcome: NoEvidence, Why: "No review of an agreement is recorded in this round, so there is nothing to take up.",
		Remedy: "Review the agreements, and report to the cycle what the reviews found.",
	}
}

// consumed judges what became of a report on an arrangement.
func (d *Dossier) consumed(r commissioning.ArrangementReport) Finding {
	taken, done := d.takenUp(func(f commissioning.ReviewFinding) bool { return f.Report == r.ID })
	f := d.learnt(taken, done, d.inCycle(r.Mark), r.Mark.Round, r.Mark.At)
	f.Subject = string(r.ID)
	return f
}

// learnt judges what became of something an agreement taught.
func (d *Dossier) learnt(taken, done, told []Citation, round int, at time.Time) Finding {
	const remedy = "Take it up in a review of the cycle, and record what was done about it."
	switch {
	case len(done) > 0:
		return Finding{Outcome: Met, Why: "A review of the cycle took up what was learnt from the agreement, and says what was done.", Evidence: append(done, told...)}
	case len(taken) > 0:
		return Finding{
			Outcome: PartlyMet, Why: "A review of the cycle took up what was learnt from the agreement, and does not say what was done.",
			Remedy: remedy, Evidence: append(taken, told...),
		}
	}
	if passed := d.passedOver(round, at); len(passed) > 0 {
		return Finding{Outcome: NotMet, Why: "What was learnt from the agreement was passed over by the review that followed.", Remedy: remedy, Evidence: append(passed, told...)}
	}
	return Finding{Outcome: NoEvidence, Why: "What was learnt from the agreement awaits a review of the cycle.", Remedy: remedy}
}

// takenUp cites the findings of reviews that match, and those of them that say
// what was done.
func (d *Dossier) takenUp(matches func(commissioning.ReviewFinding) bool) (taken, done []Citation) {
	for _, w := range d.Cycle().Reviews() {
		for _, f := range w.Findings {
			if !matches(f) {
				continue
			}
			taken = append(taken, d.Cite(d.Cycle().ID(), f.Entry)...)
			if !blank(f.Done) {
				done = append(done, d.Cite(d.Cycle().ID(), f.Entry)...)
			}
		}
	}
	return taken, done
}

// passedOver cites the reviews that were concluded after something was learnt,
// and the round that was begun since.
func (d *Dossier) passedOver(round int, at time.Time) []Citation {
	var cited []Citation
	for _, w := range d.Cycle().Reviews() {
		if w.Concluded.Entry > 0 && w.Concluded.At.After(at) {
			cited = append(cited, d.inCycle(w.Concluded)...)
		}
	}
	if d.Cycle().Round() > round {
		_, began := d.beginning(round + 1)
		cited = append(cited, began...)
	}
	return cited
}

// contractLesson is a concluded review of an agreement that the cycle was never
// told of.
type contractLesson struct {
	agreement casework.CaseID
	review    procurement.ReviewID
	concluded procurement.Mark
}

// toldByContracts gives the concluded reviews of agreements no report tells of.
func (d *Dossier) toldByContracts() []contractLesson {
	var all []contractLesson
	add := func(id casework.CaseID, reviews []procurement.ContractReview) {
		for _, r := range reviews {
			if !r.Concluded.IsZero() && !d.reportedReview(id, r.ID) {
				all = append(all, contractLesson{agreement: id, review: r.ID, concluded: r.Concluded})
			}
		}
	}
	for _, c := range d.Contracts() {
		add(c.ID(), c.Reviews())
	}
	for _, g := range d.Grants() {
		add(g.ID(), g.Reviews())
	}
	for _, h := range d.InHouse() {
		add(h.ID(), h.Reviews())
	}
	return all
}

func (d *Dossier) reportedReview(id casework.CaseID, review procurement.ReviewID) bool {
	return slices.ContainsFunc(d.Cycle().ArrangementReports(), func(r commissioning.ArrangementReport) bool {
		return r.Kind == commissioning.ReportReview && r.Case == id && r.Reference == string(review)
	})
}

func (d *Dossier) consumedUnreported(t contractLesson) Finding {
	taken, done := d.takenUp(func(f commissioning.ReviewFinding) bool {
		return f.Contract == t.agreement && f.Reference == string(t.review)
	})
	f := d.learnt(taken, done, d.in(t.agreement, t.concluded), d.roundAt(t.concluded.At), t.concluded.At)
	f.Subject = fmt.Sprintf("%s of %s", t.review, shortCase(t.agreement))
	return f
}
