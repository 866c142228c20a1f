package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/sqlite"
	"github.com/needsled/needsled/casework/storage/sqlstore"
	"github.com/needsled/needsled/examples/walkthrough/casefile"
	"github.com/needsled/needsled/procurement"
)

// run walks a case and writes what it leaves behind.
func run(ctx context.Context, c *casefile.Case, s settings, stdout io.Writer) (err error) {
	for _, dir := range []string{s.out, filepath.Dir(s.db)} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	store, err := sqlite.Open(ctx, s.db, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	w, err := newWalk(ctx, c, store, stdout)
	if err != nil {
		return err
	}
	w.say.begin(c)
	for _, step := range c.Steps {
		if err := w.take(ctx, step); err != nil {
			return fmt.Errorf("step %d (line %d of the case file): %w", step.Number, step.Line, err)
		}
	}
	if err := w.finish(ctx, s.out); err != nil {
		return err
	}
	return w.surprise()
}

// walk is a case on its way.
type walk struct {
	c         *casefile.Case
	store     *sqlstore.Store
	host      *host
	desks     *desks
	say       *teller
	furthest  int               // the last step that was done in an earlier run
	seen      map[string]uint64 // by case: the entry up to which everything is told
	ids       casefile.Names    // of the cases that are open
	tried     []attempt         // of this run
	surprises []int             // steps that went otherwise than expected
}

// attempt is what became of a step in this run.
type attempt struct {
	step   casefile.Step
	fate   fate
	made   string
	wrote  []written
	advice []casework.Objection
	why    []casework.Objection
	after  anyCase // the step's case as it stands after; nil where there is none
}

// written is what a step wrote to a case.
type written struct {
	to      string // name of the case
	entries []casework.Entry
}

// fate is what became of a step.
type fate string

const (
	fateDone          fate = "done"
	fateRefused       fate = "refused"
	fateDoneBefore    fate = "done in an earlier run"
	fateRefusedBefore fate = "refused in an earlier run, and not tried again"
)

func newWalk(ctx context.Context, c *casefile.Case, store *sqlstore.Store, stdout io.Writer) (*walk, error) {
	h := &host{c: c}
	desks, err := newDesks(store, h)
	if err != nil {
		return nil, err
	}
	w := &walk{
		c: c, store: store, host: h, desks: desks, say: newTeller(stdout, c),
		seen: map[string]uint64{}, ids: casefile.Names{},
	}
	return w, w.lookBack(ctx)
}

// lookBack finds what an earlier run did: the cases by the host's own numbers,
// and the last step that was done by its idempotency key.
func (w *walk) lookBack(ctx context.Context) error {
	for _, l := range w.c.Listed() {
		number, has := w.c.NumberOf(l)
		if !has {
			continue
		}
		found, err := w.desks.of(l.Kind).find(ctx, number)
		switch {
		case errors.Is(err, casework.ErrNotFound):
		case err != nil:
			return err
		default:
			w.ids[l.Name], w.seen[l.Name] = found.ID(), found.Seq()
		}
	}
	if err := w.lookForContracts(ctx, func(c *procurement.Contract) uint64 { return c.Seq() }); err != nil {
		return err
	}
	for _, step := range w.c.Steps {
		switch _, err := w.store.Receipt(ctx, w.key(step)); {
		case err == nil:
			w.furthest = step.Number
		case !errors.Is(err, casework.ErrNotFound):
			return err
		}
	}
	return nil
}

// lookForContracts finds the contracts that awards brought into being since it
// last looked; told says up to which entry everything is told of one.
func (w *walk) lookForContracts(ctx context.Context, told func(*procurement.Contract) uint64) error {
	for _, listed := range w.c.Contracts {
		purchase, open := w.ids[listed.Purchase]
		if _, known := w.ids[listed.Name]; known || !open {
			continue
		}
		p, err := w.desks.procurement.Purchases.Load(ctx, purchase)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(p.Instruments(), func(in procurement.Instrument) bool {
			return in.Kind == procurement.ContractKind && in.Award == listed.Award && (listed.Buyer == "" || in.Buyer == listed.Buyer)
		})
		if at < 0 {
			continue
		}
		c, err := w.desks.procurement.Contracts.Load(ctx, p.Instruments()[at].Case)
		if err != nil {
			return err
		}
		w.ids[listed.Name], w.seen[listed.Name] = c.ID(), told(c)
	}
	return nil
}

// key makes a step idempotent: however often the case is run, it is done once.
func (w *walk) key(s casefile.Step) string {
	return fmt.Sprintf("walkthrough/%s/%d", w.c.Reference, s.Number)
}

// take takes one step, and tells of it. Errors are those that end the walk.
func (w *walk) take(ctx context.Context, s casefile.Step) error {
	a, err := w.attempt(ctx, s)
	if err != nil {
		return err
	}
	w.tried = append(w.tried, a)
	expected := w.asExpected(a)
	if !expected {
		w.surprises = append(w.surprises, s.Number)
	}
	w.say.step(a, expected)
	if a.after == nil || a.fate != fateDone || !enters(a) {
		return nil
	}
	options, err := w.desks.of(s.Case.Kind).options(ctx, a.after.ID(), s.By)
	if err != nil {
		return err
	}
	w.say.checklist(a.after, options)
	return nil
}

// enters tells whether a step brought its case to a state.
func enters(a attempt) bool {
	return slices.ContainsFunc(a.wrote, func(to written) bool {
		return to.to == a.step.Case.Name && slices.ContainsFunc(to.entries, func(e casework.Entry) bool { return e.To != "" && e.From != e.To })
	})
}

// attempt tries a step, unless an earlier run refused it and has gone on since.
func (w *walk) attempt(ctx context.Context, s casefile.Step) (attempt, error) {
	a := attempt{step: s}
	_, err := w.store.Receipt(ctx, w.key(s))
	before := err == nil
	switch {
	case err != nil && !errors.Is(err, casework.ErrNotFound):
		return a, err
	case !before && s.Number < w.furthest:
		a.fate = fateRefusedBefore
		return a, nil
	}
	w.host.begin(s)
	a.made, a.advice, err = w.issue(ctx, s)
	if err != nil {
		a.fate = fateRefused
		a.why, err = reasons(err)
		return a, err
	}
	a.fate = fateDone
	if before {
		a.fate = fateDoneBefore
	}
	return a, w.lookAt(ctx, &a)
}

// issue issues a step's command, with its idempotency key, and says what it made
// and what only advised against it.
func (w *walk) issue(ctx context.Context, s casefile.Step) (made string, advice []casework.Objection, err error) {
	opts := append(s.Options(), casework.Key(w.key(s), s.Do, s.With))
	if s.Opens() {
		id, err := w.open(ctx, s, opts)
		if err == nil {
			w.ids[s.Case.Name] = id
		}
		return "", nil, err
	}
	id, open := w.ids[s.Case.Name]
	if !open {
		return "", nil, casework.Invalid(s.Do, casework.Fault{
			Path: string(s.Case.Kind), Code: string(s.Case.Kind) + ".not_open", Message: fmt.Sprintf("%s %s is not open yet", s.Case.Kind, s.Case.Name),
		})
	}
	c, err := w.desks.of(s.Case.Kind).update(ctx, id, s.By, func(c casework.Aggregate) error {
		var err error
		made, err = s.Apply(c, w.ids)
		return err
	}, opts...)
	if err != nil {
		return "", nil, err
	}
	return made, c.Advice(), nil
}

// open opens a case from what the file lists; the cases it points at are known
// by name.
func (w *walk) open(ctx context.Context, s casefile.Step, opts []casework.CallOption) (casework.CaseID, error) {
	switch s.Case.Kind {
	case casefile.FrameworkKind:
		f, _ := w.c.FrameworkNamed(s.Case.Name)
		return idOf(w.desks.procurement.Frameworks.Open(ctx, s.By, f.Draft, opts...))
	case casefile.PurchaseKind:
		p, _ := w.c.PurchaseNamed(s.Case.Name)
		p.Requisition.Cycle = w.ids[p.Cycle]
		return idOf(w.desks.procurement.Purchases.Open(ctx, s.By, p.Requisition, opts...))
	case casefile.GrantKind:
		g, _ := w.c.GrantNamed(s.Case.Name)
		g.Grant.Cycle = w.ids[g.Cycle]
		return idOf(w.desks.procurement.Grants.Open(ctx, s.By, g.Grant, opts...))
	case casefile.CycleKind, casefile.ContractKind: // no step opens a contract
	}
	y, _ := w.c.CycleNamed(s.Case.Name)
	y.Brief.Serves, y.Brief.Predecessor = w.ids[y.Serves], w.ids[y.Predecessor]
	return idOf(w.desks.cycles.Open(ctx, s.By, y.Brief, opts...))
}

// idOf gives the id of a case that was opened.
func idOf[T anyCase](c T, err error) (casework.CaseID, error) {
	if err != nil {
		return casework.CaseID{}, err
	}
	return c.ID(), nil
}

// lookAt notes what a step wrote, to its own case and to others.
func (w *walk) lookAt(ctx context.Context, a *attempt) error {
	if err := w.lookForContracts(ctx, func(*procurement.Contract) uint64 { return 0 }); err != nil {
		return err
	}
	for _, l := range w.c.Listed() {
		id, open := w.ids[l.Name]
		if !open {
			continue
		}
		wrote := written{to: l.Name}
		for e, err := range w.store.History(ctx, id, w.seen[l.Name]) {
			if err != nil {
				return err
			}
			wrote.entries = append(wrote.entries, e)
		}
		if len(wrote.entries) > 0 {
			w.seen[l.Name] = wrote.entries[len(wrote.entries)-1].Seq
			a.wrote = append(a.wrote, wrote)
		}
	}
	slices.SortStableFunc(a.wrote, func(x, y written) int { return cmp.Compare(a.distance(x), a.distance(y)) })
	var err error
	a.after, err = w.desks.of(a.step.Case.Kind).load(ctx, w.ids[a.step.Case.Name])
	return err
}

// distance puts what a step wrote to its own case before what followed in others.
func (a *attempt) distance(to written) int {
	if to.to == a.step.Case.Name {
		return 0
	}
	return 1
}

// asExpected tells whether a step went as the case file says. What an earlier
// run did was judged then.
func (w *walk) asExpected(a attempt) bool {
	switch a.fate {
	case fateDone, fateDoneBefore:
		return a.step.Expect == casefile.Done
	case fateRefused:
		raised := func(code string) bool {
			return slices.ContainsFunc(a.why, func(o casework.Objection) bool { return o.Code == code })
		}
		return a.step.Expect == casefile.Refused && !slices.ContainsFunc(a.step.Codes, func(code string) bool { return !raised(code) })
	default:
		return true
	}
}

// surprise is the error of a walk in which steps went otherwise than expected.
func (w *walk) surprise() error {
	if len(w.surprises) == 0 {
		return nil
	}
	return fmt.Errorf("%s went otherwise than the case file expects: %v", counted(len(w.surprises), "step", "steps"), w.surprises)
}

// reasons gives everything that stood against a step, or the error when it is
// no refusal. Faults of the input, and what must be unique, are told like
// objections that bar.
func reasons(err error) ([]casework.Objection, error) {
	if refusal, is := errors.AsType[*casework.Refusal](err); is {
		return refusal.Objections, nil
	}
	if invalid, is := errors.AsType[*casework.InvalidError](err); is {
		var all []casework.Objection
		for _, f := range invalid.Faults {
			all = append(all, casework.Objection{Code: f.Code, Message: f.Message, Effect: casework.Bar, Subject: f.Path})
		}
		return all, nil
	}
	conflict, is := errors.AsType[*casework.ConflictError](err)
	if !is {
		return nil, err
	}
	switch conflict.Kind {
	case casework.ConflictLive, casework.ConflictReference:
		return []casework.Objection{{Code: "conflict." + string(conflict.Kind), Message: conflict.Error(), Effect: casework.Bar}}, nil
	case casework.ConflictKey:
		return nil, fmt.Errorf("an earlier run did something else under this step's number; the case file was changed, so use another database: %w", err)
	case casework.ConflictSequence, casework.ConflictBusy:
		return nil, err
	default:
		return nil, err
	}
}

// finish tells where the cases stand, writes the files, and verifies every chain.
func (w *walk) finish(ctx context.Context, out string) error {
	var ends []end
	for _, l := range w.c.Listed() {
		id, open := w.ids[l.Name]
		if !open {
			continue
		}
		e, err := w.end(ctx, l, id)
		if err != nil {
			return err
		}
		ends = append(ends, e)
	}
	reports, err := w.judge(ctx)
	if err != nil {
		return err
	}
	files, err := writeFiles(out, w.c, ends, w.tried, reports)
	if err != nil {
		return err
	}
	w.say.end(ends, w.tried, files)
	return w.say.reports(reports)
}

// end is a case as the walk leaves it: its state, what may be done now, and its
// verified journal.
type end struct {
	casefile.Listed
	main    bool // the cycle the case file is about
	c       anyCase
	options []casework.Option
	journal []casework.Entry
	head    casework.Hash
}

func (w *walk) end(ctx context.Context, l casefile.Listed, id casework.CaseID) (end, error) {
	e, door := end{Listed: l, main: l.Name == w.c.Cycles[0].Name}, w.desks.of(l.Kind)
	if err := door.verify(ctx, id); err != nil {
		return e, err
	}
	var err error
	if e.c, err = door.load(ctx, id); err != nil {
		return e, err
	}
	if e.options, err = door.options(ctx, id, w.lastActor(l)); err != nil {
		return e, err
	}
	for entry, err := range door.history(ctx, id, 0) {
		if err != nil {
			return e, err
		}
		e.journal = append(e.journal, entry)
	}
	e.head, _, err = casework.VerifyChain(each(e.journal))
	return e, err
}

// lastActor is who the last step of a case is by, or the last step of all: for
// them it is told what may be done now.
func (w *walk) lastActor(l casefile.Listed) casework.Actor {
	for _, s := range slices.Backward(w.c.Steps) {
		if s.Case == l {
			return s.By
		}
	}
	if n := len(w.c.Steps); n > 0 {
		return w.c.Steps[n-1].By
	}
	return casework.System("walkthrough", w.c.Cycles[0].Brief.Lead)
}

// each gives entries as a sequence that cannot fail.
func each(entries []casework.Entry) func(func(casework.Entry, error) bool) {
	return func(yield func(casework.Entry, error) bool) {
		for _, e := range entries {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// byEffect sorts objections: those that weigh most come first.
func byEffect(all []casework.Objection) []casework.Objection {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b casework.Objection) int { return cmp.Compare(b.Effect, a.Effect) })
	return all
}
