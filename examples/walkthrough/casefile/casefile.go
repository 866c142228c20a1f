package casefile

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// Case is a case file that was read: who takes part, what is opened, and what
// is done, in the order of time.
type Case struct {
	Reference string         // names the case; idempotency keys derive from it
	Title     string         // for people
	About     string         // what the case is about, and where its figures come from
	Location  *time.Location // the days of the case are those of this place
	Agencies  []casework.Agency
	Actors    []Actor
	Cycles    []Cycle // the first is the one the case is about
	Steps     []Step
}

// Actor is somebody who takes part, and the objections that the host lets them
// override, by code.
type Actor struct {
	casework.Actor
	MayOverride []string
}

// Cycle is a cycle of the case, known to its steps by a name.
type Cycle struct {
	Name        string
	Serves      string // name of the strategic cycle that this one serves
	Predecessor string // name of the cycle that this one will end
	Brief       commissioning.Brief
}

// Reference is the host's own number of the cycle: the first of its brief.
func (c Cycle) Reference() casework.ExternalRef { return c.Brief.References[0] }

// Expectation is what a case file says will become of a step.
type Expectation string

// The expectations.
const (
	Done    Expectation = "done"
	Refused Expectation = "refused"
)

// Step is one command, issued by an actor at a time.
type Step struct {
	Number   int // from 1
	Line     int // of the file
	Title    string
	Note     string
	At       time.Time // with the offset of the file
	By       casework.Actor
	Cycle    string // name
	Do       string // name of the command
	With     json.RawMessage
	Reason   string
	Explain  map[string]string // by code
	Override map[string]string // by code
	Expect   Expectation
	Codes    []string // that a refused step is expected to raise

	run func(*commissioning.Cycle) (string, error)
}

// Opens tells whether the step opens its cycle. Every other step is issued to
// the open cycle, by [Step.Apply].
func (s Step) Opens() bool { return s.Do == openCommand }

// Apply issues the step's command to its cycle, and says in a few words what
// came of it, such as "need N1 has priority 1". Errors are those of the command.
func (s Step) Apply(c *commissioning.Cycle) (string, error) { return s.run(c) }

// Options gives what the step says along with its command: its reason, its
// effective time, explanations and overrides.
func (s Step) Options() []casework.CallOption {
	all := []casework.CallOption{casework.Effective(s.At)}
	if s.Reason != "" {
		all = append(all, casework.Reason(s.Reason))
	}
	for code, reason := range s.Explain {
		all = append(all, casework.Explaining(code, reason))
	}
	for code, reason := range s.Override {
		all = append(all, casework.Overriding(code, reason))
	}
	return all
}

// CycleNamed gives a cycle of the case by its name.
func (c *Case) CycleNamed(name string) (Cycle, bool) {
	i := slices.IndexFunc(c.Cycles, func(y Cycle) bool { return y.Name == name })
	if i < 0 {
		return Cycle{}, false
	}
	return c.Cycles[i], true
}

// MayOverride tells whether the case lets an actor override a code.
func (c *Case) MayOverride(actor casework.Actor, code string) bool {
	return slices.ContainsFunc(c.Actors, func(a Actor) bool {
		return a.Is(actor) && slices.Contains(a.MayOverride, code)
	})
}
