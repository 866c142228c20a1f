package principles

import (
	"strconv"
	"strings"

	"github.com/needsled/needsled/casework"
)

func fault(path, code, message string) casework.Fault {
	return casework.Fault{Path: path, Code: code, Message: message}
}

func blank(text string) bool { return strings.TrimSpace(text) == "" }

func pathAt(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }
