-- +goose Up

-- Whether reports by readers are told, as held comments are until somebody says otherwise, and
-- the newest that was.
ALTER TABLE notice_targets ADD COLUMN reports INTEGER NOT NULL DEFAULT 0 CHECK (reports IN (0, 1));
ALTER TABLE notice_targets ADD COLUMN told_report INTEGER NOT NULL DEFAULT 0;
UPDATE notice_targets SET reports = held, told_report = (SELECT COALESCE(MAX(id), 0) FROM reports);
ALTER TABLE notices ADD COLUMN reports INTEGER NOT NULL DEFAULT 0 CHECK (reports >= 0);
