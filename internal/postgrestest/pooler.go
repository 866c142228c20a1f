//go:build unix

package postgrestest

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Pooler starts a PgBouncer in transaction mode before an empty schema of the test's
// own, and gives a connection string to it. It has fewer connections than its clients, so
// that they meet each other's.
func Pooler(tb testing.TB) string {
	tb.Helper()
	dsn := Schema(tb)
	bin, err := exec.LookPath("pgbouncer")
	if err != nil {
		bin = "/usr/sbin/pgbouncer"
	}
	if _, err := os.Stat(bin); err != nil {
		none(tb, "there is no PgBouncer here: install the package pgbouncer")
	}
	at, err := url.Parse(dsn)
	must(tb, err)
	dir, err := os.MkdirTemp("", "needsled-pooler-") //nolint:usetesting // whoever the pooler runs as cannot enter a TempDir of root
	must(tb, err)
	tb.Cleanup(func() { must(tb, os.RemoveAll(dir)) })
	as, err := unprivileged(dir)
	must(tb, err)
	must(tb, os.WriteFile(filepath.Join(dir, "users"), []byte(`"needsled" ""`), 0o600))
	must(tb, os.WriteFile(filepath.Join(dir, "ini"), []byte(poolerSettings(dir, at)), 0o600))
	if as != nil {
		for _, name := range []string{"users", "ini"} {
			must(tb, os.Chown(filepath.Join(dir, name), int(as.Credential.Uid), int(as.Credential.Gid)))
		}
	}
	run(tb, as, bin, "-q", filepath.Join(dir, "ini"))
	return "postgres:///pooled?user=needsled&port=6432&host=" + url.QueryEscape(dir)
}

func poolerSettings(dir string, at *url.URL) string {
	q := at.Query()
	host, port := q.Get("host"), q.Get("port")
	if host == "" {
		host, port = at.Hostname(), at.Port()
	}
	user := q.Get("user")
	if at.User != nil {
		user = at.User.Username()
		if password, is := at.User.Password(); is {
			user += " password=" + password
		}
	}
	if port == "" {
		port = "5432"
	}
	return fmt.Sprintf(`[databases]
pooled = host=%s port=%s dbname=%s user=%s pool_size=3 connect_query='SET search_path TO %s'
[pgbouncer]
listen_addr =
listen_port = 6432
unix_socket_dir = %s
auth_type = any
auth_file = %s/users
pool_mode = transaction
logfile = %s/log
`, host, port, strings.TrimPrefix(at.Path, "/"), user, q.Get("search_path"), dir, dir, dir)
}

// run starts the pooler, waits until it answers, and ends it with the test.
func run(tb testing.TB, as *syscall.SysProcAttr, bin string, args ...string) {
	tb.Helper()
	cmd := exec.Command(bin, args...) //nolint:gosec // the tests' own pooler
	cmd.SysProcAttr, cmd.Dir = as, filepath.Dir(args[len(args)-1])
	var said strings.Builder
	cmd.Stderr = &said
	must(tb, cmd.Start())
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(ended)
	}()
	tb.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-ended
	})
	patience := time.After(20 * time.Second)
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for {
		if c, err := net.Dial("unix", filepath.Join(cmd.Dir, ".s.PGSQL.6432")); err == nil {
			must(tb, c.Close())
			return
		}
		select {
		case <-ended:
			tb.Fatalf("the pooler ended\n%s", said.String())
		case <-patience:
			tb.Fatalf("the pooler did not start\n%s", said.String())
		case <-look.C:
		}
	}
}
