package store_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
	"hamlet/internal/store"
)

// onDisk are the engines whose databases can be opened again.
var onDisk = engines[1:]

func TestOptions(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*store.Options){
		"no key":    func(o *store.Options) { o.Key = nil },
		"short key": func(o *store.Options) { o.Key = o.Key[:31] },
		"long key":  func(o *store.Options) { o.Key = append(o.Key[:32:32], 0) },
		"no clock":  func(o *store.Options) { o.Now = nil },
	} {
		o := options(":memory:")
		spoil(&o)
		if _, err := store.Open(t.Context(), o); err == nil {
			t.Errorf("%s: opened", name)
		}
	}
	o := options(":memory:")
	o.Log = nil
	if _, err := mustOpen(t, o).Comments().Add(t.Context(), a("nonsense"), comment.Given{}); err == nil {
		t.Error("nonsense was kept")
	}
}

// TestReopen closes a database and finds everything again.
func TestReopen(t *testing.T) {
	t.Parallel()
	onEach(t, onDisk, func(t *testing.T, e engine) {
		t.Helper()
		o := kept(t, e.url(t))
		b := &bench{TB: t, DB: mustOpen(t, o)}
		id := b.add(a(comment.Approved), "ada@example.org")
		b.update(id, comment.Change{Status: comment.Approved, Relabel: true})
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
		b = &bench{TB: t, DB: mustOpen(t, o)}
		if got := b.get(id); got.Revision != 1 || len(b.labels(0)) != 1 || b.revision("hello") != 2 {
			t.Errorf("found %+v, %d labels, revision %d", got, len(b.labels(0)), b.revision("hello"))
		}
		if got := b.address(id); got != "ada@example.org" {
			t.Errorf("the address is %q", got)
		}
	})
}

func TestWrongKey(t *testing.T) {
	t.Parallel()
	onEach(t, onDisk, func(t *testing.T, e engine) {
		t.Helper()
		o := options(e.url(t))
		mustOpen(t, o)
		right := o.Key
		o.Key = []byte(strings.Repeat("k", 32))
		if _, err := store.Open(t.Context(), o); !errors.Is(err, store.ErrWrongKey) {
			t.Errorf("another key: %v", err)
		}
		o.Key = right
		mustOpen(t, o)
	})
}

// TestNewerDatabase opens what a later version of the program made.
func TestNewerDatabase(t *testing.T) {
	t.Parallel()
	onEach(t, onDisk, func(t *testing.T, e engine) {
		t.Helper()
		o := options(e.url(t))
		b := &bench{TB: t, DB: mustOpen(t, o)}
		if _, err := store.Raw(b.DB).ExecContext(t.Context(),
			"INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, true)"); err != nil {
			t.Fatal(err)
		}
		_, err := store.Open(t.Context(), o)
		if err == nil || !strings.Contains(err.Error(), "9999") || !strings.Contains(err.Error(), "newer hamlet") {
			t.Errorf("error is %v", err)
		}
		if n := b.count("goose_db_version"); n != 1+len(store.Versions(t))+1 {
			t.Errorf("%d versions are recorded", n)
		}
	})
}

// TestEveryUpgrade makes a database of each version, with the data that
// testdata has of it, and opens it.
func TestEveryUpgrade(t *testing.T) {
	t.Parallel()
	onEach(t, onDisk, func(t *testing.T, e engine) {
		t.Helper()
		for _, version := range append([]int{0}, store.Versions(t)...) {
			o := options(e.url(t))
			store.MigrateTo(t, o.URL, version)
			b := &bench{TB: t, DB: mustOpen(t, o)}
			if got := b.count("goose_db_version"); got != 1+len(store.Versions(t)) {
				t.Errorf("from version %d: %d versions are recorded", version, got)
			}
			if version > 0 {
				b.keptSince()
			}
			if id := b.add(a(comment.Approved), ""); version > 0 && id != 42 {
				t.Errorf("from version %d: next id is %d", version, id)
			}
		}
	})
}

// keptSince looks for what the files of testdata hold.
func (b *bench) keptSince() {
	b.Helper()
	want := comment.Comment{
		ID: 41, Post: "hello", Author: "Ada", URL: "https://example.org/", Body: "Kept since version 1.",
		Status: comment.Approved, Prior: comment.Spam, Hold: comment.HoldUnsure, Revision: 2,
		CreatedAt: start.Add(123 * time.Millisecond),
		Verdict: spam.Verdict{
			Probability: 0.5, Class: spam.Unsure, Model: "1",
			Reasons: []spam.Reason{{Feature: "word:kept", Weight: -0.25}},
		},
	}
	if diff := cmp.Diff(want, b.get(41)); diff != "" {
		b.Errorf("comment: -want +got\n%s", diff)
	}
	if one, two := b.get(38).Person, b.get(39).Person; one == 0 || one != two || b.address(38) != "Ada.Quill@Mail.example.org" {
		b.Errorf("an address kept since is that of people %d and %d", one, two)
	}
	if damaged := b.get(40); damaged.Person != 0 || b.keys() != 1 || b.count("people") != 1 {
		b.Errorf("a damaged address is that of person %d; %d keys, %d people", damaged.Person, b.keys(), b.count("people"))
	}
	if n := b.count("comments WHERE email_sealed IS NOT NULL OR email_index IS NOT NULL"); n != 0 {
		b.Errorf("%d addresses are where they were", n)
	}
	lesson := &spam.Lesson{Spam: true, Vector: spam.Vector{Extractor: 3, Hashes: []uint32{7}, Values: []float32{-0.5}}}
	at := time.UnixMilli(1772366400123).UTC()
	labels := []comment.Label{{Seq: 1, Comment: 41, Lesson: lesson, At: at}, {Seq: 2, Comment: 41, At: at.Add(time.Millisecond)}}
	if diff := cmp.Diff(labels, b.labels(0)); diff != "" {
		b.Errorf("labels: -want +got\n%s", diff)
	}
	if o := b.exported()[0].Origin; len(o.Site) != 24 || o.Seq != 1 || o.Comment != 41 {
		b.Errorf("the first label was given at %+v", o)
	}
	grace, err := b.Accounts().UserByName(b.Context(), "GRACE")
	if err != nil || grace.Role != account.Owner || grace.Epoch != 1 {
		b.Errorf("user is %+v, %v", grace, err)
	}
	if r, err := b.Comments().Receipt(b.Context(), 41); r != nil || err != nil {
		b.Errorf("receipt is %v, %v", r, err)
	}
	if n := b.revision("hello"); n != 3 {
		b.Errorf("revision is %d", n)
	}
	// Sessions are told apart since they have names; those of before have ended.
	if got := b.found("abc"); got != "no" {
		b.Errorf("session is %s", got)
	}
}

// TestOpenAtOnce opens a new database from several sides at the same time: the
// server and a command may start together.
func TestOpenAtOnce(t *testing.T) {
	t.Parallel()
	onEach(t, onDisk, func(t *testing.T, e engine) {
		t.Helper()
		o := kept(t, e.url(t))
		var wg sync.WaitGroup
		for range 6 {
			wg.Go(func() {
				db, err := store.Open(t.Context(), o)
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := db.Comments().Add(t.Context(), a(comment.Approved), comment.Given{Email: "ada@example.org"}); err != nil {
					t.Error(err)
				}
				if err := db.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		b := &bench{TB: t, DB: mustOpen(t, o)}
		if n := b.count("comments"); n != 6 {
			t.Errorf("%d comments", n)
		}
		if n := b.count("goose_db_version"); n != 1+len(store.Versions(t)) {
			t.Errorf("%d versions are recorded", n)
		}
	})
}

// TestFaultsInLog: a query that fails is in the log without what it asked for, and one that
// was given up, as all are when the program stops, is not.
func TestFaultsInLog(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	o := options(":memory:")
	o.Log = slog.New(slog.NewTextHandler(&log, nil))
	db := mustOpen(t, o)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := db.Comments().Person(gone, "ada@example.org"); err == nil {
		t.Fatal("it was not given up, so this proves nothing")
	}
	if log.Len() != 0 {
		t.Errorf("a query that was given up is in the log: %s", &log)
	}
	if _, err := store.Raw(db).ExecContext(t.Context(), "ALTER TABLE comments RENAME TO away"); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Comments().Get(t.Context(), 4711); err == nil {
		t.Fatal("it did not fail, so this proves nothing")
	}
	if got := log.String(); !strings.Contains(got, "level=ERROR") || strings.Contains(got, "4711") {
		t.Errorf("the log of a fault is %q", got)
	}
}
