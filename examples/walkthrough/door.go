package main

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/diagram"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/examples/walkthrough/casefile"
	"github.com/needsled/needsled/procurement"
)

// anyCase is a case of any kind, as far as the walk tells of all kinds alike.
type anyCase interface {
	casework.Aggregate
	ID() casework.CaseID
	Seq() uint64
	State() casework.State
	Table() *casework.Table
	Final() bool
	Subject() string
	Scale() commissioning.Scale
	Opened() (at time.Time, by casework.Actor)
	Definition() casework.Pin
	Holder() (casework.Actor, bool)
	References() []casework.ExternalRef
	Deadlines() []casework.Deadline
	Fired() []casework.FiredDeadline
	Advice() []casework.Objection
	Picture() (*casework.Table, *diagram.Options)
}

// titleOf is the title of a case.
func titleOf(c anyCase) string {
	_, o := c.Picture()
	return o.Title
}

// standsIn is the title of the state a case is in, with the round of a cycle.
func standsIn(c anyCase) string {
	title := c.Table().StateTitle(c.State())
	if cycle, is := c.(*commissioning.Cycle); is {
		return fmt.Sprintf("%s, round %d", title, cycle.Round())
	}
	return title
}

// door is the desk of one kind of case, whatever kind it is.
type door interface {
	find(ctx context.Context, number casework.ExternalRef) (anyCase, error)
	load(ctx context.Context, id casework.CaseID) (anyCase, error)
	update(ctx context.Context, id casework.CaseID, by casework.Actor, work func(casework.Aggregate) error, opts ...casework.CallOption) (anyCase, error)
	options(ctx context.Context, id casework.CaseID, by casework.Actor) ([]casework.Option, error)
	history(ctx context.Context, id casework.CaseID, after uint64) iter.Seq2[casework.Entry, error]
	verify(ctx context.Context, id casework.CaseID) error
}

// desk is what the desks of all kinds offer for a case that is open.
type desk[T anyCase] interface {
	Find(context.Context, casework.ExternalRef) (T, error)
	Load(context.Context, casework.CaseID) (T, error)
	Update(context.Context, casework.CaseID, casework.Actor, func(T) error, ...casework.CallOption) (T, error)
	Options(context.Context, casework.CaseID, casework.Actor, ...casework.CallOption) ([]casework.Option, error)
	History(context.Context, casework.CaseID, uint64) iter.Seq2[casework.Entry, error]
	Verify(context.Context, casework.CaseID) error
}

// doorOf is the door of a desk.
type doorOf[T anyCase] struct{ desk[T] }

func (d doorOf[T]) find(ctx context.Context, number casework.ExternalRef) (anyCase, error) {
	return either(d.Find(ctx, number))
}

func (d doorOf[T]) load(ctx context.Context, id casework.CaseID) (anyCase, error) {
	return either(d.Load(ctx, id))
}

func (d doorOf[T]) update(ctx context.Context, id casework.CaseID, by casework.Actor, work func(casework.Aggregate) error, opts ...casework.CallOption) (anyCase, error) {
	return either(d.Update(ctx, id, by, func(c T) error { return work(c) }, opts...))
}

func (d doorOf[T]) options(ctx context.Context, id casework.CaseID, by casework.Actor) ([]casework.Option, error) {
	return d.Options(ctx, id, by)
}

func (d doorOf[T]) history(ctx context.Context, id casework.CaseID, after uint64) iter.Seq2[casework.Entry, error] {
	return d.History(ctx, id, after)
}

func (d doorOf[T]) verify(ctx context.Context, id casework.CaseID) error { return d.Verify(ctx, id) }

// either gives a case, or the error alone.
func either[T anyCase](c T, err error) (anyCase, error) {
	if err != nil {
		return nil, err
	}
	return c, nil
}

// desks are the desks of the walk.
type desks struct {
	cycles      *commissioning.Desk
	procurement *procurement.Desks
}

// newDesks gives the desks of the host over a store.
func newDesks(store casework.Store, h *host) (*desks, error) {
	calendar, err := casework.NewCalendar(h.c.Location)
	if err != nil {
		return nil, err
	}
	own := h.options()
	cycles, err := commissioning.NewDesk(store, &commissioning.Options{Calendar: calendar, Desk: own})
	if err != nil {
		return nil, err
	}
	bought, err := procurement.NewDesks(cycles, &procurement.Options{Calendar: calendar, Desk: own})
	if err != nil {
		return nil, err
	}
	return &desks{cycles: cycles, procurement: bought}, nil
}

// of gives the door to a kind of case.
func (d *desks) of(k casefile.Kind) door {
	switch k {
	case casefile.FrameworkKind:
		return doorOf[*procurement.FrameworkAgreement]{d.procurement.Frameworks}
	case casefile.PurchaseKind:
		return doorOf[*procurement.Purchase]{d.procurement.Purchases}
	case casefile.ContractKind:
		return doorOf[*procurement.Contract]{d.procurement.Contracts}
	case casefile.GrantKind:
		return doorOf[*procurement.GrantAgreement]{d.procurement.Grants}
	case casefile.CycleKind:
		return doorOf[*commissioning.Cycle]{d.cycles}
	default:
		return doorOf[*commissioning.Cycle]{d.cycles}
	}
}
