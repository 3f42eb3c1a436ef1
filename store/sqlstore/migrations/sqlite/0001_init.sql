-- One row per record that ever was. version 0 marks a deleted one, whose last
-- version must outlive it so that versions never repeat.
CREATE TABLE marops_records (
	tenant  TEXT    NOT NULL COLLATE BINARY,
	kind    TEXT    NOT NULL COLLATE BINARY,
	id      TEXT    NOT NULL COLLATE BINARY,
	version INTEGER NOT NULL,
	last    INTEGER NOT NULL,
	as_of   INTEGER NOT NULL,
	schema  INTEGER NOT NULL,
	state   BLOB    NOT NULL,
	entries BLOB    NOT NULL,
	PRIMARY KEY (tenant, kind, id)
) STRICT;

-- The index entries of all records, in the order in which they are listed.
CREATE TABLE marops_entries (
	tenant TEXT NOT NULL COLLATE BINARY,
	name   TEXT NOT NULL COLLATE BINARY,
	key    BLOB NOT NULL,
	kind   TEXT NOT NULL COLLATE BINARY,
	id     TEXT NOT NULL COLLATE BINARY,
	PRIMARY KEY (tenant, name, key, kind, id)
) STRICT, WITHOUT ROWID;

-- The events, never deleted. seq is given in the transaction of the one
-- writer, so it grows in the order of the commits.
CREATE TABLE marops_events (
	seq      INTEGER PRIMARY KEY,
	tenant   TEXT    NOT NULL COLLATE BINARY,
	kind     TEXT    NOT NULL COLLATE BINARY,
	id       TEXT    NOT NULL COLLATE BINARY,
	version  INTEGER NOT NULL,
	event    BLOB    NOT NULL,
	type     TEXT    NOT NULL,
	actor    TEXT    NOT NULL,
	schema   INTEGER NOT NULL,
	at       INTEGER NOT NULL,
	data     BLOB    NOT NULL,
	personal BLOB    NOT NULL
) STRICT;

CREATE UNIQUE INDEX marops_events_of_record ON marops_events (tenant, kind, id, version);

CREATE INDEX marops_events_of_tenant ON marops_events (tenant, seq);

-- The commands that were applied, when (Unix nanoseconds), and their receipts.
CREATE TABLE marops_commands (
	tenant  TEXT    NOT NULL COLLATE BINARY,
	command BLOB    NOT NULL,
	digest  BLOB    NOT NULL,
	at      INTEGER NOT NULL,
	receipt BLOB    NOT NULL,
	PRIMARY KEY (tenant, command)
) STRICT, WITHOUT ROWID;
