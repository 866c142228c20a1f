-- How far each subscriber of the feed has come, and which process serves it.
CREATE TABLE needsled_cursors (
	tenant     text COLLATE "C" NOT NULL,
	subscriber text COLLATE "C" NOT NULL,
	position   bigint NOT NULL, -- every entry up to it was delivered, or waits in needsled_held
	revision   bigint NOT NULL,
	leader     text   NOT NULL, -- empty for nobody
	until      bigint NOT NULL, -- end of the leader's term, milliseconds since 1970 by the clock of the database
	PRIMARY KEY (tenant, subscriber)
) WITH (fillfactor = 50);

-- Cases of which an entry did not reach a subscriber.
CREATE TABLE needsled_held (
	tenant     text COLLATE "C" NOT NULL,
	subscriber text COLLATE "C" NOT NULL,
	case_id    text COLLATE "C" NOT NULL,
	kind       text    NOT NULL,
	waiting    text    NOT NULL, -- JSON: position and sequence of each entry, in order; the first is the one that failed
	tries      bigint  NOT NULL, -- of the first
	again      text    NOT NULL, -- UTC with nanoseconds; empty for at once
	parked     boolean NOT NULL, -- it is not tried again until somebody asks for it
	fault      text    NOT NULL, -- why the last try failed
	PRIMARY KEY (tenant, subscriber, case_id)
);

-- For reports: what subscribers have not had, and why.
CREATE VIEW needsled_waiting AS
SELECT h.tenant, h.subscriber, h.case_id AS id, h.kind, c.state, c.title, json_array_length(h.waiting::json) AS entries,
	(h.waiting::json -> 0 ->> 'seq')::bigint AS first_seq, h.tries, CASE WHEN h.again <> '' THEN h.again::timestamptz END AS again, h.parked, h.fault
FROM needsled_held h
LEFT JOIN needsled_cases c ON c.tenant = h.tenant AND c.id = h.case_id;
