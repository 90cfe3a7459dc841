-- +goose Up

-- What the owner does not want, or wants to see first: see package rule. hit_at is the
-- day of the last hit, and no more, so that it does not tell whose it was.
CREATE TABLE rules (
    id         INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    kind       TEXT    NOT NULL CHECK (kind IN ('author', 'proof', 'domain', 'network', 'word', 'links')),
    value      TEXT    NOT NULL CHECK (value <> ''),
    effect     TEXT    NOT NULL CHECK (effect IN ('hold', 'spam')),
    note       TEXT    NOT NULL,
    made_by    TEXT    NOT NULL,
    made_at    INTEGER NOT NULL,
    expires_at INTEGER, -- NULL: never
    hits       INTEGER NOT NULL DEFAULT 0 CHECK (hits >= 0),
    hit_at     INTEGER,
    UNIQUE (kind, value)
) STRICT;
CREATE INDEX rules_expiry ON rules (expires_at) WHERE expires_at IS NOT NULL;

-- Which rules a comment hit. A rule on networks has the number 0: which one it was would
-- tell where the comment came from.
CREATE TABLE rule_hits (
    comment_id INTEGER NOT NULL REFERENCES comments (id) ON DELETE CASCADE,
    kind       TEXT    NOT NULL CHECK (kind IN ('author', 'proof', 'domain', 'network', 'word', 'links')),
    rule_id    INTEGER NOT NULL CHECK (rule_id >= 0),
    PRIMARY KEY (comment_id, kind, rule_id)
) STRICT, WITHOUT ROWID;

-- Posts that somebody closed or opened here, whatever their age.
CREATE TABLE closings (
    post    TEXT    NOT NULL PRIMARY KEY CHECK (post <> ''),
    closed  INTEGER NOT NULL CHECK (closed IN (0, 1)),
    made_by TEXT    NOT NULL,
    made_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Switches that are on; the only one is 'attack'.
CREATE TABLE switches (
    name     TEXT    NOT NULL PRIMARY KEY CHECK (name IN ('attack')),
    made_by  TEXT    NOT NULL,
    since    INTEGER NOT NULL,
    until_at INTEGER -- NULL: until it is turned off
) STRICT, WITHOUT ROWID;

-- Answers to proof-of-work that were used up, until they would have expired anyway.
CREATE TABLE work_used (
    answer     BLOB    NOT NULL PRIMARY KEY CHECK (length(answer) = 16),
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX work_used_expiry ON work_used (expires_at);

ALTER TABLE comments ADD COLUMN pinned_at INTEGER; -- since when it stands first in its thread
ALTER TABLE comments ADD COLUMN locked_at INTEGER; -- since when nothing below it is taken

-- There are more reasons to hold a comment. SQLite cannot change a CHECK, so a column
-- with the new one takes the place of the old.
ALTER TABLE comments ADD COLUMN held TEXT NOT NULL DEFAULT ''
    CHECK (held IN ('', 'unsure', 'spam', 'first-time', 'policy', 'unjudged', 'rule', 'attack', 'work'));
UPDATE comments SET held = hold;
ALTER TABLE comments DROP COLUMN hold;
ALTER TABLE comments RENAME COLUMN held TO hold;

ALTER TABLE edits ADD COLUMN held TEXT NOT NULL DEFAULT ''
    CHECK (held IN ('', 'unsure', 'spam', 'first-time', 'policy', 'unjudged', 'rule', 'attack', 'work'));
UPDATE edits SET held = hold;
ALTER TABLE edits DROP COLUMN hold;
ALTER TABLE edits RENAME COLUMN held TO hold;
CREATE INDEX comments_arranged ON comments (post) WHERE pinned_at IS NOT NULL OR locked_at IS NOT NULL;
