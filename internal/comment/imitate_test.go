package comment_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
	"hamlet/internal/store"
)

// looks counts how often it is asked who holds names.
type looks struct {
	comment.Store
	n int
}

func (l *looks) Holders(ctx context.Context, names []string) (map[string]comment.Holder, error) {
	l.n++
	return l.Store.Holders(ctx, names)
}

func TestImitations(t *testing.T) {
	t.Parallel()
	db, err := store.Open(t.Context(), store.Options{URL: ":memory:", Key: make([]byte, 32), Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	grace := account.User{Name: "Grace", Role: account.Moderator, PasswordHash: "x", CreatedAt: noon}
	if _, err := db.Accounts().AddUser(t.Context(), grace, true, account.Entry{At: noon}); err != nil {
		t.Fatal(err)
	}
	counted := &looks{Store: db.Comments()}
	s, err := comment.New(comment.Options{
		Store: counted, Judge: says(spam.Ham), Threads: threads{"hello": comment.ThreadOpen, "other": comment.ThreadOpen},
		Posts: about{"hello": {Authors: []string{"Rosa Löwe"}}}, Now: func() time.Time { return noon }, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	one, two := comment.Proof{1}, comment.Proof{2}
	want := map[comment.ID]bool{}
	say := func(name, post string, p comment.Proof, role comment.Role, imitates bool) {
		t.Helper()
		want[mustSubmit(t, s, comment.Submission{Post: post, Author: name, Body: "Yes.", Proof: p, Role: role}).ID] = imitates
	}
	none := comment.Proof{}
	say("Ada", "hello", none, comment.Reader, false) // before anybody proved it
	say("Ada", "other", one, comment.Reader, false)
	say("Ada", "hello", none, comment.Reader, true)
	say(" aDA ", "hello", two, comment.Reader, true) // proved to be somebody else
	say("Ada", "hello", one, comment.Reader, false)
	say("Bo", "hello", none, comment.Reader, false) // nobody ever proved it
	say("rosa lo\u0308we", "hello", none, comment.Reader, true)
	say("Rosa Löwe", "other", none, comment.Reader, false) // not the author there
	say("Rosa Löwe", "hello", none, comment.Author, false)
	say("GRACE", "other", two, comment.Reader, true)
	say("Grace", "hello", none, comment.Moderator, false)
	say("Rosa Löwe", "other", two, comment.Reader, true) // she has written as an author meanwhile
	say("\u0410da", "hello", none, comment.Reader, true) // a Cyrillic A
	say("Ａｄａ", "hello", two, comment.Reader, true)
	say("A\u200cda", "hello", two, comment.Reader, true)
	say("\u0410da", "hello", one, comment.Reader, false)
	say("Adam", "hello", none, comment.Reader, false)
	say("Jose Maria", "hello", one, comment.Reader, false)
	for _, name := range []string{
		"José María", "JoseMaria", "jose_maria", "J0se Maria", "Jose rnaria", "Jose Mar1a", "Jose Maria.", "Jose Maria ✓",
		"\u202eairaM esoJ\u202c", "Jose\u200b Maria", "\u2067Jose Maria", "Jоѕе Маrіа", "Grâce", "GRACE\u200d", "Rosa Lowe", "RosaLöwe",
	} {
		post := "hello"                              // where Rosa Löwe writes
		imitates := name != "\u202eairaM esoJ\u202c" // which is kept, and shown, as "airaM esoJ"
		say(name, post, none, comment.Reader, imitates)
		say(name, post, two, comment.Reader, imitates)
	}
	say("Pau1", "hello", two, comment.Reader, false)
	say("paul", "other", one, comment.Reader, true) // that is his name
	say("PauI", "other", two, comment.Reader, false)
	say("PauI", "other", one, comment.Reader, true)

	got := map[comment.ID]bool{}
	for _, post := range []string{"hello", "other"} {
		for page, pages := 1, 1; page <= pages; page++ {
			counted.n = 0
			thread, err := s.Thread(t.Context(), post, comment.View{Page: page})
			if err != nil {
				t.Fatal(err)
			}
			if counted.n != 1 {
				t.Errorf("%s: %d queries, want one", post, counted.n)
			}
			for _, p := range thread.Comments {
				got[p.ID] = p.Imitates
			}
			pages = thread.Pages
		}
	}
	compare := func(where string, got map[comment.ID]bool) {
		t.Helper()
		for id, imitates := range want {
			if is, shown := got[id]; !shown || is != imitates {
				t.Errorf("%s: comment %d: got %v (there: %v), want %v", where, id, is, shown, imitates)
			}
		}
	}
	compare("thread", got)
	queue, err := s.Queue(t.Context(), ada, comment.Approved, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	clear(got)
	for _, c := range queue {
		got[c.ID] = c.Imitates
	}
	compare("queue", got)
	for id := range want {
		c, err := s.Get(t.Context(), ada, id)
		if err != nil {
			t.Fatal(err)
		}
		got[id] = c.Imitates
	}
	compare("alone", got)
	recent, err := s.Recent(t.Context(), 100)
	if err != nil {
		t.Fatal(err)
	}
	clear(got)
	for _, p := range recent {
		got[p.ID] = p.Imitates
	}
	compare("recent", got)
}

func TestWhatIsProvedIsShown(t *testing.T) {
	t.Parallel()
	s, db := open(t, says(spam.Ham), comment.HoldFirst)
	sub := form()
	sub.Proof, sub.Role, sub.Channel, sub.Tell, sub.Replies = comment.Proof{9}, comment.Moderator, comment.API, true, true
	r := mustSubmit(t, s, sub)
	if r.Status != comment.Approved {
		t.Fatalf("a moderator's comment is %s (%s)", r.Status, r.Hold)
	}
	c, err := db.Get(t.Context(), r.ID)
	if err != nil || c.Proof != sub.Proof || !c.Tell || c.Person == 0 {
		t.Errorf("kept %+v, %v", c, err)
	}
	thread, err := s.Thread(t.Context(), "hello", comment.View{})
	if err != nil {
		t.Fatal(err)
	}
	if p := thread.Comments[0]; p.Role != comment.Moderator || p.Channel != comment.API || p.Erased || !p.EditedAt.IsZero() {
		t.Errorf("shown %+v", p)
	}
}
