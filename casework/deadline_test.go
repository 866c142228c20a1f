package casework_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
)

// due lets a kind's deadlines be whatever a test needs.
func due(of func(*Complaint) []casework.Deadline) func(*casework.KindSpec[*Complaint]) {
	return func(spec *casework.KindSpec[*Complaint]) { spec.Deadlines = of }
}

func deadlineCodes(all []casework.Deadline) []string {
	var codes []string
	for _, d := range all {
		codes = append(codes, d.Code+d.Subject)
	}
	return codes
}

func TestDeadlinesComeInDueOrder(t *testing.T) {
	given := []casework.Deadline{
		{Code: "c", Due: noon.Add(2 * time.Hour)},
		{Code: "b", Due: noon, Subject: "2"},
		{Code: "b", Due: noon.In(time.FixedZone("", 3600)), Subject: "1"},
		{Code: "a", Due: noon},
		{Code: "never"},
		{Code: "d", Due: noon.Add(-time.Hour)},
	}
	f := newOffice(t, due(func(*Complaint) []casework.Deadline { return given }))
	c := f.received()
	assert.Equal(t, []string{"d", "a", "b1", "b2", "c"}, deadlineCodes(c.Deadlines()))
	assert.Equal(t, []string{"d", "a", "b1", "b2"}, deadlineCodes(c.Due(noon)), "due at the very instant")
	assert.Equal(t, []string{"d"}, deadlineCodes(c.Due(noon.Add(-time.Microsecond))))
	assert.Equal(t, "c", given[0].Code, "what the kind gives is left as it was")
	record, err := f.store.Load(t.Context(), c.ID())
	require.NoError(t, err)
	assert.Equal(t, noon.Add(-time.Hour), record.Index.Due, "the store knows the next one")
}

func TestAKindWithoutDeadlinesHasNone(t *testing.T) {
	f := newOffice(t, due(nil))
	assert.Empty(t, f.received().Deadlines())
	var loose casework.Case
	assert.Empty(t, loose.Deadlines())
}

func TestADeadlineFiresOnceAndAMovedOneAnew(t *testing.T) {
	f := newOffice(t)
	c := f.looking()
	promise := func(by time.Time) {
		_, err := f.desk().Update(t.Context(), c.ID(), ana, func(c *Complaint) error { return c.AnswerDue(by) })
		require.NoError(t, err)
	}
	tick := func() *Complaint {
		c, err := f.desk().Tick(t.Context(), c.ID(), nightly)
		require.NoError(t, err)
		return c
	}
	promise(noon.Add(time.Hour))
	assert.Empty(t, tick().Fired(), "not due yet")
	f.now = noon.Add(time.Hour)
	ticked := tick()
	require.Len(t, ticked.Fired(), 1)
	assert.True(t, ticked.s.Overdue)
	f.now = noon.Add(2 * time.Hour)
	assert.Len(t, tick().Fired(), 1, "a tick is idempotent")

	promise(noon.Add(3 * time.Hour))
	f.now = noon.Add(4 * time.Hour)
	assert.Len(t, tick().Fired(), 2)
	promise(noon.Add(time.Hour))
	assert.Len(t, tick().Fired(), 2, "back where it was: that one has fired")
	f.verified(c.ID())

	promise(noon.Add(100 * time.Hour))
	assert.Len(t, tick().Deadlines(), 1)
	_, err := f.desk().Move(t.Context(), c.ID(), ana, Withdraw, casework.Reason("it is settled"))
	require.NoError(t, err)
	over, err := f.desk().Load(t.Context(), c.ID())
	require.NoError(t, err)
	assert.Empty(t, over.Deadlines(), "a case that is over has no deadlines")
}

func TestWhatADeadlineBringsFiresInTheSameTick(t *testing.T) {
	f := newOffice(t, func(spec *casework.KindSpec[*Complaint]) {
		spec.Deadlines = func(c *Complaint) []casework.Deadline {
			return []casework.Deadline{{Code: "reminder", Due: noon.AddDate(0, 0, len(c.Fired()))}}
		}
	})
	c := f.received()
	f.now = noon.AddDate(0, 0, 3)
	c, err := f.desk().Tick(t.Context(), c.ID(), nightly)
	require.NoError(t, err)
	assert.Len(t, c.Fired(), 4)
	f.verified(c.ID())
}

// TestS12_11_a_clock_that_goes_back_and_a_late_tick is row 11 of the embedding
// checks: each deadline fires once, in due order, with due time and actual time.
func TestS12_11_a_clock_that_goes_back_and_a_late_tick(t *testing.T) {
	london, err := time.LoadLocation("Europe/London")
	require.NoError(t, err)
	back := time.Date(2025, 10, 26, 1, 30, 0, 0, time.UTC).In(london) // 01:30 for the second time
	first, second := back.Add(-time.Hour), back.Add(24*time.Hour)
	f := newOffice(t, due(func(*Complaint) []casework.Deadline {
		return []casework.Deadline{{Code: "second", Due: second}, {Code: "first", Due: first}}
	}))
	f.now = first.Add(-time.Hour)
	c := f.received()
	tick := func(at time.Time) {
		f.now = at
		_, err := f.desk().Tick(t.Context(), c.ID(), nightly)
		require.NoError(t, err)
	}
	tick(first.Add(10 * time.Minute))  // 01:40 in summer time
	tick(first.Add(-50 * time.Minute)) // the clock has gone back an hour
	tick(first.Add(20 * time.Minute))
	late := second.Add(3 * 24 * time.Hour)
	tick(late)
	tick(late)

	c, err = f.desk().Load(t.Context(), c.ID())
	require.NoError(t, err)
	fired := c.Fired()
	require.Len(t, fired, 2)
	assert.Equal(t, []string{"first", "second"}, []string{fired[0].Code, fired[1].Code})
	assert.True(t, fired[0].Due.Equal(first))
	assert.True(t, fired[0].Noticed.Equal(first.Add(10*time.Minute)))
	assert.True(t, fired[1].Due.Equal(second))
	assert.True(t, fired[1].Noticed.Equal(late))

	entries := f.journal(c.ID())[2:]
	require.Len(t, entries, 2)
	assert.Equal(t, "2025-10-26T01:30:00+01:00", entries[0].Effective.Format(time.RFC3339), "the summer's 01:30")
	assert.Equal(t, "2025-10-26T00:40:00Z", entries[0].Recorded.Format(time.RFC3339))
	assert.Equal(t, "2025-10-27T01:30:00Z", entries[1].Effective.Format(time.RFC3339))
	assert.Equal(t, late.UTC(), entries[1].Recorded)
	f.verified(c.ID())
}

func TestALateTickFiresManyInDueOrder(t *testing.T) {
	f := newOffice(t, due(func(*Complaint) []casework.Deadline {
		return []casework.Deadline{{Code: "b", Due: noon.Add(2 * time.Hour)}, {Code: "a", Due: noon.Add(time.Hour)}, {Code: "z", Due: noon.AddDate(1, 0, 0)}}
	}))
	c := f.received()
	f.now = noon.AddDate(0, 0, 3)
	c, err := f.desk().Tick(t.Context(), c.ID(), nightly)
	require.NoError(t, err)
	require.Len(t, c.Fired(), 2)
	assert.Equal(t, []string{"a", "b"}, []string{c.Fired()[0].Code, c.Fired()[1].Code})
	assert.Equal(t, []string{"z"}, deadlineCodes(c.Deadlines()))
}

func TestADueTimeNobodyCanWriteFailsTheTickAlone(t *testing.T) {
	far := noon.AddDate(9000, 0, 0)
	f := newOffice(t, due(func(*Complaint) []casework.Deadline { return []casework.Deadline{{Code: "far", Due: far}} }))
	c := f.received()
	record, err := f.store.Load(t.Context(), c.ID())
	require.NoError(t, err)
	assert.True(t, record.Index.Due.IsZero())
	f.verified(c.ID())
	call, err := casework.NewCall(&casework.DeskOptions{Clock: func() time.Time { return far }}, ana)
	assert.Nil(t, call)
	require.ErrorIs(t, err, casework.ErrInvalid, "a clock never comes to it")

	f2 := newOffice(t, due(func(*Complaint) []casework.Deadline {
		return []casework.Deadline{{Code: "before", Due: time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC)}}
	}))
	c = f2.received()
	_, err = f2.desk().Tick(t.Context(), c.ID(), nightly)
	assert.Equal(t, []string{"due deadline.unwritable"}, faults(t, err))
	f2.untouched(c)
}
