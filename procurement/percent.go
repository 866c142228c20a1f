package procurement

import (
	"fmt"
	"math/big"
)

// Percent is a share in hundredths of a percent: 5300 is 53 percent. It may be
// more than 100 percent, and negative.
type Percent int64

// Whole is a share of whole percents.
func Whole(percent int) Percent { return Percent(percent) * 100 }

// Hundred is 100 percent.
const Hundred Percent = 100_00

// String gives the share with the decimals it needs, such as "53%" or "12.5%".
func (p Percent) String() string {
	sign, n := "", int64(p)
	if n < 0 {
		sign, n = "-", -n
	}
	switch {
	case n%100 == 0:
		return fmt.Sprintf("%s%d%%", sign, n/100)
	case n%10 == 0:
		return fmt.Sprintf("%s%d.%d%%", sign, n/100, n%100/10)
	default:
		return fmt.Sprintf("%s%d.%02d%%", sign, n/100, n%100)
	}
}

// share gives the percent as an exact fraction: 1 is 100 percent.
func (p Percent) share() *big.Rat { return big.NewRat(int64(p), int64(Hundred)) }
