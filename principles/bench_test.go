package principles_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/principles"
	"github.com/needsled/needsled/principles/principlestest"
)

// dossierEntries is how many entries a generated dossier has, over its three
// journals.
const dossierEntries = 200

// judge judges a dossier by one standard.
type judge struct {
	name  string
	judge func(*principles.Dossier) (principles.Report, error)
}

// judges gives every standard. Those that judge organisations judge one whose
// only cycle is the dossier's.
func judges(t testing.TB) []judge {
	t.Helper()
	kinds := newKinds(t)
	var all []judge
	for _, s := range []principles.Standard{
		principles.EightPrinciples(), principles.SectorEngagement(), principles.IntelligentCommissioning(), principles.CommissioningForNeeds(),
	} {
		all = append(all, judge{name: s.ID, judge: s.Evaluate})
	}
	for _, s := range []principles.Standard{
		worldClass(t, principles.WorldClass2008), councilCare(t, principles.CouncilCareV2),
	} {
		all = append(all, judge{name: s.ID, judge: func(d *principles.Dossier) (principles.Report, error) {
			o, err := kinds.Organisation(principles.OrganisationRecord{
				Body: d.Cycle().Lead(), Year: "2026", Judgement: d.Judgement(), Cycles: []*principles.Dossier{d},
			})
			if err != nil {
				return principles.Report{}, err
			}
			return s.EvaluateOrganisation(o)
		}})
	}
	return all
}

// generator makes journals up: those of a cycle whose service was bought, with
// more of what is recorded in a cycle's life, over two rounds and more.
type generator struct {
	rand *rand.Rand
	ids  int
	at   time.Time
}

func newGenerator(seed uint64) *generator { return &generator{rand: rand.New(rand.NewPCG(seed, 1))} }

// grown gives journals of [dossierEntries] entries in all, grown from those of
// [bought].
func (g *generator) grown(journals []principles.Journal) []principles.Journal {
	cycle, purchase, contract := journals[0], journals[1], journals[2]
	g.at = cycle.Entries[len(cycle.Entries)-1].Effective
	n := dossierEntries - len(purchase.Entries) - len(contract.Entries) - 12
	added := []casework.Entry{movedTo("monitor_review", "MonitorReview")}
	next := []casework.Entry{
		movedTo("reassess", "AssessNeed"), movedTo("identify_resources", "IdentifyResources"), movedTo("plan_use", "PlanUse"),
		movedTo("arrange_delivery", "ArrangeDelivery"), movedTo("monitor_review", "MonitorReview"),
	}
	for len(cycle.Entries)+len(added) < n {
		if len(added)%21 == 20 {
			added = append(added, next[0])
			next = append(next[1:], next[0])
			continue
		}
		added = append(added, g.recorded())
	}
	for range 4 {
		contract.Entries = spliced(contract.Entries, len(contract.Entries), g.invoiced()...)
	}
	cycle.Entries = spliced(cycle.Entries, len(cycle.Entries), g.timed(added)...)
	return []principles.Journal{cycle, purchase, contract}
}

// timed gives the entries their times: some fall on the same instant.
func (g *generator) timed(entries []casework.Entry) []casework.Entry {
	for i := range entries {
		g.at = g.at.Add(time.Duration(g.rand.IntN(3)) * 36 * time.Hour)
		entries[i].Effective, entries[i].Recorded = g.at, g.at.UTC()
	}
	return entries
}

func movedTo(m casework.Move, to casework.State) casework.Entry {
	return casework.Entry{Type: casework.EntryMoved, Move: m, To: to, Data: json.RawMessage(`{}`)}
}

func (g *generator) id(letter string) string {
	g.ids++
	return fmt.Sprintf("%s%d", letter, 1000+g.ids)
}

func (g *generator) one(of ...string) string { return of[g.rand.IntN(len(of))] }

// recorded gives an entry that adds something to a cycle and takes nothing away.
func (g *generator) recorded() casework.Entry {
	switch g.rand.IntN(8) {
	case 0:
		return g.need()
	case 1, 2:
		return g.engagement()
	case 3:
		return recordOf("feedback.recorded", map[string]any{
			"id": g.id("F"), "sought_on": "2025-09-02", "from": []string{g.one("user", "carer", "community", "provider")},
			"method": "survey", "count": g.rand.IntN(30), "about": g.one("service", "process"), "service": "S1", "said": "the carers come late",
		})
	case 4:
		return recordOf("observation.recorded", map[string]any{
			"id": g.id("B"), "outcome": "O1", "service": "S1", "measure": "people still at home", "value": fmt.Sprint(g.rand.IntN(100)),
			"of": map[string]string{"from": "2025-04-01", "to": "2025-05-31"}, "source": "the provider", "rating": g.one("on_course", "at_risk"),
		})
	case 5:
		return g.mapped()
	case 6:
		return recordOf("consideration.recorded", map[string]any{
			"id": g.id("C"), "subject": g.one("consortium", "lots", "long_term", "risk_sharing", "capacity_investment", "sub_contracting"),
			"about": "S1", "decision": g.one("taken", "declined"), "reason": "weighed with the providers",
		})
	default:
		return recordOf("document.cited", map[string]any{
			"id": g.id("D"), "kind": g.one("market_position_statement", "commissioning_intentions"), "title": "Market position",
			"address": "https://example.org/mps", "published": "2025-01-15",
		})
	}
}

func (g *generator) need() casework.Entry {
	return recordOf("need.identified", map[string]any{
		"id": g.id("N"), "statement": "Company at meals", "area": "Camden", "population": "older people", "size": 10 + g.rand.IntN(300),
		"identified_by": []string{"carers"}, "evidence": []map[string]string{{"kind": "needs_assessment", "title": "Joint strategic needs assessment", "date": "2024-11-01"}},
	})
}

func (g *generator) engagement() casework.Entry {
	return recordOf("engagement.recorded", map[string]any{
		"id": g.id("E"), "participant": "P1", "level": g.one("consulted", "involved", "co_designed", "co_produced"),
		"answer": g.one("took_part", "declined", "no_answer"), "how": "workshop", "on": "2025-05-20", "changed": g.one("", "the hours"),
	})
}

func (g *generator) mapped() casework.Entry {
	return recordOf("provider.mapped", map[string]any{
		"id": g.id("M"), "as_of": "2025-06-02", "scope": "meals", "capability": "80 meals a day", "contribution": g.one("", "company"),
		"agency": map[string]string{"id": g.one("lunch-club", "hearth"), "name": "Kentish Town Lunch Club", "sector": "voluntary"}, "outcomes": []string{"O1"},
	})
}

// invoiced gives an invoice from its receipt to its payment.
func (g *generator) invoiced() []casework.Entry {
	id, amount := g.id("V"), map[string]string{"amount": "22500.00", "currency": "GBP"}
	return g.timed([]casework.Entry{
		recordOf("invoice.recorded", map[string]any{"id": id, "reference": id, "amount": amount, "received": "2025-10-01"}),
		recordOf("invoice.validated", map[string]any{"invoice": id, "on": "2025-10-02", "due_on": "2025-10-31"}),
		recordOf("invoice.paid", map[string]any{"invoice": id, "payment": map[string]any{"amount": amount, "on": "2025-10-20", "reference": "pay"}}),
	})
}

func recordOf(name string, data map[string]any) casework.Entry {
	text, _ := json.Marshal(data) // of texts and numbers: it cannot fail
	return casework.Entry{Type: name, Data: text}
}

// spliced puts entries into a journal at a place, and seals it anew. Where they
// have no time they have that of the entry before them.
func spliced(journal []casework.Entry, place int, added ...casework.Entry) []casework.Entry {
	all := append([]casework.Entry{}, journal[:place]...)
	all = append(all, added...)
	return resealed(append(all, journal[place:]...))
}

// resealed numbers and chains entries as they stand.
func resealed(entries []casework.Entry) []casework.Entry {
	all := append([]casework.Entry{}, entries...)
	var state casework.State
	for i := range all {
		e := &all[i]
		if i > 0 {
			before := all[i-1]
			e.Case = before.Case
			if e.Actor.IsZero() {
				e.Actor, e.Version, e.Salt = before.Actor, 1, make([]byte, 16)
			}
			if e.Effective.IsZero() {
				e.Effective, e.Recorded = before.Effective, before.Recorded
			}
		}
		if e.Move != "" {
			e.From = state
		}
		if e.To != "" {
			state = e.To
		}
		e.Seq = uint64(i) + 1
		e.Seal(previous(all, i))
	}
	return all
}

func previous(entries []casework.Entry, i int) casework.Hash {
	if i == 0 {
		return casework.Hash{}
	}
	return entries[i-1].Hash
}

// generated gives made-up dossiers, each by a seed of its own.
func generated(t testing.TB, n int) []*principles.Dossier {
	t.Helper()
	base, kinds := bought(t), newKinds(t)
	all := make([]*principles.Dossier, n)
	for i := range all {
		d, err := kinds.Dossier(longAfter(), newGenerator(uint64(i)).grown(base)...)
		require.NoError(t, err)
		all[i] = d
	}
	return all
}

// lines writes dossiers, each to a line of JSON.
func lines(t testing.TB, dossiers []*principles.Dossier) [][]byte {
	t.Helper()
	all := make([][]byte, len(dossiers))
	for i, d := range dossiers {
		var line bytes.Buffer
		require.NoError(t, d.Write(&line))
		all[i] = line.Bytes()
	}
	return all
}

// repeated reads lines over and over, n of them in all.
func repeated(lines [][]byte, n int) io.Reader {
	return &repeating{lines: lines, left: n}
}

type repeating struct {
	lines [][]byte
	left  int
	next  int
	line  []byte
}

func (r *repeating) Read(b []byte) (int, error) {
	if len(r.line) == 0 {
		if r.left == 0 {
			return 0, io.EOF
		}
		r.line = r.lines[r.next%len(r.lines)]
		r.left, r.next = r.left-1, r.next+1
	}
	n := copy(b, r.line)
	r.line = r.line[n:]
	return n, nil
}

func TestGeneratedDossiersAreOfTheirSize(t *testing.T) {
	for _, d := range generated(t, 3) {
		n := 0
		for _, j := range d.Journals() {
			n += len(j.Entries)
		}
		assert.Equal(t, dossierEntries, n)
		assert.GreaterOrEqual(t, len(d.Rounds()), 2)
		assert.Len(t, d.Contracts(), 1)
		assert.Equal(t, commissioning.KindName, d.Journals()[0].Kind)
	}
}

// BenchmarkEvaluate reads written dossiers of 200 entries one after the other and
// judges each by every standard: -benchtime=10000x does so with ten thousand. In
// the same run, between blocks of it, the same text is decoded alone, and read
// into dossiers alone. It reports
//
//   - ns/op and allocs/op: of one dossier, read and judged by every standard;
//   - x-decode: that time, in times of decoding its JSON alone;
//   - x-read: that time, in times of reading it alone, which decodes, verifies and folds;
//   - x-judging: the difference, which is the judging, in times of decoding the JSON alone;
//   - peak-MB: the most heap in use, looked at while dossiers are read.
func BenchmarkEvaluate(b *testing.B) {
	all, kinds := lines(b, generated(b, 20)), newKinds(b)
	standards := judges(b)
	var text int64
	for _, line := range all {
		text += int64(len(line))
	}
	b.SetBytes(text / int64(len(all)))
	var evaluated, read, decoded time.Duration
	var peak uint64
	runtime.GC()
	b.ReportAllocs()
	b.ResetTimer()
	for done := 0; done < b.N; {
		n := min(100, b.N-done)
		before := b.Elapsed()
		evaluateAll(b, kinds, standards, repeated(all, n))
		evaluated += b.Elapsed() - before
		b.StopTimer()
		var heap runtime.MemStats
		runtime.ReadMemStats(&heap)
		peak = max(peak, heap.HeapInuse)
		read += took(func() { readAll(b, kinds, repeated(all, n)) })
		decoded += took(func() { decodeAll(b, repeated(all, n)) })
		done += n
		b.StartTimer()
	}
	b.ReportMetric(float64(evaluated)/float64(decoded), "x-decode")
	b.ReportMetric(float64(evaluated)/float64(read), "x-read")
	b.ReportMetric(float64(evaluated-read)/float64(decoded), "x-judging")
	b.ReportMetric(float64(peak)/(1<<20), "peak-MB")
}

// BenchmarkStandard judges a dossier that is in memory already, by one standard.
func BenchmarkStandard(b *testing.B) {
	dossiers := generated(b, 5)
	for _, s := range judges(b) {
		b.Run(s.name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				_, err := s.judge(dossiers[i%len(dossiers)])
				require.NoError(b, err)
			}
		})
	}
}

func evaluateAll(t testing.TB, kinds *principles.Kinds, standards []judge, r io.Reader) {
	t.Helper()
	for d, err := range kinds.ReadDossiers(r) {
		require.NoError(t, err)
		for _, s := range standards {
			if _, err := s.judge(d); err != nil {
				t.Fatalf("%s: %v", s.name, err)
			}
		}
	}
}

func readAll(t testing.TB, kinds *principles.Kinds, r io.Reader) {
	t.Helper()
	for _, err := range kinds.ReadDossiers(r) {
		require.NoError(t, err)
	}
}

// decodeAll decodes what a dossier is written as, and does nothing with it.
func decodeAll(t testing.TB, r io.Reader) {
	t.Helper()
	decoder := json.NewDecoder(r)
	for {
		var w struct {
			Format    int                  `json:"format"`
			Judgement principles.Judgement `json:"judgement"`
			Journals  []principles.Journal `json:"journals"`
		}
		err := decoder.Decode(&w)
		if errors.Is(err, io.EOF) {
			return
		}
		require.NoError(t, err)
	}
}

// took measures work that a benchmark's own timer leaves out.
func took(work func()) time.Duration {
	begun := time.Now() //nolint:forbidigo // a benchmark measures time
	work()
	return time.Since(begun) //nolint:forbidigo // a benchmark measures time
}

func TestMemoryDoesNotGrowWithTheNumberOfDossiers(t *testing.T) {
	all, kinds, standards := lines(t, generated(t, 5)), newKinds(t), judges(t)[:1]
	var heap [2]uint64
	n := 0
	for d, err := range kinds.ReadDossiers(repeated(all, 500)) {
		require.NoError(t, err)
		_, err := standards[0].judge(d)
		require.NoError(t, err)
		switch n++; n {
		case 50:
			heap[0] = inUse()
		case 500:
			heap[1] = inUse()
		}
	}
	require.Equal(t, 500, n)
	assert.Less(t, float64(heap[1]), 1.5*float64(heap[0]), "after 50 dossiers %d bytes were in use, and after 500 %d", heap[0], heap[1])
}

// inUse gives the bytes of the heap that something still refers to.
func inUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func TestTheGeneratorsEntriesAreFoldedLikeFixtures(t *testing.T) {
	d := generated(t, 1)[0]
	r, err := principles.EightPrinciples().Evaluate(d)
	require.NoError(t, err)
	principlestest.Finds(t, r, "understand-needs", principles.Met)
	assert.NotEmpty(t, d.Cycle().Providers())
}
