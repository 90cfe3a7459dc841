-- +goose Up

-- Where comments came from is opened to be searched; no hash of it is kept any more. Forms and
-- reporters are known by keys that pass, not by the blog's.
DROP INDEX networks_near;
DROP INDEX networks_wide;
ALTER TABLE networks DROP COLUMN near;
ALTER TABLE networks DROP COLUMN wide;
UPDATE comments SET form_key = NULL WHERE form_key IS NOT NULL;
UPDATE reports SET reporter = NULL WHERE reporter IS NOT NULL;
