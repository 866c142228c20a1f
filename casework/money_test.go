package casework_test

import (
	"encoding/json"
	"math"
	"math/big"
	"testing"
	"testing/quick"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
)

// units makes money in a currency that the test knows to exist.
func units(t testing.TB, minor int64, currency string) casework.Money {
	t.Helper()
	m, err := casework.MinorUnits(minor, currency)
	require.NoError(t, err)
	return m
}

// assertInvalid wants an ErrInvalid with the code among its faults.
func assertInvalid(t testing.TB, err error, code string) {
	t.Helper()
	require.ErrorIs(t, err, casework.ErrInvalid)
	var invalid *casework.InvalidError
	require.ErrorAs(t, err, &invalid)
	assert.True(t, invalid.Has(code), "wanted %s in %v", code, err)
}

func TestParseMoney(t *testing.T) {
	for name, c := range map[string]struct {
		amount, currency string
		minor            int64
		decimal          string
	}{
		"pounds and pence":                         {"556.50", "GBP", 55650, "556.50"},
		"one decimal is tens of pence":             {"556.5", "GBP", 55650, "556.50"},
		"whole pounds":                             {"28938", "GBP", 2893800, "28938.00"},
		"pence alone":                              {"0.05", "GBP", 5, "0.05"},
		"a negative amount below one pound":        {"-0.05", "GBP", -5, "-0.05"},
		"minus nothing is nothing":                 {"-0.00", "GBP", 0, "0.00"},
		"leading zeros of a fixed-width export":    {"0000556.50", "GBP", 55650, "556.50"},
		"a currency without minor unit":            {"1000", "JPY", 1000, "1000"},
		"a currency whose minor unit was given up": {"1000", "ISK", 1000, "1000"},
		"a currency of three decimals":             {"1.234", "KWD", 1234, "1.234"},
		"a unit of account of four decimals":       {"0.0001", "CLF", 1, "0.0001"},
		"hryvnias":                                 {"500", "UAH", 50000, "500.00"},
		"the largest amount":                       {"92233720368547758.07", "GBP", math.MaxInt64, "92233720368547758.07"},
		"the least amount":                         {"-92233720368547758.08", "GBP", math.MinInt64, "-92233720368547758.08"},
		"a currency withdrawn, in an older case":   {"10", "HRK", 1000, "10.00"},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := casework.ParseMoney(c.amount, c.currency)
			require.NoError(t, err)
			assert.Equal(t, c.minor, m.Minor())
			assert.Equal(t, c.currency, m.Currency())
			assert.Equal(t, c.decimal, m.Decimal())
			assert.Equal(t, c.currency+" "+c.decimal, m.String())
			assert.True(t, m.IsRecorded())
			assert.Equal(t, units(t, c.minor, c.currency), m)
		})
	}
}

func TestParseMoneyRefuses(t *testing.T) {
	for name, c := range map[string]struct{ amount, currency, code string }{
		"nothing":                         {"", "GBP", "money.amount_malformed"},
		"a lone minus":                    {"-", "GBP", "money.amount_malformed"},
		"a plus sign":                     {"+1", "GBP", "money.amount_malformed"},
		"two signs":                       {"--1", "GBP", "money.amount_malformed"},
		"an exponent":                     {"1e3", "GBP", "money.amount_malformed"},
		"a hexadecimal number":            {"0x10", "GBP", "money.amount_malformed"},
		"not a number":                    {"NaN", "GBP", "money.amount_malformed"},
		"infinity":                        {"Inf", "GBP", "money.amount_malformed"},
		"a thousands separator":           {"1,000.00", "GBP", "money.amount_malformed"},
		"an underscore":                   {"1_000", "GBP", "money.amount_malformed"},
		"a decimal comma":                 {"1,5", "GBP", "money.amount_malformed"},
		"no digits before the point":      {".5", "GBP", "money.amount_malformed"},
		"no digits after the point":       {"5.", "GBP", "money.amount_malformed"},
		"two points":                      {"1.2.3", "GBP", "money.amount_malformed"},
		"a space":                         {" 1", "GBP", "money.amount_malformed"},
		"digits of another script":        {"٣", "GBP", "money.amount_malformed"},
		"a fraction of a penny":           {"0.005", "GBP", "money.decimals"},
		"more decimals, though of zeros":  {"0.500", "GBP", "money.decimals"},
		"a decimal of yen":                {"1.0", "JPY", "money.decimals"},
		"one penny too many":              {"92233720368547758.08", "GBP", "money.overflow"},
		"one penny too few":               {"-92233720368547758.09", "GBP", "money.overflow"},
		"a currency in small letters":     {"1", "gbp", "money.currency_unknown"},
		"a currency by number":            {"1", "826", "money.currency_unknown"},
		"a currency that is not":          {"1", "ZZZ", "money.currency_unknown"},
		"the code for no currency":        {"1", "XXX", "money.currency_unknown"},
		"the code for tests":              {"1", "XTS", "money.currency_unknown"},
		"gold":                            {"1", "XAU", "money.currency_unknown"},
		"no currency":                     {"1", "", "money.currency_unknown"},
		"a long text instead of currency": {"1", "pounds sterling and then some", "money.currency_unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := casework.ParseMoney(c.amount, c.currency)
			assertInvalid(t, err, c.code)
			assert.Equal(t, casework.Money{}, m)
		})
	}
}

func TestParseMoneyNamesTheFaultsOfBothFields(t *testing.T) {
	_, err := casework.ParseMoney("1e3", "pounds")
	assertInvalid(t, err, "money.amount_malformed")
	assertInvalid(t, err, "money.currency_unknown")

	_, err = casework.MinorUnits(1, "")
	assertInvalid(t, err, "money.currency_unknown")
}

func TestMoneyThatIsNotRecordedIsNotNothing(t *testing.T) {
	var missing casework.Money
	nothing := casework.GBP(0)

	assert.NotEqual(t, missing, nothing)
	assert.False(t, missing.IsRecorded())
	assert.True(t, nothing.IsRecorded())
	assert.Zero(t, missing.Sign())
	assert.Zero(t, missing.Minor())
	assert.Empty(t, missing.Currency())
	assert.Empty(t, missing.Decimal())
	assert.Equal(t, "no amount", missing.String())
	assert.Equal(t, "GBP 0.00", nothing.String())

	one := casework.GBP(100)
	for name, try := range map[string]func() error{
		"added to":        func() error { _, err := missing.Add(one); return err },
		"added":           func() error { _, err := one.Add(missing); return err },
		"subtracted":      func() error { _, err := one.Sub(missing); return err },
		"compared":        func() error { _, err := one.Cmp(missing); return err },
		"negated":         func() error { _, err := missing.Neg(); return err },
		"multiplied":      func() error { _, err := missing.Mul(2); return err },
		"taken in part":   func() error { _, err := missing.MulRatio(1, 2, casework.RoundDown); return err },
		"allocated":       func() error { _, err := missing.Allocate(1); return err },
		"split":           func() error { _, err := missing.Split(2); return err },
		"summed up first": func() error { _, err := casework.Sum(missing, one); return err },
		"summed up later": func() error { _, err := casework.Sum(one, missing); return err },
	} {
		t.Run(name+" it is refused", func(t *testing.T) { assertInvalid(t, try(), "money.missing") })
	}
}

func TestMoneyIsComparable(t *testing.T) {
	spent := map[casework.Money]string{casework.GBP(500): "five pounds"}
	parsed, err := casework.ParseMoney("5", "GBP")
	require.NoError(t, err)
	assert.Equal(t, "five pounds", spent[parsed])
	assert.NotContains(t, spent, units(t, 500, "EUR"))
}

func TestMoneyArithmetic(t *testing.T) {
	// Two elements of a care package, as priced by the week.
	care, carer := casework.GBP(34440), casework.GBP(21210)
	week, err := care.Add(carer)
	require.NoError(t, err)
	assert.Equal(t, "GBP 556.50", week.String())

	year, err := week.Mul(52)
	require.NoError(t, err)
	assert.Equal(t, "GBP 28938.00", year.String())

	back, err := week.Sub(carer)
	require.NoError(t, err)
	assert.Equal(t, care, back)

	owed, err := week.Neg()
	require.NoError(t, err)
	assert.Equal(t, "GBP -556.50", owed.String())
	assert.Equal(t, -1, owed.Sign())
	assert.Equal(t, 1, week.Sign())

	for _, c := range []struct {
		a, b casework.Money
		want int
	}{{care, carer, 1}, {carer, care, -1}, {care, care, 0}} {
		got, err := c.a.Cmp(c.b)
		require.NoError(t, err)
		assert.Equal(t, c.want, got)
	}

	sum, err := casework.Sum(care, carer, owed)
	require.NoError(t, err)
	assert.Equal(t, casework.GBP(0), sum)

	none, err := casework.Sum()
	require.NoError(t, err)
	assert.False(t, none.IsRecorded())
}

func TestMoneyRefusesToMixOrOverflow(t *testing.T) {
	pound, euro := casework.GBP(100), units(t, 100, "EUR")
	most, least := casework.GBP(math.MaxInt64), casework.GBP(math.MinInt64)
	for name, c := range map[string]struct {
		code string
		try  func() error
	}{
		"pounds plus euros":                {"money.currency_mixed", func() error { _, err := pound.Add(euro); return err }},
		"pounds less euros":                {"money.currency_mixed", func() error { _, err := pound.Sub(euro); return err }},
		"pounds against euros":             {"money.currency_mixed", func() error { _, err := pound.Cmp(euro); return err }},
		"a sum of pounds and euros":        {"money.currency_mixed", func() error { _, err := casework.Sum(pound, pound, euro); return err }},
		"a sum above the range":            {"money.overflow", func() error { _, err := most.Add(casework.GBP(1)); return err }},
		"a sum below the range":            {"money.overflow", func() error { _, err := least.Add(casework.GBP(-1)); return err }},
		"a difference above the range":     {"money.overflow", func() error { _, err := most.Sub(casework.GBP(-1)); return err }},
		"a difference below the range":     {"money.overflow", func() error { _, err := least.Sub(casework.GBP(1)); return err }},
		"nothing less the least":           {"money.overflow", func() error { _, err := casework.GBP(0).Sub(least); return err }},
		"the least, turned":                {"money.overflow", func() error { _, err := least.Neg(); return err }},
		"twice the most":                   {"money.overflow", func() error { _, err := most.Mul(2); return err }},
		"the most times the most":          {"money.overflow", func() error { _, err := most.Mul(math.MaxInt64); return err }},
		"the least times minus one":        {"money.overflow", func() error { _, err := least.Mul(-1); return err }},
		"a ratio beyond the range":         {"money.overflow", func() error { _, err := most.MulRatio(3, 2, casework.RoundDown); return err }},
		"a ratio rounded beyond 64 bits":   {"money.overflow", func() error { _, err := most.MulRatio(4, 2, casework.RoundUp); return err }},
		"a ratio of nothing":               {"money.denominator_zero", func() error { _, err := pound.MulRatio(1, 0, casework.RoundDown); return err }},
		"a rounding nobody chose":          {"money.rounding_unknown", func() error { _, err := pound.MulRatio(1, 2, ""); return err }},
		"a sum whose middle goes too high": {"money.overflow", func() error { _, err := casework.Sum(most, pound, least); return err }},
	} {
		t.Run(name, func(t *testing.T) { assertInvalid(t, c.try(), c.code) })
	}
}

func TestSumNamesTheAmountAtFault(t *testing.T) {
	_, err := casework.Sum(casework.GBP(1), casework.GBP(2), casework.Money{})
	var invalid *casework.InvalidError
	require.ErrorAs(t, err, &invalid)
	assert.Equal(t, "amounts[2]", invalid.Faults[0].Path)
}

func TestMulRatioRounds(t *testing.T) {
	const down, up, half, even = casework.RoundDown, casework.RoundUp, casework.RoundHalfUp, casework.RoundHalfEven
	for name, c := range map[string]struct {
		pence, numerator, denominator int64
		rounding                      casework.Rounding
		want                          int64
	}{
		"an exact share needs no rounding":              {1000, 25, 1000, up, 25},
		"half a penny up":                               {5, 1, 2, half, 3},
		"half a penny to the even two":                  {5, 1, 2, even, 2},
		"half a penny to the even four":                 {7, 1, 2, even, 4},
		"half a penny down":                             {5, 1, 2, down, 2},
		"a third up":                                    {4, 1, 3, up, 2},
		"a third to the nearest":                        {4, 1, 3, half, 1},
		"two thirds to the nearest":                     {5, 1, 3, even, 2},
		"half a penny owed is the mirror image":         {-5, 1, 2, half, -3},
		"down is towards zero":                          {-5, 1, 2, down, -2},
		"up is away from zero":                          {-5, 1, 2, up, -3},
		"a negative ratio":                              {5, -1, 2, half, -3},
		"a ratio with a negative denominator":           {5, 1, -2, half, -3},
		"two minuses":                                   {5, -1, -2, half, 3},
		"a week of nursing over a year of 365 days":     {72231, 365, 7, half, 3766331},
		"a product beyond 64 bits that comes back":      {math.MaxInt64, math.MaxInt64, math.MaxInt64, half, math.MaxInt64},
		"the least amount, over minus one twice":        {math.MinInt64, math.MinInt64, math.MinInt64, half, math.MinInt64},
		"nothing of something":                          {5, 0, 7, up, 0},
		"the smallest fraction still rounds up":         {1, 1, math.MaxInt64, up, 1},
		"the smallest fraction is nothing when nearest": {1, 1, math.MaxInt64, half, 0},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := casework.GBP(c.pence).MulRatio(c.numerator, c.denominator, c.rounding)
			require.NoError(t, err)
			assert.Equal(t, c.want, got.Minor())
		})
	}
}

func TestMulRatioAgreesWithExactRationals(t *testing.T) {
	agrees := func(pence, numerator, denominator int64) bool {
		if denominator == 0 {
			denominator = 1
		}
		exact := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(pence), big.NewInt(numerator)), big.NewInt(denominator))
		floor := new(big.Int).Quo(exact.Num(), exact.Denom())
		got, err := casework.GBP(pence).MulRatio(numerator, denominator, casework.RoundDown)
		if !floor.IsInt64() {
			return err != nil
		}
		return err == nil && got.Minor() == floor.Int64()
	}
	require.NoError(t, quick.Check(agrees, nil))

	near := func(pence int64, numerator, denominator int32) bool {
		d := int64(denominator)
		if d == 0 {
			d = 1
		}
		want := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(pence), big.NewInt(int64(numerator))), big.NewInt(d)).FloatString(0)
		got, err := casework.GBP(pence).MulRatio(int64(numerator), d, casework.RoundHalfUp)
		return err != nil || big.NewInt(got.Minor()).String() == want || want == "-0"
	}
	require.NoError(t, quick.Check(near, nil))
}

func TestAllocate(t *testing.T) {
	for name, c := range map[string]struct {
		pence   int64
		weights []int64
		want    []int64
	}{
		"equal weights, the odd penny to the first":    {100, []int64{1, 1, 1}, []int64{34, 33, 33}},
		"the odd penny to the largest remainder":       {100, []int64{1, 2, 3}, []int64{17, 33, 50}},
		"the largest remainder need not come first":    {10, []int64{1, 5}, []int64{2, 8}},
		"a remainder that comes later":                 {5, []int64{3, 4}, []int64{2, 3}},
		"a weight of nothing gets nothing":             {5, []int64{0, 1, 0, 1}, []int64{0, 3, 0, 2}},
		"one part is the whole":                        {5, []int64{7}, []int64{5}},
		"nothing is divided into nothings":             {0, []int64{1, 2}, []int64{0, 0}},
		"a debt is divided as the mirror image":        {-100, []int64{1, 1, 1}, []int64{-34, -33, -33}},
		"less than a penny each":                       {2, []int64{1, 1, 1, 1}, []int64{1, 1, 0, 0}},
		"the most, by the largest weights":             {math.MaxInt64, []int64{math.MaxInt64, math.MaxInt64}, []int64{math.MaxInt64/2 + 1, math.MaxInt64 / 2}},
		"the least, in one part":                       {math.MinInt64, []int64{3}, []int64{math.MinInt64}},
		"funding shares of three agencies, 70, 20, 10": {2893801, []int64{70, 20, 10}, []int64{2025661, 578760, 289380}},
	} {
		t.Run(name, func(t *testing.T) {
			parts, err := casework.GBP(c.pence).Allocate(c.weights...)
			require.NoError(t, err)
			assert.Equal(t, c.want, minors(parts))
		})
	}
}

func minors(parts []casework.Money) []int64 {
	out := make([]int64, len(parts))
	for i, p := range parts {
		out[i] = p.Minor()
	}
	return out
}

func TestAllocateRefuses(t *testing.T) {
	for name, weights := range map[string][]int64{
		"no weights":                {},
		"weights of nothing":        {0, 0},
		"a negative weight":         {3, -1},
		"weights beyond 64 bits":    {math.MaxInt64, math.MaxInt64, math.MaxInt64},
		"more than a million parts": make([]int64, 1_000_001),
	} {
		t.Run(name, func(t *testing.T) {
			parts, err := casework.GBP(100).Allocate(weights...)
			assertInvalid(t, err, "money.weights")
			assert.Nil(t, parts)
		})
	}
}

func TestAllocationAddsUpToTheWhole(t *testing.T) {
	whole := func(pence int64, raw []int32) bool {
		weights, total := make([]int64, len(raw)), int64(0)
		for i, w := range raw {
			weights[i] = max(int64(w), 0) // about half of them are nothing
			total += weights[i]
		}
		parts, err := casework.GBP(pence).Allocate(weights...)
		if total == 0 {
			return err != nil
		}
		sum, sumErr := casework.Sum(parts...)
		return err == nil && sumErr == nil && sum == casework.GBP(pence) && fair(pence, weights, total, parts)
	}
	require.NoError(t, quick.Check(whole, nil))
}

// fair tells whether each part is off its exact share by less than a penny, and
// nothing where the weight is nothing.
func fair(pence int64, weights []int64, total int64, parts []casework.Money) bool {
	for i, p := range parts {
		share := new(big.Int).Mul(big.NewInt(pence), big.NewInt(weights[i]))
		off := share.Sub(share, new(big.Int).Mul(big.NewInt(p.Minor()), big.NewInt(total)))
		if off.CmpAbs(big.NewInt(total)) >= 0 || (weights[i] == 0 && p.Minor() != 0) {
			return false
		}
	}
	return true
}

func TestSplit(t *testing.T) {
	parts, err := casework.GBP(100).Split(3)
	require.NoError(t, err)
	assert.Equal(t, []int64{34, 33, 33}, minors(parts))

	for _, n := range []int{0, -1, 1_000_001, math.MaxInt, math.MinInt} {
		_, err := casework.GBP(100).Split(n)
		assertInvalid(t, err, "money.parts_out_of_range")
	}

	equal := func(pence int64, n uint8) bool {
		parts, err := casework.GBP(pence).Split(int(n) + 1)
		sum, sumErr := casework.Sum(parts...)
		spread, subErr := parts[0].Sub(parts[n])
		return err == nil && sumErr == nil && subErr == nil && sum == casework.GBP(pence) && max(spread.Minor(), -spread.Minor()) <= 1
	}
	require.NoError(t, quick.Check(equal, nil))
}

func TestAddingAndSubtractingAreInverse(t *testing.T) {
	inverse := func(a, b int64) bool {
		x, y := casework.GBP(a), casework.GBP(b)
		exact := new(big.Int).Add(big.NewInt(a), big.NewInt(b))
		sum, err := x.Add(y)
		if !exact.IsInt64() {
			return err != nil
		}
		back, backErr := sum.Sub(y)
		return err == nil && backErr == nil && sum.Minor() == exact.Int64() && back == x
	}
	require.NoError(t, quick.Check(inverse, nil))
}

func TestMoneyReadsBackWhatItWrites(t *testing.T) {
	same := func(minor int64, pick uint8) bool {
		m := units(t, minor, []string{"GBP", "JPY", "KWD", "CLF"}[pick%4])
		parsed, err := casework.ParseMoney(m.Decimal(), m.Currency())
		text, jsonErr := json.Marshal(m)
		var decoded casework.Money
		return err == nil && jsonErr == nil && parsed == m && json.Unmarshal(text, &decoded) == nil && decoded == m
	}
	require.NoError(t, quick.Check(same, nil))
}

func TestMoneyInJSON(t *testing.T) {
	type document struct {
		Agreed   casework.Money `json:"agreed"`
		Proposed casework.Money `json:"proposed,omitzero"`
	}
	for name, c := range map[string]struct {
		in   document
		want string
	}{
		"an amount":                      {document{Agreed: casework.GBP(55650)}, `{"agreed":{"amount":"556.50","currency":"GBP"}}`},
		"a missing amount":               {document{}, `{"agreed":null}`},
		"nothing is not left out":        {document{Proposed: casework.GBP(0)}, `{"agreed":null,"proposed":{"amount":"0.00","currency":"GBP"}}`},
		"a negative, without minor unit": {document{Agreed: units(t, -7, "JPY")}, `{"agreed":{"amount":"-7","currency":"JPY"}}`},
	} {
		t.Run(name, func(t *testing.T) {
			text, err := json.Marshal(c.in)
			require.NoError(t, err)
			assert.Equal(t, c.want, string(text))
			back := document{Agreed: casework.GBP(1)}
			require.NoError(t, json.Unmarshal(text, &back))
			assert.Equal(t, c.in, back)
		})
	}
}

func TestMoneyInJSONRefuses(t *testing.T) {
	for name, c := range map[string]struct{ text, code string }{
		"a bare number":                {`556.50`, "money.malformed"},
		"a bare text":                  {`"GBP 556.50"`, "money.malformed"},
		"a list":                       {`["556.50","GBP"]`, "money.malformed"},
		"the amount as a number":       {`{"amount":556.50,"currency":"GBP"}`, "money.malformed"},
		"an amount of null":            {`{"amount":null,"currency":"GBP"}`, "money.amount_malformed"},
		"no amount":                    {`{"currency":"GBP"}`, "money.malformed"},
		"no currency":                  {`{"amount":"1"}`, "money.malformed"},
		"nothing at all":               {`{}`, "money.malformed"},
		"a field too many":             {`{"amount":"1","currency":"GBP","net":"1"}`, "money.malformed"},
		"a field in capitals":          {`{"Amount":"1","currency":"GBP"}`, "money.malformed"},
		"an exponent":                  {`{"amount":"1e3","currency":"GBP"}`, "money.amount_malformed"},
		"too many decimals":            {`{"amount":"1.001","currency":"GBP"}`, "money.decimals"},
		"a currency nobody knows":      {`{"amount":"1","currency":"ZZZ"}`, "money.currency_unknown"},
		"more than 64 bits hold":       {`{"amount":"99999999999999999999","currency":"GBP"}`, "money.overflow"},
		"a nested object as an amount": {`{"amount":{},"currency":"GBP"}`, "money.malformed"},
	} {
		t.Run(name, func(t *testing.T) {
			m := casework.GBP(7)
			assertInvalid(t, json.Unmarshal([]byte(c.text), &m), c.code)
			assert.Equal(t, casework.GBP(7), m, "a refused document leaves the amount alone")
		})
	}
}

func FuzzParseMoney(f *testing.F) {
	for _, seed := range [][2]string{{"556.50", "GBP"}, {"-0.05", "GBP"}, {"1e3", "GBP"}, {"9223372036854775808", "JPY"}, {"1.2345", "CLF"}, {"", ""}, {"1", "£"}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, amount, currency string) {
		m, err := casework.ParseMoney(amount, currency)
		if err != nil {
			require.ErrorIs(t, err, casework.ErrInvalid)
			require.Equal(t, casework.Money{}, m)
			return
		}
		again, err := casework.ParseMoney(m.Decimal(), m.Currency())
		require.NoError(t, err)
		require.Equal(t, m, again)
	})
}

func FuzzMoneyJSON(f *testing.F) {
	for _, seed := range []string{`{"amount":"556.50","currency":"GBP"}`, `null`, `{"amount":5,"currency":"GBP"}`, `{"amount":"1","amount":"2","currency":"GBP"}`, `{`, `"\ud800"`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var m casework.Money
		if err := json.Unmarshal(text, &m); err != nil {
			require.Equal(t, casework.Money{}, m)
			return
		}
		written, err := json.Marshal(m)
		require.NoError(t, err)
		var again casework.Money
		require.NoError(t, json.Unmarshal(written, &again))
		require.Equal(t, m, again)
	})
}
