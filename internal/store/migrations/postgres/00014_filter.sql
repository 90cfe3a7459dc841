-- +goose Up

-- Models that were brought to the blog; the one in the program is not among them. They
-- are never removed as long as a verdict names them.
CREATE TABLE models (
    version  TEXT   NOT NULL PRIMARY KEY CHECK (version <> ''),
    data     BYTEA  NOT NULL CHECK (octet_length(data) > 0),
    name     TEXT   NOT NULL, -- of the file
    added_by TEXT   NOT NULL,
    added_at BIGINT NOT NULL
);

-- What a model that judges beside the one in force says of comments as they come.
CREATE TABLE beside (
    comment_id  BIGINT           NOT NULL PRIMARY KEY REFERENCES comments (id) ON DELETE CASCADE,
    model       TEXT             NOT NULL CHECK (model <> ''),
    class       TEXT             NOT NULL CHECK (class IN ('ham', 'unsure', 'spam')),
    probability DOUBLE PRECISION NOT NULL CHECK (probability >= 0 AND probability <= 1)
);
CREATE INDEX beside_model ON beside (model, comment_id);
