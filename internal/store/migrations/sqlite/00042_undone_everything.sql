-- +goose Up

-- A mail or a notice that was given up and is not wanted any more is only hidden for as long
-- as that can be undone; this is since when.
ALTER TABLE outbox ADD COLUMN discarded_at INTEGER;
ALTER TABLE notices ADD COLUMN discarded_at INTEGER;

-- What was set may be sealed: with this key of the key store, which stays as long as it may be
-- put back.
ALTER TABLE act_parts ADD COLUMN uid BLOB;
CREATE INDEX act_parts_uid ON act_parts (uid) WHERE uid IS NOT NULL;
