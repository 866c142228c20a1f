package procurement_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/diagram"
	"github.com/needsled/needsled/procurement"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden holds what is promised against the file it is kept in.
func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	path = filepath.FromSlash(path)
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755)) //nolint:gosec // a folder of the repository
		require.NoError(t, os.WriteFile(path, got, 0o644))         //nolint:gosec // a file of the repository
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run the test with -update to write it")
	have, kept := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
	for i := range min(len(have), len(kept)) {
		require.Equal(t, kept[i], have[i], "%s, line %d", path, i+1)
	}
	assert.Len(t, have, len(kept), path)
}

func TestTheDefinitionsAreDrawnAsTheLibraryDrawsThem(t *testing.T) {
	tests := map[string]struct {
		title      string
		definition casework.Definition
	}{
		"purchasing":  {"Purchasing", procurement.Purchasing()},
		"contracting": {"Contracting", procurement.Contracting()},
		"framework":   {"A framework agreement", procurement.Framing()},
		"granting":    {"A grant agreement", procurement.Granting()},
		"in-house":    {"An in-house agreement", procurement.AgreeingInHouse()},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var drawn bytes.Buffer

			require.NoError(t, diagram.SVG(&drawn, compiled(t, tt.definition), &diagram.Options{Title: tt.title}))

			golden(t, "../docs/"+name+".svg", drawn.Bytes())
		})
	}
}

// TestTheDocumentationShowsTheDefinitions holds the drawings in the package's
// documentation against what the library draws.
func TestTheDocumentationShowsTheDefinitions(t *testing.T) {
	const file = "doc.go"
	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	text := string(raw)
	for heading, definition := range map[string]casework.Definition{
		"// Purchasing, as the library draws it (docs/purchasing.svg is the picture):\n//\n": procurement.Purchasing(),
		"// Contracting (docs/contracting.svg):\n//\n":                                       procurement.Contracting(),
	} {
		before, after, found := strings.Cut(text, heading)
		require.True(t, found, heading)
		shown, rest, found := strings.Cut(after, "//\n")
		require.True(t, found, "a drawing ends with an empty line")

		drawn := commented(t, definition)

		if *update {
			text = before + heading + drawn + "//\n" + rest
			continue
		}
		assert.Equal(t, drawn, shown, "run the test with -update to draw it anew")
	}
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(text), 0o644)) //nolint:gosec // a file of the repository
	}
}

// commented is the text of a diagram as a block of code in a doc comment.
func commented(t *testing.T, d casework.Definition) string {
	t.Helper()
	var drawn bytes.Buffer
	require.NoError(t, diagram.Mermaid(&drawn, compiled(t, d), nil))
	var b strings.Builder
	for line := range strings.Lines(drawn.String()) {
		require.NotEmpty(t, strings.TrimSpace(line), "an empty line would end the block")
		b.WriteString("//\t" + strings.TrimSuffix(line, "\n") + "\n")
	}
	return b.String()
}

func compiled(t *testing.T, d casework.Definition) *casework.Table {
	t.Helper()
	table, err := d.Compile()
	require.NoError(t, err)
	return table
}
