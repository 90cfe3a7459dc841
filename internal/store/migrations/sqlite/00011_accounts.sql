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
    password_hash TEXT    NOT NULL,
    epoch         INTEGER NOT NULL CHECK (epoch >= 0),
    created_at    INTEGER NOT NULL
) STRICT;
INSERT INTO users_now (id, name, folded, role, password_hash, epoch, created_at)
    SELECT id, name, folded, role, password_hash, epoch, created_at FROM users;
DROP TABLE users;
ALTER TABLE users_now RENAME TO users;
