// Package river has jobs of River about cases: jobs in PostgreSQL, inserted in the
// same transaction as the append. What was not committed is never worked on, and
// what was is not forgotten.
//
// # Notifications
//
// A [Committed] job says which entries a unit wrote, and no more than that: a job
// carries no personal facts. It is inserted by [Insert] from a receipt, or along
// with whatever a desk does by [Queueing]:
//
//	tx, err := db.BeginTx(ctx, nil)
//	...
//	store := needsledriver.Queueing(postgresStore.WithTx(tx), client, tx, "camden", nil)
//	_, err = desk.In(store).Move(ctx, id, ana, commissioning.PlanUse)
//	...
//	err = tx.Commit()
//
// A [DeliveryWorker] then reads the entries and tells a notifier.
//
// Jobs have no order: River works on several at once, and on one that failed later
// than on those after it. Within a job a case's entries are told in order, but
// between two jobs of one case nothing is promised, and the position of a
// notification is 0, for no feed was read. Who needs the order of a case follows
// the store's feed with a relay instead.
//
// # Deadlines
//
// A [Tick] job ticks the cases of a tenant that have a deadline behind them, by a
// [TickWorker]. [Periodic] has River insert one for every tenant, once in every
// period however many processes run.
//
//	workers := river.NewWorkers()
//	river.AddWorker(workers, &needsledriver.DeliveryWorker{Stores: stores, To: notifier})
//	river.AddWorker(workers, &needsledriver.TickWorker{Stores: stores, Tickers: []needsledriver.Ticker{
//		needsledriver.Ticking(cycles),
//		needsledriver.Ticking(desks.Contracts.Desk),
//	}})
//	client, err := river.NewClient(driver, &river.Config{
//		Workers:      workers,
//		Queues:       map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 10}},
//		PeriodicJobs: needsledriver.Periodic(time.Minute, []string{"camden"}),
//	})
//
// River's tables are made by River's own migrations.
package river
