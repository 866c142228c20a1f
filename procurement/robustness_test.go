package procurement_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/procurement"
)

// subject is a case of procurement of any kind.
type subject interface {
	casework.Aggregate
	Pending() []casework.Entry
	Seq() uint64
	State() casework.State
	Advice() []casework.Objection
	Move(casework.Move) error
}

// site is a case in some state, to be tried in every way.
type site struct {
	name    string
	zero    subject // of the same kind, never opened
	load    func(context.Context) (subject, error)
	update  func(context.Context, func(subject) error, ...casework.CallOption) error
	options func(context.Context, ...casework.CallOption) ([]casework.Option, error)
	verify  func(context.Context) error
}

func siteOf[T subject](name string, zero T, desk *casework.Desk[T], id casework.CaseID, by casework.Actor) site {
	return site{
		name: name, zero: zero,
		load: func(ctx context.Context) (subject, error) { return desk.Load(ctx, id) },
		update: func(ctx context.Context, work func(subject) error, opts ...casework.CallOption) error {
			_, err := desk.Update(ctx, id, by, func(c T) error { return work(c) }, opts...)
			return err
		},
		options: func(ctx context.Context, opts ...casework.CallOption) ([]casework.Option, error) {
			return desk.Options(ctx, id, by, opts...)
		},
		verify: func(ctx context.Context) error { return desk.Verify(ctx, id) },
	}
}

// sites gives cases of all five kinds, in several states each.
func sites(t *testing.T) []site {
	t.Helper()
	var all []site
	purchase := func(name string, desks *procurement.Desks, p *procurement.Purchase, by casework.Actor) {
		all = append(all, siteOf("purchase "+name, &procurement.Purchase{}, desks.Purchases.Desk, p.ID(), by))
	}
	r := requestingAt(t, commissioning.StageArrangeDelivery)
	purchase("drafted", r.desks, r.open(t, nil), requester())
	r = requestingAt(t, commissioning.StageArrangeDelivery)
	purchase("submitted", r.desks, r.submitted(t, nil), approver())
	b := biddingInvited(t, nil)
	b.clock(t, "2027-01-08T00:00:00+02:00")
	b.handedIn(t, "b1", 100_00)
	purchase("invited", b.desks, b.p, b.Actor)
	b = biddingOpened(t, nil, 100_00, 200_00)
	purchase("opened", b.desks, b.p, b.Actor)
	a := awardingHouse(t, commissioning.Light)
	purchase("evaluated", a.desks, a.evaluated(t, buying{bids: []procurement.Bid{offerOf("1", "alpha", 500), offerOf("1", "beta", 499)}}), a.f.Actor)
	a = awardingHouse(t, commissioning.Light)
	p := a.awarded(t, buying{}, procurement.AwardDecision{})
	purchase("awarded", a.desks, p, a.f.Actor)

	contract := func(name string, desk *procurement.ContractDesk, c *procurement.Contract, by casework.Actor) {
		all = append(all, siteOf("contract "+name, &procurement.Contract{}, desk.Desk, c.ID(), by))
	}
	contract("of an award", a.desks.Contracts, a.contracts(t, p)[0], a.f.Actor)
	l := livingDrafted(t, nil)
	contract("drafted", l.desk, l.c, livingManager())
	l = livingInForce(t, nil).invoiced("I-1", 4_00).paid("I1", 4_00)
	contract("in force", l.desk, l.c, livingManager())
	l = livingInForce(t, nil).ended()
	contract("ended", l.desk, l.c, livingManager())
	care := caringHouse(t)
	contract("with a package", care.desks.Contracts, care.load(t), casework.Person("ana", camden()))

	framework := func(name string, f *procurement.FrameworkAgreement) {
		all = append(all, siteOf("framework "+name, &procurement.FrameworkAgreement{}, a.desks.Frameworks.Desk, f.ID(), a.f.Actor))
	}
	framework("drafted", a.framework(t, nil))
	framework("in force", a.inForce(t, nil))

	g := newGrantHouse(t)
	grant := func(name string, id casework.CaseID) {
		all = append(all, siteOf("grant "+name, &procurement.GrantAgreement{}, g.desks.Grants.Desk, id, g.officer))
	}
	grant("designed", g.open(t, g.anyGrant(casework.GBP(5_000_00))))
	accepted := g.accepted(t, g.anyGrant(casework.GBP(5_000_00)))
	g.do(t, accepted, grantMeetFirst)
	g.do(t, accepted, g.plan(casework.GBP(1_000_00)))
	g.do(t, accepted, g.pay("L1"))
	grant("accepted", accepted)

	inHouse := func(name string, id casework.CaseID) {
		all = append(all, siteOf("in-house "+name, &procurement.InHouseAgreement{}, g.desks.InHouse.Desk, id, g.officer))
	}
	inHouse("proposed", g.openInHouse(t, g.anyInHouse(casework.GBP(5_000_00))))
	inHouse("agreed", g.agreed(t, g.anyInHouse(casework.GBP(5_000_00))))
	return all
}

// methods are the exported methods of a case, those of every case included.
func (s site) methods() []reflect.Method {
	kind := reflect.TypeOf(s.zero)
	all := make([]reflect.Method, kind.NumMethod())
	for i := range all {
		all[i] = kind.Method(i)
	}
	return all
}

// arguments makes a value of a type.
type arguments func(reflect.Type) reflect.Value

// given is what a method is called with.
func given(m reflect.Method, c subject, with arguments) []reflect.Value {
	in := []reflect.Value{reflect.ValueOf(c)}
	for i := 1; i < m.Type.NumIn(); i++ {
		in = append(in, with(m.Type.In(i)))
	}
	return in
}

func calling(m reflect.Method, in []reflect.Value) (out []reflect.Value, err error) {
	if m.Type.IsVariadic() {
		out = m.Func.CallSlice(in)
	} else {
		out = m.Func.Call(in)
	}
	if len(out) > 0 && out[len(out)-1].Type() == reflect.TypeFor[error]() {
		err, _ = out[len(out)-1].Interface().(error)
	}
	return out, err
}

// commands tells whether a method takes something, and may fail. Two that do are
// none: one gives what the method says of the bids, the other fails by itself.
func commands(m reflect.Method) bool {
	if m.Name == "Ranking" || m.Name == "Fail" {
		return false
	}
	takes := m.Type.NumIn() - 1
	if m.Type.IsVariadic() {
		takes--
	}
	return takes > 0 && m.Type.NumOut() > 0 && m.Type.Out(m.Type.NumOut()-1) == reflect.TypeFor[error]()
}

func zeroes(kind reflect.Type) reflect.Value { return reflect.Zero(kind) }

// making gives arguments of which every part is made: texts by their type, all
// amounts the same, all numbers the same, all days the same, and of every list
// two.
func making(text func(reflect.Type) string, m casework.Money, n int64, day casework.Date) arguments {
	var build arguments
	build = func(kind reflect.Type) reflect.Value {
		v := reflect.New(kind).Elem()
		switch kind {
		case reflect.TypeFor[casework.Date]():
			return reflect.ValueOf(day)
		case reflect.TypeFor[casework.Money]():
			return reflect.ValueOf(m)
		case reflect.TypeFor[time.Time]():
			return reflect.ValueOf(day.In(time.UTC))
		case reflect.TypeFor[error]():
			return reflect.ValueOf(errors.New("nonsense"))
		}
		switch kind.Kind() {
		case reflect.String:
			v.SetString(text(kind))
		case reflect.Int, reflect.Int64, reflect.Int32:
			v.SetInt(n)
		case reflect.Uint8:
			v.SetUint(255)
		case reflect.Uint64:
			v.SetUint(1 << 63)
		case reflect.Bool:
			v.SetBool(true)
		case reflect.Slice:
			v.Set(reflect.Append(v, build(kind.Elem()), build(kind.Elem())))
		case reflect.Pointer:
			v.Set(reflect.New(kind.Elem()))
			v.Elem().Set(build(kind.Elem()))
		case reflect.Struct:
			for i := range kind.NumField() {
				if f := v.Field(i); f.CanSet() && f.Type() != reflect.PointerTo(kind) { // nobody acts for somebody without end
					f.Set(build(f.Type()))
				}
			}
		default: // stays zero
		}
		return v
	}
	return build
}

// ids are the ids of records that stand in some of the sites.
func ids() map[string]string {
	return map[string]string{
		"ApprovalID": "A1", "AwardID": "W1", "BidID": "B1", "BreachID": "H1", "ChallengeID": "C1", "ClawbackID": "K1", "CriterionID": "quality",
		"DeclarationID": "D1", "DisputeID": "X1", "ElementID": "E1", "GrantConditionID": "C1", "InstalmentID": "L1", "InvoiceID": "I1",
		"LotID": "1", "MeasureID": "KPI1", "NeedID": "N1", "ObligationID": "G1", "OptionID": "O1", "OrderID": "P1", "PackageChangeID": "K1",
		"QuestionID": "Q1", "ResourceID": "R1", "ReviewID": "R1", "ServiceID": "S1", "UnderPerformanceID": "U1", "VariationID": "V1",
	}
}

// nonsense is text that is no word, no id, and no UTF-8.
func nonsense(reflect.Type) string { return "nonsense\x00\xff" }

// plausible is text that is known where the library knows the words, the id of a
// record that may stand, and that of a party.
func plausible(kind reflect.Type) string {
	if word, is := words()[kind]; is {
		return word
	}
	if id, is := ids()[kind.Name()]; is {
		return id
	}
	return "camden"
}

func everyArguments(t *testing.T) map[string]arguments {
	t.Helper()
	last, least := dayOf(t, "9999-12-31"), euros(t, math.MinInt64+1)
	return map[string]arguments{
		"zero values":      zeroes,
		"nonsense":         making(nonsense, least, math.MinInt32, last),
		"the largest":      making(plausible, casework.GBP(math.MaxInt64), math.MaxInt, last),
		"another currency": making(plausible, euros(t, 1), 1, dayOf(t, "2025-06-02")),
		"the smallest":     making(plausible, casework.GBP(0), 0, casework.Date{}),
	}
}

// errTried takes back what was tried.
var errTried = errors.New("it was tried only")

func TestNothingPanicsAndNothingIsHalfDone(t *testing.T) {
	t.Parallel()
	for _, s := range sites(t) {
		for what, with := range everyArguments(t) {
			t.Run(s.name+" with "+what, func(t *testing.T) {
				t.Parallel()
				for _, m := range s.methods() {
					s.tries(t, m, with)
				}
				require.NoError(t, s.verify(t.Context()))
			})
		}
	}
}

// tries calls a method outside a call, and within one that is taken back.
func (s site) tries(t *testing.T, m reflect.Method, with arguments) {
	t.Helper()
	c, err := s.load(t.Context())
	require.NoError(t, err)
	require.NotPanics(t, func() { _, _ = calling(m, given(m, c, with)) }, "%s outside a call", m.Name)
	require.NotPanics(t, func() {
		err := s.update(t.Context(), func(c subject) error {
			in := given(m, c, with)
			before, kept := len(c.Pending()), string(indented(t, procurement.DocumentOf(c)))
			out, err := calling(m, in)
			if err != nil {
				assert.Len(t, c.Pending(), before, "%s failed, and left something pending", m.Name)
				assert.Equal(t, kept, string(indented(t, procurement.DocumentOf(c))), "%s failed, and changed something", m.Name)
				return err
			}
			now := string(indented(t, procurement.DocumentOf(c)))
			spoilAll(m, in[1:], out)
			assert.Equal(t, now, string(indented(t, procurement.DocumentOf(c))), "%s shares what it was given or gives", m.Name)
			return errTried
		}, casework.Reason("a reason"))
		if m.Name != "Fail" && !errors.Is(err, errTried) {
			assert.True(t, errors.Is(err, casework.ErrInvalid) || errors.Is(err, casework.ErrRefused), "%s: %v", m.Name, err)
		}
	}, "%s within a call", m.Name)
}

func TestACaseThatWasNeverOpenedTakesNothing(t *testing.T) {
	t.Parallel()
	for _, c := range []subject{
		&procurement.Purchase{}, &procurement.Contract{}, &procurement.FrameworkAgreement{}, &procurement.GrantAgreement{}, &procurement.InHouseAgreement{},
	} {
		for what, with := range everyArguments(t) {
			for _, m := range (site{zero: c}).methods() {
				assert.NotPanics(t, func() {
					if _, err := calling(m, given(m, c, with)); commands(m) {
						assert.ErrorIs(t, err, casework.ErrInvalid, m.Name)
					}
				}, "%s of a %T with %s", m.Name, c, what)
			}
		}
	}
}

func TestCommandsWithoutArgumentsAreNeverTaken(t *testing.T) {
	t.Parallel()
	// Somebody declares that there is nothing to declare; terms are drafted from
	// nothing; and that a requisition stays as it was approved is a policy, which
	// some of the sites are without.
	sparing := []string{"Declare", "Redraft", "ReviseRequisition"}
	for _, s := range sites(t) {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			for _, m := range s.methods() {
				if !commands(m) || slices.Contains(sparing, m.Name) {
					continue
				}
				err := s.update(t.Context(), func(c subject) error {
					_, err := calling(m, given(m, c, zeroes))
					assert.Empty(t, c.Pending(), m.Name)
					if err == nil {
						return errTried
					}
					return err
				})
				assert.True(t, errors.Is(err, casework.ErrInvalid) || errors.Is(err, casework.ErrRefused), "%s: %v", m.Name, err)
			}
		})
	}
}

func TestCommandsAreForCallsAlone(t *testing.T) {
	t.Parallel()
	for _, s := range sites(t) {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			c, err := s.load(t.Context())
			require.NoError(t, err)
			before := string(indented(t, procurement.DocumentOf(c)))
			for _, with := range everyArguments(t) {
				for _, m := range s.methods() {
					if commands(m) {
						_, err := calling(m, given(m, c, with))
						require.ErrorIs(t, err, casework.ErrInvalid, m.Name)
					}
				}
			}
			assert.Equal(t, []string{"call call.none"}, invalidities(t, c.Move("anything")))
			assert.Equal(t, before, string(indented(t, procurement.DocumentOf(c))))
			assert.Empty(t, c.Pending())
		})
	}
}

// spoilAll overwrites what a method was given and gave, so far as it may.
func spoilAll(m reflect.Method, given, gave []reflect.Value) {
	if m.Name == "Table" || m.Name == "Picture" { // the table is the definition's, and cannot be changed
		return
	}
	for _, v := range slices.Concat(given, gave) {
		spoil(v)
	}
}

// spoil overwrites everything that can be reached from a value.
func spoil(v reflect.Value) {
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			spoil(v.Index(i))
			v.Index(i).SetZero()
		}
	case reflect.Pointer:
		if !v.IsNil() && v.Elem().Kind() == reflect.Struct {
			spoil(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if !v.Type().Field(i).IsExported() {
				continue
			}
			spoil(v.Field(i))
			if v.Field(i).CanSet() {
				v.Field(i).SetZero()
			}
		}
	default: // a copy by itself
	}
}

func TestAccessorsGiveCopies(t *testing.T) {
	t.Parallel()
	known := making(plausible, casework.GBP(1), 1, dayOf(t, "2025-06-02"))
	for _, s := range sites(t) {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			c, err := s.load(t.Context())
			require.NoError(t, err)
			before := string(indented(t, procurement.DocumentOf(c)))
			for _, m := range s.methods() {
				for _, with := range []arguments{zeroes, known} {
					out, _ := calling(m, given(m, c, with))
					spoilAll(m, nil, out)
				}
				require.Equal(t, before, string(indented(t, procurement.DocumentOf(c))), "%s gives away what is inside", m.Name)
			}
		})
	}
}

// opens begins a case of one kind from a draft.
type opens struct {
	draft any // a struct without fault
	open  func(*testing.T, any) (subject, func(context.Context) error, error)
}

// everyOpening makes a house and a draft of each kind.
func everyOpening() map[string]func(*testing.T) opens {
	return map[string]func(*testing.T) opens{
		"a requisition": func(t *testing.T) opens {
			h := requestingAt(t, commissioning.StageArrangeDelivery)
			return opens{h.requisition(), openedBy(h.desks.Purchases.Desk, func(ctx context.Context, d procurement.Requisition) (*procurement.Purchase, error) {
				return h.desks.Purchases.Open(ctx, requester(), d)
			})}
		},
		"a contract": func(t *testing.T) opens {
			h := newContractOffice(t)
			return opens{livingDraft(t), openedBy(h.desks.Contracts.Desk, func(ctx context.Context, d procurement.ContractDraft) (*procurement.Contract, error) {
				return h.desks.Contracts.Open(ctx, requester(), d)
			})}
		},
		"a framework agreement": func(t *testing.T) opens {
			h := awardingHouse(t, commissioning.Light)
			return opens{h.draftOf(t), openedBy(h.desks.Frameworks.Desk, func(ctx context.Context, d procurement.FrameworkDraft) (*procurement.FrameworkAgreement, error) {
				return h.desks.Frameworks.Open(ctx, requester(), d)
			})}
		},
		"a grant": func(t *testing.T) opens {
			h := newGrantHouse(t)
			return opens{h.forCycle(h.anyGrant(casework.GBP(5_000_00))), openedBy(h.desks.Grants.Desk, func(ctx context.Context, d procurement.Grant) (*procurement.GrantAgreement, error) {
				return h.desks.Grants.Open(ctx, h.officer, d)
			})}
		},
		"an in-house agreement": func(t *testing.T) opens {
			h := newGrantHouse(t)
			return opens{h.anyInHouse(casework.GBP(5_000_00)), openedBy(h.desks.InHouse.Desk, func(ctx context.Context, d procurement.InHouse) (*procurement.InHouseAgreement, error) {
				return h.desks.InHouse.Open(ctx, h.officer, d)
			})}
		},
	}
}

func openedBy[D any, T subjectWithID](desk *casework.Desk[T], open func(context.Context, D) (T, error)) func(*testing.T, any) (subject, func(context.Context) error, error) {
	return func(t *testing.T, draft any) (subject, func(context.Context) error, error) {
		t.Helper()
		d, is := draft.(D)
		require.True(t, is)
		c, err := open(t.Context(), d)
		if err != nil {
			return nil, nil, err
		}
		return c, func(ctx context.Context) error { return desk.Verify(ctx, c.ID()) }, nil
	}
}

type subjectWithID interface {
	subject
	ID() casework.CaseID
}

// edited is a copy of a value in which every part of a type is another one.
func edited(v reflect.Value, edit func(reflect.Value) bool) reflect.Value {
	into := reflect.New(v.Type()).Elem()
	into.Set(v)
	if edit(into) {
		return into
	}
	switch v.Kind() {
	case reflect.Slice:
		into.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		for i := range v.Len() {
			into.Index(i).Set(edited(v.Index(i), edit))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			into.Set(reflect.New(v.Type().Elem()))
			into.Elem().Set(edited(v.Elem(), edit))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				into.Field(i).Set(edited(v.Field(i), edit))
			}
		}
	default: // copied above
	}
	return into
}

func TestCasesOpenedFromStrangeDraftsAreWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	amounts := func(m ...casework.Money) func(reflect.Value) bool {
		n := 0
		return func(v reflect.Value) bool {
			if v.Type() != reflect.TypeFor[casework.Money]() {
				return false
			}
			v.Set(reflect.ValueOf(m[n%len(m)]))
			n++
			return true
		}
	}
	texts := func(suffix string) func(reflect.Value) bool {
		return func(v reflect.Value) bool {
			if v.Type() == reflect.TypeFor[string]() && v.String() != "" {
				v.SetString(v.String() + suffix)
			}
			return v.Kind() == reflect.String
		}
	}
	edits := map[string]func(reflect.Value) bool{
		"as they are":                   func(reflect.Value) bool { return false },
		"the largest amounts":           amounts(casework.GBP(math.MaxInt64)),
		"amounts below zero":            amounts(casework.GBP(math.MinInt64 + 1)),
		"no amounts":                    amounts(casework.Money{}),
		"amounts of two currencies":     amounts(casework.GBP(100_00), euros(t, 100_00)),
		"texts that hold NUL":           texts("\x00"),
		"texts that are not UTF-8":      texts("\xff\xfe"),
		"texts that hold markup":        texts(`<script>"&'</script>`),
		"texts of a million characters": texts(strings.Repeat("x", 1<<20)),
		"texts of blanks":               func(v reflect.Value) bool { return blank(v) },
	}
	for kind, house := range everyOpening() {
		for what, edit := range edits {
			t.Run(kind+" with "+what, func(t *testing.T) {
				t.Parallel()
				o := house(t)
				draft := edited(reflect.ValueOf(o.draft), edit).Interface()
				require.NotPanics(t, func() {
					c, verify, err := o.open(t, draft)
					if err != nil {
						require.NotEqual(t, "as they are", what, "%v", err)
						require.True(t, errors.Is(err, casework.ErrInvalid) || errors.Is(err, casework.ErrRefused), "%v", err)
						return
					}
					require.NoError(t, verify(t.Context()))
					assert.NotContains(t, string(indented(t, procurement.DocumentOf(c))), "\xff")
				})
			})
		}
	}
}

func blank(v reflect.Value) bool {
	if v.Type() == reflect.TypeFor[string]() {
		v.SetString(" \t\n")
	}
	return v.Kind() == reflect.String
}

func TestOptionsAreTheSameTwiceAndWriteNothing(t *testing.T) {
	t.Parallel()
	for _, s := range sites(t) {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			before, err := s.load(t.Context())
			require.NoError(t, err)

			once, err := s.options(t.Context())
			require.NoError(t, err)
			twice, err := s.options(t.Context())
			require.NoError(t, err)

			assert.Equal(t, once, twice)
			after, err := s.load(t.Context())
			require.NoError(t, err)
			assert.Equal(t, before.Seq(), after.Seq())
			assert.Equal(t, procurement.DocumentOf(before), procurement.DocumentOf(after))
		})
	}
}

// TestWhatIsListedIsWhatIsEnforced walks at random, and holds the options of
// every state it comes to against the moves.
func TestWhatIsListedIsWhatIsEnforced(t *testing.T) {
	t.Parallel()
	for _, s := range sites(t) {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(1, 2))
			for range 6 {
				var open []casework.Move
				for _, opts := range [][]casework.CallOption{nil, {casework.Reason("a reason")}} {
					open = s.listsWhatItEnforces(t, opts)
				}
				if len(open) == 0 {
					return
				}
				m := open[random.IntN(len(open))]
				require.NoError(t, s.update(t.Context(), func(c subject) error { return c.Move(m) }, casework.Reason("a reason")), m)
			}
		})
	}
}

// listsWhatItEnforces gives the moves that may be taken without arguments.
func (s site) listsWhatItEnforces(t *testing.T, opts []casework.CallOption) (open []casework.Move) {
	t.Helper()
	options, err := s.options(t.Context(), opts...)
	require.NoError(t, err)
	for _, o := range options {
		if o.Arguments != "" {
			continue
		}
		said, to := s.trying(t, o.Move, opts)
		require.Equal(t, o.Allowed(), to != "", o.Move)
		require.ElementsMatch(t, o.Objections, said, "%s", o.Move)
		if o.Allowed() {
			require.Equal(t, o.To, to)
			open = append(open, o.Move)
		}
	}
	return open
}

// trying takes a move and takes it back, and gives what is said of it and the
// state it leads to, if it does.
func (s site) trying(t *testing.T, m casework.Move, opts []casework.CallOption) (said []casework.Objection, to casework.State) {
	t.Helper()
	err := s.update(t.Context(), func(c subject) error {
		if err := c.Move(m); err != nil {
			return err
		}
		said, to = c.Advice(), c.State()
		return errTried
	}, opts...)
	if errors.Is(err, errTried) {
		return said, to
	}
	var refusal *casework.Refusal
	require.ErrorAs(t, err, &refusal)
	return refusal.Objections, ""
}

func TestEveryDefaultPolicyIsDocumentedAndWeighed(t *testing.T) {
	t.Parallel()
	weights := procurement.DefaultWeights()
	code := regexp.MustCompile(`^[a-z][a-z_]*\.[a-z][a-z_]*$`)
	seen := map[string]procurement.Ruled{}
	for _, r := range procurement.Rules() {
		name := fmt.Sprintf("%s of a %s", r.Code, r.Kind)
		assert.Regexp(t, code, r.Code)
		assert.True(t, strings.HasSuffix(r.Doc, "."), "%s: its documentation is a sentence", name)
		assert.NotEmpty(t, strings.TrimSpace(r.Source), name)
		assert.Positive(t, r.Watches, name)
		assert.NotZero(t, r.Weight.Light, name)
		assert.NotZero(t, r.Weight.Standard, name)
		assert.NotZero(t, r.Weight.Major, name)
		assert.Equal(t, r.Weight, weights[r.Code], name)
		if before, is := seen[r.Code]; is {
			assert.Equal(t, before.Weight, r.Weight, "%s weighs otherwise for a %s", name, before.Kind)
			assert.NotEqual(t, before.Kind, r.Kind, "two policies of a kind have the code %s", r.Code)
		}
		seen[r.Code] = r
	}
	assert.Len(t, weights, len(seen), "every weight is a policy's")
}
