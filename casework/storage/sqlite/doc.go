// Package sqlite keeps journals in an SQLite file, with no server and no C
// compiler: storage/sqlstore over modernc.org/sqlite.
//
//	store, err := sqlite.Open(ctx, "commissioning.db", nil)
//	if err != nil {
//		return err
//	}
//	defer store.Close()
//
// One connection writes and a few read, in write-ahead logging, so that readers
// and the writer do not wait for each other. Several processes may open the same
// file on the same machine.
//
// A host that keeps its own tables in the same file opens it with [DSN], makes
// the store with [Attach], and puts rows and cases into one transaction:
//
//	tx, err := db.BeginTx(ctx, nil)
//	...
//	_, err = desk.In(store.WithTx(tx)).Move(ctx, id, ana, commissioning.PlanUse)
//
// Importing this package registers the driver "sqlite" with database/sql. What a
// redaction takes away is overwritten in the file (secure_delete); the
// write-ahead log and backups keep it until the next checkpoint and rotation. A
// host that opens the file by itself takes care of that pragma.
package sqlite
