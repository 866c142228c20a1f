package storagetest

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/storage/memory"
)

// brokenStore is one mistake an implementation may make, and the rules that
// have to find it.
type brokenStore struct {
	name  string
	build func() Tenants
	found []string
}

func TestEveryRulePassesOnTheReferenceStore(t *testing.T) {
	for _, r := range rules() {
		t.Run(r.name, func(t *testing.T) {
			base := memory.New()
			if err := r.check(t.Context(), func(tenant string) casework.Store { return base.Tenant(tenant) }); err != nil {
				t.Error(r.failure(err))
			}
		})
	}
}

func TestEveryMistakeIsFoundByTheRuleThatForbidsIt(t *testing.T) {
	for _, b := range brokenStores() {
		t.Run(b.name, func(t *testing.T) {
			for _, r := range rules() {
				if slices.Contains(b.found, r.name) && r.check(t.Context(), b.build()) == nil {
					t.Errorf("the rule %q did not fail", r.name)
				}
			}
		})
	}
}

func TestEveryRuleFindsSomeMistake(t *testing.T) {
	found := map[string]bool{}
	for _, b := range brokenStores() {
		for _, name := range b.found {
			found[name] = true
		}
	}
	for _, r := range rules() {
		if !found[r.name] {
			t.Errorf("no broken store proves that the rule %q can fail", r.name)
		}
		delete(found, r.name)
	}
	for name := range found {
		t.Errorf("a broken store expects the rule %q, which does not exist", name)
	}
}

func TestARuleIsASentenceWithAReason(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range rules() {
		if seen[r.name] {
			t.Errorf("two rules are called %q", r.name)
		}
		seen[r.name] = true
		if len(strings.Fields(r.name)) < 4 {
			t.Errorf("the name %q is no sentence", r.name)
		}
		if !strings.HasSuffix(r.explanation, ".") || len(r.explanation) < 60 {
			t.Errorf("the rule %q does not say why it is there: %q", r.name, r.explanation)
		}
	}
}

func TestAFailureSaysWhatHappenedWhichRuleBrokeAndWhy(t *testing.T) {
	text := rule{name: "rain is wet", explanation: "Umbrellas."}.failure(errors.New("it was dry"))
	for _, part := range []string{"it was dry", "rule: rain is wet", "why:  Umbrellas."} {
		if !strings.Contains(text, part) {
			t.Errorf("%q does not contain %q", text, part)
		}
	}
}

func TestRulesAboutInterfacesAStoreLacksAreSkipped(t *testing.T) {
	base := memory.New()
	bare := func(tenant string) casework.Store { return struct{ casework.Store }{base.Tenant(tenant)} }
	var skipped []string
	for _, r := range rules() {
		base = memory.New()
		err := r.check(t.Context(), bare)
		var missing notOffered
		switch {
		case errors.As(err, &missing):
			skipped = append(skipped, r.name)
		case err != nil:
			t.Error(r.failure(err))
		}
	}
	optional := slices.Concat(findRules(), listRules(), feedRules(), cursorRules())
	for _, r := range optional {
		if !slices.Contains(skipped, r.name) {
			t.Errorf("the rule %q passed on a store that has not what it is about", r.name)
		}
	}
	if want := len(optional) + 2; len(skipped) != want {
		t.Errorf("%d rules were skipped; it should be %d: %s", len(skipped), want, strings.Join(skipped, "; "))
	}
}

func brokenStores() []brokenStore {
	return []brokenStore{
		{"loses the last entry of a history", breaking(func(s *store) losesLast { return losesLast{s} }), []string{
			"an entry is kept byte for byte", "a loaded case is what was appended", "the history of a long case comes complete and in order",
			"history starts behind a sequence and ends where the case ends",
		}},
		{"reorders a history", breaking(func(s *store) reordersHistory { return reordersHistory{s} }), []string{
			"the history of a long case comes complete and in order", "history holds no cursor open while the caller works",
		}},
		{"includes the sequence it is asked to start behind", breaking(func(s *store) startsTooEarly { return startsTooEarly{s} }), []string{
			"history starts behind a sequence and ends where the case ends",
		}},
		{"rewrites the document's JSON", breaking(func(s *store) rewritesJSON { return rewritesJSON{s} }), []string{
			"a loaded case is what was appended",
		}},
		{"keeps times without their offset", breaking(func(s *store) dropsOffset { return dropsOffset{s} }), []string{
			"an entry is kept byte for byte",
		}},
		{"gives an empty history for a missing case", breaking(func(s *store) emptyForMissing { return emptyForMissing{s} }), []string{
			"a case that does not exist is not found", "another tenant's case looks like a missing one",
		}},
		{"locks while history is read", noted(func(s *store, n *notes) casework.Store { return locksWhileReading{s, n} }), []string{
			"history holds no cursor open while the caller works", "a long list comes complete, and the caller may write or leave meanwhile",
		}},
		{"loses a connection with every reader that leaves", noted(func(s *store, n *notes) casework.Store { return losesConnections{s, n} }), []string{
			"a reader may leave a sequence early, and read it again",
		}},
		{"ignores the expected sequence", breaking(func(s *store) ignoresSequence { return ignoresSequence{s} }), []string{
			"of several racing writers exactly one wins", "a conflict says where the case is and who moved it",
			"racing batches over the same cases end, whatever their order",
		}},
		{"does not say who was first", breaking(func(s *store) anonymousConflict { return anonymousConflict{s} }), []string{
			"a conflict says where the case is and who moved it",
		}},
		{"forgets assertions", breaking(func(s *store) forgetsAssertions { return forgetsAssertions{s} }), []string{
			"an assertion holds only while the case stands still", "a batch is written whole or not at all",
		}},
		{"splits a batch over several cases", breaking(func(s *store) splitsBatch { return splitsBatch{s} }), []string{
			"a batch is written whole or not at all", "a batch over several cases moves them all", "a batch that failed does not show in the feed",
		}},
		{"takes a batch that skips a number", breaking(func(s *store) acceptsMalformed { return acceptsMalformed{s} }), []string{
			"a malformed batch is invalid and leaves nothing",
		}},
		{"tells one fault at a time", breaking(func(s *store) firstFaultOnly { return firstFaultOnly{s} }), []string{
			"all the faults of a batch come at once",
		}},
		{"repeats a call it has done", breaking(func(s *store) repeatsCall { return repeatsCall{s} }), []string{
			"a repeated call gets the first receipt and writes nothing", "a key is remembered when nothing was written",
			"of racing calls with one key one writes and the others get its receipt", "a key used for another command conflicts",
		}},
		{"looks at the sequence before the key", breaking(func(s *store) sequenceBeforeKey { return sequenceBeforeKey{s} }), []string{
			"a repeated call gets the first receipt and writes nothing",
		}},
		{"does not compare digests", breaking(func(s *store) ignoresDigest { return ignoresDigest{s} }), []string{
			"a key used for another command conflicts",
		}},
		{"forgets the key of a batch without changes", breaking(func(s *store) forgetsEmptyBatch { return forgetsEmptyBatch{s} }), []string{
			"a key is remembered when nothing was written",
		}},
		{"uses a key up when a call fails", breaking(func(s *store) keepsKeyOfFailure { return keepsKeyOfFailure{s} }), []string{
			"a call that failed leaves its key free", "a batch is written whole or not at all",
		}},
		{"shares its keys among tenants", noted(func(s *store, n *notes) casework.Store { return sharesKeys{s, n} }), []string{
			"a key belongs to its tenant",
		}},
		{"shows another tenant's case", breaking(func(s *store) seesOthers { return seesOthers{s} }), []string{
			"another tenant's case looks like a missing one",
		}},
		{"words another tenant's case differently", breaking(func(s *store) admitsOthers { return admitsOthers{s} }), []string{
			"another tenant's case looks like a missing one",
		}},
		{"is every tenant's store", everybodysStore, []string{
			"another tenant's case looks like a missing one", "a tenant's lists and feed show its own cases alone",
			"a key belongs to its tenant", "references and live claims are unique for their tenant alone",
		}},
		{"gives everything to the bare tenant", bareSeesOurs, []string{
			"another tenant's case looks like a missing one", "a tenant's lists and feed show its own cases alone",
		}},
		{"does not hold claims unique", breaking(func(s *store) ignoresClaims { return ignoresClaims{s} }), []string{
			"a reference or a live claim belongs to one case", "of racing cases one takes a claim",
		}},
		{"keeps claims that were given up", noted(func(s *store, n *notes) casework.Store { return neverReleases{s, n} }), []string{
			"a claim that is given up can be taken",
		}},
		{"frees claims too late", breaking(func(s *store) releasesLate { return releasesLate{s} }), []string{
			"within a batch claims are given up before they are taken",
		}},
		{"takes the index of an assertion", noted(func(s *store, n *notes) casework.Store { return assertionReleases{s, n} }), []string{
			"an assertion leaves the claims of its case alone",
		}},
		{"glues scheme and value together", breaking(func(s *store) gluesReferences { return gluesReferences{s} }), []string{
			"two references are the same only if scheme and value both are",
		}},
		{"finds references in any letters", breaking(func(s *store) findsLoosely { return findsLoosely{s} }), []string{
			"two references are the same only if scheme and value both are",
		}},
		{"finds a case by a reference it gave up", noted(func(s *store, n *notes) casework.Store { return findsOld{s, n} }), []string{
			"a reference finds the case that carries it now",
		}},
		{"keeps what was redacted", breaking(func(s *store) keepsRedacted { return keepsRedacted{s} }), []string{
			"a redaction empties the entry and keeps the chain", "a redacted entry shows as redacted in the feed",
		}},
		{"seals redacted entries again", breaking(func(s *store) resealsRedacted { return resealsRedacted{s} }), []string{
			"a redaction empties the entry and keeps the chain",
		}},
		{"feeds entries as first written", noted(func(s *store, n *notes) casework.Store { return feedsOriginals{s, n} }), []string{
			"a redacted entry shows as redacted in the feed",
		}},
		{"lists by the first index", noted(func(s *store, n *notes) casework.Store { return listsOld{s, n} }), []string{
			"a list shows cases as they are now",
		}},
		{"lists in the order of age", breaking(func(s *store) listsBackwards { return listsBackwards{s} }), []string{
			"a list gives the cases that match, in the order of their ids", "a long list comes complete, and the caller may write or leave meanwhile",
		}},
		{"compares deadlines exclusively", breaking(func(s *store) dueTooLate { return dueTooLate{s} }), []string{
			"a list gives the cases that match, in the order of their ids",
		}},
		{"lists one page", breaking(func(s *store) listsOnePage { return listsOnePage{s} }), []string{
			"a long list comes complete, and the caller may write or leave meanwhile",
		}},
		{"skips in the feed where pages meet", breaking(func(s *store) skipsInFeed { return skipsInFeed{s} }), []string{
			"a reader of the feed meets every entry once", "a feed may be read on from any position",
		}},
		{"repeats the last item of a page", breaking(func(s *store) repeatsInFeed { return repeatsInFeed{s} }), []string{
			"a reader of the feed meets every entry once", "a feed may be read on from any position",
		}},
		{"ignores the limit of a feed", breaking(func(s *store) ignoresLimit { return ignoresLimit{s} }), []string{
			"a reader of the feed meets every entry once",
		}},
		{"shows late committers behind the reader", noted(func(s *store, n *notes) casework.Store { return commitsLate{s, n} }), []string{
			"a reader that overtakes writers misses nothing",
		}},
		{"cuts a page before it picks the tenant's entries", breaking(func(s *store) cutsPageFirst { return cutsPageFirst{s} }), []string{
			"other tenants' entries do not hide a tenant's own",
		}},
		{"feeds the entries of a page backwards", breaking(func(s *store) feedsBackwards { return feedsBackwards{s} }), []string{
			"a reader of the feed meets every entry once",
		}},
		{"feeds what was rolled back", noted(func(s *store, n *notes) casework.Store { return feedsRolledBack{s, n} }), []string{
			"a batch that failed does not show in the feed",
		}},
		{"keeps the caller's slices", noted(func(s *store, n *notes) casework.Store { return keepsSlices{s, n} }), []string{
			"what a store is handed it copies",
		}},
		{"hands its own slices out", noted(func(s *store, n *notes) casework.Store { return handsOutSlices{s, n} }), []string{
			"what a store hands out is the caller's own",
		}},
		{"writes under a cancelled context", breaking(func(s *store) ignoresCancel { return ignoresCancel{s} }), []string{
			"a cancelled context stops every operation and writes nothing",
		}},
		{"hides that it was cancelled", breaking(func(s *store) hidesCancel { return hidesCancel{s} }), []string{
			"a cancelled context stops every operation and writes nothing",
		}},
		{"forgets what waits behind the entry that failed", breaking(func(s *store) forgetsHeld { return forgetsHeld{s} }), []string{
			"a cursor comes back as it was saved",
		}},
		{"saves a cursor whatever it was read at", breaking(func(s *store) savesOver { return savesOver{s} }), []string{
			"a cursor that moved is not saved over", "who lost the lead cannot save",
		}},
		{"saves what is sound of a malformed change", breaking(func(s *store) savesHalf { return savesHalf{s} }), []string{
			"a malformed change of a cursor leaves it untouched",
		}},
		{"lets everybody lead", breaking(func(s *store) lendsToAll { return lendsToAll{s} }), []string{
			"one process at a time serves a subscriber", "who lost the lead cannot save",
		}},
		{"keeps one cursor for names in different cases", breaking(func(s *store) sharesCursors { return sharesCursors{s} }), []string{
			"a cursor belongs to its tenant and its subscriber",
		}},
	}
}
