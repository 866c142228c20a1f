//go:build unix

package postgres_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"
)

// server is a PostgreSQL of the tests' own, or the one the environment names.
type server struct {
	dsn  string // of a database that tests may make schemas in
	stop func() error
	none string // why there is none
	err  error
}

// theServer is started once, and stopped by TestMain.
var theServer = sync.OnceValue(startServer)

var begun atomic.Bool

func TestMain(m *testing.M) {
	code := m.Run()
	if begun.Load() && theServer().stop != nil {
		if err := theServer().stop(); err != nil {
			fmt.Fprintln(os.Stderr, "the private PostgreSQL did not stop:", err)
			code = max(code, 1)
		}
	}
	os.Exit(code)
}

func startServer() server {
	begun.Store(true)
	if dsn := os.Getenv("NEEDSLED_POSTGRES_DSN"); dsn != "" {
		return server{dsn: dsn}
	}
	bin := binaries()
	if bin == "" {
		return server{none: "there is no PostgreSQL here: set NEEDSLED_POSTGRES_DSN, or install the package postgresql"}
	}
	dir, err := os.MkdirTemp("", "needsled-postgres-")
	if err != nil {
		return server{err: err}
	}
	s, err := start(bin, dir)
	if err != nil {
		return server{err: errors.Join(err, os.RemoveAll(dir))}
	}
	return s
}

// binaries finds where initdb and postgres are.
func binaries() string {
	var dirs []string
	for _, pattern := range []string{"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin", "/usr/local/opt/postgresql*/bin"} {
		found, _ := filepath.Glob(pattern) // the patterns are sound
		slices.Reverse(found)
		dirs = append(dirs, found...)
	}
	if initdb, err := exec.LookPath("initdb"); err == nil {
		if target, err := filepath.EvalSymlinks(initdb); err == nil {
			dirs = append(dirs, filepath.Dir(target))
		}
	}
	for _, dir := range dirs {
		_, noInit := os.Stat(filepath.Join(dir, "initdb"))
		_, noServer := os.Stat(filepath.Join(dir, "postgres"))
		if noInit == nil && noServer == nil {
			return dir
		}
	}
	return ""
}

// cluster is a private PostgreSQL that listens on a socket in its directory and
// nowhere else.
type cluster struct {
	bin, dir string
	as       *syscall.SysProcAttr
	settings string
}

func start(bin, dir string) (server, error) {
	c, err := newCluster(bin, dir, "-c fsync=off")
	if err != nil {
		return server{}, err
	}
	return server{dsn: c.dsn(), stop: func() error { return errors.Join(c.stop("immediate"), os.RemoveAll(dir)) }}, nil
}

// newCluster makes a cluster and starts it. PostgreSQL does not run as root, so
// root lends it to somebody else.
func newCluster(bin, dir, settings string) (*cluster, error) {
	as, err := unprivileged(dir)
	if err != nil {
		return nil, err
	}
	c := &cluster{bin: bin, dir: dir, as: as, settings: settings}
	if err := c.run("initdb", "-D", c.data(), "-U", "needsled", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"); err != nil {
		return nil, err
	}
	return c, c.start()
}

func (c *cluster) data() string { return filepath.Join(c.dir, "data") }

func (c *cluster) dsn() string {
	return "postgres:///postgres?user=needsled&host=" + url.QueryEscape(c.dir)
}

func (c *cluster) start() error {
	options := fmt.Sprintf("-c listen_addresses='' -c unix_socket_directories='%s' -c max_connections=300 %s", c.dir, c.settings)
	return c.run("pg_ctl", "-D", c.data(), "-w", "-l", filepath.Join(c.dir, "log"), "-o", options, "start")
}

// stop ends the server: "fast" in order, "immediate" as a crash does.
func (c *cluster) stop(mode string) error {
	return c.run("pg_ctl", "-D", c.data(), "-m", mode, "stop")
}

func (c *cluster) run(name string, args ...string) error {
	cmd := exec.Command(filepath.Join(c.bin, name), args...) //nolint:gosec // the tests' own server
	cmd.SysProcAttr, cmd.Dir = c.as, c.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", name, err, out)
	}
	return nil
}

// unprivileged gives the directory to somebody who is not root, and says how to
// run as them; nil for who is not root anyway.
func unprivileged(dir string) (*syscall.SysProcAttr, error) {
	if os.Getuid() != 0 {
		return nil, nil //nolint:nilnil // run as we are
	}
	who, err := user.Lookup("postgres")
	if err != nil {
		who, err = user.Lookup("nobody")
	}
	if err != nil {
		return nil, err
	}
	uid, noUID := strconv.ParseUint(who.Uid, 10, 32)
	gid, noGID := strconv.ParseUint(who.Gid, 10, 32)
	if err := errors.Join(noUID, noGID, os.Chown(dir, int(uid), int(gid))); err != nil { //nolint:gosec // ids of 32 bits
		return nil, err
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil //nolint:gosec // ids of 32 bits
}

var schemas atomic.Int64

// schema gives a connection string to an empty schema of the test's own.
func schema(tb testing.TB) string {
	tb.Helper()
	s := theServer()
	if s.none != "" && os.Getenv("NEEDSLED_POSTGRES") != "required" {
		tb.Skip(s.none)
	}
	require.Empty(tb, s.none, "NEEDSLED_POSTGRES=required lets no test be skipped")
	require.NoError(tb, s.err)
	db, err := sql.Open("pgx", s.dsn)
	require.NoError(tb, err)
	name := fmt.Sprintf("needsled_test_%d_%d", os.Getpid(), schemas.Add(1))
	_, err = db.ExecContext(tb.Context(), "CREATE SCHEMA "+name)
	require.NoError(tb, err)
	tb.Cleanup(func() {
		_, err := db.ExecContext(context.WithoutCancel(tb.Context()), "DROP SCHEMA "+name+" CASCADE")
		require.NoError(tb, errors.Join(err, db.Close()))
	})
	at, err := url.Parse(s.dsn)
	require.NoError(tb, err)
	query := at.Query()
	query.Set("search_path", name)
	at.RawQuery = query.Encode()
	return at.String()
}
