-- How far each subscriber of the feed has come, and which process serves it.
CREATE TABLE needsled_cursors (
	tenant     TEXT    NOT NULL,
	subscriber TEXT    NOT NULL,
	position   INTEGER NOT NULL, -- every entry up to it was delivered, or waits in needsled_held
	revision   INTEGER NOT NULL,
	leader     TEXT    NOT NULL, -- empty for nobody
	until      INTEGER NOT NULL, -- end of the leader's term, milliseconds since 1970 by the clock of the database
	PRIMARY KEY (tenant, subscriber)
) STRICT;

-- Cases of which an entry did not reach a subscriber.
CREATE TABLE needsled_held (
	tenant     TEXT    NOT NULL,
	subscriber TEXT    NOT NULL,
	case_id    TEXT    NOT NULL,
	kind       TEXT    NOT NULL,
	waiting    TEXT    NOT NULL, -- JSON: position and sequence of each entry, in order; the first is the one that failed
	tries      INTEGER NOT NULL, -- of the first
	again      TEXT    NOT NULL, -- UTC with nanoseconds; empty for at once
	parked     INTEGER NOT NULL, -- 1: it is not tried again until somebody asks for it
	fault      TEXT    NOT NULL, -- why the last try failed
	PRIMARY KEY (tenant, subscriber, case_id)
) STRICT;
