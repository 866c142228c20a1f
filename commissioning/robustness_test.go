package commissioning_test

import (
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/commissioning/commissioningtest"
)

// method is an exported method of a cycle, those of every case included.
type method struct {
	name string
	of   reflect.Method
}

func methods() []method {
	var all []method
	kind := reflect.TypeFor[*commissioning.Cycle]()
	for i := range kind.NumMethod() {
		all = append(all, method{kind.Method(i).Name, kind.Method(i)})
	}
	return all
}

// call calls the method with arguments made by type.
func (m method) call(c *commissioning.Cycle, argument func(reflect.Type) reflect.Value) []reflect.Value {
	in := []reflect.Value{reflect.ValueOf(c)}
	for i := 1; i < m.of.Type.NumIn(); i++ {
		in = append(in, argument(m.of.Type.In(i)))
	}
	if m.of.Type.IsVariadic() {
		return m.of.Func.CallSlice(in)
	}
	return m.of.Func.Call(in)
}

// nonsense makes a value nobody would give: words for ids, numbers below zero,
// the last of all days, and of every list two.
func nonsense(t *testing.T) func(reflect.Type) reflect.Value {
	t.Helper()
	known := map[reflect.Type]reflect.Value{
		reflect.TypeFor[casework.Date]():  reflect.ValueOf(day(t, "9999-12-31")),
		reflect.TypeFor[casework.Money](): reflect.ValueOf(euros(t, "-92233720368547758.08")),
		reflect.TypeFor[error]():          reflect.ValueOf(errors.New("nonsense")),
	}
	var build func(reflect.Type) reflect.Value
	build = func(kind reflect.Type) reflect.Value {
		if v, is := known[kind]; is {
			return v
		}
		v := reflect.New(kind).Elem()
		switch kind.Kind() {
		case reflect.String:
			v.SetString("nonsense\x00\xff")
		case reflect.Int, reflect.Int64, reflect.Int32:
			v.SetInt(-1 << 31)
		case reflect.Uint8:
			v.SetUint(255)
		case reflect.Uint64:
			v.SetUint(1 << 63)
		case reflect.Bool:
			v.SetBool(true)
		case reflect.Slice:
			v.Set(reflect.MakeSlice(kind, 2, 2))
			for i := range 2 {
				v.Index(i).Set(build(kind.Elem()))
			}
		case reflect.Pointer:
			if kind.Elem() != kind {
				v.Set(reflect.New(kind.Elem()))
			}
		case reflect.Struct:
			for i := range kind.NumField() {
				if f := v.Field(i); f.CanSet() {
					f.Set(build(f.Type()))
				}
			}
		default: // stays zero
		}
		return v
	}
	return build
}

func zeroes(kind reflect.Type) reflect.Value { return reflect.Zero(kind) }

// failure is the error among what a method gave, if it gives one.
func failure(out []reflect.Value) (gives bool, err error) {
	if len(out) == 0 || out[len(out)-1].Type() != reflect.TypeFor[error]() {
		return false, nil
	}
	err, _ = out[len(out)-1].Interface().(error)
	return true, err
}

func TestNothingPanicsOnNonsense(t *testing.T) {
	t.Parallel()
	arguments := map[string]func(reflect.Type) reflect.Value{"zero values": zeroes, "nonsense": nonsense(t)}
	for name, argument := range arguments {
		for _, m := range methods() {
			t.Run(fmt.Sprintf("%s with %s", m.name, name), func(t *testing.T) {
				t.Parallel()
				require.NotPanics(t, func() { m.call(&commissioning.Cycle{}, argument) }, "on a cycle that was never opened")
				for _, stage := range everyStage() {
					f := commissioningtest.At(t, stage)
					require.NotPanics(t, func() { m.call(f.Cycle, argument) }, "outside a call")
					require.NotPanics(t, func() {
						_, err := f.Desk.Update(t.Context(), f.Cycle.ID(), f.Actor, func(c *commissioning.Cycle) error {
							_, err := failure(m.call(c, argument))
							return err
						})
						if err != nil && m.name != "Fail" {
							assert.True(t, errors.Is(err, casework.ErrInvalid) || errors.Is(err, casework.ErrRefused), "%v", err)
						}
					}, "within a call")
					require.NoError(t, f.Desk.Verify(t.Context(), f.Cycle.ID()))
				}
			})
		}
	}
}

func everyStage() []commissioning.Stage {
	return []commissioning.Stage{commissioning.StageAssessNeed, commissioning.StageMonitorReview, commissioning.Closed}
}

func TestCommandsAreForCallsAlone(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StageMonitorReview)
	before := string(indented(t, portrait(f.Cycle)))
	for _, m := range methods() {
		if is, err := failure(m.call(f.Cycle, zeroes)); is && err != nil {
			assert.ErrorIs(t, err, casework.ErrInvalid, m.name)
		}
	}
	for name, do := range map[string]command{
		"need":        anotherNeed,
		"service":     planning(commissioning.Service{}),
		"arrangement": arranging(func(*commissioning.Cycle, *commissioning.Arrangement) {}),
		"move":        moving(commissioning.Reassess),
		"close":       closingTheCycle,
		"delivery":    func(c *commissioning.Cycle) error { return c.EndDelivery("S1") },
	} {
		assert.Equal(t, []string{"call call.none"}, faults(t, do(f.Cycle)), name)
	}
	assert.Equal(t, before, string(indented(t, portrait(f.Cycle))))
}

// spoil overwrites everything that can be reached from a value.
func spoil(v reflect.Value) {
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			spoil(v.Index(i))
			if v.Index(i).CanSet() {
				v.Index(i).SetZero()
			}
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
	for _, f := range eventful(t) {
		c, err := f.Desk.Load(t.Context(), f.Cycle.ID())
		require.NoError(t, err)
		before := string(indented(t, portrait(c)))
		for _, m := range methods() {
			if m.of.Type.NumIn() > 2 || m.name == "Table" {
				continue
			}
			for _, id := range []string{"", "N1", "N2", "P1", "P2", "E1", "E2", "Q1", "F1", "R1", "L1", "M1", "K1", "O1", "S1", "S2", "C1", "I1", "V1", "A1", "D1", "T1", "T2", "H1", "G1", "B1", "W1", "X1"} {
				out := m.call(c, func(kind reflect.Type) reflect.Value {
					if kind.Kind() == reflect.String {
						return reflect.ValueOf(id).Convert(kind)
					}
					return reflect.Zero(kind)
				})
				for _, v := range out {
					spoil(v)
				}
			}
			require.Equal(t, before, string(indented(t, portrait(c))), "%s gives away what is inside", m.name)
		}
	}
}

func TestCommandsCopyWhatTheyAreGiven(t *testing.T) {
	t.Parallel()
	f := commissioningtest.At(t, commissioning.StageAssessNeed)
	var before string
	f.Record(t, func(c *commissioning.Cycle) error {
		need := commissioning.Need{Statement: "Meals", IdentifiedBy: []string{"carers"}, Evidence: []casework.Evidence{{Kind: "survey", Title: "a"}}, Follows: &commissioning.Lineage{Case: casework.CaseID{1}, ID: "N1"}}
		service := commissioning.Service{Title: "Clubs", Needs: []commissioning.NeedID{"N1"}, ChannelsConsidered: []commissioning.Channel{commissioning.Grant}}
		brief := c.Brief()
		brief.Risks, brief.Related = []commissioning.Risk{commissioning.RiskNovelty}, []commissioning.RelatedValue{{What: "a", Value: casework.GBP(1)}}
		err := all(
			func(c *commissioning.Cycle) error { return second(c.IdentifyNeed(need)) },
			func(c *commissioning.Cycle) error { return second(c.PlanService(service)) },
			func(c *commissioning.Cycle) error { return c.ReviseBrief(brief) },
		)(c)
		before = string(indented(t, portrait(c)))
		need.IdentifiedBy[0], need.Evidence[0].Title, need.Follows.ID = "x", "x", "x"
		service.Needs[0], service.ChannelsConsidered[0] = "x", "x"
		brief.Risks[0], brief.Related[0].What = "x", "x"
		return err
	})
	assert.Equal(t, before, string(indented(t, portrait(f.Cycle))))
	require.NoError(t, f.Desk.Verify(t.Context(), f.Cycle.ID()))
}
