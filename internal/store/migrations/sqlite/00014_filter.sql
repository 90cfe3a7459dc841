-- +goose Up

-- Models that were brought to the blog; the one in the program is not among them. They
-- are never removed as long as a verdict names them.
CREATE TABLE models (
    version  TEXT    NOT NULL PRIMARY KEY CHECK (version <> ''),
    data     BLOB    NOT NULL CHECK (length(data) > 0),
    name     TEXT    NOT NULL, -- of the file
    added_by TEXT    NOT NULL,
    added_at INTEGER NOT NULL
) STRICT;

-- What a model that judges beside the one in force says of comments as they come.
CREATE TABLE beside (
    comment_id  INTEGER NOT NULL PRIMARY KEY REFERENCES comments (id) ON DELETE CASCADE,
    model       TEXT    NOT NULL CHECK (model <> ''),
    class       TEXT    NOT NULL CHECK (class IN ('ham', 'unsure', 'spam')),
    probability REAL    NOT NULL CHECK (probability >= 0 AND probability <= 1)
) STRICT;
CREATE INDEX beside_model ON beside (model, comment_id);
