-- Instants are UTC milliseconds. Identifiers are UUIDv7 in 16 bytes. Lists and documents are JSON text.

CREATE TABLE profile (
    singleton     INTEGER PRIMARY KEY CHECK (singleton = 1),
    id            BLOB    NOT NULL,
    generation    INTEGER NOT NULL DEFAULT 0,
    vault_backend TEXT    NOT NULL DEFAULT 'none' CHECK (vault_backend IN ('none', 'keychain', 'passphrase', 'environment')),
    vault_params  BLOB    NOT NULL DEFAULT x'',
    paused        INTEGER NOT NULL DEFAULT 0 CHECK (paused IN (0, 1)),
    created_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE account (
    id                 BLOB    PRIMARY KEY,
    platform           TEXT    NOT NULL,
    instance           TEXT    NOT NULL DEFAULT '',
    remote_id          TEXT    NOT NULL,
    handle             TEXT    NOT NULL,
    name               TEXT    NOT NULL DEFAULT '',
    kind               TEXT    NOT NULL DEFAULT '',
    method             TEXT    NOT NULL CHECK (method IN ('oauth', 'app_password')),
    endpoints          TEXT    NOT NULL,
    state              TEXT    NOT NULL CHECK (state IN ('healthy', 'needs_relink', 'restricted', 'unlinked')),
    state_reason       TEXT    NOT NULL DEFAULT '',
    scopes             TEXT    NOT NULL DEFAULT '[]',
    access_expires_at  INTEGER,
    refresh_expires_at INTEGER,
    linked_at          INTEGER NOT NULL,
    checked_at         INTEGER,
    updated_at         INTEGER NOT NULL,
    UNIQUE (platform, instance, remote_id)
) STRICT;

-- One data key per account, wrapped by the profile key: erasing an account is dropping this row.
CREATE TABLE account_key (
    account    BLOB    PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    wrapped    BLOB    NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE account_secret (
    account    BLOB    NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    field      TEXT    NOT NULL CHECK (field IN ('access', 'refresh')),
    sealed     BLOB    NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (account, field)
) STRICT;

-- Files lie in the profile under their digest.
CREATE TABLE media (
    id         BLOB    PRIMARY KEY,
    digest     TEXT    NOT NULL UNIQUE,
    kind       TEXT    NOT NULL CHECK (kind IN ('image')),
    mime       TEXT    NOT NULL,
    bytes      INTEGER NOT NULL,
    width      INTEGER NOT NULL,
    height     INTEGER NOT NULL,
    name       TEXT    NOT NULL DEFAULT '',
    alt        TEXT    NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL
) STRICT;

-- What was made of a picture for a platform's rules; the recipe names those rules.
CREATE TABLE rendition (
    media  BLOB    NOT NULL REFERENCES media (id) ON DELETE CASCADE,
    recipe TEXT    NOT NULL,
    digest TEXT    NOT NULL,
    mime   TEXT    NOT NULL,
    bytes  INTEGER NOT NULL,
    width  INTEGER NOT NULL,
    height INTEGER NOT NULL,
    PRIMARY KEY (media, recipe)
) STRICT;

CREATE TABLE post (
    id         BLOB    PRIMARY KEY,
    content    TEXT    NOT NULL,
    variants   TEXT    NOT NULL DEFAULT '[]',
    accounts   TEXT    NOT NULL DEFAULT '[]',
    at         INTEGER,
    wall       TEXT    NOT NULL DEFAULT '',
    zone       TEXT    NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX post_updated ON post (updated_at);

CREATE TABLE publication (
    id           BLOB    PRIMARY KEY,
    post         BLOB    NOT NULL REFERENCES post (id) ON DELETE CASCADE,
    account      BLOB    NOT NULL REFERENCES account (id),
    state        TEXT    NOT NULL CHECK (state IN ('scheduled', 'publishing', 'retrying', 'held', 'unconfirmed',
                                                   'needs_decision', 'published', 'failed', 'cancelled')),
    held         TEXT    NOT NULL DEFAULT '',
    reason       TEXT    NOT NULL DEFAULT '',
    cause        TEXT    NOT NULL DEFAULT '',
    raw          TEXT    NOT NULL DEFAULT '',
    title        TEXT    NOT NULL DEFAULT '',
    class        TEXT    NOT NULL CHECK (class IN ('a', 'b', 'r', 'c', 'd')),
    at           INTEGER NOT NULL,
    wall         TEXT    NOT NULL,
    zone         TEXT    NOT NULL,
    next_at      INTEGER,
    attempts     INTEGER NOT NULL DEFAULT 0,
    step         TEXT    NOT NULL DEFAULT '',
    language     TEXT    NOT NULL DEFAULT '',
    options      TEXT    NOT NULL DEFAULT '{}',
    url          TEXT    NOT NULL DEFAULT '',
    published_at INTEGER,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    UNIQUE (post, account),
    CHECK ((state = 'held') = (held <> ''))
) STRICT;
CREATE INDEX publication_state_at ON publication (state, at);
CREATE INDEX publication_account ON publication (account, state);

-- What goes out, fixed when scheduled. A part is live once its remote id is known.
CREATE TABLE part (
    publication BLOB    NOT NULL REFERENCES publication (id) ON DELETE CASCADE,
    ordinal     INTEGER NOT NULL,
    content     TEXT    NOT NULL,
    checkpoint  TEXT    NOT NULL DEFAULT 'null',
    remote      TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (publication, ordinal)
) STRICT;

-- Every call that changes what others can see, recorded and synced before it is made and after.
CREATE TABLE effect (
    id            BLOB    PRIMARY KEY,
    publication   BLOB    NOT NULL REFERENCES publication (id) ON DELETE CASCADE,
    part          INTEGER NOT NULL,
    kind          TEXT    NOT NULL CHECK (kind IN ('publish', 'delete')),
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

CREATE TABLE journal (
    id          INTEGER PRIMARY KEY,
    publication BLOB    NOT NULL REFERENCES publication (id) ON DELETE CASCADE,
    at          INTEGER NOT NULL,
    event       TEXT    NOT NULL,
    part        INTEGER,
    text        TEXT    NOT NULL
) STRICT;
CREATE INDEX journal_publication ON journal (publication, id);

-- Posts known to exist at a platform, ours or made elsewhere.
CREATE TABLE remote_post (
    account     BLOB    NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    remote_id   TEXT    NOT NULL,
    publication BLOB    REFERENCES publication (id) ON DELETE SET NULL,
    url         TEXT    NOT NULL DEFAULT '',
    seen_at     INTEGER NOT NULL,
    PRIMARY KEY (account, remote_id)
) STRICT;

CREATE TABLE job (
    id           BLOB    PRIMARY KEY,
    kind         TEXT    NOT NULL,
    key          TEXT    NOT NULL,
    args         TEXT    NOT NULL DEFAULT '{}',
    state        TEXT    NOT NULL CHECK (state IN ('scheduled', 'available', 'running', 'retryable', 'completed',
                                                   'cancelled', 'discarded')),
    run_at       INTEGER NOT NULL,
    attempt      INTEGER NOT NULL DEFAULT 0,
    fence        INTEGER NOT NULL DEFAULT 0,
    leased_until INTEGER NOT NULL DEFAULT 0,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    UNIQUE (kind, key)
) STRICT;
CREATE INDEX job_due ON job (run_at) WHERE state IN ('scheduled', 'available', 'retryable');
CREATE INDEX job_running ON job (leased_until) WHERE state = 'running';

CREATE TABLE call_log (
    id          INTEGER PRIMARY KEY,
    correlation TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    platform    TEXT    NOT NULL,
    account     BLOB,
    publication BLOB,
    operation   TEXT    NOT NULL,
    target      TEXT    NOT NULL,
    status      INTEGER,
    latency_ms  INTEGER NOT NULL,
    failure     TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX call_log_at ON call_log (at);

CREATE TABLE oauth_attempt (
    id         TEXT    PRIMARY KEY,
    platform   TEXT    NOT NULL,
    account    BLOB,
    stage      TEXT    NOT NULL,
    failure    TEXT    NOT NULL DEFAULT '',
    started_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE notice (
    id          BLOB    PRIMARY KEY,
    code        TEXT    NOT NULL,
    title       TEXT    NOT NULL,
    body        TEXT    NOT NULL,
    publication BLOB,
    account     BLOB,
    at          INTEGER NOT NULL,
    read        INTEGER NOT NULL DEFAULT 0 CHECK (read IN (0, 1))
) STRICT;
CREATE INDEX notice_at ON notice (at);
