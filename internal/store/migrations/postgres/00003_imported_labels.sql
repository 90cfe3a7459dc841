-- +goose Up

-- Every database is a site of its own, by whose name its labels are known elsewhere.
INSERT INTO meta (name, value) VALUES ('site', substring(uuid_send(gen_random_uuid()) FROM 1 FOR 6) || substring(uuid_send(gen_random_uuid()) FROM 1 FOR 6));

-- Where the labels were given that were given on another site. Their comment_id in
-- labels is below zero: the seq of the first label of that comment, negative.
CREATE TABLE imported_labels (
    seq          BIGINT NOT NULL PRIMARY KEY REFERENCES labels (seq) ON DELETE CASCADE,
    site         TEXT   NOT NULL CHECK (site <> ''),
    site_seq     BIGINT NOT NULL CHECK (site_seq > 0),
    site_comment BIGINT NOT NULL CHECK (site_comment > 0),
    UNIQUE (site, site_seq)
);
CREATE INDEX imported_labels_comment ON imported_labels (site, site_comment);
