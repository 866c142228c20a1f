package principles_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/principles"
)

// through gives a band with both ends in it, and below one without its upper end.
func through(t testing.TB, title, from, to string) principles.Band {
	t.Helper()
	return principles.Band{Title: title, From: figure(t, from), To: figure(t, to)}
}

func below(t testing.TB, title, from, end string) principles.Band {
	t.Helper()
	return principles.Band{Title: title, From: figure(t, from), Below: figure(t, end)}
}

// risks are the bands of six indicators of 1 to 3 points: the fewer, the riskier.
func risks(t testing.TB) principles.Bands {
	return principles.Bands{through(t, "High", "6", "8"), through(t, "Moderate", "9", "14"), through(t, "Low", "15", "18")}
}

func TestS7_1_TheRiskOfAPartnerFollowsTheTotal(t *testing.T) {
	require.NoError(t, risks(t).Validate())
	for total, want := range map[int]string{6: "High", 8: "High", 9: "Moderate", 14: "Moderate", 15: "Low", 18: "Low"} {
		band, err := risks(t).Of(principles.Number(total))
		require.NoError(t, err)
		assert.Equal(t, want, band.Title, "a total of %d", total)
	}
	for _, beyond := range []string{"5", "5.999", "8.5", "14.001", "18.5", "19"} {
		_, err := risks(t).Of(figure(t, beyond))
		require.ErrorIs(t, err, casework.ErrInvalid, "%s lies in no band", beyond)
	}
}

func TestS7_12_AScoreOfExactlyAHundredIsInTheTopBand(t *testing.T) {
	bands := principles.Bands{below(t, "poor", "0", "50"), below(t, "average", "50", "80"), through(t, "excellent", "80", "100")}
	require.NoError(t, bands.Validate())
	for text, want := range map[string]string{
		"0": "poor", "49.999": "poor", "50": "average", "79.999": "average", "80": "excellent", "100": "excellent",
	} {
		band, err := bands.Of(figure(t, text))
		require.NoError(t, err)
		assert.Equal(t, want, band.Title, text)
	}
	for _, beyond := range []string{"-0.001", "100.001"} {
		_, err := bands.Of(figure(t, beyond))
		require.ErrorIs(t, err, casework.ErrInvalid, beyond)
	}
}

func TestS7_12_WeightsThatTotal99AreRefused(t *testing.T) {
	s := indicators(2)
	s.Criteria[0].Question.Weight, s.Criteria[1].Question.Weight = 53_00, 46_00
	err := s.Validate()
	var invalid *casework.InvalidError
	require.ErrorAs(t, err, &invalid)
	assert.True(t, invalid.Has("weights.total"))
	assert.Contains(t, err.Error(), "99%")
	s.Criteria[1].Question.Weight = 47_00
	require.NoError(t, s.Validate())
}

func TestEveryPublishedBandOfCouncilsCareHoldsItsEdges(t *testing.T) {
	for percent, want := range map[int]principles.CareRating{
		25: principles.CareInadequate, 38: principles.CareInadequate,
		39: principles.CareRequiresImprovement, 62: principles.CareRequiresImprovement,
		63: principles.CareGood, 87: principles.CareGood,
		88: principles.CareOutstanding, 100: principles.CareOutstanding,
	} {
		rating, rated := principles.CareRatingOf(percent)
		assert.True(t, rated)
		assert.Equal(t, want, rating, "%d percent", percent)
	}
	for _, beyond := range []int{24, 101} {
		_, rated := principles.CareRatingOf(beyond)
		assert.False(t, rated, "%d percent", beyond)
	}
}

func TestBandsSayEverythingThatIsWrongWithThem(t *testing.T) {
	for name, test := range map[string]struct {
		bands principles.Bands
		path  string
		code  string
	}{
		"a band has a title":                   {principles.Bands{through(t, " ", "0", "1")}, "bands[0].title", "band.title_missing"},
		"a title stands there once":            {principles.Bands{through(t, "a", "0", "1"), through(t, "a", "2", "3")}, "bands[1].title", "band.twice"},
		"a band begins somewhere":              {principles.Bands{{Title: "a", To: figure(t, "1")}}, "bands[0].from", "band.from_missing"},
		"a band ends somewhere":                {principles.Bands{{Title: "a", From: figure(t, "1")}}, "bands[0]", "band.end_missing"},
		"a band has one end":                   {principles.Bands{{Title: "a", From: figure(t, "1"), To: figure(t, "2"), Below: figure(t, "3")}}, "bands[0]", "band.two_ends"},
		"a band ends above its beginning":      {principles.Bands{through(t, "a", "2", "1")}, "bands[0]", "band.empty"},
		"a band below its beginning is empty":  {principles.Bands{below(t, "a", "2", "2")}, "bands[0]", "band.empty"},
		"bands do not overlap":                 {principles.Bands{through(t, "a", "0", "5"), through(t, "b", "4", "9")}, "bands[1].from", "band.overlap"},
		"bands do not share an edge":           {principles.Bands{through(t, "a", "0", "5"), through(t, "b", "5", "9")}, "bands[1].from", "band.overlap"},
		"bands follow each other upwards":      {principles.Bands{through(t, "a", "5", "9"), through(t, "b", "0", "4")}, "bands[1].from", "band.overlap"},
		"a band below an edge leaves that one": {principles.Bands{below(t, "a", "0", "5"), through(t, "b", "4.9", "9")}, "bands[1].from", "band.overlap"},
	} {
		t.Run(name, func(t *testing.T) {
			faults := test.bands.Faults("bands")
			require.Len(t, faults, 1)
			assert.Equal(t, test.path, faults[0].Path)
			assert.Equal(t, test.code, faults[0].Code)
			require.ErrorIs(t, test.bands.Validate(), casework.ErrInvalid)
		})
	}
	require.NoError(t, principles.Bands{through(t, "one figure alone", "3", "3")}.Validate())
}

func TestNoBandIsGivenForWantOfAFigure(t *testing.T) {
	_, err := risks(t).Of(principles.Figure{})
	var invalid *casework.InvalidError
	require.ErrorAs(t, err, &invalid)
	assert.True(t, invalid.Has("figure.undetermined"))
	assert.False(t, principles.Band{}.Holds(principles.Figure{}))
}
