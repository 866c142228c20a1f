package river

import (
	"context"
	"iter"
	"time"

	"github.com/needsled/needsled/casework"
)

// Ticker ticks the cases of one kind, in whatever store it is given. It is used by
// several goroutines at once. [Ticking] makes one of a desk.
type Ticker interface {
	// Due gives the cases with a deadline at or before a time.
	Due(ctx context.Context, s casework.Store, at time.Time) iter.Seq2[casework.Summary, error]
	// Tick records the deadlines of a case that have passed, each once.
	Tick(ctx context.Context, s casework.Store, id casework.CaseID, by casework.Actor) error
}

// Desk is what [Ticking] asks of a desk D for cases T. [casework.Desk] has it, and
// so have the desks of domains that are made of one.
type Desk[D, T any] interface {
	In(s casework.Store) D
	List(ctx context.Context, q casework.Query) iter.Seq2[casework.Summary, error]
	Tick(ctx context.Context, id casework.CaseID, by casework.Actor, opts ...casework.CallOption) (T, error)
}

// Ticking gives a ticker for the cases of a desk. The store of the desk is of no
// account; its clock says which deadlines have passed once a case is listed.
func Ticking[D Desk[D, T], T any](d D) Ticker { return ticking[D, T]{desk: d} }

type ticking[D Desk[D, T], T any] struct{ desk D }

func (t ticking[D, T]) Due(ctx context.Context, s casework.Store, at time.Time) iter.Seq2[casework.Summary, error] {
	return t.desk.In(s).List(ctx, casework.Query{DueBy: at})
}

func (t ticking[D, T]) Tick(ctx context.Context, s casework.Store, id casework.CaseID, by casework.Actor) error {
	_, err := t.desk.In(s).Tick(ctx, id, by)
	return err
}
