//go:build unix

package postgrestest

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
)

// server is a PostgreSQL of the tests' own, or the one the environment names.
type server struct {
	dsn  string // of a database that tests may make schemas in
	stop func() error
	none string // why there is none
	err  error
}

// theServer is started once, and stopped by Main.
var theServer = sync.OnceValue(startServer)

var begun atomic.Bool

// Main runs the tests of a package, and stops the server afterwards. It gives the
// code to exit with, and is called by TestMain.
func Main(m *testing.M) int {
	code := m.Run()
	if begun.Load() && theServer().stop != nil {
		if err := theServer().stop(); err != nil {
			fmt.Fprintln(os.Stderr, "the private PostgreSQL did not stop:", err)
			code = max(code, 1)
		}
	}
	return code
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

// Cluster is a private PostgreSQL that listens on a socket in its directory and
// nowhere else.
type Cluster struct {
	bin, dir string
	as       *syscall.SysProcAttr
	settings string
}

func start(bin, dir string) (server, error) {
	c, err := newCluster(bin, dir, "-c fsync=off")
	if err != nil {
		return server{}, err
	}
	return server{dsn: c.DSN(), stop: func() error { return errors.Join(c.Stop("immediate"), os.RemoveAll(dir)) }}, nil
}

// New starts a private PostgreSQL with more settings, such as "-c fsync=on", for a
// program.
func New(settings string) (*Cluster, error) {
	bin := binaries()
	if bin == "" {
		return nil, errors.New("there is no PostgreSQL here: install the package postgresql")
	}
	dir, err := os.MkdirTemp("", "needsled-postgres-")
	if err != nil {
		return nil, err
	}
	c, err := newCluster(bin, dir, settings)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return c, nil
}

// Remove stops the server and removes what it kept.
func (c *Cluster) Remove() error { return errors.Join(c.Stop("immediate"), os.RemoveAll(c.dir)) }

// newCluster makes a cluster and starts it. PostgreSQL does not run as root, so
// root lends it to somebody else.
func newCluster(bin, dir, settings string) (*Cluster, error) {
	as, err := unprivileged(dir)
	if err != nil {
		return nil, err
	}
	c := &Cluster{bin: bin, dir: dir, as: as, settings: settings}
	if err := c.run("initdb", "-D", c.data(), "-U", "needsled", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"); err != nil {
		return nil, err
	}
	return c, c.Start()
}

func (c *Cluster) data() string { return filepath.Join(c.dir, "data") }

// DSN is the connection string of its database.
func (c *Cluster) DSN() string {
	return "postgres:///postgres?user=needsled&host=" + url.QueryEscape(c.dir)
}

// Start starts the server, again where it was stopped.
func (c *Cluster) Start() error {
	options := fmt.Sprintf("-c listen_addresses='' -c unix_socket_directories='%s' -c max_connections=300 %s", c.dir, c.settings)
	return c.run("pg_ctl", "-D", c.data(), "-w", "-l", filepath.Join(c.dir, "log"), "-o", options, "start")
}

// Stop ends the server: "fast" in order, "immediate" as a crash does.
func (c *Cluster) Stop(mode string) error {
	return c.run("pg_ctl", "-D", c.data(), "-m", mode, "stop")
}

func (c *Cluster) run(name string, args ...string) error {
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

// Crashable gives a PostgreSQL of the test's own, which waits for the disk at every
// commit and may be made to crash.
func Crashable(tb testing.TB) *Cluster {
	tb.Helper()
	bin := binaries()
	if bin == "" {
		none(tb, "there is no PostgreSQL here that could be made to crash: install the package postgresql")
	}
	dir, err := os.MkdirTemp("", "needsled-crash-") //nolint:usetesting // whoever the server runs as cannot enter a TempDir of root
	must(tb, err)
	tb.Cleanup(func() { must(tb, os.RemoveAll(dir)) })
	c, err := newCluster(bin, dir, "-c fsync=on")
	must(tb, err)
	tb.Cleanup(func() { must(tb, c.Stop("immediate")) })
	return c
}

var schemas atomic.Int64

// Schema gives a connection string to an empty schema of the test's own.
func Schema(tb testing.TB) string {
	tb.Helper()
	s := theServer()
	if s.none != "" {
		none(tb, s.none)
	}
	must(tb, s.err)
	db, err := sql.Open("pgx", s.dsn)
	must(tb, err)
	name := fmt.Sprintf("needsled_test_%d_%d", os.Getpid(), schemas.Add(1))
	_, err = db.ExecContext(tb.Context(), "CREATE SCHEMA "+name)
	must(tb, err)
	tb.Cleanup(func() {
		_, err := db.ExecContext(context.WithoutCancel(tb.Context()), "DROP SCHEMA "+name+" CASCADE")
		must(tb, errors.Join(err, db.Close()))
	})
	at, err := url.Parse(s.dsn)
	must(tb, err)
	query := at.Query()
	query.Set("search_path", name)
	at.RawQuery = query.Encode()
	return at.String()
}

// none skips a test, unless none may be skipped.
func none(tb testing.TB, why string) {
	tb.Helper()
	if os.Getenv("NEEDSLED_POSTGRES") == "required" {
		tb.Fatal("NEEDSLED_POSTGRES=required lets no test be skipped: " + why)
	}
	tb.Skip(why)
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}
