package sqlstore

import (
	"embed"
	"io/fs"
	"strconv"
	"strings"
)

//go:embed migrations
var migrations embed.FS

// Dialect is how one database is spoken to. It is a value; see [SQLite].
type Dialect struct {
	name       string
	migrations fs.FS
	numbered   bool             // placeholders are $1, $2, ... instead of ?
	lock       string           // takes the write lock at once; needs needsled_migrations
	migrated   string           // tells whether needsled_migrations exists
	journal    string           // creates needsled_migrations unless it exists
	lockCase   string           // behind a SELECT of a case that will be written
	holdCase   string           // behind a SELECT of a case that must not move
	text       func([]byte) any // how JSON bytes are bound, so that they come back byte for byte
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
	}
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
	Other   Class = iota
	Busy          // locked, or the snapshot was overtaken; worth another try
	Unique        // a row with this key is there already
	Full          // no room for the write
	Damaged       // what is stored is not a sound database
)
