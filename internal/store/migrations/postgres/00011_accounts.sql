-- +goose Up

ALTER TABLE users DROP CONSTRAINT users_role_check;
ALTER TABLE users ADD CONSTRAINT users_role_check CHECK (role IN ('owner', 'moderator', 'author'));
-- The name of the author, as posts have it, whose posts are the user's own.
ALTER TABLE users ADD COLUMN writes TEXT NOT NULL DEFAULT '';
