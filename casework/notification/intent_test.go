package notification_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/notification"
)

func late() casework.Notification {
	n := inForce()
	n.Kind = "cycle"
	due := casework.Deadline{Code: "review.due", Subject: "review-1", Due: time.Date(2026, time.March, 31, 22, 59, 59, 0, time.UTC), Doc: "review review-1 is due by 2026-03-31"}
	n.Entry.Type, n.Entry.Move, n.Entry.From, n.Entry.To, n.Entry.Effective = casework.EntryDeadlinePassed, "", "", "", due.Due
	n.Entry.Data, _ = json.Marshal(due)
	return n
}

func TestAnIntentIsInWordsAPersonUnderstands(t *testing.T) {
	london := time.FixedZone("BST", 3600)
	moved, recorded, repeated, imported := inForce(), inForce(), inForce(), inForce()
	moved.Entry.Actor.Agency = casework.Agency{ID: "camden", Name: "Camden Council"}
	moved.Entry.From, moved.Entry.To = "ReadyToSign", "in_force"
	recorded.Entry.Type, recorded.Entry.Move, recorded.Entry.From, recorded.Entry.To = "need.identified", "", "", ""
	repeated.Entry.Move, repeated.Entry.From = "send_reminder", "in_force"
	imported.Entry.Imported = true
	for _, c := range []struct {
		name        string
		n           casework.Notification
		title, text string
	}{
		{"a move", moved, "Contract “Home care”: in force", "Ana Kowalska (Camden Council) took the contract “Home care” from “ready to sign” to “in force” on 2 March 2026."},
		{"a record", recorded, "Contract “Home care”: need identified", "Ana Kowalska recorded in the contract “Home care” on 2 March 2026: need identified."},
		{"a move that stays", repeated, "Contract “Home care”: in force", "Ana Kowalska did “send reminder” in the contract “Home care” on 2 March 2026."},
		{"a deadline", late(), "Cycle “Home care”: review due", "In the cycle “Home care” a deadline passed on 31 March 2026: review due, review review-1 is due by 2026-03-31."},
		{"history", imported, "Contract “Home care”: in force", "Ana Kowalska took the contract “Home care” from “signed” to “in force” on 2 March 2026 (brought in from an earlier system)."},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got notification.Intent
			w := notification.Words{
				To:        func(_ context.Context, i notification.Intent) error { got = i; return nil },
				Link:      func(n casework.Notification) string { return "https://cases.example/" + n.Kind },
				CaseTitle: func(context.Context, casework.Notification) (string, error) { return "Home care", nil },
				Zone:      london,
			}
			require.NoError(t, w.Notify(t.Context(), c.n))
			assert.Equal(t, c.title, got.Title)
			assert.Equal(t, c.text, got.Text)
			assert.Equal(t, "https://cases.example/"+c.n.Kind, got.Link)
			assert.Equal(t, "camden/01000000-0000-0000-0000-000000000000/3", got.Key)
			assert.Equal(t, c.n.Entry.Effective, got.At)
			for _, private := range []string{"son", "Day"} {
				assert.NotContains(t, got.Title+got.Text, private)
			}
		})
	}
}

func TestAHostBringsItsOwnTitles(t *testing.T) {
	var got notification.Intent
	w := notification.Words{
		To:    func(_ context.Context, i notification.Intent) error { got = i; return nil },
		State: func(_ string, s casework.State) string { return map[casework.State]string{"in_force": "In force"}[s] },
	}
	require.NoError(t, w.Notify(t.Context(), inForce()))
	assert.Equal(t, "Contract: In force", got.Title)
	assert.Equal(t, "Ana Kowalska took the contract from “signed” to “In force” on 2 March 2026.", got.Text)
	assert.Empty(t, got.Link)
	w.CaseTitle = func(context.Context, casework.Notification) (string, error) { return "", nil }
	require.NoError(t, w.Notify(t.Context(), inForce()))
	assert.Equal(t, "Contract: In force", got.Title)
}

func TestAnIntentThatCannotBeMadeOrHandedOnComesAgain(t *testing.T) {
	down := errors.New("the database is down")
	require.ErrorIs(t, notification.Words{}.Notify(t.Context(), inForce()), casework.ErrInvalid)
	w := notification.Words{To: func(context.Context, notification.Intent) error { return down }}
	require.ErrorIs(t, w.Notify(t.Context(), inForce()), down)
	w = notification.Words{
		To:        func(context.Context, notification.Intent) error { return nil },
		CaseTitle: func(context.Context, casework.Notification) (string, error) { return "", down },
	}
	require.ErrorIs(t, w.Notify(t.Context(), inForce()), down)
}

func TestDeadlinesAreSubscribedToByTheirCode(t *testing.T) {
	redacted := late()
	redacted.Entry.Data = []byte(`{}`)
	for _, c := range []struct {
		name  string
		codes []string
		n     casework.Notification
		wants bool
	}{
		{"the one that is named", []string{"review.due"}, late(), true},
		{"another one", []string{"notice.ends"}, late(), false},
		{"all", []string{"*"}, late(), true},
		{"none is asked for", nil, late(), true},
		{"what is no deadline", []string{"*"}, inForce(), false},
		{"one that cannot be read", []string{"*"}, redacted, false},
	} {
		assert.Equal(t, c.wants, notification.Subscription{Deadlines: c.codes}.Wants(c.n), c.name)
	}
}
