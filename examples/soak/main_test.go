//go:build unix

package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/internal/postgrestest"
)

func TestMain(m *testing.M) {
	if working() {
		if err := work(context.Background()); err != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(postgrestest.Main(m))
}

func planned(t *testing.T) plan {
	t.Helper()
	return plan{
		dir: t.TempDir(), child: func() *exec.Cmd { return exec.Command(os.Args[0], "-test.run=^$") },
		processes: 8, cases: 500, kills: 3, seed: 5, lasts: 5 * time.Minute,
	}
}

func nothingLost(t *testing.T, p plan) *report {
	t.Helper()
	r, err := p.run(t.Context())
	require.NoError(t, err)
	var table bytes.Buffer
	r.print(&table)
	t.Log("\n" + table.String())
	assert.Empty(t, r.faults)
	assert.Equal(t, 3, r.kills)
	assert.GreaterOrEqual(t, r.updates, p.updates)
	return r
}

func TestEightProcessesOfWhichThreeAreKilledLoseNothing(t *testing.T) {
	p := planned(t)
	p.dsn, p.updates = postgrestest.Schema(t), 10_000
	nothingLost(t, p)
}

func TestNothingIsLostWhenTheServerCrashesInTheMiddle(t *testing.T) {
	p := planned(t)
	server := postgrestest.Crashable(t)
	p.dsn, p.server, p.updates, p.cases = server.DSN(), server, 1_500, 60
	assert.Equal(t, 1, nothingLost(t, p).crashes)
}
