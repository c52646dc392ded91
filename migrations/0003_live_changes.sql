-- Deleting and editing what is live. An effect may be an edit, and a publication's first change has the ordinal 1.

CREATE TABLE effect_next (
    id            BLOB    PRIMARY KEY,
    publication   BLOB    NOT NULL REFERENCES publication (id) ON DELETE CASCADE,
    part          INTEGER NOT NULL,
    kind          TEXT    NOT NULL CHECK (kind IN ('publish', 'edit', 'delete')),
    ordinal       INTEGER NOT NULL DEFAULT 0,
    class         TEXT    NOT NULL CHECK (class IN ('a', 'b', 'r', 'c', 'd')),
    state         TEXT    NOT NULL CHECK (state IN ('ready', 'open', 'done', 'refused', 'undecided')),
    seed_at       INTEGER NOT NULL,
    seed_random   INTEGER NOT NULL,
    key           TEXT    NOT NULL DEFAULT '',
    request       TEXT    NOT NULL DEFAULT '',
    fingerprint   TEXT    NOT NULL DEFAULT '',
    attempts      INTEGER NOT NULL DEFAULT 0,
    first_sent_at INTEGER,
    gave_up_at    INTEGER,
    remote_id     TEXT    NOT NULL DEFAULT '',
    url           TEXT    NOT NULL DEFAULT '',
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    UNIQUE (publication, part, kind, ordinal)
) STRICT;
INSERT INTO effect_next (id, publication, part, kind, ordinal, class, state, seed_at, seed_random, key, request,
                         fingerprint, attempts, first_sent_at, gave_up_at, remote_id, url, created_at, updated_at)
    SELECT id, publication, part, kind, ordinal, class, state, seed_at, seed_random, key, request,
           fingerprint, attempts, first_sent_at, gave_up_at, remote_id, url, created_at, updated_at FROM effect;
DROP TABLE effect;
ALTER TABLE effect_next RENAME TO effect;

ALTER TABLE publication ADD COLUMN edited_at INTEGER;
ALTER TABLE publication ADD COLUMN deleted_at INTEGER;

-- What its owner asked for after it was live. At most one of them is not settled.
CREATE TABLE live_change (
    publication BLOB    NOT NULL REFERENCES publication (id) ON DELETE CASCADE,
    ordinal     INTEGER NOT NULL CHECK (ordinal > 0),
    kind        TEXT    NOT NULL CHECK (kind IN ('edit', 'delete')),
    state       TEXT    NOT NULL CHECK (state IN ('waiting', 'running', 'retrying', 'held', 'unconfirmed', 'done', 'failed')),
    held        TEXT    NOT NULL DEFAULT '',
    reason      TEXT    NOT NULL DEFAULT '',
    cause       TEXT    NOT NULL DEFAULT '',
    raw         TEXT    NOT NULL DEFAULT '',
    wanted      TEXT    NOT NULL DEFAULT '[]',
    next_at     INTEGER,
    attempts    INTEGER NOT NULL DEFAULT 0,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    PRIMARY KEY (publication, ordinal),
    CHECK ((state = 'held') = (held <> ''))
) STRICT;
CREATE UNIQUE INDEX live_change_unsettled ON live_change (publication) WHERE state NOT IN ('done', 'failed');
