-- What an account's own server says of itself, and the clients registered with servers that have no common one.

ALTER TABLE account ADD COLUMN client TEXT NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN facts TEXT NOT NULL DEFAULT 'null';
ALTER TABLE account ADD COLUMN facts_at INTEGER;

-- The secret is sealed with a data key of its own, wrapped by the profile key.
CREATE TABLE oauth_client (
    platform   TEXT    NOT NULL,
    instance   TEXT    NOT NULL,
    client_id  TEXT    NOT NULL,
    redirects  TEXT    NOT NULL,
    scopes     TEXT    NOT NULL,
    wrapped    BLOB    NOT NULL,
    sealed     BLOB    NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (platform, instance, client_id)
) STRICT;
