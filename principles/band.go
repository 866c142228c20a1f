package principles

import (
	"fmt"

	"github.com/needsled/needsled/casework"
)

// Band is a range of figures with a title, such as "good" from 63 to 87. From is
// within it. To is its other end and within it too, or Below is its other end
// and not; a band has one of the two.
type Band struct {
	Title string `json:"title"`
	From  Figure `json:"from"`
	To    Figure `json:"to,omitzero"`
	Below Figure `json:"below,omitzero"`
}

// Holds tells whether a figure lies in the band. One that is not determined lies
// in none.
func (b Band) Holds(f Figure) bool {
	if !f.Determined() || f.Cmp(b.From) < 0 {
		return false
	}
	if b.Below.Determined() {
		return f.Cmp(b.Below) < 0
	}
	return f.Cmp(b.To) <= 0
}

// end gives the other end of the band, be it within the band or not.
func (b Band) end() Figure {
	if b.Below.Determined() {
		return b.Below
	}
	return b.To
}

// Bands are the bands of a scale, from the lowest figures to the highest. What
// lies between two of them, such as 8.5 between 6 to 8 and 9 to 14, is in none.
type Bands []Band

// Of gives the band of a figure. A figure that is not determined, and one in no
// band, are [casework.ErrInvalid]: neither is taken for the lowest band.
func (b Bands) Of(f Figure) (Band, error) {
	if !f.Determined() {
		return Band{}, casework.Invalid("find a band", fault("figure", "figure.undetermined", "the figure is not determined, so it has no band"))
	}
	for _, band := range b {
		if band.Holds(f) {
			return band, nil
		}
	}
	return Band{}, casework.Invalid("find a band", fault("figure", "band.none", fmt.Sprintf("%s lies in no band", f)))
}

// Validate checks the bands. Those without a title or an end, with two, with an
// end before the beginning, and those that overlap or are out of order are
// [casework.ErrInvalid], all at once.
func (b Bands) Validate() error { return casework.InvalidIf("bands", b.Faults("bands")) }

// Faults lists what is wrong with the bands, each under path.
func (b Bands) Faults(path string) []casework.Fault {
	var faults []casework.Fault
	titles := map[string]bool{}
	for i, band := range b {
		at := pathAt(path, i)
		faults = append(faults, band.faults(at)...)
		if !blank(band.Title) && titles[band.Title] {
			faults = append(faults, fault(at+".title", "band.twice", fmt.Sprintf("band %q stands there twice", band.Title)))
		}
		titles[band.Title] = true
		if i > 0 && band.From.Determined() && !b[i-1].endsBefore(band.From) {
			faults = append(faults, fault(at+".from", "band.overlap", fmt.Sprintf("%s is not above band %q: bands follow each other upwards", band.From, b[i-1].Title)))
		}
	}
	return faults
}

// endsBefore tells whether another band may begin at a figure; one without an
// end does not stand in the way.
func (b Band) endsBefore(from Figure) bool {
	return !b.end().Determined() || b.end().Cmp(from) < 0 || (b.Below.Determined() && b.Below.Cmp(from) == 0)
}

func (b Band) faults(at string) []casework.Fault {
	var faults []casework.Fault
	if blank(b.Title) {
		faults = append(faults, fault(at+".title", "band.title_missing", "a band has a title"))
	}
	if !b.From.Determined() {
		faults = append(faults, fault(at+".from", "band.from_missing", "say where the band begins"))
	}
	switch {
	case b.To.Determined() && b.Below.Determined():
		faults = append(faults, fault(at, "band.two_ends", "a band ends with a figure, or below one"))
	case !b.To.Determined() && !b.Below.Determined():
		faults = append(faults, fault(at, "band.end_missing", "say with which figure the band ends, or below which"))
	case b.From.Determined() && (b.end().Cmp(b.From) < 0 || (b.Below.Determined() && b.Below.Cmp(b.From) == 0)):
		faults = append(faults, fault(at, "band.empty", "a band ends above its beginning"))
	}
	return faults
}
