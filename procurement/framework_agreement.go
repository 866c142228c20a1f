package procurement

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/diagram"
	"github.com/needsled/needsled/commissioning"
)

// FrameworkKind is the name of the kind of case a framework agreement is.
const FrameworkKind = "framework_agreement"

// FrameworkName is the name of the standard definition of a framework agreement.
const FrameworkName = "FrameworkAgreement"

// CallOffMethod is how those who may use a framework agreement choose a member.
type CallOffMethod string

// The call-off methods.
const (
	CallOffByCompetition CallOffMethod = "competition" // a mini-competition among the members of the lot
	CallOffByRank        CallOffMethod = "rank"        // the first member in order that can take it
	CallOffByEither      CallOffMethod = "either"      // direct where the terms allow, or by competition
)

// Known tells whether the method is one of the three.
func (m CallOffMethod) Known() bool {
	return m == CallOffByCompetition || m == CallOffByRank || m == CallOffByEither
}

// FrameworkTerms are what a framework agreement sets out.
type FrameworkTerms struct {
	Number  string            `json:"number,omitempty"`
	Title   string            `json:"title"`
	Lots    []Lot             `json:"lots"`
	Ceiling casework.Money    `json:"ceiling"`       // the sum of all call-offs, VAT included
	Period  casework.Period   `json:"period"`        // within which call-offs are made; both days included
	Term    Term              `json:"term,omitzero"` // with the reason where it is longer than four years (Procurement Act 2023 s.47)
	Users   []casework.Agency `json:"users"`         // who may call off
	Method  CallOffMethod     `json:"method"`
	Direct  string            `json:"direct,omitempty"` // the objective mechanism of a call-off without competition (s.45(4)(b))
}

// frameworkMonths is how long a framework agreement runs without saying why it
// runs longer (Procurement Act 2023 s.47(1)).
const frameworkMonths = 48

// long tells whether the agreement runs longer than that.
func (t FrameworkTerms) long() bool {
	return t.Period.To.After(t.Period.From.AddMonths(frameworkMonths).AddDays(-1))
}

func (t FrameworkTerms) lot(id LotID) (Lot, bool) {
	for _, l := range t.Lots {
		if l.ID == id {
			return l, true
		}
	}
	return Lot{}, false
}

func (t FrameworkTerms) usedBy(agency string) bool {
	return slices.ContainsFunc(t.Users, func(u casework.Agency) bool { return u.ID == agency })
}

func (t FrameworkTerms) clone() FrameworkTerms {
	t.Users, t.Lots = slices.Clone(t.Users), slices.Clone(t.Lots)
	for i, l := range t.Lots {
		t.Lots[i] = l.clone()
	}
	return t
}

// untold is the terms without their words and names.
func (t FrameworkTerms) untold() FrameworkTerms {
	t = t.clone()
	t.Title, t.Direct, t.Term.Reason = "", "", ""
	for i, u := range t.Users {
		t.Users[i] = withoutName(u)
	}
	for i, l := range t.Lots {
		t.Lots[i] = withoutTitles(l)
	}
	return t
}

func (t FrameworkTerms) faults(path string) []casework.Fault {
	faults := required(t.Title, path+".title", "framework.title_missing", "give the framework agreement a title")
	faults = append(faults, t.lotFaults(path)...)
	faults = append(faults, moneyFaults(t.Ceiling, path+".ceiling", "the sum of all call-offs")...)
	faults = append(faults, t.Period.Faults(path+".period")...)
	if t.Period.OpenEnded() {
		faults = append(faults, fault(path+".period.to", "framework.open_ended", "say until when call-offs are made"))
	}
	if t.Term.Months < 0 {
		faults = append(faults, fault(path+".term.months", "term.negative", "a term is not negative"))
	}
	if len(t.Users) == 0 {
		faults = append(faults, fault(path+".users", "framework.users_missing", "say who may call off"))
	}
	for i, u := range t.Users {
		faults = append(faults, u.Faults(fmt.Sprintf("%s.users[%d]", path, i))...)
	}
	if !t.Method.Known() {
		faults = append(faults, fault(path+".method", "framework.method", "call-offs are made by competition, by rank, or either"))
	}
	return faults
}

func (t FrameworkTerms) lotFaults(path string) []casework.Fault {
	if len(t.Lots) == 0 {
		return []casework.Fault{fault(path+".lots", "framework.lots_missing", "a framework agreement has at least one lot")}
	}
	var faults []casework.Fault
	seen := map[LotID]bool{}
	for i, l := range t.Lots {
		at := fmt.Sprintf("%s.lots[%d].id", path, i)
		faults = append(faults, required(string(l.ID), at, "lot.unnamed", "a lot needs an id")...)
		if seen[l.ID] {
			faults = append(faults, fault(at, "lot.duplicate", fmt.Sprintf("lot %s is there twice", l.ID)))
		}
		seen[l.ID] = true
	}
	return faults
}

// FrameworkMember is an agency, or a consortium, that was awarded a lot.
type FrameworkMember struct {
	Lot    LotID           `json:"lot"`
	Agency casework.Agency `json:"agency"`
	Rank   int             `json:"rank,omitempty"` // from 1, for call-offs by rank
	Award  AwardID         `json:"award,omitempty"`
	Left   Mark            `json:"left,omitzero"` // when it was taken off, with the reason in the journal
}

// Stands tells whether the member was not taken off.
func (m FrameworkMember) Stands() bool { return m.Left.IsZero() }

// FrameworkAgreement says how contracts will be awarded for a time, and to
// whom; it buys nothing by itself. A call-off is a purchase under it.
type FrameworkAgreement struct {
	casework.Case
	s   frameworkState
	cfg *config
}

// frameworkState is what a framework agreement keeps.
type frameworkState struct {
	Origin     Origin              `json:"origin"`
	Scale      commissioning.Scale `json:"scale,omitempty"`
	Terms      FrameworkTerms      `json:"terms"`
	Parties    []Party             `json:"parties,omitempty"`
	Members    []FrameworkMember   `json:"members,omitempty"`
	Signatures []Signature         `json:"signatures,omitempty"`
	CallOffs   []CallOffRecord     `json:"call_offs,omitempty"`
	Ending     *Ending             `json:"ending,omitempty"`
	Drafted    Mark                `json:"drafted,omitzero"`
	Visits     []Visit             `json:"visits,omitempty"`
}

// The states of a framework agreement.
const (
	FrameworkDrafted   State = "drafted"
	FrameworkInForce   State = "in_force"
	FrameworkOver      State = "ended"
	FrameworkCancelled State = "cancelled"
)

// The moves of a framework agreement.
const (
	SignFramework       casework.Move = "sign" // see [FrameworkAgreement.Sign]; taken with the last signature
	ExpireFramework     casework.Move = "expire"
	TerminateFramework  casework.Move = "terminate" // see [FrameworkAgreement.Terminate]
	CancelFramework     casework.Move = "cancel"
	CancelFrameworkWith casework.Move = "cancel_by_award"
)

// Framing is the definition of a framework agreement.
func Framing() casework.Definition {
	from := func(states ...State) []State { return states }
	return casework.Definition{
		Name: FrameworkName, Version: 1, Initial: FrameworkDrafted,
		Doc: "A framework agreement: how contracts will be awarded for a time, and to whom.",
		States: []casework.StateRow{
			{State: FrameworkDrafted, Title: "Drafted", Doc: "The terms and the members are being written down."},
			{State: FrameworkInForce, Title: "In force", Doc: "Those who may use it call off."},
			{State: FrameworkOver, Title: "Ended", Doc: "No more is called off; contracts called off before run on.", Final: true},
			{State: FrameworkCancelled, Title: "Cancelled", Doc: "It was given up before it was signed.", Final: true},
		},
		Moves: []casework.MoveRow{
			{Move: SignFramework, Title: "sign", Doc: "The last party signs.", From: from(FrameworkDrafted), To: FrameworkInForce},
			{Move: ExpireFramework, Title: "expire", Doc: "Its last day is over.", From: from(FrameworkInForce), To: FrameworkOver},
			{Move: TerminateFramework, Title: "terminate", Doc: "End it before its time.", From: from(FrameworkInForce), To: FrameworkOver, NeedsReason: true},
			{Move: CancelFramework, Title: "cancel", Doc: "Give it up before it is signed.", From: from(FrameworkDrafted), To: FrameworkCancelled, NeedsReason: true},
			{Move: CancelFrameworkWith, Title: "cancel by award", Doc: "The awards it rests on were cancelled.", From: from(FrameworkDrafted), To: FrameworkCancelled},
		},
	}
}

func (f *FrameworkAgreement) moved(e casework.Entry) { f.s.Visits = visited(f.s.Visits, e) }

func (f *FrameworkAgreement) invalid(op string, faults []casework.Fault) error {
	return f.Fail(casework.InvalidIf(op, faults))
}

// Scale says how much care the framework agreement asks for.
func (f *FrameworkAgreement) Scale() commissioning.Scale { return f.s.Scale }

func (f *FrameworkAgreement) describe() casework.Description {
	return casework.Description{Title: f.s.Terms.Title}
}

// Title is what the framework agreement is called.
func (f *FrameworkAgreement) Title() string { return f.s.Terms.Title }

// Visits gives every state the agreement came to by a move, in order.
func (f *FrameworkAgreement) Visits() []Visit { return append([]Visit(nil), f.s.Visits...) }

// Picture gives what package diagram needs to draw the framework agreement.
func (f *FrameworkAgreement) Picture() (*casework.Table, *diagram.Options) {
	return picture(&f.Case, f.s.Terms.Title, f.s.Visits, nil)
}

// FrameworkDraft is what a framework agreement is opened with.
type FrameworkDraft struct {
	Origin     Origin                 `json:"origin"`
	Terms      FrameworkTerms         `json:"terms"`
	Parties    []Party                `json:"parties"`         // buyers; members that are no party yet are made one
	Members    []FrameworkMember      `json:"members"`         // ranked in their order where they have no rank
	Scale      commissioning.Scale    `json:"scale,omitempty"` // raised to that of the ceiling
	References []casework.ExternalRef `json:"references,omitempty"`
}

// untold is the draft without its words and names.
func (d FrameworkDraft) untold() FrameworkDraft {
	d.Origin.Why, d.Origin.Ground, d.Terms = "", "", d.Terms.untold()
	d.Parties, d.Members = clonedParties(d.Parties), slices.Clone(d.Members)
	for i, p := range d.Parties {
		d.Parties[i] = p.redacted()
	}
	for i, m := range d.Members {
		d.Members[i].Agency = withoutName(m.Agency)
	}
	return d
}

// MemberRemoval is the data of [RemovingMember].
type MemberRemoval struct {
	Lot    LotID  `json:"lot"`
	Agency string `json:"agency"` // its id
}

// The events of a framework agreement, for policies to watch. The attempt's
// Args are the [FrameworkTerms], the [Signature], the [FrameworkMember], the
// [MemberRemoval] and the [CallOffRecord]. The last signature takes the move
// [SignFramework], with the same data.
const (
	RevisingFramework casework.Move = "framework.revised"
	SigningFramework  casework.Move = "framework.signed"
	AddingMember      casework.Move = "framework.member_added"
	RemovingMember    casework.Move = "framework.member_removed"
	CallingOff        casework.Move = "framework.called_off"
)

var frameworkDrafted = &casework.Event[*FrameworkAgreement, FrameworkDraft]{
	Name: "framework.drafted", Version: 1,
	Apply: func(f *FrameworkAgreement, e casework.Entry, d FrameworkDraft) {
		f.s.Origin, f.s.Scale, f.s.Terms, f.s.Parties, f.s.Members = d.Origin, d.Scale, d.Terms, d.Parties, d.Members
		f.s.Drafted = markOf(e)
	},
	Redact: FrameworkDraft.untold,
}

var frameworkRevised = &casework.Event[*FrameworkAgreement, FrameworkTerms]{
	Name: string(RevisingFramework), Version: 1,
	Apply:  func(f *FrameworkAgreement, _ casework.Entry, t FrameworkTerms) { f.s.Terms = t },
	Redact: FrameworkTerms.untold,
}

var frameworkSigned = &casework.Event[*FrameworkAgreement, Signature]{
	Name: string(SigningFramework), Version: 1,
	Apply: func(f *FrameworkAgreement, e casework.Entry, s Signature) {
		s.Mark = markOf(e)
		f.s.Signatures = append(f.s.Signatures, s)
	},
}

var memberAdded = &casework.Event[*FrameworkAgreement, FrameworkMember]{
	Name: string(AddingMember), Version: 1,
	Apply: func(f *FrameworkAgreement, _ casework.Entry, m FrameworkMember) {
		f.s.Members = append(f.s.Members, m)
		f.s.Parties = withMembers(f.s.Parties, m)
	},
	Redact: func(m FrameworkMember) FrameworkMember { m.Agency = withoutName(m.Agency); return m },
}

var memberRemoved = &casework.Event[*FrameworkAgreement, MemberRemoval]{
	Name: string(RemovingMember), Version: 1,
	Apply: func(f *FrameworkAgreement, e casework.Entry, d MemberRemoval) {
		if m := f.member(d.Lot, d.Agency); m != nil {
			m.Left = markOf(e)
		}
	},
}

var frameworkEnded = &casework.Event[*FrameworkAgreement, Ending]{
	Name: "framework.ended", Version: 1,
	Apply: func(f *FrameworkAgreement, e casework.Entry, d Ending) {
		d.Mark = markOf(e)
		f.s.Ending = &d
	},
	Redact: Ending.untold,
}

func frameworkEvents() []casework.EventType[*FrameworkAgreement] {
	return []casework.EventType[*FrameworkAgreement]{
		frameworkDrafted, frameworkRevised, frameworkSigned, memberAdded, memberRemoved, frameworkEnded, calledOff, callOffReleased,
	}
}

// OpenFramework begins a framework agreement that rests on no award, within a
// unit, beside other cases: one that another body concluded, or that was
// concluded before. The others are opened when their awards are decided. A
// cycle that does not exist is [casework.ErrNotFound].
func OpenFramework(u *casework.Unit, k *Kinds, d FrameworkDraft) (*FrameworkAgreement, error) {
	f, err := casework.Open(u, k.Frameworks, casework.Opening{Definition: FrameworkName, References: d.References})
	if err != nil {
		return nil, err
	}
	_, faults, err := serving(u, k, d.Origin.Cycle, d.Origin.Service, "origin")
	if err != nil {
		return nil, err
	}
	d.Origin.Kind = cmp.Or(d.Origin.Kind, FromOtherBody)
	if !d.Origin.Purchase.IsZero() || d.Origin.Award != "" || d.Origin.Kind.purchased() {
		faults = append(faults, fault("origin", "origin.award", "a framework agreement that rests on an award is opened when the award is decided"))
	}
	return f, f.draft(d, faults)
}

// openFramework begins the framework agreement that awards establish.
func openFramework(u *casework.Unit, k *Kinds, d FrameworkDraft) (*FrameworkAgreement, error) {
	f, err := casework.Open(u, k.Frameworks, casework.Opening{Definition: FrameworkName, References: d.References})
	if err != nil {
		return nil, err
	}
	return f, f.draft(d, nil)
}

// draft writes down what the agreement is opened with. Its scale is at least
// that of the ceiling.
func (f *FrameworkAgreement) draft(d FrameworkDraft, faults []casework.Fault) error {
	if err := f.invalid("open a framework agreement", append(faults, d.faults()...)); err != nil {
		return err
	}
	d.Terms, d.Members = d.Terms.clone(), rankedMembers(d.Members)
	d.Parties = withMembers(clonedParties(d.Parties), d.Members...)
	d.Scale, d.References = max(d.Scale, f.cfg.scaleOf(f.Now(), d.Terms.Ceiling)), nil
	return frameworkDrafted.Record(f, d)
}

func (d FrameworkDraft) faults() []casework.Fault {
	var faults []casework.Fault
	if !d.Origin.Kind.Known() {
		faults = append(faults, fault("origin.kind", "origin.unknown", fmt.Sprintf("%q is not an origin", d.Origin.Kind)))
	}
	faults = append(faults, d.Terms.faults("terms")...)
	faults = append(faults, d.partyFaults()...)
	if len(d.Members) == 0 {
		faults = append(faults, fault("members", "framework.members_missing", "a framework agreement has at least one member"))
	}
	for i, m := range d.Members {
		path := fmt.Sprintf("members[%d]", i)
		faults = append(faults, m.faults(d.Terms, d.Members[:i], path)...)
		if !m.Stands() {
			faults = append(faults, fault(path+".left", "framework.member_left", "nobody has left an agreement that is being drafted"))
		}
	}
	return faults
}

// partyFaults lists what is wrong with the parties, the members among them.
func (d FrameworkDraft) partyFaults() []casework.Fault {
	sound := slices.DeleteFunc(slices.Clone(d.Members), func(m FrameworkMember) bool { return len(m.Agency.Faults("")) > 0 })
	return partyFaults(withMembers(slices.Clone(d.Parties), sound...), "parties")
}

// faults lists what is wrong with a member, beside the others there are.
func (m FrameworkMember) faults(t FrameworkTerms, others []FrameworkMember, path string) []casework.Fault {
	faults := m.Agency.Faults(path + ".agency")
	if _, known := t.lot(m.Lot); !known {
		faults = append(faults, unknown(path+".lot", "lot", string(m.Lot)))
	}
	if m.Rank < 0 {
		faults = append(faults, fault(path+".rank", "framework.rank", "ranks count from 1"))
	}
	for _, o := range others {
		if o.Lot != m.Lot || !o.Stands() {
			continue
		}
		if o.Agency.ID == m.Agency.ID {
			faults = append(faults, fault(path+".agency", "framework.member_twice", fmt.Sprintf("%s is a member of lot %s already", m.Agency.ID, m.Lot)))
		}
		if m.Rank > 0 && o.Rank == m.Rank {
			faults = append(faults, fault(path+".rank", "framework.rank_taken", fmt.Sprintf("%s has rank %d of lot %s", o.Agency.ID, m.Rank, m.Lot)))
		}
	}
	return faults
}

// rankedMembers gives members that have no rank the next one of their lot.
func rankedMembers(members []FrameworkMember) []FrameworkMember {
	members = slices.Clone(members)
	for i, m := range members {
		if m.Rank == 0 {
			members[i].Rank = lastRank(members, m.Lot) + 1
		}
	}
	return members
}

func lastRank(members []FrameworkMember, lot LotID) int {
	last := 0
	for _, m := range members {
		if m.Lot == lot {
			last = max(last, m.Rank)
		}
	}
	return last
}

// withMembers adds the members that are no party as suppliers.
func withMembers(parties []Party, members ...FrameworkMember) []Party {
	for _, m := range members {
		if !slices.ContainsFunc(parties, func(p Party) bool { return p.Agency.ID == m.Agency.ID }) {
			parties = append(parties, Party{Agency: m.Agency, Role: SupplierParty})
		}
	}
	return parties
}

// Revise writes the terms down anew while the agreement is drafted, and gives
// them. Signatures under the earlier terms do not count any more.
func (f *FrameworkAgreement) Revise(t FrameworkTerms) (FrameworkTerms, error) {
	faults := append(f.draftedFaults(), t.faults("terms")...)
	for i, m := range f.Members("") {
		if _, known := t.lot(m.Lot); !known {
			faults = append(faults, fault(fmt.Sprintf("members[%d].lot", i), "lot.unknown", fmt.Sprintf("%s is a member of lot %q, which the terms leave out", m.Agency.ID, m.Lot)))
		}
	}
	faults = append(faults, f.currencyFaults(t)...)
	if err := f.invalid("revise a framework agreement", faults); err != nil {
		return FrameworkTerms{}, err
	}
	if err := frameworkRevised.Record(f, t.clone()); err != nil {
		return FrameworkTerms{}, err
	}
	return f.Terms(), nil
}

func (f *FrameworkAgreement) draftedFaults() []casework.Fault {
	if f.State() == FrameworkDrafted {
		return nil
	}
	return []casework.Fault{fault("framework", "framework.not_drafted", fmt.Sprintf("the framework agreement is %s: its terms stand", f.State()))}
}

// currencyFaults tells that the ceiling would change its currency.
func (f *FrameworkAgreement) currencyFaults(t FrameworkTerms) []casework.Fault {
	if !t.Ceiling.IsRecorded() || t.Ceiling.Currency() == f.s.Terms.Ceiling.Currency() {
		return nil
	}
	return []casework.Fault{fault("terms.ceiling", "framework.currency", "the agreement is in "+f.s.Terms.Ceiling.Currency())}
}

// Sign records a party's signature under the agreement as it stands, and gives
// it: signed now, where no moment is given. The last of the parties to sign takes
// the move [SignFramework].
func (f *FrameworkAgreement) Sign(s Signature) (Signature, error) {
	if s.At.IsZero() {
		s.At = f.Now()
	}
	s.Content, s.Mark = f.content(), Mark{}
	if err := f.invalid("sign a framework agreement", f.signatureFaults(s)); err != nil {
		return Signature{}, err
	}
	if err := f.sign(s); err != nil {
		return Signature{}, err
	}
	return f.s.Signatures[len(f.s.Signatures)-1], nil
}

func (f *FrameworkAgreement) sign(s Signature) error {
	if left := f.unsigned(); len(left) == 1 && left[0] == s.Party {
		return frameworkSigned.Move(f, SignFramework, s)
	}
	return frameworkSigned.Record(f, s)
}

func (f *FrameworkAgreement) signatureFaults(s Signature) []casework.Fault {
	faults := required(s.Signatory, "signature.signatory", "signatory.missing", "say who signs")
	faults = append(faults, f.draftedFaults()...)
	switch _, known := f.party(s.Party); {
	case !known:
		faults = append(faults, unknown("signature.party", "party", s.Party))
	case f.State() == FrameworkDrafted && !slices.Contains(f.unsigned(), s.Party):
		faults = append(faults, fault("signature.party", "signature.already", fmt.Sprintf("%s has signed already, or is to sign nothing", s.Party)))
	}
	if s.At.After(f.Now()) {
		faults = append(faults, fault("signature.at", "signature.future", "nothing is signed in the future"))
	}
	return faults
}

// unsigned gives the ids of the parties that have yet to sign the agreement as
// it stands. A supplier signs while it is a member.
func (f *FrameworkAgreement) unsigned() []string {
	content := f.content()
	var left []string
	for _, p := range f.s.Parties {
		signed := slices.ContainsFunc(f.s.Signatures, func(s Signature) bool { return s.Party == p.Agency.ID && s.Content == content })
		if !signed && (p.Role != SupplierParty || f.isMember(p.Agency.ID)) {
			left = append(left, p.Agency.ID)
		}
	}
	return left
}

func (f *FrameworkAgreement) party(agency string) (Party, bool) {
	at := slices.IndexFunc(f.s.Parties, func(p Party) bool { return p.Agency.ID == agency })
	if at < 0 {
		return Party{}, false
	}
	return f.s.Parties[at], true
}

func (f *FrameworkAgreement) isMember(agency string) bool {
	return slices.ContainsFunc(f.Members(""), func(m FrameworkMember) bool { return m.Agency.ID == agency })
}

// content is the digest of what is signed: the terms, the parties and the
// members.
func (f *FrameworkAgreement) content() casework.Hash {
	return contentOf(FrameworkDraft{Terms: f.s.Terms, Parties: f.s.Parties, Members: f.Members("")})
}

// AddMember adds a member to a lot, and gives it, with the next rank where it
// has none. The call's reason is required: outside an open framework nobody
// joins who was not awarded the lot (Procurement Act 2023 s.49).
func (f *FrameworkAgreement) AddMember(m FrameworkMember) (FrameworkMember, error) {
	m.Left = Mark{}
	faults := append(f.overFaults(), m.faults(f.s.Terms, f.s.Members, "member")...)
	faults = append(faults, reasonRequired(f, "why the member is added")...)
	if err := f.invalid("add a member", faults); err != nil {
		return FrameworkMember{}, err
	}
	m.Rank = cmp.Or(m.Rank, lastRank(f.s.Members, m.Lot)+1)
	if err := memberAdded.Record(f, m); err != nil {
		return FrameworkMember{}, err
	}
	return m, nil
}

// RemoveMember takes an agency off a lot, and gives the membership that ended.
// The call's reason is required. What was called off from it before runs on.
func (f *FrameworkAgreement) RemoveMember(lot LotID, agency string) (FrameworkMember, error) {
	faults := append(f.overFaults(), reasonRequired(f, "why the member is removed")...)
	if f.member(lot, agency) == nil {
		faults = append(faults, unknown("agency", "member", agency))
	}
	if err := f.invalid("remove a member", faults); err != nil {
		return FrameworkMember{}, err
	}
	at := slices.IndexFunc(f.s.Members, func(m FrameworkMember) bool { return m.is(lot, agency) })
	if err := memberRemoved.Record(f, MemberRemoval{Lot: lot, Agency: agency}); err != nil {
		return FrameworkMember{}, err
	}
	return f.s.Members[at], nil
}

func (f *FrameworkAgreement) overFaults() []casework.Fault {
	if !f.Final() {
		return nil
	}
	return []casework.Fault{fault("framework", "framework.over", fmt.Sprintf("the framework agreement is %s", f.State()))}
}

// is tells whether it is an agency's standing membership of a lot.
func (m FrameworkMember) is(lot LotID, agency string) bool {
	return m.Stands() && m.Lot == lot && m.Agency.ID == agency
}

func (f *FrameworkAgreement) member(lot LotID, agency string) *FrameworkMember {
	for i := range f.s.Members {
		if f.s.Members[i].is(lot, agency) {
			return &f.s.Members[i]
		}
	}
	return nil
}

// Terminate ends the agreement before its time, and gives the ending. The day is
// today's and the reason the call's where the ending has none; the move asks for
// the call's. What was called off before runs on.
func (f *FrameworkAgreement) Terminate(e Ending) (Ending, error) {
	today := f.cfg.day(f.Now())
	e.On = cmp.Or(e.On, today)
	e, faults := e.early(f.cfg.day(f.s.Drafted.At), today, f.Reason())
	if err := f.invalid("terminate a framework agreement", faults); err != nil {
		return Ending{}, err
	}
	if err := frameworkEnded.Move(f, TerminateFramework, e); err != nil {
		return Ending{}, err
	}
	return *f.s.Ending, nil
}

// followDates ends the framework agreement when its last day is over.
func (f *FrameworkAgreement) followDates() error {
	last := f.s.Terms.Period.To
	if _, can := f.Table().Next(f.State(), ExpireFramework); !can || last.IsZero() || !last.Before(f.cfg.day(f.Now())) {
		return nil
	}
	return frameworkEnded.Move(f, ExpireFramework, Ending{As: ExpiredEnd, On: last})
}

// Terms gives what the agreement sets out.
func (f *FrameworkAgreement) Terms() FrameworkTerms { return f.s.Terms.clone() }

// Origin gives where the agreement comes from.
func (f *FrameworkAgreement) Origin() Origin { return f.s.Origin }

// Parties gives who is bound by the agreement, in order.
func (f *FrameworkAgreement) Parties() []Party { return clonedParties(f.s.Parties) }

// Members gives the members of a lot that were not taken off, by rank; of all
// lots, lot by lot, where the lot is empty.
func (f *FrameworkAgreement) Members(lot LotID) []FrameworkMember {
	var all []FrameworkMember
	for _, l := range f.s.Terms.Lots {
		var members []FrameworkMember
		for _, m := range f.s.Members {
			if m.Lot == l.ID && m.Stands() && (lot == "" || lot == l.ID) {
				members = append(members, m)
			}
		}
		slices.SortStableFunc(members, func(a, b FrameworkMember) int { return cmp.Compare(a.Rank, b.Rank) })
		all = append(all, members...)
	}
	return all
}

// Memberships gives every membership there was, in the order they were added,
// those that ended too.
func (f *FrameworkAgreement) Memberships() []FrameworkMember { return slices.Clone(f.s.Members) }

// Signatures gives every signature, in order, those that do not count any more
// too.
func (f *FrameworkAgreement) Signatures() []Signature { return slices.Clone(f.s.Signatures) }

// Unsigned gives the ids of the parties that have yet to sign the agreement as
// it stands, in order.
func (f *FrameworkAgreement) Unsigned() []string { return f.unsigned() }

// Ending gives how the agreement ended, if it came into force and did.
func (f *FrameworkAgreement) Ending() (Ending, bool) {
	if f.s.Ending == nil {
		return Ending{}, false
	}
	return *f.s.Ending, true
}

// Codes of the deadlines of a framework agreement. All are API.
const (
	DeadlineFramework         = "framework.ends"
	DeadlineFrameworkReminder = "framework.ending" // subject: how many days before the last day, such as "90"
)

// deadlines gives when the agreement ends, and 90, 60 and 30 days before, each
// at the end of the day.
func (f *FrameworkAgreement) deadlines() []casework.Deadline {
	last := f.s.Terms.Period.To
	if f.State() != FrameworkInForce || last.IsZero() {
		return nil
	}
	all := []casework.Deadline{{Code: DeadlineFramework, Due: f.cfg.calendar.EndOf(last), Doc: fmt.Sprintf("call-offs are made until %s", last)}}
	for _, days := range []int{90, 60, 30} {
		if day := last.AddDays(-days); !day.Before(f.s.Terms.Period.From) {
			all = append(all, casework.Deadline{
				Code: DeadlineFrameworkReminder, Subject: fmt.Sprint(days), Due: f.cfg.calendar.EndOf(day),
				Doc: fmt.Sprintf("call-offs are made for %d more days, until %s", days, last),
			})
		}
	}
	return all
}

func frameworkRules() []rule[*FrameworkAgreement] {
	signing := []casework.Move{SignFramework, SigningFramework}
	return []rule[*FrameworkAgreement]{
		{policy: casework.Policy[*FrameworkAgreement]{
			Code: "framework.ceiling", Doc: "All call-offs together stay within the ceiling of the framework agreement, variations and options included.",
			Source: "Procurement Act 2023 s.45(5), Schedule 3", Moves: []casework.Move{CallingOff}, Check: calledBeyond,
		}, weight: refused()},
		{policy: casework.Policy[*FrameworkAgreement]{
			Code: "standstill.running", Doc: "Nothing is signed while a standstill runs.",
			Source: "Procurement Act 2023 s.51", Moves: signing, Check: func(a casework.Attempt[*FrameworkAgreement]) []casework.Objection {
				return objectToRunning(a.Case.awards(), signedAt(a))
			},
		}, weight: barred()},
		{policy: casework.Policy[*FrameworkAgreement]{
			Code: "standstill.missing", Doc: "Before anything is signed it is decided whether a standstill is kept.",
			Source: "Procurement Act 2023 s.51", Moves: signing, Check: func(a casework.Attempt[*FrameworkAgreement]) []casework.Objection {
				return objectToUndecidedStandstill(a.Case.awards())
			},
		}, weight: refused()},
		{policy: casework.Policy[*FrameworkAgreement]{
			Code: "challenge.open", Doc: "Nothing is signed while a challenge is undecided.",
			Source: "Procurement Act 2023 s.101", Moves: signing, Check: frameworkChallenged,
		}, weight: barred()},
		{policy: casework.Policy[*FrameworkAgreement]{
			Code: "award.cancelled", Doc: "Nothing is signed on an award that was cancelled.",
			Source: "house rule", Moves: signing, Check: memberUnawarded,
		}, weight: barred()},
		{policy: casework.Policy[*FrameworkAgreement]{
			Code: "purchase.unseen", Doc: "An agreement that rests on awards is signed in sight of its purchase.",
			Source: "house rule", Moves: signing, Check: establishingUnseen,
		}, weight: barred()},
		{policy: casework.Policy[*FrameworkAgreement]{
			Code: "signatory.unauthorised", Doc: "Whoever signs is among those the party named, where it named any, with a limit, if one is recorded, that covers the ceiling.",
			Source: "house rule: the scheme of delegation of the party", Moves: signing, Check: signatoryUnauthorised,
		}, weight: refused()},
		{policy: casework.Policy[*FrameworkAgreement]{
			Code: "framework.long", Doc: "A framework agreement runs for no more than four years, unless its nature asks for longer.",
			Source: "Procurement Act 2023 s.47", Moves: signing, Check: frameworkLong,
		}, weight: explained()},
	}
}

// awards gives the awards that stand behind an agreement that is not signed.
func (f *FrameworkAgreement) awards() []Award {
	p, linked := f.purchase()
	if !linked {
		return nil
	}
	return p.standing()
}

// establishingUnseen objects where the purchase was not loaded along.
func establishingUnseen(a casework.Attempt[*FrameworkAgreement]) []casework.Objection {
	if _, seen := a.Case.purchase(); seen || a.Case.s.Origin.Purchase.IsZero() {
		return nil
	}
	return object("the purchase the agreement rests on is not at hand", "load the agreement in a unit, by way of a desk", a.Case.s.Origin.Purchase.String())
}

// signedAt is when an attempt to sign says it was signed; now, where it is
// merely listed as possible.
func signedAt(a casework.Attempt[*FrameworkAgreement]) time.Time {
	if s, given := a.Args.(Signature); given {
		return s.At
	}
	return a.At
}

func frameworkChallenged(a casework.Attempt[*FrameworkAgreement]) []casework.Objection {
	p, linked := a.Case.purchase()
	if !linked {
		return nil
	}
	return objectToChallenges(p.openChallenges(func(c Challenge) bool {
		return slices.ContainsFunc(p.standing(), func(w Award) bool { return c.concerns(w.ID) })
	}))
}

func memberUnawarded(a casework.Attempt[*FrameworkAgreement]) []casework.Objection {
	if _, linked := a.Case.purchase(); !linked {
		return nil
	}
	var objections []casework.Objection
	standing := a.Case.awards()
	for _, m := range a.Case.Members("") {
		if m.Award == "" || slices.ContainsFunc(standing, func(w Award) bool { return w.ID == m.Award }) {
			continue
		}
		objections = append(objections, object(fmt.Sprintf("award %s of %s was cancelled", m.Award, m.Agency.ID),
			fmt.Sprintf("remove %s from lot %s", m.Agency.ID, m.Lot), m.Agency.ID)...)
	}
	return objections
}

func signatoryUnauthorised(a casework.Attempt[*FrameworkAgreement]) []casework.Objection {
	s, given := a.Args.(Signature)
	if !given {
		return nil
	}
	party, _ := a.Case.party(s.Party)
	who, named := party.signatory(s.Signatory)
	switch {
	case named:
		return beyondLimit(who, a.Case.s.Terms.Ceiling)
	case len(party.Signatories) > 0:
		return object(fmt.Sprintf("%s is not among those who may sign for %s", s.Signatory, s.Party),
			"have a named signatory sign", s.Signatory)
	default:
		return nil
	}
}

// beyondLimit objects to a signatory whose recorded limit is below a value.
func beyondLimit(who Signatory, value casework.Money) []casework.Objection {
	if !who.Limit.IsRecorded() {
		return nil
	}
	if n, err := who.Limit.Cmp(value); err == nil && n >= 0 {
		return nil
	}
	return object(fmt.Sprintf("%s may sign up to %s, and the ceiling is %s", who.Person, who.Limit, value),
		"have a signatory sign whose limit covers the ceiling", who.Person)
}

func frameworkLong(a casework.Attempt[*FrameworkAgreement]) []casework.Objection {
	t := a.Case.s.Terms
	if !t.long() || strings.TrimSpace(t.Term.Reason) != "" {
		return nil
	}
	return object(fmt.Sprintf("it runs %s, for more than %d months", t.Period, frameworkMonths),
		"write the reason into the terms, or explain it", "")
}
