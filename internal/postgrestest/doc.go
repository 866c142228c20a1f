// Package postgrestest starts a private PostgreSQL for tests, or takes the one that
// the environment variable NEEDSLED_POSTGRES_DSN names. Where there is none, tests are
// skipped, unless NEEDSLED_POSTGRES is "required". Whoever imports it brings the
// driver "pgx" for database/sql.
package postgrestest
