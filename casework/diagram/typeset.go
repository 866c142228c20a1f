package diagram

import (
	"strings"
	"unicode"
)

// face is a size and weight of letters. Sizes are in the picture's units.
type face struct {
	size float64
	bold bool
}

// leading is the distance from one line to the next.
func (f face) leading() float64 { return f.size * 1.3 }

// width estimates how wide a text runs. The reader's font is not known; the
// estimate is that of a wide sans-serif one, so that narrower ones leave room.
func (f face) width(text string) float64 {
	em := 0.0
	for _, c := range clusters(text) {
		em += clusterWidth(c)
	}
	if f.bold {
		em *= 1.08
	}
	return em * f.size
}

// wrap breaks a text into lines no wider than limit: between words where it
// can, within a word where one is too long. What does not go into the lines
// given is cut off, with an ellipsis.
func (f face) wrap(text string, limit float64, lines int) []string {
	all := f.fill(text, limit)
	if len(all) <= lines {
		return f.balance(text, limit, all)
	}
	last := clusters(all[lines-1])
	for len(last) > 1 && f.width(strings.Join(last, "")+"…") > limit {
		last = last[:len(last)-1]
	}
	return append(all[:lines-1:lines-1], strings.TrimRight(strings.Join(last, ""), " ")+"…")
}

// balance narrows the limit as long as the lines do not become more.
func (f face) balance(text string, limit float64, lines []string) []string {
	for narrower := limit; len(lines) > 1 && narrower > limit/2; narrower -= limit / 24 {
		next := f.fill(text, narrower)
		if len(next) > len(lines) || f.cuts(text, narrower) {
			break
		}
		lines = next
	}
	return lines
}

// cuts tells whether a word of the text is too wide for the limit.
func (f face) cuts(text string, limit float64) bool {
	for word := range strings.FieldsSeq(text) {
		if f.width(word) > limit {
			return true
		}
	}
	return false
}

// fill puts as many words on a line as go.
func (f face) fill(text string, limit float64) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && f.width(line+" "+word) <= limit {
			line += " " + word
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		parts := f.cut(word, limit)
		lines = append(lines, parts[:len(parts)-1]...)
		line = parts[len(parts)-1]
	}
	if line != "" || len(lines) == 0 {
		lines = append(lines, line)
	}
	return lines
}

// cut breaks one word into pieces no wider than limit, at least a cluster each.
func (f face) cut(word string, limit float64) []string {
	var parts []string
	part := ""
	for _, c := range clusters(word) {
		if part != "" && f.width(part+c) > limit {
			parts = append(parts, part)
			part = ""
		}
		part += c
	}
	return append(parts, part)
}

// widest is the width of the widest line.
func (f face) widest(lines []string) float64 {
	width := 0.0
	for _, line := range lines {
		width = max(width, f.width(line))
	}
	return width
}

// clusters cuts a text between what a reader takes for letters: a letter keeps
// its marks, an emoji its modifiers and what is joined to it, a flag its two
// halves.
func clusters(text string) []string {
	var all []string
	joined, flag := false, false
	for _, r := range text {
		regional := r >= 0x1f1e6 && r <= 0x1f1ff
		if len(all) > 0 && (joined || extends(r) || regional && flag) {
			all[len(all)-1] += string(r)
			joined, flag = r == zeroWidthJoiner, false
			continue
		}
		all = append(all, string(r))
		joined, flag = r == zeroWidthJoiner, regional
	}
	return all
}

const zeroWidthJoiner = 0x200d

// extends tells whether a character belongs to the one before it.
func extends(r rune) bool {
	skinTone := r >= 0x1f3fb && r <= 0x1f3ff
	return unicode.In(r, unicode.Mn, unicode.Me, unicode.Mc, unicode.Cf) || skinTone
}

// clusterWidth is the width in ems, that of its first character.
func clusterWidth(cluster string) float64 {
	for _, r := range cluster {
		return runeWidth(r)
	}
	return 0
}

func runeWidth(r rune) float64 {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case strings.ContainsRune(" ijl.,:;'|!I", r):
		return 0.31
	case strings.ContainsRune("ftr()[]/\\-\"`", r):
		return 0.40
	case strings.ContainsRune("mwMW@%", r):
		return 0.92
	case r < 0x80 && unicode.IsUpper(r), r == '&', r == '<', r == '>', r == '+', r == '=':
		return 0.70
	case r < 0x80:
		return 0.59
	case r == '…' || wide(r):
		return 1.05
	case unicode.IsUpper(r):
		return 0.76
	default:
		return 0.65
	}
}

// wide tells whether a character fills a square: the scripts of East Asia, and
// the pictures.
func wide(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) ||
		r >= 0x2600 && r <= 0x27bf || r >= 0xff00 && r <= 0xff60 || r >= 0x1f000
}
