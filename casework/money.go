package casework

import (
	"encoding/json"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strconv"
	"strings"
)

// maxParts bounds how many parts an amount is divided into by one call.
const maxParts = 1_000_000

// Money is an exact amount in a currency of ISO 4217, held as a whole number of
// minor units: pence for GBP. It is a small value: compare it with ==, use it as
// a map key, copy it freely. No floating point is involved anywhere.
//
// The zero Money means that no amount is recorded, which differs from GBP 0.00.
// [Money.IsRecorded] asks for the first, Sign() == 0 for the second; there is no
// IsZero, which could mean either. Arithmetic refuses an amount that is not
// recorded instead of taking it for nothing.
//
// In JSON it is {"amount":"556.50","currency":"GBP"}, and null when it is not
// recorded; the omitzero option leaves out just the latter.
type Money struct {
	minor    int64
	currency [3]byte
}

// Rounding says what becomes of a fraction of a minor unit. All of them treat a
// negative amount as the mirror image of the positive one.
type Rounding string

// The ways of rounding. None is the default: the one who computes chooses.
const (
	RoundHalfUp   Rounding = "half_up"   // to the nearest, halves away from zero
	RoundHalfEven Rounding = "half_even" // to the nearest, halves to the even neighbour
	RoundDown     Rounding = "down"      // towards zero
	RoundUp       Rounding = "up"        // away from zero
)

// Known tells whether the rounding is one of the four.
func (r Rounding) Known() bool {
	return r == RoundHalfUp || r == RoundHalfEven || r == RoundDown || r == RoundUp
}

// ParseMoney reads an amount in plain decimal digits, such as "556.50", "-3" or
// "0.5", with no more decimals than the currency has. The currency is the ISO
// 4217 code in capitals. Signs other than minus, separators, exponents, spaces
// and anything beyond the range of 64 bits of minor units give [ErrInvalid] with
// money.amount_malformed, money.decimals or money.overflow; a code that is not a
// currency gives money.currency_unknown.
func ParseMoney(amount, currency string) (Money, error) {
	minor, code, faults := parseMoney(amount, currency)
	if len(faults) > 0 {
		return Money{}, Invalid("parse money", faults...)
	}
	return Money{minor: minor, currency: code}, nil
}

// MinorUnits is an amount of so many minor units of a currency: 55650 of "GBP"
// is GBP 556.50. An unknown currency gives [ErrInvalid].
func MinorUnits(minor int64, currency string) (Money, error) {
	if _, known := currencyExponent(currency); !known {
		return Money{}, Invalid("make money", currencyFault(currency))
	}
	return Money{minor: minor, currency: [3]byte([]byte(currency))}, nil
}

// GBP is an amount of pounds sterling, in pence.
func GBP(pence int64) Money { return Money{minor: pence, currency: [3]byte{'G', 'B', 'P'}} }

// Sum adds the amounts up. The sum of no amounts is the zero Money, since it has
// no currency. It promises the errors of [Money.Add].
func Sum(amounts ...Money) (Money, error) {
	var total Money
	for i, m := range amounts {
		if i == 0 && m.IsRecorded() {
			total = m
			continue
		}
		var err error
		if total, err = addMoney("sum amounts", fmt.Sprintf("amounts[%d]", i), total, m); err != nil {
			return Money{}, err
		}
	}
	return total, nil
}

// IsRecorded tells whether there is an amount at all, be it 0.
func (m Money) IsRecorded() bool { return m.currency != [3]byte{} }

// Sign gives -1, 0 or 1. It is 0 for an amount that is not recorded, too.
func (m Money) Sign() int {
	switch {
	case m.minor < 0:
		return -1
	case m.minor > 0:
		return 1
	default:
		return 0
	}
}

// Currency gives the ISO 4217 code, empty when no amount is recorded.
func (m Money) Currency() string {
	if !m.IsRecorded() {
		return ""
	}
	return string(m.currency[:])
}

// Minor gives the amount in minor units of its currency.
func (m Money) Minor() int64 { return m.minor }

// Decimal gives the amount with all decimals of its currency, such as "556.50";
// empty when no amount is recorded. [ParseMoney] reads it back.
func (m Money) Decimal() string {
	if !m.IsRecorded() {
		return ""
	}
	return string(m.appendDecimal(nil))
}

// String gives the currency and the amount, such as "GBP 556.50".
func (m Money) String() string {
	if !m.IsRecorded() {
		return "no amount"
	}
	return string(m.appendDecimal(append(m.currency[:], ' ')))
}

// Add gives the sum. Amounts in different currencies give [ErrInvalid] with
// money.currency_mixed, an amount that is not recorded money.missing, and a sum
// beyond 64 bits money.overflow.
func (m Money) Add(other Money) (Money, error) { return addMoney("add money", "", m, other) }

// Sub gives the difference, with the errors of [Money.Add].
func (m Money) Sub(other Money) (Money, error) {
	const op = "subtract money"
	if err := sameCurrency(op, "", m, other); err != nil {
		return Money{}, err
	}
	difference := m.minor - other.minor
	if (difference < m.minor) != (other.minor > 0) {
		return Money{}, moneyOverflow(op, "")
	}
	return Money{minor: difference, currency: m.currency}, nil
}

// Neg gives the amount with its sign turned. Only the least amount of 64 bits
// has no counterpart: money.overflow. Neg promises money.missing like [Money.Add].
func (m Money) Neg() (Money, error) { return m.mulRatio("negate money", -1, 1, RoundDown) }

// Mul multiplies by a whole number, with the errors of [Money.Neg].
func (m Money) Mul(n int64) (Money, error) { return m.mulRatio("multiply money", n, 1, RoundDown) }

// MulRatio multiplies by numerator/denominator, exactly, and rounds once at the
// end: 2.5 % is MulRatio(25, 1000, RoundHalfUp). Besides the errors of
// [Money.Neg] it gives money.denominator_zero and money.rounding_unknown.
func (m Money) MulRatio(numerator, denominator int64, rounding Rounding) (Money, error) {
	return m.mulRatio("multiply money", numerator, denominator, rounding)
}

// Cmp gives -1, 0 or 1 as m is less than, equal to or more than the other, with
// money.currency_mixed and money.missing like [Money.Add].
func (m Money) Cmp(other Money) (int, error) {
	if err := sameCurrency("compare money", "", m, other); err != nil {
		return 0, err
	}
	switch {
	case m.minor < other.minor:
		return -1, nil
	case m.minor > other.minor:
		return 1, nil
	default:
		return 0, nil
	}
}

// Allocate divides the amount by weight and loses nothing: the parts add up to
// the whole. Each part is the exact share cut down towards zero; the minor units
// left over go one each to the largest remainders, the earlier part first where
// remainders are equal. So a weight of 0 gets nothing, no part is off its exact
// share by a whole minor unit, and a negative amount gives the mirror image.
//
// At least one weight must be positive and none negative (money.weights); there
// are at most a million of them. An amount that is not recorded gives
// money.missing. Every error is [ErrInvalid].
func (m Money) Allocate(weights ...int64) ([]Money, error) {
	const op = "allocate money"
	total, faults := totalWeight(weights)
	if !m.IsRecorded() {
		faults = append(faults, noAmountFault(""))
	}
	if len(faults) > 0 {
		return nil, Invalid(op, faults...)
	}
	return m.allocate(weights, total), nil
}

// Split divides the amount into n parts as equal as can be: the larger ones come
// first. n is from 1 to a million (money.parts_out_of_range). The errors
// are [ErrInvalid].
func (m Money) Split(n int) ([]Money, error) {
	const op = "split money"
	var faults []Fault
	if n < 1 || n > maxParts {
		faults = append(faults, Fault{Path: "n", Code: "money.parts_out_of_range", Message: fmt.Sprintf("an amount is split into 1 to %d parts", maxParts)})
	}
	if !m.IsRecorded() {
		faults = append(faults, noAmountFault(""))
	}
	if len(faults) > 0 {
		return nil, Invalid(op, faults...)
	}
	return m.allocate(slices.Repeat([]int64{1}, n), uint64(n)), nil
}

// MarshalJSON writes {"amount":"556.50","currency":"GBP"}, and null for an
// amount that is not recorded.
func (m Money) MarshalJSON() ([]byte, error) {
	if !m.IsRecorded() {
		return []byte("null"), nil
	}
	b := m.appendDecimal([]byte(`{"amount":"`))
	b = append(b, `","currency":"`...)
	b = append(b, m.currency[:]...)
	return append(b, `"}`...), nil
}

// UnmarshalJSON reads what [Money.MarshalJSON] writes. The amount is a string,
// never a JSON number; both fields are needed and no other is allowed. Anything
// else gives [ErrInvalid], with the codes of [ParseMoney] or money.malformed.
func (m *Money) UnmarshalJSON(b []byte) error {
	const op = "decode money"
	if string(b) == "null" {
		*m = Money{}
		return nil
	}
	var fields map[string]string
	if err := json.Unmarshal(b, &fields); err != nil {
		return &InvalidError{Op: op, Faults: []Fault{moneyMalformedFault()}, Cause: err}
	}
	amount, hasAmount := fields["amount"]
	currency, hasCurrency := fields["currency"]
	if len(fields) != 2 || !hasAmount || !hasCurrency {
		return Invalid(op, moneyMalformedFault())
	}
	minor, code, faults := parseMoney(amount, currency)
	if len(faults) > 0 {
		return Invalid(op, faults...)
	}
	*m = Money{minor: minor, currency: code}
	return nil
}

// appendDecimal writes the amount with all its decimals.
func (m Money) appendDecimal(b []byte) []byte {
	if m.minor < 0 {
		b = append(b, '-')
	}
	decimals, _ := currencyExponent(string(m.currency[:]))
	var space [20]byte
	digits := strconv.AppendUint(space[:0], magnitude(m.minor), 10)
	for missing := decimals + 1 - len(digits); missing > 0; missing-- {
		digits = slices.Insert(digits, 0, '0')
	}
	whole := len(digits) - decimals
	b = append(b, digits[:whole]...)
	if decimals == 0 {
		return b
	}
	b = append(b, '.')
	return append(b, digits[whole:]...)
}

func (m Money) mulRatio(op string, numerator, denominator int64, rounding Rounding) (Money, error) {
	var faults []Fault
	if !m.IsRecorded() {
		faults = append(faults, noAmountFault(""))
	}
	if denominator == 0 {
		faults = append(faults, Fault{Path: "denominator", Code: "money.denominator_zero", Message: "nothing is divided by zero"})
	}
	if !rounding.Known() {
		faults = append(faults, Fault{Path: "rounding", Code: "money.rounding_unknown", Message: "a rounding is half_up, half_even, down or up"})
	}
	if len(faults) > 0 {
		return Money{}, Invalid(op, faults...)
	}
	product, fits := mulDiv(magnitude(m.minor), magnitude(numerator), magnitude(denominator), rounding)
	negative := (m.minor < 0) != (numerator < 0) != (denominator < 0)
	minor, fitsSigned := signed(product, negative)
	if !fits || !fitsSigned {
		return Money{}, moneyOverflow(op, "")
	}
	return Money{minor: minor, currency: m.currency}, nil
}

// allocate divides by weights that are known to be sound and to add up to total.
func (m Money) allocate(weights []int64, total uint64) []Money {
	whole, left := magnitude(m.minor), magnitude(m.minor)
	shares := make([]uint64, len(weights))
	remainders := make([]uint64, len(weights))
	order := make([]int, len(weights))
	for i, w := range weights {
		hi, lo := bits.Mul64(whole, magnitude(w))
		shares[i], remainders[i] = bits.Div64(hi, lo, total) // a weight is at most the total: the quotient fits
		left -= shares[i]
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case remainders[a] > remainders[b]:
			return -1
		case remainders[a] < remainders[b]:
			return 1
		default:
			return 0
		}
	})
	for _, i := range order[:left] { // the remainders add up to left times the total: fewer than there are parts
		shares[i]++
	}
	parts := make([]Money, len(weights))
	for i, share := range shares {
		minor, _ := signed(share, m.minor < 0) // no part is larger than the whole
		parts[i] = Money{minor: minor, currency: m.currency}
	}
	return parts
}

// addMoney is [Money.Add] under an operation's name, with the path of the second amount.
func addMoney(op, path string, a, b Money) (Money, error) {
	if err := sameCurrency(op, path, a, b); err != nil {
		return Money{}, err
	}
	sum := a.minor + b.minor
	if (sum > a.minor) != (b.minor > 0) {
		return Money{}, moneyOverflow(op, path)
	}
	return Money{minor: sum, currency: a.currency}, nil
}

// sameCurrency refuses two amounts that cannot be set against each other.
func sameCurrency(op, path string, a, b Money) error {
	if !a.IsRecorded() || !b.IsRecorded() {
		return Invalid(op, noAmountFault(path))
	}
	if a.currency != b.currency {
		return Invalid(op, Fault{Path: path, Code: "money.currency_mixed", Message: fmt.Sprintf("%s and %s are different currencies", a.Currency(), b.Currency())})
	}
	return nil
}

// parseMoney reads both fields and lists the faults of both.
func parseMoney(amount, currency string) (minor int64, code [3]byte, faults []Fault) {
	decimals, known := currencyExponent(currency)
	if !known {
		faults = append(faults, currencyFault(currency))
	}
	digits, negative := strings.CutPrefix(amount, "-")
	whole, fraction, pointed := strings.Cut(digits, ".")
	if !onlyDigits(whole) || (pointed && !onlyDigits(fraction)) {
		return 0, code, append(faults, Fault{Path: "amount", Code: "money.amount_malformed", Message: "an amount is plain digits, such as 556.50"})
	}
	if !known {
		return 0, code, faults
	}
	if len(fraction) > decimals {
		return 0, code, append(faults, Fault{Path: "amount", Code: "money.decimals", Message: fmt.Sprintf("%s has %d decimals, not %d", currency, decimals, len(fraction))})
	}
	text := whole + fraction + strings.Repeat("0", decimals-len(fraction))
	if negative {
		text = "-" + text
	}
	minor, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, code, append(faults, moneyOverflowFault("amount"))
	}
	return minor, [3]byte([]byte(currency)), nil
}

func onlyDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// totalWeight adds the weights up and lists what is wrong with them.
func totalWeight(weights []int64) (total uint64, faults []Fault) {
	if len(weights) > maxParts {
		return 0, []Fault{{Path: "weights", Code: "money.weights", Message: fmt.Sprintf("an amount is divided by at most %d weights", maxParts)}}
	}
	for i, w := range weights {
		if w < 0 {
			faults = append(faults, Fault{Path: fmt.Sprintf("weights[%d]", i), Code: "money.weights", Message: "a weight is 0 or more"})
			continue
		}
		var carry uint64
		if total, carry = bits.Add64(total, uint64(w), 0); carry > 0 {
			return 0, append(faults, Fault{Path: "weights", Code: "money.weights", Message: "the weights add up to more than 64 bits hold"})
		}
	}
	if total == 0 {
		faults = append(faults, Fault{Path: "weights", Code: "money.weights", Message: "at least one weight is more than 0"})
	}
	return total, faults
}

// mulDiv gives a*b/c rounded once, and whether it fits into 64 bits.
func mulDiv(a, b, c uint64, rounding Rounding) (quotient uint64, fits bool) {
	hi, lo := bits.Mul64(a, b)
	if hi >= c {
		return 0, false
	}
	quotient, remainder := bits.Div64(hi, lo, c)
	if !roundsUp(quotient, remainder, c, rounding) {
		return quotient, true
	}
	return quotient + 1, quotient < math.MaxUint64
}

func roundsUp(quotient, remainder, divisor uint64, rounding Rounding) bool {
	above, half := remainder > divisor-remainder, remainder == divisor-remainder
	switch rounding {
	case RoundUp:
		return remainder > 0
	case RoundHalfUp:
		return above || half
	case RoundHalfEven:
		return above || (half && quotient%2 == 1)
	case RoundDown:
	}
	return false
}

// magnitude is the absolute value, which the least int64 has only unsigned.
func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

// signed gives a magnitude its sign, and tells whether it fits.
func signed(magnitude uint64, negative bool) (n int64, fits bool) {
	if negative {
		return int64(-magnitude), magnitude <= 1<<63
	}
	return int64(magnitude), magnitude <= math.MaxInt64
}

func moneyOverflow(op, path string) error { return Invalid(op, moneyOverflowFault(path)) }

func moneyOverflowFault(path string) Fault {
	return Fault{Path: path, Code: "money.overflow", Message: "the amount is larger than can be held"}
}

func noAmountFault(path string) Fault {
	return Fault{Path: path, Code: "money.missing", Message: "no amount is recorded"}
}

func moneyMalformedFault() Fault {
	return Fault{Code: "money.malformed", Message: `an amount is {"amount":"556.50","currency":"GBP"}`}
}

func currencyFault(currency string) Fault {
	return Fault{Path: "currency", Code: "money.currency_unknown", Message: fmt.Sprintf("%.20q is not a currency code of ISO 4217", currency)}
}
