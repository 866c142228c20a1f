package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// library is a package that others may import.
type library struct {
	Name  string // import path, without the root module's where it begins with it
	Files []*ast.File
	Fset  *token.FileSet
}

// surface gives the exported declarations of every library under a root,
// sorted, one a line. Trees in skip are left out.
func surface(root string, skip []string) ([]string, error) {
	libraries, err := findLibraries(root, skip)
	if err != nil {
		return nil, err
	}
	var lines []string
	for _, l := range libraries {
		for _, d := range declarations(l) {
			lines = append(lines, "pkg "+l.Name+", "+d)
		}
	}
	slices.Sort(lines)
	return slices.Compact(lines), nil
}

// findLibraries reads every package under a root that is neither a program nor
// internal, whatever module it belongs to.
func findLibraries(root string, skip []string) ([]library, error) {
	rootModule, err := modulePath(root)
	if err != nil {
		return nil, err
	}
	modules := map[string]string{".": rootModule}
	var libraries []library
	err = filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		rel, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if rel != "." && (private(path.Base(rel)) || slices.Contains(skip, rel)) {
			return fs.SkipDir
		}
		module, err := modulePath(file)
		if errors.Is(err, fs.ErrNotExist) {
			module, err = path.Join(modules[path.Dir(rel)], path.Base(rel)), nil
		}
		if err != nil {
			return err
		}
		modules[rel] = module
		l, err := readLibrary(file, strings.TrimPrefix(module, rootModule+"/"))
		if err != nil {
			return err
		}
		if len(l.Files) > 0 {
			libraries = append(libraries, l)
		}
		return nil
	})
	return libraries, err
}

// private tells whether a directory of this name holds nothing to import.
func private(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") ||
		slices.Contains([]string{"internal", "testdata", "vendor"}, name)
}

// modulePath reads the module's path from the go.mod in a directory.
func modulePath(dir string) (string, error) {
	text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) >= 2 && fields[0] == "module" {
			return strings.Trim(fields[1], `"`), nil
		}
	}
	return "", fmt.Errorf("%s names no module", filepath.Join(dir, "go.mod"))
}

// readLibrary parses the files of one directory as linux/amd64 without cgo
// builds them, so that the answer is the same on every machine. Programs and
// directories without Go files give no files.
func readLibrary(dir, name string) (library, error) {
	l := library{Name: name, Fset: token.NewFileSet()}
	platform := build.Default
	platform.GOOS, platform.GOARCH, platform.CgoEnabled, platform.BuildTags = "linux", "amd64", false, nil
	entries, err := os.ReadDir(dir)
	if err != nil {
		return l, err
	}
	for _, entry := range entries {
		file := entry.Name()
		if entry.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			continue
		}
		built, err := platform.MatchFile(dir, file)
		if err != nil {
			return l, err
		}
		if !built {
			continue
		}
		parsed, err := parser.ParseFile(l.Fset, filepath.Join(dir, file), nil, parser.SkipObjectResolution)
		if err != nil {
			return l, err
		}
		if parsed.Name.Name != "main" {
			l.Files = append(l.Files, parsed)
		}
	}
	return l, nil
}
