-- +goose Up

-- Hashes of who wrote the comment, of its text as near-duplicates have it, and of
-- who gave the label, so that nobody's labels count for too much; 0 is unknown.
ALTER TABLE labels ADD COLUMN author    INTEGER NOT NULL DEFAULT 0;
ALTER TABLE labels ADD COLUMN wave      INTEGER NOT NULL DEFAULT 0;
ALTER TABLE labels ADD COLUMN moderator INTEGER NOT NULL DEFAULT 0;
