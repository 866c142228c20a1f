package diagram_test

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/diagram"
)

var update = flag.Bool("update", false, "write the golden files anew")

type format struct {
	name string
	draw func(io.Writer, *casework.Table, *diagram.Options) error
}

func formats() []format {
	return []format{{"svg", diagram.SVG}, {"mmd", diagram.Mermaid}, {"dot", diagram.DOT}}
}

type picture struct {
	name       string
	definition casework.Definition
	options    *diagram.Options
}

func pictures() []picture {
	names := awkward()
	return []picture{
		{"cycle-bare", cycle(), &diagram.Options{Wheel: wheelStates()}},
		{"cycle-travelled", cycle(), travelledCycle()},
		{"cycle-layered", cycle(), &diagram.Options{Present: monitor, Round: 1}},
		{"contract-bare", contract(), nil},
		{"contract-travelled", contract(), &diagram.Options{
			Title: "Home care contract", Present: "in_force", Notes: []string{"Under-performance plan open since 3 March 2025."},
			Path: []diagram.Step{
				{Move: "agree", From: "drafting", To: "agreed"},
				{Move: "reopen_terms", From: "agreed", To: "drafting"},
				{Move: "agree", From: "drafting", To: "agreed"},
				{Move: "backdate", From: "agreed", To: "in_force"},
				{Move: "vary", From: "in_force", To: "in_force"},
			},
		}},
		{"awkward-layered", names, awkwardOptions(names)},
	}
}

// wheels are pictures that only differ from others as SVG.
func wheels() []picture {
	return []picture{
		{"awkward-wheel", awkward(), awkwardWheel(awkward())},
		{"cycle-three", cycle(), threeOnTheWheel()},
	}
}

// threeOnTheWheel leaves most states beside the wheel.
func threeOnTheWheel() *diagram.Options {
	return &diagram.Options{Wheel: []casework.State{find, plan, monitor}, Present: gone, Path: []diagram.Step{
		{Move: "identify_resources", From: assess, To: find},
		{Move: "abandon", From: find, To: gone},
	}}
}

func awkwardOptions(d casework.Definition) *diagram.Options {
	return &diagram.Options{
		Title: `A & B <"c"> 'd' ` + "\x01\xff", Present: "emoji", Round: 1234567,
		Path:  []diagram.Step{{Move: `<go> & "on"`, From: d.Initial, To: d.States[1].State}, {Move: "<lost>", From: "emoji", To: "hebrew"}},
		Notes: []string{"  ", `<note> & "end note"`, "הערה: הכול בסדר"},
	}
}

func awkwardWheel(d casework.Definition) *diagram.Options {
	o := awkwardOptions(d)
	for _, row := range d.States[:4] {
		o.Wheel = append(o.Wheel, row.State)
	}
	return o
}

func TestEveryFormatMatchesItsGoldenFile(t *testing.T) {
	for _, p := range pictures() {
		for _, f := range formats() {
			t.Run(p.name+"."+f.name, func(t *testing.T) { compare(t, p, f) })
		}
	}
	for _, p := range wheels() {
		t.Run(p.name+".svg", func(t *testing.T) { compare(t, p, formats()[0]) })
	}
}

func compare(t *testing.T, p picture, f format) {
	t.Helper()
	var got bytes.Buffer
	require.NoError(t, f.draw(&got, table(t, p.definition), p.options))
	file := filepath.Join("testdata", p.name+"."+f.name)
	if *update {
		require.NoError(t, os.WriteFile(file, got.Bytes(), 0o644)) //nolint:gosec // golden files are for everyone
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), got.String())
}
