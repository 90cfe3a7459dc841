-- +goose Up

-- How many comments of each status a post has. SQLite keeps it; here those who write side by side
-- would wait for each other's numbers, so it is counted when it is asked for.
CREATE VIEW tallies AS
SELECT post, status, count(*) AS n FROM comments WHERE deleted_at IS NULL AND erased_at IS NULL GROUP BY post, status;
