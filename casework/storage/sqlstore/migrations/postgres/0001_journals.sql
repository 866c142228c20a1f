-- Cases as they stand. A row is the fold of the case's entries and can be
-- rebuilt from them.
CREATE TABLE needsled_cases (
	tenant             text COLLATE "C" NOT NULL,
	id                 text COLLATE "C" NOT NULL, -- UUID
	kind               text     NOT NULL,
	definition         text     NOT NULL,
	definition_version bigint   NOT NULL,
	definition_digest  text     NOT NULL, -- SHA-256, hexadecimal
	state              text     NOT NULL,
	final              boolean  NOT NULL, -- the case is over
	title              text     NOT NULL,
	subject            text     NOT NULL, -- pseudonym; empty where the case is not about one person
	holder             text     NOT NULL, -- id of the actor the case is assigned to
	live               text     NOT NULL, -- claim that one case of a tenant may carry
	due                text COLLATE "C" NOT NULL, -- next deadline, UTC with nanoseconds; empty for none
	refs               text     NOT NULL, -- external references as a JSON array; empty for none
	stamp              text     NOT NULL, -- digest of kind, definition, title to refs, and shape, which seldom change
	seq                bigint   NOT NULL, -- of the last entry
	head               text     NOT NULL, -- hash of the last entry, hexadecimal
	shape              bigint   NOT NULL, -- of the document
	document           json     NOT NULL, -- byte for byte as given
	PRIMARY KEY (tenant, id)
) WITH (fillfactor = 85);

CREATE UNIQUE INDEX needsled_cases_live ON needsled_cases (tenant, live) WHERE live <> '';
CREATE INDEX needsled_cases_subject ON needsled_cases (tenant, subject, id) WHERE subject <> '';
CREATE INDEX needsled_cases_holder ON needsled_cases (tenant, holder, id) WHERE holder <> '';
CREATE INDEX needsled_cases_due ON needsled_cases (tenant, due, id) WHERE due <> '';

-- The journals of all cases. Arrival is given when an entry is written, before
-- anybody knows whether it will be committed. Position, its place in the feed, is
-- given after the commit, by one process at a time, and never again.
CREATE TABLE needsled_entries (
	arrival    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	position   bigint,
	tenant     text COLLATE "C" NOT NULL,
	case_id    text COLLATE "C" NOT NULL,
	seq        bigint  NOT NULL, -- from 1, without gaps
	type       text    NOT NULL,
	version    bigint  NOT NULL, -- of the type's data
	actor      json    NOT NULL,
	effective  text    NOT NULL, -- RFC 3339, with the offset it was given in
	recorded   text    NOT NULL, -- RFC 3339, UTC
	move       text    NOT NULL,
	from_state text    NOT NULL,
	to_state   text    NOT NULL,
	reason     text    NOT NULL,
	imported   boolean NOT NULL, -- brought in
	redacted   boolean NOT NULL, -- reason and salt are gone, data is a skeleton
	data       json    NOT NULL, -- byte for byte as given
	salt       bytea,
	content    text    NOT NULL, -- salted SHA-256 of reason and data, hexadecimal
	prev       text    NOT NULL, -- hash of the entry before, hexadecimal
	hash       text    NOT NULL, -- hexadecimal
	UNIQUE (tenant, case_id, seq),
	FOREIGN KEY (tenant, case_id) REFERENCES needsled_cases (tenant, id)
);

CREATE UNIQUE INDEX needsled_entries_position ON needsled_entries (position) WHERE position IS NOT NULL;
CREATE INDEX needsled_entries_feed ON needsled_entries (tenant, position) WHERE position IS NOT NULL;
CREATE INDEX needsled_entries_unplaced ON needsled_entries (arrival) WHERE position IS NULL;

-- Who carries which external reference.
CREATE TABLE needsled_references (
	tenant  text COLLATE "C" NOT NULL,
	scheme  text NOT NULL,
	value   text NOT NULL,
	case_id text COLLATE "C" NOT NULL,
	PRIMARY KEY (tenant, scheme, value),
	FOREIGN KEY (tenant, case_id) REFERENCES needsled_cases (tenant, id)
);

-- What each idempotency key did.
CREATE TABLE needsled_receipts (
	tenant          text COLLATE "C" NOT NULL,
	idempotency_key text NOT NULL,
	digest          text NOT NULL, -- of the command, hexadecimal
	cases           text NOT NULL, -- JSON: case, first and last entry
	PRIMARY KEY (tenant, idempotency_key)
);

-- For reports. Each may be joined to a host's own tables by tenant and id. Times
-- before the year 1, which no clock shows, are null.
CREATE VIEW needsled_stages AS
SELECT tenant, id, kind, definition, state, final, title, subject, holder, seq, document
FROM needsled_cases;

CREATE VIEW needsled_due AS
SELECT tenant, id, kind, state, title, holder, CASE WHEN due >= '0001' THEN due::timestamptz END AS due
FROM needsled_cases
WHERE due <> '';

CREATE VIEW needsled_journal AS
SELECT e.tenant, e.case_id AS id, c.kind, e.seq, e.type, e.move, e.from_state, e.to_state, e.reason,
	e.actor, CASE WHEN e.effective >= '0001' THEN e.effective::timestamptz END AS effective,
	CASE WHEN e.recorded >= '0001' THEN e.recorded::timestamptz END AS recorded,
	e.imported, e.redacted, e.data
FROM needsled_entries e
JOIN needsled_cases c ON c.tenant = e.tenant AND c.id = e.case_id;
