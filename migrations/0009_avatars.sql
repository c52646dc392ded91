-- Which picture of the profile shows an account. The file lies among the others, under its digest.

CREATE TABLE avatar (
    account BLOB    PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    digest  TEXT    NOT NULL,
    seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
