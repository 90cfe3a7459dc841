package comment_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

func TestSubmitKeepsWhatWasSaid(t *testing.T) {
	t.Parallel()
	s, db := open(t, says(spam.Ham), "")
	r := mustSubmit(t, s, comment.Submission{
		Post: "hello", Author: "  Zoë\t Ørsted ", Email: "zoe@example.org", URL: "example.org/zoë",
		Body: "\r\nשלום\r\nworld\x00\n",
	})
	got, err := db.Get(t.Context(), r.ID)
	if err != nil {
		t.Fatal(err)
	}
	if want := "Zoë Ørsted"; got.Author != want {
		t.Errorf("author: got %q, want %q", got.Author, want)
	}
	if want := "https://example.org/zo%C3%AB"; got.URL != want {
		t.Errorf("url: got %q, want %q", got.URL, want)
	}
	if want := "שלום\nworld"; got.Body != want {
		t.Errorf("body: got %q, want %q", got.Body, want)
	}
	if !got.CreatedAt.Equal(noon) {
		t.Errorf("created: got %v, want %v", got.CreatedAt, noon)
	}
}

// TestSitesInOtherScripts: the host is kept as browsers look it up, the only spelling by which
// one tells it from what it looks like.
func TestSitesInOtherScripts(t *testing.T) {
	t.Parallel()
	s, db := open(t, says(spam.Ham), "")
	for i, tt := range []struct{ typed, want string }{
		{"bücher.example/über?q=ü#ü", "https://xn--bcher-kva.example/%C3%BCber?q=ü#%C3%BC"},
		{"http://BÜCHER.example:8080", "http://xn--bcher-kva.example:8080"},
		{"b%C3%BCcher.example", "https://xn--bcher-kva.example"},
		{"例え。jp", "https://xn--r8jz45g.jp"},
		{"https://bаnk.example/", "https://xn--bnk-6cd.example/"}, // its a is Cyrillic
		{"xn--bcher-kva.example", "https://xn--bcher-kva.example"},
		{"Example.org/A", "https://Example.org/A"},
	} {
		sub := hello()
		sub.URL, sub.Body = tt.typed, strings.Repeat("word ", i+1)
		got, err := db.Get(t.Context(), mustSubmit(t, s, sub).ID)
		if err != nil || got.URL != tt.want {
			t.Errorf("%s: got %s, %v, want %s", tt.typed, got.URL, err, tt.want)
		}
	}
}

func TestSubmitRefuses(t *testing.T) {
	t.Parallel()
	s, _ := open(t, says(spam.Ham), "")
	elsewhere := mustSubmit(t, s, comment.Submission{Post: "other", Author: "Bob", Body: "Elsewhere."})
	held, _ := open(t, says(spam.Unsure), "")
	mustSubmit(t, held, hello())

	for _, tc := range []struct {
		name   string
		change func(*comment.Submission)
		fields string
	}{
		{"no name", func(s *comment.Submission) { s.Author = " \t" }, "author"},
		{"an invisible name", func(s *comment.Submission) { s.Author = "\u200b\u2060" }, "author"},
		{"a name of fillers", func(s *comment.Submission) { s.Author = "\u115f \u1160\uffa0\u3164\u17b4\u17b5\u034f\u2800" }, "author"},
		{"a name of selectors", func(s *comment.Submission) { s.Author = "\ufe0f\u180b\U000e0100\U000e0041" }, "author"},
		{"a body of fillers", func(s *comment.Submission) { s.Body = "\u115f\n\u1160\uffa0\u17b4\u034f\ufe0f" }, "body"},
		{"a long name", func(s *comment.Submission) { s.Author = strings.Repeat("ä", 101) }, "author"},
		{"an address as name", func(s *comment.Submission) { s.Author = "ada@example.org" }, "author"},
		{"an address as mailto", func(s *comment.Submission) { s.Author = "mailto:ada@example.org" }, "author"},
		{"an address after the name", func(s *comment.Submission) { s.Author = "Ada ada@example.org" }, "author"},
		{"a bracketed address", func(s *comment.Submission) { s.Author = "Ada <ada@example.org>" }, "author"},
		{"an address in round brackets", func(s *comment.Submission) { s.Author = "(ada@example.org)," }, "author"},
		{"an address in quotes", func(s *comment.Submission) { s.Author = "“ada@example.org”!" }, "author"},
		{"a broken address", func(s *comment.Submission) { s.Author = "ada\u200b＠example.org" }, "author"},
		{"the address within the name", func(s *comment.Submission) { s.Author, s.Email = "I@ADA@example.org", "ada@example.org" }, "author"},
		{"the address in the site", func(s *comment.Submission) {
			s.URL, s.Email = "https://example.org/?e=Ada@Example.org", "ada@example.org"
		}, "url"},
		{"the address encoded in the site", func(s *comment.Submission) {
			s.URL, s.Email = "https://example.org/%61da%2Bblog%40example.org", "ada+blog@example.org"
		}, "url"},
		{"the address in the text", func(s *comment.Submission) { s.Body, s.Email = "Write to <ADA@example.org>.", "ada@example.org" }, "body"},
		{"the address in the text as Markdown", func(s *comment.Submission) {
			s.Body, s.Email = `Write to ada\_l&#64;example.org.`, "ada_l@example.org"
		}, "body"},
		{"the address everywhere", func(s *comment.Submission) {
			*s = comment.Submission{Post: "hello", Author: "a@b.example", Email: "a@b.example", URL: "b.example/a@b.example", Body: "a@b.example"}
		}, "author body url"},
		{"no body", func(s *comment.Submission) { s.Body = "\n\n" }, "body"},
		{"a long body", func(s *comment.Submission) { s.Body = strings.Repeat("ж", 10_001) }, "body"},
		{"half an address", func(s *comment.Submission) { s.Email = "ada@" }, "email"},
		{"a named address", func(s *comment.Submission) { s.Email = "Ada <ada@example.org>" }, "email"},
		{"a script as site", func(s *comment.Submission) { s.URL = "javascript:alert(1)" }, "url"},
		{"another scheme", func(s *comment.Submission) { s.URL = "ftp://example.org" }, "url"},
		{"a password in the site", func(s *comment.Submission) { s.URL = "https://a:b@example.org" }, "url"},
		{"a user in the site", func(s *comment.Submission) { s.URL = "https://bank.example@evil.example" }, "url"},
		{"a site without a name", func(s *comment.Submission) { s.URL = "https:///path" }, "url"},
		{"a site that no browser could look up", func(s *comment.Submission) { s.URL = "https://bücher-.example" }, "url"},
		{"a site at no port", func(s *comment.Submission) { s.URL = "https://a.example:99999/" }, "url"},
		{"a site with an empty label", func(s *comment.Submission) { s.URL = "https://a..example" }, "url"},
		{"a site that begins with a dot", func(s *comment.Submission) { s.URL = "https://.example" }, "url"},
		{"a word as site", func(s *comment.Submission) { s.URL = "none" }, "url"},
		{"a parent that is no number", func(s *comment.Submission) { s.Parent = "1 or 1=1" }, "parent"},
		{"a parent that is not there", func(s *comment.Submission) { s.Parent = "999" }, "parent"},
		{"a parent on another post", func(s *comment.Submission) { s.Parent = "1" }, "parent"},
		{"everything at once", func(s *comment.Submission) {
			*s = comment.Submission{Post: "hello", Email: "x", URL: "y", Parent: "z"}
		}, "author body email parent url"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			sub := hello()
			tc.change(&sub)
			_, err := s.Submit(t.Context(), sub)
			var invalid *comment.InvalidError
			if !errors.As(err, &invalid) {
				t.Fatalf("got %v, want an InvalidError", err)
			}
			for f := range strings.FieldsSeq(tc.fields) {
				if !slices.Contains(comment.Faults, invalid.Fields[f].Fault) {
					t.Errorf("field %s: got %+v, want a fault", f, invalid.Fields[f])
				}
			}
			if got, want := len(invalid.Fields), len(strings.Fields(tc.fields)); got != want {
				t.Errorf("got %d faults %v, want %d", got, invalid.Fields, want)
			}
		})
	}
	if elsewhere.ID != 1 {
		t.Errorf("the comment on the other post has id %d, want 1", elsewhere.ID)
	}
	sub := hello()
	sub.Parent = "1"
	if _, err := held.Submit(t.Context(), sub); err == nil {
		t.Error("a reply to a held comment was taken")
	}
}

func TestSubmitAtTheLimits(t *testing.T) {
	t.Parallel()
	s, _ := open(t, says(spam.Ham), "")
	mustSubmit(t, s, comment.Submission{
		Post: "hello", Author: strings.Repeat("ä", comment.MaxAuthor), Body: strings.Repeat("ж", comment.MaxBody),
	})
}

// TestSubmitTakesSignsThatAreNoAddress has names and texts with an @ that keep no
// address from anybody.
func TestSubmitTakesSignsThatAreNoAddress(t *testing.T) {
	t.Parallel()
	s, _ := open(t, says(spam.Ham), "")
	for _, sub := range []comment.Submission{
		{Author: "@ada", Body: "Hello."},
		{Author: "Ada @ Home", Body: "Hello."},
		{Author: "ada (at) example.org", Email: "ada@example.org", Body: "Hello."},
		{Author: "@ada@social.example", Email: "ada@example.org", URL: "https://social.example/@ada", Body: "Hello."},
		{Author: "Ada", Body: "The shop's address is shop@example.org."},
		{Author: "Ada", Email: "ada@example.org", Body: "The shop's address is shop@example.org. 100% &c. \\o/"},
	} {
		sub.Post = "hello"
		mustSubmit(t, s, sub)
	}
}

func TestSubmitNeedsAnOpenThread(t *testing.T) {
	t.Parallel()
	s, _ := open(t, says(spam.Ham), "")
	for post, want := range map[string]error{"closed": comment.ErrClosed, "nowhere": comment.ErrNoThread} {
		sub := hello()
		sub.Post = post
		if _, err := s.Submit(t.Context(), sub); !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", post, err, want)
		}
	}
}

func TestSubmitHoldsWhatCannotBeJudged(t *testing.T) {
	t.Parallel()
	for name, broken := range map[string]judge{
		"an error": func(spam.Message) (spam.Verdict, error) { return spam.Verdict{}, errors.New("no model") },
		"a panic":  func(spam.Message) (spam.Verdict, error) { panic("index out of range") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, db := open(t, broken, "")
			r := mustSubmit(t, s, hello())
			c, err := db.Get(t.Context(), r.ID)
			if err != nil {
				t.Fatal(err)
			}
			if c.Status != comment.Pending || c.Hold != comment.HoldUnjudged {
				t.Errorf("got %s (%s), want pending (unjudged)", c.Status, c.Hold)
			}
		})
	}
}

// TestSubmitAfterItsParentIsDeleted has the parent go between the check and the
// end: while the filter judges.
func TestSubmitAfterItsParentIsDeleted(t *testing.T) {
	t.Parallel()
	var s *comment.Service
	var parent comment.ID
	deleting := judge(func(spam.Message) (spam.Verdict, error) {
		if parent != 0 {
			mustDecide(t, s, parent, comment.ToTrash, comment.Delete)
		}
		return spam.Verdict{Class: spam.Ham, Model: "test"}, nil
	})
	s, _ = open(t, deleting, "")
	parent = mustSubmit(t, s, hello()).ID
	sub := hello()
	sub.Parent = itoa(parent)
	_, err := s.Submit(t.Context(), sub)
	invalid, ok := errors.AsType[*comment.InvalidError](err)
	if !ok {
		t.Fatalf("got %v, want an InvalidError", err)
	}
	if got := invalid.Fields["parent"].Fault; got != comment.ParentGone {
		t.Errorf("parent: got %q, want a word that it is not there any more", got)
	}
}

// TestSubmitOfOneWhoWentAway sees that a reader who goes away leaves neither a
// comment nor an alarm.
func TestSubmitOfOneWhoWentAway(t *testing.T) {
	t.Parallel()
	for name, left := range map[string]func(context.Context) (spam.Verdict, error){
		"an error": func(ctx context.Context) (spam.Verdict, error) { return spam.Verdict{}, ctx.Err() },
		"a ham":    func(context.Context) (spam.Verdict, error) { return spam.Verdict{Class: spam.Ham}, nil },
	} {
		ctx, leave := context.WithCancel(t.Context())
		db := openDB(t)
		var log bytes.Buffer
		s, err := comment.New(comment.Options{
			Store: db, Threads: threads{"hello": comment.ThreadOpen}, Now: func() time.Time { return noon },
			Log:   slog.New(slog.NewTextHandler(&log, nil)),
			Judge: judge(func(spam.Message) (spam.Verdict, error) { leave(); return left(ctx) }),
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Submit(ctx, hello()); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: got %v, want context.Canceled", name, err)
		}
		if log.Len() > 0 {
			t.Errorf("%s: logged %s", name, log.String())
		}
		if counts, err := db.Counts(t.Context(), everything); err != nil || counts[comment.Pending]+counts[comment.Approved] != 0 {
			t.Errorf("%s: kept %v, %v, want nothing", name, counts, err)
		}
	}
}

// TestFirstTimeAuthorsAreKnownByProof sees that what is typed makes nobody known.
func TestFirstTimeAuthorsAreKnownByProof(t *testing.T) {
	t.Parallel()
	s, _ := open(t, says(spam.Ham), comment.HoldFirst)
	typed := hello()
	typed.Email = "ada@example.org"
	mustDecide(t, s, mustSubmit(t, s, typed).ID, comment.Approve)
	proven := hello()
	proven.Proof = comment.Proof{1}
	first := mustSubmit(t, s, proven)
	want := func(name string, sub comment.Submission, status comment.Status) {
		t.Helper()
		r := mustSubmit(t, s, sub)
		if r.Status != status || (status == comment.Pending) != (r.Hold == comment.HoldFirstTime) {
			t.Errorf("%s: got %s (%s), want %s", name, r.Status, r.Hold, status)
		}
	}
	want("name and address of an approved comment", typed, comment.Pending)
	want("a proof before approval", proven, comment.Pending)
	mustDecide(t, s, first.ID, comment.Approve)
	want("a proof after approval", proven, comment.Approved)
	proven.Author, proven.Email = "Eve", "eve@example.org"
	want("the proof under another name", proven, comment.Approved)
	proven.Proof = comment.Proof{2}
	want("another proof", proven, comment.Pending)
	proven.Proof, proven.Role = comment.Proof{}, comment.Moderator
	want("a moderator", proven, comment.Approved)
	mustDecide(t, s, first.ID, comment.MarkSpam)
}
