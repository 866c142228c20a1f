package principles

import (
	"fmt"
	"slices"

	"github.com/needsled/needsled/casework"
)

// Criterion is one thing a standard asks, and the function that judges it from
// the facts of a cycle. The function is pure: it sees the dossier and nothing
// else, changes nothing, and gives the same findings for the same facts. One that
// panics gives the outcome error.
type Criterion struct {
	ID     string // unique in its standard; API
	Title  string
	Doc    string // what is asked and why, for people
	Source Source
	Needs  []string // what it needs to know, in words, such as "the provider map"
	Stages []Stage  // the stages in which it bites; none means the cycle as a whole
	// Control marks a criterion that asks whether a control worked, such as a
	// separation of duties. Imported history is no proof of that: a finding that
	// rests on nothing else becomes no evidence.
	Control bool
	OfCycle func(*Dossier) []Finding
}

// Faults lists what is wrong with the criterion, each under path.
func (c Criterion) Faults(path string) []casework.Fault {
	var faults []casework.Fault
	missing := func(text, field, message string) {
		if blank(text) {
			faults = append(faults, fault(path+"."+field, "criterion."+field+"_missing", message))
		}
	}
	missing(c.ID, "id", "a criterion has an id")
	missing(c.Title, "title", "a criterion has a title")
	missing(c.Doc, "doc", "say what is asked, and why")
	faults = append(faults, c.Source.Faults(path+".source")...)
	if c.OfCycle == nil {
		faults = append(faults, fault(path, "criterion.unjudged", "a criterion has a function that judges it"))
	}
	if len(c.Needs) == 0 {
		faults = append(faults, fault(path+".needs", "criterion.needs_missing", "say what the criterion needs to know"))
	}
	for i, s := range c.Stages {
		if stageOrder(s) < 0 || slices.Contains(c.Stages[:i], s) {
			faults = append(faults, fault(fmt.Sprintf("%s.stages[%d]", path, i), "criterion.stage", fmt.Sprintf("stage %q is empty or stands there twice", s)))
		}
	}
	return faults
}
