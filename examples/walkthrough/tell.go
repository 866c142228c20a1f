package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/examples/walkthrough/casefile"
	"github.com/needsled/needsled/principles"
	"github.com/needsled/needsled/procurement"
)

// width is how wide the terminal is taken to be, in characters.
const width = 100

// teller tells of a walk in plain text.
type teller struct {
	out    io.Writer
	c      *casefile.Case
	actors int // width of the longest actor
	names  int // width of the longest name of a case
}

func newTeller(out io.Writer, c *casefile.Case) *teller {
	t := &teller{out: out, c: c}
	for _, a := range c.Actors {
		t.actors = max(t.actors, utf8.RuneCountInString(a.String()))
	}
	for _, l := range c.Listed() {
		t.names = max(t.names, utf8.RuneCountInString(l.Name))
	}
	return t
}

// line writes a line; where the terminal is gone there is nobody to tell.
func (t *teller) line(format string, args ...any) {
	_, _ = io.WriteString(t.out, strings.TrimRight(fmt.Sprintf(format, args...), " ")+"\n")
}

// block writes a text under a label, wrapped, its lines aligned behind the label.
func (t *teller) block(indent int, label, text string) {
	lead := strings.Repeat(" ", indent) + label
	for _, line := range wrapped(text, width-utf8.RuneCountInString(lead)) {
		t.line("%s%s", lead, line)
		lead = strings.Repeat(" ", utf8.RuneCountInString(lead))
	}
}

func (t *teller) begin(c *casefile.Case) {
	t.line("%s", c.Title)
	t.line("%s", strings.Repeat("=", utf8.RuneCountInString(c.Title)))
	if c.About != "" {
		t.line("")
		t.block(0, "", c.About)
	}
	t.line("")
	t.line("Case %s: %s, %s. Times are those of %s.", c.Reference, contents(c), counted(len(c.Steps), "step", "steps"), c.Location)
}

// contents counts what a case file lists.
func contents(c *casefile.Case) string {
	all := []string{counted(len(c.Cycles), "cycle", "cycles")}
	for _, more := range []struct {
		n         int
		one, many string
	}{
		{len(c.Frameworks), "framework agreement", "framework agreements"},
		{len(c.Purchases), "purchase", "purchases"},
		{len(c.Contracts), "contract", "contracts"},
		{len(c.Grants), "grant agreement", "grant agreements"},
	} {
		if more.n > 0 {
			all = append(all, counted(more.n, more.one, more.many))
		}
	}
	return strings.Join(all, ", ")
}

const inset = 5 // of what stands under a step's first line

// step tells what became of a step.
func (t *teller) step(a attempt, expected bool) {
	s := a.step
	t.line("")
	t.line("%3d  %s  %-*s  %-*s  %s", s.Number, s.At.In(t.c.Location).Format("2006-01-02 15:04"), t.actors, s.By, t.names, s.Case.Name, commandOf(s))
	if a.fate == fateDoneBefore || a.fate == fateRefusedBefore {
		t.line("%*s%s", inset, "", a.fate)
		t.unexpected(a, expected)
		return
	}
	if s.Title != "" {
		t.block(inset, "", s.Title)
	}
	if s.Note != "" {
		t.block(inset, "note      ", s.Note)
	}
	t.answers(s)
	if a.fate == fateRefused {
		t.refused(a)
	} else {
		t.done(a)
	}
	t.unexpected(a, expected)
}

func commandOf(s casefile.Step) string {
	var move struct {
		Move casework.Move `json:"move"`
	}
	if s.Do != "move" || !readJSON(s.With, &move) {
		return s.Do
	}
	return "move: " + string(move.Move)
}

// answers tells what the step says to the objections it knows of.
func (t *teller) answers(s casefile.Step) {
	if s.Reason != "" {
		t.block(inset, "reason    ", s.Reason)
	}
	for _, code := range sortedKeys(s.Explain) {
		t.block(inset, "explains  ", code+": "+s.Explain[code])
	}
	for _, code := range sortedKeys(s.Override) {
		t.block(inset, "overrides ", code+": "+s.Override[code])
	}
}

func (t *teller) done(a attempt) {
	text := a.made
	if text == "" {
		text = titleOf(a.after)
	}
	t.block(inset, "done      ", text)
	for _, to := range a.wrote {
		label := "wrote     "
		if to.to != a.step.Case.Name {
			label = "and in    " + to.to + ": "
		}
		t.block(inset, label, entriesOf(to.entries))
	}
	if len(a.advice) > 0 {
		t.line("%*sadvice", inset, "")
		t.objections(inset+2, a.advice)
	}
}

func entriesOf(entries []casework.Entry) string {
	var all []string
	for _, e := range entries {
		text := fmt.Sprintf("%d %s", e.Seq, e.Type)
		if e.Move != "" && string(e.Move) != e.Type {
			text += " (" + string(e.Move) + ")"
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
}

func (t *teller) refused(a attempt) {
	t.line("%*srefused   %s", inset, "", counted(len(a.why), "reason", "reasons"))
	t.objections(inset+2, a.why)
}

func (t *teller) unexpected(a attempt, expected bool) {
	if expected {
		return
	}
	wanted := string(a.step.Expect)
	if len(a.step.Codes) > 0 {
		wanted += " with " + strings.Join(a.step.Codes, ", ")
	}
	t.block(inset, "OTHERWISE ", "the case file expects this step to be "+wanted)
}

// objections lists objections with all that helps to mend them.
func (t *teller) objections(indent int, all []casework.Objection) {
	for _, o := range byEffect(all) {
		t.block(indent, "", fmt.Sprintf("%s (%s): %s", o.Code, o.Effect, o.Message))
		if o.Remedy != "" {
			t.block(indent+2, "mend    ", o.Remedy)
		}
		if o.Source != "" {
			t.block(indent+2, "source  ", o.Source)
		}
	}
}

// checklist tells every move out of a state, and what stands against it.
func (t *teller) checklist(c anyCase, options []casework.Option) {
	if len(options) == 0 {
		return
	}
	t.line("")
	t.line("%*sChecklist of %s", inset, "", standsIn(c))
	t.moves(inset+2, options)
}

// moves lists the moves that are open, and those that are stopped with all that
// stands against them.
func (t *teller) moves(indent int, options []casework.Option) {
	var free []string
	for _, o := range options {
		if mayBeTaken(o) {
			free = append(free, titled(o))
		}
	}
	if len(free) > 0 {
		t.block(indent, "open     ", strings.Join(free, ", "))
	}
	for _, o := range options {
		against := standing(o)
		if len(against) == 0 {
			continue
		}
		label := "stopped  "
		if mayBeTaken(o) {
			label = "advice   "
		}
		t.block(indent, label, titled(o))
		for _, x := range byEffect(against) {
			t.block(indent+len(label), "- ", briefly(x))
		}
	}
}

// titled is a move with what it takes beside its name.
func titled(o casework.Option) string {
	switch {
	case o.Arguments != "":
		return fmt.Sprintf("%s (by %s)", o.Title, o.Arguments)
	case len(standing(o)) < len(o.Objections):
		return o.Title + " (say why)"
	default:
		return o.Title
	}
}

// standing gives what stands against a move, beside that a reason is to be given.
func standing(o casework.Option) []casework.Objection {
	return slices.DeleteFunc(slices.Clone(o.Objections), func(x casework.Objection) bool { return x.Code == casework.CodeReasonMissing })
}

// mayBeTaken tells whether nothing stops a move, once a reason is given where it
// takes one.
func mayBeTaken(o casework.Option) bool {
	return !slices.ContainsFunc(standing(o), func(x casework.Objection) bool { return x.Effect.Stops() })
}

// briefly tells an objection in a line.
func briefly(x casework.Objection) string {
	text := x.Message
	if x.Remedy != "" {
		text += "; " + x.Remedy
	}
	return fmt.Sprintf("%s (%s, %s)", text, x.Code, x.Effect)
}

// end tells where everything stands, what was written, and what was verified.
func (t *teller) end(ends []end, tried []attempt, files []string) {
	t.line("")
	t.line("Where it stands")
	for _, e := range ends {
		t.line("")
		t.line("  %s: %s, %s, %s scale", e.Name, titleOf(e.c), standsIn(e.c), e.c.Scale())
		for _, text := range t.figures(e.c) {
			t.block(4, "", text)
		}
		t.moves(4, e.options)
	}
	t.line("")
	t.line("This run: %s", tally(tried))
	for _, e := range ends {
		t.line("Verified: %-*s  %3d entries, unbroken, head %.16s", t.names, e.Name, len(e.journal), e.head)
	}
	for _, f := range files {
		t.line("Written:  %s", f)
	}
}

// reports tells how the cycle was judged, a table for each standard.
func (t *teller) reports(reports []principles.Report) error {
	for _, r := range reports {
		t.line("")
		if err := r.Table(t.out); err != nil {
			return err
		}
		rating, err := rated(r)
		if err != nil {
			return err
		}
		if rating != "" {
			t.line("%s", rating)
		}
	}
	return nil
}

// tally counts the fates of the steps.
func tally(tried []attempt) string {
	count := map[fate]int{}
	for _, a := range tried {
		count[a.fate]++
	}
	var all []string
	for _, f := range []fate{fateDone, fateRefused, fateDoneBefore, fateRefusedBefore} {
		if count[f] > 0 {
			all = append(all, fmt.Sprintf("%d %s", count[f], f))
		}
	}
	if len(all) == 0 {
		return "no steps"
	}
	return strings.Join(all, "; ")
}

// wrapped breaks a text into lines of up to some characters; a longer word
// stands on a line of its own.
func wrapped(text string, most int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		switch {
		case line == "":
			line = word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > most:
			lines = append(lines, line)
			line = word
		default:
			line += " " + word
		}
	}
	return append(lines, line)
}

// figures tells in a line each what matters about where a case stands.
func (t *teller) figures(c anyCase) []string {
	switch c := c.(type) {
	case *commissioning.Cycle:
		var all []string
		for _, s := range c.Services() {
			all = append(all, fmt.Sprintf("%s %s: %s", s.ID, s.Title, s.Delivery))
		}
		return all
	case *procurement.FrameworkAgreement:
		return []string{fmt.Sprintf("ceiling %s, drawn %s, remaining %s", c.Terms().Ceiling, sum(c.Drawn()), sum(c.Remaining()))}
	case *procurement.Purchase:
		var all []string
		for _, a := range c.Awards() {
			all = append(all, fmt.Sprintf("%s %s: %s", a.ID, a.Supplier, a.Value))
		}
		return all
	case *procurement.Contract:
		now := c.EffectiveAt(t.latest())
		return []string{fmt.Sprintf("value %s, %s", now.Value, now.Period), accounted(c)}
	case *procurement.GrantAgreement:
		return []string{fmt.Sprintf("%s, %s", c.Grant().Amount, c.Grant().Period)}
	default:
		return nil
	}
}

// latest is the time of the last step.
func (t *teller) latest() time.Time {
	if n := len(t.c.Steps); n > 0 {
		return t.c.Steps[n-1].At
	}
	return time.Time{}
}

// accounted tells how the money of a contract stands.
func accounted(c *procurement.Contract) string {
	a, err := c.Account()
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("invoiced %s, refused %s, paid %s, outstanding %s", a.Invoiced, a.Refused, a.Paid, a.Outstanding)
}
