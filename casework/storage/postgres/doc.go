// Package postgres is the store on PostgreSQL 14 or later, by the driver pgx.
//
//	store, err := postgres.Open(ctx, "postgres://needsled@localhost/cases", nil)
//
// A host that has a pool of its own lets the library join its transactions:
//
//	store, err := postgres.OpenPool(ctx, pool, nil)
//	tx, err := pool.Begin(ctx)
//	_, err = desk.In(store.WithTx(tx)).Move(ctx, id, ana, commissioning.PlanUse)
//	err = tx.Commit(ctx)
//
// One that has a *sql.DB, with this or another driver, does the same with [Attach].
//
// An append of any number of changes is one statement and one round trip, in a
// transaction of the host's too. Only where it does not succeed at once do others
// follow, which find out why.
//
// The tables begin with needsled_ and stand in the first schema of the search
// path. Four views are for reports, and may be joined to the host's tables by
// tenant and id: needsled_stages (where each case stands), needsled_due (what is
// due), needsled_journal (every entry) and needsled_waiting (what did not reach a
// subscriber).
//
// # The feed
//
// An entry gets its position in the feed after it was committed, from one process
// at a time. So a transaction that stays open for long holds up nobody else's
// entries, and its own come behind them when it commits: none is skipped, and
// those of a case keep their order. [Listen] says when there may be something new.
package postgres
