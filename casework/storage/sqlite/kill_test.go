package sqlite_test

import (
	"bufio"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/sqlite"
	"github.com/needsled/needsled/internal/journaltest"
)

// writerFile names the file that the test binary, run as a child, writes to
// until it is killed.
const writerFile = "NEEDSLED_WRITER_FILE"

// TestTheWriterThatIsKilled is the child of the test below, and nothing else.
func TestTheWriterThatIsKilled(t *testing.T) {
	path := os.Getenv(writerFile)
	if path == "" {
		t.Skip("runs as the child of TestEveryAcknowledgedEntrySurvivesAKill")
	}
	store, err := sqlite.Open(t.Context(), path, nil)
	require.NoError(t, err)
	journals := []*journaltest.Journal{journaltest.New(1), journaltest.New(2), journaltest.New(3)}
	for round := range 100_000 {
		j := journals[round%len(journals)]
		c := j.Change(1 + round%3)
		c.Index.Refs = []casework.ExternalRef{{Scheme: "round", Value: fmt.Sprint(round)}}
		_, err := store.Append(t.Context(), casework.Batch{Key: fmt.Sprint(round), Changes: []casework.Change{c}})
		require.NoError(t, err)
		j.Keep(c)
		_, err = fmt.Fprintf(os.Stdout, "acknowledged %d %d %d\n", j.ID[0], j.Seq, round)
		require.NoError(t, err)
	}
}

// references counts the rows of the table, which must be those the cases list.
func references(t *testing.T, path string) int {
	t.Helper()
	name, err := sqlite.DSN(path, nil)
	require.NoError(t, err)
	db, err := sql.Open("sqlite", name)
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	var rows int
	require.NoError(t, db.QueryRowContext(t.Context(), `SELECT count(*) FROM needsled_references`).Scan(&rows))
	return rows
}

func TestEveryAcknowledgedEntrySurvivesAKill(t *testing.T) {
	for _, acks := range []int{1, 2, 90, 500} {
		t.Run(fmt.Sprintf("after %d acknowledgements", acks), func(t *testing.T) {
			path := file(t)
			last, rounds := killAfter(t, path, acks)

			store := open(t, path, nil)
			total, held := 0, 0
			for number := byte(1); number <= 3; number++ {
				j := journaltest.New(number)
				if _, err := store.Load(t.Context(), j.ID); errors.Is(err, casework.ErrNotFound) && last[number] == 0 {
					continue
				}
				entries := journaltest.Sound(t, store, j.ID)
				require.GreaterOrEqual(t, len(entries), last[number])
				total += len(entries)
				record, err := store.Load(t.Context(), j.ID)
				require.NoError(t, err)
				for _, ref := range record.Index.Refs {
					holder, err := store.Find(t.Context(), ref)
					require.NoError(t, err)
					assert.Equal(t, j.ID, holder)
					held++
				}
			}
			consistent(t, store, total, held)
			assert.Equal(t, held, references(t, path))
			for round := range rounds {
				_, err := store.Receipt(t.Context(), fmt.Sprint(round))
				require.NoError(t, err)
			}
		})
	}
}

// killAfter runs the writer, kills it when it has acknowledged so many appends,
// and gives the last sequence acknowledged for each case, with the number of
// appends.
func killAfter(t *testing.T, path string, acks int) (last map[byte]int, rounds int) {
	t.Helper()
	writer := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestTheWriterThatIsKilled$")
	writer.Env = append(os.Environ(), writerFile+"="+path)
	out, err := writer.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, writer.Start())
	last = map[byte]int{}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		var number byte
		var seq, round int
		if _, err := fmt.Sscanf(lines.Text(), "acknowledged %d %d %d", &number, &seq, &round); err != nil {
			continue
		}
		last[number] = seq
		rounds = round + 1
		if rounds == acks {
			require.NoError(t, writer.Process.Kill())
		}
	}
	require.Error(t, writer.Wait(), "the writer ended by itself")
	require.GreaterOrEqual(t, rounds, acks)
	return last, rounds
}

// consistent checks what the whole file holds against what its cases say.
func consistent(t *testing.T, store interface {
	casework.Feeder
	casework.Lister
}, entries, held int,
) {
	t.Helper()
	items, err := store.Feed(t.Context(), 0, 1_000_000)
	require.NoError(t, err)
	seen := map[casework.CaseID]uint64{}
	for _, item := range items {
		require.Equal(t, seen[item.Entry.Case]+1, item.Entry.Seq)
		seen[item.Entry.Case] = item.Entry.Seq
	}
	refs, total := 0, uint64(0)
	for summary, err := range store.List(t.Context(), casework.Query{}) {
		require.NoError(t, err)
		require.Equal(t, seen[summary.Case], summary.Seq)
		refs += len(summary.Index.Refs)
		total += summary.Seq
	}
	require.EqualValues(t, len(items), total)
	require.Len(t, items, entries)
	require.Equal(t, held, refs)
}
