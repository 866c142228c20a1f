package postgres

import (
	"github.com/jackc/pgx/v5"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/sqlstore"
)

// Store is one tenant's view of journals in PostgreSQL, over pgx. It is safe for
// concurrent use, except where it is bound to a transaction.
type Store struct{ *sqlstore.Store }

var (
	_ casework.Store         = (*Store)(nil)
	_ casework.Finder        = (*Store)(nil)
	_ casework.Lister        = (*Store)(nil)
	_ casework.Feeder        = (*Store)(nil)
	_ casework.CursorKeeper  = (*Store)(nil)
	_ casework.InTransaction = (*Store)(nil)
)

// Tenant gives the same store seen as another tenant. The tenant "" is one like
// any other: it sees nobody else's cases. A bound store stays bound.
func (s *Store) Tenant(name string) *Store { return &Store{s.Store.Tenant(name)} }

// WithTx gives the same store bound to a transaction of the host, on the same
// database. Reads and appends then go through the transaction alone, and the host
// commits or rolls back. An append that fails leaves nothing of its batch behind,
// and the transaction goes on. Follow the feed on the unbound store.
func (s *Store) WithTx(tx pgx.Tx) *Store {
	if tx == nil {
		return &Store{s.Within(nil)}
	}
	return &Store{s.Within(conn{tx})}
}
