// Package storagetest proves that a store keeps the contract of
// [casework.Store] and of the interfaces beside it. An implementation calls
// [Run] from a test of its own:
//
//	func TestStore(t *testing.T) {
//		storagetest.Run(t, func(testing.TB) storagetest.Tenants {
//			store := memory.New()
//			return func(tenant string) casework.Store { return store.Tenant(tenant) }
//		})
//	}
//
// Every rule is a subtest. One that fails says what the store did, which rule
// that breaks, and why the rule is there.
package storagetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/needsled/needsled/casework"
)

// Tenants gives views of one store, by tenant. The tenant "" is the bare store.
// The views may be used by several goroutines at once.
type Tenants func(tenant string) casework.Store

// Run holds a store against every rule of the contract. Open is called once a
// rule and gives an empty store; what it has to close it leaves to the Cleanup
// of its test.
//
// Rules about [casework.Finder], [casework.Lister], [casework.Feeder] and
// [casework.CursorKeeper] are skipped, and said to be, where the store is none.
func Run(t *testing.T, open func(t testing.TB) Tenants) {
	t.Helper()
	for _, r := range rules() {
		t.Run(r.name, func(t *testing.T) {
			err := r.check(t.Context(), open(t))
			var missing notOffered
			if errors.As(err, &missing) {
				t.Skip(missing.Error())
			}
			if err != nil {
				t.Error(r.failure(err))
			}
		})
	}
}

// rule is one sentence of the contract and the proof of it.
type rule struct {
	name        string // a sentence
	explanation string // why the rule is there
	check       func(ctx context.Context, open Tenants) error
}

// failure tells the author of a store what happened, and what it breaks.
func (r rule) failure(err error) string {
	return fmt.Sprintf("%v\n\trule: %s\n\twhy:  %s", err, r.name, r.explanation)
}

func rules() []rule {
	return slices.Concat(
		readingRules(), historyRules(), sequenceRules(), batchRules(), malformedRules(),
		keyRules(), tenantRules(), claimRules(), redactionRules(),
		findRules(), listRules(), feedRules(), cursorRules(), copyRules(), cancelRules(),
	)
}

// notOffered says that the store lacks an optional interface.
type notOffered struct{ name string }

func (n notOffered) Error() string {
	return fmt.Sprintf("not checked: the store does not implement casework.%s", n.name)
}

func asFinder(s casework.Store) (casework.Finder, error) {
	if f, offered := s.(casework.Finder); offered {
		return f, nil
	}
	return nil, notOffered{"Finder"}
}

func asLister(s casework.Store) (casework.Lister, error) {
	if l, offered := s.(casework.Lister); offered {
		return l, nil
	}
	return nil, notOffered{"Lister"}
}

func asFeeder(s casework.Store) (casework.Feeder, error) {
	if f, offered := s.(casework.Feeder); offered {
		return f, nil
	}
	return nil, notOffered{"Feeder"}
}

func asKeeper(s casework.Store) (casework.CursorKeeper, error) {
	if k, offered := s.(casework.CursorKeeper); offered {
		return k, nil
	}
	return nil, notOffered{"CursorKeeper"}
}
