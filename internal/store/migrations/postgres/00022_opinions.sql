-- +goose Up

-- Comments that another filter is asked about, or was. uid names the key that sealed is
-- sealed with: the comment as it was sent, which is gone after 15 days (both are NULL then).
CREATE TABLE opinions (
    comment_id BIGINT NOT NULL PRIMARY KEY REFERENCES comments (id) ON DELETE CASCADE,
    uid        BYTEA CHECK (length(uid) = 16),
    sealed     BYTEA,
    expires_at BIGINT NOT NULL,
    run_at     BIGINT, -- when to ask; NULL: not, or not again
    attempts   INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    error      TEXT NOT NULL DEFAULT '', -- why there was no answer the last time
    said       TEXT NOT NULL DEFAULT '' CHECK (said IN ('', 'ham', 'spam', 'sure spam')),
    asked_at   BIGINT, -- when it was answered
    guid       TEXT NOT NULL DEFAULT '',
    own        DOUBLE PRECISION NOT NULL DEFAULT 0, -- log-odds without the answer
    told       TEXT NOT NULL DEFAULT '' CHECK (told IN ('', 'ham', 'spam')), -- the decision that was reported
    tell_at    BIGINT NOT NULL DEFAULT 0 -- not before
);
CREATE INDEX opinions_due ON opinions (run_at) WHERE run_at IS NOT NULL;
CREATE INDEX opinions_expiry ON opinions (expires_at) WHERE uid IS NOT NULL;
CREATE INDEX opinions_key ON opinions (uid) WHERE uid IS NOT NULL;
