-- +goose Up

-- Comments that another filter is asked about, or was. uid names the key that sealed is
-- sealed with: the comment as it was sent, which is gone after 15 days (both are NULL then).
CREATE TABLE opinions (
    comment_id INTEGER NOT NULL PRIMARY KEY REFERENCES comments (id) ON DELETE CASCADE,
    uid        BLOB CHECK (length(uid) = 16),
    sealed     BLOB,
    expires_at INTEGER NOT NULL,
    run_at     INTEGER, -- when to ask; NULL: not, or not again
    attempts   INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    error      TEXT NOT NULL DEFAULT '', -- why there was no answer the last time
    said       TEXT NOT NULL DEFAULT '' CHECK (said IN ('', 'ham', 'spam', 'sure spam')),
    asked_at   INTEGER, -- when it was answered
    guid       TEXT NOT NULL DEFAULT '',
    own        REAL NOT NULL DEFAULT 0, -- log-odds without the answer
    told       TEXT NOT NULL DEFAULT '' CHECK (told IN ('', 'ham', 'spam')), -- the decision that was reported
    tell_at    INTEGER NOT NULL DEFAULT 0 -- not before
) STRICT;
CREATE INDEX opinions_due ON opinions (run_at) WHERE run_at IS NOT NULL;
CREATE INDEX opinions_expiry ON opinions (expires_at) WHERE uid IS NOT NULL;
CREATE INDEX opinions_key ON opinions (uid) WHERE uid IS NOT NULL;
