package store_test

import (
	"strings"

	"hamlet/internal/comment"
	"hamlet/internal/store"
)

func auditOnlyGrows(b *bench) {
	b.addUser(user("ada"))
	for _, sql := range []string{"DELETE FROM audit", "UPDATE audit SET actor = 'nobody'"} {
		_, err := store.Raw(b.DB).ExecContext(b.Context(), sql)
		if err == nil || !strings.Contains(err.Error(), "the audit log only grows") {
			b.Errorf("%s: %v", sql, err)
		}
	}
	if es := b.audit(); len(es) != 1 || es[0] != entry {
		b.Errorf("audit is %v", es)
	}
}

func schemaRefuses(b *bench) {
	b.add(a(comment.Approved), "ada@example.org")
	b.addUser(user("ada"))
	for _, sql := range []string{
		"UPDATE comments SET status = 'published'",
		"UPDATE comments SET status = ''",
		"UPDATE comments SET prior = 'new'",
		"UPDATE comments SET hold = 'because'",
		"UPDATE comments SET post = ''",
		"UPDATE comments SET parent_id = id",
		"UPDATE comments SET parent_id = -1",
		"UPDATE comments SET verdict = ''",
		"UPDATE comments SET revision = -1",
		"UPDATE comments SET person_id = 99",
		"UPDATE comments SET proof = 'short'",
		"UPDATE comments SET role = 'god'",
		"UPDATE comments SET channel = 'fax'",
		"UPDATE comments SET form_key = 'short'",
		"UPDATE comments SET link = -1",
		"UPDATE people SET email_sealed = NULL",
		"UPDATE people SET uid = 'short'",
		"UPDATE comments SET body = NULL",
		"UPDATE comments SET created_at = 'yesterday'",
		"UPDATE threads SET revision = 0",
		"INSERT INTO labels (seq, comment_id, at) VALUES (0, 1, 0)",
		"UPDATE users SET role = 'god'",
		"UPDATE users SET name = ''",
		"INSERT INTO users (name, folded, role, password_hash, epoch, created_at) SELECT 'x', folded, role, '', 0, 0 FROM users",
	} {
		if _, err := store.Raw(b.DB).ExecContext(b.Context(), sql); err == nil {
			b.Errorf("not refused: %s", sql)
		}
	}
}

// nothingPrivateLogged lets inserts fail in each way there is and reads the log.
func nothingPrivateLogged(b *bench) {
	c := a(comment.Approved)
	c.Author, c.Body, c.Status = "Private Name", "private words", "published"
	_, err := b.Comments().Add(b.Context(), c, comment.Given{Email: "private@example.org"})
	if err == nil {
		b.Fatal("an impossible comment was kept")
	}
	told := b.log.String() + err.Error()
	if !strings.Contains(b.log.String(), "INSERT INTO") {
		b.Errorf("the failing insert is not in the log, so this test sees nothing: %s", told)
	}
	for _, private := range []string{"private@example.org", "Private Name", "private words"} {
		if strings.Contains(told, private) {
			b.Errorf("%q is told: %s", private, told)
		}
	}
}
