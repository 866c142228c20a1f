package casefile_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/examples/walkthrough/casefile"
)

// head is a sound case file up to its steps, on lines 1 to 6.
const head = `{"reference": "r", "title": "T", "zone": "Europe/London",
"agencies": [{"id": "camden", "name": "Camden Council", "sector": "statutory"}, {"id": "link", "name": "Link"}],
"actors": [{"id": "ana", "name": "Ana", "agency": "camden", "may_override": ["need.none"]}, {"id": "night", "name": "Night", "agency": "camden", "kind": "system"}],
"cycles": [
{"name": "one", "brief": {"title": "One", "lead": {"id": "camden"}, "references": [{"scheme": "s", "value": "1"}]}}],
"steps": [
`

func file(steps ...string) []byte { return []byte(head + strings.Join(steps, ",\n") + "\n]}\n") }

// faults gives what Read finds wrong, a text each.
func faults(t *testing.T, in []byte) []string {
	t.Helper()
	_, err := casefile.Read(in)
	if err == nil {
		return nil
	}
	require.ErrorIs(t, err, casework.ErrInvalid)
	invalid, is := errors.AsType[*casework.InvalidError](err)
	require.True(t, is)
	var all []string
	for _, f := range invalid.Faults {
		all = append(all, f.Path+" "+f.Code)
	}
	return all
}

func TestASoundCaseFileIsRead(t *testing.T) {
	c, err := casefile.Read(file(
		`{"at": "2025-04-01T09:00:00+01:00", "by": "ana", "do": "open", "title": "begin", "note": "n"}`,
		`{"at": "2025-04-01T09:00:00+01:00", "by": "night", "cycle": "one", "do": "move", "with": {"move": "identify_resources"},
		  "reason": "why", "explain": {"b.c": "x"}, "override": {"need.none": "y"}, "expect": "refused", "codes": ["need.none"]}`,
		`{"at": "2025-04-02T09:00:00Z", "by": "ana", "do": "record_safeguards", "with": {"agency": {"id": "camden"}, "measures": ["public_meetings"]}}`,
	))
	require.NoError(t, err)
	assert.Equal(t, "r", c.Reference)
	assert.Equal(t, "Europe/London", c.Location.String())
	assert.Equal(t, casework.KindPerson, c.Actors[0].Kind)
	assert.Equal(t, casework.KindSystem, c.Actors[1].Kind)
	assert.Equal(t, "Camden Council", c.Actors[0].Agency.Name)
	assert.True(t, c.MayOverride(c.Actors[0].Actor, "need.none"))
	assert.False(t, c.MayOverride(c.Actors[1].Actor, "need.none"))
	assert.Equal(t, casework.Agency{ID: "camden", Name: "Camden Council", Sector: casework.Statutory}, c.Cycles[0].Brief.Lead)

	require.Len(t, c.Steps, 3)
	assert.True(t, c.Steps[0].Opens())
	assert.Equal(t, casefile.Done, c.Steps[0].Expect)
	move := c.Steps[1]
	assert.Equal(t, 2, move.Number)
	assert.Equal(t, 8, move.Line)
	assert.Equal(t, casefile.Listed{Kind: casefile.CycleKind, Name: "one"}, move.Case)
	assert.JSONEq(t, `{"move": "identify_resources"}`, string(move.With))
	assert.Equal(t, casefile.Refused, move.Expect)
	assert.Len(t, move.Options(), 4)
	assert.Equal(t, time.FixedZone("", 3600).String(), move.At.Location().String())
	assert.JSONEq(t, `{"agency": {"id": "camden", "name": "Camden Council", "sector": "statutory"}, "measures": ["public_meetings"]}`, string(c.Steps[2].With), "the agency is filled in")
}

func TestFaultsOfAStep(t *testing.T) {
	const at = `"at": "2025-04-01T09:00:00Z", "by": "ana"`
	for name, c := range map[string]struct {
		step string
		want []string
	}{
		"a step needs a time, an actor and a command":    {`{}`, []string{"line 7: steps[0].at field.missing", "line 7: steps[0].by field.missing", "line 7: steps[0].do field.missing"}},
		"a step is an object":                            {`7`, []string{"line 7: steps[0] value.type"}},
		"an unknown actor is told":                       {`{"at": "2025-04-01T09:00:00Z", "by": "bo", "do": "tick"}`, []string{"line 7: steps[0].by actor.unknown"}},
		"an unknown command is told":                     {`{` + at + `, "do": "dance"}`, []string{"line 7: steps[0].do command.unknown"}},
		"an unknown cycle is told":                       {`{` + at + `, "do": "tick", "cycle": "two"}`, []string{"line 7: steps[0].cycle cycle.unknown"}},
		"an unknown field is told":                       {`{` + at + `, "do": "tick", "colour": 1}`, []string{"line 7: steps[0].colour field.unknown"}},
		"a field is written exactly as it is":            {`{` + at + `, "do": "tick", "Reason": "x"}`, []string{"line 7: steps[0].Reason field.unknown"}},
		"a field given twice is told":                    {`{` + at + `, "do": "tick", "do": "tick"}`, []string{"line 7: steps[0].do field.twice"}},
		"a time needs its offset":                        {`{"at": "2025-04-01T09:00:00", "by": "ana", "do": "tick"}`, []string{"line 7: steps[0].at value.unreadable"}},
		"a command that takes data needs it":             {`{` + at + `, "do": "move"}`, []string{"line 7: steps[0].with field.missing"}},
		"a command without data gets none":               {`{` + at + `, "do": "tick", "with": {}}`, []string{"line 7: steps[0].with command.no_data"}},
		"opening takes its brief from the cycle":         {`{` + at + `, "do": "open", "with": {}}`, []string{"line 7: steps[0].with command.no_data"}},
		"data lacks nothing that it needs":               {`{` + at + `, "do": "prioritise", "with": {}}`, []string{"line 7: steps[0].with.need field.missing", "line 7: steps[0].with.priority field.missing"}},
		"data is of its type":                            {`{` + at + `, "do": "prioritise", "with": {"need": 1, "priority": 1.5}}`, []string{"line 7: steps[0].with.need value.type", "line 7: steps[0].with.priority value.unreadable"}},
		"null is not a value":                            {`{` + at + `, "do": "identify_need", "with": {"statement": null}}`, []string{"line 7: steps[0].with.statement value.type"}},
		"deep in the data an unknown field is told":      {`{` + at + `, "do": "identify_need", "with": {"statement": "x", "evidence": [{"knd": "a"}]}}`, []string{"line 7: steps[0].with.evidence[0].knd field.unknown"}},
		"what the cycle gives itself is not given":       {`{` + at + `, "do": "identify_need", "with": {"id": "N9", "mark": {}, "statement": "x"}}`, []string{"line 7: steps[0].with.id field.given", "line 7: steps[0].with.mark field.given"}},
		"money says what is wrong with it":               {`{` + at + `, "do": "allocate", "with": {"resource": "R1", "service": "S1", "amount": {"amount": "1.005", "currency": "GBP"}}}`, []string{"line 7: steps[0].with.amount money.decimals"}},
		"a day says what is wrong with it":               {`{` + at + `, "do": "set_target", "with": {"stage": "AssessNeed", "due": "2025-02-30"}}`, []string{"line 7: steps[0].with.due date.invalid"}},
		"a scale is one of three":                        {`{` + at + `, "do": "lower_scale", "with": {"scale": "tiny"}}`, []string{"line 7: steps[0].with.scale scale.unknown"}},
		"an agency in the data is listed":                {`{` + at + `, "do": "map_provider", "with": {"as_of": "2025-01-01", "agency": {"id": "zz"}}}`, []string{"line 7: steps[0].with.agency.id agency.unknown"}},
		"an agency in the data has an id":                {`{` + at + `, "do": "map_provider", "with": {"as_of": "2025-01-01", "agency": {}}}`, []string{"line 7: steps[0].with.agency.id agency.missing"}},
		"a holder is listed":                             {`{` + at + `, "do": "assign", "with": {"holder": "bo"}}`, []string{"line 7: steps[0].with.holder actor.unknown"}},
		"an expectation is done or refused":              {`{` + at + `, "do": "tick", "expect": "maybe"}`, []string{"line 7: steps[0].expect expect.unknown"}},
		"codes go with a refusal":                        {`{` + at + `, "do": "tick", "codes": ["x"]}`, []string{"line 7: steps[0].codes expect.codes"}},
		"what is said to objections is text":             {`{` + at + `, "do": "tick", "explain": {"x": 1}}`, []string{"line 7: steps[0].explain.x value.type"}},
		"a list is a list":                               {`{` + at + `, "do": "tick", "expect": "refused", "codes": "x"}`, []string{"line 7: steps[0].codes value.type"}},
		"true and false are neither texts nor numbers":   {`{` + at + `, "do": "record_engagement", "with": {"not_relevant": "yes"}}`, []string{"line 7: steps[0].with.not_relevant value.type"}},
		"all that is wrong is told, in the lines' order": {"{" + at + ",\n\"do\": \"dance\",\n\"expect\": \"maybe\"}", []string{"line 8: steps[0].do command.unknown", "line 9: steps[0].expect expect.unknown"}},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, faults(t, file(c.step))) })
	}
}

func TestAnAssessmentNamesWhatThereIs(t *testing.T) {
	const sound = `{"standard": "council-care-assessment", "version": "v2", "scored": "published", "body": "camden", "year": "2025", "by": "ana",
"assessor": "The team", "on": "2025-04-01", "answers": [{"criterion": "equity", "answer": "3", "reason": "It is so."}]}`
	with := func(assessment string) string {
		return strings.Replace(string(file()), "\"steps\": [", "\"assessments\": ["+assessment+"],\n\"steps\": [", 1)
	}
	c, err := casefile.Read([]byte(with(sound)))
	require.NoError(t, err)
	require.Len(t, c.Assessments, 1)
	assert.Equal(t, "camden", c.Assessments[0].Body.ID)
	assert.Equal(t, "The team", c.Assessments[0].Answers[0].Assessor)
	for name, test := range map[string]struct {
		from, to string
		want     []string
	}{
		"a standard there is":      {`"council-care-assessment"`, `"ours"`, []string{"assessments[0].standard standard.unknown"}},
		"a version there is":       {`"v2"`, `"v9"`, []string{"assessments[0].version version.unknown"}},
		"a stage of scoring":       {`"published"`, `"rumoured"`, []string{"assessments[0].scored score_stage.unknown"}},
		"an agency of the file":    {`"body": "camden"`, `"body": "zz"`, []string{"assessments[0].body agency.unknown"}},
		"an actor of the file":     {`"by": "ana"`, `"by": "zz"`, []string{"assessments[0].by actor.unknown"}},
		"a criterion that asks":    {`"equity"`, `"colour"`, []string{"assessments[0].answers[0].criterion criterion.unknown"}},
		"a day":                    {`"2025-04-01"`, `"2025-04-31"`, []string{"assessments[0].on date.invalid"}},
		"a reason with the answer": {`, "reason": "It is so."`, ``, []string{"assessments[0].answers[0].reason field.missing"}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, sound, test.from)
			got := faults(t, []byte(with(strings.Replace(sound, test.from, test.to, 1))))
			for i := range got {
				_, got[i], _ = strings.Cut(got[i], ": ")
			}
			assert.Equal(t, test.want, got)
		})
	}
}

func TestTimeDoesNotRunBackwards(t *testing.T) {
	step := func(at string) string { return `{"at": "` + at + `", "by": "ana", "do": "tick"}` }
	assert.Equal(t, []string{"line 9: steps[2].at time.backwards"}, faults(t, file(
		step("2025-04-01T09:00:00+01:00"),
		step("2025-04-01T08:00:00Z"), // the same moment
		step("2025-04-01T08:30:00+01:00"),
		step("2025-04-01T08:00:00Z"),
	)))
}

func TestFaultsOfTheRest(t *testing.T) {
	sound := string(file())
	for name, c := range map[string]struct {
		from, to string
		want     []string
	}{
		"a zone is known":                        {`"Europe/London"`, `"Mars/Olympus"`, []string{"line 1: zone zone.unknown"}},
		"a reference is not empty":               {`"reference": "r"`, `"reference": " "`, []string{"line 1: reference field.blank"}},
		"an agency is listed once":               {`{"id": "link", "name": "Link"}`, `{"id": "camden", "name": "Link"}`, []string{"line 2: agencies[1].id agency.twice"}},
		"a sector is one of three":               {`"statutory"`, `"public"`, []string{"line 2: agencies[0].sector agency.sector_unknown"}},
		"an actor is listed once":                {`{"id": "night"`, `{"id": "ana"`, []string{"line 3: actors[1].id actor.twice"}},
		"an actor's agency is listed":            {`"agency": "camden", "may`, `"agency": "zz", "may`, []string{"line 3: actors[0].agency agency.unknown"}},
		"an actor's kind is known":               {`"kind": "system"`, `"kind": "robot"`, []string{"line 3: actors[1].kind actor.kind_unknown"}},
		"a cycle's name is short":                {`"name": "one"`, `"name": "../one"`, []string{"line 5: cycles[0].name cycle.name"}},
		"a cycle has a number of the host's":     {`"references": [{"scheme": "s", "value": "1"}]`, `"references": []`, []string{"line 5: cycles[0].brief.references reference.missing"}},
		"a cycle serves another by its name":     {`"brief": {`, `"serves": "two", "brief": {`, []string{"line 5: cycles[0].serves cycle.unknown"}},
		"the brief leaves links to the names":    {`"brief": {`, `"brief": {"serves": "01890a5d-ac96-774b-bcce-b302099a8057",`, []string{"line 5: cycles[0].brief.serves field.misplaced"}},
		"a lead is listed":                       {`"lead": {"id": "camden"}`, `"lead": {"id": "zz"}`, []string{"line 5: cycles[0].brief.lead.id agency.unknown"}},
		"a case has a cycle":                     {sound[strings.Index(sound, `{"name": "one"`):strings.Index(sound, "],\n\"steps\"")], "", []string{"line 4: cycles cycles.none"}},
		"something after the end is told":        {"]}\n", "]}\n{}", []string{"line 9 json.malformed"}},
		"a text that is cut off is told":         {"]}\n", "", []string{"line 8 json.malformed"}},
		"a slip in the syntax is told":           {`"cycles": [`, `"cycles": [,`, []string{"line 4 json.malformed"}},
		"bytes that are no text are told":        {"Ana", "\xff", []string{"line 3 text.malformed"}},
		"a file that is a list is told":          {sound, "[]", []string{"line 1 value.type"}},
		"an empty file is told":                  {sound, "", []string{"line 1 json.malformed"}},
		"what nests too deep is told":            {sound, strings.Repeat("[", 100), []string{"line 1 json.malformed"}},
		"a file beyond all measure is told":      {sound, strings.Repeat(" ", 5<<20), []string{"line 1 file.too_large"}},
		"several cycles and a step without one":  {`"steps": [`, `"steps": [{"at": "2025-04-01T09:00:00Z", "by": "ana", "do": "tick"}`, nil},
		"a list in the place of a text is told":  {`"title": "T"`, `"title": []`, []string{"line 1: title value.type"}},
		"a text in the place of a list is told":  {`"may_override": ["need.none"]`, `"may_override": "need.none"`, []string{"line 3: actors[0].may_override value.type"}},
		"an agency that is no object is told":    {`{"id": "link", "name": "Link"}`, `"link"`, []string{"line 2: agencies[1] value.type"}},
		"an actor without an id is told by line": {`{"id": "night", "name"`, `{"name"`, []string{"line 3: actors[1].id field.missing"}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, sound, c.from)
			assert.Equal(t, c.want, faults(t, []byte(strings.Replace(sound, c.from, c.to, 1))))
		})
	}
}

func TestSeveralCycles(t *testing.T) {
	two := strings.Replace(string(file(`{"at": "2025-04-01T09:00:00Z", "by": "ana", "do": "tick"}`)), `"cycles": [`,
		`"cycles": [{"name": "one", "predecessor": "two", "brief": {"title": "x", "lead": {"id": "link"}, "references": [{"scheme": "s", "value": "2"}]}},
{"name": "two", "serves": "one", "brief": {"title": "x", "lead": {"id": "link"}, "references": [{"scheme": "s", "value": "3"}]}},`, 1)
	assert.Equal(t, []string{"line 6: cycles[2].name cycle.twice", "line 8: steps[0].cycle field.missing"}, faults(t, []byte(two)))
}

// documentation reads CASEFILE.md.
func documentation(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "CASEFILE.md"))
	require.NoError(t, err)
	return string(text)
}

// bought is a file whose cases are of all kinds; its steps begin on line 11.
func bought(steps ...string) []byte {
	lists := `"frameworks": [{"name": "fw", "draft": {"terms": {"title": "F", "lots": [{"id": "1", "title": "L", "max_awards": 1}]}, "references": [{"scheme": "s", "value": "2"}]}}],
"purchases": [{"name": "buy", "cycle": "one", "requisition": {"title": "B", "service": "S1", "references": [{"scheme": "s", "value": "3"}]}}],
"contracts": [{"name": "deal", "purchase": "buy", "award": "W1"}],
"grants": [{"name": "gift", "cycle": "one", "grant": {"title": "G", "funder": {"id": "camden"}, "references": [{"scheme": "s", "value": "4"}]}}],
"steps": [`
	return []byte(strings.Replace(string(file(steps...)), `"steps": [`, lists, 1))
}

func TestCasesOfAllKindsAreRead(t *testing.T) {
	const at = `"at": "2025-04-01T09:00:00Z", "by": "ana"`
	c, err := casefile.Read(bought(
		`{`+at+`, "purchase": "buy", "do": "open"}`,
		`{`+at+`, "purchase": "buy", "do": "choose_route", "with": {"route": "call_off", "reason": "x", "framework": "fw", "framework_lot": "1"}}`,
		`{`+at+`, "contract": "deal", "do": "sign", "with": {"party": "camden", "signatory": "ana"}}`,
		`{`+at+`, "framework": "fw", "do": "tick"}`,
		`{`+at+`, "grant": "gift", "do": "move", "with": {"move": "decline"}}`,
		`{`+at+`, "cycle": "one", "do": "release"}`,
	))
	require.NoError(t, err)
	listed := []casefile.Listed{
		{Kind: casefile.CycleKind, Name: "one"},
		{Kind: casefile.FrameworkKind, Name: "fw"},
		{Kind: casefile.PurchaseKind, Name: "buy"},
		{Kind: casefile.ContractKind, Name: "deal"},
		{Kind: casefile.GrantKind, Name: "gift"},
	}
	assert.Equal(t, listed, c.Listed())
	assert.Equal(t, listed[2], c.Steps[1].Case)
	assert.Equal(t, "one", c.Purchases[0].Cycle)
	assert.Equal(t, "Camden Council", c.Grants[0].Grant.Funder.Name, "the agency is filled in")
	for i, want := range []string{"1", "2", "3", "", "4"} {
		number, has := c.NumberOf(listed[i])
		assert.Equal(t, want, number.Value)
		assert.Equal(t, want != "", has)
	}
}

func TestFaultsOfCasesOfAllKinds(t *testing.T) {
	const at = `{"at": "2025-04-01T09:00:00Z", "by": "ana", `
	for name, c := range map[string]struct {
		step string
		want []string
	}{
		"a step says which of several cases it is about": {at + `"do": "tick"}`, []string{"line 11: steps[0].cycle field.missing"}},
		"a step is about one case":                       {at + `"cycle": "one", "purchase": "buy", "do": "tick"}`, []string{"line 11: steps[0].purchase case.twice"}},
		"a purchase is listed":                           {at + `"purchase": "one", "do": "tick"}`, []string{"line 11: steps[0].purchase purchase.unknown"}},
		"a contract is opened by its award":              {at + `"contract": "deal", "do": "open"}`, []string{"line 11: steps[0].do contract.opened"}},
		"each kind has commands of its own":              {at + `"grant": "gift", "do": "draft_bid", "with": {}}`, []string{"line 11: steps[0].do command.unknown"}},
		"a route is under a framework that is listed":    {at + `"purchase": "buy", "do": "choose_route", "with": {"route": "call_off", "reason": "x", "framework": "buy"}}`, []string{"line 11: steps[0].with.framework framework.unknown"}},
		"what a purchase finds out itself is not given":  {at + `"purchase": "buy", "do": "draft_bid", "with": {"id": "B1", "late": true, "received": "2025-04-01T09:00:00Z", "signed": {}, "drafted": {}}}`, []string{"line 11: steps[0].with.id field.given", "line 11: steps[0].with.late field.given", "line 11: steps[0].with.received field.given", "line 11: steps[0].with.signed field.given", "line 11: steps[0].with.drafted field.given"}},
		"deep in a tender an unknown field is told":      {at + `"purchase": "buy", "do": "set_tender", "with": {"criteria": [{"id": "q", "wait": 1}]}}`, []string{"line 11: steps[0].with.criteria[0].wait field.unknown"}},
		"a weight is a number":                           {at + `"purchase": "buy", "do": "set_tender", "with": {"criteria": [{"id": "q", "weight": "50%"}]}}`, []string{"line 11: steps[0].with.criteria[0].weight value.type"}},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, faults(t, bought(c.step))) })
	}
	for name, c := range map[string]struct {
		from, to string
		want     []string
	}{
		"no two cases have one name":                  {`{"name": "deal"`, `{"name": "one"`, []string{`line 8: contracts[0].name contract.twice`}},
		"the name of a purchase is short":             {`{"name": "buy"`, `{"name": "a buy"`, []string{"line 7: purchases[0].name purchase.name", "line 8: contracts[0].purchase purchase.unknown"}},
		"a purchase has a number of the host's":       {`"value": "3"}]`, `"value": "3"}], "references": []`, []string{"line 7: purchases[0].requisition.references field.twice"}},
		"a framework agreement has one, too":          {`, "references": [{"scheme": "s", "value": "2"}]`, ``, []string{"line 6: frameworks[0].draft.references reference.missing"}},
		"the cycle of a purchase is given by name":    {`"requisition": {`, `"requisition": {"cycle": "01890a5d-ac96-774b-bcce-b302099a8057", `, []string{"line 7: purchases[0].requisition.cycle field.given"}},
		"the cycle of a grant is listed":              {`{"name": "gift", "cycle": "one"`, `{"name": "gift", "cycle": "two"`, []string{"line 9: grants[0].cycle cycle.unknown"}},
		"a contract needs its purchase and its award": {`, "purchase": "buy", "award": "W1"`, ``, []string{"line 8: contracts[0].purchase field.missing", "line 8: contracts[0].award field.missing"}},
		"a case that is no object is told":            {`{"name": "deal", "purchase": "buy", "award": "W1"}`, `7`, []string{"line 8: contracts[0] value.type"}},
	} {
		t.Run(name, func(t *testing.T) {
			sound := string(bought())
			require.Contains(t, sound, c.from)
			assert.Equal(t, c.want, faults(t, []byte(strings.Replace(sound, c.from, c.to, 1))))
		})
	}
}

func TestEveryCommandIsDescribed(t *testing.T) {
	sections := map[string]string{}
	for _, section := range strings.Split(documentation(t), "\n### ")[1:] {
		title, text, _ := strings.Cut(section, "\n")
		sections[title] = text
	}
	for to, titles := range map[string][]string{
		`"cycle": "one"`:     {"To a cycle"},
		`"framework": "fw"`:  {"To a framework agreement"},
		`"purchase": "buy"`:  {"To a purchase"},
		`"contract": "deal"`: {"To a contract", "To a contract or a grant agreement"},
		`"grant": "gift"`:    {"To a grant agreement", "To a contract or a grant agreement"},
	} {
		t.Run(titles[0], func(t *testing.T) {
			described := sections["To every case"]
			for _, title := range titles {
				require.Contains(t, sections, title)
				described += sections[title]
			}
			for _, name := range commandsTo(t, to) {
				assert.Contains(t, described, "| `"+name+"` |", "CASEFILE.md does not describe it")
			}
		})
	}
}

// commandsTo gives the commands to a case, as a faulty step is told of them.
func commandsTo(t *testing.T, to string) []string {
	t.Helper()
	_, err := casefile.Read(bought(`{"at": "2025-04-01T09:00:00Z", "by": "ana", ` + to + `, "do": "?"}`))
	require.Error(t, err)
	_, list, found := strings.Cut(err.Error(), "there are: ")
	require.True(t, found)
	list, _, _ = strings.Cut(list, " (")
	commands := strings.Split(list, ", ")
	assert.Greater(t, len(commands), 9)
	return commands
}

func TestTheExampleInTheDocumentationIsSound(t *testing.T) {
	_, rest, found := strings.Cut(documentation(t), "```json\n")
	require.True(t, found)
	example, _, found := strings.Cut(rest, "```")
	require.True(t, found)
	_, err := casefile.Read([]byte(example))
	assert.NoError(t, err)
}

func FuzzCaseFile(f *testing.F) {
	f.Add(file())
	f.Add(file(`{"at": "2025-04-01T09:00:00+01:00", "by": "ana", "do": "open"}`))
	f.Add(file(`{"at": "2025-04-01T09:00:00Z", "by": "ana", "do": "assign", "with": {"holder": "ana"}}`))
	f.Add(file(`{"at": "2025-04-01T09:00:00Z", "by": "ana", "do": "allocate", "with": {"resource": "R1", "service": "S1", "amount": {"amount": "1", "currency": "GBP"}}}`))
	f.Add([]byte(`{"steps": [{"with": null, "do": "move"}], "agencies": [null], "actors": [[]], "cycles": [1, {"brief": {"lead": []}}]}`))
	f.Add(bought(`{"at": "2025-04-01T09:00:00Z", "by": "ana", "purchase": "buy", "do": "set_tender", "with": {"lots": [null]}}`))
	f.Add(bought(`{"at": "2025-04-01T09:00:00Z", "by": "ana", "purchase": "buy", "do": "choose_route", "with": {"framework": 7}}`))
	f.Add([]byte("{\"a\": \xff}"))
	f.Add([]byte(`{"agencies": [{"id": "a", "name": "A"}], "actors": [{"id": "p", "name": "P", "AgenCY": "z"}]}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		c, err := casefile.Read(in)
		if err != nil {
			invalid, is := errors.AsType[*casework.InvalidError](err)
			if !is || len(invalid.Faults) == 0 {
				t.Fatalf("a broken case file is told with its faults, not as: %v", err)
			}
			for _, fault := range invalid.Faults {
				if !strings.HasPrefix(fault.Path, "line ") || fault.Code == "" || fault.Message == "" {
					t.Fatalf("a fault has a line, a code and a message: %+v", fault)
				}
			}
			return
		}
		latest := time.Time{}
		for _, s := range c.Steps {
			if s.At.Before(latest) || s.By.IsZero() || s.Case.Name == "" || s.Do == "" {
				t.Fatalf("a step that was read is whole: %+v", s)
			}
			latest = s.At
			_ = s.Options()
		}
	})
}
