-- +goose Up

-- What follows could be done twice. This cannot, and so the second of two programs that
-- start at one moment fails here, without having changed anything.
ALTER TABLE users ADD COLUMN writes TEXT NOT NULL DEFAULT '';

-- SQLite changes no CHECK: the table is made anew. Nothing refers to it, and no user was
-- ever removed before, so that no number is given twice.
CREATE TABLE users_now (
    id            INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name          TEXT    NOT NULL CHECK (name <> ''),
    folded        TEXT    NOT NULL UNIQUE,
    role          TEXT    NOT NULL CHECK (role IN ('owner', 'moderator', 'author')),
    -- The name of the author, as posts have it, whose posts are the user's own.
    writes        TEXT    NOT NULL DEFAULT '',
    password_hash TEXT    NOT NULL, -- empty: no password logs in
    epoch         INTEGER NOT NULL CHECK (epoch >= 0),
    created_at    INTEGER NOT NULL,
    -- What passkeys know the user by: random, and nothing else.
    handle        BLOB    NOT NULL CHECK (length(handle) = 32),
    disabled_at   INTEGER -- since when nobody logs in; NULL: the account is in use
) STRICT;
INSERT INTO users_now (id, name, folded, role, password_hash, epoch, created_at, handle)
    SELECT id, name, folded, role, password_hash, epoch, created_at, randomblob(32) FROM users;
DROP TABLE users;
ALTER TABLE users_now RENAME TO users;

-- credential is the raw id that the browser names it by; record is what go-webauthn keeps
-- of it, as JSON: a public key, and how often it was used.
CREATE TABLE passkeys (
    id         INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name       TEXT    NOT NULL,
    credential BLOB    NOT NULL UNIQUE,
    record     TEXT    NOT NULL CHECK (json_valid(record)),
    created_at INTEGER NOT NULL,
    used_at    INTEGER, -- NULL: never
    doubted_at INTEGER  -- since when it looks as if there were two of it; NULL: it does not
) STRICT;
CREATE INDEX passkeys_user ON passkeys (user_id);

-- The secret of one-time codes, sealed with a key derived from the blog's.
CREATE TABLE one_time_codes (
    user_id  INTEGER NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    sealed   BLOB    NOT NULL,
    since    INTEGER NOT NULL,
    last_step INTEGER NOT NULL -- of the last code that was taken; none before it is taken any more
) STRICT;

CREATE TABLE recovery_codes (
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    hash    BLOB    NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (user_id, hash)
) STRICT, WITHOUT ROWID;

-- Links that each make one account; a link that was used is no more here.
CREATE TABLE invitations (
    id         INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    hash       BLOB    NOT NULL UNIQUE CHECK (length(hash) = 32),
    role       TEXT    NOT NULL CHECK (role IN ('owner', 'moderator', 'author')),
    writes     TEXT    NOT NULL,
    invited_by TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

-- Whose a session is, since when, and in what kind of browser it was begun. Sessions of
-- before know none of it and end.
DELETE FROM sessions;
ALTER TABLE sessions ADD COLUMN name TEXT NOT NULL DEFAULT ''; -- random; what it is called where its token must not be seen
ALTER TABLE sessions ADD COLUMN user_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN began_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN browser TEXT NOT NULL DEFAULT '';
CREATE INDEX sessions_user ON sessions (user_id);
