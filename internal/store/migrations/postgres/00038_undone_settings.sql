-- +goose Up

-- Acts on something else than what comments say and are (rules, notes, switches …) name it as
-- the audit log does; of the others target is empty. comment_id and post are what such an
-- act is about, if it is about one.
ALTER TABLE acts ADD COLUMN target TEXT NOT NULL DEFAULT '';
ALTER TABLE acts ADD COLUMN detail TEXT NOT NULL DEFAULT '';
ALTER TABLE acts ADD COLUMN post TEXT NOT NULL DEFAULT '';
ALTER TABLE acts ADD COLUMN comment_id BIGINT;

-- What such an act set: how it was and how it became, in JSON; NULL: it was not there.
CREATE TABLE act_parts (
    act_id     BIGINT NOT NULL REFERENCES acts (id) ON DELETE CASCADE,
    n          BIGINT NOT NULL, -- their order
    part       TEXT    NOT NULL, -- which kind of thing it is
    key        TEXT    NOT NULL, -- and which of them
    comment_id BIGINT REFERENCES comments (id) ON DELETE CASCADE,
    was        TEXT,
    became     TEXT,
    PRIMARY KEY (act_id, n)
);
CREATE INDEX act_parts_of ON act_parts (part, key);
CREATE INDEX act_parts_comment ON act_parts (comment_id) WHERE comment_id IS NOT NULL;
