-- +goose Up

-- comments.deleted_at is since when a comment is deleted for good: nobody sees it any more,
-- and what is left of it goes a quarter of an hour later.
CREATE INDEX comments_deleted ON comments (deleted_at) WHERE deleted_at IS NOT NULL;
-- The moderator who last changed the text; empty if its author did, or nobody.
ALTER TABLE comments ADD COLUMN edited_by TEXT NOT NULL DEFAULT '';
ALTER TABLE edits ADD COLUMN editor TEXT NOT NULL DEFAULT '';

-- What moderators did in the last day, each act once, be it on one comment or on many.
CREATE TABLE acts (
    id        INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    at        INTEGER NOT NULL,
    actor     TEXT    NOT NULL,
    action    TEXT    NOT NULL,
    total     INTEGER NOT NULL CHECK (total >= 0), -- how many comments were changed
    undone_at INTEGER,
    undone_by TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX acts_at ON acts (at);

-- What an act changed of each comment, and what was before, to go back to. revision is
-- what the act left; label is the number of the label it gave. An empty was_status says
-- that the act made the comment. was_body is NULL unless the text was changed.
CREATE TABLE act_changes (
    act_id        INTEGER NOT NULL REFERENCES acts (id) ON DELETE CASCADE,
    comment_id    INTEGER NOT NULL REFERENCES comments (id) ON DELETE CASCADE,
    was_revision  INTEGER NOT NULL,
    revision      INTEGER NOT NULL,
    was_status    TEXT    NOT NULL,
    was_prior     TEXT    NOT NULL,
    label         INTEGER,
    was_traces    BLOB,
    was_body      TEXT,
    was_verdict   TEXT,
    was_receipt   BLOB,
    was_edited_at INTEGER,
    was_edited_by TEXT,
    edit_id       INTEGER, -- of the text that the act put in place, or declined
    was_edit      TEXT,    -- its status before; NULL if the act made it
    undone        INTEGER NOT NULL DEFAULT 0 CHECK (undone IN (0, 1)),
    PRIMARY KEY (act_id, comment_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX act_changes_comment ON act_changes (comment_id);

-- Acts on many comments that are under way, and for a day those that were. cursor is the
-- comment that was looked at last.
CREATE TABLE jobs (
    id       INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    act_id   INTEGER NOT NULL REFERENCES acts (id) ON DELETE CASCADE,
    at       INTEGER NOT NULL,
    actor    TEXT    NOT NULL,
    role     TEXT    NOT NULL,
    posts    TEXT    NOT NULL CHECK (json_valid(posts)), -- that an author may moderate
    action   TEXT    NOT NULL, -- undo: the act is undone
    total    INTEGER NOT NULL,
    cursor   INTEGER NOT NULL DEFAULT 0,
    done     INTEGER NOT NULL DEFAULT 0,
    skipped  INTEGER NOT NULL DEFAULT 0,
    failed   INTEGER NOT NULL DEFAULT 0,
    error    TEXT    NOT NULL DEFAULT '', -- of the last failure
    ended_at INTEGER,
    cancelled INTEGER NOT NULL DEFAULT 0 CHECK (cancelled IN (0, 1))
) STRICT;
CREATE INDEX jobs_open ON jobs (id) WHERE ended_at IS NULL;
CREATE INDEX jobs_act ON jobs (act_id);

-- The comments of a job, as they were when it was given; what is done is taken out, so
-- that those are left that were skipped.
CREATE TABLE job_items (
    job_id     INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    comment_id INTEGER NOT NULL,
    revision   INTEGER NOT NULL,
    PRIMARY KEY (job_id, comment_id)
) STRICT, WITHOUT ROWID;
