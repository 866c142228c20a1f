package principles

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"

	"github.com/needsled/needsled/casework"
)

// Figure is an exact number, such as a score, a mean or a percentage. The zero
// Figure is not determined, which is another thing than 0, and what is computed
// with one is not determined either. No floating point is involved.
//
// In JSON it is a text that reads back exactly: a decimal such as "88.89", or a
// fraction such as "800/9" where no decimal is exact; null where it is not
// determined, which the omitzero option leaves out.
type Figure struct{ n *big.Rat }

// Number is a whole number as a figure.
func Number(n int) Figure { return Figure{big.NewRat(int64(n), 1)} }

// mostDigits is how long the text of a number may be.
const mostDigits = 100

// ParseFigure reads a number in plain decimal digits, such as "88.89" or "-3".
// Anything else gives [casework.ErrInvalid].
func ParseFigure(text string) (Figure, error) {
	digits := strings.TrimPrefix(text, "-")
	whole, part, pointed := strings.Cut(digits, ".")
	if !isDigits(whole) || (pointed && !isDigits(part)) || len(text) > mostDigits {
		return Figure{}, casework.Invalid("read a figure", fault("figure", "figure.malformed", "a figure is written in plain decimal digits, at most 100 of them"))
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

// IsZero tells whether the figure is not determined, for the omitzero option.
// A figure of 0 is determined.
func (f Figure) IsZero() bool { return f.n == nil }

// Add gives the sum.
func (f Figure) Add(other Figure) Figure { return f.with(other, (*big.Rat).Add) }

// Sub gives the difference.
func (f Figure) Sub(other Figure) Figure { return f.with(other, (*big.Rat).Sub) }

// Mul gives the product.
func (f Figure) Mul(other Figure) Figure { return f.with(other, (*big.Rat).Mul) }

// Div gives the quotient. Nothing divided by 0 is determined.
func (f Figure) Div(other Figure) Figure {
	if other.n != nil && other.n.Sign() == 0 {
		return Figure{}
	}
	return f.with(other, (*big.Rat).Quo)
}

func (f Figure) with(other Figure, compute func(z, x, y *big.Rat) *big.Rat) Figure {
	if f.n == nil || other.n == nil {
		return Figure{}
	}
	return Figure{compute(new(big.Rat), f.n, other.n)}
}

// mostPlaces is the most decimal places a figure is rounded to.
const mostPlaces = 20

// Round gives the figure with at most so many decimal places, from 0 to 20. How
// halves are rounded is for the caller to say. What is not determined stays so.
// Other places and an unknown rounding are [casework.ErrInvalid].
func (f Figure) Round(places int, rounding casework.Rounding) (Figure, error) {
	var faults []casework.Fault
	if places < 0 || places > mostPlaces {
		faults = append(faults, fault("places", "figure.places", fmt.Sprintf("a figure is rounded to 0 to %d decimal places", mostPlaces)))
	}
	if !rounding.Known() {
		faults = append(faults, fault("rounding", "rounding.unknown", "a rounding is half_up, half_even, down or up"))
	}
	if err := casework.InvalidIf("round a figure", faults); err != nil || f.n == nil {
		return Figure{}, err
	}
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil)
	scaled := new(big.Rat).Mul(f.n, new(big.Rat).SetInt(scale))
	return Figure{new(big.Rat).SetFrac(roundedWhole(scaled, rounding), scale)}, nil
}

// roundedWhole rounds to a whole number; a negative one is the mirror image of
// the positive one.
func roundedWhole(n *big.Rat, rounding casework.Rounding) *big.Int {
	whole, rest := new(big.Int).QuoRem(new(big.Int).Abs(n.Num()), n.Denom(), new(big.Int))
	half := new(big.Int).Lsh(rest, 1).Cmp(n.Denom())
	up := false
	switch rounding {
	case casework.RoundHalfUp:
		up = half >= 0
	case casework.RoundHalfEven:
		up = half > 0 || (half == 0 && whole.Bit(0) == 1)
	case casework.RoundUp:
		up = rest.Sign() > 0
	case casework.RoundDown:
	}
	if up {
		whole.Add(whole, big.NewInt(1))
	}
	if n.Sign() < 0 {
		whole.Neg(whole)
	}
	return whole
}

// String gives the exact number: in decimal digits, or as a fraction where no
// decimal is exact. For people, round it first.
func (f Figure) String() string {
	if f.n == nil {
		return "not determined"
	}
	if places, exact := f.n.FloatPrec(); exact {
		return f.n.FloatString(places)
	}
	return f.n.RatString()
}

// MarshalJSON gives the exact number as a text, or null.
func (f Figure) MarshalJSON() ([]byte, error) {
	if f.n == nil {
		return []byte("null"), nil
	}
	return json.Marshal(f.String())
}

// UnmarshalJSON reads what MarshalJSON writes, and a bare number in plain
// decimal digits. Anything else is [casework.ErrInvalid].
func (f *Figure) UnmarshalJSON(data []byte) error {
	text := string(bytes.TrimSpace(data))
	if text == "null" {
		*f = Figure{}
		return nil
	}
	if strings.HasPrefix(text, `"`) {
		if err := json.Unmarshal(data, &text); err != nil {
			return err
		}
	}
	over, under, fraction := strings.Cut(text, "/")
	n, err := ParseFigure(over)
	if err != nil || !fraction {
		*f = n
		return err
	}
	by, err := ParseFigure(under)
	if err != nil || by.n.Sign() <= 0 {
		return casework.Invalid("read a figure", fault("figure", "figure.malformed", "a fraction is of two whole numbers, the second above 0"))
	}
	*f = n.Div(by)
	return nil
}
