package procurement

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/needsled/needsled/casework"
)

// PackageChangeID names a change to a package within its contract, such as "K1".
type PackageChangeID string

// PackageChange is a set of changes to an approved package. They are pending,
// and take effect together when the change is approved.
type PackageChange struct {
	ID       PackageChangeID `json:"id"` // given by the contract
	Changes  []ElementChange `json:"changes"`
	Reason   string          `json:"reason"`
	Proposed Mark            `json:"proposed,omitzero"`
	Approved Mark            `json:"approved,omitzero"`
	Rejected Mark            `json:"rejected,omitzero"`
	Why      string          `json:"why,omitempty"` // why it was rejected
}

// Open tells whether the change is pending.
func (k PackageChange) Open() bool { return k.Approved.IsZero() && k.Rejected.IsZero() }

// ElementChange is one change: exactly one of its parts is given.
type ElementChange struct {
	Element ElementID       `json:"element,omitempty"` // the element it is about; empty for one to be added
	EndOn   casework.Date   `json:"end_on,omitzero"`   // a new last day; earlier, never later
	Cancel  bool            `json:"cancel,omitempty"`
	Suspend casework.Period `json:"suspend,omitzero"` // both days included, within the element's
	Add     *Element        `json:"add,omitempty"`    // its id is given by the contract
}

// PackageDecision is what is decided about a change to a package. It is the
// data of [PackageBeingChanged] and [RejectingPackageChange].
type PackageDecision struct {
	Change PackageChangeID `json:"change"`
	Why    string          `json:"why,omitempty"` // of a rejection
}

// ProposingPackageChange and RejectingPackageChange are the events of a change
// to a package, for policies to watch, beside [PackageBeingChanged]. The
// attempt's Args are the [PackageChange] and the [PackageDecision].
const (
	ProposingPackageChange casework.Move = "package.change_proposed"
	RejectingPackageChange casework.Move = "package.change_rejected"
)

var packageChangeProposed = &casework.Event[*Contract, PackageChange]{
	Name: string(ProposingPackageChange), Version: 1,
	Apply: func(c *Contract, e casework.Entry, k PackageChange) {
		k.Proposed = markOf(e)
		c.s.PackageChanges = append(c.s.PackageChanges, k)
	},
	Redact: redactedChange,
}

var packageChanged = &casework.Event[*Contract, PackageDecision]{
	Name: PackageBeingChanged, Version: 1,
	Apply: func(c *Contract, e casework.Entry, d PackageDecision) {
		if k := c.packageChange(d.Change); k != nil {
			k.Approved = markOf(e)
		}
	},
}

var packageChangeRejected = &casework.Event[*Contract, PackageDecision]{
	Name: string(RejectingPackageChange), Version: 1,
	Apply: func(c *Contract, e casework.Entry, d PackageDecision) {
		if k := c.packageChange(d.Change); k != nil {
			k.Rejected, k.Why = markOf(e), d.Why
		}
	},
	Redact: func(d PackageDecision) PackageDecision { return PackageDecision{Change: d.Change} },
}

func redactedChange(k PackageChange) PackageChange {
	k = k.clone()
	k.Reason = ""
	for _, ch := range k.Changes {
		if ch.Add != nil {
			ch.Add.Title = ""
		}
	}
	return k
}

func packageEvents() []casework.EventType[*Contract] {
	return []casework.EventType[*Contract]{
		packageChangeProposed, packageChanged, packageChangeRejected,
		contractApprovals.asked, contractApprovals.answered,
		followUpRequested, followUpResolved, chargesConfirmed,
	}
}

// contractApprovals are the approvals of a contract, whatever they are of.
var contractApprovals = newApprovalEvents[*Contract]()

// authors gives the marks of who had a hand in what is to be approved.
func (c *Contract) authors(a Approval) []Mark {
	if k := c.packageChange(PackageChangeID(a.Record)); a.Of == ApprovalOfPackage && k != nil {
		return []Mark{k.Proposed}
	}
	return nil
}

func packageRules() []rule[*Contract] {
	return append(approvalRules(approvalMoves{}, (*Contract).authors),
		rule[*Contract]{weight: barred(), policy: casework.Policy[*Contract]{
			Code: "package.conflict", Doc: "A change to an element is approved as the element stood when it was proposed.",
			Source: "house rule", Moves: []casework.Move{PackageBeingChanged}, Check: packageConflict,
		}},
		rule[*Contract]{weight: barred(), policy: casework.Policy[*Contract]{
			Code: "package.outdated", Doc: "A change is approved with the package as it stood when approval was asked for: two changes are not each approved on the cost of one.",
			Source: "house rule: scheme of delegation", Moves: []casework.Move{PackageBeingChanged}, Check: packageOutdated,
		}},
	)
}

// packageConflict objects to a change to an element that another change has
// touched since it was proposed.
func packageConflict(a casework.Attempt[*Contract]) []casework.Objection {
	k := a.Case.decided(a.Args)
	if k == nil {
		return nil
	}
	var all []casework.Objection
	for _, other := range a.Case.s.PackageChanges {
		if other.Approved.IsZero() || other.Approved.Entry < k.Proposed.Entry {
			continue
		}
		for _, id := range k.touches() {
			if slices.Contains(other.touches(), id) {
				all = append(all, object(
					fmt.Sprintf("change %s touches element %s, which change %s has changed since it was proposed", k.ID, id, other.ID),
					"reject it, and propose it again on the element as it is now", string(id))...)
			}
		}
	}
	return all
}

// packageOutdated objects to a change whose approval is of another package than
// would come about. It leaves the elements in conflict to packageConflict.
func packageOutdated(a casework.Attempt[*Contract]) []casework.Objection {
	k := a.Case.decided(a.Args)
	if k == nil || len(packageConflict(a)) > 0 {
		return nil
	}
	latest, asked := latestApproval(a.Case, ApprovalOfPackage, string(k.ID))
	if asked && latest.Covers(a.Case.contentOfChange(*k)) {
		return nil
	}
	return object(fmt.Sprintf("the package was changed since approval of change %s was asked for", k.ID),
		"return it, and ask anew with the cost of the package as it would be", string(k.ID))
}

// decided gives the change that a decision is about.
func (c *Contract) decided(args any) *PackageChange {
	d, given := args.(PackageDecision)
	if !given {
		return nil
	}
	return c.packageChange(d.Change)
}

// contentOfChange binds an approval to the change, and to the package as it
// would be.
func (c *Contract) contentOfChange(k PackageChange) casework.Hash {
	return contentOf(struct {
		Changes []ElementChange `json:"changes"`
		Reason  string          `json:"reason"`
		Package []Element       `json:"package"`
	}{k.Changes, k.Reason, k.with(c.Package())})
}

// touches names the elements of the package that the change is about, each once.
func (k PackageChange) touches() []ElementID {
	var ids []ElementID
	for _, ch := range k.Changes {
		id := ch.Element
		if ch.Add != nil {
			id = ch.Add.Follows
		}
		if id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

func (k PackageChange) clone() PackageChange {
	k.Changes = slices.Clone(k.Changes)
	for i, ch := range k.Changes {
		if ch.Add != nil {
			add := ch.Add.clone()
			k.Changes[i].Add = &add
		}
	}
	return k
}

// with gives the package as the changes leave it. An element that is added and
// follows another ends that one the day before it starts, if it does not end
// sooner.
func (k PackageChange) with(elements []Element) []Element {
	all := clonedElements(elements)
	for _, ch := range k.Changes {
		all = ch.with(all)
	}
	return all
}

func (ch ElementChange) with(all []Element) []Element {
	id := ch.Element
	if ch.Add != nil {
		id = ch.Add.Follows
	}
	at := slices.IndexFunc(all, func(e Element) bool { return id != "" && e.ID == id })
	if at >= 0 {
		ch.change(&all[at])
	}
	if ch.Add == nil {
		return all
	}
	return append(all, ch.Add.clone())
}

// change changes the element it is about, or the one that the added one follows.
func (ch ElementChange) change(e *Element) {
	switch {
	case ch.Add != nil:
		if last := ch.Add.Period.From.AddDays(-1); e.Period.OpenEnded() || last.Before(e.Period.To) {
			e.Period.To = last
		}
	case !ch.EndOn.IsZero():
		e.Period.To = ch.EndOn
	case ch.Cancel:
		e.Cancelled = true
	case !ch.Suspend.IsZero():
		e.Paused = append(e.Paused, ch.Suspend)
	}
}

// Package gives the elements of the care package as approved: those of the
// terms, as every approved change left them. What is pending does not show.
//
// A change to the package does not change the contract's value: [Contract.EffectiveAt]
// goes by what was signed and by variations. A package that costs more than the
// contract holds calls for a variation, too.
func (c *Contract) Package() []Element {
	elements := numberedElements(c.s.Terms.Package)
	for _, k := range c.approvedChanges() {
		elements = k.with(elements)
	}
	return elements
}

// approvedChanges gives the changes that took effect, in the order they did.
func (c *Contract) approvedChanges() []PackageChange {
	all := slices.DeleteFunc(slices.Clone(c.s.PackageChanges), func(k PackageChange) bool { return k.Approved.IsZero() })
	slices.SortStableFunc(all, func(a, b PackageChange) int { return cmp.Compare(a.Approved.Entry, b.Approved.Entry) })
	return all
}

// ElementState gives the state of an element on a day. An element to be added is
// in progress, awaiting approval once that was asked for, and cancelled when its
// change was rejected. An approved one goes by the day: inactive, too, until the
// contract binds, and ended after the contract's last day.
func (c *Contract) ElementState(id ElementID, day casework.Date) (ElementState, bool) {
	for _, e := range c.Package() {
		if e.ID == id {
			return c.approvedState(e, day), true
		}
	}
	for _, k := range c.s.PackageChanges {
		if slices.ContainsFunc(k.Changes, func(ch ElementChange) bool { return ch.Add != nil && ch.Add.ID == id }) {
			return c.proposedState(k), true
		}
	}
	return "", false
}

func (c *Contract) approvedState(e Element, day casework.Date) ElementState {
	switch {
	case e.Cancelled, c.State() == ContractCancelled:
		return ElementCancelled
	case c.State() == ContractDrafted, c.State() == ContractAgreed:
		return ElementInactive
	case c.s.Ending != nil && day.After(c.s.Ending.On):
		return ElementEnded
	default:
		return e.StateOn(day)
	}
}

func (c *Contract) proposedState(k PackageChange) ElementState {
	switch {
	case !k.Rejected.IsZero():
		return ElementCancelled
	case openApproval(c, ApprovalOfPackage, string(k.ID)) != nil:
		return ElementAwaitingApproval
	default:
		return ElementInProgress
	}
}

// PackageChanges gives every change to the package, in the order they were
// proposed.
func (c *Contract) PackageChanges() []PackageChange {
	all := slices.Clone(c.s.PackageChanges)
	for i := range all {
		all[i] = all[i].clone()
	}
	return all
}

// PackageChange gives one change to the package.
func (c *Contract) PackageChange(id PackageChangeID) (PackageChange, bool) {
	if k := c.packageChange(id); k != nil {
		return k.clone(), true
	}
	return PackageChange{}, false
}

func (c *Contract) packageChange(id PackageChangeID) *PackageChange {
	for i := range c.s.PackageChanges {
		if c.s.PackageChanges[i].ID == id {
			return &c.s.PackageChanges[i]
		}
	}
	return nil
}

// ProposePackageChange records changes to the package of a contract that binds,
// with the reason, and gives them with the ids of what is to be added. The
// package stays as it is until they are approved; then they take effect
// together, one upon the other in the order given.
//
// An element may be shortened, never lengthened (element.end_later): care beyond
// the last day is another element, which follows it.
func (c *Contract) ProposePackageChange(reason string, changes ...ElementChange) (PackageChange, error) {
	k := PackageChange{Changes: changes, Reason: reason}.clone()
	faults := c.packageOpenFaults()
	faults = append(faults, required(reason, "reason", "reason.missing", "say why the package is to change")...)
	faults = append(faults, k.faults(c.Package())...)
	if err := c.invalid("propose a change to a package", faults); err != nil {
		return PackageChange{}, err
	}
	k.ID = PackageChangeID(numbered("K", len(c.s.PackageChanges)))
	c.numberAdded(k.Changes)
	if err := packageChangeProposed.Record(c, k); err != nil {
		return PackageChange{}, err
	}
	return c.s.PackageChanges[len(c.s.PackageChanges)-1].clone(), nil
}

// AskPackageApproval asks an approver for a pending change. The basis says which
// figure their limit is tested against: what the package as it would be commits
// to over all its periods, or a year of the elements that are not over. An
// open-ended element leaves no committed figure (package.open_ended).
func (c *Contract) AskPackageApproval(change PackageChangeID, basis Basis, a Authority) (Approval, error) {
	const op = "ask for approval of a change to a package"
	k, faults := c.pendingChange(change)
	if err := c.invalid(op, faults); err != nil {
		return Approval{}, err
	}
	asked := Approval{Of: ApprovalOfPackage, Record: string(change), Basis: basis, Authority: a, Content: c.contentOfChange(k)}
	if basis.Known() {
		figure, err := packageFigure(c.counting(k.with(c.Package()), basis), basis)
		if err != nil {
			return Approval{}, c.invalid(op, append(faultsOf("figure", err), authorityFaults(a, "authority")...))
		}
		asked.Figure = figure
	}
	return contractApprovals.ask(c, asked)
}

// counting leaves out of a year of a package what is over.
func (c *Contract) counting(elements []Element, basis Basis) []Element {
	if basis != Annualised {
		return elements
	}
	today := c.cfg.day(c.Now())
	for i, e := range elements {
		if e.StateOn(today) == ElementEnded {
			elements[i].Cancelled = true
		}
	}
	return elements
}

// ApprovePackageChange says yes to a change, under the approver's authority as
// it stands now. All its changes take effect together; the elements that are
// followed end the day before.
func (c *Contract) ApprovePackageChange(change PackageChangeID, a Authority) (PackageChange, error) {
	if err := c.answerChange("approve a change to a package", change, ApprovalAnswer{Answer: Approved, Under: a}); err != nil {
		return PackageChange{}, err
	}
	if err := packageChanged.Record(c, PackageDecision{Change: change}); err != nil {
		return PackageChange{}, err
	}
	return c.packageChange(change).clone(), nil
}

// ReturnPackageChange gives a change back unapproved, with a comment. It stays
// pending, and approval may be asked for anew.
func (c *Contract) ReturnPackageChange(change PackageChangeID, comment string) error {
	return c.answerChange("return a change to a package", change, ApprovalAnswer{Answer: Returned, Comment: comment})
}

// answerChange answers the approval a change waits for.
func (c *Contract) answerChange(op string, change PackageChangeID, d ApprovalAnswer) error {
	_, faults := c.pendingChange(change)
	if open := openApproval(c, ApprovalOfPackage, string(change)); open != nil {
		d.Approval = open.ID
		faults = append(faults, answerFaults(c, &d)...)
	} else if len(faults) == 0 {
		faults = append(faults, fault("change", "approval.nothing", fmt.Sprintf("change %s is not waiting for an answer: ask for approval first", change)))
	}
	if err := c.invalid(op, faults); err != nil {
		return err
	}
	_, err := contractApprovals.answer(c, d.Approval, d.Answer, d.Comment, d.Under)
	return err
}

// RejectPackageChange records that a change is not to be, with the reason: the
// approver says no, or, where nobody was asked, it is withdrawn.
func (c *Contract) RejectPackageChange(change PackageChangeID, reason string) (PackageChange, error) {
	const op = "reject a change to a package"
	_, faults := c.pendingChange(change)
	faults = append(faults, required(reason, "reason", "reason.missing", "say why it is rejected")...)
	if err := c.invalid(op, faults); err != nil {
		return PackageChange{}, err
	}
	if openApproval(c, ApprovalOfPackage, string(change)) != nil {
		if err := c.answerChange(op, change, ApprovalAnswer{Answer: Rejected, Comment: reason}); err != nil {
			return PackageChange{}, err
		}
	}
	if err := packageChangeRejected.Record(c, PackageDecision{Change: change, Why: reason}); err != nil {
		return PackageChange{}, err
	}
	return c.packageChange(change).clone(), nil
}

// pendingChange gives a change that nobody has decided on, or the faults of there
// being none, or of the contract not binding.
func (c *Contract) pendingChange(id PackageChangeID) (PackageChange, []casework.Fault) {
	k := c.packageChange(id)
	switch {
	case k == nil:
		return PackageChange{}, []casework.Fault{unknown("change", "package_change", string(id))}
	case !k.Open():
		return PackageChange{}, []casework.Fault{fault("change", "package_change.decided", fmt.Sprintf("change %s was decided on already", id))}
	default:
		return k.clone(), c.packageOpenFaults()
	}
}

// numberAdded gives what is to be added ids that no element has, pending or not.
func (c *Contract) numberAdded(changes []ElementChange) {
	taken := c.Package()
	for _, k := range c.s.PackageChanges {
		taken = append(taken, addedBy(k.Changes)...)
	}
	for _, ch := range changes {
		if ch.Add != nil {
			ch.Add.ID, ch.Add.Paused, ch.Add.Cancelled = freeElement(taken), nil, false
			taken = append(taken, *ch.Add)
		}
	}
}

func addedBy(changes []ElementChange) []Element {
	var all []Element
	for _, ch := range changes {
		if ch.Add != nil {
			all = append(all, *ch.Add)
		}
	}
	return all
}

// packageOpenFaults tells that there is no package to change, or that the
// contract does not bind.
func (c *Contract) packageOpenFaults() []casework.Fault {
	var faults []casework.Fault
	if len(c.s.Terms.Package) == 0 {
		faults = append(faults, fault("contract", "package.none", "the contract holds no care package"))
	}
	if !c.binds() {
		faults = append(faults, fault("contract", "contract.not_binding", fmt.Sprintf("the contract is %s: only the package of one that is signed or in force changes this way", c.State())))
	}
	return faults
}

// faults lists what is wrong with the changes, each taken upon those before it.
func (k PackageChange) faults(elements []Element) []casework.Fault {
	if len(k.Changes) == 0 {
		return []casework.Fault{fault("changes", "change.none", "say what is to change")}
	}
	var faults []casework.Fault
	for i, ch := range k.Changes {
		wrong := ch.faults(elements, fmt.Sprintf("changes[%d]", i))
		if len(wrong) == 0 {
			elements = ch.with(elements)
		}
		faults = append(faults, wrong...)
	}
	return faults
}

func (ch ElementChange) faults(elements []Element, path string) []casework.Fault {
	if ch.parts() != 1 {
		return []casework.Fault{fault(path, "change.parts", "a change ends, cancels, suspends or adds an element: exactly one of them")}
	}
	if ch.Add != nil {
		return ch.addFaults(elements, path)
	}
	e, faults := elementToChange(elements, ch.Element, path+".element")
	if len(faults) > 0 {
		return faults
	}
	switch {
	case !ch.EndOn.IsZero():
		return endFaults(e, ch.EndOn, path+".end_on")
	case !ch.Suspend.IsZero():
		if faults := ch.Suspend.Faults(path + ".suspend"); len(faults) > 0 {
			return faults
		}
		return e.pauseFaults(ch.Suspend, path+".suspend")
	default:
		return nil
	}
}

// parts counts what the change does.
func (ch ElementChange) parts() int {
	count := 0
	for _, given := range []bool{!ch.EndOn.IsZero(), ch.Cancel, !ch.Suspend.IsZero(), ch.Add != nil} {
		if given {
			count++
		}
	}
	return count
}

// elementToChange finds an element that is there and not cancelled.
func elementToChange(elements []Element, id ElementID, path string) (Element, []casework.Fault) {
	at := slices.IndexFunc(elements, func(e Element) bool { return e.ID == id })
	switch {
	case at < 0:
		return Element{}, []casework.Fault{unknown(path, "element", string(id))}
	case elements[at].Cancelled:
		return Element{}, []casework.Fault{fault(path, "element.cancelled", fmt.Sprintf("element %s is cancelled", id))}
	default:
		return elements[at], nil
	}
}

func endFaults(e Element, last casework.Date, path string) []casework.Fault {
	switch {
	case !e.Period.OpenEnded() && last.After(e.Period.To):
		return []casework.Fault{fault(path, "element.end_later", fmt.Sprintf("element %s ends on %s: it may only be shortened; add an element that follows it", e.ID, e.Period.To))}
	case last.Before(e.Period.From):
		return []casework.Fault{fault(path, "element.end_early", fmt.Sprintf("element %s starts on %s: cancel one that is not to be", e.ID, e.Period.From))}
	default:
		return nil
	}
}

func (ch ElementChange) addFaults(elements []Element, path string) []casework.Fault {
	add := *ch.Add
	add.Paused = nil // not the caller's to give
	faults := elementFaults(add, path+".add")
	if ch.Element != "" {
		faults = append(faults, fault(path+".element", "change.element", "an element that is added has no id yet; say what it replaces with follows"))
	}
	faults = append(faults, currencyFaults(elements, add, path+".add")...)
	if add.Follows == "" {
		return faults
	}
	e, wrong := elementToChange(elements, add.Follows, path+".add.follows")
	if len(wrong) == 0 && !add.Period.From.After(e.Period.From) {
		wrong = []casework.Fault{fault(path+".add.follows", "element.follows_early", fmt.Sprintf("element %s starts on %s: what follows it starts later", e.ID, e.Period.From))}
	}
	return append(faults, wrong...)
}
