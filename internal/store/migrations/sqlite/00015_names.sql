-- +goose Up

-- How strong what the author of a comment proved is: 0 nothing, 1 a cookie, 2 an address
-- that a mail was answered from, 3 a role on the blog. It says who holds a name; see
-- holders.go. Of proofs from before this it is not known what they are of: they count as the
-- weaker one.
ALTER TABLE comments ADD COLUMN standing INTEGER NOT NULL DEFAULT 0 CHECK (standing BETWEEN 0 AND 3);
UPDATE comments SET standing = CASE WHEN role <> '' THEN 3 ELSE 1 END WHERE role <> '' OR proof IS NOT NULL;
DROP INDEX comments_proven_name;
CREATE INDEX comments_holder ON comments (folded, standing DESC, id) WHERE standing > 0 AND status = 'approved';

-- The name as names of readers are compared; Open fills it in, like comments.folded.
ALTER TABLE users ADD COLUMN looks TEXT NOT NULL DEFAULT '';
CREATE INDEX users_looks ON users (looks);

-- Cookies whose readers confirmed an address with them: what is sent with the cookie is
-- by the person.
CREATE TABLE ties (
    proof     BLOB    NOT NULL PRIMARY KEY CHECK (length(proof) = 16),
    person_id INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    since     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX ties_person ON ties (person_id);
