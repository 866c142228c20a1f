package principles

import (
	"slices"
	"time"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/procurement"
)

const notReached = "The cycle has not come to this stage in this round."

// byRound judges a stage round by round: what judge gives is about that round and
// that stage. A round that has not come to the stage does not apply.
func (d *Dossier) byRound(stage Stage, judge func(round int) []Finding) []Finding {
	var all []Finding
	for _, round := range d.Rounds() {
		found := []Finding{{Outcome: NotApplicable, Why: notReached}}
		if d.Reached(stage, round) {
			found = judge(round)
		}
		for _, f := range found {
			f.Round, f.Stage = round, stage
			all = append(all, f)
		}
	}
	return all
}

// roundAt gives the round the cycle was in at a time: that of the latest move
// that had taken effect by then. What is earlier than every move belongs to
// round 1. Where only the cycle is at hand, and not its journal, it is the
// present round.
func (d *Dossier) roundAt(at time.Time) int {
	entries := d.cycle.j.entries
	if len(entries) == 0 {
		return d.Cycle().Round()
	}
	round := 1
	for _, v := range d.Cycle().Visits() {
		if v.Entry > 0 && v.Entry <= uint64(len(entries)) && !entries[v.Entry-1].Effective.After(at) {
			round = max(round, v.Round)
		}
	}
	return round
}

// stood gives the stage and the round in which something was written to the
// cycle's journal. An answer to a policy stands before the move it lets through.
func (d *Dossier) stood(seq uint64) (Stage, int) {
	stage, round := commissioning.StageAssessNeed, 1
	for _, v := range d.Cycle().Visits() {
		if v.Entry < seq {
			stage, round = v.Stage, v.Round
		}
	}
	return stage, round
}

// roundOf gives the round an agreement belongs to: the one in which the cycle
// recorded it, or else the one it was opened in.
func (d *Dossier) roundOf(j *journal) int {
	if a, recorded := d.Cycle().ArrangementOf(j.id); recorded {
		return a.Mark.Round
	}
	return d.roundAt(j.opened)
}

// purchasesIn gives the purchases of a round: those begun in it.
func (d *Dossier) purchasesIn(round int) []*procurement.Purchase {
	return casesIn(d.purchases, round, func(j *journal) int { return d.roundAt(j.opened) })
}

// contractsIn gives the contracts of a round, those that were cancelled left out.
func (d *Dossier) contractsIn(round int) []*procurement.Contract {
	return slices.DeleteFunc(casesIn(d.contracts, round, d.roundOf), func(c *procurement.Contract) bool {
		return c.State() == procurement.ContractCancelled
	})
}

// grantsIn gives the grant agreements of a round, those that were withdrawn left
// out.
func (d *Dossier) grantsIn(round int) []*procurement.GrantAgreement {
	return slices.DeleteFunc(casesIn(d.grants, round, d.roundOf), func(g *procurement.GrantAgreement) bool {
		return g.State() == procurement.GrantWithdrawn
	})
}

func casesIn[T casework.Aggregate](all []*filed[T], round int, roundOf func(*journal) int) []T {
	var in []T
	for _, f := range all {
		if roundOf(f.j) == round {
			in = append(in, f.c)
		}
	}
	return in
}

// arrangementsIn gives the arrangements the cycle recorded in a round.
func (d *Dossier) arrangementsIn(round int) []commissioning.Arrangement {
	return slices.DeleteFunc(d.Cycle().Arrangements(), func(a commissioning.Arrangement) bool { return a.Mark.Round != round })
}

// plannedIn gives the services that were first planned in a round.
func (d *Dossier) plannedIn(round int) []commissioning.Service {
	return slices.DeleteFunc(d.Cycle().Services(), func(s commissioning.Service) bool { return s.Mark.Round != round })
}

// servicesIn gives the services of a round: those planned, revised or arranged in
// it, and those of earlier rounds that still run or ran into it.
func (d *Dossier) servicesIn(round int) []commissioning.Service {
	return slices.DeleteFunc(d.Cycle().Services(), func(s commissioning.Service) bool {
		return s.Mark.Round != round && s.Revised.Round != round && !d.ranIn(s, round)
	})
}

func (d *Dossier) ranIn(s commissioning.Service, round int) bool {
	if s.Mark.Round > round {
		return false
	}
	return slices.ContainsFunc(d.Cycle().Arrangements(), func(a commissioning.Arrangement) bool {
		if a.Service != s.ID || a.Mark.Round > round {
			return false
		}
		return a.Mark.Round == round || a.EndedOn.IsZero() || d.roundOn(a.EndedOn) >= round
	})
}

// roundOn gives the round of a day, at its end.
func (d *Dossier) roundOn(day casework.Date) int {
	return d.roundAt(day.AddDays(1).In(time.UTC).Add(-time.Nanosecond))
}

// firstPlanned gives when the first service of a round was planned.
func (d *Dossier) firstPlanned(round int) (commissioning.Mark, bool) {
	var marks []commissioning.Mark
	for _, s := range d.plannedIn(round) {
		marks = append(marks, s.Mark)
	}
	return earliest(marks)
}

// firstCommissioned gives when a round first went out to buy, or arranged
// something, whichever came first, with what cites it.
func (d *Dossier) firstCommissioned(round int) (at time.Time, cited []Citation) {
	keep := func(t time.Time, c []Citation) {
		switch {
		case len(cited) == 0 || t.Before(at):
			at, cited = t, c
		case t.Equal(at):
			cited = append(cited, c...)
		}
	}
	for _, a := range d.arrangementsIn(round) {
		keep(a.Mark.At, d.inCycle(a.Mark))
	}
	for _, p := range d.purchasesIn(round) {
		if t, c, out := d.invited(p); out {
			keep(t, c)
		}
	}
	return at, cited
}

// invited gives when a purchase was put to the market: when it came to its
// invitation, or, without one, when its first award was decided. Where only the
// case is at hand, and not its journal, its tender tells.
func (d *Dossier) invited(p *procurement.Purchase) (time.Time, []Citation, bool) {
	for _, v := range p.Visits() {
		if v.State != procurement.Invited {
			continue
		}
		if j := d.byCase[p.ID()]; j != nil && v.Entry > 0 && v.Entry <= uint64(len(j.entries)) {
			return j.entries[v.Entry-1].Effective, d.Cite(p.ID(), v.Entry), true
		}
		if t, set := p.Tender(); set {
			return t.Mark.At, d.in(p.ID(), t.Mark), true
		}
	}
	awards := p.Awards()
	if len(awards) == 0 {
		return time.Time{}, nil, false
	}
	first := slices.MinFunc(awards, func(a, b procurement.Award) int { return a.Decided.At.Compare(b.Decided.At) })
	return first.Decided.At, d.in(p.ID(), first.Decided), true
}

// wasInvited tells whether a purchase came to its invitation.
func wasInvited(p *procurement.Purchase) bool {
	return slices.ContainsFunc(p.Visits(), func(v procurement.Visit) bool { return v.State == procurement.Invited })
}

// earliest gives the mark that took effect first; of several at the same time
// the one written first.
func earliest(marks []commissioning.Mark) (commissioning.Mark, bool) {
	if len(marks) == 0 {
		return commissioning.Mark{}, false
	}
	return slices.MinFunc(marks, func(a, b commissioning.Mark) int { return a.At.Compare(b.At) }), true
}

// consideredIn gives what was weighed about a subject in a round.
func (d *Dossier) consideredIn(subject commissioning.ConsideredSubject, round int) []commissioning.Considered {
	return slices.DeleteFunc(d.Cycle().ConsideredOn(subject), func(c commissioning.Considered) bool { return c.Mark.Round != round })
}
