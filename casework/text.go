package casework

import (
	"strings"
	"time"
	"unicode/utf8"
)

func blank(s string) bool { return strings.TrimSpace(s) == "" }

// malformed tells whether a text would not come back from a journal as it was
// sealed: JSON carries UTF-8 alone, and databases no NUL.
func malformed(texts ...string) bool {
	for _, s := range texts {
		if !utf8.ValidString(s) || strings.Contains(s, "\x00") {
			return true
		}
	}
	return false
}

func malformedText(path string) Fault {
	return Fault{Path: path, Code: "text.malformed", Message: "a text is UTF-8 and holds no NUL"}
}

// writable tells whether JSON can carry a time: the years 1 to 9999, in its own
// zone as in UTC.
func writable(t time.Time) bool {
	here, utc := t.Year(), t.UTC().Year()
	return here >= 1 && here <= 9999 && utc >= 1 && utc <= 9999
}
