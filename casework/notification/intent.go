package notification

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/needsled/needsled/casework"
)

// Intent is what somebody is to be told, in words. A host makes an e-mail, a task
// or a line on a page of it; the library sends none.
type Intent struct {
	// Key is the same whenever the same thing is told again, and never that of
	// another: who has dealt with it once does nothing the second time.
	Key    string
	Tenant string
	Kind   string // of the case
	Case   casework.CaseID
	Seq    uint64
	// Title is a line such as "Cycle “Home care”: identify resources".
	Title string
	// Text is a sentence. It has the names of actors, and no reasons or data, which
	// may be about a person.
	Text string
	// Link leads to the case in the host's own pages; empty where the host gives none.
	Link string
	// At is when what is told took effect. A deadline did when it was due.
	At time.Time
	// Deadline is the one that passed, where that is what is told.
	Deadline casework.Deadline
}

// Words puts notifications into words and hands them on. It is a notifier.
type Words struct {
	// To gets the intents. An error brings the notification again.
	To func(ctx context.Context, i Intent) error
	// Link gives the address of a case in the host's own pages; nil gives none.
	Link func(n casework.Notification) string
	// CaseTitle gives the title of a case, such as "Home care"; nil gives none. An
	// error brings the notification again.
	CaseTitle func(ctx context.Context, n casework.Notification) (string, error)
	// State gives the title of a state of a kind of case; nil makes words of its
	// name.
	State func(kind string, s casework.State) string
	// Zone is that of the days in texts; UTC where nil.
	Zone *time.Location
}

// Notify hands on one intent. Without a receiver it is [casework.ErrInvalid].
func (w Words) Notify(ctx context.Context, n casework.Notification) error {
	if w.To == nil {
		return casework.Invalid("tell in words", casework.Fault{Path: "to", Code: "words.receiver_missing", Message: "say who gets the intents"})
	}
	i := Intent{
		Key: Key(n), Tenant: n.Tenant, Kind: n.Kind, Case: n.Entry.Case, Seq: n.Entry.Seq,
		At: n.Entry.Effective, Deadline: deadlineOf(n.Entry),
	}
	what, err := w.subject(ctx, n)
	if err != nil {
		return err
	}
	i.Title, i.Text = w.title(n, what, i.Deadline), w.text(n, what, i.Deadline)
	if w.Link != nil {
		i.Link = w.Link(n)
	}
	return w.To(ctx, i)
}

// Key is what tells a repetition of a notification from a new one: the tenant, the
// case and the sequence of the entry.
func Key(n casework.Notification) string {
	return fmt.Sprintf("%s/%s/%d", n.Tenant, n.Entry.Case, n.Entry.Seq)
}

// deadlineOf reads the deadline that passed; zero where none did.
func deadlineOf(e casework.Entry) casework.Deadline {
	var d casework.Deadline
	if e.Type != casework.EntryDeadlinePassed || json.Unmarshal(e.Data, &d) != nil {
		return casework.Deadline{}
	}
	return d
}

// subject names the case: "purchase “Home care”".
func (w Words) subject(ctx context.Context, n casework.Notification) (string, error) {
	kind := phrase(n.Kind)
	if w.CaseTitle == nil {
		return kind, nil
	}
	title, err := w.CaseTitle(ctx, n)
	if err != nil {
		return "", fmt.Errorf("title of case %s: %w", n.Entry.Case, err)
	}
	if title == "" {
		return kind, nil
	}
	return fmt.Sprintf("%s “%s”", kind, title), nil
}

func (w Words) title(n casework.Notification, what string, d casework.Deadline) string {
	switch {
	case d.Code != "":
		return capital(what) + ": " + phrase(d.Code)
	case n.Entry.Move != "":
		return capital(what) + ": " + w.state(n.Kind, n.Entry.To)
	}
	return capital(what) + ": " + phrase(n.Entry.Type)
}

func (w Words) text(n casework.Notification, what string, d casework.Deadline) string {
	e := n.Entry
	who, day := e.Actor.String(), w.day(e.Effective)
	if e.Actor.Agency.Name != "" {
		who += " (" + e.Actor.Agency.Name + ")"
	}
	var text string
	switch {
	case d.Code != "":
		text = fmt.Sprintf("In the %s a deadline passed on %s: %s", what, day, phrase(d.Code))
		if d.Doc != "" {
			text += ", " + d.Doc
		}
	case e.Move != "" && e.From == e.To:
		text = fmt.Sprintf("%s did “%s” in the %s on %s", who, phrase(string(e.Move)), what, day)
	case e.Move != "":
		text = fmt.Sprintf("%s took the %s from “%s” to “%s” on %s", who, what, w.state(n.Kind, e.From), w.state(n.Kind, e.To), day)
	default:
		text = fmt.Sprintf("%s recorded in the %s on %s: %s", who, what, day, phrase(e.Type))
	}
	if e.Imported {
		text += " (brought in from an earlier system)"
	}
	return text + "."
}

func (w Words) day(t time.Time) string {
	zone := w.Zone
	if zone == nil {
		zone = time.UTC
	}
	return t.In(zone).Format("2 January 2006")
}

func (w Words) state(kind string, s casework.State) string {
	if w.State != nil {
		if title := w.State(kind, s); title != "" {
			return title
		}
	}
	return phrase(string(s))
}

// phrase makes words of a name: "need.identified" and "AssessNeed" become "need
// identified" and "assess need".
func phrase(name string) string {
	var b strings.Builder
	last := ' '
	for _, r := range name {
		switch {
		case r == '.' || r == '_' || r == '-' || r == ':':
			r = ' '
		case unicode.IsUpper(r) && unicode.IsLower(last):
			b.WriteRune(' ')
		}
		if r != ' ' || last != ' ' {
			b.WriteRune(unicode.ToLower(r))
		}
		last = r
	}
	return strings.TrimSpace(b.String())
}

func capital(text string) string {
	for i, r := range text {
		return string(unicode.ToUpper(r)) + text[i+len(string(r)):]
	}
	return text
}
