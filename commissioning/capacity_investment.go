package commissioning

import (
	"slices"
	"strings"

	"github.com/needsled/needsled/casework"
)

// InvestmentID names a capacity investment within its cycle, such as "K1".
type InvestmentID string

// CapacityInvestment is money spent on what providers are able to do,
// particularly those that work with groups hard to reach (Eight principles
// 2006, principle 5). One that was thought about and declined is a [Considered].
type CapacityInvestment struct {
	ID        InvestmentID    `json:"id"`              // given by the cycle
	Group     string          `json:"group,omitempty"` // the people it is to reach in the end
	Amount    casework.Money  `json:"amount"`
	Recipient casework.Agency `json:"recipient"` // as recorded at the time
	Purpose   string          `json:"purpose"`
	Mark      Mark            `json:"mark,omitzero"`
}

func (k CapacityInvestment) faults(path string) []casework.Fault {
	faults := moneyFaults(k.Amount, path+".amount", "investment.amount", "an investment has an amount, which is not negative")
	faults = append(faults, k.Recipient.Faults(path+".recipient")...)
	if strings.TrimSpace(k.Purpose) == "" {
		faults = append(faults, missing(path+".purpose", "investment.purpose_missing", "say what the investment is for"))
	}
	return faults
}

var capacityInvested = &casework.Event[*Cycle, CapacityInvestment]{
	Name: "capacity.invested", Version: 1,
	Apply: func(c *Cycle, e casework.Entry, k CapacityInvestment) {
		k.Mark = c.mark(e)
		c.s.Investments = append(c.s.Investments, k)
	},
	Redact: func(k CapacityInvestment) CapacityInvestment {
		k.Group, k.Purpose, k.Recipient = "", "", unnamed(k.Recipient)
		return k
	},
}

// InvestInCapacity records an investment in the capacity of a provider, and
// gives it with its id.
func (c *Cycle) InvestInCapacity(k CapacityInvestment) (CapacityInvestment, error) {
	if err := c.invalid("invest in capacity", k.faults("investment")); err != nil {
		return CapacityInvestment{}, err
	}
	k.ID, k.Mark = InvestmentID(numbered("K", len(c.s.Investments))), Mark{}
	if err := capacityInvested.Record(c, k); err != nil {
		return CapacityInvestment{}, err
	}
	return c.s.Investments[len(c.s.Investments)-1], nil
}

// Investments gives every capacity investment, in the order they were recorded.
func (c *Cycle) Investments() []CapacityInvestment { return slices.Clone(c.s.Investments) }

// Investment gives one capacity investment.
func (c *Cycle) Investment(id InvestmentID) (CapacityInvestment, bool) {
	for _, k := range c.s.Investments {
		if k.ID == id {
			return k, true
		}
	}
	return CapacityInvestment{}, false
}
