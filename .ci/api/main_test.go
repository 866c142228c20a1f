package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tree writes files under a new directory with a root module example.com/m.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	write(t, root, "go.mod", "module example.com/m\n\ngo 1.26.0\n")
	for name, text := range files {
		write(t, root, name, text)
	}
	return root
}

func write(t *testing.T, root, name, text string) {
	t.Helper()
	file := filepath.Join(root, filepath.FromSlash(name))
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
}

func TestDeclarations(t *testing.T) {
	tests := []struct {
		name   string
		source string
		want   []string
	}{
		{
			"a function keeps the names of its parameters",
			"func Sum(a, b int) (total int, err error) { return }\nfunc hidden() {}",
			[]string{"func Sum(a, b int) (total int, err error)"},
		},
		{
			"a signature over several lines becomes one",
			"func F(\n\ta int,\n\tb func(int) error,\n) error { return nil }",
			[]string{"func F(a int, b func(int) error) error"},
		},
		{
			"type parameters are shown",
			"type Set[T comparable] map[T]bool\nfunc Of[T comparable, E any](t ...T) Set[T] { return nil }\nfunc (s Set[T]) Has(t T) bool { return s[t] }",
			[]string{
				"func Of[T comparable, E any](t ...T) Set[T]",
				"type Set[T comparable] map[T]bool",
				"method (Set[T]) Has(t T) bool",
			},
		},
		{
			"a constant shows type and value, also where it repeats the one above",
			"type Effect int\nconst (\n\tOff Effect = iota + 1\n\tAdvise\n\thidden\n\tRefuse\n)\nconst Name = \"a\" + \"b\"",
			[]string{
				"const Off Effect = 1", "const Advise Effect = 2", "const Refuse Effect = 4",
				`const Name = "ab"`, "type Effect int",
			},
		},
		{
			"a constant whose value hangs on an import shows the expression",
			"import \"example.com/other\"\nconst (\n\tA = other.X\n\tB other.Y = iota\n\tC\n)",
			[]string{"const A = other.X", "const B other.Y = iota at 1", "const C other.Y = iota at 2"},
		},
		{
			"a variable shows its type, or the function that makes it",
			"import (\n\"errors\"\n\"example.com/other\"\n)\ntype T struct{}\nvar Err = errors.New(\"x\")\nvar N = 3\nvar P = &T{}\nvar M = other.Make(1)\nvar L = &other.L{}\nvar F = func(x other.L) {}",
			[]string{
				"var Err error", "var N int", "var P *T", "var M = other.Make(…)",
				"var L *other.L", "var F func(x other.L)", "type T struct",
			},
		},
		{
			"a struct shows exported fields with tags, and that it has others",
			"type R struct {\n\tA, B int `json:\"a\"`\n\tc int\n\tOther\n}\ntype Other struct{}",
			[]string{
				"type R struct", "type R struct, A int `json:\"a\"`", "type R struct, B int `json:\"a\"`",
				"type R struct, embedded Other", "type R struct, unexported fields", "type Other struct",
			},
		},
		{
			"an unexported type is shown where an exported declaration hands it out",
			"type option func(*settings)\ntype settings struct{ n int }\nfunc With(n int) option { return nil }\nfunc (o option) String() string { return \"\" }\ntype alone struct{ A int }",
			[]string{
				"func With(n int) option", "type option func(*settings)", "method (option) String() string",
				"type settings struct", "type settings struct, unexported fields",
			},
		},
		{
			"an interface shows all that it asks for",
			"import \"io\"\ntype S interface {\n\tio.Reader\n\tB(x int) error\n\tA()\n\tsealed()\n}\ntype E interface{}",
			[]string{
				"type S interface { A, B, io.Reader, unexported methods }", "type S interface, B(x int) error",
				"type S interface, A()", "type E interface {}",
			},
		},
		{
			"an alias is told from a new type",
			"import \"example.com/other\"\ntype A = other.Policy[*B]\ntype B other.C",
			[]string{"type A = other.Policy[*B]", "type B other.C"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			root := tree(t, map[string]string{"a/a.go": "package a\n" + test.source})
			have, err := surface(root, nil)
			require.NoError(t, err)
			var want []string
			for _, line := range test.want {
				want = append(want, "pkg a, "+line)
			}
			assert.ElementsMatch(t, want, have)
			assert.IsIncreasing(t, have)
		})
	}
}

func TestOnlyWhatOthersMayImportIsRead(t *testing.T) {
	root := tree(t, map[string]string{
		"m.go":                  "package m\nfunc Root() {}",
		"m_test.go":             "package m\nfunc InTest() {}",
		"m_windows.go":          "package m\nfunc OnWindows() {}",
		"ignored.go":            "//go:build ignore\n\npackage m\nfunc Ignored() {}",
		"internal/i/i.go":       "package i\nfunc Internal() {}",
		"cmd/main.go":           "package main\nfunc Main() {}",
		".ci/x/x.go":            "package x\nfunc Tool() {}",
		"a/testdata/t.go":       "package t\nfunc Data() {}",
		"a/deep/d.go":           "package d\nfunc Deep() {}",
		"a/nested/go.mod":       "module example.com/m/a/nested\n",
		"a/nested/n.go":         "package nested\nfunc Nested() {}",
		"a/nested/below/b.go":   "package below\nfunc Below() {}",
		"examples/go.mod":       "module example.com/m/examples\n",
		"examples/host/host.go": "package host\nfunc Host() {}",
	})
	have, err := surface(root, []string{"examples"})
	require.NoError(t, err)
	assert.Equal(t, []string{
		"pkg a/deep, func Deep()",
		"pkg a/nested, func Nested()",
		"pkg a/nested/below, func Below()",
		"pkg example.com/m, func Root()",
	}, have)
}

func TestSourceThatDoesNotParseIsAnError(t *testing.T) {
	root := tree(t, map[string]string{"a/a.go": "package a\nfunc ("})
	_, err := surface(root, nil)
	assert.ErrorContains(t, err, "a.go")
}

func TestRunComparesWithTheGoldenFile(t *testing.T) {
	root := tree(t, map[string]string{"a/a.go": "package a\nfunc F(n int) {}\nfunc G() {}"})
	var out strings.Builder

	require.Error(t, run(&out, root, "api.txt", false), "a missing golden file is a difference")
	require.NoError(t, run(&out, root, "api.txt", true))
	out.Reset()
	require.NoError(t, run(&out, root, "api.txt", false))
	assert.Equal(t, "2 exported declarations, as in api.txt\n", out.String())

	write(t, root, "a/a.go", "package a\nfunc F(n string) {}\nfunc G() {}\nfunc H() {}")
	out.Reset()
	require.ErrorContains(t, run(&out, root, "api.txt", false), "1 declarations gone and 2 new")
	assert.Equal(t, "- pkg a, func F(n int)\n+ pkg a, func F(n string)\n+ pkg a, func H()\n", out.String())
}

func TestAnEmptyTreeIsAnError(t *testing.T) {
	root := tree(t, nil)
	assert.ErrorContains(t, run(&strings.Builder{}, root, "api.txt", true), "no exported declaration")
}
