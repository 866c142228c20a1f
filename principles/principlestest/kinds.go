package principlestest

import (
	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/principles"
	"github.com/needsled/needsled/procurement"
)

// Kinds gives the kinds of case with the options of the standard. An error is
// that of the kinds.
func Kinds() (*principles.Kinds, error) {
	cycles, err := commissioning.NewKind(nil)
	if err != nil {
		return nil, err
	}
	procured, err := procurement.NewKinds(cycles, nil)
	if err != nil {
		return nil, err
	}
	return principles.NewKinds(procured, nil)
}

// kindNames gives the kinds of case a fixture may have.
func kindNames() []string {
	return []string{
		commissioning.KindName, procurement.PurchaseKind, procurement.ContractKind, procurement.FrameworkKind,
		procurement.GrantKind, procurement.InHouseKind, principles.AssessmentKind,
	}
}

// open gives the entry that opens a case of a kind.
func open(k *principles.Kinds, kind string, call *casework.Call, id casework.CaseID, o casework.Opening) (casework.Entry, error) {
	p := k.Procurement
	switch kind {
	case commissioning.KindName:
		return opened(p.Cycles, call, id, o)
	case procurement.PurchaseKind:
		return opened(p.Purchases, call, id, o)
	case procurement.ContractKind:
		return opened(p.Contracts, call, id, o)
	case procurement.FrameworkKind:
		return opened(p.Frameworks, call, id, o)
	case procurement.GrantKind:
		return opened(p.Grants, call, id, o)
	case procurement.InHouseKind:
		return opened(p.InHouse, call, id, o)
	default:
		return opened(k.Assessments, call, id, o)
	}
}

func opened[T interface {
	casework.Aggregate
	Pending() []casework.Entry
}](k *casework.Kind[T], call *casework.Call, id casework.CaseID, o casework.Opening) (casework.Entry, error) {
	if k == nil {
		return casework.Entry{}, casework.Invalid("open a case", fault("kind", "kind.missing", "the kinds lack this one"))
	}
	c, err := k.Open(call, id, o)
	if err != nil {
		return casework.Entry{}, err
	}
	return c.Pending()[0], nil
}
