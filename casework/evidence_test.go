package casework_test

import (
	"crypto/sha256"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
)

func assessment(t testing.TB) casework.Evidence {
	t.Helper()
	return casework.Evidence{
		Kind:    casework.DocumentNeedsAssessment,
		Title:   "Joint strategic needs assessment 2024",
		Address: "https://example.org/jsna/2024.pdf",
		Digest:  sha256.Sum256([]byte("the document")),
		Date:    day(t, "2024-03-01"),
		Expires: day(t, "2024-10-27"),
	}
}

func TestEvidenceFaults(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*casework.Evidence)
		path   string
		code   string
	}{
		"no kind":                     {func(e *casework.Evidence) { e.Kind = " " }, "evidence[0].kind", "evidence.kind_missing"},
		"no title":                    {func(e *casework.Evidence) { e.Title = "\t" }, "evidence[0].title", "evidence.title_missing"},
		"an address without a scheme": {func(e *casework.Evidence) { e.Address = "jsna/2024.pdf" }, "evidence[0].address", "evidence.address_malformed"},
		"a scheme without an address": {func(e *casework.Evidence) { e.Address = "https://" }, "evidence[0].address", "evidence.address_malformed"},
		"a space in the address":      {func(e *casework.Evidence) { e.Address = "https://example.org/a b" }, "evidence[0].address", "evidence.address_malformed"},
		"an address no URI":           {func(e *casework.Evidence) { e.Address = "https://example.org:port/" }, "evidence[0].address", "evidence.address_malformed"},
		"a password in the address":   {func(e *casework.Evidence) { e.Address = "https://ana:secret@example.org/" }, "evidence[0].address", "evidence.address_secret"},
		"an end before the beginning": {func(e *casework.Evidence) { e.Expires = e.Date.AddDays(-1) }, "evidence[0].expires", "evidence.expires_before_date"},
	} {
		t.Run(name, func(t *testing.T) {
			e := assessment(t)
			c.change(&e)
			faults := e.Faults("evidence[0]")
			require.Len(t, faults, 1)
			assert.Equal(t, c.path, faults[0].Path)
			assert.Equal(t, c.code, faults[0].Code)
			assert.NotContains(t, faults[0].String(), "secret@")
		})
	}
}

func TestEvidenceNamesAllItsFaultsAtOnce(t *testing.T) {
	assert.Len(t, casework.Evidence{Address: "nowhere"}.Faults(""), 3)
}

func TestEvidenceOfAnySortIsAccepted(t *testing.T) {
	assert.Empty(t, assessment(t).Faults("evidence"))
	for name, e := range map[string]casework.Evidence{
		"what people said, nowhere kept": {Kind: casework.EvidencePeopleExperience, Title: "Lunch club, seven conversations"},
		"a kind of the host's own":       {Kind: "film", Title: "A day at the centre", Address: "urn:film:17"},
		"a file of the host":             {Kind: casework.EvidenceDocument, Title: "Minutes", Address: "file:///cases/17/minutes.odt"},
		"a document without a date":      {Kind: casework.EvidenceDocument, Title: "Insurance", Expires: day(t, "2025-01-01")},
		"valid for a day":                {Kind: casework.EvidenceMetric, Title: "Waiting list", Date: day(t, "2025-01-01"), Expires: day(t, "2025-01-01")},
	} {
		t.Run(name, func(t *testing.T) { assert.Empty(t, e.Faults("evidence")) })
	}
}

func TestExpiredEvidenceNoLongerCounts(t *testing.T) {
	london := zone(t, "Europe/London")
	e := assessment(t) // expires on the day the clocks go back
	for name, c := range map[string]struct {
		at     string
		counts bool
	}{
		"on the day before":                    {"2024-10-26T12:00:00+01:00", true},
		"on its last day":                      {"2024-10-27T12:00:00Z", true},
		"in its last second":                   {"2024-10-27T23:59:59Z", true},
		"at the midnight that follows":         {"2024-10-28T00:00:00Z", false},
		"a year later":                         {"2025-10-27T12:00:00Z", false},
		"before it was written, which is true": {"2023-01-01T12:00:00Z", true},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.counts, e.CountsAt(moment(t, c.at).In(london)))
		})
	}
}

func TestTheZoneDecidesWhenEvidenceExpires(t *testing.T) {
	e := assessment(t)
	at := moment(t, "2024-10-27T23:30:00Z")
	assert.True(t, e.CountsAt(at.In(zone(t, "Europe/London"))))
	assert.False(t, e.CountsAt(at.In(zone(t, "Europe/Kyiv"))))
}

func TestEvidenceThatDoesNotExpireAlwaysCounts(t *testing.T) {
	e := assessment(t)
	e.Expires = casework.Date{}
	assert.True(t, e.CountsOn(day(t, "9999-12-31")))
	assert.True(t, e.CountsAt(time.Time{}))
	assert.False(t, assessment(t).CountsAt(time.Time{}), "on no day at all nothing that expires counts")
}

func TestEvidenceInJSON(t *testing.T) {
	e := assessment(t)
	text, err := json.Marshal(e)
	require.NoError(t, err)
	assert.JSONEq(t, `{"kind":"needs_assessment","title":"Joint strategic needs assessment 2024","address":"https://example.org/jsna/2024.pdf",
		"digest":"`+e.Digest.String()+`","date":"2024-03-01","expires":"2024-10-27"}`, string(text))
	var back casework.Evidence
	require.NoError(t, json.Unmarshal(text, &back))
	assert.Equal(t, e, back)

	text, err = json.Marshal(casework.Evidence{Kind: casework.EvidenceOutcome, Title: "Falls"})
	require.NoError(t, err)
	assert.Equal(t, `{"kind":"outcome","title":"Falls"}`, string(text))
	assert.True(t, casework.Evidence{}.IsZero())
	assert.False(t, e.IsZero())
}
