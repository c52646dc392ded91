-- Keys that can be changed, and what is left of a change that was cut short.

-- Keys of this profile in the system's keychain that seal nothing here: one that is about to, or one that no longer does.
-- They are dropped from there. The first key of a profile has no name of its own.
CREATE TABLE spare_key (
    key_id  BLOB    PRIMARY KEY,
    made_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The profile key once more, sealed with the recovery key, which is kept nowhere.
CREATE TABLE recovery (
    singleton INTEGER PRIMARY KEY CHECK (singleton = 1),
    sealed    BLOB    NOT NULL,
    made_at   INTEGER NOT NULL
) STRICT;

-- Of its data key, as with accounts.
ALTER TABLE oauth_client ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
