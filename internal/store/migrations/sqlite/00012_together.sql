-- +goose Up

-- Every line of the audit log has the hash of the line before it, and its own; see
-- chain.go. Open gives the lines from before this theirs; from then on nothing changes.
ALTER TABLE audit ADD COLUMN previous BLOB CHECK (length(previous) = 32);
ALTER TABLE audit ADD COLUMN hash BLOB CHECK (length(hash) = 32);
CREATE INDEX audit_unchained ON audit (id) WHERE hash IS NULL;
CREATE INDEX audit_actor ON audit (actor);
CREATE INDEX audit_action ON audit (action);
CREATE INDEX audit_target ON audit (target);
DROP TRIGGER audit_is_true;
-- +goose StatementBegin
CREATE TRIGGER audit_is_true BEFORE UPDATE ON audit
WHEN OLD.hash IS NOT NULL OR NEW.hash IS NULL OR NEW.previous IS NULL OR NEW.id <> OLD.id OR NEW.at <> OLD.at
    OR NEW.actor <> OLD.actor OR NEW.action <> OLD.action OR NEW.target <> OLD.target OR NEW.detail <> OLD.detail
BEGIN
    SELECT RAISE(ABORT, 'the audit log only grows');
END;
-- +goose StatementEnd

-- Who among the users is to look at a comment.
ALTER TABLE comments ADD COLUMN assignee_id INTEGER REFERENCES users (id) ON DELETE SET NULL;
CREATE INDEX comments_assignee ON comments (assignee_id, status) WHERE assignee_id IS NOT NULL;

-- What moderators tell each other about a comment. Readers never see it.
CREATE TABLE notes (
    id         INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    comment_id INTEGER NOT NULL REFERENCES comments (id) ON DELETE CASCADE,
    at         INTEGER NOT NULL,
    author     TEXT    NOT NULL CHECK (author <> ''),
    body       TEXT    NOT NULL CHECK (body <> '')
) STRICT;
CREATE INDEX notes_comment ON notes (comment_id);
