package principles

import (
	"math/big"
	"strings"

	"github.com/needsled/needsled/casework"
)

// Figure is an exact number, such as a score, a mean or a percentage. The zero
// Figure is not determined, which is another thing than 0. No floating point is
// involved.
type Figure struct{ n *big.Rat }

// Number is a whole number as a figure.
func Number(n int) Figure { return Figure{big.NewRat(int64(n), 1)} }

// ParseFigure reads a number in plain decimal digits, such as "88.89" or "-3".
// Anything else gives [casework.ErrInvalid].
func ParseFigure(text string) (Figure, error) {
	digits := strings.TrimPrefix(text, "-")
	whole, part, pointed := strings.Cut(digits, ".")
	if !isDigits(whole) || (pointed && !isDigits(part)) || len(text) > 40 {
		return Figure{}, casework.Invalid("read a figure", fault("figure", "figure.malformed", "a figure is written in plain decimal digits, at most 40 of them"))
	}
	n, _ := new(big.Rat).SetString(text)
	return Figure{n}, nil
}

func isDigits(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

// Determined tells whether there is a number at all, be it 0.
func (f Figure) Determined() bool { return f.n != nil }

// Cmp gives -1, 0 or 1 as f is less than, equal to or more than the other. What
// is not determined sorts first.
func (f Figure) Cmp(other Figure) int {
	switch {
	case f.n == nil && other.n == nil:
		return 0
	case f.n == nil:
		return -1
	case other.n == nil:
		return 1
	default:
		return f.n.Cmp(other.n)
	}
}
