-- +goose Up

-- Words by their first one and two letters too: without these, whatever begins with them is
-- gathered word by word.
DROP TRIGGER comment_words_go;
ALTER TABLE comment_words RENAME TO comment_words_before;
CREATE VIRTUAL TABLE comment_words USING fts4 (words, tokenize=simple, matchinfo=fts3, prefix="1,2");
INSERT INTO comment_words (docid, words) SELECT docid, words FROM comment_words_before;
DROP TABLE comment_words_before;
-- +goose StatementBegin
CREATE TRIGGER comment_words_go AFTER DELETE ON comments
BEGIN
    DELETE FROM comment_words WHERE docid = OLD.id;
END;
-- +goose StatementEnd
