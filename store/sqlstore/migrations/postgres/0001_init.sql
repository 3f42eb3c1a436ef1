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
--
-- seq orders the events of one transaction, and those of one record. Whoever
-- inserts several draws one number for them and counts on from there.
CREATE SEQUENCE marops_events_seq;

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
	seq      bigint NOT NULL DEFAULT nextval('marops_events_seq') * 32768,
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

-- Takes the locks of a commit until the transaction ends: one for the command
-- and one for every record, also one that is absent. They are hashes of the
-- names, in ascending order, so that commits do not block each other in a
-- circle; an odd number asks for the even one below it shared. Advisory locks
-- belong to the whole database, so the table's oid keeps schemas apart.
--
-- Returns the transaction's id if it had one before the locks, else null. One
-- that comes after the locks is greater than those of all who held them
-- before, so that the order of xid is that of a record's versions.
CREATE FUNCTION marops_lock(locks bigint[]) RETURNS xid8 LANGUAGE plpgsql AS $$
DECLARE
	early constant xid8 := pg_current_xact_id_if_assigned();
	salt constant bigint := 'marops_records'::regclass::oid::bigint << 1;
	l bigint;
BEGIN
	IF current_setting('transaction_isolation') IN ('repeatable read', 'serializable') THEN
		RAISE EXCEPTION 'marops: the isolation level must be read committed' USING
			ERRCODE = 'invalid_transaction_state',
			DETAIL = 'An older snapshot would not show what the locks protect.';
	END IF;
	-- The functions return void, which is not null. An expression is cheaper
	-- than a PERFORM.
	FOREACH l IN ARRAY locks LOOP
		IF l & 1 = 0 THEN
			IF pg_advisory_xact_lock(l # salt) IS NULL THEN END IF;
		ELSE
			IF pg_advisory_xact_lock_shared((l - 1) # salt) IS NULL THEN END IF;
		END IF;
	END LOOP;
	RETURN early;
END
$$;

-- Commits a batch of n changes, f index entries and m events in one call. What
-- there is of each type stands in one array, as every array and every use of
-- one costs the call a microsecond; all in the order of the changes.
--   numbers  7 per change: op, version expected, version that its first event
--            states or 0, versions taken, schema, count of entries, count of
--            versions to erase; 4 per event: number of its change, its own
--            within it, schema, time; then the versions to erase
--   names    2 per change: kind, id; 1 per entry; 2 per event: type, actor
--   blobs    2 per change: state, packed entries; 2 per entry: its key, and
--            itself packed; 3 per event: id, data, personal
-- status is
--   0 applied: versions, and the place of the last event, if any
--   1 the command is known: nothing done
--   2 conflict: change number place expected a version and found another
--   3 change number place has no versions left
--   4 the transaction wrote before it took the locks, and a younger one has
--     written to change number place: its new events would stand before older ones
CREATE FUNCTION marops_commit(
	t text, c bytea, d bytea, now bigint, known_receipt bytea, n int, f int, m int,
	locks bigint[], numbers bigint[], names text[], blobs bytea[],
	OUT status bigint, OUT place bigint, OUT expected bigint, OUT actual bigint,
	OUT versions bigint[], OUT last_xid bigint, OUT last_seq bigint, OUT heard boolean
) LANGUAGE plpgsql AS $$
DECLARE
	early constant xid8 := marops_lock(locks);
	younger xid8;
	olds bytea[]; -- the entries before
	b int; -- where the numbers of the change begin, less one
	k text; -- its kind
	x text; -- its id
	op bigint;
	expect bigint;
	advance bigint;
	v bigint;
	l bigint;
	p bytea;
	new bytea;
	many bigint;
	filed bigint := 2 * n; -- the last blob used up
	erased bigint := 7 * n + 4 * m; -- the last number used up
	pos int;
	size int;
	part int;
	change bigint;
	label text;
BEGIN
	FOR i IN 1..n LOOP
		b := 7 * i - 7;
		k := names[2 * i - 1];
		x := names[2 * i];
		SELECT r.version, r.last, r.entries INTO v, l, p FROM marops_records r WHERE r.tenant = t AND r.kind = k AND r.id = x;
		IF NOT FOUND THEN
			v := 0; l := 0; p := '';
		END IF;
		op := numbers[b + 1];
		advance := numbers[b + 4];
		IF early IS NOT NULL AND op <> 1 THEN
			SELECT e.xid INTO younger FROM marops_events e WHERE e.tenant = t AND e.kind = k AND e.id = x ORDER BY e.version DESC LIMIT 1;
		END IF;
		IF v <> numbers[b + 2] OR numbers[b + 3] NOT IN (0, l + 1) OR l > 9223372036854775807 - advance OR younger > early THEN
			PERFORM FROM marops_commands r WHERE r.tenant = t AND r.command = c;
			place := i;
			IF FOUND THEN
				status := 1;
			ELSIF v <> numbers[b + 2] THEN
				status := 2; expected := numbers[b + 2]; actual := v;
			ELSIF numbers[b + 3] NOT IN (0, l + 1) THEN
				status := 2; expected := numbers[b + 3] - 1; actual := l;
			ELSE
				status := CASE WHEN younger > early THEN 4 ELSE 3 END;
			END IF;
			RETURN;
		END IF;
		versions[i] := CASE WHEN op = 1 THEN v ELSE l + advance END;
		IF p <> '' THEN
			olds[i] := p;
		END IF;
	END LOOP;

	IF m > 0 THEN
		last_xid := pg_current_xact_id()::text::bigint;
		last_seq := nextval('marops_events_seq') * 32768 + m;
		p := blobs[cardinality(blobs) - 2];
	ELSE
		p := NULL;
	END IF;
	INSERT INTO marops_commands (tenant, command, digest, at, receipt, versions, xid, seq, event)
	VALUES (t, c, d, now, known_receipt, marops_commit.versions, last_xid::text::xid8, last_seq, p) ON CONFLICT DO NOTHING;
	IF NOT FOUND THEN
		status := 1;
		RETURN;
	END IF;

	FOR i IN 1..n LOOP
		b := 7 * i - 7;
		op := numbers[b + 1];
		CONTINUE WHEN op = 1;
		k := names[2 * i - 1];
		x := names[2 * i];
		expect := numbers[b + 2];
		l := versions[i];
		many := numbers[b + 7];
		IF many > 0 THEN
			UPDATE marops_events e SET personal = ''
			WHERE e.tenant = t AND e.kind = k AND e.id = x AND e.version = ANY (numbers[erased + 1:erased + many]);
			erased := erased + many;
		END IF;
		IF op = 2 AND expect <> 0 THEN -- the state stays where it is, however large
			UPDATE marops_records r SET version = l, last = l WHERE r.tenant = t AND r.kind = k AND r.id = x;
			CONTINUE;
		END IF;
		p := blobs[2 * i - 1];
		new := blobs[2 * i];
		advance := numbers[b + 5]; -- the schema
		IF expect = 0 THEN -- there may be a row of an earlier life
			v := CASE WHEN op = 2 THEN l - numbers[b + 4] ELSE l END;
			INSERT INTO marops_records AS r (tenant, kind, id, version, last, as_of, schema, state, entries)
			VALUES (t, k, x, l, l, v, advance, p, new)
			ON CONFLICT (tenant, kind, id) DO UPDATE SET version = l, last = l, as_of = v,
				schema = excluded.schema, state = excluded.state, entries = excluded.entries;
		ELSE
			v := CASE WHEN op = 3 THEN l ELSE 0 END; -- a deletion takes version and state away
			UPDATE marops_records r SET version = v, last = l, as_of = v, schema = advance, state = p, entries = new
			WHERE r.tenant = t AND r.kind = k AND r.id = x;
		END IF;
		p := olds[i];
		IF p IS NOT NULL AND p <> new OR p IS NULL AND new <> '' THEN
			many := numbers[b + 6];
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
				IF substr(p, part + 1, pos + size - part) = ANY (blobs[filed + 1:filed + 2 * many]) THEN
					NULL; -- it stays
				ELSE
					DELETE FROM marops_entries e
					WHERE e.tenant = t AND e.name = label AND e.key = substr(p, pos + 1, size) AND e.kind = k AND e.id = x;
				END IF;
				pos := pos + size;
			END LOOP;
			FOR j IN 1..many LOOP
				INSERT INTO marops_entries (tenant, name, key, kind, id)
				VALUES (t, names[n + filed / 2 + j], blobs[filed + 2 * j - 1], k, x) ON CONFLICT DO NOTHING;
			END LOOP;
		END IF;
		filed := filed + 2 * numbers[b + 6];
	END LOOP;

	FOR i IN 1..m LOOP
		b := 7 * n + 4 * i - 4;
		change := numbers[b + 1];
		k := names[2 * change - 1];
		x := names[2 * change];
		v := versions[change] - numbers[7 * change - 3] + numbers[b + 2];
		part := 2 * n + f + 2 * i - 1;
		size := 2 * n + 2 * f + 3 * i - 2;
		INSERT INTO marops_events (tenant, kind, id, version, event, type, actor, schema, at, data, personal, seq)
		VALUES (t, k, x, v, blobs[size], names[part], names[part + 1], numbers[b + 3], numbers[b + 4], blobs[size + 1], blobs[size + 2], last_seq - m + i);
	END LOOP;
	heard := marops_heard();
	status := 0;
END
$$;
