package procurement_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/memory"
	"github.com/needsled/needsled/commissioning"
	"github.com/needsled/needsled/procurement"
)

// words are what a form holds where the library knows the words there are.
func words() map[reflect.Type]string {
	return map[reflect.Type]string{
		reflect.TypeFor[casework.EvidenceKind]():         string(casework.EvidenceDocument),
		reflect.TypeFor[casework.Sector]():               string(casework.Voluntary),
		reflect.TypeFor[casework.State]():                string(procurement.ContractAgreed),
		reflect.TypeFor[procurement.Answer]():            string(procurement.Approved),
		reflect.TypeFor[procurement.ApprovalOf]():        string(procurement.ApprovalOfRequisition),
		reflect.TypeFor[procurement.Basis]():             string(procurement.Annualised),
		reflect.TypeFor[procurement.BreachOutcome]():     string(procurement.BreachRemedied),
		reflect.TypeFor[procurement.CallOffMethod]():     string(procurement.CallOffByRank),
		reflect.TypeFor[procurement.ChallengeOutcome]():  string(procurement.ChallengeDismissed),
		reflect.TypeFor[procurement.Counting]():          string(procurement.BeginningAfter),
		reflect.TypeFor[procurement.CriterionKind]():     string(procurement.FeatureCriterion),
		reflect.TypeFor[procurement.EndedAs]():           string(procurement.TerminatedEnd),
		reflect.TypeFor[procurement.EndedHow]():          string(procurement.Withdrawn),
		reflect.TypeFor[procurement.ExclusionGround]():   string(procurement.Unsuitable),
		reflect.TypeFor[procurement.InterestFinding]():   string(procurement.Mitigated),
		reflect.TypeFor[procurement.InterestNature]():    string(procurement.PersonalInterest),
		reflect.TypeFor[procurement.InterestStatus]():    string(procurement.PerceivedConflict),
		reflect.TypeFor[procurement.Method]():            string(procurement.DiscountedPrice),
		reflect.TypeFor[procurement.ObligationStatus]():  string(procurement.ObligationMet),
		reflect.TypeFor[procurement.OriginKind]():        string(procurement.FromAward),
		reflect.TypeFor[procurement.PartyRole]():         string(procurement.SupplierParty),
		reflect.TypeFor[procurement.PricingBasis]():      string(procurement.Block),
		reflect.TypeFor[procurement.Rating]():            string(procurement.Good),
		reflect.TypeFor[procurement.Rationale]():         string(procurement.Rationales()[0]),
		reflect.TypeFor[procurement.Reservation]():       string(procurement.ReservedForLocal),
		reflect.TypeFor[procurement.Route]():             string(procurement.OpenProcedure),
		reflect.TypeFor[procurement.Standing]():          string(procurement.NewEntrant),
		reflect.TypeFor[procurement.StandstillKind]():    string(procurement.VoluntaryStandstill),
		reflect.TypeFor[procurement.TerminationGround](): string(procurement.TerminatedByNotice),
		reflect.TypeFor[procurement.TieRule]():           string(procurement.TieByDraw),
		reflect.TypeFor[procurement.VariationStatus]():   string(procurement.VariationPending),
	}
}

// codes are the texts of a form that a redaction leaves: ids, and the numbers and
// codes under which a host keeps a record.
func codes() map[string]string {
	const agency, person, number = "agency-1", "person-1", "N-1"
	return map[string]string{
		"Agency.ID": agency, "Acceptance.Party": agency, "Breach.Party": agency, "CallOffRecord.Member": agency, "Competed.Supplier": agency,
		"Dispute.By": agency, "Element.Provider": agency, "Instrument.Buyer": agency, "MemberRemoval.Agency": agency, "Naming.Party": agency,
		"Obligation.Party": agency, "Question.From": agency, "Risk.Bearer": agency, "Signature.Party": agency, "Tender.InvitedIDs": agency,
		"Variation.DeclinedBy": agency, "VariationRefusal.Party": agency,

		"Authority.Approver": person, "BidOpening.Witnesses": person, "ContractDraft.Subject": "subject-1",
		"Declaration.Person": person, "Moderation.Present": person, "Requisition.Subject": "subject-1", "Signatory.Person": person,
		"Signature.Signatory": person,

		"Approval.Record": "V1", "FollowUp.ID": "F1", "followUpDone.FollowUp": "F1", "Item.ID": "I1", "Measure.Outcome": "O1",
		"Advertisement.Ref": number, "Competed.Codes": "85310000", "ExternalRef.Scheme": "ledger", "ExternalRef.Value": number,
		"FrameworkTerms.Number": number, "Funding.Budget": number, "Grant.Reference": number, "InHouse.Reference": number,
		"Invoice.Reference": number, "Item.Classification": "85310000", "Order.Reference": number, "Payment.Reference": number,
		"Requisition.Reference": number, "Terms.Number": number,

		"Instrument.Kind": procurement.ContractKind, "Earned.Points": "12.5000", "Ranked.Quality": "80.0000", "Ranked.Result": "81.5000",
	}
}

// later names the fields of a record that other events write: no command writes
// them with this one.
func later() map[string][]string {
	bid := []string{"Signed", "Received", "Late", "Admitted", "Suitability", "Exclusion", "AbnormalLow", "Debrief"}
	variation := []string{"Signatures", "Status", "DeclinedBy", "Declined"}
	return map[string][]string{
		"bid.drafted": bid, "bid.revised": bid,
		"breach.notified":            {"Answer", "Outcome"},
		"challenge.received":         {"Outcome", "Decision"},
		"dispute.raised":             {"Resolution"},
		"grant.designed":             {"GrantCondition.Evidence"},
		"interest.declared":          {"Assessment", "Reviews"},
		"invoice.recorded":           {"Why", "Disputes", "Payments", "ValidOn", "DueOn"},
		"obligation.agreed":          {"Status", "Text"},
		"package.change_proposed":    {"Why"},
		"package.changed":            {"Why"},
		"question.asked":             {"Answer"},
		"review.planned":             {"Held", "Findings"},
		"under_performance.recorded": {"Improved", "Finding"},
		"variation.proposed":         variation,
		"variation.revised":          variation,
		"variation.withdrawn":        {"Party", "Reason"},
	}
}

// freeText is how every text begins that people write.
const freeText = "words of "

// filled gives the data of an event with everything in it that a command writes:
// of every list one, of every word a known one, and every free text marked.
func filled(t *testing.T, f procurement.Form) reflect.Value {
	t.Helper()
	known, kept, others := words(), codes(), later()[f.Name]
	var fill func(kind reflect.Type, at string) reflect.Value
	fill = func(kind reflect.Type, at string) reflect.Value {
		v := reflect.New(kind).Elem()
		switch kind {
		case reflect.TypeFor[casework.Date]():
			return reflect.ValueOf(dayOf(t, "2025-06-02"))
		case reflect.TypeFor[casework.Money]():
			return reflect.ValueOf(casework.GBP(1_234_56))
		case reflect.TypeFor[time.Time]():
			return reflect.ValueOf(time.Date(2025, time.June, 2, 9, 30, 0, 0, time.UTC))
		case reflect.TypeFor[procurement.Mark]():
			return v // set when the entry is applied
		}
		switch kind.Kind() {
		case reflect.String:
			v.SetString(text(t, kind, at, known, kept))
		case reflect.Int, reflect.Int64:
			v.SetInt(1)
		case reflect.Uint8, reflect.Uint64:
			v.SetUint(1)
		case reflect.Bool:
			v.SetBool(true)
		case reflect.Slice:
			v.Set(reflect.Append(v, fill(kind.Elem(), at)))
		case reflect.Array:
			for i := range v.Len() {
				v.Index(i).Set(fill(kind.Elem(), at))
			}
		case reflect.Pointer:
			v.Set(reflect.New(kind.Elem()))
			v.Elem().Set(fill(kind.Elem(), at))
		case reflect.Struct:
			for i := range kind.NumField() {
				field := kind.Name() + "." + kind.Field(i).Name
				own := kind == f.Data() && slices.Contains(others, kind.Field(i).Name)
				if v.Field(i).CanSet() && !own && !slices.Contains(others, field) {
					v.Field(i).Set(fill(kind.Field(i).Type, field))
				}
			}
		default:
			t.Fatalf("%s: a form holds no %s", f.Name, kind)
		}
		return v
	}
	return fill(f.Data(), "")
}

// text gives what a text of a form says: a known word, an id, or free text.
func text(t *testing.T, kind reflect.Type, at string, known map[reflect.Type]string, kept map[string]string) string {
	t.Helper()
	if kind != reflect.TypeFor[string]() {
		if id, is := strings.CutSuffix(kind.Name(), "ID"); is {
			return strings.ToLower(id) + "-1"
		}
		require.Contains(t, known, kind, "say a word of it here")
		return known[kind]
	}
	if code, is := kept[at]; is {
		return code
	}
	return freeText + at
}

func entryFile(f procurement.Form) string {
	return fmt.Sprintf("testdata/entries/%s/%s.v%d.json", f.Kind, f.Name, f.Version)
}

func indented(t *testing.T, v any) []byte {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	require.NoError(t, e.Encode(v))
	return b.Bytes()
}

func TestTheWordsOfTheFormsAreKnown(t *testing.T) {
	t.Parallel()
	for kind, word := range words() {
		v := reflect.New(kind).Elem()
		v.SetString(word)
		if k, is := v.Interface().(interface{ Known() bool }); is {
			assert.True(t, k.Known(), "%s %q", kind, word)
		}
	}
}

// TestEntryFormsAreThoseOfTheirGoldenFiles holds the form in which each entry
// type is written, and reads it back. A file that is to change is a form that was
// released: raise the event's version, read the old form, and add a file.
func TestEntryFormsAreThoseOfTheirGoldenFiles(t *testing.T) {
	for _, f := range procurement.Forms() {
		t.Run(f.Kind+"/"+f.Name, func(t *testing.T) {
			data := filled(t, f)

			golden(t, entryFile(f), indented(t, data.Interface()))

			raw, err := os.ReadFile(filepath.FromSlash(entryFile(f)))
			require.NoError(t, err)
			read := reflect.New(f.Data())
			require.NoError(t, json.Unmarshal(raw, read.Interface()))
			assert.Equal(t, data.Interface(), read.Elem().Interface(), "something of it is not written, or not read back")
		})
	}
}

func TestEveryGoldenEntryIsTheFormOfAnEvent(t *testing.T) {
	forms := map[string]bool{}
	for _, f := range procurement.Forms() {
		require.False(t, forms[entryFile(f)], "two events of a kind have one name: %s", f.Name)
		for v := 1; v <= f.Version; v++ {
			older := f
			older.Version = v
			forms[entryFile(older)] = true
			assert.FileExists(t, filepath.FromSlash(entryFile(older)))
		}
	}
	files, err := filepath.Glob(filepath.FromSlash("testdata/entries/*/*.v*.json"))
	require.NoError(t, err)
	for _, file := range files {
		assert.True(t, forms[filepath.ToSlash(file)], "%s is the form of no event", file)
	}
	assert.Len(t, files, len(forms))
}

// TestRedactedEntriesKeepNoFreeText holds that redaction leaves nothing that
// people wrote, and loses nothing else.
func TestRedactedEntriesKeepNoFreeText(t *testing.T) {
	t.Parallel()
	for _, f := range procurement.Forms() {
		t.Run(f.Kind+"/"+f.Name, func(t *testing.T) {
			t.Parallel()
			data := filled(t, f)
			before := string(indented(t, data.Interface()))

			after := leaves(t, f.Redacted(data).Interface())

			assert.Equal(t, before, string(indented(t, data.Interface())), "what was read stays as it was")
			for path, value := range after {
				assert.NotContains(t, value, freeText, path)
			}
			for path, value := range leaves(t, data.Interface()) {
				if !strings.Contains(value, freeText) {
					assert.Equal(t, value, after[path], path)
				}
			}
		})
	}
}

// leaves gives every value of a form under its path.
func leaves(t *testing.T, v any) map[string]string {
	t.Helper()
	raw, err := json.Marshal(v)
	require.NoError(t, err)
	var tree any
	require.NoError(t, json.Unmarshal(raw, &tree))
	all := map[string]string{}
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for name, part := range v {
				walk(path+"."+name, part)
			}
		case []any:
			for i, part := range v {
				walk(fmt.Sprintf("%s[%d]", path, i), part)
			}
		default:
			if s := fmt.Sprint(v); v != nil && s != "" {
				all[path] = s
			}
		}
	}
	walk("", tree)
	return all
}

// TestEveryReleasedEntryFormIsFolded folds a journal of each kind that is made of
// its golden files, and holds what comes of it against what came of it when they
// were written. Of one that is made of what redaction leaves of them, nothing
// comes that people wrote.
func TestEveryReleasedEntryFormIsFolded(t *testing.T) {
	cycles, err := commissioning.NewDesk(memory.New(), nil)
	require.NoError(t, err)
	desks, err := procurement.NewDesks(cycles, nil)
	require.NoError(t, err)
	k := desks.Kinds()

	folds(t, desks, k.Purchases, procurement.PurchaseName)
	folds(t, desks, k.Contracts, procurement.ContractName)
	folds(t, desks, k.Frameworks, procurement.Framing().Name)
	folds(t, desks, k.Grants, procurement.Granting().Name)
	folds(t, desks, k.InHouse, procurement.AgreeingInHouse().Name)
}

// pending is a case whose entries of a call can be looked at.
type pending interface {
	casework.Aggregate
	Pending() []casework.Entry
}

func folds[T pending](t *testing.T, desks *procurement.Desks, kind *casework.Kind[T], definition string) {
	t.Helper()
	entries := []casework.Entry{opening(t, desks, kind, definition)}
	redacted := slices.Clone(entries)
	for _, f := range procurement.Forms() {
		if f.Kind != kind.Name() {
			continue
		}
		raw, err := os.ReadFile(filepath.FromSlash(entryFile(f)))
		require.NoError(t, err)
		next := entries[0]
		next.Seq, next.Type, next.Version, next.Reason, next.Data = uint64(len(entries)+1), f.Name, f.Version, "a reason", raw
		next.Move, next.From, next.To = "", "", ""
		entries = append(entries, next)
		next.Reason, next.Data = "", indented(t, f.Redacted(filled(t, f)).Interface())
		redacted = append(redacted, next)
	}

	c, err := kind.Fold(each(entries))

	require.NoError(t, err)
	golden(t, fmt.Sprintf("testdata/entries/%s/folded.json", kind.Name()), indented(t, procurement.DocumentOf(c)))

	c, err = kind.Fold(each(redacted))

	require.NoError(t, err)
	for path, value := range leaves(t, procurement.DocumentOf(c)) {
		assert.NotContains(t, value, freeText, path)
	}
}

// opening gives the first entry of a case, which is not kept.
func opening[T pending](t *testing.T, desks *procurement.Desks, kind *casework.Kind[T], definition string) casework.Entry {
	t.Helper()
	var first casework.Entry
	stop := errors.New("it is not kept")
	_, err := desks.Do(t.Context(), casework.Person("ana", camden()), func(u *casework.Unit) error {
		c, err := casework.Open(u, kind, casework.Opening{Definition: definition})
		if err != nil {
			return err
		}
		first = c.Pending()[0]
		return stop
	})
	require.ErrorIs(t, err, stop)
	at := time.Date(2025, time.June, 2, 9, 30, 0, 0, time.UTC)
	first.Effective, first.Recorded, first.Case = at, at, casework.CaseID{1}
	return first
}

func each(entries []casework.Entry) iter.Seq2[casework.Entry, error] {
	return func(yield func(casework.Entry, error) bool) {
		for _, e := range entries {
			if !yield(e, nil) {
				return
			}
		}
	}
}
