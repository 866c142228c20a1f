package casework_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/memory"
)

// spoken gives the lines that were logged, the time left out.
func spoken(t *testing.T, out *bytes.Buffer) []map[string]any {
	t.Helper()
	var lines []map[string]any
	for text := range strings.Lines(out.String()) {
		var line map[string]any
		require.NoError(t, json.Unmarshal([]byte(text), &line))
		delete(line, slog.TimeKey)
		lines = append(lines, line)
	}
	out.Reset()
	return lines
}

// lostDisk is a store that appends nothing.
type lostDisk struct{ *memory.Store }

func (lostDisk) Append(context.Context, casework.Batch) (casework.Receipt, error) {
	return casework.Receipt{}, errors.New("the disk is gone")
}

func TestALoggerHearsHowUnitsEndByIdsAndCodesAlone(t *testing.T) {
	var out bytes.Buffer
	var permit casework.Permit
	f := newOffice(t)
	f.o.Logger = slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	f.o.Permit = func(ctx context.Context, q casework.PermitQuery) (casework.Decisions, error) { return permit(ctx, q) }
	permit = casework.AllowAll
	desk, id := f.desk(), f.received().ID()
	lines := spoken(t, &out)
	require.Len(t, lines, 1)
	assert.Equal(t, "committed", lines[0]["msg"])
	assert.Equal(t, []any{id.String()}, lines[0]["cases"])

	for _, c := range []struct {
		name, level, msg string
		call             func() error
		has              map[string]any
	}{
		{"a conflict", "INFO", "conflict", func() error {
			_, err := desk.Update(t.Context(), id, ana, nil, casework.IfSeq(99))
			return err
		}, map[string]any{"kind": "sequence"}},
		{"what is not there", "INFO", "not found", func() error {
			_, err := desk.Update(t.Context(), casework.CaseID{9}, ana, nil)
			return err
		}, nil},
		{"an actor who is nobody", "INFO", "invalid", func() error {
			_, err := desk.Update(t.Context(), id, casework.Actor{}, nil)
			return err
		}, map[string]any{"codes": []any{"actor.missing", "actor.missing"}}},
		{"a move that leads nowhere", "INFO", "refused", func() error {
			_, err := desk.Move(t.Context(), id, ana, "no such move", casework.Reason("her son asked"))
			return err
		}, map[string]any{"move": "no such move"}},
		{"a permission that fails", "ERROR", "refused, since the permission check failed", func() error {
			permit = func(context.Context, casework.PermitQuery) (casework.Decisions, error) {
				return nil, errors.New("the directory is down")
			}
			defer func() { permit = casework.AllowAll }()
			_, err := desk.Move(t.Context(), id, ana, LookInto)
			return err
		}, map[string]any{"error": "the directory is down", "codes": []any{casework.CodePermissionFailed}}},
		{"a store that fails", "ERROR", "failed", func() error {
			_, err := desk.In(lostDisk{f.store}).Move(t.Context(), id, ana, LookInto)
			return err
		}, map[string]any{"error": "the disk is gone"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Error(t, c.call())
			text := out.String()
			lines := spoken(t, &out)
			require.Len(t, lines, 1)
			assert.Equal(t, c.level, lines[0]["level"])
			assert.Equal(t, c.msg, lines[0]["msg"])
			for key, want := range c.has {
				assert.Equal(t, want, lines[0][key], key)
			}
			assert.NotContains(t, text, "son")
		})
	}
}
