package acceptance_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// workflow is the host's number of an assessment.
func workflow(id string) casework.ExternalRef {
	return casework.ExternalRef{Scheme: "workflow", Value: id}
}

// person3 is the brief of the care package of person 3: 28,938.00 a year.
func person3(t *testing.T) commissioning.Brief {
	t.Helper()
	return commissioning.Brief{
		Title: "Home care for person 3", Subject: "person-3", Lead: hackney,
		Value: pounds(t, "28938.00"), References: []casework.ExternalRef{workflow("3")},
	}
}

// element is a part of a care package: what a week of it costs.
type element struct {
	title string
	week  string
}

// elements are those of person 3: 556.50 a week.
func elements() []element {
	return []element{{"Home care, 19.25 hours a week", "344.40"}, {"Additional carer, 12.25 hours a week", "212.10"}}
}

// yearOf is what 52 weeks cost.
func yearOf(t *testing.T, week string) casework.Money {
	t.Helper()
	year, err := pounds(t, week).Mul(52)
	require.NoError(t, err)
	return year
}

// identified records what the assessment found.
func identified(c *commissioning.Cycle) error {
	_, err := c.IdentifyNeed(commissioning.Need{
		Statement: "Cannot wash, dress or eat without help", Eligibility: "Care Act 2014 s.13",
		Evidence: []casework.Evidence{{Kind: casework.DocumentNeedsAssessment, Title: "Assessment of 30 November 2021"}},
	})
	return err
}

// open begins a cycle in its first stage, with a need.
func open(t *testing.T, desk *commissioning.Desk, by casework.Actor, b commissioning.Brief) *commissioning.Cycle {
	t.Helper()
	c, err := desk.Open(t.Context(), by, b)
	require.NoError(t, err)
	return update(t, desk, c.ID(), by, identified)
}

// update issues commands that are to succeed.
func update(t *testing.T, desk *commissioning.Desk, id casework.CaseID, by casework.Actor, work func(*commissioning.Cycle) error, opts ...casework.CallOption) *commissioning.Cycle {
	t.Helper()
	c, err := desk.Update(t.Context(), id, by, work, opts...)
	require.NoError(t, err)
	return c
}

// move takes a move that is to succeed.
func move(t *testing.T, desk *commissioning.Desk, id casework.CaseID, by casework.Actor, m casework.Move, opts ...casework.CallOption) *commissioning.Cycle {
	t.Helper()
	c, err := desk.Move(t.Context(), id, by, m, opts...)
	require.NoError(t, err)
	return c
}

// resourced records committed money for the whole package.
func resourced(t *testing.T) func(*commissioning.Cycle) error {
	t.Helper()
	amount := pounds(t, "28938.00")
	return func(c *commissioning.Cycle) error {
		r, err := c.IdentifyResource(commissioning.Resource{
			Kind: commissioning.FinancialResource, Title: "Adult social care budget", Amount: amount, Owner: hackney,
		})
		if err != nil {
			return err
		}
		_, err = c.CommitResource(r.ID)
		return err
	}
}

// planned plans a service for each element, with an outcome and the impact.
func planned(t *testing.T) func(*commissioning.Cycle) error {
	t.Helper()
	on := day(t, "2021-11-30")
	var services []commissioning.Service
	for _, e := range elements() {
		services = append(services, commissioning.Service{
			Title: e.title, Needs: []commissioning.NeedID{"N1"}, Outcomes: []commissioning.OutcomeID{"O1"},
			Channel: commissioning.Procurement, Estimate: yearOf(t, e.week),
		})
	}
	return func(c *commissioning.Cycle) error {
		if _, err := c.SetOutcome(commissioning.Outcome{
			Statement: "Lives at home as she chooses", Whose: commissioning.OutcomeOfUsers,
			Measure: "days at home in a quarter", Target: "90", Needs: []commissioning.NeedID{"N1"},
		}); err != nil {
			return err
		}
		for _, s := range services {
			if _, err := c.PlanService(s); err != nil {
				return err
			}
		}
		_, err := c.AssessImpact(commissioning.ImpactAssessment{
			Kind: commissioning.ImpactEquality, Informs: commissioning.InformsPlan, Found: "No adverse impact", On: on,
		})
		return err
	}
}

// arranged records an arrangement for each service, binding since a day.
func arranged(t *testing.T, since casework.Date) func(*commissioning.Cycle) error {
	t.Helper()
	return arrangedAfter(t, since, casework.CaseID{})
}

// arrangedAfter does the same in the place of what an earlier cycle arranged.
func arrangedAfter(t *testing.T, since casework.Date, earlier casework.CaseID) func(*commissioning.Cycle) error {
	t.Helper()
	var all []commissioning.Arrangement
	for i, e := range elements() {
		all = append(all, commissioning.Arrangement{
			Service: commissioning.ServiceID([]string{"S1", "S2"}[i]), Instrument: commissioning.ContractInstrument, Provider: homes,
			Why: "Knows her, and has carers in her street", Value: yearOf(t, e.week), BindingSince: since,
		})
		if !earlier.IsZero() {
			all[i].Follows = &commissioning.Lineage{Case: earlier, ID: []string{"T1", "T2"}[i]}
		}
	}
	return func(c *commissioning.Cycle) error {
		for _, a := range all {
			if _, err := c.RecordArrangement(a); err != nil {
				return err
			}
		}
		return nil
	}
}

// reviewed holds a review, decides on every live service, and asks for feedback.
func reviewed(on casework.Date) func(*commissioning.Cycle) error {
	return func(c *commissioning.Cycle) error {
		w, err := c.PlanReview("Yearly review", on)
		if err != nil {
			return err
		}
		if _, err := c.RecordFindings(w.ID, on, commissioning.ReviewFinding{Text: "She manages well"}); err != nil {
			return err
		}
		for _, s := range c.Services() {
			if !s.Live() {
				continue
			}
			decision := commissioning.ServiceDecision{Service: s.ID, Decision: commissioning.ContinueService, Reason: "It works", DecidedBy: "Bo"}
			if _, err := c.DecideReview(w.ID, decision); err != nil {
				return err
			}
		}
		if _, err := c.ConcludeReview(w.ID); err != nil {
			return err
		}
		_, err = c.RecordFeedback(commissioning.Feedback{
			SoughtOn: on, From: []commissioning.ParticipantRole{commissioning.ParticipantUser}, About: commissioning.FeedbackOnService, Count: 1, Said: "Kind carers",
		})
		return err
	}
}

// reach brings a cycle from its first stage, with a need, to another stage.
func reach(t *testing.T, desk *commissioning.Desk, id casework.CaseID, by casework.Actor, stage commissioning.Stage) *commissioning.Cycle {
	t.Helper()
	explained := []casework.CallOption{
		casework.Explaining("engagement.no_voluntary_sector", "The need is one person's"),
		casework.Explaining("need.unprioritised", "There is only one"),
		casework.Explaining("social_value.unconsidered", "Considered with the framework"),
	}
	steps := []struct {
		move casework.Move
		work func(*commissioning.Cycle) error
	}{
		{commissioning.IdentifyResources, resourced(t)},
		{commissioning.PlanUse, planned(t)},
		{commissioning.ArrangeDelivery, arranged(t, day(t, "2021-11-30"))},
		{commissioning.MonitorReview, nil},
	}
	c, err := desk.Load(t.Context(), id)
	require.NoError(t, err)
	for _, step := range steps {
		if c.Stage() == stage {
			return c
		}
		c = move(t, desk, id, by, step.move, explained...)
		if step.work != nil {
			c = update(t, desk, id, by, step.work)
		}
	}
	require.Equal(t, stage, c.Stage())
	return c
}
