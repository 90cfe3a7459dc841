-- +goose Up

-- Times are milliseconds since 1970, UTC. Numbers marked AUTOINCREMENT are never
-- given twice, also when their row was deleted.

-- What the database knows about itself.
CREATE TABLE meta (
    name  TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- parent_id is a plain number, 0 for none: a reply stays a reply when the
-- comment it answers is deleted for good. A parent is older than its replies,
-- so there are no circles.
CREATE TABLE comments (
    id           INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    post         TEXT    NOT NULL CHECK (post <> ''),
    parent_id    INTEGER NOT NULL CHECK (parent_id >= 0 AND parent_id < id),
    author       TEXT    NOT NULL,
    url          TEXT    NOT NULL,
    body         TEXT    NOT NULL,
    status       TEXT    NOT NULL CHECK (status IN ('pending', 'approved', 'spam', 'trash')),
    prior        TEXT    NOT NULL CHECK (prior IN ('', 'pending', 'approved', 'spam', 'trash')),
    hold         TEXT    NOT NULL CHECK (hold IN ('', 'unsure', 'spam', 'first-time', 'policy', 'unjudged')),
    verdict      TEXT    NOT NULL CHECK (json_valid(verdict)),
    created_at   INTEGER NOT NULL,
    revision     INTEGER NOT NULL CHECK (revision >= 0),
    uid          BLOB    NOT NULL CHECK (length(uid) = 16),
    email_sealed BLOB,
    email_index  BLOB,
    CHECK ((email_sealed IS NULL) = (email_index IS NULL))
) STRICT;

-- Every index of SQLite ends in the row's id, which orders threads and queues.
CREATE INDEX comments_thread ON comments (post, status);
CREATE INDEX comments_queue ON comments (status);
CREATE INDEX comments_address ON comments (email_index, status) WHERE email_index IS NOT NULL;

-- A row for every post that ever had an approved comment; never deleted, so
-- that the revision never goes back.
CREATE TABLE threads (
    post     TEXT    NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL CHECK (revision > 0)
) STRICT, WITHOUT ROWID;

-- What moderators said is spam and ham. Labels outlive their comments; a NULL
-- lesson takes the earlier label of the comment back.
CREATE TABLE labels (
    seq        INTEGER NOT NULL PRIMARY KEY CHECK (seq > 0),
    comment_id INTEGER NOT NULL,
    lesson     BLOB,
    at         INTEGER NOT NULL
) STRICT;

CREATE TABLE audit (
    id     INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    at     INTEGER NOT NULL,
    actor  TEXT    NOT NULL,
    action TEXT    NOT NULL,
    target TEXT    NOT NULL,
    detail TEXT    NOT NULL
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log only grows');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER audit_is_true BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log only grows');
END;
-- +goose StatementEnd

-- folded is the name without its case; see fold in accounts.go.
CREATE TABLE users (
    id            INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name          TEXT    NOT NULL CHECK (name <> ''),
    folded        TEXT    NOT NULL UNIQUE,
    role          TEXT    NOT NULL CHECK (role IN ('owner', 'moderator')),
    password_hash TEXT    NOT NULL,
    epoch         INTEGER NOT NULL CHECK (epoch >= 0),
    created_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE sessions (
    token_hash BLOB    NOT NULL PRIMARY KEY,
    data       BLOB    NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_expiry ON sessions (expires_at);
