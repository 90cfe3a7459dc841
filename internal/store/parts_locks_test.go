package store_test

import (
	"context"
	"testing"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/desk"
	"hamlet/internal/store"
)

// TestActsLockWhatTheySetLast begins acts while somebody undoes another, or decides on a comment, and
// goes on to what they set: neither may wait for the other.
func TestActsLockWhatTheySetLast(t *testing.T) {
	t.Parallel()
	b := newBench(t, engines[2])
	b.addUser(user("ada"))
	keep := func(ctx context.Context) error {
		return b.Views().KeepView(ctx, "ada", desk.KeptView{Name: "mine", Query: "status=spam"}, 9, entry)
	}
	take := func(ctx context.Context) error {
		_, err := b.Comments().ImportLabels(ctx, []comment.Label{from("new", 1, 1, learned)}, importEntry)
		return err
	}
	remove := func(ctx context.Context) error {
		_, err := b.Comments().RemoveImported(ctx, "new", importEntry)
		return err
	}
	b.fine(keep(t.Context()))
	b.fine(b.Accounts().Invite(t.Context(), account.Invitation{Role: account.Moderator, By: "ada", CreatedAt: start.Add(-time.Hour), ExpiresAt: start.Add(-time.Minute)}, [32]byte{2}, entry))
	views, err := b.Views().Views(t.Context(), "ada")
	b.fine(err)
	for _, act := range []struct {
		held, table string
		do          func(ctx context.Context) error
	}{
		{"act_parts", "views IN ROW", keep},
		{"act_parts", "views IN ROW", func(ctx context.Context) error { return b.Views().RenameView(ctx, "ada", views[0].ID, "yours", entry) }},
		{"act_parts", "invitations IN", func(ctx context.Context) error {
			return b.Accounts().Invite(ctx, account.Invitation{Role: account.Moderator, By: "ada", CreatedAt: start, ExpiresAt: start.Add(time.Hour)}, [32]byte{1}, entry)
		}},
		{"act_parts", "labels IN ROW", take},
		{"act_parts", "labels IN ROW", remove},
		{"audit", "labels IN ROW", take},
		{"audit", "labels IN ROW", remove},
	} {
		tx, err := store.Raw(b.DB).BeginTx(t.Context(), nil)
		must(t, err)
		_, err = tx.ExecContext(t.Context(), "LOCK TABLE "+act.held+" IN EXCLUSIVE MODE")
		must(t, err)
		done := make(chan error, 1)
		go func() { done <- act.do(t.Context()) }()
		for b.count("pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == 0 && len(done) == 0 {
			continue
		}
		if _, err = tx.ExecContext(t.Context(), "LOCK TABLE "+act.table+" EXCLUSIVE MODE NOWAIT"); err != nil {
			t.Errorf("an act has locked %s, and waits for %s: %v", act.table, act.held, err)
		}
		must(t, tx.Rollback())
		must(t, <-done)
	}
}
