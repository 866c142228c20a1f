package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const host = `package main

func main() {
	// snippet:open
	if true {
		println("x")
	}

	// snippet-end
	// snippet:twice
	println(1)
	// snippet-end
	// snippet:twice
	println(2)
	// snippet-end
	// snippet:nothing

	// snippet-end
	// snippet:outer
	// snippet:inner
	// snippet-end
	// snippet-end
	// snippet:endless
}
`

const openBlock = "<!-- snippet: examples/host/main.go#open -->\n```go\nif true {\n\tprintln(\"x\")\n}\n```\n"

// project writes a README.md and a host program under a new directory.
func project(t *testing.T, readme string) string {
	t.Helper()
	root := t.TempDir()
	write(t, root, "README.md", readme)
	write(t, root, "examples/host/main.go", host)
	write(t, root, "examples/host/ignored.go", "//go:build ignore\n\n"+host)
	write(t, root, "examples/testdata/main.go", host)
	return root
}

func write(t *testing.T, root, name, text string) {
	t.Helper()
	file := filepath.Join(root, filepath.FromSlash(name))
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
}

func TestCheck(t *testing.T) {
	block := func(source, code string) string {
		return "# Title\n\n<!-- snippet: " + source + " -->\n```go\n" + code + "```\n"
	}
	tests := []struct {
		name, readme string
		fault        string // empty where there is none
	}{
		{"a block equal to its region passes", "Text.\n\n" + openBlock, ""},
		{"an empty line may stand under the comment", strings.Replace(openBlock, "-->\n", "-->\n\n", 1), ""},
		{"a document without go passes", "```sh\ngo test work\n```\n", ""},
		{"go inside another block is text", "````md\n```go\nfoo\n```\n````\n", ""},
		{"a block that differs is told by its line", block("examples/host/main.go#open", "if false {\n"), "README.md:5: differs from examples/host/main.go#open"},
		{"a block that lacks the end is told", block("examples/host/main.go#open", "if true {\n\tprintln(\"x\")\n"), "README.md:7: differs"},
		{"a block without a comment is told", "\n```go\nx := 1\n```\n", "README.md:2: the go block has no <!-- snippet"},
		{"a block with a command's comment is told", "<!-- command: test -->\n```go\nx := 1\n```\n", "README.md:2: the go block has no <!-- snippet"},
		{"an unknown region is told", block("examples/host/main.go#shut", ""), "has no region shut"},
		{"a comment without a region is told", block("examples/host/main.go", ""), "names no region"},
		{"a region that stands twice is told", block("examples/host/main.go#twice", ""), "twice"},
		{"an empty region is told", block("examples/host/main.go#nothing", ""), "is empty"},
		{"a region inside a region is told", block("examples/host/main.go#outer", ""), "begins inside"},
		{"a region without an end is told", block("examples/host/main.go#endless", ""), "never ends"},
		{"a missing file is told", block("examples/none.go#open", ""), "none.go"},
		{"a file outside the project is told", block("../main.go#open", ""), "no Go file of the project"},
		{"a file in testdata is never compiled", block("examples/testdata/main.go#open", ""), "never compiled"},
		{"a file the build ignores is never compiled", block("examples/host/ignored.go#open", ""), "never compiled"},
		{"a block that is never closed is told", "```go\nx := 1\n", "README.md:1: the block is never closed"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := run(&strings.Builder{}, project(t, test.readme), "", false)
			if test.fault == "" {
				assert.NoError(t, err)
				return
			}
			assert.ErrorContains(t, err, test.fault)
		})
	}
}

func TestAllFaultsAreToldAtOnce(t *testing.T) {
	root := project(t, "```go\na\n```\n\n```go\nb\n```\n")
	write(t, root, "docs/more.md", "```go\nc\n```\n")
	err := run(&strings.Builder{}, root, "", false)
	require.Error(t, err)
	for _, place := range []string{"README.md:1:", "README.md:5:", "docs/more.md:1:"} {
		assert.ErrorContains(t, err, place)
	}
}

func TestUpdateCopiesTheCode(t *testing.T) {
	before := "Before.\n\n<!-- snippet: examples/host/main.go#open -->\n```go\nold\n```\n\nBetween.\n\n```sh\nls\n```\n" + openBlock + "\nAfter.\n"
	root := project(t, before)
	var out strings.Builder
	require.NoError(t, run(&out, root, "", true))
	assert.Equal(t, "2 snippets in 1 documents\n", out.String())

	after, err := os.ReadFile(filepath.Join(root, "README.md"))
	require.NoError(t, err)
	assert.Equal(t, strings.Replace(before, "old\n", "if true {\n\tprintln(\"x\")\n}\n", 1), string(after))
	require.NoError(t, run(&out, root, "", false))
}

func TestUpdateLeavesADocumentWithAFaultAlone(t *testing.T) {
	before := strings.Replace(openBlock, "true", "false", 1) + "\n```go\nunmarked\n```\n"
	root := project(t, before)
	require.Error(t, run(&strings.Builder{}, root, "", true))
	after, err := os.ReadFile(filepath.Join(root, "README.md"))
	require.NoError(t, err)
	assert.Equal(t, before, string(after))
}

func TestCommand(t *testing.T) {
	tests := []struct{ name, readme, want, fault string }{
		{"the marked block is printed", "<!-- command: test -->\n```sh\ngo test work\n```\n", "go test work\n", ""},
		{"other blocks are not", "```sh\nls\n```\n\n<!-- command: run -->\n```sh\nls\n```\n", "", "have 0 blocks"},
		{"two of a name are an error", strings.Repeat("<!-- command: test -->\n```sh\nls\n```\n", 2), "", "have 2 blocks"},
		{"an empty one is an error", "<!-- command: test -->\n```sh\n```\n", "", "with a command in it"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			err := run(&out, project(t, test.readme), "test", false)
			assert.Equal(t, test.want, out.String())
			if test.fault == "" {
				assert.NoError(t, err)
				return
			}
			assert.ErrorContains(t, err, test.fault)
		})
	}
}
