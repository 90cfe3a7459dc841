-- +goose Up

-- What a reader adds to a report, in words.
ALTER TABLE reports ADD COLUMN words TEXT NOT NULL DEFAULT '';
CREATE INDEX reports_cleared ON reports (cleared_at) WHERE cleared_at IS NOT NULL;

-- What else there is of an author: by what was proved, and under the name.
CREATE INDEX comments_proved ON comments (proof, id, status)
    WHERE proof IS NOT NULL AND deleted_at IS NULL AND erased_at IS NULL;
CREATE INDEX comments_named ON comments (folded, id, status, proof)
    WHERE deleted_at IS NULL AND erased_at IS NULL;
