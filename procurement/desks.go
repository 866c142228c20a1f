package procurement

import (
	"context"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// Desks are the doors a host uses for procurement, one a kind of case. Every
// method that writes is one unit: what follows in other cases (an award opens
// its contract, a contract in force closes the purchase and arranges the
// service in its cycle) is in the same commit, or nothing is.
//
// Errors: [casework.ErrNotFound], [casework.ErrConflict], [casework.ErrRefused]
// with every objection, [casework.ErrInvalid] with every fault,
// [casework.ErrCorrupt], and what the store returns.
type Desks struct {
	Purchases  *PurchaseDesk
	Contracts  *ContractDesk
	Frameworks *FrameworkDesk
	Grants     *GrantDesk
	InHouse    *InHouseDesk

	kinds *Kinds
	desk  casework.DeskOptions
}

// NewDesks gives the desks of procurement over the store of a desk of cycles.
// Nil options give the standard definitions and the default policies. Faulty
// options are [casework.ErrInvalid].
func NewDesks(cycles *commissioning.Desk, o *Options) (*Desks, error) {
	if cycles == nil {
		return nil, casework.Invalid("procurement desks", fault("cycles", "desk.missing", "procurement serves cycles: give their desk"))
	}
	kinds, err := NewKinds(cycles.Kind(), o)
	if err != nil {
		return nil, err
	}
	var host casework.DeskOptions
	if o != nil {
		host = o.Desk
	}
	return desksOver(cycles.Store(), kinds, host), nil
}

func desksOver(s casework.Store, k *Kinds, o casework.DeskOptions) *Desks {
	return &Desks{
		Purchases:  &PurchaseDesk{Desk: casework.NewDesk(s, k.Purchases, &o), kinds: k},
		Contracts:  &ContractDesk{Desk: casework.NewDesk(s, k.Contracts, &o), kinds: k},
		Frameworks: &FrameworkDesk{Desk: casework.NewDesk(s, k.Frameworks, &o), kinds: k},
		Grants:     &GrantDesk{Desk: casework.NewDesk(s, k.Grants, &o), kinds: k},
		InHouse:    &InHouseDesk{Desk: casework.NewDesk(s, k.InHouse, &o), kinds: k},
		kinds:      k, desk: o,
	}
}

// In gives the same desks over another store, such as one bound to the host's
// transaction or to another tenant.
func (d *Desks) In(s casework.Store) *Desks { return desksOver(s, d.kinds, d.desk) }

// Kinds are the kinds of case the desks serve, for units over several of them.
func (d *Desks) Kinds() *Kinds { return d.kinds }

// Do runs a unit with the desks' store and options, for work over several cases.
func (d *Desks) Do(ctx context.Context, by casework.Actor, work func(*casework.Unit) error, opts ...casework.CallOption) (casework.Receipt, error) {
	return d.Purchases.Do(ctx, by, work, opts...)
}

// PurchaseDesk is the door for purchases. What it does beside opening them is
// described at [casework.Desk].
type PurchaseDesk struct {
	*casework.Desk[*Purchase]
	kinds *Kinds
}

// Open begins a purchase from a requisition. A cycle that does not exist is
// [casework.ErrNotFound]; a planned service that is being bought already is
// [casework.ErrConflict].
func (d *PurchaseDesk) Open(ctx context.Context, by casework.Actor, r Requisition, opts ...casework.CallOption) (*Purchase, error) {
	return d.OpenWithin(ctx, by, func(u *casework.Unit) (*Purchase, error) { return OpenPurchase(u, d.kinds, r) }, with(opts, r)...)
}

// ContractDesk is the door for contracts. What it does beside opening them is
// described at [casework.Desk].
type ContractDesk struct {
	*casework.Desk[*Contract]
	kinds *Kinds
}

// Open begins a contract that rests on no award: an order, a novation, or one
// concluded before. The others are opened when their award is decided.
func (d *ContractDesk) Open(ctx context.Context, by casework.Actor, draft ContractDraft, opts ...casework.CallOption) (*Contract, error) {
	return d.OpenWithin(ctx, by, func(u *casework.Unit) (*Contract, error) { return OpenContract(u, d.kinds, draft) }, with(opts, draft)...)
}

// FrameworkDesk is the door for framework agreements. What it does beside
// opening them is described at [casework.Desk].
type FrameworkDesk struct {
	*casework.Desk[*FrameworkAgreement]
	kinds *Kinds
}

// Open begins a framework agreement that rests on no award of the host's own
// purchases, such as one that another body concluded for it to use.
func (d *FrameworkDesk) Open(ctx context.Context, by casework.Actor, draft FrameworkDraft, opts ...casework.CallOption) (*FrameworkAgreement, error) {
	return d.OpenWithin(ctx, by, func(u *casework.Unit) (*FrameworkAgreement, error) { return OpenFramework(u, d.kinds, draft) }, with(opts, draft)...)
}

// GrantDesk is the door for grant agreements. What it does beside opening them
// is described at [casework.Desk].
type GrantDesk struct {
	*casework.Desk[*GrantAgreement]
	kinds *Kinds
}

// Open begins a grant agreement.
func (d *GrantDesk) Open(ctx context.Context, by casework.Actor, g Grant, opts ...casework.CallOption) (*GrantAgreement, error) {
	return d.OpenWithin(ctx, by, func(u *casework.Unit) (*GrantAgreement, error) { return OpenGrant(u, d.kinds, g) }, with(opts, g)...)
}

// InHouseDesk is the door for in-house agreements. What it does beside opening
// them is described at [casework.Desk].
type InHouseDesk struct {
	*casework.Desk[*InHouseAgreement]
	kinds *Kinds
}

// Open begins an in-house agreement.
func (d *InHouseDesk) Open(ctx context.Context, by casework.Actor, h InHouse, opts ...casework.CallOption) (*InHouseAgreement, error) {
	return d.OpenWithin(ctx, by, func(u *casework.Unit) (*InHouseAgreement, error) { return OpenInHouse(u, d.kinds, h) }, with(opts, h)...)
}

func with(opts []casework.CallOption, parts ...any) []casework.CallOption {
	return append(append([]casework.CallOption(nil), opts...), casework.Commanding(parts...))
}
