package main

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheHostIsToldEveryReason(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), &out, filepath.Join(t.TempDir(), "commissioning.db")))
	assert.Equal(t, `need.none (refuse): no need is recorded that stands; identify a need
engagement.no_voluntary_sector (explain): the voluntary and community sector was not invited in this stage (Assess need); engage it and record what came of it, or why engagement is not relevant here
`, out.String())
}
