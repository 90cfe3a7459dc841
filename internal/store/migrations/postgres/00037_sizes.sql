-- +goose Up

-- How big a wave was when a list was begun is asked for with every page of it.
DROP INDEX comments_wave;
CREATE INDEX comments_wave ON comments (status, wave, id, placed_at) WHERE deleted_at IS NULL AND erased_at IS NULL;
