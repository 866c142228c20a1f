package principles

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/procurement"
)

// commission is one service as it was commissioned in one round, with the cases
// that buy, fund or provide it. A service that runs on is commissioned again in
// the round in which it is bought or arranged anew.
type commission struct {
	d            *Dossier
	round        int
	service      commissioning.Service
	arrangements []commissioning.Arrangement
	purchases    []*procurement.Purchase
	contracts    []*procurement.Contract
	grants       []*procurement.GrantAgreement
	inHouse      []*procurement.InHouseAgreement
}

// byCommission judges every service of every round in which it was commissioned.
func (d *Dossier) byCommission(stage Stage, judge func(commission) Finding) []Finding {
	var all []Finding
	for _, round := range d.Rounds() {
		commissions := d.commissionsIn(round)
		if len(commissions) == 0 {
			f := d.noneCommissioned(stage, round)
			f.Round, f.Stage = round, stage
			all = append(all, f)
		}
		for _, c := range commissions {
			f := judge(c)
			f.Round, f.Stage, f.Subject = round, stage, string(c.service.ID)
			all = append(all, f)
		}
	}
	return all
}

func (d *Dossier) noneCommissioned(stage Stage, round int) Finding {
	switch {
	case !d.Reached(stage, round):
		return Finding{Outcome: NotApplicable, Why: notReached}
	case len(d.Cycle().Services()) > 0:
		return Finding{Outcome: NotApplicable, Why: "No service was planned or arranged anew in this round."}
	default:
		return Finding{Outcome: NoEvidence, Why: "No service is recorded.", Remedy: "Record the services that were planned, and the needs they serve."}
	}
}

// commissionsIn gives what was commissioned in a round, in the order of the
// services.
func (d *Dossier) commissionsIn(round int) []commission {
	var all []commission
	arrangements, purchases, contracts := d.arrangementsIn(round), d.purchasesIn(round), d.contractsIn(round)
	grants, inHouse := d.grantsIn(round), casesIn(d.inHouse, round, d.roundOf)
	for _, s := range d.Cycle().Services() {
		c := commission{d: d, round: round, service: s}
		c.arrangements = keep(arrangements, func(a commissioning.Arrangement) bool { return a.Service == s.ID })
		c.purchases = keep(purchases, func(p *procurement.Purchase) bool { return p.Requisition().Service == s.ID })
		c.contracts = keep(contracts, func(k *procurement.Contract) bool { return k.Origin().Service == s.ID })
		c.grants = keep(grants, func(g *procurement.GrantAgreement) bool { return g.Grant().Service == s.ID })
		c.inHouse = keep(inHouse, func(h *procurement.InHouseAgreement) bool { return h.InHouse().Service == s.ID })
		c.purchases = d.withOrigins(c.purchases, c.contracts)
		if s.Mark.Round == round || c.begun() {
			all = append(all, c)
		}
	}
	return all
}

// withOrigins adds the purchases that contracts came from, where they were begun
// in an earlier round.
func (d *Dossier) withOrigins(purchases []*procurement.Purchase, contracts []*procurement.Contract) []*procurement.Purchase {
	return keep(d.Purchases(), func(p *procurement.Purchase) bool {
		return slices.Contains(purchases, p) ||
			slices.ContainsFunc(contracts, func(c *procurement.Contract) bool { return c.Origin().Purchase == p.ID() })
	})
}

func keep[T any](all []T, belongs func(T) bool) []T {
	var kept []T
	for _, one := range all {
		if belongs(one) {
			kept = append(kept, one)
		}
	}
	return kept
}

// begun tells whether anything was done to arrange the service in the round.
func (c commission) begun() bool {
	return len(c.arrangements)+len(c.purchases)+len(c.contracts)+len(c.grants)+len(c.inHouse) > 0
}

// due tells whether the cycle has come to arranging the service.
func (c commission) due() bool {
	return c.begun() || c.d.Reached(commissioning.StageArrangeDelivery, c.round)
}

// decided gives when it was first settled who is to deliver the service: by an
// award that stands, or by the arrangement itself. What was written at that very
// moment was not written after it.
func (c commission) decided() (at time.Time, cited []Citation, settled bool) {
	settle := func(t time.Time, by []Citation) {
		switch {
		case !settled || t.Before(at):
			at, cited, settled = t, by, true
		case t.Equal(at):
			cited = append(cited, by...)
		}
	}
	for _, p := range c.purchases {
		for _, a := range c.awards(p) {
			settle(a.Decided.At, c.d.in(p.ID(), a.Decided))
		}
	}
	for _, a := range c.arrangements {
		settle(a.Mark.At, c.d.inCycle(a.Mark))
	}
	return at, cited, settled
}

// competedFrom gives when the service was first put to the market or settled,
// after which what bids are judged by should stand.
func (c commission) competedFrom() (at time.Time, cited []Citation, settled bool) {
	at, cited, settled = c.decided()
	for _, p := range c.purchases {
		if on, by, invited := c.d.invited(p); invited && (!settled || on.Before(at)) {
			at, cited, settled = on, by, true
		}
	}
	return at, cited, settled
}

// awards gives the awards of a purchase that were not cancelled.
func (c commission) awards(p *procurement.Purchase) []procurement.Award {
	return keep(p.Awards(), procurement.Award.Stands)
}

// arrangement gives the service's arrangement that is kept as a case.
func (c commission) arrangement(id casework.CaseID) (commissioning.Arrangement, bool) {
	i := slices.IndexFunc(c.arrangements, func(a commissioning.Arrangement) bool { return a.Case == id })
	if i < 0 {
		return commissioning.Arrangement{}, false
	}
	return c.arrangements[i], true
}

// considered gives what was weighed on subjects: about the service until this
// round, or about the whole cycle in it.
func (c commission) considered(subjects ...commissioning.ConsideredSubject) []commissioning.Considered {
	return keep(c.d.Cycle().AllConsidered(), func(t commissioning.Considered) bool {
		switch {
		case !slices.Contains(subjects, t.Subject):
			return false
		case t.About == "":
			return t.Mark.Round == c.round
		default:
			return t.About == string(c.service.ID) && t.Mark.Round <= c.round
		}
	})
}

// serviceVersion is a service as it was planned, or revised.
type serviceVersion struct {
	commissioning.Service
	at    time.Time
	entry uint64
}

// versions gives the service as it was planned and as it was revised until the
// end of the round. Where only the cycle is at hand, and not its journal, it is
// the present one.
func (c commission) versions() []serviceVersion {
	var all []serviceVersion
	for _, e := range c.d.cycle.j.entries {
		planned := e.Type == string(commissioning.PlanningService) || e.Type == string(commissioning.RevisingService)
		if !planned {
			continue
		}
		s, readable := writtenIn[commissioning.Service](e)
		if _, round := c.d.stood(e.Seq); readable && s.ID == c.service.ID && round <= c.round {
			all = append(all, serviceVersion{Service: s, at: e.Effective, entry: e.Seq})
		}
	}
	if len(all) > 0 {
		return all
	}
	m := c.service.Mark
	if c.service.Revised.Entry > 0 {
		m = c.service.Revised
	}
	return []serviceVersion{{Service: c.service, at: m.At, entry: m.Entry}}
}

// cite cites the entry of a version.
func (c commission) cite(v serviceVersion) []Citation {
	return c.d.Cite(c.d.Cycle().ID(), v.entry)
}

// writtenIn reads what an entry says. Of a redacted one it reads what stays.
func writtenIn[T any](e casework.Entry) (said T, readable bool) {
	data := e.Data
	if e.Redacted {
		var kept struct {
			Data json.RawMessage `json:"data"`
		}
		if json.Unmarshal(data, &kept) != nil {
			return said, false
		}
		data = kept.Data
	}
	return said, json.Unmarshal(data, &said) == nil
}

// lastOf cites the latest entry of a type in a case; the opening one where there
// is none, or where only the case is at hand.
func (d *Dossier) lastOf(id casework.CaseID, entryType string) []Citation {
	seq := uint64(1)
	if j := d.byCase[id]; j != nil {
		for _, e := range j.entries {
			if e.Type == entryType {
				seq = e.Seq
			}
		}
	}
	return d.Cite(id, seq)
}

// together makes one finding of what was found about several records of one
// service. Those that tell nothing have no say beside those that do.
func together(found []Finding) Finding {
	judged := keep(found, func(f Finding) bool { return f.Outcome.Judged() })
	if len(judged) == 0 {
		return mostTelling(found)
	}
	slices.SortStableFunc(judged, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Outcome.rank(), b.Outcome.rank()), cmp.Compare(b.Outcome, a.Outcome), cmp.Compare(a.Why, b.Why))
	})
	worst := judged[0]
	if worst.Outcome == NotMet && judged[len(judged)-1].Outcome != NotMet {
		worst.Outcome = PartlyMet
	}
	worst.Evidence = nil
	for _, f := range judged {
		worst.Evidence = append(worst.Evidence, f.Evidence...)
	}
	return worst
}

// mostTelling gives the finding that nothing is recorded, where there is one.
func mostTelling(found []Finding) Finding {
	i := slices.IndexFunc(found, func(f Finding) bool { return f.Outcome == NoEvidence })
	return found[max(i, 0)]
}
