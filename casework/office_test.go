package casework_test

import (
	"encoding/binary"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/memory"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden holds what was rendered against its file in testdata.
func golden(t testing.TB, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", filepath.FromSlash(name))
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, got, 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run the test with -update to write it")
	assert.Equal(t, string(want), string(got))
}

var (
	camden  = casework.Agency{ID: "camden", Name: "Camden", Sector: casework.Statutory}
	ana     = casework.Person("ana", camden)
	bea     = casework.Person("bea", camden)
	nightly = casework.System("nightly", casework.Agency{})
)

// noon is when these tests begin, unless they say otherwise.
var noon = time.Date(2025, 3, 10, 12, 0, 0, 0, time.UTC)

// office is where complaints are handled in these tests: a store in memory, a
// clock that stands still, and ids and salts that come out the same every time.
type office struct {
	t     testing.TB
	store *memory.Store
	kind  *casework.Kind[*Complaint]
	o     casework.DeskOptions
	now   time.Time
	ids   uint64
	salts uint64
}

// newOffice gives an office whose kind was edited first.
func newOffice(t testing.TB, edits ...func(*casework.KindSpec[*Complaint])) *office {
	t.Helper()
	spec := complaintSpec(compiled(t, complaintDefinition()))
	for _, edit := range edits {
		edit(&spec)
	}
	f := &office{t: t, store: memory.New(), kind: kindOf(t, spec), now: noon}
	f.o = casework.DeskOptions{
		Clock: func() time.Time { return f.now },
		NewID: func() (casework.CaseID, error) { f.ids++; return caseID(f.ids), nil },
		Salt: func() (salt [16]byte) {
			f.salts++
			binary.BigEndian.PutUint64(salt[8:], f.salts)
			return salt
		},
	}
	return f
}

func caseID(n uint64) (id casework.CaseID) {
	binary.BigEndian.PutUint64(id[8:], n)
	return id
}

func compiled(t testing.TB, d casework.Definition) *casework.Table {
	t.Helper()
	table, err := d.Compile()
	require.NoError(t, err)
	return table
}

func kindOf[T casework.Aggregate](t testing.TB, spec casework.KindSpec[T]) *casework.Kind[T] {
	t.Helper()
	kind, err := casework.NewKind(spec)
	require.NoError(t, err)
	return kind
}

func (f *office) desk() *casework.Desk[*Complaint] { return casework.NewDesk(f.store, f.kind, &f.o) }

// received gives a complaint that has come in, with its text.
func (f *office) received() *Complaint {
	f.t.Helper()
	c, err := f.desk().Open(f.t.Context(), ana, casework.Opening{}, func(c *Complaint) error { return c.Receive("The bins stay full.") })
	require.NoError(f.t, err)
	return c
}

// looking gives a complaint somebody looks into, with one finding.
func (f *office) looking() *Complaint {
	f.t.Helper()
	c := f.received()
	c, err := f.desk().Update(f.t.Context(), c.ID(), ana, func(c *Complaint) error {
		if err := c.Move(LookInto); err != nil {
			return err
		}
		return c.Find("The round was skipped.")
	})
	require.NoError(f.t, err)
	return c
}

// journal gives the stored entries of a case.
func (f *office) journal(id casework.CaseID) []casework.Entry {
	f.t.Helper()
	var all []casework.Entry
	for e, err := range f.store.History(f.t.Context(), id, 0) {
		require.NoError(f.t, err)
		all = append(all, e)
	}
	return all
}

// types gives the types of a case's stored entries.
func (f *office) types(id casework.CaseID) []string {
	f.t.Helper()
	var types []string
	for _, e := range f.journal(id) {
		types = append(types, e.Type)
	}
	return types
}

// verified proves that the stored case is the fold of its journal.
func (f *office) verified(id casework.CaseID) {
	f.t.Helper()
	require.NoError(f.t, f.desk().Verify(f.t.Context(), id))
}

// untouched proves that a case stands where it stood.
func (f *office) untouched(c *Complaint) {
	f.t.Helper()
	now, err := f.desk().Load(f.t.Context(), c.ID())
	require.NoError(f.t, err)
	require.Equal(f.t, c.Seq(), now.Seq(), "the journal has grown")
	require.Equal(f.t, c.State(), now.State())
	f.verified(c.ID())
}

// refusal gives the refusal an error must be.
func refusal(t testing.TB, err error) *casework.Refusal {
	t.Helper()
	require.ErrorIs(t, err, casework.ErrRefused)
	var r *casework.Refusal
	require.ErrorAs(t, err, &r)
	return r
}

// faults gives the faults of an error that must be invalid, as "path code".
func faults(t testing.TB, err error) []string {
	t.Helper()
	require.ErrorIs(t, err, casework.ErrInvalid)
	var invalid *casework.InvalidError
	require.ErrorAs(t, err, &invalid)
	var all []string
	for _, f := range invalid.Faults {
		assert.NotEmpty(t, f.Message)
		all = append(all, f.Path+" "+f.Code)
	}
	return all
}

// corruption gives the code of an error that must be corrupt.
func corruption(t testing.TB, err error) string {
	t.Helper()
	require.ErrorIs(t, err, casework.ErrCorrupt)
	var corrupt *casework.CorruptError
	require.ErrorAs(t, err, &corrupt)
	return corrupt.Code
}

func codes(objections []casework.Objection) []string {
	var all []string
	for _, o := range objections {
		all = append(all, o.Code)
	}
	return all
}

// policy is a rule that always objects, unless it is given something else to do.
func policy(code string, effect casework.Effect, check func(casework.Attempt[*Complaint]) []casework.Objection, watched ...casework.Move) casework.Policy[*Complaint] {
	if check == nil {
		check = func(casework.Attempt[*Complaint]) []casework.Objection {
			return []casework.Objection{{Message: "it may not be", Remedy: "leave it"}}
		}
	}
	return casework.Policy[*Complaint]{Code: code, Doc: "A rule of these tests.", Source: "test", Moves: watched, Effect: effect, Check: check}
}

// under adds policies to a kind.
func under(policies ...casework.Policy[*Complaint]) func(*casework.KindSpec[*Complaint]) {
	return func(spec *casework.KindSpec[*Complaint]) { spec.Policies = slices.Concat(spec.Policies, policies) }
}

// only puts policies in the place of the kind's own.
func only(policies ...casework.Policy[*Complaint]) func(*casework.KindSpec[*Complaint]) {
	return func(spec *casework.KindSpec[*Complaint]) { spec.Policies = policies }
}
