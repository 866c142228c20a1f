package principles

import (
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/needsled/needsled/casework"
)

// Level is how high something stands on a scale, for a picture: a competency at
// level 2 of 4, a statement scored 3 of 4.
type Level struct {
	// Standard is the id of the standard of the report it is shown with; empty
	// for the first on the page.
	Standard string `json:"standard,omitempty"`
	Title    string `json:"title"`
	Value    int    `json:"value"` // from 0
	Of       int    `json:"of"`    // the highest there is, at most 1,000
}

// Faults lists what is wrong with the level, each under path.
func (l Level) Faults(path string) []casework.Fault {
	var faults []casework.Fault
	if blank(l.Title) {
		faults = append(faults, fault(path+".title", "level.title_missing", "say what the level is of"))
	}
	if l.Of < 1 || l.Of > 1000 {
		faults = append(faults, fault(path+".of", "level.of_out_of_range", "the highest level is from 1 to 1,000"))
	}
	if l.Value < 0 || l.Value > l.Of {
		faults = append(faults, fault(path+".value", "level.value_out_of_range", "a level is from 0 to the highest there is"))
	}
	return faults
}

func shownLevelFaults(path string, levels []Level) []casework.Fault {
	var faults []casework.Fault
	for i, l := range levels {
		faults = append(faults, l.Faults(pathAt(path, i))...)
	}
	return faults
}

// EnteredLevels gives the scores that were entered at a stage of scoring, as levels for
// a picture, in the order of the standard: the points of each answer, of the most
// its question gives. What nobody has answered, what does not apply, and what was
// only suggested has none, and neither have points below 0.
func (r Report) EnteredLevels(stage ScoreStage) []Level {
	var levels []Level
	for _, c := range r.Criteria {
		for _, f := range r.Of(c.ID) {
			if e := f.Entered; e != nil && e.Stage == stage && f.Counts() && e.Points >= 0 && e.Of > 0 {
				levels = append(levels, Level{Standard: r.Standard.ID, Title: c.Title, Value: e.Points, Of: e.Of})
			}
		}
	}
	return levels
}

// Sizes of the radar.
const (
	radarWidth  = 440
	radarReach  = 150 // from the middle to the highest level
	radarMiddle = 190
	levelLine   = 24
)

// Radar writes a picture of levels: an axis for each, from nothing in the middle
// to the highest at the rim, numbered, with the words below. Fewer than three
// are drawn as bars. It is an SVG that stands alone. No level at all, and faulty
// ones, are [casework.ErrInvalid].
func Radar(w io.Writer, title string, levels ...Level) error {
	faults := shownLevelFaults("levels", levels)
	if len(levels) == 0 {
		faults = append(faults, fault("levels", "level.none", "there is nothing to draw"))
	}
	if err := casework.InvalidIf("draw a radar", faults); err != nil {
		return err
	}
	return radar(drawingID("radar", casework.Hash{}, fmt.Sprintf("%q %v", title, levels)), title, levels).writeTo(w)
}

func radar(id, title string, levels []Level) *drawing {
	d := &drawing{id: id, title: title, width: radarWidth}
	words := make([]string, len(levels))
	for i, l := range levels {
		words[i] = fmt.Sprintf("%s: %d of %d", plain(l.Title), l.Value, l.Of)
	}
	d.desc = strings.Join(words, "; ") + "."
	if len(levels) < 3 {
		bars(d, levels)
		return d
	}
	web(d, levels)
	d.height = 2*radarMiddle + 10
	for i, word := range words {
		for j, line := range wrapped(fmt.Sprintf("%d  %s", i+1, word), 58, 2) {
			if j > 0 {
				d.height -= 6
			}
			d.height += levelLine
			d.text(j*18, d.height-8, "", "start", line)
		}
	}
	return d
}

// web draws the axes, the rings at the quarters, and the levels.
func web(d *drawing, levels []Level) {
	for ring := 1; ring <= 4; ring++ {
		d.addf(`<path class="rule" d="%s"/>`, around(levels, func(Level) float64 { return float64(ring) / 4 }))
	}
	for i := range levels {
		x, y := onAxis(i, len(levels), 1)
		d.addf(`<path class="rule" d="M%d %d L%.1f %.1f"/>`, radarWidth/2, radarMiddle, x, y)
		x, y = onAxis(i, len(levels), 1.12)
		d.text(int(math.Round(x)), int(math.Round(y))+5, "head", "middle", fmt.Sprint(i+1))
	}
	d.addf(`<path class="area" d="%s"/>`, around(levels, Level.share))
	for i, l := range levels {
		x, y := onAxis(i, len(levels), l.share())
		d.addf(`<circle class="dot" cx="%.1f" cy="%.1f" r="4"><title>%s</title></circle>`, x, y, xmlText(fmt.Sprintf("%s: %d of %d", l.Title, l.Value, l.Of)))
	}
}

func (l Level) share() float64 { return float64(l.Value) / float64(l.Of) }

// onAxis gives the point at a share of an axis; the first points upwards.
func onAxis(i, of int, share float64) (x, y float64) {
	angle := 2*math.Pi*float64(i)/float64(of) - math.Pi/2
	return settled(radarWidth/2 + radarReach*share*math.Cos(angle)), settled(radarMiddle + radarReach*share*math.Sin(angle))
}

// settled rounds to a tenth, alike on every machine.
func settled(n float64) float64 { return math.Round(n*10) / 10 }

func around(levels []Level, share func(Level) float64) string {
	var b strings.Builder
	for i, l := range levels {
		x, y := onAxis(i, len(levels), share(l))
		command := "L"
		if i == 0 {
			command = "M"
		}
		fmt.Fprintf(&b, "%s%.1f %.1f ", command, x, y)
	}
	return b.String() + "Z"
}

// bars draws one or two levels, which make no web.
func bars(d *drawing, levels []Level) {
	for _, l := range levels {
		d.text(0, d.height+16, "", "start", shortened(l.Title, 48))
		d.text(radarWidth, d.height+16, "head", "end", fmt.Sprintf("%d of %d", l.Value, l.Of))
		d.addf(`<rect class="rule" x="1" y="%d" width="%d" height="16" rx="3"/>`, d.height+24, radarWidth-2)
		d.addf(`<rect class="bar" x="1" y="%d" width="%d" height="16" rx="3"/>`, d.height+24, (radarWidth-2)*l.Value/l.Of)
		d.height += 56
	}
}
