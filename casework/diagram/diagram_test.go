package diagram_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/diagram"
)

func drawn(t testing.TB, f format, d casework.Definition, o *diagram.Options) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, f.draw(&b, table(t, d), o))
	return b.String()
}

func svg(t testing.TB, d casework.Definition, o *diagram.Options) string {
	t.Helper()
	return drawn(t, formats()[0], d, o)
}

// read walks through an SVG as XML, and gives every id in it.
func read(t testing.TB, picture string) (ids []string) {
	t.Helper()
	dec := xml.NewDecoder(strings.NewReader(picture))
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return ids
		}
		require.NoError(t, err, picture)
		start, is := token.(xml.StartElement)
		if !is {
			continue
		}
		require.Contains(t, []string{"svg", "title", "desc", "style", "g", "rect", "path", "circle", "text"}, start.Name.Local)
		for _, a := range start.Attr {
			require.NotContains(t, a.Value, "NaN")
			require.NotContains(t, a.Value, "Inf")
			if a.Name.Local == "id" {
				ids = append(ids, a.Value)
			}
		}
	}
}

// randomCase is a definition that compiles, with names from an awkward
// alphabet, and options that fit it.
func randomCase(seed uint64) (casework.Definition, *diagram.Options) {
	r := rand.New(rand.NewPCG(seed, 7)) //nolint:gosec // a fixed seed for repeatable tests
	n := 1 + r.IntN(14)
	d := casework.Definition{Name: randomText(r), Version: 1, Doc: "random", Initial: "0"}
	for i := range n {
		d.States = append(d.States, casework.StateRow{State: casework.State(fmt.Sprint(i)), Title: randomText(r), Doc: "doc <" + randomText(r), Final: i == n-1})
	}
	used := map[string]bool{}
	move := func(name string, from, to int) {
		if key := fmt.Sprint(name, " ", from); !used[key] {
			used[key] = true
			d.Moves = append(d.Moves, casework.MoveRow{Move: casework.Move(name), Title: randomText(r), Doc: "doc", From: []casework.State{d.States[from].State}, To: d.States[to].State})
		}
	}
	for i := range n - 1 {
		move("on", i, i+1)
	}
	for range r.IntN(4 * n) {
		if n > 1 {
			move(fmt.Sprintf("m%d", r.IntN(8)), r.IntN(n-1), r.IntN(n))
		}
	}
	o := &diagram.Options{Title: randomText(r), Round: r.IntN(3), Notes: []string{randomText(r)}}
	if r.IntN(2) == 0 {
		o.Present = d.States[r.IntN(n)].State
	}
	for range r.IntN(20) {
		o.Path = append(o.Path, diagram.Step{Move: casework.Move(fmt.Sprintf("m%d", r.IntN(9))), From: d.States[r.IntN(n)].State, To: d.States[r.IntN(n)].State})
	}
	if n >= 3 && r.IntN(2) == 0 {
		for _, i := range r.Perm(n)[:3+r.IntN(n-2)] {
			o.Wheel = append(o.Wheel, d.States[i].State)
		}
	}
	return d, o
}

func randomText(r *rand.Rand) string {
	alphabet := []string{"plan", "review ", " ", "<", ">", "&", `"`, "'", "]]>", "--", "א", "ب", "👩🏽‍⚕️", "需", "e\u0301", "\x00", "\xff", "\u202e", "\n", "WWWWWWWWWWWWWWWWWWWWWWWWW", "_", ";", "#", "\\", "%"}
	text := "x"
	for range r.IntN(12) {
		text += alphabet[r.IntN(len(alphabet))]
	}
	return text
}

func TestRandomDefinitionsGiveWellFormedPictures(t *testing.T) {
	for seed := range uint64(300) {
		d, o := randomCase(seed)
		picture := svg(t, d, o)
		ids := read(t, picture)
		require.Len(t, ids, 3)
		for _, id := range ids {
			require.True(t, strings.HasPrefix(id, ids[0]), id)
		}
		for _, f := range formats()[1:] {
			require.True(t, utf8.ValidString(drawn(t, f, d, o)))
		}
	}
}

func TestAHundredDrawingsAreTheSameBytes(t *testing.T) {
	for _, p := range append(pictures(), wheels()...) {
		for _, f := range formats() {
			first := drawn(t, f, p.definition, p.options)
			for range 99 {
				require.Equal(t, first, drawn(t, f, p.definition, p.options))
			}
		}
	}
}

func TestFaultyOptionsAreNamedAllAtOnceAndNothingIsWritten(t *testing.T) {
	o := &diagram.Options{
		Present: "nowhere",
		Path:    []diagram.Step{{Move: "plan_use", From: find, To: plan}, {From: "x", To: "y"}},
		Round:   -1,
		Wheel:   []casework.State{assess, assess},
		ID:      "1 d",
	}
	for _, f := range formats() {
		t.Run(f.name, func(t *testing.T) {
			var b bytes.Buffer
			err := f.draw(&b, table(t, cycle()), o)
			require.ErrorIs(t, err, casework.ErrInvalid)
			invalid, ok := errors.AsType[*casework.InvalidError](err)
			require.True(t, ok)
			var got []string
			for _, fault := range invalid.Faults {
				got = append(got, fault.Path+" "+fault.Code)
			}
			assert.Equal(t, []string{
				"present state.unknown",
				"path[1].move move.unnamed",
				"path[1].from state.unknown",
				"path[1].to state.unknown",
				"round diagram.round_negative",
				"wheel diagram.wheel_small",
				"wheel[1] state.duplicate",
				"id diagram.id_malformed",
			}, got)
			assert.Zero(t, b.Len())
		})
	}
}

func TestAMissingTableAndUnknownWheelStatesAreFaults(t *testing.T) {
	for _, f := range formats() {
		err := f.draw(io.Discard, nil, nil)
		require.ErrorIs(t, err, casework.ErrInvalid)
		require.ErrorContains(t, err, "diagram.table_missing")

		err = f.draw(io.Discard, table(t, cycle()), &diagram.Options{Wheel: []casework.State{assess, find, "Nirvana"}})
		require.ErrorIs(t, err, casework.ErrInvalid)
		require.ErrorContains(t, err, "wheel[2]")
	}
}

func TestAPictureOfTooManyArrowsIsRefused(t *testing.T) {
	d := casework.Definition{Name: "dense", Version: 1, Doc: "d", Initial: "0"}
	for i := range 25 {
		d.States = append(d.States, casework.StateRow{State: casework.State(fmt.Sprint(i)), Doc: "d", Final: i == 24})
	}
	for i := range 24 {
		for k := range 25 {
			d.Moves = append(d.Moves, casework.MoveRow{Move: casework.Move(fmt.Sprint("to", k)), Doc: "d", From: []casework.State{d.States[i].State}, To: d.States[k].State})
		}
	}
	err := diagram.SVG(io.Discard, table(t, d), nil)
	require.ErrorIs(t, err, casework.ErrInvalid)
	require.ErrorContains(t, err, "diagram.too_large")
	require.NoError(t, diagram.DOT(io.Discard, table(t, d), nil))
	require.NoError(t, diagram.Mermaid(io.Discard, table(t, d), nil))
}

type brokenPipe struct{}

var errPipe = errors.New("broken pipe")

func (brokenPipe) Write([]byte) (int, error) { return 0, errPipe }

func TestAWriterThatFailsIsReported(t *testing.T) {
	for _, f := range formats() {
		require.ErrorIs(t, f.draw(brokenPipe{}, table(t, cycle()), nil), errPipe, f.name)
	}
}

func TestTheDescriptionTellsWhatThePictureShows(t *testing.T) {
	picture := svg(t, cycle(), travelledCycle())
	desc := regexp.MustCompile(`<desc [^>]*>(.*)</desc>`).FindStringSubmatch(picture)
	require.Len(t, desc, 2)
	for _, words := range []string{
		"A wheel of 5 states, clockwise from the top: Assess need, Identify resources, Plan their use, Arrange delivery, Monitor and review.",
		"Beside it: Closed, Abandoned.",
		"It begins in Assess need.",
		"It ends in Closed, Abandoned.",
		"From Monitor and review to Assess need: Reassess, Return to assessment.",
		"Moves that stay: Suspend ×1, Resume ×1 (in any open state).",
		"Present position: Plan their use.",
		"Round 2.",
		"Path travelled, 11 steps: Identify resources from Assess need to Identify resources; Return to assessment from Identify resources to Assess need;",
		"Suspend in Arrange delivery;",
	} {
		assert.Contains(t, desc[1], words)
	}
	assert.Regexp(t, `role="img" aria-labelledby="(\w+)-title (\w+)-desc"`, picture)
}

func TestALongPathIsToldFromItsEnd(t *testing.T) {
	o := &diagram.Options{Path: []diagram.Step{{Move: "identify_resources", From: assess, To: find}}}
	assert.Contains(t, svg(t, cycle(), o), "Path travelled, 1 step:")
	for range 30 {
		o.Path = append(o.Path, diagram.Step{Move: "suspend", From: find, To: find}, diagram.Step{Move: "resume", From: find, To: find})
	}
	assert.Contains(t, svg(t, cycle(), o), "Path travelled, 61 steps, of which the last 40: Suspend in Identify resources;")
}

func TestPicturesStandAlone(t *testing.T) {
	picture := svg(t, awkward(), awkwardWheel(awkward()))
	for _, foreign := range []string{"<script", "href", "url(", "@import", "onload", "foreignObject"} {
		assert.NotContains(t, picture, foreign)
	}
	assert.Equal(t, 1, strings.Count(picture, "http"), "only the namespace")
}

func TestDifferentPicturesHaveDifferentIDs(t *testing.T) {
	bare, gone := read(t, svg(t, cycle(), nil)), read(t, svg(t, cycle(), &diagram.Options{Present: gone}))
	assert.NotEqual(t, bare[0], gone[0])

	named := svg(t, cycle(), &diagram.Options{ID: "home-care_1"})
	assert.Equal(t, []string{"home-care_1", "home-care_1-title", "home-care_1-desc"}, read(t, named))
	style := named[strings.Index(named, "<style>")+7 : strings.Index(named, "</style>")]
	for line := range strings.Lines(strings.TrimSpace(style)) {
		assert.Contains(t, line, "#home-care_1", "a rule that reaches beyond the picture")
	}
}

func TestNamesBecomeReadableTitles(t *testing.T) {
	d := casework.Definition{
		Name: "n", Version: 1, Doc: "d", Initial: "AssessNeed",
		States: []casework.StateRow{
			{State: "AssessNeed", Doc: "d"},
			{State: "NHSTrustReview", Doc: "d"},
			{State: "in-force", Doc: "d"},
			{State: "übergabe.erfolgt", Doc: "d"},
			{State: "---", Doc: "d"},
			{State: "done", Title: " As it  is ", Doc: "d", Final: true},
		},
	}
	for i := range len(d.States) - 1 {
		d.Moves = append(d.Moves, casework.MoveRow{Move: "return_to_assessment", Doc: "d", From: []casework.State{d.States[i].State}, To: d.States[i+1].State})
	}
	picture := svg(t, d, nil)
	for _, title := range []string{"Assess need", "NHS trust review", "In force", "Übergabe erfolgt", "---", "As it is"} {
		assert.Contains(t, picture, "<title>"+title+": d</title>")
	}
	assert.Contains(t, picture, "<title>Return to assessment</title>")
}

func TestTheSameMoveMayBeTitledOtherwiseInAnotherState(t *testing.T) {
	d := cycle().Remove("suspend", plan).AddMove(
		casework.MoveRow{Move: "suspend", Title: "Pause the plan", Doc: "d", From: []casework.State{plan}})
	picture := svg(t, d, nil)
	assert.Contains(t, picture, "Suspend (in Assess need, Identify resources, Arrange delivery, Monitor and review)")
	assert.Contains(t, picture, "Pause the plan (in Plan their use)")
}

func TestMermaidAndDOTEscapeWhatTheyWouldRead(t *testing.T) {
	mermaid, dot := drawn(t, formats()[1], awkward(), awkwardOptions(awkward())), drawn(t, formats()[2], awkward(), awkwardOptions(awkward()))
	assert.Contains(t, mermaid, `state "#60;script#62;alert(#34;1#34;)#60;/script#62; #38; #39;quotes#39;" as s0`)
	assert.Contains(t, mermaid, "[*] --> s0\n")
	assert.Contains(t, mermaid, "s5 --> [*]\n")
	assert.Contains(t, mermaid, "class s3 present\n")
	assert.Contains(t, mermaid, `\u003c`)
	assert.Contains(t, dot, `s0 [label="<script>alert(\"1\")</script> &amp; 'quotes'"`)
	assert.Contains(t, dot, `[label="A\\nb\\l;c"]`)
	for line := range strings.Lines(dot) {
		assert.Zero(t, strings.Count(strings.ReplaceAll(strings.ReplaceAll(line, `\\`, ""), `\"`, ""), `"`)%2, "an open quote: %s", line)
	}
}

func FuzzPicturesStayWellFormed(f *testing.F) {
	f.Add("Plan", "plan_use", "title", "note")
	f.Add("<&>\"'", "\x00\xff", "\u202e]]>", "--> %% #35;")
	f.Fuzz(func(t *testing.T, state, move, title, note string) {
		d := casework.Definition{
			Name: "fuzz", Version: 1, Doc: "d", Initial: "a",
			States: []casework.StateRow{{State: "a", Title: title, Doc: "d"}, {State: casework.State(state), Doc: "d"}, {State: "c", Doc: "d"}, {State: "z", Doc: "d", Final: true}},
			Moves: []casework.MoveRow{
				{Move: casework.Move(move), Doc: "d", From: []casework.State{"a"}, To: casework.State(state)},
				{Move: "c", Doc: "d", From: []casework.State{casework.State(state)}, To: "c"},
				{Move: "z", Title: title, Doc: "d", From: []casework.State{"c"}, To: "z"},
				{Move: "back", Doc: note, From: []casework.State{"c"}, To: "a"},
			},
		}
		compiled, err := d.Compile()
		if err != nil { // there is nothing to draw
			require.ErrorIs(t, err, casework.ErrInvalid)
			return
		}
		for _, wheel := range [][]casework.State{nil, {"a", casework.State(state), "c"}} {
			var b bytes.Buffer
			require.NoError(t, diagram.SVG(&b, compiled, &diagram.Options{Title: title, Wheel: wheel, Notes: []string{note}}))
			read(t, b.String())
		}
		require.NoError(t, diagram.Mermaid(io.Discard, compiled, &diagram.Options{Title: title, Notes: []string{note}}))
		require.NoError(t, diagram.DOT(io.Discard, compiled, &diagram.Options{Title: title, Notes: []string{note}}))
	})
}
