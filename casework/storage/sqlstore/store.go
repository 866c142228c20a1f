package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"

	"github.com/needsled/needsled/casework"
)

// page is how many entries or cases are read at once.
const page = 256

// Config is what a store works with.
type Config struct {
	Dialect  Dialect
	Write    *sql.DB           // for appends
	Read     *sql.DB           // for everything else; Write where nil
	Classify func(error) Class // sorts the driver's errors, which may be wrapped
	// Immediate says that BEGIN on Write takes the write lock. Where it does not,
	// each append takes the lock by a statement of its own.
	Immediate bool
	// Native is the database of a driver that is not one of database/sql, in place
	// of Write and Read. It prepares statements itself, or not.
	Native Pool
	// Silent sends no signal when entries are committed, where the dialect has one.
	Silent bool
	// Unprepared runs every statement as text, for a pooler between that hands out
	// another connection for each transaction.
	Unprepared bool
	// Logger hears of migrations, and of what the database is to blame for; nobody
	// where nil. Texts of cases and keys stay out of it.
	Logger *slog.Logger
	// Close is called once by [Store.Close]. Nil leaves the pools to the host.
	Close func() error
}

func (c Config) faults() []casework.Fault {
	var faults []casework.Fault
	if c.Dialect.name == "" {
		faults = append(faults, casework.Fault{Path: "dialect", Code: "store.dialect_missing", Message: "a dialect is required"})
	}
	if c.Write == nil && c.Native == nil {
		faults = append(faults, casework.Fault{Path: "write", Code: "store.database_missing", Message: "a database is required"})
	}
	if c.Classify == nil {
		faults = append(faults, casework.Fault{Path: "classify", Code: "store.classify_missing", Message: "a function that sorts the driver's errors is required"})
	}
	return faults
}

// Store is one tenant's view of journals in a database. It is safe for
// concurrent use, except where it is bound to a transaction. The zero Store
// answers every call with [casework.ErrInvalid]; see [Open].
type Store struct {
	db     *database
	tenant string
	tx     Conn
	bound  bool
}

var (
	_ casework.Store         = (*Store)(nil)
	_ casework.Finder        = (*Store)(nil)
	_ casework.Lister        = (*Store)(nil)
	_ casework.Feeder        = (*Store)(nil)
	_ casework.InTransaction = (*Store)(nil)
	_ casework.CursorKeeper  = (*Store)(nil)
)

// Open brings the schema up to date and gives the store of the tenant "".
// A config that lacks something is [casework.ErrInvalid]; a database that a
// later version has migrated is [ErrNewer].
func Open(ctx context.Context, c Config) (*Store, error) {
	if err := casework.InvalidIf("open store", c.faults()); err != nil {
		return nil, err
	}
	d := &database{dialect: c.Dialect, classify: c.Classify, bound: map[string]string{}, locked: c.Immediate, silent: c.Silent, logger: c.Logger}
	if d.logger == nil {
		d.logger = slog.New(slog.DiscardHandler)
	}
	for _, query := range slices.Concat(writes(c.Dialect), reads()) {
		d.bound[query] = c.Dialect.bind(query)
	}
	end, err := d.connect(ctx, c)
	if err != nil {
		return nil, err
	}
	d.close = sync.OnceValue(func() error {
		err := end()
		if c.Close != nil {
			err = errors.Join(err, c.Close())
		}
		return err
	})
	return &Store{db: d}, nil
}

// connect migrates the schema and prepares what is run often. What it gives
// closes what was prepared.
func (d *database) connect(ctx context.Context, c Config) (func() error, error) {
	if c.Native != nil {
		d.write, d.read = c.Native, c.Native
		return func() error { return nil }, d.migrate(ctx)
	}
	if c.Read == nil {
		c.Read = c.Write
	}
	d.write = &pool{db: c.Write, isolation: c.Dialect.isolation()}
	if err := d.migrate(ctx); err != nil {
		return nil, err
	}
	before, after := c.Dialect.bindAll(writes(c.Dialect)), c.Dialect.bindAll(reads())
	if c.Unprepared {
		before, after = nil, nil
	}
	write, err := newPool(ctx, c.Write, c.Dialect, before)
	if err != nil {
		return nil, d.failure(ctx, "open", "store", err)
	}
	read, err := newPool(ctx, c.Read, c.Dialect, after)
	if err != nil {
		return nil, d.failure(ctx, "open", "store", errors.Join(err, write.close()))
	}
	d.write, d.read = write, read
	return func() error { return errors.Join(write.close(), read.close()) }, nil
}

// Tenant gives the same store seen as another tenant. The tenant "" is one like
// any other: it sees nobody else's cases. A bound store stays bound.
func (s *Store) Tenant(name string) *Store {
	other := *s
	other.tenant = name
	return &other
}

// WithTx gives the same store bound to a transaction of the host, on the same
// database. Reads and appends then go through the transaction alone, and the
// host commits or rolls back. Where the transaction holds the write lock, an
// append to the unbound store waits for it. What a [Store.Feed] shows there is not yet
// committed, and its positions may be given again after a rollback: follow the
// feed on the unbound store.
func (s *Store) WithTx(tx *sql.Tx) *Store {
	if tx == nil {
		return s.Within(nil)
	}
	return s.Within(&transaction{tx: tx})
}

// Within is [Store.WithTx] for a transaction of the host that is not one of
// database/sql. Its statements may not be run by several goroutines at once.
func (s *Store) Within(tx Conn) *Store {
	other := *s
	other.tx, other.bound = tx, true
	return &other
}

// InTransaction tells whether the store is bound to a transaction of the host.
func (s *Store) InTransaction() bool { return s.bound }

// Close closes the database for this store and for all derived from it. Where
// the host brought the database it stays open, and only what the store prepared
// on it is given back. Closing twice is no error.
func (s *Store) Close() error {
	if s.db == nil {
		return nil
	}
	if err := s.db.close(); err != nil {
		return fmt.Errorf("close store: %w", err)
	}
	return nil
}

// usable tells whether the store can be called at all.
func (s *Store) usable(op string) error {
	if s.db == nil {
		return casework.Invalid(op, casework.Fault{Path: "store", Code: "store.unopened", Message: "the store was never opened"})
	}
	if s.bound && s.tx == nil {
		return casework.Invalid(op, casework.Fault{Path: "tx", Code: "store.tx_missing", Message: "the store was bound to no transaction"})
	}
	return nil
}

// Load gives the case as it stands, or [casework.ErrNotFound].
func (s *Store) Load(ctx context.Context, id casework.CaseID) (casework.Record, error) {
	in, err := s.reading("load")
	if err != nil {
		return casework.Record{}, err
	}
	row := caseRow{id: id.String()}
	var document []byte
	targets := row.targets()
	err = in.row(ctx, loadCase, s.tenant, row.id).Scan(append(targets[:], &row.shape, &document)...)
	if errors.Is(err, sql.ErrNoRows) {
		return casework.Record{}, caseNotFound("load", id)
	}
	if err != nil {
		return casework.Record{}, s.db.failure(ctx, "load", "case "+row.id, err)
	}
	record, err := row.record("load")
	if err != nil {
		return casework.Record{}, err
	}
	record.Document = document
	return record, nil
}

// Receipt tells what an idempotency key did before, or [casework.ErrNotFound].
func (s *Store) Receipt(ctx context.Context, key string) (casework.Receipt, error) {
	in, err := s.reading("receipt")
	if err != nil {
		return casework.Receipt{}, err
	}
	return s.receipt(ctx, in, "receipt", key)
}

func (s *Store) receipt(ctx context.Context, in session, op, key string) (casework.Receipt, error) {
	var digest, cases string
	err := in.row(ctx, loadReceipt, s.tenant, key).Scan(&digest, &cases)
	if errors.Is(err, sql.ErrNoRows) {
		return casework.Receipt{}, &casework.NotFoundError{Op: op, What: "receipt", ID: key}
	}
	if err != nil {
		return casework.Receipt{}, s.db.failure(ctx, op, "of key "+key, err)
	}
	receipt := casework.Receipt{Key: key}
	if err := errors.Join(receipt.Digest.UnmarshalText([]byte(digest)), json.Unmarshal([]byte(cases), &receipt.Cases)); err != nil {
		return casework.Receipt{}, &casework.CorruptError{Op: op, Code: "receipt.unreadable", What: fmt.Sprintf("the receipt of key %q cannot be read", key), Cause: err}
	}
	return receipt, nil
}

// Find gives the case that carries the reference, or [casework.ErrNotFound].
func (s *Store) Find(ctx context.Context, ref casework.ExternalRef) (casework.CaseID, error) {
	in, err := s.reading("find")
	if err != nil {
		return casework.CaseID{}, err
	}
	id, err := s.holder(ctx, in, "find", findReference, s.tenant, ref.Scheme, ref.Value)
	if errors.Is(err, sql.ErrNoRows) {
		return casework.CaseID{}, &casework.NotFoundError{Op: "find", What: "reference", ID: ref.String()}
	}
	return id, err
}

// holder reads the id of the case that has something. Where none has it, the
// error is [sql.ErrNoRows].
func (s *Store) holder(ctx context.Context, in session, op, query string, args ...any) (casework.CaseID, error) {
	var text string
	if err := in.row(ctx, query, args...).Scan(&text); err != nil {
		return casework.CaseID{}, s.db.failure(ctx, op, "case", err)
	}
	id, err := casework.ParseCaseID(text)
	if err != nil {
		return casework.CaseID{}, &casework.CorruptError{Op: op, Code: "case.unreadable", What: fmt.Sprintf("%q is stored as a case id", text), Cause: err}
	}
	return id, nil
}

func caseNotFound(op string, id casework.CaseID) error {
	return &casework.NotFoundError{Op: op, What: "case", ID: id.String()}
}
