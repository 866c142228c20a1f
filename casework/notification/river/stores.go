package river

import (
	"fmt"

	"github.com/needsled/needsled/casework"
)

// Stores gives the store of a tenant. It is called by several goroutines at once.
// An error fails the job, which River then tries again.
type Stores func(tenant string) (casework.Store, error)

func (s Stores) of(tenant string) (casework.Store, error) {
	store, err := s(tenant)
	if err != nil {
		return nil, fmt.Errorf("the store of tenant %q: %w", tenant, err)
	}
	if store == nil {
		return nil, &casework.NotFoundError{Op: "give a store", What: "tenant", ID: tenant}
	}
	return store, nil
}
