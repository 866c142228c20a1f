package casefile

import (
	"fmt"
	"reflect"
	"slices"
)

func (r *reader) cycleListed(n *node, path string) {
	var y writtenCycle
	if !r.caseListed(n, path, &y) {
		return
	}
	r.nameSound(n, path, Listed{CycleKind, y.Name})
	r.briefSound(n.get("brief"), under(path, "brief"))
	r.linked(n.get("serves"), under(path, "serves"), Listed{CycleKind, y.Serves})
	r.linked(n.get("predecessor"), under(path, "predecessor"), Listed{CycleKind, y.Predecessor})
	r.out.Cycles = append(r.out.Cycles, Cycle(y))
}

func (r *reader) frameworkListed(n *node, path string) {
	var f writtenFramework
	if r.caseListed(n, path, &f) {
		r.nameSound(n, path, Listed{FrameworkKind, f.Name})
		r.numbered(n.get("draft"), under(path, "draft"), FrameworkKind)
		r.out.Frameworks = append(r.out.Frameworks, Framework(f))
	}
}

func (r *reader) purchaseListed(n *node, path string) {
	var p writtenPurchase
	if r.caseListed(n, path, &p) {
		r.nameSound(n, path, Listed{PurchaseKind, p.Name})
		r.numbered(n.get("requisition"), under(path, "requisition"), PurchaseKind)
		r.linked(n.get("cycle"), under(path, "cycle"), Listed{CycleKind, p.Cycle})
		r.out.Purchases = append(r.out.Purchases, Purchase(p))
	}
}

func (r *reader) contractListed(n *node, path string) {
	var c writtenContract
	if r.caseListed(n, path, &c) {
		r.nameSound(n, path, Listed{ContractKind, c.Name})
		r.linked(n.get("purchase"), under(path, "purchase"), Listed{PurchaseKind, c.Purchase})
		r.out.Contracts = append(r.out.Contracts, Contract(c))
	}
}

func (r *reader) grantListed(n *node, path string) {
	var g writtenGrant
	if r.caseListed(n, path, &g) {
		r.nameSound(n, path, Listed{GrantKind, g.Name})
		r.numbered(n.get("grant"), under(path, "grant"), GrantKind)
		r.linked(n.get("cycle"), under(path, "cycle"), Listed{CycleKind, g.Cycle})
		r.out.Grants = append(r.out.Grants, Grant(g))
	}
}

// caseListed reads what can be read of a listed case, and tells whether it is an
// object at all.
func (r *reader) caseListed(n *node, path string, target any) bool {
	r.check(n, path, reflect.TypeOf(target).Elem())
	loose(n, target)
	return n.form == object
}

// nameSound asks for a name that will do, and that no other case of the file has.
func (r *reader) nameSound(n *node, path string, one Listed) {
	if name := n.get("name"); name != nil && name.form == text && !shortName(one.Name) {
		r.fault(name.line, under(path, "name"), string(one.Kind)+".name", fmt.Sprintf("a %s's name is made of small letters, digits and hyphens: files are named by it", one.Kind))
	}
	if slices.ContainsFunc(r.out.Listed(), func(l Listed) bool { return l.Name == one.Name }) {
		r.fault(n.line, under(path, "name"), string(one.Kind)+".twice", fmt.Sprintf("%q is listed twice; cases of all kinds have names of their own", one.Name))
	}
}

// shortName tells whether a name will do in the names of files.
func shortName(name string) bool {
	for _, b := range []byte(name) {
		letter := b >= 'a' && b <= 'z' || b >= '0' && b <= '9'
		if !letter && b != '-' {
			return false
		}
	}
	return name != ""
}

// briefSound asks for what a program needs to find a cycle again, and leaves the
// links between cycles to the names of the case file.
func (r *reader) briefSound(n *node, path string) {
	if n == nil || n.form != object {
		return
	}
	r.numbered(n, path, CycleKind)
	for _, name := range []string{"serves", "predecessor"} {
		if link := n.get(name); link != nil {
			r.fault(link.line, under(path, name), "field.misplaced", "say this beside the brief, with the name of the cycle")
		}
	}
}

// numbered asks for a number of the host's.
func (r *reader) numbered(n *node, path string, kind Kind) {
	if n == nil || n.form != object {
		return
	}
	if given := n.get("references"); given == nil || (given.form == array && len(given.items) == 0) {
		r.fault(n.line, under(path, "references"), "reference.missing", fmt.Sprintf("a %s needs a number of the host's, so that it is found again", kind))
	}
}

// linked remembers a case named by another one; the order of the list is free.
func (r *reader) linked(n *node, path string, to Listed) {
	if n == nil || n.form != text {
		return
	}
	r.links = append(r.links, link{line: n.line, path: path, to: to})
}

func (r *reader) linksSound() {
	for _, l := range r.links {
		if !slices.Contains(r.out.Listed(), l.to) {
			r.unlisted(l.line, l.path, l.to)
		}
	}
}
