package principles

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// plain gives a text on one line, without control characters, which a terminal,
// a table or a picture would not survive.
func plain(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || r == unicode.ReplacementChar || unicode.Is(unicode.Bidi_Control, r)
	}), " ")
}

// shortened gives a text in at most so many characters, cut with an ellipsis.
func shortened(text string, most int) string {
	letters := []rune(plain(text))
	if len(letters) <= most {
		return string(letters)
	}
	return strings.TrimSpace(string(letters[:most-1])) + "…"
}

// stageTitle gives a stage for people: "AssessNeed" is "Assess need".
func stageTitle(s Stage) string {
	if s == commissioning.StageMonitorReview {
		return "Monitor and review"
	}
	var b strings.Builder
	for i, r := range string(s) {
		if i > 0 && unicode.IsUpper(r) {
			b.WriteByte(' ')
			r = unicode.ToLower(r)
		}
		b.WriteRune(r)
	}
	return plain(strings.ReplaceAll(b.String(), "_", " "))
}

// wordsOf gives a name such as "self_assessed" for people: "self assessed".
func wordsOf(name string) string { return plain(strings.ReplaceAll(name, "_", " ")) }

// shortCase gives the end of a case's id, since ids of cases that were opened at
// the same time begin alike.
func shortCase(id casework.CaseID) string {
	text := id.String()
	return text[len(text)-8:]
}

// shortHash gives the first twelve digits of a digest, none where there is none.
func shortHash(h casework.Hash) string {
	if h.IsZero() {
		return ""
	}
	return fmt.Sprintf("%x", h[:6])
}

// dayOf gives the day of a moment in UTC, empty where none is recorded.
func dayOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2 January 2006")
}

// place says where a finding stands, such as "Round 1, Assess need, S1".
func (f Finding) place() string {
	return placeText(f.Round, f.Place())
}

func placeText(round int, p Place) string {
	var parts []string
	if round > 0 {
		parts = append(parts, fmt.Sprintf("Round %d", round))
	}
	if p.Stage != "" {
		parts = append(parts, stageTitle(p.Stage))
	}
	if len(parts) == 0 && p.Scored == "" {
		parts = append(parts, "As a whole")
	}
	if p.Subject != "" {
		parts = append(parts, plain(p.Subject))
	}
	if p.Scored != "" {
		parts = append(parts, "entered, "+wordsOf(string(p.Scored)))
	}
	if p.Suggested {
		parts = append(parts, "suggested")
	}
	return capital(strings.Join(parts, ", "))
}

// capital gives a text with a capital letter in front.
func capital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + text[size:]
}

// marks says what is peculiar about a piece of evidence.
func (c Citation) marks() []string {
	var marks []string
	if c.Imported {
		marks = append(marks, "imported")
	}
	if c.Redacted {
		marks = append(marks, "redacted")
	}
	if c.Backfilled {
		marks = append(marks, "backfilled")
	}
	return marks
}

// name says which entry is cited, such as "cycle 9f1c2ab4, entry 3".
func (c Citation) name() string {
	return fmt.Sprintf("%s %s, entry %d", wordsOf(c.Kind), shortCase(c.Case), c.Seq)
}

// when says when it happened, and when it was written down where that is another
// day.
func (c Citation) when() string {
	happened, written := dayOf(c.Effective), dayOf(c.Recorded)
	switch {
	case happened == "":
		return ""
	case happened == written || written == "":
		return happened
	default:
		return happened + ", recorded " + written
	}
}

// subject says what a report is about.
func (a About) subject() string {
	parts := []string{plain(a.Title)}
	if body := plain(a.Body.String()); body != "" && body != plain(a.Title) {
		parts = append(parts, body)
	}
	if a.Year != "" {
		parts = append(parts, plain(a.Year))
	}
	return strings.Join(parts, ", ")
}

// headline says in a sentence or two how a report turned out.
func (r Report) headline() string {
	counts := map[Outcome]int{}
	judged, suggested := 0, 0
	for _, f := range r.Findings {
		if f.Suggested {
			suggested++
			continue
		}
		counts[f.Outcome]++
		if f.Outcome.Judged() {
			judged++
		}
	}
	text := "Nothing could be said of how far the standard is met"
	if judged > 0 {
		var parts []string
		for _, o := range []Outcome{Met, Declined, Explained, PartlyMet, NotMet} {
			if counts[o] > 0 {
				parts = append(parts, inHeadline(o, counts[o]))
			}
		}
		text = fmt.Sprintf("Of %s of how far the standard is met, %s", counted(judged, "finding", "findings"), listed(parts))
	}
	if n := counts[NoEvidence]; n > 0 {
		text += fmt.Sprintf("; in %s nothing is recorded that tells", counted(n, "other place", "other places"))
	}
	if n := counts[Failed]; n > 0 {
		text += fmt.Sprintf("; %d could not be judged", n)
	}
	text += "."
	if suggested > 0 {
		text += fmt.Sprintf(" %s not counted.", counted(suggested, "suggestion is", "suggestions are"))
	}
	return text
}

func inHeadline(o Outcome, n int) string {
	be, was := "are", "were"
	if n == 1 {
		be, was = "is", "was"
	}
	switch o {
	case Declined:
		return fmt.Sprintf("%d %s considered and declined", n, was)
	case Explained:
		return fmt.Sprintf("%d %s short with an explanation", n, be)
	default:
		return fmt.Sprintf("%d %s %s", n, be, strings.ToLower(o.Title()))
	}
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func listed(parts []string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " and " + parts[len(parts)-1]
}

// rounds gives the rounds a report tells of, from 1; none where it is not
// judged by rounds.
func (r Report) rounds() []int {
	var rounds []int
	for round := 1; round <= min(r.About.Rounds, 1000); round++ {
		rounds = append(rounds, round)
	}
	for _, f := range r.Findings {
		if f.Round > 0 && !slices.Contains(rounds, f.Round) {
			rounds = append(rounds, f.Round)
		}
	}
	slices.Sort(rounds)
	return rounds
}

// step is something to do next, with the findings that ask for it.
type step struct {
	Criterion string
	Title     string
	Remedy    string
	Outcome   Outcome // the worst of the findings
	Places    []string
}

// steps gives what to do next: the remedies of the findings that fall short, in
// the order of the report, each remedy of a criterion once. Suggestions ask for
// nothing.
func (r Report) steps(asked func(Finding) bool) []step {
	var steps []step
	for _, f := range r.Findings {
		if f.Suggested || blank(f.Remedy) || !f.fallsShort() || !asked(f) {
			continue
		}
		i := slices.IndexFunc(steps, func(s step) bool { return s.Criterion == f.Criterion && s.Remedy == f.Remedy })
		if i < 0 {
			head, _ := r.Criterion(f.Criterion)
			steps = append(steps, step{Criterion: f.Criterion, Title: head.Title, Remedy: f.Remedy, Outcome: f.Outcome})
			i = len(steps) - 1
		}
		if worse(f.Outcome, steps[i].Outcome) {
			steps[i].Outcome = f.Outcome
		}
		steps[i].Places = append(steps[i].Places, f.place())
	}
	return steps
}

func worse(a, b Outcome) bool {
	return slices.Index(worstFirst(), a) < slices.Index(worstFirst(), b)
}

// fallsShort tells whether a finding leaves something to do.
func (f Finding) fallsShort() bool {
	return f.Outcome == NotMet || f.Outcome == PartlyMet || f.Outcome == NoEvidence || f.Outcome == Explained || f.Outcome == Failed
}

// current tells whether a finding is about the latest round, or about the whole.
func (r Report) current(f Finding) bool {
	rounds := r.rounds()
	return f.Round == 0 || f.Round == rounds[len(rounds)-1]
}
