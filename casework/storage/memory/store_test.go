package memory_test

import (
	"testing"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/memory"
	"github.com/needsled/needsled/casework/storage/storagetest"
)

func TestTheReferenceStoreKeepsTheContract(t *testing.T) {
	storagetest.Run(t, func(testing.TB) storagetest.Tenants {
		store := memory.New()
		return func(tenant string) casework.Store {
			if tenant == "" {
				return store
			}
			return store.Tenant(tenant)
		}
	})
}
