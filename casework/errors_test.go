package casework_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
)

func TestEveryErrorAnswersToItsSentinelAndItsCause(t *testing.T) {
	cause := errors.New("the wire is cut")
	for _, test := range []struct {
		err, is error
		text    string
	}{
		{
			&casework.NotFoundError{Op: "load", What: "case", ID: "7", Cause: cause}, casework.ErrNotFound,
			"load: case 7 not found",
		},
		{
			&casework.InvalidError{Op: "open", Faults: []casework.Fault{{Path: "a", Code: "x.y", Message: "no"}, {Code: "z", Message: "never"}}, Cause: cause}, casework.ErrInvalid,
			"open: invalid: a: no (x.y); never (z)",
		},
		{&casework.Refusal{Move: "go", State: "Here", Cause: cause}, casework.ErrRefused, "go refused in state Here"},
		{
			&casework.CorruptError{Op: "verify", Seq: 3, Code: "chain.gap", What: "expected entry 2", Cause: cause}, casework.ErrCorrupt,
			"verify: corrupt: case 00000000-0000-0000-0000-000000000000, entry 3: expected entry 2 (chain.gap): the wire is cut",
		},
		{
			&casework.ConflictError{Op: "append", Kind: casework.ConflictSequence, Case: caseID(1), Expected: 2, Actual: 3, By: ana, Cause: cause}, casework.ErrConflict,
			"append: conflict: case 00000000-0000-0000-0000-000000000001 was read at 2 and moved to 3 by ana",
		},
		{
			&casework.ConflictError{Op: "append", Kind: casework.ConflictKey, Subject: "k", Cause: cause}, casework.ErrConflict,
			`append: conflict: key "k" was used for another command`,
		},
		{
			&casework.ConflictError{Op: "append", Kind: casework.ConflictReference, Subject: "a:b", Holder: caseID(2), Cause: cause}, casework.ErrConflict,
			`append: conflict: reference "a:b" belongs to case 00000000-0000-0000-0000-000000000002`,
		},
		{
			&casework.ConflictError{Op: "append", Kind: casework.ConflictLive, Subject: "P-1", Holder: caseID(2), Cause: cause}, casework.ErrConflict,
			`append: conflict: "P-1" already has a live case, 00000000-0000-0000-0000-000000000002`,
		},
		{&casework.ConflictError{Op: "append", Kind: casework.ConflictBusy, Cause: cause}, casework.ErrConflict, "append: conflict: the store is busy"},
		{&casework.ConflictError{Op: "append", Kind: "odd", Cause: cause}, casework.ErrConflict, "append: conflict: odd"},
	} {
		assert.EqualError(t, test.err, test.text)
		assert.ErrorIs(t, test.err, test.is)
		assert.ErrorIs(t, test.err, cause)
		for _, other := range []error{casework.ErrNotFound, casework.ErrInvalid, casework.ErrRefused, casework.ErrCorrupt, casework.ErrConflict} {
			assert.Equal(t, errors.Is(other, test.is), errors.Is(test.err, other), "%v is %v", test.err, other)
		}
	}
}

func TestFaultsAreFoundByCode(t *testing.T) {
	var invalid *casework.InvalidError
	require.ErrorAs(t, casework.Invalid("open", casework.Fault{Code: "a"}, casework.Fault{Code: "b"}), &invalid)
	assert.True(t, invalid.Has("b"))
	assert.False(t, invalid.Has("c"))
	require.NoError(t, casework.InvalidIf("open", nil))
}

func TestACaseIDIsACanonicalUUID(t *testing.T) {
	const text = "0190f5fe-7c5a-7c3e-8f1d-2b9a1c3d4e5f"
	id, err := casework.ParseCaseID(text)
	require.NoError(t, err)
	assert.Equal(t, text, id.String())
	assert.False(t, id.IsZero())
	written, err := json.Marshal(id)
	require.NoError(t, err)
	assert.Equal(t, `"`+text+`"`, string(written))
	var read casework.CaseID
	require.NoError(t, json.Unmarshal(written, &read))
	assert.Equal(t, id, read)
	_, err = casework.ParseCaseID("0190f5fe")
	assertInvalid(t, err, "id.malformed")
	assertInvalid(t, read.UnmarshalText([]byte("nonsense")), "id.malformed")
	assert.Equal(t, id, read, "what cannot be read changes nothing")
}

func TestAgenciesAndActorsNameTheirFaults(t *testing.T) {
	nobody := casework.Actor{
		Kind: "ghost", Agency: casework.Agency{Sector: "odd", Name: "x"},
		OnBehalfOf: &casework.Actor{Kind: casework.KindPerson},
	}
	assert.Equal(t, []string{
		"by.kind actor.kind_unknown", "by.id actor.missing", "by.agency.id agency.missing", "by.agency.sector agency.sector_unknown",
		"by.on_behalf_of.id actor.missing",
	}, faults(t, casework.InvalidIf("test", nobody.Faults("by"))))
	assert.Equal(t, []string{"on_behalf_of.on_behalf_of actor.chain"}, faults(t, casework.InvalidIf("test", ana.For(bea.For(ana)).Faults(""))))
	assert.Equal(t, []string{" text.malformed"}, faults(t, casework.InvalidIf("test", casework.Person("a\x00", camden).Faults(""))))
	assert.Empty(t, ana.For(bea).Faults("by"))
	assert.Equal(t, "Camden", camden.String())
	assert.Equal(t, "x", casework.Agency{ID: "x"}.String())
	assert.Equal(t, "ana for bea", ana.For(bea).String())
	assert.Equal(t, "Ana", casework.Actor{ID: "ana", Name: "Ana"}.String())
	for sector, known := range map[casework.Sector]bool{casework.Statutory: true, casework.Voluntary: true, casework.Private: true, "": false, "odd": false} {
		assert.Equal(t, known, sector.Known(), sector)
	}
}
