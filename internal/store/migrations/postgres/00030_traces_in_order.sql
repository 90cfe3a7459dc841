-- +goose Up

-- The key is as on SQLite, where rows lie in its order.
DELETE FROM traces a USING traces b WHERE a.comment_id = b.comment_id AND a.hash = b.hash AND a.state < b.state;
ALTER TABLE traces DROP CONSTRAINT traces_pkey, ADD PRIMARY KEY (comment_id, hash);
DROP INDEX traces_comment;
CREATE INDEX traces_hash ON traces (hash, state, comment_id);
