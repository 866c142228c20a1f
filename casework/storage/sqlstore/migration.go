package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path"
	"strconv"
	"strings"
)

// ErrNewer says that the database was written by a later version of this
// library than the one that opens it.
var ErrNewer = errors.New("the database is newer than this library")

// migration is one step of the schema. Its version is the number its file name
// begins with.
type migration struct {
	version int
	name    string
	script  string
}

// steps lists the dialect's migrations, oldest first.
func (d Dialect) steps() ([]migration, error) {
	dir := path.Join("migrations", d.name)
	files, err := fs.ReadDir(d.migrations, dir)
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	steps := make([]migration, 0, len(files))
	for _, file := range files {
		script, err := fs.ReadFile(d.migrations, path.Join(dir, file.Name()))
		if err != nil {
			return nil, fmt.Errorf("read migrations: %w", err)
		}
		number, _, _ := strings.Cut(file.Name(), "_")
		version, err := strconv.Atoi(number)
		if err != nil {
			return nil, fmt.Errorf("read migrations: %w", err)
		}
		steps = append(steps, migration{version: version, name: strings.TrimSuffix(file.Name(), ".sql"), script: string(script)})
	}
	return steps, nil
}

// migrate brings the schema up to date. It may be run by several processes at
// once: the first takes the write lock and the others find the work done.
func (d *database) migrate(ctx context.Context) error {
	steps, err := d.dialect.steps()
	if err != nil {
		return err
	}
	current, err := d.version(ctx)
	if err != nil {
		return d.failure(ctx, "migrate", "the schema", err)
	}
	if err := refuseNewer(current, steps); err != nil {
		return err
	}
	if current == steps[len(steps)-1].version {
		return nil
	}
	if _, err := d.write.Exec(ctx, d.dialect.journal); err != nil {
		return d.failure(ctx, "migrate", "the schema", err)
	}
	return d.apply(ctx, steps)
}

// version gives the number of the last migration, 0 for a new database.
func (d *database) version(ctx context.Context) (int, error) {
	var tables int
	in := session{database: d, conn: d.write}
	if err := in.row(ctx, d.dialect.migrated).Scan(&tables); err != nil || tables == 0 {
		return 0, err
	}
	return in.version(ctx)
}

func (s session) version(ctx context.Context) (int, error) {
	var current int
	err := s.row(ctx, `SELECT coalesce(max(version), 0) FROM needsled_migrations`).Scan(&current)
	return current, err
}

// apply runs the steps that are missing in one transaction, which holds the
// write lock before it looks.
func (d *database) apply(ctx context.Context, steps []migration) error {
	tx, err := d.write.Begin(ctx)
	if err != nil {
		return d.failure(ctx, "migrate", "the schema", err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	in := session{database: d, conn: tx}
	if _, err := in.exec(ctx, d.dialect.lock); err != nil {
		return d.failure(ctx, "migrate", "the schema", err)
	}
	current, err := in.version(ctx)
	if err != nil {
		return d.failure(ctx, "migrate", "the schema", err)
	}
	if err := refuseNewer(current, steps); err != nil {
		return err
	}
	for _, step := range steps {
		if step.version <= current {
			continue
		}
		if err := in.migrate(ctx, step); err != nil {
			return d.failure(ctx, "migrate", "to "+step.name, err)
		}
	}
	if err := tx.Commit(ctx); err != nil {
		return d.failure(ctx, "migrate", "the schema", err)
	}
	d.logger.LogAttrs(ctx, slog.LevelInfo, "migrated", slog.Int("from", current), slog.Int("to", steps[len(steps)-1].version))
	return nil
}

func (s session) migrate(ctx context.Context, step migration) error {
	if _, err := s.conn.Exec(ctx, step.script); err != nil {
		return err
	}
	_, err := s.exec(ctx, `INSERT INTO needsled_migrations (version, name) VALUES (?, ?)`, step.version, step.name)
	return err
}

func refuseNewer(current int, steps []migration) error {
	known := steps[len(steps)-1].version
	if current <= known {
		return nil
	}
	return fmt.Errorf("migrate the schema: %w: it is at version %d, and this library knows %d; update the library", ErrNewer, current, known)
}
