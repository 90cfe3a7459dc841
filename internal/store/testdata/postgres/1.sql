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
-- Two comments with one address, in two ways of writing it, as version 1 sealed them with
-- the key of the tests, and one whose address is damaged.
INSERT INTO comments (id, post, parent_id, author, url, body, status, prior, hold, verdict, created_at, revision, uid, email_sealed, email_index)
VALUES
    (38, 'hello', 0, 'Quill', '', 'Kept with an address.', 'pending', '', 'unsure', '{}', 1772366400000, 0, '\x404142434445464748494a4b4c4d4e4f',
    '\x01810c67c39db3f63da6dc3147cd031dfe4e1465c4b925d843c470911e1b50e2930b17e53817e2e20c346bf4ecdbf06c1c9dd84c1a25602c2e3377c839a44e6c8f23bc1e0b1bd8fd7447752aded912696459f5a50a1d7792f30f90e4125387965a3aeb54225793c20e411bda95f742e5f82b755c3bcc2e49b6cad038383344c0791dcffaae76597c2a8195e8f89b6374a1cffc0c9b2c0170e26f30c0648f0ee0cd21d8efc094dd1a8b894d4d508035ffd556157c33fb1deb6c0603bc71bca64965ad14892fd25220bb19175a19aff54b44c894bb3a5804e54d226e8b5774062262ca693557f2aa9b0a3bf70c047d9ea435a51b280f3168f30d728a4795445a6a0a6bfb1fa40c2deedab9a3dd9d22797a0a12b012bd023d7580ed335ec8',
    '\xaf2bb14c7b3bf95fdcedb489ef68b225144f1a8545009f47e0262d3a6d6513fa'),
    (39, 'hello', 0, 'Quill', '', 'Kept with an address.', 'pending', '', 'unsure', '{}', 1772366400100, 0, '\x505152535455565758595a5b5c5d5e5f',
    '\x0100fe3a03fb5036fbd4932dee16602eab653bafacdda9f909bc25e534a4fc07aca6fe0165077d47b60a6e32209f2593413262b822442c2b7d7b0c44285f92a2e1547baaa719a8b798b7548e3b59510dcdaf62069bf89f4f400470e3a1e9349a1e2ca8070c2ab7e39b85d69bd91afdd15c92ba0d06c0896cc95aad5eadc99a72e7bbb8de8be0439ef9f9b3bb54f28d9d033e157f49600d73659300a2d5c4d2e77203a49194e82b100f79c4740ccec721d41f3ebd43c5aeed3b20c05c6322eb147e834cf20a653f4c90fe6ebe226eea460e08737bcf3a5df0ab0476aeb084ee974249a525a66a35f94b59ca39f422d706a4ff1904530b2954391832a5b92ce23923ccbf9024a913df36babeeb95bd53e6c6c739635c71493c26fded18e2',
    '\xaf2bb14c7b3bf95fdcedb489ef68b225144f1a8545009f47e0262d3a6d6513fa'),
    (40, 'hello', 0, 'Quill', '', 'Kept with an address.', 'pending', '', 'unsure', '{}', 1772366400200, 0, '\x60606060606060606060606060606060',
    '\x01810c67c39db3f63da6dc3147cd031dfe4e1465c4b925d843c470911e1b50e2930b17e53817e2e20c346bf4ecdbf06c1c9dd84c1a25602c2e3377c839a44e6c8f23bc1e0b1bd8fd7447752aded912696459f5a50a1d7792f30f90e4125387965a3aeb54225793c20e411bda95f742e5f82b755c3bcc2e49b6cad038383344c0791dcffaae76597c2a8195e8f89b6374a1cffc0c9b2c0170e26f30c0648f0ee0cd21d8efc094dd1a8b894d4d508035ffd556157c33fb1deb6c0603bc71bca64965ad14892fd25220bb19175a19aff54b44c894bb3a5804e54d226e8b5774062262ca693557f2aa9b0a3bf70c047d9ea435a51b280f3168f30d728a4795445a6a0a6bfb1fa40c2deedab9a3dd9d22797a0a12b012bd023d7580ed335ec8',
    '\xaf2bb14c7b3bf95fdcedb489ef68b225144f1a8545009f47e0262d3a6d6513fa');
