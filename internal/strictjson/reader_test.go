package strictjson_test

import (
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/internal/strictjson"
)

type meal struct {
	Name  string
	Costs int
	Hot   bool
	With  []string
	Then  []meal
}

func readMeal(r *strictjson.Reader, v strictjson.Value, m *meal) {
	r.Object(v, strictjson.Fields{
		"name":  strictjson.Into(r, &m.Name, strictjson.Text),
		"costs": strictjson.Into(r, &m.Costs, strictjson.Number),
		"hot":   strictjson.Into(r, &m.Hot, strictjson.Flag),
		"with":  strictjson.Texts(r, &m.With),
		"then":  strictjson.Each(r, &m.Then, readMeal),
	})
}

func read(t testing.TB, text string) (meal, []string) {
	t.Helper()
	r, whole, holds, err := strictjson.Read(strings.NewReader(text), "meal", 1000)
	require.NoError(t, err)
	var m meal
	if holds {
		readMeal(r, whole, &m)
		if m.Costs < 0 {
			r.Add([]strictjson.Fault{{Path: "costs", Code: "costs.negative", Message: "nobody is paid to eat"}})
		}
		if m.Name == "" {
			r.Add([]strictjson.Fault{{Path: "name", Code: "name.missing", Message: "a meal has a name"}})
		}
	}
	var faults []string
	for _, f := range r.Faults() {
		faults = append(faults, f.Path+" "+f.Code+": "+f.Message)
	}
	return m, faults
}

func TestASoundTextIsReadWhole(t *testing.T) {
	m, faults := read(t, "{\"name\": \"soup\", \"costs\": 3, \"hot\": true, \"with\": [\"bread\"],\n \"then\": [{\"name\": \"fruit\"}]}\n")
	assert.Empty(t, faults)
	assert.Equal(t, meal{Name: "soup", Costs: 3, Hot: true, With: []string{"bread"}, Then: []meal{{Name: "fruit"}}}, m)
}

func TestEveryFaultIsNamedWithItsPlace(t *testing.T) {
	m, faults := read(t, `{
 "name": null, "costs": 1.5,
 "with": ["bread", 2],
 "then": [7,
  {"hot": "yes", "hot": false, "sort": {"deep": [1]}}]
}
{}`)
	assert.Equal(t, []string{
		"meal json.trailing: line 7: something follows the meal",
		"name json.wrong_type: line 2: expected a text",
		"costs json.wrong_type: line 2: expected a whole number",
		"with[1] json.wrong_type: line 3: expected a text",
		"then[0] json.wrong_type: line 4: expected an object",
		"then[1].hot json.wrong_type: line 5: expected true or false",
		`then[1].hot json.duplicate_field: line 5: field "hot" stands there twice`,
		`then[1].sort json.unknown_field: line 5: there is no field "sort"`,
	}, faults, "and none is named twice")
	assert.Equal(t, "bread", m.With[0], "what can be read is")
}

func TestWhatIsFoundLaterGetsTheNearestLine(t *testing.T) {
	_, faults := read(t, "{\n\"costs\":\n\n-1}")
	assert.Equal(t, []string{"costs costs.negative: line 4: nobody is paid to eat", "name name.missing: line 1: a meal has a name"}, faults)
}

func TestATextThatHoldsNothing(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"nothing at all":         {"", "meal json.malformed: line 1: EOF"},
		"half of it":             {"{\n\"name\": ", "meal json.malformed: line 1: unexpected EOF"},
		"a slip":                 {"{\n\"name\": ,}", "meal json.malformed: line 2: invalid character ',' looking for beginning of value"},
		"a list":                 {"[]", " json.wrong_type: line 1: expected an object"},
		"bytes that are no text": {"\"\xff\"", "meal json.not_utf8: JSON is written in UTF-8"},
		"too much":               {strings.Repeat(" ", 1001), "meal json.too_large: a meal is no longer than 1000 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			_, faults := read(t, test.text)
			assert.Contains(t, faults, test.want)
		})
	}
	broken := errors.New("the disk is gone")
	r, _, holds, err := strictjson.Read(iotest.ErrReader(broken), "meal", 10)
	require.ErrorIs(t, err, broken)
	assert.False(t, holds)
	assert.Equal(t, []strictjson.Fault{{Path: "meal", Code: "json.unread", Message: "the meal could not be read"}}, r.Faults())
}
