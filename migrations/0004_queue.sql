-- What the queue knows beyond one publication.

-- What a part of a live publication says since an edit, with its language and options: a thread may be edited only in part.
ALTER TABLE part ADD COLUMN wording TEXT NOT NULL DEFAULT 'null';

-- The first comment below a post is an effect of its own, made once the post is live.
CREATE TABLE effect_next (
    id            BLOB    PRIMARY KEY,
    publication   BLOB    NOT NULL REFERENCES publication (id) ON DELETE CASCADE,
    part          INTEGER NOT NULL,
    kind          TEXT    NOT NULL CHECK (kind IN ('publish', 'comment', 'edit', 'delete')),
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
CREATE TABLE live_change_next (
    publication BLOB    NOT NULL REFERENCES publication (id) ON DELETE CASCADE,
    ordinal     INTEGER NOT NULL CHECK (ordinal > 0),
    kind        TEXT    NOT NULL CHECK (kind IN ('comment', 'edit', 'delete')),
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
INSERT INTO live_change_next (publication, ordinal, kind, state, held, reason, cause, raw, wanted,
                              next_at, attempts, created_at, updated_at)
    SELECT publication, ordinal, kind, state, held, reason, cause, raw, wanted,
           next_at, attempts, created_at, updated_at FROM live_change;
DROP TABLE live_change;
ALTER TABLE live_change_next RENAME TO live_change;
CREATE UNIQUE INDEX live_change_unsettled ON live_change (publication) WHERE state NOT IN ('done', 'failed');
CREATE TABLE first_comment (
    publication BLOB NOT NULL PRIMARY KEY REFERENCES publication (id) ON DELETE CASCADE,
    text        TEXT NOT NULL CHECK (text <> '')
) STRICT;

-- Series: a post that comes again by a rule, in the wall time of a zone. What it says is copied to each post made of it.
CREATE TABLE recurrence (
    id         BLOB    PRIMARY KEY,
    content    TEXT    NOT NULL,
    variants   TEXT    NOT NULL DEFAULT '[]',
    accounts   TEXT    NOT NULL DEFAULT '[]',
    rule       TEXT    NOT NULL,
    wall       TEXT    NOT NULL,
    zone       TEXT    NOT NULL,
    until      INTEGER,
    state      TEXT    NOT NULL CHECK (state IN ('active', 'ended')),
    made_until INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- One row for each time it comes: nothing is made twice of one, however often that is asked.
CREATE TABLE occurrence (
    recurrence BLOB    NOT NULL REFERENCES recurrence (id) ON DELETE CASCADE,
    wall       TEXT    NOT NULL,
    post       BLOB    REFERENCES post (id) ON DELETE SET NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (recurrence, wall)
) STRICT, WITHOUT ROWID;
CREATE INDEX occurrence_post ON occurrence (post);

-- The times of the week at which an account publishes what has no time of its own. Two publications never take one slot.
CREATE TABLE slot (
    account BLOB    NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    weekday INTEGER NOT NULL CHECK (weekday BETWEEN 0 AND 6),
    minute  INTEGER NOT NULL CHECK (minute BETWEEN 0 AND 1439),
    zone    TEXT    NOT NULL,
    PRIMARY KEY (account, weekday, minute)
) STRICT, WITHOUT ROWID;
ALTER TABLE publication ADD COLUMN slot_at INTEGER;
CREATE UNIQUE INDEX publication_slot ON publication (account, slot_at) WHERE slot_at IS NOT NULL;

-- The release of the zone data that the stored instants were made with; empty where nobody wrote it down.
ALTER TABLE profile ADD COLUMN zone_data TEXT NOT NULL DEFAULT '';

-- What a publication says is kept twice: a byte that the disk changed is found out before anything goes out.
ALTER TABLE part ADD COLUMN content_again TEXT NOT NULL DEFAULT '';
UPDATE part SET content_again = content;
CREATE TRIGGER part_written AFTER INSERT ON part BEGIN
    UPDATE part SET content_again = NEW.content WHERE publication = NEW.publication AND ordinal = NEW.ordinal;
END;
CREATE TRIGGER part_reworded AFTER UPDATE OF content ON part BEGIN
    UPDATE part SET content_again = NEW.content WHERE publication = NEW.publication AND ordinal = NEW.ordinal;
END;

-- Asked at every start, of all effects there ever were.
CREATE INDEX effect_open ON effect (publication) WHERE state = 'open';

-- What was looked at ahead of its time, and what was found then.
CREATE TABLE lookahead (
    publication BLOB PRIMARY KEY REFERENCES publication (id) ON DELETE CASCADE,
    checked_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE finding (
    publication BLOB NOT NULL REFERENCES publication (id) ON DELETE CASCADE,
    code        TEXT NOT NULL,
    checked_at  INTEGER NOT NULL,
    severity    TEXT NOT NULL CHECK (severity IN ('risk', 'block')),
    text        TEXT NOT NULL,
    detail      TEXT NOT NULL,
    PRIMARY KEY (publication, code)
) STRICT, WITHOUT ROWID;

-- What is due through an account in a stretch of time; it serves the account alone as well.
CREATE INDEX publication_account_at ON publication (account, state, at);
DROP INDEX publication_account;

-- What names a publication is found without reading everything, when the publication is forgotten.
CREATE INDEX remote_post_publication ON remote_post (publication) WHERE publication IS NOT NULL;
