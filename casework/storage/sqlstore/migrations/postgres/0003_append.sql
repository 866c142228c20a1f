-- Appends a whole batch, and raises ND001 where something does not stand as the
-- batch expects it: who called then finds out statement by statement what it is. A
-- batch is
--   tenant, key, digest, receipt   the key is empty where there is none
--   signal                         whether to tell who listens
--   changes                        by id; without kind it is an assertion
--   redactions, entries            in order
-- Documents and data are texts that hold JSON, so that they are kept byte for byte.
CREATE FUNCTION needsled_append(batch json) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	owner   text := batch ->> 'tenant';
	change  record;
	before  record;
	claims  text[] := '{}'; -- cases whose references or claim may differ from before
	touched bigint;
BEGIN
	IF batch ->> 'key' <> '' THEN
		INSERT INTO needsled_receipts (tenant, idempotency_key, digest, cases)
		VALUES (owner, batch ->> 'key', batch ->> 'digest', batch ->> 'receipt')
		ON CONFLICT DO NOTHING;
		IF NOT FOUND THEN
			RAISE EXCEPTION 'the key is known' USING ERRCODE = 'ND001';
		END IF;
	END IF;

	FOR change IN SELECT * FROM json_to_recordset(batch -> 'changes') AS x (
		id text, after bigint, prev text, kind text, definition text, definition_version bigint, definition_digest text, state text,
		final boolean, title text, subject text, holder text, live text, due text, refs text, seq bigint, head text, shape bigint,
		stamp text, document text)
	LOOP
		IF change.kind IS NULL AND change.after = 0 THEN
			IF EXISTS (SELECT 1 FROM needsled_cases WHERE tenant = owner AND id = change.id) THEN
				RAISE EXCEPTION 'the case is there' USING ERRCODE = 'ND001';
			END IF;
			CONTINUE;
		ELSIF change.kind IS NULL THEN
			PERFORM 1 FROM needsled_cases WHERE tenant = owner AND id = change.id AND seq = change.after FOR SHARE;
		ELSIF change.after = 0 THEN
			INSERT INTO needsled_cases (tenant, id, kind, definition, definition_version, definition_digest, state, final, title,
				subject, holder, live, due, refs, seq, head, shape, stamp, document)
			VALUES (owner, change.id, change.kind, change.definition, change.definition_version, change.definition_digest, change.state,
				change.final, change.title, change.subject, change.holder, '', change.due, change.refs, change.seq, change.head,
				change.shape, change.stamp, change.document::json)
			ON CONFLICT DO NOTHING;
			IF FOUND AND (change.live <> '' OR change.refs <> '') THEN
				claims := claims || change.id;
			END IF;
		ELSE
			UPDATE needsled_cases SET state = change.state, final = change.final, seq = change.seq, head = change.head,
				document = change.document::json
			WHERE tenant = owner AND id = change.id AND seq = change.after AND head = change.prev AND stamp = change.stamp;
			CONTINUE WHEN FOUND;
			SELECT c.live, c.refs INTO before FROM needsled_cases c
			WHERE c.tenant = owner AND c.id = change.id AND c.seq = change.after AND c.head = change.prev FOR UPDATE;
			IF NOT FOUND THEN
				RAISE EXCEPTION 'the case has moved' USING ERRCODE = 'ND001';
			END IF;
			UPDATE needsled_cases SET kind = change.kind, definition = change.definition, definition_version = change.definition_version,
				definition_digest = change.definition_digest, state = change.state, final = change.final, title = change.title,
				subject = change.subject, holder = change.holder, live = CASE WHEN before.live = change.live THEN change.live ELSE '' END,
				due = change.due, refs = change.refs, seq = change.seq, head = change.head, shape = change.shape, stamp = change.stamp,
				document = change.document::json
			WHERE tenant = owner AND id = change.id;
			CONTINUE WHEN before.refs = change.refs AND before.live = change.live;
			claims := claims || change.id;
			IF before.refs <> '' THEN
				DELETE FROM needsled_references r USING json_to_recordset(before.refs::json) AS x (scheme text, value text)
				WHERE r.tenant = owner AND r.case_id = change.id AND r.scheme = x.scheme AND r.value = x.value;
			END IF;
			CONTINUE;
		END IF;
		IF NOT FOUND THEN
			RAISE EXCEPTION 'the case has moved' USING ERRCODE = 'ND001';
		END IF;
	END LOOP;

	IF claims <> '{}' THEN
		FOR change IN SELECT id, refs, live FROM json_to_recordset(batch -> 'changes') AS x (id text, refs text, live text) WHERE id = ANY (claims)
		LOOP
			IF change.refs <> '' THEN
				INSERT INTO needsled_references (tenant, scheme, value, case_id)
				SELECT owner, scheme, value, change.id FROM json_to_recordset(change.refs::json) AS x (scheme text, value text)
				ORDER BY scheme, value;
			END IF;
			UPDATE needsled_cases SET live = change.live WHERE tenant = owner AND id = change.id AND live <> change.live;
		END LOOP;
	END IF;

	IF json_array_length(batch -> 'redactions') > 0 THEN
		UPDATE needsled_entries e SET redacted = true, reason = '', salt = NULL, data = x.data::json
		FROM json_to_recordset(batch -> 'redactions') AS x (case_id text, seq bigint, data text)
		WHERE e.tenant = owner AND e.case_id = x.case_id AND e.seq = x.seq;
		GET DIAGNOSTICS touched = ROW_COUNT;
		IF touched <> json_array_length(batch -> 'redactions') THEN
			RAISE EXCEPTION 'an entry to be redacted is not there' USING ERRCODE = 'ND001';
		END IF;
	END IF;

	INSERT INTO needsled_entries (tenant, case_id, seq, type, version, actor, effective, recorded, move, from_state, to_state, reason,
		imported, redacted, data, salt, content, prev, hash)
	SELECT owner, x.case_id, x.seq, x.type, x.version, x.actor::json, x.effective, x.recorded, x.move, x.from_state, x.to_state, x.reason,
		x.imported, x.redacted, x.data::json, decode(x.salt, 'hex'), x.content, x.prev, x.hash
	FROM json_to_recordset(batch -> 'entries') AS x (place bigint, case_id text, seq bigint, type text, version bigint, actor text,
		effective text, recorded text, move text, from_state text, to_state text, reason text, imported boolean, redacted boolean,
		data text, salt text, content text, prev text, hash text)
	ORDER BY x.place;
	IF FOUND AND (batch ->> 'signal')::boolean THEN
		PERFORM pg_notify('needsled_entries', current_schema());
	END IF;
END $$;

-- The same in somebody else's transaction, which goes on whatever happens: false
-- where nothing was written.
CREATE FUNCTION needsled_try_append(batch json) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	PERFORM needsled_append(batch);
	RETURN true;
EXCEPTION WHEN OTHERS THEN
	RETURN false;
END $$;
