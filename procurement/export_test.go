package procurement

import (
	"reflect"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
)

// Form is how one entry type of a kind of case is written, whatever its data.
type Form struct {
	Kind    string // of the case, without spaces
	Name    string // of the event
	Version int
	event   reflect.Value // a *casework.Event
}

// Forms gives the form of every entry type of the five kinds, each kind's in the
// order in which it lists them.
func Forms() []Form {
	cfg := &config{kinds: &Kinds{}}
	var all []Form
	all = append(all, formsOf(purchaseSpec(cfg))...)
	all = append(all, formsOf(contractSpec(cfg))...)
	all = append(all, formsOf(frameworkSpec(cfg))...)
	all = append(all, formsOf(grantSpec(cfg))...)
	return append(all, formsOf(inHouseSpec(cfg))...)
}

func formsOf[T casework.Aggregate](spec casework.KindSpec[T]) []Form {
	forms := make([]Form, len(spec.Events))
	for i, ev := range spec.Events {
		of := reflect.ValueOf(ev)
		forms[i] = Form{
			Kind: spec.Name, event: of,
			Name: of.Elem().FieldByName("Name").String(), Version: int(of.Elem().FieldByName("Version").Int()),
		}
	}
	return forms
}

// Data is the type of the event's data.
func (f Form) Data() reflect.Type { return f.event.Elem().FieldByName("Apply").Type().In(2) }

// Redacts tells whether the event holds anything to be emptied.
func (f Form) Redacts() bool { return !f.event.Elem().FieldByName("Redact").IsNil() }

// Redacted gives what stays of the event's data.
func (f Form) Redacted(data reflect.Value) reflect.Value {
	if !f.Redacts() {
		return data
	}
	return f.event.Elem().FieldByName("Redact").Call([]reflect.Value{data})[0]
}

// DocumentOf gives all that a case of procurement keeps.
func DocumentOf(c casework.Aggregate) any {
	switch c := c.(type) {
	case *Purchase:
		return &c.s
	case *Contract:
		return &c.s
	case *FrameworkAgreement:
		return &c.s
	case *GrantAgreement:
		return &c.s
	case *InHouseAgreement:
		return &c.s
	default:
		return nil
	}
}

// Ruled is a default policy of a kind of case, whatever its kind.
type Ruled struct {
	Kind, Code, Doc, Source string
	Watches                 int // how many moves and events it watches
	Weight                  commissioning.Weight
}

// Rules gives the default policies of all kinds, in their order.
func Rules() []Ruled {
	all := ruledOf(PurchaseKind, purchaseRules())
	all = append(all, ruledOf(ContractKind, contractRules())...)
	all = append(all, ruledOf(FrameworkKind, frameworkRules())...)
	all = append(all, ruledOf(GrantKind, grantRules())...)
	return append(all, ruledOf(InHouseKind, inHouseRules())...)
}

func ruledOf[T any](kind string, rules []rule[T]) []Ruled {
	all := make([]Ruled, len(rules))
	for i, r := range rules {
		all[i] = Ruled{Kind: kind, Code: r.policy.Code, Doc: r.policy.Doc, Source: r.policy.Source, Watches: len(r.policy.Moves), Weight: r.weight}
	}
	return all
}
