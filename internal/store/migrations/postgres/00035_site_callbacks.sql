-- +goose Up

-- Whether a site is told of another word about a comment than it was given.
ALTER TABLE sites ADD COLUMN call_back BIGINT NOT NULL DEFAULT 0 CHECK (call_back IN (0, 1));

-- Where it wants to be told, and its key, sealed with the key of the check's day. They go with
-- the check, and when the owner ends it.
CREATE TABLE site_callbacks (
    check_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES site_checks (id) ON DELETE CASCADE,
    sealed   BYTEA   NOT NULL,
    verdict  TEXT    NOT NULL DEFAULT '' CHECK (verdict IN ('', 'spam', 'ham')), -- '': what the filter finds then
    run_at   BIGINT, -- NULL: there is nothing to tell
    attempts BIGINT  NOT NULL DEFAULT 0,
    problem  TEXT    NOT NULL DEFAULT '', -- with which the last attempt ended
    told     TEXT    NOT NULL DEFAULT '' CHECK (told IN ('', 'spam', 'ham')),
    told_at  BIGINT
);
CREATE INDEX site_callbacks_due ON site_callbacks (run_at) WHERE run_at IS NOT NULL;
