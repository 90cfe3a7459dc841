-- +goose Up

-- Everything that a verdict is the sum of, as the filter encodes it; a table of
-- its own, since only who looks at one comment reads it. Comments from before this have none.
CREATE TABLE receipts (
    comment_id INTEGER NOT NULL PRIMARY KEY REFERENCES comments (id) ON DELETE CASCADE,
    receipt    BLOB    NOT NULL CHECK (length(receipt) > 0)
) STRICT;
