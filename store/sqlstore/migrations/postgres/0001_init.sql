-- One row per record that ever was. version 0 marks a deleted one, whose last
-- version must outlive it so that versions never repeat.
CREATE TABLE marops_records (
	tenant  text   COLLATE "C" NOT NULL,
	kind    text   COLLATE "C" NOT NULL,
	id      text   COLLATE "C" NOT NULL,
	version bigint NOT NULL,
	last    bigint NOT NULL,
	as_of   bigint NOT NULL,
	schema  bigint NOT NULL,
	state   bytea  NOT NULL,
	entries bytea  NOT NULL,
	PRIMARY KEY (tenant, kind, id)
);

-- The index entries of all records, in the order in which they are listed.
CREATE TABLE marops_entries (
	tenant text  COLLATE "C" NOT NULL,
	name   text  COLLATE "C" NOT NULL,
	key    bytea NOT NULL,
	kind   text  COLLATE "C" NOT NULL,
	id     text  COLLATE "C" NOT NULL,
	PRIMARY KEY (tenant, name, key, kind, id)
);

-- The events, never deleted. Transactions commit in another order than they
-- draw numbers from a sequence, so that "seq > last" would skip events. xid
-- settles it: all transactions before the oldest that is still open are over.
CREATE TABLE marops_events (
	tenant   text   COLLATE "C" NOT NULL,
	kind     text   COLLATE "C" NOT NULL,
	id       text   COLLATE "C" NOT NULL,
	version  bigint NOT NULL,
	event    bytea  NOT NULL,
	type     text   COLLATE "C" NOT NULL,
	actor    text   COLLATE "C" NOT NULL,
	schema   bigint NOT NULL,
	at       bigint NOT NULL,
	data     bytea  NOT NULL,
	personal bytea  NOT NULL,
	xid      xid8   NOT NULL DEFAULT pg_current_xact_id(),
	seq      bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
	PRIMARY KEY (tenant, kind, id, version)
);

CREATE UNIQUE INDEX marops_events_of_tenant ON marops_events (tenant, xid, seq);

-- The commands that were applied, when (Unix nanoseconds), and their receipts.
-- Where versions is not null, the receipt states only the records, and the
-- rest of it stands here: one version per record, and the last event's place.
CREATE TABLE marops_commands (
	tenant   text   COLLATE "C" NOT NULL,
	command  bytea  NOT NULL,
	digest   bytea  NOT NULL,
	at       bigint NOT NULL,
	receipt  bytea  NOT NULL,
	versions bigint[],
	xid      xid8,
	seq      bigint,
	event    bytea,
	PRIMARY KEY (tenant, command)
);

-- Whoever waits for events holds this lock shared, in a session of its own, so
-- that those who commit send a notification only if there is somebody to hear it.
CREATE FUNCTION marops_heard() RETURNS boolean LANGUAGE sql AS $$
	SELECT NOT (pg_try_advisory_lock(7881703480435174259) AND pg_advisory_unlock(7881703480435174259))
$$;

-- Takes the locks of a commit until the transaction ends: on the command and
-- on every record, also one that is absent, shared where it is only checked.
-- All commits take them in one order, so they do not block each other in a
-- circle. 0x1f cannot stand in a name.
--
-- Returns the transaction's id if it had one before the locks, else null. One
-- that comes after the locks is greater than those of all who held them
-- before, so that the order of xid is that of a record's versions.
CREATE FUNCTION marops_lock(t text, c bytea, kinds text[], ids text[], shared boolean[]) RETURNS xid8 LANGUAGE plpgsql AS $$
DECLARE
	early constant xid8 := pg_current_xact_id_if_assigned();
BEGIN
	IF current_setting('transaction_isolation') IN ('repeatable read', 'serializable') THEN
		RAISE EXCEPTION 'marops: the isolation level must be read committed' USING
			ERRCODE = 'invalid_transaction_state',
			DETAIL = 'An older snapshot would not show what the locks protect.';
	END IF;
	PERFORM CASE WHEN l.shared THEN pg_advisory_xact_lock_shared(l.key) ELSE pg_advisory_xact_lock(l.key) END
	FROM (
		SELECT hashtextextended(t || E'\x1f' || encode(c, 'hex'), 1835102828) AS key, false AS shared
		UNION ALL
		SELECT hashtextextended(t || E'\x1f' || r.kind || E'\x1f' || r.id, 1835102829), r.shared
		FROM unnest(kinds, ids, shared) AS r (kind, id, shared)
		ORDER BY key, shared
	) AS l;
	RETURN early;
END
$$;

-- Commits a batch in one call. The arrays from ops to erasures have one element
-- per change, those behind them are flat, in the order of the changes: entries,
-- then events, each with the number of its change and its own within it, then
-- versions to erase. status is
--   0 applied: versions, and the place of the last event, if any
--   1 the command is known: nothing done
--   2 conflict: change number place expected a version and found another
--   3 change number place has no versions left
--   4 the transaction wrote before it took the locks, and a younger one has
--     written to change number place: its new events would stand before older ones
CREATE FUNCTION marops_commit(
	t text, c bytea, d bytea, now bigint, known_receipt bytea,
	ops bigint[], kinds text[], ids text[], expects bigint[], stated bigint[], advances bigint[],
	schemas bigint[], states bytea[], packs bytea[], filings bigint[], erasures bigint[],
	entry_names text[], entry_keys bytea[], entry_packs bytea[],
	event_changes bigint[], event_numbers bigint[], event_ids bytea[], event_types text[], event_actors text[],
	event_schemas bigint[], event_times bigint[], event_data bytea[], event_personal bytea[],
	erase_versions bigint[],
	OUT status bigint, OUT place bigint, OUT expected bigint, OUT actual bigint,
	OUT versions bigint[], OUT last_xid bigint, OUT last_seq bigint, OUT heard boolean
) LANGUAGE plpgsql AS $$
DECLARE
	n constant int := cardinality(ops);
	shared boolean[];
	early xid8;
	younger xid8;
	there boolean[]; -- whether the record has a row
	befores bigint[]; -- the last versions before
	olds bytea[]; -- the entries before
	v bigint;
	l bigint;
	p bytea;
	filed int := 0; -- how much of the flat arrays is used up
	erased int := 0;
	pos int;
	size int;
	part int;
	label text;
BEGIN
	FOR i IN 1..n LOOP
		shared[i] := ops[i] = 1;
	END LOOP;
	early := marops_lock(t, c, kinds, ids, shared);
	PERFORM FROM marops_commands k WHERE k.tenant = t AND k.command = c;
	IF FOUND THEN
		status := 1;
		RETURN;
	END IF;

	FOR i IN 1..n LOOP
		SELECT r.version, r.last, r.entries INTO v, l, p
		FROM marops_records r WHERE r.tenant = t AND r.kind = kinds[i] AND r.id = ids[i];
		there[i] := FOUND;
		IF NOT FOUND THEN
			v := 0; l := 0; p := '';
		END IF;
		IF v <> expects[i] THEN
			status := 2; place := i; expected := expects[i]; actual := v;
			RETURN;
		ELSIF stated[i] <> 0 AND stated[i] <> l + 1 THEN
			status := 2; place := i; expected := stated[i] - 1; actual := l;
			RETURN;
		ELSIF l > 9223372036854775807 - advances[i] THEN
			status := 3; place := i;
			RETURN;
		ELSIF early IS NOT NULL AND i = ANY (event_changes) THEN
			SELECT e.xid INTO younger FROM marops_events e
			WHERE e.tenant = t AND e.kind = kinds[i] AND e.id = ids[i] ORDER BY e.version DESC LIMIT 1;
			IF younger > early THEN
				status := 4; place := i;
				RETURN;
			END IF;
		END IF;
		befores[i] := l;
		olds[i] := p;
		versions[i] := CASE WHEN ops[i] = 1 THEN v ELSE l + advances[i] END;
	END LOOP;

	FOR i IN 1..n LOOP
		CONTINUE WHEN ops[i] = 1;
		IF erasures[i] > 0 THEN
			UPDATE marops_events e SET personal = ''
			WHERE e.tenant = t AND e.kind = kinds[i] AND e.id = ids[i] AND e.version = ANY (erase_versions[erased + 1:erased + erasures[i]]);
			erased := erased + erasures[i];
		END IF;
		l := versions[i];
		IF ops[i] = 2 AND expects[i] <> 0 THEN -- the state stays where it is, however large
			UPDATE marops_records r SET version = l, last = l WHERE r.tenant = t AND r.kind = kinds[i] AND r.id = ids[i];
			CONTINUE;
		END IF;
		v := CASE ops[i] WHEN 2 THEN befores[i] WHEN 3 THEN l ELSE 0 END; -- as of
		IF there[i] THEN
			UPDATE marops_records r
			SET version = CASE WHEN ops[i] = 4 THEN 0 ELSE l END, last = l, as_of = v, schema = schemas[i], state = states[i], entries = packs[i]
			WHERE r.tenant = t AND r.kind = kinds[i] AND r.id = ids[i];
		ELSE
			INSERT INTO marops_records (tenant, kind, id, version, last, as_of, schema, state, entries)
			VALUES (t, kinds[i], ids[i], l, l, v, schemas[i], states[i], packs[i]);
		END IF;
		p := olds[i];
		IF p <> packs[i] THEN
			-- Each entry is name and key behind their lengths: of the name one
			-- byte, of the key one or two, seven bits in each.
			pos := 0;
			WHILE pos < length(p) LOOP
				part := pos;
				size := get_byte(p, pos);
				label := convert_from(substr(p, pos + 2, size), 'UTF8');
				pos := pos + 1 + size;
				size := get_byte(p, pos);
				pos := pos + 1;
				IF size >= 128 THEN
					size := size - 128 + 128 * get_byte(p, pos);
					pos := pos + 1;
				END IF;
				IF substr(p, part + 1, pos + size - part) = ANY (entry_packs[filed + 1:filed + filings[i]]) THEN
					NULL; -- stays
				ELSE
					DELETE FROM marops_entries e
					WHERE e.tenant = t AND e.name = label AND e.key = substr(p, pos + 1, size) AND e.kind = kinds[i] AND e.id = ids[i];
				END IF;
				pos := pos + size;
			END LOOP;
			FOR j IN filed + 1..filed + filings[i] LOOP
				INSERT INTO marops_entries (tenant, name, key, kind, id)
				VALUES (t, entry_names[j], entry_keys[j], kinds[i], ids[i]) ON CONFLICT DO NOTHING;
			END LOOP;
		END IF;
		filed := filed + filings[i];
	END LOOP;

	IF cardinality(event_ids) > 0 THEN
		INSERT INTO marops_events (tenant, kind, id, version, event, type, actor, schema, at, data, personal)
		SELECT t, kinds[e.change], ids[e.change], befores[e.change] + e.number, e.event, e.type, e.actor, e.schema, e.at, e.data, e.personal
		FROM unnest(event_changes, event_numbers, event_ids, event_types, event_actors, event_schemas, event_times, event_data, event_personal)
			AS e (change, number, event, type, actor, schema, at, data, personal);
		last_xid := pg_current_xact_id()::text::bigint;
		last_seq := currval('marops_events_seq_seq');
	END IF;
	INSERT INTO marops_commands (tenant, command, digest, at, receipt, versions, xid, seq, event)
	VALUES (t, c, d, now, known_receipt, marops_commit.versions, last_xid::text::xid8, last_seq, event_ids[cardinality(event_ids)]);
	heard := marops_heard();
	status := 0;
END
$$;
