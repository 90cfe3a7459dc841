-- A small blog of version 1 of the schema. TestEveryUpgrade opens it.
INSERT INTO comments (id, post, parent_id, author, url, body, status, prior, hold, verdict, created_at, revision, uid)
VALUES (41, 'hello', 0, 'Ada', 'https://example.org/', 'Kept since version 1.', 'approved', 'spam', 'unsure',
    '{"probability":0.5,"class":"unsure","reasons":[{"feature":"word:kept","weight":-0.25}],"model":"1"}',
    1772366400123, 2, '\x000102030405060708090a0b0c0d0e0f');
INSERT INTO threads (post, revision) VALUES ('hello', 3);
INSERT INTO labels (seq, comment_id, lesson, at)
VALUES (1, 41, '\x01010301000000bf010700', 1772366400123), (2, 41, NULL, 1772366400124);
INSERT INTO audit (at, actor, action, target, detail) VALUES (1772366400123, 'grace', 'approve', 'comment 41', 'spam → approved');
INSERT INTO users (name, folded, role, password_hash, epoch, created_at) VALUES ('Grace', 'grace', 'owner', 'hash', 1, 1772366400123);
INSERT INTO sessions (token_hash, data, expires_at) VALUES ('\x616263', '\x64617461', 4102444800000);
SELECT setval(pg_get_serial_sequence('comments', 'id'), 41);
