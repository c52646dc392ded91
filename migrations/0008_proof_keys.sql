-- Accounts whose tokens are bound to a key (RFC 9449) keep that key beside them, sealed like them.

CREATE TABLE account_secret_next (
    account    BLOB    NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    field      TEXT    NOT NULL CHECK (field IN ('access', 'refresh', 'proof_key')),
    sealed     BLOB    NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (account, field)
) STRICT;
INSERT INTO account_secret_next (account, field, sealed, updated_at)
SELECT account, field, sealed, updated_at FROM account_secret;
DROP TABLE account_secret;
ALTER TABLE account_secret_next RENAME TO account_secret;
