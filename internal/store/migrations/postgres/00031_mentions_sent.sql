-- +goose Up

-- When the row last became what it is: the link was found, or its target answered or did not.
ALTER TABLE mentions_sent ADD COLUMN at BIGINT NOT NULL DEFAULT 0;
UPDATE mentions_sent SET at = COALESCE(sent_at, 0);
CREATE INDEX mentions_sent_latest ON mentions_sent (at, post, target);
