package sqlstore

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
)

func TestPlaceholdersFollowTheDialect(t *testing.T) {
	const query = `SELECT a FROM b WHERE c = ? AND d > ? LIMIT ?`
	assert.Equal(t, query, SQLite().bind(query))
	assert.Equal(t, `SELECT a FROM b WHERE c = $1 AND d > $2 LIMIT $3`, Dialect{numbered: true}.bind(query))
	assert.Equal(t, `SELECT 1`, Dialect{numbered: true}.bind(`SELECT 1`))
}

func TestEveryStatementHasAsManyPlaceholdersAsColumns(t *testing.T) {
	for _, query := range []string{insertEntry, insertCase} {
		columns, _, _ := strings.Cut(query, ")")
		assert.Equal(t, strings.Count(columns, ",")+1, strings.Count(query, "?"), query)
	}
}

func TestDeadlinesSortAsTextAsTheyDoInTime(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	times := make([]time.Time, 500)
	for i := range times {
		zone := time.FixedZone("", random.IntN(24*3600)-12*3600)
		times[i] = time.Unix(random.Int64N(200_000_000_000)-50_000_000_000, random.Int64N(1_000_000_000)).In(zone)
	}
	slices.SortFunc(times, time.Time.Compare)
	for i, at := range times {
		back, err := parseDue(dueText(at))
		require.NoError(t, err)
		require.True(t, back.Equal(at))
		require.Equal(t, time.UTC, back.Location())
		if i > 0 {
			require.LessOrEqual(t, dueText(times[i-1]), dueText(at))
		}
	}
	none, err := parseDue(dueText(time.Time{}))
	require.NoError(t, err)
	assert.True(t, none.IsZero())
}

func TestAQueryBeyondTheCalendarStillSorts(t *testing.T) {
	assert.Equal(t, "9999-12-31T23:59:59.999999999Z", dueText(clamp(time.Date(12_000, 1, 1, 0, 0, 0, 0, time.UTC))))
	assert.Equal(t, "0000-01-01T00:00:00.000000000Z", dueText(clamp(time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC))))
}

func TestNumbersBeyondTheLargestBecomeTheLargest(t *testing.T) {
	assert.EqualValues(t, 7, integer(uint64(7)))
	assert.EqualValues(t, math.MaxInt64, integer(uint64(math.MaxUint64)))
}

func TestMigrationsAreNumberedFromOneWithoutGaps(t *testing.T) {
	steps, err := SQLite().steps()
	require.NoError(t, err)
	for i, step := range steps {
		assert.Equal(t, i+1, step.version, step.name)
	}
}

func FuzzARowEitherReadsOrIsCorrupt(f *testing.F) {
	hash := strings.Repeat("0", 64)
	f.Add("00000000-0000-4000-8000-000000000001", int64(1), `{"kind":"person","id":"a"}`, "2026-03-29T01:30:00+01:00", hash, `[{"scheme":"a","value":"b"}]`)
	f.Add("", int64(-1), `[`, "never", "xyz", `{}`)
	f.Fuzz(func(t *testing.T, id string, seq int64, actor, at, hash, refs string) {
		entry := entryRow{id: id, seq: seq, actor: actor, effective: at, recorded: at, content: hash, prev: hash, hash: hash}
		if e, err := entry.entry("read"); err != nil {
			require.ErrorIs(t, err, casework.ErrCorrupt)
		} else {
			require.EqualValues(t, seq, e.Seq)
		}
		row := caseRow{id: id, seq: seq, head: hash, definitionDigest: hash, due: at, refs: refs}
		if record, err := row.record("read"); err != nil {
			require.ErrorIs(t, err, casework.ErrCorrupt)
		} else {
			require.EqualValues(t, seq, record.Seq)
		}
	})
}
