package diagram_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/diagram"
)

const (
	assess  casework.State = "AssessNeed"
	find    casework.State = "IdentifyResources"
	plan    casework.State = "PlanUse"
	arrange casework.State = "ArrangeDelivery"
	monitor casework.State = "MonitorReview"
	closed  casework.State = "Closed"
	gone    casework.State = "Abandoned"
)

func wheelStates() []casework.State { return []casework.State{assess, find, plan, arrange, monitor} }

func cycle() casework.Definition {
	return casework.Definition{
		Name: "commissioning_cycle", Version: 3, Doc: "Five stages, and round again.", Initial: assess,
		States: []casework.StateRow{
			{State: assess, Doc: "Who needs what."},
			{State: find, Doc: "What there is to meet it with."},
			{State: plan, Title: "Plan their use", Doc: "How it is to be used."},
			{State: arrange, Doc: "Bought, granted or done in-house."},
			{State: monitor, Title: "Monitor and review", Doc: "Whether it helps."},
			{State: closed, Doc: "The cycle ended with an outcome.", Final: true},
			{State: gone, Doc: "The cycle was given up.", Final: true},
		},
		Moves: []casework.MoveRow{
			{Move: "identify_resources", Doc: "The needs are known.", From: []casework.State{assess}, To: find},
			{Move: "plan_use", Doc: "The resources are known.", From: []casework.State{find}, To: plan},
			{Move: "arrange_delivery", Doc: "The plan stands.", From: []casework.State{plan}, To: arrange},
			{Move: "begin_review", Doc: "Something binding is arranged.", From: []casework.State{arrange}, To: monitor},
			{Move: "reassess", Doc: "The next round begins.", From: []casework.State{monitor}, To: assess},
			{Move: "return_to_assessment", Doc: "The needs were misjudged.", From: []casework.State{find, plan, arrange, monitor}, To: assess, NeedsReason: true},
			{Move: "replan", Doc: "The plan does not hold.", From: []casework.State{arrange, monitor}, To: plan, NeedsReason: true},
			{Move: "rearrange", Doc: "Delivery must be arranged anew.", From: []casework.State{monitor}, To: arrange, NeedsReason: true},
			{Move: "close", Doc: "The cycle ends.", From: []casework.State{monitor}, To: closed},
			{Move: "abandon", Doc: "The cycle is given up.", From: wheelStates(), To: gone, NeedsReason: true},
			{Move: "suspend", Doc: "Time stands still.", From: wheelStates()},
			{Move: "resume", Doc: "Time runs again.", From: wheelStates()},
		},
	}
}

func contract() casework.Definition {
	open := []casework.State{"drafting", "agreed"}
	return casework.Definition{
		Name: "contract", Version: 1, Doc: "From drafting to closure.", Initial: "drafting",
		States: []casework.StateRow{
			{State: "drafting", Doc: "Terms are written."},
			{State: "agreed", Doc: "The parties agree."},
			{State: "signed", Doc: "The parties signed."},
			{State: "in_force", Doc: "The term runs."},
			{State: "ended", Doc: "The term is over."},
			{State: "closed", Doc: "Everything is settled.", Final: true},
			{State: "cancelled", Doc: "It never bound anyone.", Final: true},
		},
		Moves: []casework.MoveRow{
			{Move: "agree", Doc: "The parties agree.", From: []casework.State{"drafting"}, To: "agreed"},
			{Move: "reopen_terms", Doc: "Back to the table.", From: []casework.State{"agreed"}, To: "drafting"},
			{Move: "sign", Doc: "Signed by all.", From: []casework.State{"agreed"}, To: "signed"},
			{Move: "take_effect", Doc: "The first day.", From: []casework.State{"signed"}, To: "in_force"},
			{Move: "expire", Doc: "The last day.", From: []casework.State{"in_force"}, To: "ended"},
			{Move: "terminate", Doc: "Ended before its time.", From: []casework.State{"in_force"}, To: "ended", NeedsReason: true},
			{Move: "complete", Doc: "All was delivered.", From: []casework.State{"in_force"}, To: "ended"},
			{Move: "close", Doc: "Settled.", From: []casework.State{"ended"}, To: "closed"},
			{Move: "cancel", Doc: "Given up before signature.", From: open, To: "cancelled", NeedsReason: true},
			{Move: "vary", Doc: "Changed by agreement.", From: []casework.State{"in_force"}},
		},
	}
}

// awkward has names that every format must escape, break or turn round.
func awkward() casework.Definition {
	word := casework.State("Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogochion")
	return casework.Definition{
		Name: `<a & "b's">; --> \N`, Version: 1, Doc: "Names that bite.", Initial: `<start>&"'`,
		States: []casework.StateRow{
			{State: `<start>&"'`, Title: `<script>alert("1")</script> & 'quotes'`, Doc: `</title> & "doc"`},
			{State: word, Doc: "One word of sixty letters."},
			{State: "hebrew", Title: "בדיקת צרכים ומשאבים", Doc: "Right to left."},
			{State: "emoji", Title: "👩🏽‍⚕️👨‍👩‍👧‍👦🇬🇧 Überprüfung 需要評価と資源の特定", Doc: "Wide and joined."},
			{State: "end note", Title: "end note ]]> --> %% #35; \u202egninrut\x00", Doc: "Words that mean something elsewhere."},
			{State: "final", Title: "state \"x\" as y : {z}", Doc: "The end.", Final: true},
		},
		Moves: []casework.MoveRow{
			{Move: `<go> & "on"`, Doc: "On.", From: []casework.State{`<start>&"'`}, To: word},
			{Move: "أعد التقييم", Doc: "Right to left.", From: []casework.State{word}, To: "hebrew"},
			{Move: "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft", Doc: "Long.", From: []casework.State{"hebrew"}, To: "emoji"},
			{Move: "a\\nb\\l;c", Doc: "Backslashes.", From: []casework.State{"emoji"}, To: "end note"},
			{Move: "}", Doc: "Braces.", From: []casework.State{"end note"}, To: "final"},
			{Move: "🔁", Doc: "Round.", From: []casework.State{"end note", "emoji"}, To: `<start>&"'`},
			{Move: "stay <b>", Doc: "Stays.", From: []casework.State{"emoji"}},
		},
	}
}

func table(t testing.TB, d casework.Definition) *casework.Table {
	t.Helper()
	compiled, err := d.Compile()
	require.NoError(t, err)
	return compiled
}

// travelledCycle is in its second round, after a way back in the first.
func travelledCycle() *diagram.Options {
	return &diagram.Options{
		Title:   "Home care, Kentish Town",
		Present: plan,
		Round:   2,
		Path: []diagram.Step{
			{Move: "identify_resources", From: assess, To: find},
			{Move: "return_to_assessment", From: find, To: assess},
			{Move: "identify_resources", From: assess, To: find},
			{Move: "plan_use", From: find, To: plan},
			{Move: "arrange_delivery", From: plan, To: arrange},
			{Move: "suspend", From: arrange, To: arrange},
			{Move: "resume", From: arrange, To: arrange},
			{Move: "begin_review", From: arrange, To: monitor},
			{Move: "reassess", From: monitor, To: assess},
			{Move: "identify_resources", From: assess, To: find},
			{Move: "plan_use", From: find, To: plan},
		},
		Wheel: wheelStates(),
		Notes: []string{"Delivery: reablement at home is delivering; night sitting is being arranged."},
	}
}
