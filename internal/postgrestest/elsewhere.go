//go:build !unix

package postgrestest

import (
	"errors"
	"testing"
)

const nowhere = "a private PostgreSQL is started on Unix alone"

// Main runs the tests of a package.
func Main(m *testing.M) int { return m.Run() }

// Schema skips the test.
func Schema(tb testing.TB) string {
	tb.Helper()
	tb.Skip(nowhere)
	return ""
}

// Cluster is a private PostgreSQL.
type Cluster struct{}

// New gives an error.
func New(string) (*Cluster, error) { return nil, errors.New(nowhere) }

// DSN is empty.
func (*Cluster) DSN() string { return "" }

// Start gives an error.
func (*Cluster) Start() error { return errors.New(nowhere) }

// Stop gives an error.
func (*Cluster) Stop(string) error { return errors.New(nowhere) }

// Remove does nothing.
func (*Cluster) Remove() error { return nil }
