package procurement

import "github.com/needsled/needsled/casework"

// Account is how the money of an agreement, or of one invoice, stands. What is
// invoiced is owed, disputed or refused, and outstanding is what is owed and
// disputed and not paid, to the penny.
type Account struct {
	Invoiced    casework.Money `json:"invoiced"` // what valid invoices ask for
	Disputed    casework.Money `json:"disputed"` // of it: in open disputes
	Refused     casework.Money `json:"refused"`  // of it: found not to be owed
	Owed        casework.Money `json:"owed"`     // invoiced, without disputed and refused
	Paid        casework.Money `json:"paid"`
	Outstanding casework.Money `json:"outstanding"` // owed and disputed, and not paid
}

// Account reckons how the money stands, over the invoices that were found
// valid. Without one all is nothing in the contract's currency. Sums beyond 64
// bits are [casework.ErrInvalid].
func (c *Contract) Account() (Account, error) {
	none := c.nothing()
	total := Account{Invoiced: none, Disputed: none, Refused: none, Owed: none, Paid: none, Outstanding: none}
	for _, i := range c.s.Invoices {
		if !i.Valid() {
			continue
		}
		one, err := i.Account()
		if err != nil {
			return Account{}, err
		}
		if total, err = total.add(one); err != nil {
			return Account{}, err
		}
	}
	return total, nil
}

// add adds two accounts up, field by field.
func (a Account) add(b Account) (Account, error) {
	fields := []struct {
		sum  *casework.Money
		more casework.Money
	}{
		{&a.Invoiced, b.Invoiced},
		{&a.Disputed, b.Disputed},
		{&a.Refused, b.Refused},
		{&a.Owed, b.Owed},
		{&a.Paid, b.Paid},
		{&a.Outstanding, b.Outstanding},
	}
	for _, f := range fields {
		sum, err := f.sum.Add(f.more)
		if err != nil {
			return Account{}, err
		}
		*f.sum = sum
	}
	return a, nil
}

// Account reckons how the money of the invoice stands, whether it was found
// valid or not. All of a rejected invoice is refused. Amounts that cannot be
// reckoned are [casework.ErrInvalid].
func (i Invoice) Account() (Account, error) {
	none, err := i.Amount.Sub(i.Amount)
	if err != nil {
		return Account{}, err
	}
	if !i.Rejected.IsZero() {
		return Account{Invoiced: i.Amount, Disputed: none, Refused: i.Amount, Owed: none, Paid: none, Outstanding: none}, nil
	}
	a := Account{Invoiced: i.Amount, Disputed: none, Refused: none, Paid: none}
	for _, d := range i.Disputes {
		if a, err = a.disputing(d); err != nil {
			return Account{}, err
		}
	}
	for _, p := range i.Payments {
		if a.Paid, err = a.Paid.Add(p.Amount); err != nil {
			return Account{}, err
		}
	}
	return a.balanced()
}

// disputing adds a dispute: all of it while it is open, and what was found not
// to be owed once it is resolved.
func (a Account) disputing(d PaymentDispute) (Account, error) {
	var err error
	if d.Open() {
		a.Disputed, err = a.Disputed.Add(d.Amount)
		return a, err
	}
	refused, err := d.Amount.Sub(d.Owed)
	if err != nil {
		return Account{}, err
	}
	a.Refused, err = a.Refused.Add(refused)
	return a, err
}

// balanced fills in what follows from the rest.
func (a Account) balanced() (Account, error) {
	asked, err := a.Invoiced.Sub(a.Refused) // owed or disputed
	if err != nil {
		return Account{}, err
	}
	if a.Owed, err = asked.Sub(a.Disputed); err != nil {
		return Account{}, err
	}
	a.Outstanding, err = asked.Sub(a.Paid)
	return a, err
}

// nothing is no money, in the currency of the contract; no amount where the
// contract has none.
func (c *Contract) nothing() casework.Money {
	for _, m := range c.amounts() {
		if none, err := m.Sub(m); err == nil {
			return none
		}
	}
	return casework.Money{}
}

// amounts gives the amounts that tell the currency, in order: the value as it
// was signed, and what was ordered and invoiced first.
func (c *Contract) amounts() []casework.Money {
	all := []casework.Money{c.s.Terms.Value}
	if len(c.s.Orders) > 0 {
		all = append(all, c.s.Orders[0].Amount)
	}
	if len(c.s.Invoices) > 0 {
		all = append(all, c.s.Invoices[0].Amount)
	}
	return all
}
