package commissioning_test

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework/diagram"
	"github.com/needsled/needsled/commissioning"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestTheReadmeShowsTheCycleAsTheLibraryDrawsIt(t *testing.T) {
	const file = "../docs/cycle.svg"
	table, err := commissioning.Strategic().Compile()
	require.NoError(t, err)
	var drawn bytes.Buffer
	require.NoError(t, diagram.SVG(&drawn, table, &diagram.Options{Title: "The commissioning cycle", Wheel: commissioning.Stages()}))
	if *update {
		require.NoError(t, os.WriteFile(file, drawn.Bytes(), 0o644))
	}
	kept, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(kept), drawn.String())
}
