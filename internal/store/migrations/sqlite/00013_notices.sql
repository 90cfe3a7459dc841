-- +goose Up

-- Where notices to moderators go: to the mail address of a user, or to a webhook. What is
-- private of it is sealed with a key of its own, as the address of a person is.
CREATE TABLE notice_targets (
    id        INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    user_id   INTEGER UNIQUE REFERENCES users (id) ON DELETE CASCADE, -- NULL: a webhook
    pace      TEXT    NOT NULL CHECK (pace IN ('never', 'soon', 'hourly', 'daily')),
    held      INTEGER NOT NULL CHECK (held IN (0, 1)),
    dead      INTEGER NOT NULL CHECK (dead IN (0, 1)),
    feed      INTEGER NOT NULL DEFAULT 0 CHECK (feed >= 0 AND feed <= feeds),
    feeds     INTEGER NOT NULL DEFAULT 0,
    uid       BLOB    NOT NULL CHECK (length(uid) = 16),
    sealed    BLOB    NOT NULL,
    told_held INTEGER NOT NULL, -- the newest comment that was told
    told_dead INTEGER NOT NULL  -- when the newest mail failed that was told
) STRICT;

-- Notices that are to be sent, and for some weeks those that were given up. What they say is
-- made when they go out.
CREATE TABLE notices (
    id           INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    target_id    INTEGER NOT NULL REFERENCES notice_targets (id) ON DELETE CASCADE,
    comments     TEXT    NOT NULL CHECK (json_valid(comments)), -- the numbers of those that are shown
    held         INTEGER NOT NULL CHECK (held >= 0),
    dead         INTEGER NOT NULL CHECK (dead >= 0),
    created_at   INTEGER NOT NULL,
    run_at       INTEGER NOT NULL,
    locked_until INTEGER NOT NULL DEFAULT 0,
    attempts     INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    error        TEXT    NOT NULL DEFAULT '',
    failed_at    INTEGER
) STRICT;
CREATE INDEX notices_due ON notices (run_at) WHERE failed_at IS NULL;
CREATE INDEX notices_target ON notices (target_id);

-- Hashes of links of mails that were used.
CREATE TABLE used_links (
    hash       BLOB    NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX used_links_expiry ON used_links (expires_at);
