package principles

import (
	"fmt"
	"io"
	"slices"
	"time"
)

// Sizes of the timeline.
const (
	timelineLabel = 250
	timelineReach = 500 // from the first day to the last
	timelineEdge  = 16
	timelineLane  = 38
	timelineHead  = 30
	timelineTicks = 7
)

// EvidenceTimeline writes a picture of when the evidence is from: a lane a
// criterion, and a mark for every cited entry at the time it is said to have
// happened. What was imported is hollow. What was written down late has a dashed
// line to when it was recorded. It is an SVG that stands alone. Errors are those
// of the writer.
func EvidenceTimeline(w io.Writer, r Report) error {
	return r.timeline(drawingID("timeline", r.Dossier, r.Standard.ID)).writeTo(w)
}

func (r Report) timeline(id string) *drawing {
	t := &timeline{d: &drawing{id: id, title: "When the evidence is from: " + r.Standard.String(), width: timelineLabel + timelineReach + 2*timelineEdge}}
	total, imported, late, undated := 0, 0, 0, 0
	lanes := make([][]Citation, len(r.Criteria))
	for i, c := range r.Criteria {
		lanes[i] = r.cited(c.ID)
		for _, e := range lanes[i] {
			if e.Effective.IsZero() {
				undated++
				continue
			}
			t.span(e)
			total++
			imported += boolCount(e.Imported)
			late += boolCount(e.Backfilled)
		}
	}
	t.d.desc = fmt.Sprintf("%s over %s; %d imported, %d recorded late.", counted(total, "entry is cited", "entries are cited"), counted(len(r.Criteria), "criterion", "criteria"), imported, late)
	if undated > 0 {
		t.d.desc += fmt.Sprintf(" %s no time and are left out.", counted(undated, "citation has", "citations have"))
	}
	t.d.height = timelineHead + timelineLane*len(r.Criteria)
	t.axis()
	for i, c := range r.Criteria {
		t.lane(timelineHead+timelineLane*i, c.Title, lanes[i])
	}
	t.legend()
	return t.d
}

func boolCount(is bool) int {
	if is {
		return 1
	}
	return 0
}

// cited gives what is cited for a criterion, each entry once, by its time.
func (r Report) cited(criterion string) []Citation {
	var all []Citation
	for _, f := range r.Of(criterion) {
		all = append(all, f.Evidence...)
	}
	all = sortedCitations(all)
	slices.SortStableFunc(all, func(a, b Citation) int { return a.Effective.Compare(b.Effective) })
	return all
}

// timeline is a timeline in the making.
type timeline struct {
	d           *drawing
	first, last time.Time
}

// span widens the time shown so that it holds a citation.
func (t *timeline) span(c Citation) {
	times := []time.Time{c.Effective}
	if c.Backfilled && !c.Recorded.IsZero() {
		times = append(times, c.Recorded)
	}
	for _, at := range times {
		if t.first.IsZero() || at.Before(t.first) {
			t.first = at
		}
		if t.last.IsZero() || at.After(t.last) {
			t.last = at
		}
	}
}

// x gives the place of a time; by seconds, since spans of centuries are more
// nanoseconds than a duration holds.
func (t *timeline) x(at time.Time) int {
	whole := t.last.Unix() - t.first.Unix()
	if whole <= 0 {
		return timelineLabel + timelineEdge + timelineReach/2
	}
	return timelineLabel + timelineEdge + int((at.Unix()-t.first.Unix())*timelineReach/whole)
}

// axis draws the months or years, at most so many that they can be read.
func (t *timeline) axis() {
	if t.first.IsZero() {
		t.d.text(timelineLabel+timelineEdge, 18, "quiet", "start", "No evidence has a date.")
		return
	}
	for _, at := range t.ticks() {
		x := t.x(at)
		t.d.addf(`<path class="rule" d="M%d %d V%d"/>`, x, timelineHead-6, t.d.height)
		t.d.text(x, 18, "quiet", "middle", at.Format("Jan 2006"))
	}
}

// ticks gives firsts of months, evenly spaced. A span within one month has its
// first day alone.
func (t *timeline) ticks() []time.Time {
	first, last := t.first.UTC(), t.last.UTC()
	months := (last.Year()-first.Year())*12 + int(last.Month()-first.Month())
	step := 1
	for _, s := range []int{1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000, 12000, 24000} {
		step = s
		if months/s <= timelineTicks-1 {
			break
		}
	}
	var ticks []time.Time
	for n := first.Year()*12 + int(first.Month()) - 1; n <= last.Year()*12+int(last.Month())-1; n++ {
		at := time.Date(n/12, time.Month(n%12+1), 1, 0, 0, 0, 0, time.UTC)
		if n%step == 0 && !at.Before(first) {
			ticks = append(ticks, at)
		}
	}
	if len(ticks) == 0 {
		return []time.Time{first}
	}
	return ticks
}

func (t *timeline) lane(y int, title string, cited []Citation) {
	t.d.addf(`<path class="rule" d="M0 %d H%d"/>`, y, t.d.width)
	lines := wrapped(title, 35, 2)
	for i, line := range lines {
		t.d.text(0, y+timelineLane/2+5-8*(len(lines)-1)+16*i, "", "start", line)
	}
	for _, c := range cited {
		if !c.Effective.IsZero() {
			t.mark(y+timelineLane/2, c)
		}
	}
}

func (t *timeline) mark(y int, c Citation) {
	x := t.x(c.Effective)
	says := c.name() + ": " + c.Type + ", " + c.when()
	if c.Backfilled && !c.Recorded.IsZero() {
		to := t.x(c.Recorded)
		t.d.addf(`<path class="late" d="M%d %d H%d M%d %d V%d"/>`, x, y, to, to, y-8, y+8)
	}
	class := "dot"
	if c.Imported {
		class = "hollow"
	}
	t.d.addf(`<circle class="%s" cx="%d" cy="%d" r="5"><title>%s</title></circle>`, class, x, y, xmlText(says))
}

func (t *timeline) legend() {
	y := t.d.height + 24
	t.d.addf(`<path class="rule" d="M0 %d H%d"/>`, t.d.height, t.d.width)
	t.d.addf(`<circle class="dot" cx="6" cy="%d" r="5"/>`, y-4)
	t.d.text(18, y, "quiet", "start", "recorded as it happened")
	t.d.addf(`<circle class="hollow" cx="192" cy="%d" r="5"/>`, y-4)
	t.d.text(204, y, "quiet", "start", "imported")
	t.d.addf(`<circle class="dot" cx="284" cy="%d" r="5"/><path class="late" d="M284 %d H320 M320 %d V%d"/>`, y-4, y-4, y-12, y+4)
	t.d.text(332, y, "quiet", "start", "happened, and when it was recorded, later (backfilled)")
	t.d.height = y + 12
}
