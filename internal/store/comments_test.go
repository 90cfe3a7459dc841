package store_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
	"hamlet/internal/store"
)

var entry = account.Entry{
	At: start.Add(time.Minute), Actor: "grace", Action: "approve", Target: "comment 1", Detail: "pending → approved",
}

func addAndGet(b *bench) {
	parent := b.add(a(comment.Approved), "")
	want := comment.Comment{
		Post: "über-uns/日本", Author: "עדה \"O'Neil\"; DROP TABLE comments;--", URL: "https://example.org/?a=1&b=%20#x",
		Body: "Zeile 1\n\n\tZeile 2 \\ 😀 $1 ? :name @p1", Status: comment.Spam, Prior: comment.Approved,
		Hold: comment.HoldSpam, CreatedAt: time.Date(1999, 12, 31, 23, 59, 59, 123e6, time.UTC), Revision: 7,
		Verdict: spam.Verdict{
			Probability: 1.0 / 3, Class: spam.Spam, Model: "2026-1",
			Reasons: []spam.Reason{{Feature: "word:\u0000<b>\u2028", Weight: 1e-17}, {Feature: "", Weight: -3.25}},
		},
	}
	id := b.add(want, "")
	want.ID = id
	if diff := cmp.Diff(want, b.get(id)); diff != "" {
		b.Errorf("get: -want +got\n%s", diff)
	}
	unjudged := a(comment.Pending)
	unjudged.Verdict, unjudged.Hold, unjudged.Parent = spam.Verdict{}, comment.HoldUnjudged, parent
	unjudged.CreatedAt = start.In(time.FixedZone("", 3600))
	unjudged.ID = b.add(unjudged, "")
	if diff := cmp.Diff(unjudged, b.get(unjudged.ID)); diff != "" {
		b.Errorf("get: -want +got\n%s", diff)
	}
	if got := b.get(unjudged.ID).CreatedAt.Location(); got != time.UTC {
		b.Errorf("time comes back in %v", got)
	}
	if _, err := b.Comments().Get(b.Context(), id+100); !errors.Is(err, comment.ErrNotFound) {
		b.Errorf("get of a missing comment: %v", err)
	}
}

func idsNeverAgain(b *bench) {
	first, second := b.add(a(comment.Spam), ""), b.add(a(comment.Spam), "")
	if first < 1 || second <= first {
		b.Errorf("ids %d, %d", first, second)
	}
	b.update(second, comment.Change{Delete: true})
	if third := b.add(a(comment.Spam), ""); third <= second {
		b.Errorf("id %d again, after %d was deleted", third, second)
	}
}

func parentMustExist(b *bench) {
	parent := b.add(a(comment.Approved), "")
	for name, reply := range map[string]struct {
		post   string
		parent comment.ID
	}{
		"missing": {"hello", parent + 1}, "of another post": {"other", parent}, "negative": {"hello", -1},
	} {
		c := a(comment.Approved)
		c.Post, c.Parent = reply.post, reply.parent
		if _, err := b.Comments().Add(b.Context(), c, comment.Given{}); !errors.Is(err, comment.ErrNotFound) {
			b.Errorf("%s parent: %v", name, err)
		}
	}
	if n := b.count("comments"); n != 1 {
		b.Errorf("%d comments were kept", n)
	}
	if b.revision("hello") != 1 || b.revision("other") != 0 {
		b.Error("a refused comment raised a revision")
	}
}

func replyOutlivesParent(b *bench) {
	parent := b.add(a(comment.Trash), "")
	reply := a(comment.Approved)
	reply.Parent = parent
	id := b.add(reply, "")
	b.update(parent, comment.Change{Delete: true})
	branches, err := b.Comments().Outline(b.Context(), "hello")
	if want := []comment.Branch{{ID: id, Parent: parent}}; err != nil || !slices.Equal(branches, want) {
		b.Errorf("thread is %+v, %v", branches, err)
	}
	cs, err := b.Comments().Approved(b.Context(), []comment.ID{id, parent})
	if err != nil || len(cs) != 1 || cs[0].ID != id || cs[0].Parent != parent {
		b.Errorf("thread is %+v, %v", cs, err)
	}
}

func threadInOrder(b *bench) {
	var want []comment.ID
	for _, st := range []comment.Status{comment.Approved, comment.Pending, comment.Approved, comment.Spam, comment.Approved} {
		c := a(st)
		c.CreatedAt = start.Add(-time.Duration(len(want)) * time.Hour) // older, and yet later in the thread
		if id := b.add(c, ""); st == comment.Approved {
			want = append(want, id)
		}
		c.Post = "other"
		b.add(c, "")
	}
	branches, err := b.Comments().Outline(b.Context(), "hello")
	if err != nil {
		b.Fatal(err)
	}
	var got []comment.ID
	for _, one := range branches {
		got = append(got, one.ID)
	}
	if !slices.Equal(got, want) {
		b.Errorf("thread is %v, want %v", got, want)
	}
	if branches, err := b.Comments().Outline(b.Context(), "no such post"); len(branches) != 0 || err != nil {
		b.Errorf("thread of no post: %v, %v", branches, err)
	}
	all := []comment.ID{99, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1} // in any order, of any status, of two posts
	cs, err := b.Comments().Approved(b.Context(), all)
	if err != nil {
		b.Fatal(err)
	}
	if got := ids(cs); !slices.Equal(got, []comment.ID{1, 2, 5, 6, 9, 10}) {
		b.Errorf("the approved of all are %v", got)
	}
	for _, c := range cs {
		if c.Status != comment.Approved || c.Body == "" || c.Author == "" || c.CreatedAt.IsZero() {
			b.Errorf("comment is not whole, or not approved: %+v", c)
		}
	}
	if cs, err := b.Comments().Approved(b.Context(), nil); len(cs) != 0 || err != nil {
		b.Errorf("none of none: %v, %v", cs, err)
	}
}

func ids(cs []comment.Comment) []comment.ID {
	out := make([]comment.ID, len(cs))
	for i, c := range cs {
		out[i] = c.ID
	}
	return out
}

func revisionRises(b *bench) {
	id := b.add(a(comment.Pending), "")
	if got := b.revision("hello"); got != 0 {
		b.Errorf("revision %d before anything was approved", got)
	}
	steps := []struct {
		to    comment.Status
		rises bool
	}{
		{comment.Spam, false},
		{comment.Approved, true},
		{comment.Trash, true},
		{comment.Spam, false},
		{comment.Approved, true},
		{comment.Approved, true},
		{comment.Pending, true},
		{comment.Trash, false},
	}
	for i, s := range steps {
		before := b.revision("hello")
		b.update(id, comment.Change{Status: s.to})
		if after := b.revision("hello"); (after > before) != s.rises || after < before {
			b.Errorf("step %d, to %s: revision %d → %d, want it to rise: %v", i, s.to, before, after, s.rises)
		}
	}
	before := b.revision("hello")
	b.add(a(comment.Approved), "")
	if after := b.revision("hello"); after <= before {
		b.Errorf("new comment: revision %d → %d", before, after)
	}
	if got := b.revision("other"); got != 0 {
		b.Errorf("revision of another post is %d", got)
	}
}

func revisionNeverBack(b *bench) {
	one, two := b.add(a(comment.Approved), ""), b.add(a(comment.Approved), "")
	seen := b.revision("hello")
	for _, id := range []comment.ID{two, one} {
		b.update(id, comment.Change{Delete: true})
		now := b.revision("hello")
		if now <= seen {
			b.Errorf("revision %d after %d", now, seen)
		}
		seen = now
	}
}

func updateKeepsAll(b *bench) {
	id := b.add(a(comment.Pending), "")
	lesson := &spam.Lesson{Vector: spam.Vector{Extractor: 3, Hashes: []uint32{1, 2}, Values: []float32{0.5, -1}}, Spam: true}
	var asked comment.Comment
	got, err := b.Comments().Update(b.Context(), id, func(c comment.Comment) (comment.Change, error) {
		asked = c
		return comment.Change{Status: comment.Spam, Prior: comment.Pending, Relabel: true, Lesson: lesson, Entry: entry}, nil
	})
	if err != nil {
		b.Fatal(err)
	}
	want := a(comment.Pending)
	want.ID = id
	if diff := cmp.Diff(want, asked); diff != "" {
		b.Errorf("decide was asked about: -want +got\n%s", diff)
	}
	want.Status, want.Prior, want.Revision = comment.Spam, comment.Pending, 1
	if diff := cmp.Diff(want, got.Comment); diff != "" {
		b.Errorf("update returns: -want +got\n%s", diff)
	}
	if diff := cmp.Diff(want, b.get(id)); diff != "" {
		b.Errorf("kept: -want +got\n%s", diff)
	}
	if diff := cmp.Diff([]account.Entry{entry}, b.audit()); diff != "" {
		b.Errorf("audit: -want +got\n%s", diff)
	}
	if diff := cmp.Diff([]comment.Label{{Seq: 1, Comment: id, Lesson: lesson, At: start}}, b.labels(0)); diff != "" {
		b.Errorf("labels: -want +got\n%s", diff)
	}
	// Prior can be emptied, and an update without a label adds none.
	if got := b.update(id, comment.Change{Status: comment.Approved}); got.Prior != "" || got.Revision != 2 {
		b.Errorf("prior %q, revision %d", got.Prior, got.Revision)
	}
	if got := b.get(id); got.Prior != "" || got.Status != comment.Approved || len(b.labels(0)) != 1 {
		b.Errorf("kept %+v with %d labels", got, len(b.labels(0)))
	}
}

// unchanged fails if anything of a decision on the comment was kept.
func (b *bench) unchanged(id comment.ID) {
	b.Helper()
	want := a(comment.Pending)
	want.ID = id
	if diff := cmp.Diff(want, b.get(id)); diff != "" {
		b.Errorf("comment changed: -want +got\n%s", diff)
	}
	if n := len(b.audit()) + len(b.labels(0)) + int(b.revision("hello")); n != 0 {
		b.Errorf("something was kept: %v, %v, revision %d", b.audit(), b.labels(0), b.revision("hello"))
	}
}

func refusedKeepsNothing(b *bench) {
	id := b.add(a(comment.Pending), "")
	refusal := &comment.TransitionError{From: comment.Pending, Action: comment.Restore}
	_, err := b.Comments().Update(b.Context(), id, func(comment.Comment) (comment.Change, error) {
		return comment.Change{Status: comment.Approved, Relabel: true, Entry: entry}, refusal
	})
	if err != error(refusal) { //nolint:errorlint // it must be the very error
		b.Errorf("error is %v, want the one of decide", err)
	}
	b.unchanged(id)
}

func impossibleKeepsNothing(b *bench) {
	id := b.add(a(comment.Pending), "")
	for name, ch := range map[string]comment.Change{
		"status": {Status: "published", Entry: entry, Relabel: true},
		"prior":  {Status: comment.Approved, Prior: "new", Entry: entry, Relabel: true},
		"lesson": {
			Status: comment.Approved, Entry: entry, Relabel: true,
			Lesson: &spam.Lesson{Vector: spam.Vector{Hashes: []uint32{1}}},
		},
	} {
		_, err := b.Comments().Update(b.Context(), id, func(comment.Comment) (comment.Change, error) { return ch, nil })
		if err == nil {
			b.Errorf("an impossible %s was kept", name)
		}
		b.unchanged(id)
	}
}

func panicKeepsNothing(b *bench) {
	id := b.add(a(comment.Pending), "")
	func() {
		defer func() {
			if recover() == nil {
				b.Error("the panic is lost")
			}
		}()
		_, _ = b.Comments().Update(b.Context(), id, func(comment.Comment) (comment.Change, error) { panic("decide") })
	}()
	b.unchanged(id)
	b.add(a(comment.Pending), "") // the lock is free again
}

func updateMissing(b *bench) {
	_, err := b.Comments().Update(b.Context(), 12, func(comment.Comment) (comment.Change, error) {
		b.Error("decide was asked about nothing")
		return comment.Change{}, nil
	})
	if !errors.Is(err, comment.ErrNotFound) {
		b.Errorf("error is %v", err)
	}
}

func deletedForGood(b *bench) {
	id := b.add(a(comment.Pending), "ada@example.org")
	b.update(id, comment.Change{Status: comment.Trash, Relabel: true, Lesson: &spam.Lesson{}, Entry: entry})
	was := b.get(id)
	if diff := cmp.Diff(was, b.update(id, comment.Change{Delete: true, Entry: entry})); diff != "" {
		b.Errorf("update returns: -as it was +got\n%s", diff)
	}
	if _, err := b.Comments().Get(b.Context(), id); !errors.Is(err, comment.ErrNotFound) {
		b.Errorf("get: %v", err)
	}
	if n := b.count("comments"); n != 0 {
		b.Errorf("%d rows are left", n)
	}
	if len(b.labels(0)) != 1 || len(b.audit()) != 2 {
		b.Errorf("labels %v, audit %v", b.labels(0), b.audit())
	}
}

func cancelled(b *bench) {
	id := b.add(a(comment.Pending), "")
	ctx, cancel := context.WithCancel(b.Context())
	cancel()
	cs := b.Comments()
	_, errAdd := cs.Add(ctx, a(comment.Approved), comment.Given{})
	_, errUpdate := cs.Update(ctx, id, func(comment.Comment) (comment.Change, error) {
		return comment.Change{Status: comment.Approved}, nil
	})
	_, errGet := cs.Get(ctx, id)
	_, errList := cs.List(ctx, everything, comment.Pending, 0, 10)
	_, errChanges := b.Changes().Next(ctx)
	for i, err := range []error{errAdd, errUpdate, errGet, errList, errChanges} {
		if !errors.Is(err, context.Canceled) {
			b.Errorf("call %d: %v", i, err)
		}
	}
	b.unchanged(id)
	if n := b.count("comments"); n != 1 {
		b.Errorf("%d comments", n)
	}
}

// addressesReadBack sees that what is sealed can be opened, and only as what it was.
func addressesReadBack(b *bench) {
	for _, address := range []string{"ada@example.org", "x@y", string(make([]byte, 300)) + "@example.org", "чат@пример.example"} {
		if got := b.address(b.add(a(comment.Pending), address)); got != address {
			b.Errorf("address %q comes back as %q", address, got)
		}
	}
	id := b.get(b.add(a(comment.Pending), "grace@example.org")).Person
	b.exec("UPDATE people SET email_sealed = (SELECT email_sealed FROM people WHERE id = 1) WHERE id = $1", id)
	if got, err := b.Comments().Address(b.Context(), id); err == nil {
		b.Errorf("an address sealed for one person opens as another's: %q", got)
	}
}

// addressesStay sees that no reader of comments so much as asks for what is
// kept of an address. Each fails, so that its SQL is in the log.
func addressesStay(b *bench) {
	id := b.add(a(comment.Approved), "ada@example.org")
	if _, err := store.Raw(b.DB).ExecContext(b.Context(), "ALTER TABLE comments RENAME TO elsewhere"); err != nil {
		b.Fatal(err)
	}
	cs := b.Comments()
	for name, read := range map[string]func() error{
		"get":      func() error { _, err := cs.Get(b.Context(), id); return err },
		"approved": func() error { _, err := cs.Approved(b.Context(), []comment.ID{id}); return err },
		"outline":  func() error { _, err := cs.Outline(b.Context(), "hello"); return err },
		"list":     func() error { _, err := cs.List(b.Context(), everything, comment.Approved, 0, 10); return err },
		"update": func() error {
			_, err := cs.Update(b.Context(), id, func(comment.Comment) (comment.Change, error) { return comment.Change{}, nil })
			return err
		},
	} {
		b.log.Reset()
		if err := read(); err == nil {
			b.Errorf("%s: read from a table that is not there", name)
		}
		sql := b.log.String()
		if !strings.Contains(sql, "SELECT") || strings.Contains(sql, "SELECT *") || strings.Contains(sql, "email") {
			b.Errorf("%s asks for more than the comment: %s", name, sql)
		}
	}
}
