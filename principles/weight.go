package principles

import "github.com/needsled/needsled/procurement"

// Weight is a share in hundredths of a percent: 5300 is 53 percent.
type Weight = procurement.Percent

// Whole is 100 percent: what the weights of a standard total.
const Whole = procurement.Hundred
