// Command snippets holds the code in the documents equal to code that is
// compiled and tested.
//
//	go run ./.ci/snippets                # fails with file:line where they differ
//	go run ./.ci/snippets -update        # copies the code into the documents
//	go run ./.ci/snippets -command test  # prints the command README.md marks as test
//
// Every go block of README.md and docs/*.md stands under a comment that names a
// region of a Go file; a region begins with "// snippet:name" and ends with
// "// snippet-end":
//
//	<!-- snippet: examples/host/main.go#open -->
//
// A sh block that the checks run stands under a comment too:
//
//	<!-- command: test -->
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

func main() {
	root := flag.String("root", ".", "directory of the project")
	update := flag.Bool("update", false, "copy the code into the documents")
	command := flag.String("command", "", "print the `name`d command of README.md, and nothing else")
	flag.Parse()
	if err := run(os.Stdout, *root, *command, *update); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run prints a command, or checks or rewrites every document.
func run(w io.Writer, root, command string, update bool) error {
	if command != "" {
		return printCommand(w, root, command)
	}
	documents, err := findDocuments(root)
	if err != nil {
		return err
	}
	var faults []error
	snippets := 0
	for _, name := range documents {
		d, err := readDocument(root, name)
		if err != nil {
			return err
		}
		if update {
			err = d.update(root)
		} else {
			err = d.check(root)
		}
		if err != nil {
			faults = append(faults, err)
		}
		snippets += d.snippets()
	}
	if len(faults) > 0 {
		return errors.Join(faults...)
	}
	_, err = fmt.Fprintf(w, "%d snippets in %d documents\n", snippets, len(documents))
	return err
}

// findDocuments gives README.md and the documents in docs.
func findDocuments(root string) ([]string, error) {
	found, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil {
		return nil, err
	}
	documents := []string{"README.md"}
	for _, file := range found {
		documents = append(documents, filepath.Join("docs", filepath.Base(file)))
	}
	return documents, nil
}

// printCommand prints the one block of README.md that is marked as a command of
// this name.
func printCommand(w io.Writer, root, name string) error {
	d, err := readDocument(root, "README.md")
	if err != nil {
		return err
	}
	var text []string
	found := 0
	for _, b := range d.blocks {
		if b.mark == "command: "+name {
			text = b.code
			found++
		}
	}
	if found != 1 || len(text) == 0 {
		return fmt.Errorf("README.md: want one block under <!-- command: %s --> with a command in it, have %d blocks", name, found)
	}
	for _, line := range text {
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
	}
	return nil
}
