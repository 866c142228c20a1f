package commissioningtest

import (
	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// onward tells whether a move is the next one of the round.
func onward(m casework.Move) bool {
	switch m {
	case commissioning.IdentifyResources, commissioning.PlanUse, commissioning.ArrangeDelivery, commissioning.MonitorReview, commissioning.Reassess:
		return true
	default:
		return false
	}
}

// prepare records what the default policies ask for before a move, as far as it
// is not there.
func prepare(c *commissioning.Cycle, m casework.Move) error {
	var steps []func(*commissioning.Cycle) error
	switch m {
	case commissioning.IdentifyResources:
		steps = append(steps, needed)
	case commissioning.PlanUse:
		steps = append(steps, needed, ranked, resourced)
	case commissioning.ArrangeDelivery:
		steps = append(steps, planned, assessed, consideredSocially)
	case commissioning.MonitorReview:
		steps = append(steps, arranged)
	case commissioning.Reassess:
		steps = append(steps, heard, reviewed)
	case commissioning.Close:
		steps = append(steps, ended, heard, reviewed)
	default:
		return nil
	}
	for _, step := range append(steps, engaged) {
		if err := step(c); err != nil {
			return err
		}
	}
	return nil
}

func today(c *commissioning.Cycle) casework.Date { return casework.DateOf(c.Now()) }

// value is what the cycle is about in money; a thousand pounds where nobody said.
func value(c *commissioning.Cycle) casework.Money {
	if v := c.Brief().Value; v.IsRecorded() {
		return v
	}
	return casework.GBP(1_000_00)
}

func provider() casework.Agency {
	return casework.Agency{ID: "carers-co-op", Name: "Carers' Co-operative", Sector: casework.Voluntary}
}

// engaged records that the voluntary sector took part in the present stage.
func engaged(c *commissioning.Cycle) error {
	if c.VoluntarySectorInvited(c.Stage(), c.Round()) || c.VoluntarySectorNotRelevant(c.Stage(), c.Round()) {
		return nil
	}
	who, err := voluntary(c)
	if err != nil {
		return err
	}
	_, err = c.RecordEngagement(commissioning.Engagement{
		Participant: who.ID, Level: commissioning.EngagementInvolved,
		Answer: commissioning.EngagementTookPart, How: "meeting", On: today(c),
	})
	return err
}

// voluntary gives a participant of the voluntary sector.
func voluntary(c *commissioning.Cycle) (commissioning.Participant, error) {
	for _, p := range c.Participants() {
		if p.Voluntary() {
			return p, nil
		}
	}
	return c.AddParticipant(commissioning.Participant{
		Role:   commissioning.ParticipantVoluntaryOrganisation,
		Agency: casework.Agency{ID: "age-uk-camden", Name: "Age UK Camden", Sector: casework.Voluntary},
	})
}

func needed(c *commissioning.Cycle) error {
	if len(standing(c)) > 0 {
		return nil
	}
	n := commissioning.Need{Statement: "Older people living alone need help at home", Area: "Kentish Town", Population: "older people", Size: 240}
	if c.IsIndividual() {
		n = commissioning.Need{Statement: "Help to get up and to bed", Area: "Kentish Town", Eligibility: "cannot get up unaided"}
	}
	_, err := c.IdentifyNeed(n)
	return err
}

func standing(c *commissioning.Cycle) []commissioning.Need {
	var all []commissioning.Need
	for _, n := range c.Needs() {
		if n.Stands() {
			all = append(all, n)
		}
	}
	return all
}

func ranked(c *commissioning.Cycle) error {
	if c.IsIndividual() {
		return nil
	}
	for i, n := range standing(c) {
		if n.Priority > 0 {
			continue
		}
		if err := c.Prioritise(n.ID, i+1); err != nil {
			return err
		}
	}
	return nil
}

func resourced(c *commissioning.Cycle) error {
	if len(c.Resources()) > 0 {
		return nil
	}
	_, err := c.IdentifyResource(commissioning.Resource{
		Kind: commissioning.FinancialResource, Title: "Adult social care budget", Amount: value(c),
		Owner: c.Lead(), Commitment: commissioning.ResourceCommitted,
	})
	return err
}

// planned sees to it that every need that stands is served by a service with an
// outcome that can be measured.
func planned(c *commissioning.Cycle) error {
	unserved := unservedNeeds(c)
	if len(unserved) == 0 {
		return nil
	}
	outcome, err := c.SetOutcome(commissioning.Outcome{
		Statement: "People stay in their own homes", Whose: commissioning.OutcomeOfUsers,
		Measure: "people still at home after 91 days", Target: "85 of 100", Needs: unserved,
	})
	if err != nil {
		return err
	}
	_, err = c.PlanService(commissioning.Service{
		Title: "Home care", Specification: "Visits at home, morning and evening.", Needs: unserved,
		Outcomes: []commissioning.OutcomeID{outcome.ID}, Channel: commissioning.Procurement,
		ChannelReason: "several providers could deliver it", Estimate: value(c),
	})
	return err
}

func unservedNeeds(c *commissioning.Cycle) []commissioning.NeedID {
	served := map[commissioning.NeedID]bool{}
	for _, s := range c.Services() {
		for _, id := range s.Needs {
			served[id] = served[id] || s.Delivery != commissioning.ServiceEnded
		}
	}
	var unserved []commissioning.NeedID
	for _, n := range standing(c) {
		if !served[n.ID] {
			unserved = append(unserved, n.ID)
		}
	}
	return unserved
}

func assessed(c *commissioning.Cycle) error {
	for _, a := range c.ImpactAssessments() {
		if a.Mark.Round == c.Round() {
			return nil
		}
	}
	_, err := c.AssessImpact(commissioning.ImpactAssessment{
		Kind: commissioning.ImpactEquality, Informs: commissioning.InformsPlan,
		Found: "No group is left worse off.", On: today(c),
	})
	return err
}

func consideredSocially(c *commissioning.Cycle) error {
	if len(c.SocialValueConsiderations()) > 0 {
		return nil
	}
	_, err := c.ConsiderSocialValue(commissioning.SocialValueConsideration{
		Improve: "carers from the area", Secure: "a criterion of the award", ConsultReason: "users were asked already",
	})
	return err
}

// arranged has every service that is planned or being arranged bindingly
// arranged, and begun.
func arranged(c *commissioning.Cycle) error {
	for _, s := range c.Services() {
		if s.Delivery != commissioning.ServicePlanned && s.Delivery != commissioning.ServiceBeingArranged {
			continue
		}
		_, err := c.RecordArrangement(commissioning.Arrangement{
			Service: s.ID, Instrument: commissioning.ContractInstrument, Reference: "C-" + string(s.ID),
			Provider: provider(), Why: "best by the published criteria",
			Period: casework.Period{From: today(c), To: today(c).AddMonths(12).AddDays(-1)},
			Value:  s.Estimate, BindingSince: today(c),
		})
		if err != nil {
			return err
		}
		if err := c.StartDelivery(s.ID); err != nil {
			return err
		}
	}
	return nil
}

func heard(c *commissioning.Cycle) error {
	if len(c.FeedbackIn(c.Round())) > 0 {
		return nil
	}
	_, err := c.RecordFeedback(commissioning.Feedback{
		SoughtOn: today(c), From: []commissioning.ParticipantRole{commissioning.ParticipantUser, commissioning.ParticipantProvider},
		Method: "survey", About: commissioning.FeedbackOnProcess,
	})
	return err
}

// reviewed holds a review of this round, takes up every report that is open,
// decides on every live service, and concludes it.
func reviewed(c *commissioning.Cycle) error {
	findings := takingUp(c)
	for _, w := range c.ReviewsIn(c.Round()) {
		if w.HeldRound == c.Round() && !w.Open() && len(findings) == 0 {
			return nil
		}
	}
	findings = append(findings, commissioning.ReviewFinding{Text: "It does what it is to do."})
	w, err := c.PlanReview("Yearly review", today(c))
	if err != nil {
		return err
	}
	if _, err := c.RecordFindings(w.ID, today(c), findings...); err != nil {
		return err
	}
	for _, s := range c.Services() {
		if !s.Live() {
			continue
		}
		_, err := c.DecideReview(w.ID, commissioning.ServiceDecision{
			Service: s.ID, Decision: commissioning.ContinueService, Reason: "it serves its need", DecidedBy: "commissioning board",
		})
		if err != nil {
			return err
		}
	}
	_, err = c.ConcludeReview(w.ID)
	return err
}

// takingUp gives a finding for each report that is open.
func takingUp(c *commissioning.Cycle) []commissioning.ReviewFinding {
	var all []commissioning.ReviewFinding
	for _, r := range c.ArrangementReports() {
		if r.Open() {
			all = append(all, commissioning.ReviewFinding{Report: r.ID, Text: "The provider's monitoring was looked at.", Done: "agreed with the provider"})
		}
	}
	return all
}

// ended ends every arrangement, and the delivery of every service.
func ended(c *commissioning.Cycle) error {
	for _, a := range c.Arrangements() {
		if !a.EndedOn.IsZero() {
			continue
		}
		if err := c.EndArrangement(a.ID, today(c)); err != nil {
			return err
		}
	}
	for _, s := range c.Services() {
		if s.Delivery == commissioning.ServiceEnded {
			continue
		}
		if err := c.EndDelivery(s.ID); err != nil {
			return err
		}
	}
	return nil
}
