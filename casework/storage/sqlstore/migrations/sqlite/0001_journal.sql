-- Cases as they stand. A row is the fold of the case's entries and can be
-- rebuilt from them.
CREATE TABLE needsled_cases (
	tenant             TEXT    NOT NULL,
	id                 TEXT    NOT NULL, -- UUID
	kind               TEXT    NOT NULL,
	definition         TEXT    NOT NULL,
	definition_version INTEGER NOT NULL,
	definition_digest  TEXT    NOT NULL, -- SHA-256, hexadecimal
	state              TEXT    NOT NULL,
	final              INTEGER NOT NULL, -- 1: the case is over
	title              TEXT    NOT NULL,
	subject            TEXT    NOT NULL, -- pseudonym; empty where the case is not about one person
	holder             TEXT    NOT NULL, -- id of the actor the case is assigned to
	live               TEXT    NOT NULL, -- claim that one case of a tenant may carry
	due                TEXT    NOT NULL, -- next deadline, UTC with nanoseconds; empty for none
	refs               TEXT    NOT NULL, -- external references as a JSON array; empty for none
	stamp              TEXT    NOT NULL, -- digest of kind, definition, title to refs, and shape, which seldom change
	seq                INTEGER NOT NULL, -- of the last entry
	head               TEXT    NOT NULL, -- hash of the last entry, hexadecimal
	shape              INTEGER NOT NULL, -- of the document
	document           TEXT    NOT NULL, -- JSON
	PRIMARY KEY (tenant, id)
) STRICT;

CREATE UNIQUE INDEX needsled_cases_live ON needsled_cases (tenant, live) WHERE live <> '';
CREATE INDEX needsled_cases_subject ON needsled_cases (tenant, subject, id) WHERE subject <> '';
CREATE INDEX needsled_cases_holder ON needsled_cases (tenant, holder, id) WHERE holder <> '';
CREATE INDEX needsled_cases_due ON needsled_cases (tenant, due, id) WHERE due <> '';

-- The journals of all cases. Position is the place in the feed.
CREATE TABLE needsled_entries (
	position   INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant     TEXT    NOT NULL,
	case_id    TEXT    NOT NULL,
	seq        INTEGER NOT NULL, -- from 1, without gaps
	type       TEXT    NOT NULL,
	version    INTEGER NOT NULL, -- of the type's data
	actor      TEXT    NOT NULL, -- JSON
	effective  TEXT    NOT NULL, -- RFC 3339, with the offset it was given in
	recorded   TEXT    NOT NULL, -- RFC 3339, UTC
	move       TEXT    NOT NULL,
	from_state TEXT    NOT NULL,
	to_state   TEXT    NOT NULL,
	reason     TEXT    NOT NULL,
	imported   INTEGER NOT NULL, -- 1: brought in
	redacted   INTEGER NOT NULL, -- 1: reason and salt are gone, data is a skeleton
	data       TEXT    NOT NULL, -- JSON, byte for byte as given
	salt       BLOB,
	content    TEXT    NOT NULL, -- salted SHA-256 of reason and data, hexadecimal
	prev       TEXT    NOT NULL, -- hash of the entry before, hexadecimal
	hash       TEXT    NOT NULL, -- hexadecimal
	UNIQUE (tenant, case_id, seq),
	FOREIGN KEY (tenant, case_id) REFERENCES needsled_cases (tenant, id)
) STRICT;

CREATE INDEX needsled_entries_feed ON needsled_entries (tenant, position);

-- Who carries which external reference.
CREATE TABLE needsled_references (
	tenant  TEXT NOT NULL,
	scheme  TEXT NOT NULL,
	value   TEXT NOT NULL,
	case_id TEXT NOT NULL,
	PRIMARY KEY (tenant, scheme, value),
	FOREIGN KEY (tenant, case_id) REFERENCES needsled_cases (tenant, id)
) STRICT, WITHOUT ROWID;

-- What each idempotency key did.
CREATE TABLE needsled_receipts (
	tenant          TEXT NOT NULL,
	idempotency_key TEXT NOT NULL,
	digest          TEXT NOT NULL, -- of the command, hexadecimal
	cases           TEXT NOT NULL, -- JSON: case, first and last entry
	PRIMARY KEY (tenant, idempotency_key)
) STRICT, WITHOUT ROWID;
