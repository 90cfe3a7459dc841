-- +goose Up

-- SQLite keeps the beginnings of words here; the index of PostgreSQL has them already.
SELECT 1;
