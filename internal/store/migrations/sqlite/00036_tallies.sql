-- +goose Up

-- How many comments of each status a post has: to count them all takes as long as the rest of
-- a page of the queue. Kept by triggers, so that nothing that writes comments can forget it.
CREATE TABLE tallies (
    post   TEXT    NOT NULL,
    status TEXT    NOT NULL,
    n      INTEGER NOT NULL CHECK (n >= 0),
    PRIMARY KEY (post, status)
) STRICT, WITHOUT ROWID;
INSERT INTO tallies
SELECT post, status, count(*) FROM comments WHERE deleted_at IS NULL AND erased_at IS NULL GROUP BY post, status;
-- +goose StatementBegin
CREATE TRIGGER tally_new AFTER INSERT ON comments
WHEN NEW.deleted_at IS NULL AND NEW.erased_at IS NULL
BEGIN
    INSERT INTO tallies VALUES (NEW.post, NEW.status, 1) ON CONFLICT (post, status) DO UPDATE SET n = n + 1;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER tally_gone AFTER DELETE ON comments
WHEN OLD.deleted_at IS NULL AND OLD.erased_at IS NULL
BEGIN
    UPDATE tallies SET n = n - 1 WHERE post = OLD.post AND status = OLD.status;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER tally_left AFTER UPDATE OF post, status, deleted_at, erased_at ON comments
WHEN OLD.deleted_at IS NULL AND OLD.erased_at IS NULL
BEGIN
    UPDATE tallies SET n = n - 1 WHERE post = OLD.post AND status = OLD.status;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER tally_joined AFTER UPDATE OF post, status, deleted_at, erased_at ON comments
WHEN NEW.deleted_at IS NULL AND NEW.erased_at IS NULL
BEGIN
    INSERT INTO tallies VALUES (NEW.post, NEW.status, 1) ON CONFLICT (post, status) DO UPDATE SET n = n + 1;
END;
-- +goose StatementEnd
