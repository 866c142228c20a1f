// Package casework is what every kind of case shares: journals, definitions,
// policies, units, and the two small interfaces for storage and notification.
// It knows no domain.
//
// A case is an append-only journal of typed entries ([Entry]), and its state is
// a fold over them. What may follow what is a [Definition], compiled into a
// [Table] that never changes and is pinned on each case. A [Policy] is a value
// that objects: enforcing a move, listing what may be done now ([Option]) and
// explaining a refusal ([Refusal]) are one code path. An [Effect] says how heavily
// an objection weighs.
//
// A domain describes its sort of case as a [KindSpec] with its [Event] types,
// and gives it to hosts behind a [Desk]. Work over several cases is a unit
// ([Do], [Load], [Open]): committed together or not at all, with everything
// loaded asserted.
//
// The host stays in charge: its database and transaction by way of [Store], its
// identities as [Actor], its permissions by way of [Permit], its clock, ids and
// retries in [DeskOptions], its own case numbers as [ExternalRef].
//
// # What the journal proves
//
// Every entry has an author and two times, when it took effect and when it was
// recorded. Entries are chained by salted digests, so a changed, missing or
// reordered entry is found by [Kind.Verify], and a redacted one still verifies.
// Somebody who can rewrite the whole journal and every copy of it can forge a
// chain: keep the head of a chain elsewhere to be safe from that.
//
// # Errors
//
// Every error answers to one of [ErrNotFound], [ErrConflict], [ErrRefused],
// [ErrInvalid] and [ErrCorrupt], and to a struct with the particulars:
// [NotFoundError], [ConflictError], [Refusal], [InvalidError], [CorruptError].
// Codes and field paths are API; texts are for people.
package casework
