package acceptance_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/sqlite"
	"github.com/needsled/needsled/commissioning"
)

// officeFile names the file that the test binary, run as a child, works on until
// it is killed.
const officeFile = "NEEDSLED_OFFICE_FILE"

// TestTheOfficeThatIsKilled is the child of the test below, and nothing else. It
// keeps four cycles: an update of one in turn, and every fifth time one commit
// over the first two.
func TestTheOfficeThatIsKilled(t *testing.T) {
	path := os.Getenv(officeFile)
	if path == "" {
		t.Skip("runs as the child of TestEveryAcknowledgedUpdateSurvivesAKill")
	}
	s, err := sqlite.Open(t.Context(), path, nil)
	require.NoError(t, err)
	desk, err := commissioning.NewDesk(s, nil)
	require.NoError(t, err)
	cycles := make([]*commissioning.Cycle, 4)
	for i := range cycles {
		cycles[i], err = desk.Open(t.Context(), ana, commissioning.Brief{Title: fmt.Sprintf("Cycle %d", i), Lead: hackney})
		require.NoError(t, err)
	}
	for round := range 100_000 {
		key := casework.Key(fmt.Sprint(round))
		work := []*commissioning.Cycle{cycles[round%len(cycles)]}
		if round%5 == 0 {
			work = cycles[:2]
		}
		receipt, err := desk.Do(t.Context(), ana, func(u *casework.Unit) error {
			for _, c := range work {
				held, err := casework.Load(u, desk.Kind(), c.ID())
				if err != nil {
					return err
				}
				if err := held.SetTarget(commissioning.StagePlanUse, day(t, "2027-01-01").AddDays(round)); err != nil {
					return err
				}
			}
			return nil
		}, key)
		require.NoError(t, err)
		for _, c := range receipt.Cases {
			_, err := fmt.Fprintf(os.Stdout, "acknowledged %d %s %d\n", round, c.Case, c.Last)
			require.NoError(t, err)
		}
	}
}

func TestEveryAcknowledgedUpdateSurvivesAKill(t *testing.T) {
	moments := rand.New(rand.NewPCG(2027, 1)) //nolint:gosec // the same moments every time
	for range 5 {
		rounds := 1 + moments.IntN(1500)
		t.Run(fmt.Sprintf("after %d updates", rounds), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "office.db")
			last, acknowledged := killedAfter(t, path, rounds)

			s, err := sqlite.Open(t.Context(), path, nil)
			require.NoError(t, err)
			defer func() { require.NoError(t, s.Close()) }()
			desk, err := commissioning.NewDesk(s, nil)
			require.NoError(t, err)
			for id, seq := range last {
				c, err := desk.Load(t.Context(), id)
				require.NoError(t, err)
				require.GreaterOrEqual(t, c.Seq(), seq, "an acknowledged entry is lost")
			}
			for round := range acknowledged {
				receipt, err := s.Receipt(t.Context(), fmt.Sprint(round))
				require.NoError(t, err, "the receipt of an acknowledged update is lost")
				if round%5 == 0 {
					require.Len(t, receipt.Cases, 2)
				}
			}
			nothingHalfWritten(t, s, desk)

			for id := range last {
				update(t, desk, id, ana, need("Life goes on"))
				require.NoError(t, desk.Verify(t.Context(), id))
			}
		})
	}
}

// killedAfter runs the office and kills it with SIGKILL when it has acknowledged
// so many updates. It gives the last sequence acknowledged of each case, and the
// number of updates.
func killedAfter(t *testing.T, path string, rounds int) (last map[casework.CaseID]uint64, acknowledged int) {
	t.Helper()
	office := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestTheOfficeThatIsKilled$")
	office.Env = append(os.Environ(), officeFile+"="+path)
	out, err := office.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, office.Start())
	last = map[casework.CaseID]uint64{}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var round int
		var text string
		var seq uint64
		if _, err := fmt.Sscanf(lines.Text(), "acknowledged %d %s %d", &round, &text, &seq); err != nil {
			continue
		}
		id, err := casework.ParseCaseID(text)
		require.NoError(t, err)
		last[id] = seq
		if acknowledged = round + 1; acknowledged == rounds {
			require.NoError(t, office.Process.Kill())
		}
	}
	require.Error(t, office.Wait(), "the office ended by itself")
	require.GreaterOrEqual(t, acknowledged, rounds)
	return last, acknowledged
}

// nothingHalfWritten proves every case, that the feed has each entry once, and
// that each commit over two cases is in both or in neither.
func nothingHalfWritten(t *testing.T, s store, desk *commissioning.Desk) {
	t.Helper()
	seqs := map[casework.CaseID]uint64{}
	items, err := s.Feed(t.Context(), 0, 1_000_000)
	require.NoError(t, err)
	for _, item := range items {
		require.Equal(t, seqs[item.Entry.Case]+1, item.Entry.Seq)
		seqs[item.Entry.Case] = item.Entry.Seq
	}
	targets := map[casework.Date]int{}
	for summary, err := range s.List(t.Context(), casework.Query{}) {
		require.NoError(t, err)
		require.Equal(t, summary.Seq, seqs[summary.Case])
		delete(seqs, summary.Case)
		require.NoError(t, desk.Verify(t.Context(), summary.Case))
		for _, e := range entriesOf(t, s, summary.Case, 0) {
			if e.Type != "target.set" {
				continue
			}
			var target commissioning.Target
			require.NoError(t, json.Unmarshal(e.Data, &target))
			targets[target.Due]++
		}
	}
	require.Empty(t, seqs, "the feed has entries of cases that are not there")
	for round := range 100_000 {
		due := day(t, "2027-01-01").AddDays(round)
		count, written := targets[due]
		delete(targets, due)
		receipt, err := s.Receipt(t.Context(), fmt.Sprint(round))
		if !written {
			require.ErrorIs(t, err, casework.ErrNotFound, "a receipt without its entries")
			break
		}
		require.NoError(t, err, "entries without their receipt")
		require.Len(t, receipt.Cases, count)
		require.Equal(t, round%5 == 0, count == 2)
	}
	require.Empty(t, targets, "an update was skipped")
}
