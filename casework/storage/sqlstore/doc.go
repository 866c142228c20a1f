// Package sqlstore keeps journals in a relational database over database/sql.
// It imports no driver: a package such as storage/sqlite opens the pools and
// hands them over together with a [Dialect] and a function that tells the
// driver's errors apart.
//
// The tables, all named needsled_..., are meant to be read by people and by
// reports, and to be written by this package alone.
//
// # The host's transaction
//
// [Store.WithTx] binds a store to a transaction of the host, so that the host's
// own rows and the case are committed together:
//
//	tx, err := db.BeginTx(ctx, nil)
//	...
//	_, err = desk.In(store.WithTx(tx)).Move(ctx, id, ana, commissioning.PlanUse)
//	...
//	err = tx.Commit()
//
// An append is then a savepoint. When it fails, over a conflict for instance,
// the savepoint is rolled back and the host's transaction goes on.
package sqlstore
