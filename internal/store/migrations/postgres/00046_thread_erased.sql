-- +goose Up

-- What replies to what in a thread, and what of it was erased, is found without reading a comment.
DROP INDEX comments_thread;
CREATE INDEX comments_thread ON comments (post, status, id, parent_id, erased_at);
