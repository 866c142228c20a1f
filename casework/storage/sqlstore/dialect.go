package sqlstore

import (
	"embed"
	"io/fs"
	"strconv"
	"strings"
)

//go:embed migrations
var migrations embed.FS

// Dialect is how one database is spoken to. It is a value; see [SQLite] and
// [Postgres].
type Dialect struct {
	name       string
	migrations fs.FS
	numbered   bool             // placeholders are $1, $2, ... instead of ?
	rows       bool             // writers lock rows, and not the database
	lock       string           // takes the write lock at once; where rows are locked, that of migrations alone
	migrated   string           // tells whether needsled_migrations exists
	journal    string           // creates needsled_migrations unless it exists
	lockCase   string           // behind a SELECT of a case that will be written
	holdCase   string           // behind a SELECT of a case that must not move
	claim      string           // lets one writer at a time look whether a live claim is free
	text       func([]byte) any // how JSON bytes are bound, so that they come back byte for byte
	flag       func(bool) any   // how yes and no are bound
	unplaced   string           // tells whether committed entries have no position yet; empty where each has one from the first
	placing    string           // lets one process at a time give positions
	place      string           // gives positions to what is committed, some at a time
	placeAll   string           // the same, all of it
	now        string           // the database's clock: milliseconds since 1970
	append     string           // appends a whole batch, where the database has a function for it
	tryAppend  string           // the same in the host's transaction, which goes on if nothing comes of it
	signal     string           // tells who listens that entries will be committed
}

// SQLite is the dialect of SQLite 3.37 or later.
func SQLite() Dialect {
	return Dialect{
		name:       "sqlite",
		migrations: migrations,
		lock:       `DELETE FROM needsled_migrations WHERE false`,
		migrated:   `SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'needsled_migrations'`,
		journal:    `CREATE TABLE IF NOT EXISTS needsled_migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT`,
		text:       func(b []byte) any { return string(b) },
		flag:       func(set bool) any { return flag(set) },
		now:        `CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)`,
	}
}

// Postgres is the dialect of PostgreSQL 14 or later, through any driver. The
// tables stand in the first schema of the search path.
//
// A text that PostgreSQL has no room for, with a NUL character or not in UTF-8,
// is [casework.ErrInvalid]. Config.Immediate is of no account: rows are locked,
// and not the database.
func Postgres() Dialect {
	const lock = `pg_advisory_xact_lock(hashtext('needsled ' || current_schema()), `
	return Dialect{
		name:       "postgres",
		migrations: migrations,
		numbered:   true,
		rows:       true,
		lock:       `SELECT ` + lock + `1)`,
		migrated:   `SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 'needsled_migrations'`,
		journal: `DO $$ BEGIN
PERFORM ` + lock + `1);
CREATE TABLE IF NOT EXISTS needsled_migrations (version bigint PRIMARY KEY, name text NOT NULL);
END $$`,
		lockCase:  ` FOR UPDATE`,
		holdCase:  ` FOR SHARE`,
		claim:     `SELECT pg_advisory_xact_lock(hashtext('needsled live ' || current_schema()), hashtext(?))`,
		text:      func(b []byte) any { return string(b) },
		flag:      func(set bool) any { return set },
		unplaced:  `SELECT EXISTS (SELECT 1 FROM needsled_entries WHERE position IS NULL)`,
		placing:   `SELECT ` + lock + `2)`,
		append:    `SELECT needsled_append(?)`,
		tryAppend: `SELECT needsled_try_append(?)`,
		signal:    `SELECT pg_notify('needsled_entries', current_schema())`,
		now:       `CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)`,
		place:     place(`LIMIT 2000 `),
		placeAll:  place(``),
	}
}

// place gives positions to what is committed, in the order it arrived. An entry that
// a lingering transaction redacts is waited for by those that follow it in its case,
// and by nobody else.
func place(limit string) string {
	return `WITH free AS MATERIALIZED (
	SELECT arrival, tenant, case_id, seq FROM needsled_entries WHERE position IS NULL ORDER BY arrival ` + limit + `FOR UPDATE SKIP LOCKED
), held AS (
	SELECT tenant, case_id, min(seq) AS seq FROM needsled_entries e
	WHERE position IS NULL AND arrival <= (SELECT max(arrival) FROM free) AND NOT EXISTS (SELECT 1 FROM free WHERE free.arrival = e.arrival)
	GROUP BY tenant, case_id
), fresh AS (
	SELECT arrival, row_number() OVER (ORDER BY arrival) AS place FROM free f
	WHERE NOT EXISTS (SELECT 1 FROM held WHERE held.tenant = f.tenant AND held.case_id = f.case_id AND held.seq < f.seq)
)
UPDATE needsled_entries e SET position = fresh.place + (SELECT coalesce(max(position), 0) FROM needsled_entries)
FROM fresh
WHERE e.arrival = fresh.arrival`
}

// bind writes the query with the dialect's placeholders.
func (d Dialect) bind(query string) string {
	if !d.numbered {
		return query
	}
	parts := strings.Split(query, "?")
	var b strings.Builder
	for i, part := range parts {
		b.WriteString(part)
		if i < len(parts)-1 {
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(i + 1))
		}
	}
	return b.String()
}

// Class is what an error of a driver means to a store.
type Class int

// The classes a driver's package sorts its errors into.
const (
	Other      Class = iota
	Busy             // locked, or the snapshot was overtaken; worth another try
	Unique           // a row with this key is there already
	Full             // no room for the write
	Damaged          // what is stored is not a sound database
	Unwritable       // the database has no room for a character of a text
)
