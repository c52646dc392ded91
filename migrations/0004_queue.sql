-- What the queue knows beyond one publication.

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
