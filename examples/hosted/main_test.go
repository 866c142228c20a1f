//go:build unix

package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/internal/postgrestest"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Main(m)) }

// everywhere runs a test on both databases, with the staff employed.
func everywhere(t *testing.T, test func(t *testing.T, s *system)) {
	t.Helper()
	for name, open := range map[string]func(t *testing.T) (*system, error){
		"sqlite": func(t *testing.T) (*system, error) {
			return openSQLite(t.Context(), filepath.Join(t.TempDir(), "referrals.db"))
		},
		"postgres": func(t *testing.T) (*system, error) { return openPostgres(t.Context(), postgrestest.Schema(t)) },
	} {
		t.Run(name, func(t *testing.T) {
			s, err := open(t)
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, s.close()) })
			test(t, s)
		})
	}
}

func staffed(t *testing.T, test func(t *testing.T, s *system)) {
	t.Helper()
	everywhere(t, func(t *testing.T, s *system) {
		require.NoError(t, s.employ(t.Context()))
		test(t, s)
	})
}

const story = `Two councils each have a referral R-1 and a cycle for it.
A referral that its own table refuses is taken in: false; of its cycle there is nothing.
What Ana may do with R-1, and what speaks against it:
  identify_resources: 2 objections
  suspend: 1 objections
  resume: 1 objections
  abandon: 1 objections
cleo.c moves it on:
  permission.denied (bar): not permitted: identify_resources: a clerk records and moves nothing on; ask somebody who may, or ask for the permission
  need.none (refuse): no need is recorded that stands; identify a need
  engagement.no_voluntary_sector (explain): the voluntary and community sector was not invited in this stage (Assess need); engage it and record what came of it, or why engagement is not relevant here
nobody moves it on:
  permission.denied (bar): not permitted: identify_resources: nobody of that name works there; ask somebody who may, or ask for the permission
  need.none (refuse): no need is recorded that stands; identify a need
  engagement.no_voluntary_sector (explain): the voluntary and community sector was not invited in this stage (Assess need); engage it and record what came of it, or why engagement is not relevant here
Westminster moves Camden's cycle on: not found: true
Tasks:
  camden: Cycle “Home care, Kentish Town”: case opened (/camden/cycles?entry=1)
  camden: Cycle “Home care, Kentish Town”: brief recorded (/camden/cycles?entry=2)
  camden: Cycle “Home care, Kentish Town”: need identified (/camden/cycles?entry=3)
  westminster: Cycle “Falls service”: case opened (/westminster/cycles?entry=1)
  westminster: Cycle “Falls service”: brief recorded (/westminster/cycles?entry=2)
`

func TestTheStoryIsTheSameOnBothDatabases(t *testing.T) {
	everywhere(t, func(t *testing.T, s *system) {
		var out bytes.Buffer
		require.NoError(t, run(t.Context(), &out, s))
		assert.Equal(t, story, out.String())
	})
	var out bytes.Buffer
	require.NoError(t, play(t.Context(), &out, ""))
	assert.Equal(t, story, out.String())
}

// traces counts what is kept of referrals and of cycles.
func traces(t *testing.T, s *system) (referrals, entries int) {
	t.Helper()
	require.NoError(t, s.db.QueryRowContext(t.Context(), `SELECT count(*) FROM referrals`).Scan(&referrals))
	require.NoError(t, s.db.QueryRowContext(t.Context(), `SELECT count(*) FROM needsled_entries`).Scan(&entries))
	return referrals, entries
}

func TestS12_3_row_cycle_entries_and_feed_commit_together_or_not_at_all(t *testing.T) {
	staffed(t, func(t *testing.T, s *system) {
		_, err := s.refer(t.Context(), "camden", "ana.k", referral{Number: "R-1", Title: "Day centre", Urgency: "whenever"})
		require.Error(t, err, "the row is refused after the cycle was written")
		referrals, entries := traces(t, s)
		assert.Zero(t, referrals)
		assert.Zero(t, entries)
		last, err := end(t.Context(), s.store.Tenant("camden"))
		require.NoError(t, err)
		assert.Zero(t, last, "nothing in the feed")

		id, err := s.refer(t.Context(), "camden", "ana.k", referral{Number: "R-1", Title: "Day centre"})
		require.NoError(t, err)
		referrals, entries = traces(t, s)
		assert.Equal(t, 1, referrals)
		assert.Equal(t, 2, entries)
		cycle, err := s.desk.In(s.store.Tenant("camden")).Find(t.Context(), casework.ExternalRef{Scheme: scheme, Value: "R-1"})
		require.NoError(t, err)
		assert.Equal(t, id, cycle.ID(), "the system's own number leads to the cycle")

		_, err = s.refer(t.Context(), "camden", "ana.k", referral{Number: "R-1", Title: "Day centre once more"})
		require.ErrorIs(t, err, casework.ErrConflict, "and to one cycle alone")
		again, more := traces(t, s)
		assert.Equal(t, []int{referrals, entries}, []int{again, more})
	})
}

func TestS12_6_another_councils_cycle_is_not_there(t *testing.T) {
	staffed(t, func(t *testing.T, s *system) {
		id, err := s.refer(t.Context(), "camden", "ana.k", referral{Number: "R-1", Title: "Home care"})
		require.NoError(t, err)
		theirs := s.store.Tenant("westminster")
		desk := s.desk.In(theirs)
		_, err = desk.Load(t.Context(), id)
		require.ErrorIs(t, err, casework.ErrNotFound)
		_, err = s.move(t.Context(), "westminster", "wes.t", id, commissioning.IdentifyResources)
		require.ErrorIs(t, err, casework.ErrNotFound)
		_, err = desk.Find(t.Context(), casework.ExternalRef{Scheme: scheme, Value: "R-1"})
		require.ErrorIs(t, err, casework.ErrNotFound)
		for summary, err := range desk.List(t.Context(), casework.Query{}) {
			assert.Fail(t, "a list shows another council's cycle", summary, err)
		}
		last, err := end(t.Context(), theirs)
		require.NoError(t, err)
		assert.Zero(t, last)
		_, err = s.refer(t.Context(), "westminster", "wes.t", referral{Number: "R-1", Title: "Falls"})
		require.NoError(t, err, "numbers are each council's own")
	})
}

func TestS12_7_who_did_it_is_never_left_out(t *testing.T) {
	staffed(t, func(t *testing.T, s *system) {
		desk := s.desk.In(s.store.Tenant("camden"))
		brief := commissioning.Brief{Title: "Home care", Lead: agency("camden")}
		_, err := desk.Open(t.Context(), casework.Actor{}, brief)
		require.ErrorIs(t, err, casework.ErrInvalid)
		cleo := actor("camden", "cleo.c").For(actor("camden", "ana.k"))
		cycle, err := desk.Open(t.Context(), cleo, brief)
		require.NoError(t, err)
		for e, err := range desk.History(t.Context(), cycle.ID(), 0) {
			require.NoError(t, err)
			assert.Equal(t, "cleo.c", e.Actor.ID)
			require.NotNil(t, e.Actor.OnBehalfOf)
			assert.Equal(t, "ana.k", e.Actor.OnBehalfOf.ID)
		}
	})
}

func TestS12_8_a_permission_that_cannot_be_established_is_none(t *testing.T) {
	for name, role := range map[string]func(context.Context, string, string) (string, error){
		"an error": func(context.Context, string, string) (string, error) {
			return commissioner, errors.New("the directory is down")
		},
		"a panic": func(context.Context, string, string) (string, error) { panic("no such table") },
		"too slow": func(ctx context.Context, _, _ string) (string, error) {
			<-ctx.Done()
			return commissioner, nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			staffed(t, func(t *testing.T, s *system) {
				s.role = role
				s.desk = permitting(t, s)
				_, err := s.refer(t.Context(), "camden", "ana.k", referral{Number: "R-1", Title: "Home care"})
				refusal, refused := errors.AsType[*casework.Refusal](err)
				require.True(t, refused, "%v", err)
				assert.Equal(t, casework.CodePermissionFailed, refusal.Objections[0].Code)
				referrals, entries := traces(t, s)
				assert.Zero(t, referrals)
				assert.Zero(t, entries)
			})
		})
	}
}

// permitting gives the system's desk with little patience.
func permitting(t *testing.T, s *system) *commissioning.Desk {
	t.Helper()
	desk, err := commissioning.NewDesk(s.store, &commissioning.Options{Desk: casework.DeskOptions{Permit: s.permit, PermitTimeout: 50 * time.Millisecond}})
	require.NoError(t, err)
	return desk
}
