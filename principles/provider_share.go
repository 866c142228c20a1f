package principles

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// ProviderShare is what a provider has of what was arranged in a round.
type ProviderShare struct {
	Provider     casework.Agency `json:"provider"` // as last recorded in the round
	Value        casework.Money  `json:"value"`
	Arrangements int             `json:"arrangements"`
}

// RoundShares is who has what of a round of a cycle.
type RoundShares struct {
	Round     int             `json:"round"`
	Providers []ProviderShare `json:"providers,omitempty"` // the largest first
	// Unvalued are binding arrangements that no value is recorded of: they are
	// part of no share.
	Unvalued []commissioning.ArrangementID `json:"unvalued,omitempty"`
	// Concentration is by the measure that was asked for; not determined where
	// nothing of value was arranged.
	Concentration Figure `json:"-"`
}

// Concentration measures how far a market is in few hands, from the providers'
// shares in percent, which total 100. It is a value for the caller to choose:
// sources ask that markets be contestable, and name no measure.
type Concentration struct {
	Name    string
	Doc     string
	Measure func(percent []Figure) Figure
}

// LargestShare is the share of the largest provider, in percent.
func LargestShare() Concentration {
	return Concentration{
		Name: "largest share", Doc: "The largest provider's share of the value arranged, in percent.",
		Measure: func(percent []Figure) Figure {
			if len(percent) == 0 {
				return Figure{}
			}
			return slices.MaxFunc(percent, Figure.Cmp)
		},
	}
}

// HerfindahlHirschman is the sum of the squares of the shares in percent: 10,000
// where one provider has everything.
func HerfindahlHirschman() Concentration {
	return Concentration{
		Name: "Herfindahl-Hirschman index", Doc: "The sum of the squares of the providers' shares in percent, at most 10,000.",
		Measure: func(percent []Figure) Figure {
			if len(percent) == 0 {
				return Figure{}
			}
			sum := Number(0)
			for _, p := range percent {
				if p.Determined() {
					sum = sum.Add(p.Mul(p))
				}
			}
			return sum
		},
	}
}

// ProviderShares tells, round on round, who has what of the value a cycle
// arranged, and how concentrated that is by a measure. What counts in a round is
// every arrangement recorded in it that came to bind, whether or not it has ended
// since. No dossier, no measure, arrangements in several currencies, and negative
// values are [casework.ErrInvalid].
func ProviderShares(d *Dossier, c Concentration) ([]RoundShares, error) {
	const op = "share out what was arranged"
	var faults []casework.Fault
	if d == nil {
		faults = append(faults, fault("dossier", "dossier.missing", "there is nothing to judge"))
	}
	if c.Measure == nil {
		faults = append(faults, fault("concentration", "concentration.missing", "say by which measure concentration is told"))
	}
	if err := casework.InvalidIf(op, faults); err != nil {
		return nil, err
	}
	return roundShares(op, d.Rounds(), d.Cycle().Arrangements(), c)
}

func roundShares(op string, rounds []int, arrangements []commissioning.Arrangement, c Concentration) ([]RoundShares, error) {
	var all []RoundShares
	var faults []casework.Fault
	currency := ""
	for _, round := range rounds {
		shares := RoundShares{Round: round}
		for i, a := range arrangements {
			if a.Mark.Round != round || a.BindingSince.IsZero() {
				continue
			}
			if a.Value.IsRecorded() && currency == "" {
				currency = a.Value.Currency()
			}
			path := pathAt("arrangements", i) + ".value"
			if a.Value.IsRecorded() && a.Value.Currency() != currency {
				faults = append(faults, fault(path, "share.currency_mixed", fmt.Sprintf("%s is in another currency than %s", a.Value, currency)))
				continue
			}
			if a.Value.Sign() < 0 {
				faults = append(faults, fault(path, "share.negative", "a value is not negative"))
				continue
			}
			if err := shares.add(a); err != nil {
				return nil, err
			}
		}
		shares.settle(c)
		all = append(all, shares)
	}
	return all, casework.InvalidIf(op, faults)
}

func (r *RoundShares) add(a commissioning.Arrangement) error {
	if !a.Value.IsRecorded() {
		r.Unvalued = append(r.Unvalued, a.ID)
		return nil
	}
	i := slices.IndexFunc(r.Providers, func(s ProviderShare) bool { return s.Provider.ID == a.Provider.ID })
	if i < 0 {
		r.Providers = append(r.Providers, ProviderShare{Provider: a.Provider, Value: a.Value, Arrangements: 1})
		return nil
	}
	total, err := r.Providers[i].Value.Add(a.Value)
	if err != nil {
		return err
	}
	r.Providers[i] = ProviderShare{Provider: a.Provider, Value: total, Arrangements: r.Providers[i].Arrangements + 1}
	return nil
}

// settle puts the largest first and measures.
func (r *RoundShares) settle(c Concentration) {
	slices.SortFunc(r.Providers, func(a, b ProviderShare) int {
		return cmp.Or(cmp.Compare(b.Value.Minor(), a.Value.Minor()), cmp.Compare(a.Provider.ID, b.Provider.ID))
	})
	if percent := r.Percent(); len(percent) > 0 {
		r.Concentration = c.Measure(percent)
	}
}

// Percent gives the providers' shares in percent, in their order. There are none
// where nothing of value was arranged.
func (r RoundShares) Percent() []Figure {
	total := new(big.Int)
	for _, p := range r.Providers {
		total.Add(total, big.NewInt(p.Value.Minor()))
	}
	if total.Sign() == 0 {
		return nil
	}
	percent := make([]Figure, len(r.Providers))
	for i, p := range r.Providers {
		percent[i] = Figure{new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(p.Value.Minor()), big.NewInt(100)), total)}
	}
	return percent
}
