package store_test

import (
	"errors"
	"testing"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
	"hamlet/internal/store"
)

func entryOf(comment.ID) account.Entry { return entry }

// edited is a revision that replaces the text, or leaves the new one waiting.
func edited(text string, st comment.EditStatus) func(comment.Mine) (comment.Revision, error) {
	return func(m comment.Mine) (comment.Revision, error) {
		r := comment.Revision{Comment: m.Comment, Edit: &comment.Edit{
			Comment: m.Comment.ID, At: start, Status: st, Was: m.Comment.Body, Body: text, Hold: comment.HoldUnsure,
		}}
		if m.Pending != nil {
			r.Waiting = comment.EditWithdrawn
		}
		if st == comment.EditApplied {
			r.Comment.Body, r.Comment.EditedAt = text, start
		}
		return r, nil
	}
}

func editsKept(b *bench) {
	id := b.add(a(comment.Approved), "")
	before := b.revision("hello")
	for _, e := range []struct {
		text string
		st   comment.EditStatus
	}{{"one", comment.EditPending}, {"two", comment.EditPending}, {"three", comment.EditApplied}, {"four", comment.EditPending}} {
		if _, err := b.Comments().Revise(b.Context(), id, edited(e.text, e.st)); err != nil {
			b.Fatal(err)
		}
	}
	all, err := b.Comments().Edits(b.Context(), []comment.ID{id})
	edits := all[id]
	if err != nil || len(edits) != 4 {
		b.Fatalf("edits: %v, %v", edits, err)
	}
	want := []comment.EditStatus{comment.EditWithdrawn, comment.EditWithdrawn, comment.EditApplied, comment.EditPending}
	for i, e := range edits {
		if e.Status != want[i] {
			b.Errorf("edit %d is %s, want %s", i, e.Status, want[i])
		}
	}
	m, err := b.Comments().Mine(b.Context(), id)
	if err != nil || m.Comment.Body != "three" || m.Pending == nil || m.Pending.Body != "four" || !m.Comment.EditedAt.Equal(start) {
		b.Errorf("it is %+v, %v", m, err)
	}
	if got := b.revision("hello"); got != before+1 {
		b.Errorf("the thread's revision rose by %d, want 1", got-before)
	}
	if n, err := b.Comments().CountEdits(b.Context(), everything); n != 1 || err != nil {
		b.Errorf("%d edits wait, %v", n, err)
	}
	refused := errors.New("no")
	_, err = b.Comments().Revise(b.Context(), id, func(comment.Mine) (comment.Revision, error) { return comment.Revision{}, refused })
	if !errors.Is(err, refused) {
		b.Errorf("a refusal is %v", err)
	}
	b.must(id, trash)
	if n, err := b.Comments().CountEdits(b.Context(), everything); n != 0 || err != nil {
		b.Errorf("%d edits wait of what is in the trash, %v", n, err)
	}
}

func trash(comment.Comment) (comment.Change, error) {
	return comment.Change{Status: comment.Trash, Entry: entry}, nil
}

func label(isSpam bool) func(comment.Comment) (comment.Change, error) {
	return func(c comment.Comment) (comment.Change, error) {
		lesson := spam.NewLesson(spam.Message{Author: c.Author, Body: c.Body}, isSpam, "ada")
		return comment.Change{Status: c.Status, Relabel: true, Lesson: &lesson, Entry: entry}, nil
	}
}

// must updates a comment.
func (b *bench) must(id comment.ID, decide func(comment.Comment) (comment.Change, error)) {
	b.Helper()
	if _, err := b.Comments().Update(b.Context(), id, decide); err != nil {
		b.Fatal(err)
	}
}

func erasedWhole(b *bench) {
	c := a(comment.Approved)
	c.Body, c.URL = "A text that leaves a trace, and is long enough for that.", "https://ada.example.org"
	id := b.add(c, "ada@example.org")
	if err := b.Comments().MuteReplies(b.Context(), id, 0, false); err != nil {
		b.Fatal(err)
	}
	if err := b.Comments().AskErasure(b.Context(), id, 0); err != nil {
		b.Fatal(err)
	}
	if _, err := b.Comments().Revise(b.Context(), id, edited("new", comment.EditPending)); err != nil {
		b.Fatal(err)
	}
	b.must(id, label(false))
	tables := []string{"comments", "people", "traces", "edits", "subscriptions", "labels WHERE lesson IS NOT NULL"}
	for _, table := range tables {
		if b.count(table) == 0 {
			b.Errorf("%s is empty before, so this sees nothing", table)
		}
	}
	if _, err := b.Comments().Erase(b.Context(), id, 1, entry); !errors.Is(err, comment.ErrNotFound) {
		b.Errorf("with another link number: %v", err)
	}
	e, err := b.Comments().Erase(b.Context(), id, 0, entry)
	if err != nil || !e.Shown || e.Placed {
		b.Errorf("got %+v, %v", e, err)
	}
	for _, table := range append(tables, "outbox", "receipts") {
		if n := b.count(table); n != 0 {
			b.Errorf("%s has %d rows", table, n)
		}
	}
	labels, err := b.Comments().Labels(b.Context(), 0)
	if err != nil || len(labels) != 2 || labels[1].Lesson != nil {
		b.Errorf("the label is not taken back: %v, %v", labels, err)
	}
	if again, err := b.Comments().Relabelled(b.Context(), 1); err != nil || !again {
		b.Errorf("a learner that knew the label is not told: %v, %v", again, err)
	}
}

func erasedPlace(b *bench) {
	id := b.add(a(comment.Approved), "ada@example.org")
	reply := a(comment.Pending)
	reply.Parent = id
	b.add(reply, "")
	e, err := b.Comments().Erase(b.Context(), id, 0, entry)
	if err != nil || !e.Placed {
		b.Fatalf("got %+v, %v", e, err)
	}
	c, err := b.Comments().Get(b.Context(), id)
	if err != nil || c.ErasedAt.IsZero() || c.Author+c.Body+c.URL != "" || c.Person != 0 || c.Link != 1 || c.Status != comment.Approved {
		b.Errorf("the place is %+v, %v", c, err)
	}
	if n := b.count("people"); n != 0 {
		b.Errorf("%d people", n)
	}
	if _, err := b.Comments().Erase(b.Context(), id, 1, entry); !errors.Is(err, comment.ErrNotFound) {
		b.Errorf("twice: %v", err)
	}
}

// What a moderator called spam is not forgotten by erasing it, but for who wrote it.
func spamIsNotUnlearned(b *bench) {
	id := b.add(a(comment.Approved), "")
	b.must(id, label(true))
	if b.count("labels WHERE author <> 0") == 0 {
		b.Fatal("the label names no author, so this sees nothing")
	}
	if _, err := b.Comments().Erase(b.Context(), id, 0, entry); err != nil {
		b.Fatal(err)
	}
	labels, err := b.Comments().Labels(b.Context(), 0)
	if err != nil || len(labels) != 1 || labels[0].Lesson == nil || !labels[0].Lesson.Spam || labels[0].Lesson.Author != 0 {
		b.Errorf("the labels are %+v, %v", labels, err)
	}
}

// TestErasureLocksTheOldestFirst erases a person of whose comments somebody holds the oldest,
// who goes on to the next: neither may wait for the other.
func TestErasureLocksTheOldestFirst(t *testing.T) {
	t.Parallel()
	b := newBench(t, engines[2])
	first, second := b.add(a(comment.Approved), "ada@example.org"), b.add(a(comment.Approved), "ada@example.org")
	tx, err := store.Raw(b.DB).BeginTx(t.Context(), nil)
	must(t, err)
	hold := func(id comment.ID) error {
		_, err := tx.ExecContext(t.Context(), "UPDATE comments SET wave = 1 WHERE id = $1", int64(id))
		return err
	}
	must(t, hold(first))
	who := b.get(first).Person
	erased := make(chan error, 1)
	go func() {
		_, err := b.Comments().EraseAll(t.Context(), who, entryOf)
		erased <- err
	}()
	for b.count("pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == 0 {
		time.Sleep(5 * time.Millisecond)
	}
	_, err = tx.ExecContext(t.Context(), "SET LOCAL lock_timeout = '500ms'") // less than until a deadlock is looked for
	must(t, err)
	if err := hold(second); err != nil {
		t.Errorf("the erasure has locked the newest, and waits for the oldest: %v", err)
	}
	must(t, tx.Rollback())
	must(t, <-erased)
}

func erasedByPerson(b *bench) {
	parent := b.add(a(comment.Approved), "ada@example.org")
	own := a(comment.Approved)
	own.Parent = parent
	b.add(own, "ADA@example.org")
	other := b.add(a(comment.Approved), "bo@example.org")
	who, err := b.Comments().Person(b.Context(), "ada@example.org")
	if err != nil {
		b.Fatal(err)
	}
	if n, err := b.Comments().CountBy(b.Context(), who); n != 2 || err != nil {
		b.Errorf("%d comments, %v", n, err)
	}
	all, err := b.Comments().EraseAll(b.Context(), who, entryOf)
	if err != nil || len(all) != 2 {
		b.Fatalf("got %v, %v", all, err)
	}
	if n := b.count("comments"); n != 1 {
		b.Errorf("%d comments are left, want the other's", n)
	}
	if _, err := b.Comments().Address(b.Context(), who); err == nil {
		b.Error("the address can be read")
	}
	if _, err := b.Comments().Person(b.Context(), "ada@example.org"); !errors.Is(err, comment.ErrNotFound) {
		b.Errorf("the address is known: %v", err)
	}
	if _, err := b.Comments().Get(b.Context(), other); err != nil {
		b.Error(err)
	}
	for _, err := range []error{
		func() error { _, err := b.Comments().EraseAll(b.Context(), who, entryOf); return err }(),
		func() error { _, err := b.Comments().CountBy(b.Context(), who); return err }(),
	} {
		if !errors.Is(err, comment.ErrNotFound) {
			b.Errorf("nobody: %v", err)
		}
	}
}

// A mail is asked for once at a time, and whether there is anybody to get it or not,
// something is written.
func askedForLinks(b *bench) {
	if err := b.Outbox().Switch(b.Context(), true); err != nil {
		b.Fatal(err)
	}
	id := b.add(a(comment.Approved), "ada@example.org")
	for range 3 {
		if err := b.Comments().AskLinks(b.Context(), " Ada@Example.org"); err != nil {
			b.Fatal(err)
		}
	}
	if n := b.count("outbox WHERE kind = 'links'"); n != 1 {
		b.Errorf("%d mails wait, want 1", n)
	}
	asked := func() string {
		var when []byte
		if err := store.Raw(b.DB).QueryRowContext(b.Context(), "SELECT value FROM meta WHERE name = 'asked'").Scan(&when); err != nil {
			b.Fatal(err)
		}
		return string(when)
	}
	was := asked()
	b.clock.pass(time.Hour)
	if err := b.Comments().AskLinks(b.Context(), "nobody@example.org"); err != nil {
		b.Fatal(err)
	}
	if asked() == was {
		b.Error("nothing is written for an address that nobody has")
	}
	if n := b.count("outbox"); n != 1 {
		b.Errorf("%d mails wait, want 1", n)
	}
	if err := b.Comments().AskErasure(b.Context(), id, 1); !errors.Is(err, comment.ErrNotFound) {
		b.Errorf("by a revoked link: %v", err)
	}
	if err := b.Comments().AskErasure(b.Context(), b.add(a(comment.Approved), ""), 0); !errors.Is(err, comment.ErrConflict) {
		b.Errorf("without an address: %v", err)
	}
}

func waitsRead(b *bench) {
	for i := range 3 {
		c := a(comment.Pending)
		c.Hold, c.CreatedAt = comment.HoldUnsure, start.Add(-time.Duration(i+1)*time.Hour)
		if i == 2 {
			c.Hold = comment.HoldSpam // does not wait in the queue
		}
		id := b.add(c, "")
		b.must(id, label(false))
		b.must(id, label(true))
	}
	got, err := b.Comments().Waits(b.Context(), 100)
	if err != nil || len(got) != 2 || got[0] != 2*time.Hour || got[1] != time.Hour {
		b.Errorf("got %v, %v", got, err)
	}
	if got, err := b.Comments().Waits(b.Context(), 1); err != nil || len(got) != 1 {
		b.Errorf("got %v, %v, want the last", got, err)
	}
}
