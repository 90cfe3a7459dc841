-- +goose Up

-- Which server is asked, or said it: another is told nothing that was kept for this one, and
-- what is learned about one says nothing about another.
ALTER TABLE opinions ADD COLUMN server TEXT NOT NULL DEFAULT '';
