package acceptance_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/diagram"
	"github.com/needsled/needsled/commissioning"
)

// loop is the whole cycle of person 3: the package, and the reassessment that
// takes its place.
type loop struct {
	desk          *commissioning.Desk
	first, second casework.CaseID
}

// runLoop plays the cycle from the assessment to the end of the first package.
func runLoop(t *testing.T, h *house) loop {
	t.Helper()
	desk := h.desk(t)
	h.now = assessedAt
	c := open(t, desk, ana, person3(t))
	l := loop{desk: desk, first: c.ID()}
	move(t, desk, l.first, ana, commissioning.IdentifyResources)
	update(t, desk, l.first, ana, resourced(t))
	move(t, desk, l.first, ana, commissioning.PlanUse)
	update(t, desk, l.first, bo, planned(t))
	move(t, desk, l.first, bo, commissioning.ArrangeDelivery)
	update(t, desk, l.first, bo, func(c *commissioning.Cycle) error {
		if err := c.StartArranging("S1"); err != nil {
			return err
		}
		return c.StartArranging("S2")
	})

	h.at(t, "2021-12-01T09:00:00Z")
	update(t, desk, l.first, bo, arranged(t, day(t, "2021-12-01")))
	move(t, desk, l.first, bo, commissioning.MonitorReview)
	update(t, desk, l.first, bo, func(c *commissioning.Cycle) error {
		for _, s := range c.Services() {
			if err := c.StartDelivery(s.ID); err != nil {
				return err
			}
		}
		_, err := c.PlanReview("Yearly review", day(t, "2022-12-01"))
		return err
	})

	h.at(t, "2022-09-23T17:00:00Z")
	update(t, desk, l.first, bo, func(c *commissioning.Cycle) error {
		if err := c.EndArrangement("T2", day(t, "2022-09-23")); err != nil {
			return err
		}
		return c.EndDelivery("S2")
	}, casework.Reason("The additional carer is not needed any more"))

	h.at(t, "2022-12-02T02:00:00Z")
	_, err := desk.Tick(t.Context(), l.first, nightly)
	require.NoError(t, err)

	h.at(t, "2022-12-05T10:00:00Z")
	brief := person3(t)
	brief.Title, brief.Predecessor, brief.References = "Reassessment of person 3", l.first, []casework.ExternalRef{workflow("3b")}
	l.second = open(t, desk, bo, brief).ID()
	move(t, desk, l.second, bo, commissioning.IdentifyResources)
	update(t, desk, l.second, bo, resourced(t))
	move(t, desk, l.second, bo, commissioning.PlanUse)
	update(t, desk, l.second, bo, planned(t))
	move(t, desk, l.second, bo, commissioning.ArrangeDelivery)
	_, err = desk.Do(t.Context(), bo, func(u *casework.Unit) error {
		old, err := casework.Load(u, desk.Kind(), l.first)
		if err != nil {
			return err
		}
		if err := old.EndArrangement("T1", day(t, "2022-12-04")); err != nil {
			return err
		}
		next, err := casework.Load(u, desk.Kind(), l.second)
		if err != nil {
			return err
		}
		return arranged(t, day(t, "2022-12-05"))(next)
	}, casework.Reason("Reassessed"))
	require.NoError(t, err)
	move(t, desk, l.second, bo, commissioning.MonitorReview)
	return l
}

func (l loop) load(t *testing.T) (first, second *commissioning.Cycle) {
	t.Helper()
	first, err := l.desk.Load(t.Context(), l.first)
	require.NoError(t, err)
	second, err = l.desk.Load(t.Context(), l.second)
	require.NoError(t, err)
	return first, second
}

// Nothing is refused on the way: no class.
func TestS11_full_loop(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		l := runLoop(t, h)
		first, second := l.load(t)

		at, _ := first.Opened()
		assert.Equal(t, assessedAt, at)
		week, err := casework.Sum(pounds(t, "344.40"), pounds(t, "212.10"))
		require.NoError(t, err)
		assert.Equal(t, pounds(t, "556.50"), week)
		var year casework.Money
		year, err = casework.Sum(first.Arrangements()[0].Value, first.Arrangements()[1].Value)
		require.NoError(t, err)
		assert.Equal(t, pounds(t, "28938.00"), year)
		committed, err := first.FinancialTotal(true)
		require.NoError(t, err)
		assert.Equal(t, year, committed, "what is binding is covered to the penny")

		assert.Equal(t, day(t, "2021-12-01"), first.Arrangements()[0].BindingSince)
		assert.Equal(t, day(t, "2022-12-04"), first.Arrangements()[0].EndedOn)
		assert.Equal(t, day(t, "2022-09-23"), first.Arrangements()[1].EndedOn)
		assert.Equal(t, day(t, "2022-12-05"), second.Arrangements()[0].BindingSince)
		require.Len(t, first.Fired(), 1, "the review was due on 1 December and not held")
		assert.Equal(t, commissioning.DeadlineReview, first.Fired()[0].Code)
		assert.Equal(t, commissioning.Superseded, first.Stage())
		assert.Equal(t, commissioning.StageMonitorReview, second.Stage())
		require.NoError(t, l.desk.Verify(t.Context(), l.first))
		require.NoError(t, l.desk.Verify(t.Context(), l.second))
	})
}

func TestS11_check_1_predecessor_and_successor_name_each_other(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		l := runLoop(t, h)
		first, second := l.load(t)
		predecessor, has := second.Predecessor()
		require.True(t, has)
		assert.Equal(t, first.ID(), predecessor)
		successor, has := first.Successor()
		require.True(t, has)
		assert.Equal(t, second.ID(), successor)
		_, has = first.Predecessor()
		assert.False(t, has)
		_, has = second.Successor()
		assert.False(t, has)
	})
}

func TestS11_check_2_every_stage_visited_has_an_event(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		l := runLoop(t, h)
		first, _ := l.load(t)
		events := map[commissioning.Stage]int{}
		stage := commissioning.StageAssessNeed
		for _, e := range entriesOf(t, h.store, l.first, 0) {
			if e.Move == "" && !strings.HasPrefix(e.Type, "case.") {
				events[stage]++
			}
			if e.To != "" {
				stage = e.To
			}
		}
		visited := map[commissioning.Stage]bool{}
		for _, v := range first.Visits() {
			visited[v.Stage] = true
		}
		for _, stage := range commissioning.Stages() {
			assert.True(t, visited[stage], stage)
			assert.Positive(t, events[stage], stage)
		}
	})
}

// The code need.none belongs to the class guard.missing_field.
func TestS11_check_3_no_way_leads_on_without_a_need(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		desk := h.desk(t, permitted(casework.AllowAll))
		c, err := desk.Open(t.Context(), ana, person3(t))
		require.NoError(t, err)
		r := h.refused(t, func() error {
			_, err := desk.Move(t.Context(), c.ID(), ana, commissioning.IdentifyResources, casework.Reason("Urgent"))
			return err
		})
		assert.Equal(t, []string{"need.none"}, stopping(r.Objections))

		t.Run("nor does a jump", func(t *testing.T) {
			r := h.refused(t, func() error {
				_, err := desk.Move(t.Context(), c.ID(), ana, commissioning.ArrangeDelivery)
				return err
			})
			assert.Equal(t, []string{casework.CodeMoveNotAllowed}, stopping(r.Objections))
		})

		t.Run("the holder does not override it", func(t *testing.T) {
			held := person3(t)
			held.Subject, held.References = "person-5", nil
			c, err := desk.Open(t.Context(), ana, held)
			require.NoError(t, err)
			_, err = desk.Assign(t.Context(), c.ID(), ana, bo)
			require.NoError(t, err)
			r := h.refused(t, func() error {
				_, err := desk.Move(t.Context(), c.ID(), bo, commissioning.IdentifyResources, casework.Overriding("need.none", "Urgent"))
				return err
			})
			assert.Contains(t, stopping(r.Objections), casework.CodeOverrideSelf)
		})

		t.Run("an override leads on and is marked", func(t *testing.T) {
			c := move(t, desk, c.ID(), ana, commissioning.IdentifyResources, casework.Overriding("need.none", "Care before the assessment, Care Act 2014 s.19(3)"))
			assert.Equal(t, commissioning.StageIdentifyResources, c.Stage())
			entries := entriesOf(t, h.store, c.ID(), c.Seq()-2)
			require.Equal(t, []string{"case.overridden", "case.moved"}, typesOf(entries))
			assert.Equal(t, "Care before the assessment, Care Act 2014 s.19(3)", entries[0].Reason)
			assert.Contains(t, string(entries[0].Data), `"code":"need.none"`)
			assert.True(t, entries[0].Actor.Is(ana))
			require.NoError(t, desk.Verify(t.Context(), c.ID()))
		})

		t.Run("an import leads on and is marked", func(t *testing.T) {
			report, err := desk.Import(t.Context(), ana, "core-pathway", casework.ImportedCase{
				Opening: casework.Opening{Definition: commissioning.IndividualName, Subject: "person-6", References: []casework.ExternalRef{workflow("6")}},
				Entries: []casework.ImportedEntry{
					{Type: "brief.recorded", Data: []byte(`{"title":"Urgent care","subject":"person-6","lead":{"id":"hackney"}}`), Author: "J. Doe", Effective: assessedAt},
					{Move: commissioning.IdentifyResources, To: commissioning.StageIdentifyResources, Author: "J. Doe", Effective: assessedAt},
				},
			})
			require.NoError(t, err)
			c, err := desk.Load(t.Context(), report.Case)
			require.NoError(t, err)
			assert.Equal(t, commissioning.StageIdentifyResources, c.Stage())
			assert.True(t, c.Imported())
			for _, e := range entriesOf(t, h.store, c.ID(), 0) {
				assert.True(t, e.Imported, e.Type)
			}
			require.NoError(t, desk.Verify(t.Context(), c.ID()))
		})
	})
}

func TestS11_check_5_the_picture_shows_the_present_position(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		l := runLoop(t, h)
		first, second := l.load(t)
		for _, c := range []*commissioning.Cycle{first, second} {
			o := &diagram.Options{Title: c.Brief().Title, Present: c.Stage(), Round: c.Round(), Wheel: commissioning.Stages()}
			for _, v := range c.Visits() {
				if v.Move != "" {
					o.Path = append(o.Path, diagram.Step{Move: v.Move, From: v.From, To: v.Stage})
				}
			}
			for _, s := range c.Services() {
				o.Notes = append(o.Notes, fmt.Sprintf("%s: %s", s.Title, s.Delivery))
			}
			var picture bytes.Buffer
			require.NoError(t, diagram.SVG(&picture, c.Table(), o))
			text := picture.String()
			assert.Contains(t, text, "Present position: "+c.Table().StateTitle(c.Stage()))
			assert.Contains(t, text, "Round 1.")
			for _, s := range c.Services() {
				assert.Contains(t, text, fmt.Sprintf("%s: %s", s.Title, s.Delivery), "the services run beside the stage")
			}
		}
		assert.Equal(t, commissioning.ServiceEnded, first.Services()[1].Delivery)
		assert.Equal(t, commissioning.ServiceArranged, second.Services()[0].Delivery)
	})
}

// whole is everything a cycle answers.
func whole(t *testing.T, c *commissioning.Cycle) map[string]any {
	t.Helper()
	successor, _ := c.Successor()
	predecessor, _ := c.Predecessor()
	opened, by := c.Opened()
	holder, _ := c.Holder()
	return map[string]any{
		"id": c.ID(), "seq": c.Seq(), "stage": c.Stage(), "round": c.Round(), "visits": c.Visits(), "definition": c.Definition(),
		"opened": opened, "by": by, "holder": holder, "references": c.References(), "assignments": c.Assignments(),
		"brief": c.Brief(), "scale": c.Scale(), "successor": successor, "predecessor": predecessor, "fired": c.Fired(), "deadlines": c.Deadlines(),
		"needs": c.Needs(), "resources": c.Resources(), "outcomes": c.Outcomes(), "services": c.Services(), "impacts": c.ImpactAssessments(),
		"arrangements": c.Arrangements(), "reviews": c.Reviews(), "feedback": c.AllFeedback(), "engagements": c.Engagements(), "targets": c.Targets(),
	}
}

func TestS11_check_6_the_journal_rebuilds_the_same_state(t *testing.T) {
	journals := map[string][]byte{}
	onEveryStore(t, func(t *testing.T, h *house) {
		l := runLoop(t, h)
		first, second := l.load(t)
		for _, c := range []*commissioning.Cycle{first, second} {
			// Verify holds the stored document and index, byte for byte, against the
			// fold; what follows shows that an exported journal serves as well.
			require.NoError(t, l.desk.Verify(t.Context(), c.ID()))
			exported := journalOf(t, h.store, c.ID())
			entries, err := casework.ReadJournal(bytes.NewReader(exported))
			require.NoError(t, err)
			folded, err := l.desk.Kind().Fold(func(yield func(casework.Entry, error) bool) {
				for _, e := range entries {
					if !yield(e, nil) {
						return
					}
				}
			})
			require.NoError(t, err)
			assert.Equal(t, whole(t, c), whole(t, folded))
			name := t.Name()[strings.LastIndex(t.Name(), "/")+1:]
			journals[name] = append(journals[name], exported...)
		}
	})
	require.NotEmpty(t, journals["memory"])
	for name, journal := range journals {
		assert.True(t, bytes.Equal(journals["memory"], journal), "the same commands give the same journals wherever they are kept: %s", name)
	}
}
