-- +goose Up

-- Whether an answer was not final, so that it is asked once more, and not again after that.
ALTER TABLE opinions ADD COLUMN rechecks INTEGER NOT NULL DEFAULT 0 CHECK (rechecks IN (0, 1));
UPDATE opinions SET rechecks = 1 WHERE said <> '' AND run_at IS NOT NULL;
