-- +goose Up

-- What moderators find comments by; see finding.go. Open fills it in for the comments
-- from before this.
ALTER TABLE comments ADD COLUMN score INTEGER; -- the log-odds of spam, in 2^-16; NULL: not judged
ALTER TABLE comments ADD COLUMN doubt INTEGER NOT NULL DEFAULT 0; -- how far that is from even; -1: not judged
ALTER TABLE comments ADD COLUMN sign TEXT NOT NULL DEFAULT ''; -- the feature that speaks the most for spam
ALTER TABLE comments ADD COLUMN lang TEXT NOT NULL DEFAULT ''; -- a guess; empty: not sure
ALTER TABLE comments ADD COLUMN wave INTEGER NOT NULL DEFAULT 0 CHECK (wave >= 0); -- of near-duplicates; 0: of none
ALTER TABLE comments ADD COLUMN placed_at INTEGER NOT NULL DEFAULT 0; -- since when it is in its status
ALTER TABLE comments ADD COLUMN reported INTEGER NOT NULL DEFAULT 0 CHECK (reported >= 0); -- reports that nobody has seen to
ALTER TABLE comments ADD COLUMN deleted_at INTEGER; -- hidden since then, to be deleted for good
UPDATE comments SET placed_at = created_at;

-- The hosts that a comment leads to, and those above them.
CREATE TABLE comment_hosts (
    host       TEXT    NOT NULL CHECK (host <> ''),
    comment_id INTEGER NOT NULL REFERENCES comments (id) ON DELETE CASCADE,
    PRIMARY KEY (host, comment_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX comment_hosts_comment ON comment_hosts (comment_id);

-- The words of a comment, made in Go; docid is its number.
CREATE VIRTUAL TABLE comment_words USING fts4 (words, tokenize=simple, matchinfo=fts3);
-- +goose StatementBegin
CREATE TRIGGER comment_words_go AFTER DELETE ON comments
BEGIN
    DELETE FROM comment_words WHERE docid = OLD.id;
END;
-- +goose StatementEnd

-- What a network is looked up by, as it is kept and shorter: keyed hashes.
ALTER TABLE networks ADD COLUMN near BLOB CHECK (length(near) = 16);
ALTER TABLE networks ADD COLUMN wide BLOB CHECK (length(wide) = 16);
CREATE INDEX networks_near ON networks (near) WHERE near IS NOT NULL;
CREATE INDEX networks_wide ON networks (wide) WHERE wide IS NOT NULL;

-- What readers report. reporter is a keyed hash that makes the reports of one person
-- about one comment one; it is taken away after 30 days.
CREATE TABLE reports (
    id         INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    comment_id INTEGER NOT NULL REFERENCES comments (id) ON DELETE CASCADE,
    at         INTEGER NOT NULL,
    reason     TEXT    NOT NULL,
    reporter   BLOB CHECK (length(reporter) = 16),
    cleared_at INTEGER, -- when a moderator saw to it
    UNIQUE (comment_id, reporter)
) STRICT;
CREATE INDEX reports_expiry ON reports (at) WHERE reporter IS NOT NULL;

-- Filters that a user has named.
CREATE TABLE views (
    id      INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name    TEXT    NOT NULL CHECK (name <> ''),
    query   TEXT    NOT NULL,
    UNIQUE (user_id, name)
) STRICT;
