package diagram

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// titleOf is the title for people, or else the name made readable.
func titleOf(title, name string) string {
	if title = plain(title); title != "" {
		return title
	}
	return readable(name)
}

// readable turns a name into words: "return_to_assessment" and
// "ReturnToAssessment" both give "Return to assessment".
func readable(name string) string {
	var words []string
	for _, part := range strings.FieldsFunc(plain(name), func(r rune) bool { return r == '_' || r == '-' || r == '.' || r == ' ' }) {
		words = append(words, humps(part)...)
	}
	if len(words) == 0 {
		return plain(name)
	}
	for i, word := range words {
		if !acronym(word) {
			word = strings.ToLower(word)
		}
		if i == 0 {
			first, size := utf8.DecodeRuneInString(word)
			word = string(unicode.ToUpper(first)) + word[size:]
		}
		words[i] = word
	}
	return strings.Join(words, " ")
}

// humps cuts a word before every capital that begins one: "NHSTrust" gives
// "NHS" and "Trust".
func humps(word string) []string {
	runes := []rune(word)
	var words []string
	start := 0
	for i := 1; i < len(runes); i++ {
		if !unicode.IsUpper(runes[i]) {
			continue
		}
		before, after := runes[i-1], rune(0)
		if i+1 < len(runes) {
			after = runes[i+1]
		}
		if unicode.IsLower(before) || unicode.IsDigit(before) || unicode.IsUpper(before) && unicode.IsLower(after) {
			words = append(words, string(runes[start:i]))
			start = i
		}
	}
	return append(words, string(runes[start:]))
}

func acronym(word string) bool {
	return utf8.RuneCountInString(word) > 1 && word == strings.ToUpper(word)
}

// plain keeps of a text what a label can carry on one line: white space becomes
// single spaces, what is no character becomes U+FFFD, and marks that turn the
// direction of the text behind them are dropped.
func plain(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return -1
		case unicode.IsControl(r), r == 0xfffe, r == 0xffff:
			return utf8.RuneError
		default:
			return r
		}
	}, strings.ToValidUTF8(text, string(utf8.RuneError)))
	return strings.Join(strings.Fields(text), " ")
}
