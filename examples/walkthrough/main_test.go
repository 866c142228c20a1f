package main

import (
	"bufio"
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/examples/walkthrough/casefile"
)

var update = flag.Bool("update", false, "write the golden files anew")

// asProgram makes the test binary the program itself, so that a test can kill it.
const asProgram = "WALKTHROUGH_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// walked runs the program in the present directory and gives what it printed.
func walked(t *testing.T, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, program(t.Context(), args, &out))
	return out.String()
}

// golden holds text against a golden file.
func golden(t *testing.T, name, have string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, []byte(have), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run the tests with -update to write it")
	assert.Equal(t, string(want), have)
}

// inTemp changes to a fresh directory for the rest of the test.
func inTemp(t *testing.T) { t.Helper(); t.Chdir(t.TempDir()) }

// left reads what a walk left behind in ./out.
func left(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("out", name))
	require.NoError(t, err)
	return string(b)
}

func TestTheShippedCasesGoAsTheyAlwaysGo(t *testing.T) {
	for _, name := range shippedNames() {
		t.Run(name, func(t *testing.T) {
			here, err := os.Getwd()
			require.NoError(t, err)
			inTemp(t)
			said, journal := walked(t, "-case", name), left(t, "journal.jsonl")
			t.Chdir(here)
			golden(t, name+".txt", said)
			golden(t, name+".jsonl", journal)
		})
	}
}

func TestTheDefaultCaseIsHomeCare(t *testing.T) {
	inTemp(t)
	assert.Contains(t, walked(t), "Case home-care:")
}

func TestHomeCareTeaches(t *testing.T) {
	inTemp(t)
	said := walked(t)
	for _, code := range []string{
		"need.none (refuse)", "need.unserved (bar)", "resource.uncommitted (refuse)", "commissioner.also_provides (refuse)",
		"record.open (bar)", "resource.overallocated (refuse)", "override.not_permitted (bar)", "cycle.suspended (bar)",
	} {
		assert.Contains(t, said, code)
	}
	for _, entry := range []string{"case.explained", "case.overridden", "unmet_need.heard", "case.deadline_passed", "target MonitorReview moved by 14 days"} {
		assert.Contains(t, said, entry)
	}
	assert.Contains(t, said, "Monitor and review, round 2")
	assert.NotContains(t, said, "OTHERWISE")
}

func TestHomeCareIsBought(t *testing.T) {
	inTemp(t)
	said := walked(t)
	t.Run("what a sharp officer would stop is refused", func(t *testing.T) {
		for _, code := range []string{
			"approval.authority (bar)", "signatory.missing (bar)", "bidding.closed (bar)", "interest.undeclared (bar)", "award.not_winner (bar)",
			"duty.requester_decides (refuse)", "standstill.running (bar)", "challenge.open (bar)", "payment.exceeds_due (bar)", "review.report_missed (bar)",
		} {
			assert.Contains(t, said, code)
		}
	})
	t.Run("what follows in other cases is told where it was brought about", func(t *testing.T) {
		for step, followed := range map[string][]string{
			" 83  ": {"award.decided (decide_award)", "and in    councils: 7 framework.called_off", "and in    meadow: 1 case.opened, 2 contract.drafted"},
			" 93  ": {"contract.signature (sign)", "and in    borough: 29 arrangement.recorded, 30 arrangement.bound", "and in    home-care: 50 instrument.moved"},
			" 94  ": {"contract.commenced (commence)", "and in    borough: 32 service.delivery_moved", "and in    home-care: 51 instrument.moved, 52 case.moved (close)"},
			"152  ": {"variation.effective", "and in    borough: 39 arrangement.varied"},
			"163  ": {"review.concluded", "and in    borough: 41 arrangement.reported"},
		} {
			_, told, found := strings.Cut(said, "\n"+step)
			require.True(t, found, step)
			told, _, _ = strings.Cut(told, "\n\n")
			for _, part := range followed {
				assert.Contains(t, told, part, step)
			}
		}
	})
	t.Run("the figures add up", func(t *testing.T) {
		for _, figures := range []string{
			"ceiling GBP 1200000.00, drawn GBP 249600.00, remaining GBP 950400.00",
			"value GBP 249600.00, 2021-10-01 to 2023-09-30",
			"invoiced GBP 61900.00, refused GBP 1000.00, paid GBP 60900.00, outstanding GBP 0.00",
		} {
			assert.Contains(t, said, figures)
		}
	})
}

func TestASmallGrantIsAskedForLittle(t *testing.T) {
	inTemp(t)
	said := walked(t, "-case", "small-grant")
	assert.Contains(t, said, "impact.missing (advise)")
	assert.Contains(t, said, "Closed, round 1, light scale")
	assert.Contains(t, said, "forum: Weekend lunch club, Closed, light scale")
	assert.NotContains(t, said, "procurement")
}

// journals are the journals that the home-care case leaves behind.
func journals() []string {
	return []string{"journal.jsonl", "journal-borough.jsonl", "journal-councils.jsonl", "journal-home-care.jsonl", "journal-meadow.jsonl"}
}

// allLeft reads all of them.
func allLeft(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, name := range journals() {
		all[name] = left(t, name)
	}
	return all
}

func TestASecondRunChangesNothing(t *testing.T) {
	inTemp(t)
	walked(t)
	written, picture := allLeft(t), left(t, "contract-meadow.svg")
	said := walked(t)
	assert.Equal(t, written, allLeft(t))
	assert.Equal(t, picture, left(t, "contract-meadow.svg"))
	assert.Contains(t, said, "This run: 188 done in an earlier run; 24 refused in an earlier run, and not tried again")
	assert.NotContains(t, said, "wrote")
}

func TestHalfACaseIsContinued(t *testing.T) {
	inTemp(t)
	walked(t)
	want := allLeft(t)

	inTemp(t)
	c, err := readCase(defaultCase)
	require.NoError(t, err)
	for _, steps := range []int{0, 1, 60, 61, 83, 84, len(c.Steps)} {
		part := *c
		part.Steps = c.Steps[:steps]
		require.NoError(t, run(t.Context(), &part, settings{db: "out/needsled.db", out: "out"}, io.Discard), "after %d steps", steps)
	}
	assert.Equal(t, want, allLeft(t))
}

func TestAKilledRunIsContinued(t *testing.T) {
	inTemp(t)
	walked(t)
	want := allLeft(t)

	inTemp(t)
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), asProgram+"=1")
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), " 93  ") {
			break
		}
	}
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait() // it was killed, and says so

	said := walked(t)
	assert.Contains(t, said, "done in an earlier run")
	assert.Equal(t, want, allLeft(t))
}

func TestACancelledRunStopsAndIsContinued(t *testing.T) {
	inTemp(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, program(ctx, nil, io.Discard), context.Canceled)
	assert.Contains(t, walked(t), "This run: 188 done")
}

func TestAChangedCaseFileIsToldApart(t *testing.T) {
	inTemp(t)
	walked(t, "-case", "small-grant")
	text, err := caseText("small-grant")
	require.NoError(t, err)
	changed := bytes.Replace(text, []byte("eat alone at weekends"), []byte("eat alone"), 1)
	require.NoError(t, os.WriteFile("mine.json", changed, 0o644))
	err = program(t.Context(), []string{"-case", "mine.json"}, io.Discard)
	require.ErrorIs(t, err, casework.ErrConflict)
	assert.ErrorContains(t, err, "step 3 (line ")
	assert.ErrorContains(t, err, "use another database")
}

func TestSurprisesAreToldAndTheWalkGoesOn(t *testing.T) {
	inTemp(t)
	const text = `{
	  "reference": "surprise", "title": "Surprises", "zone": "UTC",
	  "agencies": [{"id": "a", "name": "A"}],
	  "actors": [{"id": "p", "name": "P", "agency": "a"}],
	  "cycles": [{"name": "one", "brief": {"title": "One", "lead": {"id": "a"}, "references": [{"scheme": "s", "value": "1"}]}}],
	  "steps": [
	    {"at": "2025-01-01T09:00:00Z", "by": "p", "do": "tick", "expect": "refused", "codes": ["cycle.not_open"]},
	    {"at": "2025-01-01T09:00:00Z", "by": "p", "do": "open"},
	    {"at": "2025-01-01T09:00:00Z", "by": "p", "do": "open", "expect": "refused", "codes": ["conflict.reference"]},
	    {"at": "2025-01-01T09:00:00Z", "by": "p", "do": "move", "with": {"move": "identify_resources"}},
	    {"at": "2025-01-01T09:00:00Z", "by": "p", "do": "move", "with": {"move": "identify_resources"}, "expect": "refused", "codes": ["need.none", "no.such"]},
	    {"at": "2025-01-01T09:00:00Z", "by": "p", "do": "identify_need", "with": {"statement": "x"}, "expect": "refused"}
	  ]}`
	require.NoError(t, os.WriteFile("case.json", []byte(text), 0o644))
	var out bytes.Buffer
	err := program(t.Context(), []string{"-case", "case.json"}, &out)
	require.EqualError(t, err, "3 steps went otherwise than the case file expects: [4 5 6]")
	assert.Contains(t, out.String(), "OTHERWISE the case file expects this step to be refused with need.none, no.such")
	assert.Contains(t, out.String(), "Verified: one")
	_, err = casework.ReadJournal(strings.NewReader(left(t, "journal.jsonl")))
	assert.NoError(t, err)
}

func TestTheWrittenJournalsVerify(t *testing.T) {
	inTemp(t)
	walked(t)
	for name, text := range allLeft(t) {
		entries, err := casework.ReadJournal(strings.NewReader(text))
		require.NoError(t, err, name)
		assert.Greater(t, len(entries), 6, name)
	}
}

func TestThePage(t *testing.T) {
	inTemp(t)
	walked(t)
	page := left(t, "index.html")

	t.Run("it stands alone: no scripts, nothing from elsewhere", func(t *testing.T) {
		assert.NotContains(t, page, "<script")
		assert.NotContains(t, page, "src=")
		assert.NotContains(t, page, "@import")
		assert.NotContains(t, page, "url(http")
		for _, href := range regexp.MustCompile(`href="([^"]*)"`).FindAllStringSubmatch(page, -1) {
			assert.True(t, strings.HasPrefix(href[1], "#"), href[1])
		}
	})
	t.Run("it has its landmarks, its language and one first heading", func(t *testing.T) {
		assert.Contains(t, page, `<html lang="en-GB">`)
		for _, tag := range []string{"<header>", "<main ", "<footer>", "<h1>"} {
			assert.Equal(t, 1, strings.Count(page, tag), tag)
		}
	})
	t.Run("no id stands there twice, and every link leads to one", func(t *testing.T) {
		ids := map[string]int{}
		for _, id := range regexp.MustCompile(` id="([^"]*)"`).FindAllStringSubmatch(page, -1) {
			ids[id[1]]++
			assert.Equal(t, 1, ids[id[1]], id[1])
		}
		for _, to := range regexp.MustCompile(`href="#([^"]*)"`).FindAllStringSubmatch(page, -1) {
			assert.Contains(t, ids, to[1])
		}
	})
	t.Run("every table has a caption and headings", func(t *testing.T) {
		tables := strings.Count(page, "<table")
		assert.Greater(t, tables, 10)
		assert.Equal(t, tables, strings.Count(page, "<caption>"))
		assert.Equal(t, tables, strings.Count(page, `<thead><tr><th scope="col">`))
	})
	t.Run("it holds the picture, the checklist, the refusals and the head of the chain", func(t *testing.T) {
		for _, part := range []string{"<svg ", "What may be done now", "Mend: ", "Refusals in this run", "Step 106: move: identify_resources", "the chain is unbroken"} {
			assert.Contains(t, page, part)
		}
	})
}

func TestThePageShowsBothTracks(t *testing.T) {
	inTemp(t)
	walked(t)
	page := left(t, "index.html")
	for _, part := range []string{
		">Framework agreement: Home care for three councils<", ">Purchasing: Home care in Northgate, 2021 to 2023<", ">Contracting: Home care in Northgate, 2021 to 2023<",
		">Ceiling, and what is drawn<", ">Ranking, lot 1: Home care for adults<", ">90.4483<", ">Awards<", ">Effective value over time<", ">Payments account<",
	} {
		assert.Contains(t, page, part)
	}
	assert.Equal(t, 5, strings.Count(page, "<svg "))
	for _, name := range []string{"framework-councils.svg", "purchase-home-care.svg", "contract-meadow.svg"} {
		assert.Contains(t, page, left(t, name), "the page holds the picture as the file does")
	}
}

func TestWhatACaseSaysIsNotTakenForMarkup(t *testing.T) {
	inTemp(t)
	text, err := caseText("small-grant")
	require.NoError(t, err)
	hostile := bytes.ReplaceAll(text, []byte("Weekend lunch club, Elmfield"), []byte(`<script>alert(1)</script>&\"`))
	require.NoError(t, os.WriteFile("mine.json", hostile, 0o644))
	walked(t, "-case", "mine.json")
	page := left(t, "index.html")
	assert.NotContains(t, page, "<script")
	assert.Contains(t, page, "&lt;script&gt;alert(1)&lt;/script&gt;")
}

func TestCalledWrongly(t *testing.T) {
	inTemp(t)
	for name, args := range map[string][]string{
		"an unknown flag":            {"-wheel"},
		"an argument without a flag": {"home-care"},
	} {
		t.Run(name+" is told", func(t *testing.T) {
			assert.ErrorIs(t, program(t.Context(), args, io.Discard), errCalledWrongly)
		})
	}
	t.Run("a case that is not there is told", func(t *testing.T) {
		assert.ErrorIs(t, program(t.Context(), []string{"-case", "nowhere.json"}, io.Discard), os.ErrNotExist)
	})
	t.Run("help is help", func(t *testing.T) {
		var out bytes.Buffer
		require.ErrorIs(t, program(t.Context(), []string{"-h"}, &out), flag.ErrHelp)
		assert.Contains(t, out.String(), "home-care, small-grant")
	})
	t.Run("a broken case file is told with all its faults, a line each", func(t *testing.T) {
		require.NoError(t, os.WriteFile("broken.json", []byte("{\n  \"reference\": 7,\n  \"colour\": \"red\"\n}\n"), 0o644))
		err := program(t.Context(), []string{"-case", "broken.json"}, io.Discard)
		require.ErrorIs(t, err, casework.ErrInvalid)
		assert.Equal(t, `case broken.json: read case file: 8 faults
  line 1: title: the field is missing (field.missing)
  line 1: zone: the field is missing (field.missing)
  line 1: agencies: the field is missing (field.missing)
  line 1: actors: the field is missing (field.missing)
  line 1: cycles: the field is missing (field.missing)
  line 1: steps: the field is missing (field.missing)
  line 2: reference: this is a number; it has to be a text (value.type)
  line 3: colour: there is no such field; there are: reference, title, about, zone, agencies, actors, cycles, frameworks, purchases, contracts, grants, steps, assessments (field.unknown)`, complaint(err))
	})
}

func TestIdsAndSaltsDependOnTheStepAlone(t *testing.T) {
	h := &host{c: &casefile.Case{Reference: "x"}}
	seen := map[string]bool{}
	for step := range 3 {
		h.begin(casefile.Step{Number: step})
		for range 3 {
			id, err := h.newID()
			require.NoError(t, err)
			for _, made := range []string{id.String(), fmt.Sprint(h.salt())} {
				assert.False(t, seen[made], "made twice: %s", made)
				seen[made] = true
			}
		}
	}
	h.begin(casefile.Step{Number: 1})
	again, err := h.newID()
	require.NoError(t, err)
	assert.True(t, seen[again.String()])
}
