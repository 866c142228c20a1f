package principles_test

import (
	"encoding/csv"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/principles"
)

// sharedTable reads a table of the shared data, without its head.
func sharedTable(t testing.TB, name string) [][]string {
	t.Helper()
	path := "../../shared/data/" + name
	f, err := os.Open(path)
	if os.IsNotExist(err) {
		t.Skipf("the reference figures %s are not here", path)
	}
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	return rows[1:]
}

// nationalCounts gives the counts of 2008/09 by competency and level.
func nationalCounts(t testing.TB) [10][4]int {
	t.Helper()
	var counts [10][4]int
	read := 0
	for _, row := range sharedTable(t, "wcc_scores.csv") {
		level, counted := strings.CutPrefix(row[6], "count_level_")
		if row[0] != "2008/09" || row[1] != "England" || row[4] != "competency" || !counted {
			continue
		}
		number, _, _ := strings.Cut(strings.TrimPrefix(row[5], "C"), " ")
		c, err := strconv.Atoi(number)
		require.NoError(t, err)
		l, err := strconv.Atoi(level)
		require.NoError(t, err)
		counts[c-1][l-1], err = strconv.Atoi(row[7])
		require.NoError(t, err)
		read++
	}
	require.Equal(t, 40, read, "ten competencies at four levels")
	return counts
}

// bodiesWith builds as many bodies as there are, with levels that come to counts.
func bodiesWith(counts [10][4]int, n int) []principles.BodyLevels {
	bodies := make([]principles.BodyLevels, n)
	for i := range bodies {
		bodies[i].Body = fmt.Sprintf("Trust %d", i+1)
	}
	for c, of := range counts {
		i := 0
		for level, count := range of {
			for range count {
				bodies[i].Levels = append(bodies[i].Levels, principles.CompetencyLevel{
					Version: principles.WorldClass2008, Competency: c + 1, Stage: principles.Calibrated, Level: level + 1,
				})
				i++
			}
		}
	}
	return bodies
}

func TestTheNationalDistributionComesToThePublishedCountsAndMeans(t *testing.T) {
	const trusts = 152
	counts := nationalCounts(t)
	all, err := principles.Distribution(principles.WorldClass2008, bodiesWith(counts, trusts))
	require.NoError(t, err)
	require.Len(t, all, 10)
	means := [10][3]string{ // as published, and what rounds to it at two decimals
		{"2.01", "2.005", "2.015"},
		{"2.08", "2.075", "2.085"},
		{"1.66", "1.655", "1.665"},
		{"1.82", "1.815", "1.825"},
		{"1.74", "1.735", "1.745"},
		{"1.43", "1.425", "1.435"},
		{"1.11", "1.105", "1.115"},
		{"1.64", "1.635", "1.645"},
		{"1.32", "1.315", "1.325"},
		{"1.68", "1.675", "1.685"},
	}
	for i, d := range all {
		assert.Equal(t, i+1, d.Competency)
		assert.Equal(t, counts[i], d.Counts, d.Name)
		assert.Equal(t, trusts, d.N(), d.Name)
		assert.Zero(t, d.NotDetermined)
		assert.Equal(t, principles.Calibrated, d.Stage)
		assert.True(t, roundsWithin(t, d.Mean(), means[i][1], means[i][2]), "%s has not the mean %s", d.Name, means[i][0])
		for level := 1; level <= 4; level++ {
			assert.Equal(t, counts[i][level-1], d.Count(level))
		}
	}
	assert.Equal(t, "Stimulate the market", all[6].Name)
}

func TestTwentySevenTrustsOf152AreAllGreen(t *testing.T) {
	bodies := make([]principles.Governance, 152)
	green := []string{principles.GovernanceStrategy, principles.GovernanceFinance, principles.GovernanceBoard}
	for i := range bodies {
		bodies[i] = principles.Governance{Version: principles.WorldClass2008, Stage: principles.Published, Green: green[:2], Amber: green[2:]}
		switch {
		case i < 27:
			bodies[i] = principles.Governance{Version: principles.WorldClass2008, Stage: principles.Published, Green: green}
		case i < 29:
			bodies[i] = principles.Governance{Version: principles.WorldClass2008, Stage: principles.Published, Red: green}
		}
	}
	d, err := principles.DistributeGovernance(bodies)
	require.NoError(t, err)
	assert.Equal(t, principles.GovernanceDistribution{N: 152, AllGreen: 27, AllRed: 2}, d)
	assert.True(t, roundsWithin(t, d.AllGreenShare(), "17.75", "17.85"), "17.8 percent")
	assert.True(t, roundsWithin(t, d.AllGreenShare(), "17.5", "18.5"), "18 percent, as published")
	assert.True(t, roundsWithin(t, d.AllRedShare(), "1.3", "1.4"))

	bodies[3].Missing, bodies[3].Green = green, nil
	d, err = principles.DistributeGovernance(bodies)
	require.NoError(t, err)
	assert.Equal(t, principles.GovernanceDistribution{N: 151, AllGreen: 26, AllRed: 2, NotDetermined: 1}, d)

	bodies[4].Stage = principles.Panel
	_, err = principles.DistributeGovernance(bodies)
	require.ErrorIs(t, err, casework.ErrInvalid)
	assert.ErrorContains(t, err, "governance.not_comparable")
	none, err := principles.DistributeGovernance(nil)
	require.NoError(t, err)
	assert.False(t, none.AllGreenShare().Determined(), "of nobody there is no share, which is another thing than 0")
}

func TestWhatIsNotDeterminedIsNoPartOfAMean(t *testing.T) {
	level := func(l int) []principles.CompetencyLevel {
		return []principles.CompetencyLevel{{Version: principles.WorldClass2009, Competency: 11, Stage: principles.Panel, Level: l, Rule: "the lowest"}}
	}
	all, err := principles.Distribution(principles.WorldClass2009, []principles.BodyLevels{
		{Body: "Anley", Levels: level(1)}, {Body: "Borrow", Levels: level(2)}, {Body: "Crane", Levels: level(0)}, {Body: "Dunley"},
	})
	require.NoError(t, err)
	require.Len(t, all, 11)
	assert.Equal(t, [4]int{1, 1, 0, 0}, all[10].Counts)
	assert.Equal(t, 2, all[10].NotDetermined)
	assert.Zero(t, all[10].Mean().Cmp(wccFigure(t, "1.5")))
	assert.Zero(t, all[10].Share(2).Cmp(principles.Number(50)))
	assert.Zero(t, all[10].Count(0))
	assert.Zero(t, all[10].Count(5))
	assert.Equal(t, 4, all[0].NotDetermined)
	assert.False(t, all[0].Mean().Determined())
}

func TestADistributionNamesEveryFault(t *testing.T) {
	good := principles.CompetencyLevel{Version: principles.WorldClass2008, Competency: 1, Stage: principles.Panel, Level: 2}
	edited := func(edit func(*principles.CompetencyLevel)) []principles.BodyLevels {
		other := good
		edit(&other)
		return []principles.BodyLevels{{Body: "Anley", Levels: []principles.CompetencyLevel{good}}, {Body: "Borrow", Levels: []principles.CompetencyLevel{other}}}
	}
	for name, test := range map[string]struct {
		bodies []principles.BodyLevels
		code   string
	}{
		"stages do not go together":           {edited(func(l *principles.CompetencyLevel) { l.Stage = principles.Published }), "level.not_comparable"},
		"rules do not go together":            {edited(func(l *principles.CompetencyLevel) { l.Rule = "another" }), "level.not_comparable"},
		"versions do not go together":         {edited(func(l *principles.CompetencyLevel) { l.Version = principles.WorldClass2009 }), "level.not_comparable"},
		"a stage is one of five":              {edited(func(l *principles.CompetencyLevel) { l.Stage = "" }), "score_stage.unknown"},
		"5 is no level":                       {edited(func(l *principles.CompetencyLevel) { l.Level = 5 }), "level.out_of_range"},
		"-1 is no level":                      {edited(func(l *principles.CompetencyLevel) { l.Level = -1 }), "level.out_of_range"},
		"the first year has no competency 11": {edited(func(l *principles.CompetencyLevel) { l.Competency = 11 }), "competency.unknown"},
		"there is no competency 0":            {edited(func(l *principles.CompetencyLevel) { l.Competency = 0 }), "competency.unknown"},
		"a competency stands there once":      {[]principles.BodyLevels{{Body: "Anley", Levels: []principles.CompetencyLevel{good, good}}}, "competency.twice"},
		"an organisation has a name":          {[]principles.BodyLevels{{}}, "body.missing"},
		"an organisation stands there once":   {[]principles.BodyLevels{{Body: "Anley"}, {Body: "Anley"}}, "body.twice"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := principles.Distribution(principles.WorldClass2008, test.bodies)
			require.ErrorIs(t, err, casework.ErrInvalid)
			assert.ErrorContains(t, err, test.code)
		})
	}
	_, err := principles.Distribution("2010/11", nil)
	assert.ErrorContains(t, err, "version.unknown")
}
