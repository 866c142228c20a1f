package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const profile = `mode: set
example.com/m/a/a.go:1.1,2.2 6 0
example.com/m/a/a.go:3.1,4.2 2 1
example.com/m/a/deep/d.go:1.1,2.2 2 0
example.com/m/ab/b.go:1.1,2.2 5 1
example.com/m/a/a.go:1.1,2.2 6 1
example.com/m/a/a.go:3.1,4.2 2 0
`

func TestRun(t *testing.T) {
	table := " 100.00%      8 of     8  a\n" +
		"   0.00%      0 of     2  a/deep\n" +
		"  80.00%      8 of    10  a, all packages\n"
	tests := []struct {
		name, profile string
		least         float64
		tree          string
		want, fault   string
	}{
		{"a block counts once and is covered when any binary ran it", profile, 80, "a", table, ""},
		{"a tree under the limit is named", profile, 80.01, "a", table, "a: 80.00% is under 80.01%"},
		{"a tree without statements is named", profile, 0, "none", " 100.00%      0 of     0  none, all packages\n", "none has no statements"},
		{"a broken line is named", "mode: set\nfoo 1 2\n", 0, "a", "", "line 2"},
		{"a count that is no number is named", "mode: set\nfoo.go:1.1,2.2 x 2\n", 0, "a", "", "line 2"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "cover.out")
			require.NoError(t, os.WriteFile(file, []byte(test.profile), 0o600))
			var out strings.Builder
			err := run(&out, file, "example.com/m", test.least, []string{test.tree})
			assert.Equal(t, test.want, out.String())
			if test.fault == "" {
				assert.NoError(t, err)
				return
			}
			assert.ErrorContains(t, err, test.fault)
		})
	}
}

func TestAMissingProfileIsAnError(t *testing.T) {
	assert.ErrorIs(t, run(&strings.Builder{}, filepath.Join(t.TempDir(), "none"), "m", 0, nil), os.ErrNotExist)
}
