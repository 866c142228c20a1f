package acceptance_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// deed is something done at a desk of a house. Done in two houses that are alike
// it is the same in both.
type deed func(t *testing.T, h *house, desk *commissioning.Desk) error

// walk is a random journey of two cycles, in two houses that are alike but for
// their store.
type walk struct {
	r      *rand.Rand
	houses []*house
	desks  []*commissioning.Desk
	cases  []casework.CaseID
	seen   [][]casework.FeedItem // by a reader of each house that polls now and then
	agreed int                   // items in the feed of each house when they were compared last
	taken  int
	noes   int
}

func newWalk(t *testing.T, seed uint64) *walk {
	t.Helper()
	w := &walk{r: rand.New(rand.NewPCG(seed, 12)), houses: []*house{inMemory(), onSQLite(t)}} //nolint:gosec // the same every time
	w.seen = make([][]casework.FeedItem, len(w.houses))
	for i, h := range w.houses {
		desk := h.desk(t)
		w.desks = append(w.desks, desk)
		first := open(t, desk, ana, commissioning.Brief{Title: "Home care", Lead: hackney})
		second := open(t, desk, bo, commissioning.Brief{Title: "Home care, anew", Lead: hackney, Predecessor: first.ID()})
		if i == 0 {
			w.cases = []casework.CaseID{first.ID(), second.ID()}
		}
		require.Equal(t, w.cases, []casework.CaseID{first.ID(), second.ID()})
	}
	w.agree(t)
	return w
}

// one picks one of some values.
func one[V any](r *rand.Rand, values ...V) V { return values[r.IntN(len(values))] }

// updating is an update of a cycle.
func updating(id casework.CaseID, by casework.Actor, work func(*commissioning.Cycle) error, opts ...casework.CallOption) deed {
	return func(t *testing.T, _ *house, desk *commissioning.Desk) error {
		_, err := desk.Update(t.Context(), id, by, work, opts...)
		return err
	}
}

// deed makes up something to do. All that is random is drawn here.
func (w *walk) deed(t *testing.T, n int) deed {
	t.Helper()
	r := w.r
	at := r.IntN(len(w.cases))
	id, other := w.cases[at], w.cases[1-at]
	by, today := one(r, ana, bo), casework.DateOf(w.houses[0].now)
	c, err := w.desks[0].Load(t.Context(), id)
	require.NoError(t, err)
	onward := commissioning.Reassess
	if ways := c.Table().MovesFrom(c.Stage()); len(ways) > 0 {
		onward = ways[0]
	}
	said := []casework.CallOption{casework.Reason("The plan changed")}
	for _, p := range commissioning.Policies() {
		said = append(said, casework.Explaining(p.Code, "It is known"))
	}
	return one(r,
		updating(id, by, func(c *commissioning.Cycle) error { return c.Move(onward) }, said...),
		updating(id, by, func(c *commissioning.Cycle) error { return c.Move(onward) }, said...),
		updating(id, by, func(c *commissioning.Cycle) error { return c.Move(onward) }, said...),
		updating(id, by, moveTo(one(r, c.Table().Moves()...)), one(r, nil, said)...),
		updating(id, by, resourced(t), said...),
		updating(id, by, planned(t), said...),
		updating(id, by, arranged(t, today), said...),
		updating(id, by, arrangedAfter(t, today, other), said...),
		updating(id, by, reviewed(today), said...),
		updating(id, by, need(one(r, "Falls at night", "Cannot cook", "")), one(r, nil, said)...),
		updating(id, by, func(c *commissioning.Cycle) error {
			return c.SetTarget(c.Stage(), today.AddDays(3))
		}),
		updating(id, by, need("Is lonely"), casework.IfSeq(c.Seq()-uint64(r.IntN(2)))), //nolint:gosec // 0 or 1
		func(t *testing.T, _ *house, desk *commissioning.Desk) error {
			_, err := desk.Tick(t.Context(), id, nightly)
			return err
		},
		w.assigning(id, by),
		redacting(id, by, 1+r.Uint64N(c.Seq())),
		twice(id, by, fmt.Sprintf("request-%d", n/3)),
		overBoth(id, other, by, r.IntN(2) == 0),
		between(id, one(r, id, other), by),
	)
}

func moveTo(m casework.Move) func(*commissioning.Cycle) error {
	return func(c *commissioning.Cycle) error { return take(c, m) }
}

func (w *walk) assigning(id casework.CaseID, by casework.Actor) deed {
	holder, release := one(w.r, bo, cal, casework.Actor{}), w.r.IntN(2) == 0
	return func(t *testing.T, _ *house, desk *commissioning.Desk) error {
		if release {
			_, err := desk.Release(t.Context(), id, by)
			return err
		}
		_, err := desk.Assign(t.Context(), id, by, holder)
		return err
	}
}

func redacting(id casework.CaseID, by casework.Actor, seq uint64) deed {
	return func(t *testing.T, _ *house, desk *commissioning.Desk) error {
		_, err := desk.Redact(t.Context(), id, by, []uint64{seq}, "It named a neighbour")
		return err
	}
}

// twice sends a command two times with one key.
func twice(id casework.CaseID, by casework.Actor, key string) deed {
	return func(t *testing.T, h *house, desk *commissioning.Desk) error {
		said := casework.Key(key, "identify", id)
		if _, err := desk.Update(t.Context(), id, by, need("Cannot shop"), said); err != nil {
			return err
		}
		before := everything(t, h.store)
		_, err := desk.Update(t.Context(), id, by, need("Cannot shop"), said)
		require.Equal(t, before, everything(t, h.store), "one key has one effect")
		return err
	}
}

// errRegretted ends a unit that its host changed its mind about.
var errRegretted = errors.New("the host changed its mind")

// overBoth changes two cycles in one unit, and may regret it at the end.
func overBoth(id, other casework.CaseID, by casework.Actor, regret bool) deed {
	return func(t *testing.T, _ *house, desk *commissioning.Desk) error {
		_, err := desk.Do(t.Context(), by, func(u *casework.Unit) error {
			for _, id := range []casework.CaseID{id, other} {
				c, err := casework.Load(u, desk.Kind(), id)
				if err != nil {
					return err
				}
				if err := need("Is cold in winter")(c); err != nil {
					return err
				}
			}
			if regret {
				return errRegretted
			}
			return nil
		})
		return err
	}
}

// between has another writer commit between the reading and the writing of an
// update. The update of another cycle goes through; that of the same one does
// not, and nothing of it is kept.
func between(id, faster casework.CaseID, by casework.Actor) deed {
	return func(t *testing.T, h *house, desk *commissioning.Desk) error {
		var after string
		raced := false
		_, err := desk.Update(t.Context(), id, by, func(c *commissioning.Cycle) error {
			if err := need("The slower one")(c); err != nil {
				return err
			}
			if _, err := desk.Update(t.Context(), faster, cal, need("The faster one")); err != nil {
				return err
			}
			after, raced = everything(t, h.store), true
			return nil
		})
		if !raced || faster != id {
			return err
		}
		require.ErrorIs(t, err, casework.ErrConflict)
		require.Equal(t, after, everything(t, h.store), "nothing is kept of the one who was slower")
		return nil
	}
}

// step does one thing in every house.
func (w *walk) step(t *testing.T, n int) {
	t.Helper()
	later := time.Duration(w.r.IntN(4)*w.r.IntN(30)) * time.Hour
	for _, h := range w.houses {
		h.now = h.now.Add(later)
	}
	do := w.deed(t, n)
	var said []string
	for i, h := range w.houses {
		before := everything(t, h.store)
		err := do(t, h, w.desks[i])
		if err != nil {
			require.Equal(t, before, everything(t, h.store), "a command that failed left something behind: %v", err)
		}
		said = append(said, fmt.Sprint(err))
		if i > 0 {
			continue
		}
		if err != nil {
			w.noes++
		} else {
			w.taken++
		}
	}
	require.Equal(t, said[0], said[1], "the stores say different things")
	w.agree(t)
	if w.r.IntN(3) == 0 {
		w.poll(t, 1+w.r.IntN(7))
	}
}

// agree holds the houses against each other: records, journals, and feed but for
// its positions, whose distance means nothing, and for the order of the cases
// that one step changed.
func (w *walk) agree(t *testing.T) {
	t.Helper()
	require.Equal(t, casesOf(t, w.houses[0].store), casesOf(t, w.houses[1].store))
	here, there := follow(t, w.houses[0].store, 1_000), follow(t, w.houses[1].store, 1_000)
	require.Len(t, there, len(here))
	require.Equal(t, byCase(here), byCase(there))
	require.Equal(t, byCase(here[w.agreed:]), byCase(there[w.agreed:]), "they came at another time")
	w.agreed = len(here)
	for i, desk := range w.desks {
		for _, id := range w.cases {
			require.NoError(t, desk.Verify(t.Context(), id), "house %d", i)
		}
	}
}

// poll lets the readers go on by a page.
func (w *walk) poll(t *testing.T, limit int) {
	t.Helper()
	for i, h := range w.houses {
		w.seen[i] = append(w.seen[i], page(t, h.store, w.seen[i], limit)...)
	}
}

// page gives the items that come after those that were read.
func page(t *testing.T, s store, read []casework.FeedItem, limit int) []casework.FeedItem {
	t.Helper()
	var last casework.Position
	if len(read) > 0 {
		last = read[len(read)-1].Position
	}
	items, err := s.Feed(t.Context(), last, limit)
	require.NoError(t, err)
	require.LessOrEqual(t, len(items), limit)
	return items
}

// follow reads a feed from zero, in pages.
func follow(t *testing.T, s store, limit int) []casework.FeedItem {
	t.Helper()
	var read []casework.FeedItem
	for {
		items := page(t, s, read, limit)
		if len(items) == 0 {
			return read
		}
		read = append(read, items...)
	}
}

// byCase gives each case's entries in the order in which they stand in a feed.
func byCase(items []casework.FeedItem) map[casework.CaseID][]casework.Entry {
	entries := map[casework.CaseID][]casework.Entry{}
	for _, item := range items {
		entries[item.Entry.Case] = append(entries[item.Entry.Case], item.Entry)
	}
	return entries
}

// placed gives case and sequence of items, in order.
func placed(items []casework.FeedItem) []string {
	places := make([]string, len(items))
	for i, item := range items {
		places[i] = fmt.Sprintf("%s %d", item.Entry.Case, item.Entry.Seq)
	}
	return places
}

// showsEveryEntryOnce holds a feed that was read to its end against the journals.
func showsEveryEntryOnce(t *testing.T, h *house, read []casework.FeedItem) {
	t.Helper()
	var last casework.Position
	for _, item := range read {
		require.Equal(t, "cycle", item.Kind)
		require.Greater(t, item.Position, last)
		last = item.Position
	}
	shown, cases := byCase(read), 0
	for summary, err := range h.store.List(t.Context(), casework.Query{}) {
		require.NoError(t, err)
		require.Equal(t, entriesOf(t, h.store, summary.Case, 0), shown[summary.Case], "once each, in order, as the journal has them")
		cases++
	}
	assert.Len(t, shown, cases)
}

// What fails here has whatever code the command has by itself: no class.
func TestS12_random_walks_are_the_same_on_both_stores(t *testing.T) {
	for _, seed := range []uint64{3, 11} {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			w := newWalk(t, seed)
			for n := range 60 {
				w.step(t, n)
			}
			for i, h := range w.houses {
				read := follow(t, h.store, 7)
				showsEveryEntryOnce(t, h, read)
				for {
					items := page(t, h.store, w.seen[i], 7)
					if len(items) == 0 {
						break
					}
					w.seen[i] = append(w.seen[i], items...)
				}
				assert.Equal(t, placed(read), placed(w.seen[i]), "who polled on the way saw the same")
			}
			assert.Greater(t, w.taken, 20, "too few commands went through to tell anything")
			assert.Greater(t, w.noes, 10, "too few commands failed to tell anything")
			t.Logf("%d commands went through, %d did not", w.taken, w.noes)
		})
	}
}
