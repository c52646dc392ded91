-- Limits, servers that are down, and taking turns.

-- Servers that are left alone for a while.
CREATE TABLE outage (
    server   TEXT    PRIMARY KEY,
    platform TEXT    NOT NULL,
    kind     TEXT    NOT NULL CHECK (kind IN ('network', 'certificate', 'unavailable')),
    since    INTEGER NOT NULL,
    until    INTEGER NOT NULL,
    times    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Calls counted against limits. The holder is an account or a server's origin.
CREATE TABLE budget (
    holder  TEXT    NOT NULL,
    name    TEXT    NOT NULL,
    begun   INTEGER NOT NULL,
    ends    INTEGER NOT NULL,
    used    INTEGER NOT NULL,
    allowed INTEGER NOT NULL,
    PRIMARY KEY (holder, name)
) STRICT, WITHOUT ROWID;

-- The last post of each account that began: when it was planned, and when it began.
CREATE TABLE turn (
    account BLOB    PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    planned INTEGER NOT NULL,
    began   INTEGER NOT NULL
) STRICT;

-- What is to become of a post that cannot go out as planned, chosen beforehand; and what did.
CREATE TABLE fallback (
    post    BLOB PRIMARY KEY REFERENCES post (id) ON DELETE CASCADE,
    kind    TEXT NOT NULL CHECK (kind IN ('text', 'account')),
    account BLOB REFERENCES account (id),
    CHECK ((kind = 'account') = (account IS NOT NULL))
) STRICT;
CREATE TABLE fallback_taken (
    publication BLOB    PRIMARY KEY REFERENCES publication (id) ON DELETE CASCADE,
    kind        TEXT    NOT NULL CHECK (kind IN ('text', 'account')),
    other       BLOB    REFERENCES publication (id) ON DELETE SET NULL,
    at          INTEGER NOT NULL
) STRICT;
CREATE INDEX fallback_taken_other ON fallback_taken (other) WHERE other IS NOT NULL;

-- Jobs of one lane are worked on one after the other. What looks ahead stands in no publication's way.
ALTER TABLE job ADD COLUMN lane TEXT NOT NULL DEFAULT '';
UPDATE job SET lane = iif(kind = 'look', 'look ' || key, coalesce(
    (SELECT 'acc_' || lower(hex(account)) FROM publication WHERE id = unhex(substr(job.key, 5))), key));
DROP INDEX job_due;
CREATE INDEX job_due ON job (run_at, lane) WHERE state IN ('scheduled', 'available', 'retryable');
CREATE INDEX job_at_work ON job (lane) WHERE state = 'running';
