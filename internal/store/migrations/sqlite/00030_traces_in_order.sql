-- +goose Up

-- Traces lie in the order in which comments come. Only what they are looked up by lies in the order
-- of hashes, which is none: with each comment so many pages of that are written, so it is small.
CREATE TABLE traces_in_order (
    comment_id INTEGER NOT NULL REFERENCES comments (id) ON DELETE CASCADE,
    hash       INTEGER NOT NULL,
    state      INTEGER NOT NULL CHECK (state IN (0, 1, 2)),
    at         INTEGER NOT NULL,
    post       TEXT    NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (comment_id, hash)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO traces_in_order (comment_id, hash, state, at, post, expires_at)
    SELECT comment_id, hash, state, at, post, expires_at FROM traces ORDER BY comment_id;
DROP TABLE traces;
ALTER TABLE traces_in_order RENAME TO traces;
CREATE INDEX traces_hash ON traces (hash, state, comment_id);
CREATE INDEX traces_expiry ON traces (expires_at);
