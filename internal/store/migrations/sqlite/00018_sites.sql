-- +goose Up

-- Other sites that ask this filter with a key. The key itself is not kept, only a keyed
-- hash of it.
CREATE TABLE sites (
    id         INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name       TEXT    NOT NULL UNIQUE CHECK (name <> ''),
    hint       TEXT    NOT NULL, -- the last digits of the key
    key_index  BLOB    NOT NULL UNIQUE CHECK (length(key_index) = 32),
    created_at INTEGER NOT NULL,
    revoked_at INTEGER, -- NULL: the key is in force
    cost       REAL    NOT NULL CHECK (cost > 0),
    discard    INTEGER NOT NULL CHECK (discard IN (0, 1)),
    shares     INTEGER NOT NULL CHECK (shares IN (0, 1)),
    per_minute INTEGER NOT NULL CHECK (per_minute >= 0)
) STRICT;

-- Comments they asked about, for as long as they report about them. What was said in them
-- is sealed with a key of the day, which is destroyed with the last of that day.
CREATE TABLE site_days (
    day INTEGER NOT NULL PRIMARY KEY,
    uid BLOB    NOT NULL CHECK (length(uid) = 16)
) STRICT;
CREATE TABLE site_checks (
    id       TEXT    NOT NULL PRIMARY KEY, -- as the site was told
    site_id  INTEGER NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    day      INTEGER NOT NULL REFERENCES site_days (day),
    at       INTEGER NOT NULL,
    blog     TEXT    NOT NULL,
    pair     BLOB    NOT NULL CHECK (length(pair) = 16), -- a keyed hash, the same in a report about it
    spam     INTEGER NOT NULL CHECK (spam IN (0, 1)),
    discard  INTEGER NOT NULL CHECK (discard IN (0, 1)),
    log_odds REAL    NOT NULL,
    model    TEXT    NOT NULL,
    sealed   BLOB    NOT NULL,
    said     TEXT    NOT NULL DEFAULT '' CHECK (said IN ('', 'spam', 'ham'))
) STRICT, WITHOUT ROWID;
CREATE INDEX site_checks_recent ON site_checks (site_id, at);
CREATE INDEX site_checks_pair ON site_checks (site_id, pair);
CREATE INDEX site_checks_day ON site_checks (day);

-- How many there were. day is of the check, also for what was reported later.
CREATE TABLE site_counts (
    site_id         INTEGER NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    blog            TEXT    NOT NULL,
    day             INTEGER NOT NULL,
    spam            INTEGER NOT NULL,
    ham             INTEGER NOT NULL,
    missed_spam     INTEGER NOT NULL,
    false_positives INTEGER NOT NULL,
    PRIMARY KEY (site_id, blog, day)
) STRICT, WITHOUT ROWID;

-- Blogs of a site that said that they would not ask any more.
CREATE TABLE site_left (
    site_id INTEGER NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    blog    TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (site_id, blog)
) STRICT, WITHOUT ROWID;

-- What they reported; comment_id is of the pair.
CREATE TABLE site_labels (
    seq        INTEGER NOT NULL PRIMARY KEY CHECK (seq > 0),
    site_id    INTEGER NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    comment_id INTEGER NOT NULL,
    lesson     BLOB    NOT NULL,
    at         INTEGER NOT NULL,
    author     INTEGER NOT NULL,
    wave       INTEGER NOT NULL,
    moderator  INTEGER NOT NULL
) STRICT;
CREATE INDEX site_labels_comment ON site_labels (comment_id, seq);
CREATE INDEX site_labels_site ON site_labels (site_id, seq);
