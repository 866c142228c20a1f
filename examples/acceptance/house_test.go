package acceptance_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/memory"
	"github.com/needsled/needsled/casework/storage/postgres"
	"github.com/needsled/needsled/casework/storage/sqlite"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/internal/postgrestest"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Main(m)) }

// Those who act in these scenarios.
var (
	hackney = casework.Agency{ID: "hackney", Name: "London Borough of Hackney", Sector: casework.Statutory}
	homes   = casework.Agency{ID: "homely", Name: "Homely Care", Sector: casework.Private}

	ana     = casework.Person("ana", hackney)
	bo      = casework.Person("bo", hackney)
	cal     = casework.Person("cal", hackney)
	nightly = casework.System("nightly", hackney)
)

// assessedAt is when the assessment of person 3 was done.
var assessedAt = time.Date(2021, time.November, 30, 15, 6, 15, 0, time.UTC)

// store is what the scenarios ask of a store.
type store interface {
	casework.Store
	casework.Finder
	casework.Lister
	casework.Feeder
}

// house is a host of the library: its store, its clock, its ids and salts.
type house struct {
	store  store
	tenant func(string) store
	now    time.Time
	ids    uint64
	salts  uint64
}

// onEveryStore runs a scenario in a house of its own on each store.
func onEveryStore(t *testing.T, scenario func(*testing.T, *house)) {
	t.Helper()
	t.Run("memory", func(t *testing.T) { scenario(t, inMemory()) })
	t.Run("sqlite", func(t *testing.T) { scenario(t, onSQLite(t)) })
	t.Run("postgres", func(t *testing.T) { scenario(t, onPostgres(t)) })
}

func onPostgres(t *testing.T) *house {
	t.Helper()
	s, err := postgres.Open(t.Context(), postgrestest.Schema(t), &postgres.Options{Silent: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return newHouse(s, func(name string) store { return s.Tenant(name) })
}

func inMemory() *house {
	s := memory.New()
	return newHouse(s, func(name string) store { return s.Tenant(name) })
}

func onSQLite(t *testing.T) *house {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "house.db"), &sqlite.Options{Synchronous: sqlite.Normal})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return newHouse(s, func(name string) store { return s.Tenant(name) })
}

func newHouse(s store, tenant func(string) store) *house {
	return &house{store: s, tenant: tenant, now: assessedAt}
}

// options gives what the house tells every desk.
func (h *house) options() casework.DeskOptions {
	return casework.DeskOptions{
		Clock: func() time.Time { return h.now },
		NewID: func() (casework.CaseID, error) { h.ids++; return caseID(h.ids), nil },
		Salt: func() (salt [16]byte) {
			h.salts++
			binary.BigEndian.PutUint64(salt[8:], h.salts)
			return salt
		},
	}
}

func caseID(n uint64) (id casework.CaseID) {
	binary.BigEndian.PutUint64(id[8:], n)
	return id
}

// desk gives a desk of the house, whose options were edited first.
func (h *house) desk(t *testing.T, edits ...func(*commissioning.Options)) *commissioning.Desk {
	t.Helper()
	o := &commissioning.Options{Desk: h.options()}
	for _, edit := range edits {
		edit(o)
	}
	desk, err := commissioning.NewDesk(h.store, o)
	require.NoError(t, err)
	return desk
}

// permitted lets the host decide who may do what.
func permitted(permit casework.Permit) func(*commissioning.Options) {
	return func(o *commissioning.Options) { o.Desk.Permit = permit }
}

// holderOnly adds the host's rule that an assigned case is its holder's.
func holderOnly(o *commissioning.Options) {
	o.Policies.Add = append(o.Policies.Add, casework.HolderOnly[*commissioning.Cycle]())
}

// at sets the clock of the house.
func (h *house) at(t *testing.T, text string) {
	t.Helper()
	now, err := time.Parse(time.RFC3339, text)
	require.NoError(t, err)
	h.now = now
}

// everything writes down all a tenant's store holds: of each case the record
// with its document and the journal, and the feed.
func everything(t *testing.T, s store) string {
	t.Helper()
	var b strings.Builder
	b.WriteString(casesOf(t, s))
	items, err := s.Feed(t.Context(), 0, 1_000_000)
	require.NoError(t, err)
	for _, item := range items {
		line, err := json.Marshal(item)
		require.NoError(t, err)
		fmt.Fprintf(&b, "feed %s\n", line)
	}
	return b.String()
}

// casesOf writes down of each case the record with its document and the journal.
func casesOf(t *testing.T, s store) string {
	t.Helper()
	var b strings.Builder
	for summary, err := range s.List(t.Context(), casework.Query{}) {
		require.NoError(t, err)
		record, err := s.Load(t.Context(), summary.Case)
		require.NoError(t, err)
		line, err := json.Marshal(record)
		require.NoError(t, err)
		fmt.Fprintf(&b, "case %s\n%s", line, journalOf(t, s, summary.Case))
	}
	return b.String()
}

// journalOf gives a case's journal as it is exported.
func journalOf(t *testing.T, s casework.Store, id casework.CaseID) []byte {
	t.Helper()
	var lines bytes.Buffer
	require.NoError(t, casework.WriteJournal(&lines, s.History(t.Context(), id, 0)))
	return lines.Bytes()
}

// entriesOf gives a case's journal after a sequence.
func entriesOf(t *testing.T, s casework.Store, id casework.CaseID, after uint64) []casework.Entry {
	t.Helper()
	var all []casework.Entry
	for e, err := range s.History(t.Context(), id, after) {
		require.NoError(t, err)
		all = append(all, e)
	}
	return all
}

// typesOf gives the types of entries.
func typesOf(entries []casework.Entry) []string {
	types := make([]string, len(entries))
	for i, e := range entries {
		types[i] = e.Type
	}
	return types
}

// fails runs a step that is to fail, shows that it left documents, journals and
// feed unchanged, and gives its error.
func (h *house) fails(t *testing.T, step func() error) error {
	t.Helper()
	before := everything(t, h.store)
	err := step()
	require.Error(t, err)
	require.Equal(t, before, everything(t, h.store), "a refused step leaves document, journal and feed unchanged")
	return err
}

// refused is a step that a rule is to refuse.
func (h *house) refused(t *testing.T, step func() error) *casework.Refusal {
	t.Helper()
	err := h.fails(t, step)
	require.ErrorIs(t, err, casework.ErrRefused)
	var refusal *casework.Refusal
	require.ErrorAs(t, err, &refusal)
	return refusal
}

// conflicts is a step for which somebody else is to have been first.
func (h *house) conflicts(t *testing.T, kind casework.ConflictKind, step func() error) *casework.ConflictError {
	t.Helper()
	err := h.fails(t, step)
	require.ErrorIs(t, err, casework.ErrConflict)
	var conflict *casework.ConflictError
	require.ErrorAs(t, err, &conflict)
	require.Equal(t, kind, conflict.Kind)
	return conflict
}

// stopping gives the codes of the objections that stop.
func stopping(objections []casework.Objection) []string {
	var codes []string
	for _, o := range objections {
		if o.Effect.Stops() {
			codes = append(codes, o.Code)
		}
	}
	return codes
}

// faultCodes gives "path code" of each fault of an error that is to be invalid.
func faultCodes(t *testing.T, err error) []string {
	t.Helper()
	require.ErrorIs(t, err, casework.ErrInvalid)
	var invalid *casework.InvalidError
	require.ErrorAs(t, err, &invalid)
	var codes []string
	for _, f := range invalid.Faults {
		codes = append(codes, f.Path+" "+f.Code)
	}
	return codes
}

// day reads a date that is known to be one.
func day(t *testing.T, text string) casework.Date {
	t.Helper()
	d, err := casework.ParseDate(text)
	require.NoError(t, err)
	return d
}

// pounds reads an amount that is known to be one.
func pounds(t *testing.T, amount string) casework.Money {
	t.Helper()
	m, err := casework.ParseMoney(amount, "GBP")
	require.NoError(t, err)
	return m
}
