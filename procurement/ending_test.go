package procurement_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/procurement"
)

func livingTerminating(e procurement.Ending) func(*procurement.Contract) error {
	return func(c *procurement.Contract) error { _, err := c.Terminate(e); return err }
}

func livingScale(s commissioning.Scale) func(*procurement.ContractDraft) {
	return func(d *procurement.ContractDraft) { d.Scale = s }
}

func TestTerminationIsOnAGroundWithAReasonOnADayThatHasCome(t *testing.T) {
	l := livingInForce(t, nil).on("2025-09-01")
	assert.Equal(t, []string{"ending.on ending.day_missing", "ending.ground ending.ground", "reason reason.missing"},
		livingFaults(t, l.try(livingTerminating(procurement.Ending{}))))
	assert.Equal(t, []string{"ending.on ending.day_future"}, livingFaults(t, l.try(
		livingTerminating(procurement.Ending{On: l.day("2025-09-02"), Ground: procurement.TerminatedByAgreement}), casework.Reason("x"))))
	assert.Equal(t, []string{"ending.on ending.reversed", "ending.notice_given ending.notice_reversed"}, livingFaults(t, l.try(
		livingTerminating(procurement.Ending{On: l.day("2025-05-31"), Ground: procurement.TerminatedByNotice, NoticeGiven: l.today()}), casework.Reason("x"))))

	l.do(livingTerminating(procurement.Ending{On: l.day("2025-08-31"), Ground: procurement.TerminatedByAgreement, ExitPlan: "users move to another provider"}),
		casework.Reason("both want to stop"))
	e, ended := l.c.Ending()
	require.True(t, ended)
	assert.Equal(t, procurement.TerminatedEnd, e.As)
	assert.Equal(t, l.day("2025-08-31"), e.On)
	assert.Equal(t, "both want to stop", e.Reason)
	assert.Equal(t, "users move to another provider", e.ExitPlan)
	assert.Equal(t, procurement.ContractOver, l.c.State())
	assert.Equal(t, []string{"contract contract.not_binding"}, livingFaults(t, l.try(
		livingTerminating(procurement.Ending{On: l.today(), Ground: procurement.TerminatedByAgreement}), casework.Reason("x"))))
}

func TestASignedContractIsTerminatedAndNotCompleted(t *testing.T) {
	l := livingSigned(t, func(d *procurement.ContractDraft) {
		d.Terms.Period = casework.Period{From: livingDay(t, "2025-07-01"), To: livingDay(t, "2026-06-30")}
	})
	require.Equal(t, procurement.ContractSigned, l.c.State())
	assert.Equal(t, []string{"contract contract.not_in_force"}, livingFaults(t, l.try(livingCompleting(l.today()))))
	l.do(livingTerminating(procurement.Ending{On: l.today(), Ground: procurement.TerminatedByAgreement}), casework.Reason("not wanted any more"))
	assert.Equal(t, procurement.ContractOver, l.c.State())
}

func TestASupplierIsHeardBeforeTermination(t *testing.T) {
	for _, ground := range []procurement.TerminationGround{
		procurement.TerminatedForBreach, procurement.TerminatedImplied, procurement.TerminatedInsolvency, procurement.TerminatedOtherwise,
	} {
		t.Run(string(ground), func(t *testing.T) {
			unheard := procurement.Ending{Ground: ground}
			l := livingInForce(t, livingScale(commissioning.Standard))
			unheard.On = l.today()
			assert.Equal(t, []string{"termination.unheard"}, livingStoppers(t, l.try(livingTerminating(unheard), casework.Reason("x"))))
			heard := unheard
			heard.Representations = "denies it"
			l.do(livingTerminating(heard), casework.Reason("x"))

			l = livingInForce(t, livingScale(commissioning.Standard))
			l.do(livingTerminating(unheard), casework.Reason("x"), casework.Explaining("termination.unheard", "it is gone"))

			l = livingInForce(t, livingScale(commissioning.Major))
			err := l.try(livingTerminating(unheard), casework.Reason("x"), casework.Explaining("termination.unheard", "it is gone"))
			assert.Equal(t, []string{"termination.unheard"}, livingStoppers(t, err))

			l = livingInForce(t, livingScale(commissioning.Light))
			l.do(livingTerminating(unheard), casework.Reason("x"))
			assert.Equal(t, procurement.ContractOver, l.c.State(), "at light scale it is advice")
		})
	}
}

func TestNoticeOfTerminationIsAsLongAsTheTermsSay(t *testing.T) {
	tests := []struct {
		name    string
		months  int
		given   string
		refused bool
	}{
		{"three months are three months", 3, "2025-06-01", false},
		{"a day less is short", 3, "2025-06-02", true},
		{"no day of notice is short", 3, "", true},
		{"terms that ask for none are met", 0, "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := livingInForce(t, func(d *procurement.ContractDraft) { d.Terms.Notice = tt.months }).on("2025-09-01")
			e := procurement.Ending{On: l.today(), Ground: procurement.TerminatedByNotice}
			if tt.given != "" {
				e.NoticeGiven = l.day(tt.given)
			}
			err := l.try(livingTerminating(e), casework.Reason("x"))
			if !tt.refused {
				require.NoError(t, err)
				return
			}
			assert.Equal(t, []string{"termination.notice"}, livingStoppers(t, err))
			l.do(livingTerminating(e), casework.Reason("x"), casework.Explaining("termination.notice", "agreed to be shorter"))
		})
	}
}

func TestAContractExpiresWhenItsLastDayIsOver(t *testing.T) {
	l := livingInForce(t, nil).on("2026-05-31").tick()
	assert.Equal(t, procurement.ContractInForce, l.c.State(), "through the whole of its last day")
	l.on("2026-06-10").tick()
	assert.Equal(t, procurement.ContractOver, l.c.State())
	e, ended := l.c.Ending()
	require.True(t, ended)
	assert.Equal(t, procurement.ExpiredEnd, e.As)
	assert.Equal(t, l.day("2026-05-31"), e.On)
}

func TestANovationEndsTheContractThatIsTakenOver(t *testing.T) {
	l := livingInForce(t, nil)
	draft := livingDraft(t)
	draft.Origin = procurement.Origin{Kind: procurement.FromNovation, Novates: l.c.ID()}
	draft.Parties[1] = procurement.Party{
		Agency: casework.Agency{ID: "carers", Sector: casework.Private}, Role: procurement.SupplierParty, Signatories: []procurement.Signatory{{Person: "eve"}},
	}
	next, err := l.desk.Open(t.Context(), livingManager(), draft)
	require.NoError(t, err)
	for _, party := range []string{"camden", "carers"} {
		_, err = l.desk.Update(t.Context(), next.ID(), livingManager(), func(c *procurement.Contract) error { return c.Accept(party) })
		require.NoError(t, err)
	}
	for _, s := range []procurement.Signature{{Party: "camden", Signatory: "ana.k"}, {Party: "carers", Signatory: "eve"}} {
		_, err = l.desk.Update(t.Context(), next.ID(), livingManager(), func(c *procurement.Contract) error { return c.Sign(s) }, casework.Reason("helpers was sold"))
		require.NoError(t, err)
	}
	old, err := l.desk.Load(t.Context(), l.c.ID())
	require.NoError(t, err)
	e, ended := old.Ending()
	require.True(t, ended)
	assert.Equal(t, procurement.TerminatedEnd, e.As)
	assert.Equal(t, procurement.TerminatedByAgreement, e.Ground)
	assert.Equal(t, l.today(), e.On)
	assert.NotEmpty(t, e.Reason)
}

func TestRedactionKeepsWhenAndHowAContractEnded(t *testing.T) {
	l := livingInForce(t, nil)
	l.do(livingTerminating(procurement.Ending{On: l.today(), Ground: procurement.TerminatedForBreach, Representations: "denies it"}), casework.Reason("gone"))
	c, err := l.desk.Redact(t.Context(), l.c.ID(), livingDirector(), []uint64{l.c.Seq()}, "asked to be forgotten")
	require.NoError(t, err)
	e, ended := c.Ending()
	require.True(t, ended)
	assert.Equal(t, l.today(), e.On)
	assert.Equal(t, procurement.TerminatedForBreach, e.Ground)
	assert.Empty(t, e.Representations+e.Reason)
}
