-- +goose Up

-- A person is whoever gave an address with a comment. The address is sealed with a
-- key of the person's own, which lies in the key store, outside this database, with
-- what the address is looked up by: whoever is erased there is erased from every
-- copy of this. uid is the name of the key.
CREATE TABLE people (
    id           INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    uid          BLOB    NOT NULL UNIQUE CHECK (length(uid) = 16),
    email_sealed BLOB    NOT NULL,
    created_at   INTEGER NOT NULL,
    confirmed_at INTEGER, -- when a mail to the address was answered; NULL: never
    muted_at     INTEGER  -- since when no mail is wanted at all; NULL: some may be
) STRICT;

-- email_sealed and email_index of a comment are from before there were people;
-- Open makes people of them and empties them.
ALTER TABLE comments ADD COLUMN person_id INTEGER REFERENCES people (id) ON DELETE SET NULL;
-- What the author proved to be: a keyed hash of a signed cookie, or of a person who
-- answered a mail about this very comment. Never of anything typed.
ALTER TABLE comments ADD COLUMN proof BLOB CHECK (length(proof) = 16);
-- The author's name as names are compared.
ALTER TABLE comments ADD COLUMN folded TEXT NOT NULL DEFAULT '';
ALTER TABLE comments ADD COLUMN role TEXT NOT NULL DEFAULT '' CHECK (role IN ('', 'author', 'moderator'));
ALTER TABLE comments ADD COLUMN channel TEXT NOT NULL DEFAULT '' CHECK (channel IN ('', 'api', 'webmention'));
-- What the page of a webmention does with the post; empty: it mentions it.
ALTER TABLE comments ADD COLUMN mention TEXT NOT NULL DEFAULT '' CHECK (mention IN ('', 'reply', 'like', 'repost'));
ALTER TABLE comments ADD COLUMN edited_at INTEGER; -- when the published text was last changed by its author
ALTER TABLE comments ADD COLUMN withdrawn_at INTEGER; -- since when its author has taken it back; NULL: not
ALTER TABLE comments ADD COLUMN erased_at INTEGER; -- since when only the place is left; replies hang on it
-- Private links name the number they were made with; another one revokes them.
ALTER TABLE comments ADD COLUMN link INTEGER NOT NULL DEFAULT 0 CHECK (link >= 0);
ALTER TABLE comments ADD COLUMN tell INTEGER NOT NULL DEFAULT 0 CHECK (tell IN (0, 1)); -- mail the outcome
-- A keyed hash of a form as it was sent, so that the same form twice is one comment;
-- taken away after two days.
ALTER TABLE comments ADD COLUMN form_key BLOB CHECK (length(form_key) = 16);
CREATE INDEX comments_person ON comments (person_id) WHERE person_id IS NOT NULL;
CREATE INDEX comments_proof ON comments (proof, status) WHERE proof IS NOT NULL;
CREATE INDEX comments_proven_name ON comments (folded, status) WHERE proof IS NOT NULL;
CREATE UNIQUE INDEX comments_form ON comments (form_key) WHERE form_key IS NOT NULL;

-- What replies to what in a thread is found without reading a comment.
DROP INDEX comments_thread;
CREATE INDEX comments_thread ON comments (post, status, id, parent_id);

-- Where comments came from, for as long as the owner wants it kept: the network, not
-- the whole address, sealed like a person's address.
CREATE TABLE networks (
    comment_id INTEGER NOT NULL PRIMARY KEY REFERENCES comments (id) ON DELETE CASCADE,
    uid        BLOB    NOT NULL CHECK (length(uid) = 16),
    sealed     BLOB    NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX networks_expiry ON networks (expires_at);
CREATE INDEX networks_key ON networks (uid);

-- Every change of a text by its author. A pending one waits for a moderator while the
-- text before it stays up.
CREATE TABLE edits (
    id         INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    comment_id INTEGER NOT NULL REFERENCES comments (id) ON DELETE CASCADE,
    at         INTEGER NOT NULL,
    status     TEXT    NOT NULL CHECK (status IN ('pending', 'applied', 'declined', 'withdrawn')),
    was        TEXT    NOT NULL, -- the text before
    body       TEXT    NOT NULL, -- and after
    hold       TEXT    NOT NULL CHECK (hold IN ('', 'unsure', 'spam', 'first-time', 'policy', 'unjudged')),
    verdict    TEXT    NOT NULL CHECK (json_valid(verdict))
) STRICT;
CREATE INDEX edits_comment ON edits (comment_id);
CREATE UNIQUE INDEX edits_pending ON edits (comment_id) WHERE status = 'pending';

-- Who wants mails about the replies to what.
CREATE TABLE subscriptions (
    comment_id INTEGER NOT NULL REFERENCES comments (id) ON DELETE CASCADE,
    person_id  INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    since      INTEGER NOT NULL,
    muted_at   INTEGER,
    PRIMARY KEY (comment_id, person_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX subscriptions_person ON subscriptions (person_id);

-- Mails to be sent, and for some days those that were, by which they are counted. The
-- address is that of the person, and the text is made when the mail goes out.
CREATE TABLE outbox (
    id           INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    kind         TEXT    NOT NULL CHECK (kind IN ('link', 'confirm', 'outcome', 'reply', 'links', 'erase')),
    person_id    INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    comment_id   INTEGER REFERENCES comments (id) ON DELETE CASCADE, -- the person's own
    about_id     INTEGER REFERENCES comments (id) ON DELETE CASCADE, -- the reply to it
    note         TEXT    NOT NULL DEFAULT '',                        -- a moderator's reason
    created_at   INTEGER NOT NULL,
    run_at       INTEGER NOT NULL, -- not to be sent before
    locked_until INTEGER NOT NULL DEFAULT 0,
    attempts     INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    error        TEXT    NOT NULL DEFAULT '', -- of the last attempt, without the address
    sent_at      INTEGER,
    failed_at    INTEGER -- given up
) STRICT;
CREATE INDEX outbox_due ON outbox (run_at) WHERE sent_at IS NULL AND failed_at IS NULL;
CREATE INDEX outbox_person ON outbox (person_id, created_at);
CREATE INDEX outbox_comment ON outbox (comment_id) WHERE comment_id IS NOT NULL;
CREATE INDEX outbox_about ON outbox (about_id) WHERE about_id IS NOT NULL;

-- Webmentions of posts: those to be fetched, and the comments made of them.
CREATE TABLE mentions (
    source      TEXT    NOT NULL,
    post        TEXT    NOT NULL,
    target      TEXT    NOT NULL, -- the address of the post that the source links to
    comment_id  INTEGER REFERENCES comments (id) ON DELETE CASCADE,
    received_at INTEGER NOT NULL,
    run_at      INTEGER, -- when to fetch it; NULL: it was fetched
    attempts    INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    error       TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (source, post)
) STRICT, WITHOUT ROWID;
CREATE INDEX mentions_due ON mentions (run_at) WHERE run_at IS NOT NULL;
CREATE INDEX mentions_comment ON mentions (comment_id) WHERE comment_id IS NOT NULL;

-- Webmentions of others' pages in posts of this blog.
CREATE TABLE mentions_sent (
    post     TEXT    NOT NULL,
    target   TEXT    NOT NULL,
    source   TEXT    NOT NULL, -- the address of the post
    endpoint TEXT    NOT NULL DEFAULT '', -- empty: none found, or not looked for yet
    run_at   INTEGER, -- when to send it; NULL: done
    attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    sent_at  INTEGER,
    error    TEXT    NOT NULL DEFAULT '',
    removed  INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1)), -- the link is gone, and that is still to be told
    PRIMARY KEY (post, target)
) STRICT, WITHOUT ROWID;
CREATE INDEX mentions_sent_due ON mentions_sent (run_at) WHERE run_at IS NOT NULL;
