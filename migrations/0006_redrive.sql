-- Dead letters, actions on many that can be undone, drafts that mend, and the mark of a profile.

-- What a platform answered where that was no success, redacted and cut; the last few of each publication. No answer, no row.
CREATE TABLE reply (
    id          INTEGER PRIMARY KEY,
    publication BLOB    NOT NULL REFERENCES publication (id) ON DELETE CASCADE,
    part        INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    operation   TEXT    NOT NULL,
    status      INTEGER NOT NULL,
    headers     TEXT    NOT NULL DEFAULT '[]',
    body        TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX reply_publication ON reply (publication, id);

-- One action on many publications, with what each was before, so that it can be undone for a while.
CREATE TABLE bulk (
    id         BLOB    PRIMARY KEY,
    kind       TEXT    NOT NULL CHECK (kind IN ('retry', 'cancel', 'reschedule', 'missed')),
    total      INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    undone_at  INTEGER
) STRICT;
CREATE INDEX bulk_created ON bulk (created_at);
CREATE TABLE bulk_item (
    bulk        BLOB NOT NULL REFERENCES bulk (id) ON DELETE CASCADE,
    publication BLOB NOT NULL REFERENCES publication (id) ON DELETE CASCADE,
    before      TEXT NOT NULL,
    PRIMARY KEY (bulk, publication)
) STRICT;
CREATE INDEX bulk_item_publication ON bulk_item (publication);

-- A draft that mends a publication that failed: it goes out as that one.
ALTER TABLE post ADD COLUMN mends BLOB REFERENCES publication (id) ON DELETE SET NULL;
CREATE INDEX post_mends ON post (mends) WHERE mends IS NOT NULL;

-- Rises with every call that others can see, inside and outside the profile folder: an older copy is behind.
ALTER TABLE profile ADD COLUMN mark INTEGER NOT NULL DEFAULT 0;
