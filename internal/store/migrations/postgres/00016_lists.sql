-- +goose Up

-- Everything that lists go by, so that a page is found without reading comments, whatever
-- is asked for. The others are for orders of a whole list.
CREATE INDEX comments_desk ON comments (status, created_at, id) INCLUDE (score, doubt, hold, post, lang, channel, sign, wave,
    folded, proof, person_id, edited_at, reported, placed_at, assignee_id) WHERE deleted_at IS NULL AND erased_at IS NULL;
CREATE INDEX comments_doubt ON comments (status, doubt, id) WHERE deleted_at IS NULL AND erased_at IS NULL;
CREATE INDEX comments_post ON comments (status, post, id) WHERE deleted_at IS NULL AND erased_at IS NULL;
CREATE INDEX comments_wave ON comments (status, wave, id) WHERE deleted_at IS NULL AND erased_at IS NULL;
CREATE INDEX comments_mentioned ON comments (status, created_at, id)
    WHERE channel = 'webmention' AND deleted_at IS NULL AND erased_at IS NULL;
CREATE INDEX comments_reported ON comments (status, created_at, id)
    WHERE reported > 0 AND deleted_at IS NULL AND erased_at IS NULL;
