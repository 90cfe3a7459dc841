-- +goose Up

-- What the blog remembers of its comments; see traces.go. hash is keyed, state is
-- 0 (undecided), 1 (published) or 2 (called spam).
CREATE TABLE traces (
    hash       INTEGER NOT NULL,
    state      INTEGER NOT NULL CHECK (state IN (0, 1, 2)),
    comment_id INTEGER NOT NULL REFERENCES comments (id) ON DELETE CASCADE,
    at         INTEGER NOT NULL,
    post       TEXT    NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (hash, state, comment_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX traces_comment ON traces (comment_id);
CREATE INDEX traces_expiry ON traces (expires_at);

-- What was said last about a comment.
CREATE INDEX labels_comment ON labels (comment_id, seq);
