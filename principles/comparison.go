package principles

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/needsled/needsled/casework"
)

// Turn is how an outcome turned out against an earlier one.
type Turn string

// The turns. Better, worse and the same go by the order of [Outcome.Reaches].
const (
	Better Turn = "better"
	Worse  Turn = "worse"
	Same   Turn = "same"
	New    Turn = "new"  // it was not judged before, or did not apply
	Gone   Turn = "gone" // it is not judged any more, or does not apply
)

// Turns gives every turn, in the order in which comparisons list them.
func Turns() []Turn { return []Turn{Worse, Better, New, Gone, Same} }

// Comparison is what changed between two reports of the same standard about the
// same subject, or between two rounds of one.
type Comparison struct {
	Standard StandardRef `json:"standard"`
	About    About       `json:"about"`
	Before   Compared    `json:"before"`
	After    Compared    `json:"after"`
	Changes  []Change    `json:"changes"` // in the order of the criteria, then by round, stage and subject
}

// Compared is one side of a comparison.
type Compared struct {
	At      time.Time     `json:"at"`      // time of judgement
	Dossier casework.Hash `json:"dossier"` // digest of what was judged
	Round   int           `json:"round,omitempty"`
	Year    string        `json:"year,omitempty"`
}

// Change is what became of the findings of one place. Where several stand there,
// the worst counts.
type Change struct {
	Place   Place      `json:"place"`
	Round   int        `json:"round,omitempty"` // where reports are compared, and the finding is of a round
	Title   string     `json:"title"`           // of the criterion
	Turn    Turn       `json:"turn"`
	Was     Outcome    `json:"was,omitempty"` // empty where nothing was found there
	Is      Outcome    `json:"is,omitempty"`  // empty where nothing is found there any more
	Why     string     `json:"why,omitempty"` // of the later finding, or of the earlier where there is none later
	Entries []Citation `json:"entries,omitempty"`
}

// Compare tells what changed from one report to another: place by place, and
// which entries the later one cites that the earlier did not. Reports of
// different standards, versions or subjects are [casework.ErrInvalid]. Years of
// an organisation may differ.
func Compare(before, after Report) (Comparison, error) {
	var faults []casework.Fault
	if !before.Standard.Same(after.Standard) {
		faults = append(faults, fault("after.standard", "comparison.standard", fmt.Sprintf("%s is another standard than %s", after.Standard, before.Standard)))
	}
	if before.About.Kind != after.About.Kind || before.About.Case != after.About.Case || before.About.Body.ID != after.About.Body.ID && before.About.Case.IsZero() {
		faults = append(faults, fault("after.about", "comparison.subject", "the reports are about different subjects"))
	}
	if err := casework.InvalidIf("compare reports", faults); err != nil {
		return Comparison{}, err
	}
	c := Comparison{Standard: after.Standard, About: after.About, Before: before.compared(0), After: after.compared(0)}
	byRound := func(f Finding) spot { return spot{f.Place(), f.Round} }
	c.Changes = changes(after.Criteria, spots(before.Findings, byRound), spots(after.Findings, byRound))
	return c, nil
}

// CompareRounds tells what changed from one round of a report to a later one.
// What is found of the whole cycle is left out. A round the report does not tell
// of, and rounds in the wrong order, are [casework.ErrInvalid].
func CompareRounds(r Report, earlier, later int) (Comparison, error) {
	var faults []casework.Fault
	for _, round := range []struct {
		path string
		n    int
	}{{"earlier", earlier}, {"later", later}} {
		if !slices.Contains(r.rounds(), round.n) {
			faults = append(faults, fault(round.path, "comparison.round", fmt.Sprintf("the report does not tell of round %d", round.n)))
		}
	}
	if earlier >= later {
		faults = append(faults, fault("later", "comparison.order", "compare a round with a later one"))
	}
	if err := casework.InvalidIf("compare rounds", faults); err != nil {
		return Comparison{}, err
	}
	of := func(round int) map[spot]standing {
		found := slices.DeleteFunc(slices.Clone(r.Findings), func(f Finding) bool { return f.Round != round })
		return spots(found, func(f Finding) spot { return spot{f.Place(), 0} })
	}
	c := Comparison{Standard: r.Standard, About: r.About, Before: r.compared(earlier), After: r.compared(later)}
	c.Changes = changes(r.Criteria, of(earlier), of(later))
	return c, nil
}

// Count tells how many places took a turn.
func (c Comparison) Count(t Turn) int {
	n := 0
	for _, change := range c.Changes {
		if change.Turn == t {
			n++
		}
	}
	return n
}

func (r Report) compared(round int) Compared {
	return Compared{At: r.Judgement.At, Dossier: r.Dossier, Round: round, Year: r.About.Year}
}

// spot is where findings of two sides meet.
type spot struct {
	place Place
	round int
}

// standing is what stands in a spot: the worst finding, and all evidence.
type standing struct {
	worst    Finding
	evidence []Citation
}

func spots(findings []Finding, at func(Finding) spot) map[spot]standing {
	all := map[spot]standing{}
	for _, f := range findings {
		s, standsThere := all[at(f)]
		if !standsThere || worse(f.Outcome, s.worst.Outcome) {
			s.worst = f
		}
		s.evidence = append(s.evidence, f.Evidence...)
		all[at(f)] = s
	}
	return all
}

func changes(criteria []CriterionHead, before, after map[spot]standing) []Change {
	titles, order := map[string]string{}, map[string]int{}
	for i, c := range criteria {
		titles[c.ID], order[c.ID] = c.Title, i
	}
	var all []Change
	for at := range after {
		was, stood := before[at]
		all = append(all, change(at, was, after[at], stood, true, titles))
	}
	for at := range before {
		if _, stands := after[at]; !stands {
			all = append(all, change(at, before[at], standing{}, true, false, titles))
		}
	}
	slices.SortFunc(all, func(a, b Change) int {
		return cmp.Or(cmp.Compare(order[a.Place.Criterion], order[b.Place.Criterion]), compareFindings(a.key(), b.key()),
			cmp.Compare(a.Place.Scored.order(), b.Place.Scored.order()), compareBool(a.Place.Suggested, b.Place.Suggested))
	})
	return all
}

func (c Change) key() Finding {
	return Finding{Round: c.Round, Stage: c.Place.Stage, Subject: c.Place.Subject}
}

func compareBool(a, b bool) int { return cmp.Compare(boolCount(a), boolCount(b)) }

func change(at spot, was, is standing, stood, stands bool, titles map[string]string) Change {
	c := Change{Place: at.place, Round: at.round, Title: titles[at.place.Criterion], Was: was.worst.Outcome, Is: is.worst.Outcome, Why: is.worst.Why}
	if !stands {
		c.Why = was.worst.Why
	}
	c.Turn = turn(c.Was, c.Is, stood, stands)
	if c.Turn == Better || c.Turn == Worse || c.Turn == New {
		c.Entries = added(was.evidence, is.evidence)
	}
	return c
}

func turn(was, is Outcome, stood, stands bool) Turn {
	applied, applies := stood && was != NotApplicable, stands && is != NotApplicable
	switch {
	case !applied && applies:
		return New
	case applied && !applies:
		return Gone
	case !applied || is.rank() == was.rank():
		return Same
	case is.rank() > was.rank():
		return Better
	default:
		return Worse
	}
}

// added gives what is cited after and was not before.
func added(before, after []Citation) []Citation {
	return slices.DeleteFunc(sortedCitations(after), func(c Citation) bool {
		return slices.ContainsFunc(before, func(b Citation) bool { return compareCitations(b, c) == 0 })
	})
}

func (c Comparison) title() string {
	if c.Before.Round > 0 {
		return fmt.Sprintf("Round %d against round %d", c.After.Round, c.Before.Round)
	}
	if c.Before.Year != c.After.Year {
		return fmt.Sprintf("%s against %s", plain(c.After.Year), plain(c.Before.Year))
	}
	return fmt.Sprintf("%s against %s", dayOf(c.After.At), dayOf(c.Before.At))
}

func (c Comparison) headline() string {
	return fmt.Sprintf("%d better, %d worse, %d as before, %d new, %d gone.", c.Count(Better), c.Count(Worse), c.Count(Same), c.Count(New), c.Count(Gone))
}

// Markdown writes what changed as Markdown. What stayed the same is counted
// alone. Errors are those of the writer.
func (c Comparison) Markdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s, %s. %s\n", markdownText(c.title()), markdownText(c.Standard.String()), markdownText(c.About.subject()), c.headline())
	for _, t := range Turns() {
		if t == Same || c.Count(t) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n## %s\n\n", capital(string(t)))
		for _, change := range c.Changes {
			if change.Turn == t {
				change.writeMarkdown(&b)
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (c Change) writeMarkdown(b *strings.Builder) {
	fmt.Fprintf(b, "- **%s** (%s): %s. %s\n", markdownText(c.Title), markdownText(placeText(c.Round, c.Place)), c.outcomes(), markdownText(c.Why))
	for _, e := range c.Entries {
		fmt.Fprintf(b, "  - Evidence: %s\n", e.markdown())
	}
}

// outcomes says from which outcome to which, such as "not met, now met".
func (c Change) outcomes() string {
	switch {
	case c.Was == "":
		return strings.ToLower(c.Is.Title())
	case c.Is == "":
		return "was " + strings.ToLower(c.Was.Title())
	default:
		return strings.ToLower(c.Was.Title()) + ", now " + strings.ToLower(c.Is.Title())
	}
}
