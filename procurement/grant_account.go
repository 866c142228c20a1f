package procurement

import "github.com/needsled/needsled/casework"

// GrantAccount is how the money of a grant stands, in the currency of the grant.
type GrantAccount struct {
	Granted casework.Money `json:"granted"`
	Planned casework.Money `json:"planned"` // in instalments that were not cancelled, those paid included
	Paid    casework.Money `json:"paid"`
	Claimed casework.Money `json:"claimed"` // asked back; of what was waived, only what had been repaid
	Repaid  casework.Money `json:"repaid"`
	Kept    casework.Money `json:"kept"` // paid and not repaid: what the recipient has had
}

// Account adds up how the money stands. Amounts beyond what [casework.Money] can
// hold are [casework.ErrInvalid].
func (g *GrantAgreement) Account() (GrantAccount, error) {
	planned, paid := []casework.Money{g.nothing()}, []casework.Money{g.nothing()}
	for _, i := range g.s.Instalments {
		if i.Cancelled.IsZero() {
			planned = append(planned, i.Amount)
		}
		if !i.PaidBy.IsZero() {
			paid = append(paid, i.Amount)
		}
	}
	claimed, repaid := []casework.Money{g.nothing()}, []casework.Money{g.nothing()}
	for _, k := range g.s.Clawbacks {
		claimed, repaid = append(claimed, k.stands()), append(repaid, k.Repaid)
	}
	a := GrantAccount{Granted: g.s.Grant.Amount}
	for _, sum := range []struct {
		total *casework.Money
		of    []casework.Money
	}{{&a.Planned, planned}, {&a.Paid, paid}, {&a.Claimed, claimed}, {&a.Repaid, repaid}} {
		var err error
		if *sum.total, err = casework.Sum(sum.of...); err != nil {
			return GrantAccount{}, err
		}
	}
	var err error
	a.Kept, err = a.Paid.Sub(a.Repaid)
	return a, err
}

// nothing is no money, in the currency of the grant.
func (g *GrantAgreement) nothing() casework.Money {
	none, _ := casework.MinorUnits(0, g.s.Grant.Amount.Currency()) // of a currency that is known
	return none
}
