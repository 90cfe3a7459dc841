package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// twoAuthors is a blog with posts of two authors, one of them still a draft.
func twoAuthors() fstest.MapFS {
	post := func(author, more string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("---\ntitle: On " + author + "\ndate: 2026-11-01\nauthor: " + author + "\n" + more + "---\nText.\n")}
	}
	return fstest.MapFS{
		"posts/mine.md":    post("Ines Fern", ""),
		"posts/theirs.md":  post("Bo Reed", ""),
		"posts/both.md":    post("[Bo Reed, ines fern]", ""),
		"posts/early.md":   post("Ines Fern", "draft: true\n"),
		"posts/foreign.md": post("Bo Reed", "draft: true\n"),
	}
}

// loginAuthor makes an account of an author and a browser that is logged in to it.
func loginAuthor(t *testing.T, b *apptest.Blog, writes string) *apptest.Client {
	t.Helper()
	const name = "ines"
	c := b.Login(name, account.Moderator)
	if _, err := b.Accounts.SetRole(t.Context(), account.Shell, name, account.Author, writes); err != nil {
		t.Fatal(err)
	}
	return c
}

// TestRolesOnTheDesk asks for each page and each button by each role, about a comment
// under a post of one's own and one under another's.
func TestRolesOnTheDesk(t *testing.T) {
	t.Parallel()
	const ok, no = http.StatusOK, http.StatusForbidden
	for _, tt := range []struct {
		role                               account.Role
		own, other, edits, content, mail   int
		decideOwn, decideOther, decideEdit int
		lists                              []string // posts whose comments the queue has
	}{
		{account.Owner, ok, ok, ok, ok, ok, 303, 303, 303, []string{"mine", "theirs"}},
		{account.Moderator, ok, ok, ok, ok, ok, 303, 303, 303, []string{"mine", "theirs"}},
		{account.Author, ok, no, ok, ok, no, 303, no, no, []string{"mine"}},
	} {
		t.Run(string(tt.role), func(t *testing.T) {
			t.Parallel()
			b := apptest.Open(t, apptest.Options{Content: twoAuthors(), Judge: apptest.Says(spam.Unsure)})
			c := loginAuthor(t, b, "Ines  fern")
			b.MustUser("root", account.Owner)
			if _, err := b.Accounts.SetRole(t.Context(), account.Shell, "ines", tt.role, "Ines Fern"); err != nil {
				t.Fatal(err)
			}
			own := b.MustComment(comment.Submission{Post: "mine", Author: "Ann", Body: "I wait under mine."}).ID
			other := b.MustComment(comment.Submission{Post: "theirs", Author: "Ann", Body: "I wait under theirs."}).ID
			for path, want := range map[string]int{
				fmt.Sprint("/admin/comments/", own): tt.own, fmt.Sprint("/admin/comments/", other): tt.other,
				"/admin/edits": tt.edits, "/admin/content": tt.content, "/admin/mail": tt.mail,
			} {
				if r := c.Get(path); r.Code != want {
					t.Errorf("GET %s: got %d, want %d", path, r.Code, want)
				}
			}
			queue := c.Get("/admin/queue").Body
			for _, post := range []string{"mine", "theirs"} {
				if got, want := strings.Contains(queue, "I wait under "+post), slices.Contains(tt.lists, post); got != want {
					t.Errorf("the queue has the comment under %s: got %v, want %v", post, got, want)
				}
			}
			if want := fmt.Sprintf("data-count=\"pending\">%d</span>", len(tt.lists)); !strings.Contains(queue, want) {
				t.Errorf("the queue lacks %s", want)
			}
			if got, want := strings.Contains(queue, "/admin/mail"), tt.mail == ok; got != want {
				t.Errorf("a link to the mails: got %v, want %v", got, want)
			}
			for path, want := range map[string]int{
				fmt.Sprintf("/admin/comments/%d/approve", own): tt.decideOwn, fmt.Sprintf("/admin/comments/%d/approve", other): tt.decideOther,
			} {
				if r := c.Post(path, url.Values{}); r.Code != want {
					t.Errorf("POST %s: got %d, want %d", path, r.Code, want)
				}
			}
			if r := c.Post("/admin/mail/1/retry", url.Values{}); (r.Code == no) != (tt.mail == no) {
				t.Errorf("retry a mail: got %d", r.Code)
			}
			for id, code := range map[comment.ID]int{own: tt.decideOwn, other: tt.decideOther} {
				now, err := b.Comments.Get(t.Context(), account.Shell, id)
				if got, want := now.Status == comment.Approved, code == 303; err != nil || got != want {
					t.Errorf("comment %d is approved: got %v, %v, want %v", id, got, err, want)
				}
			}
		})
	}
}

// TestAuthorsLookNobodyUp: whether an address is known elsewhere on the blog is not told to
// who may not see it there.
func TestAuthorsLookNobodyUp(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Content: twoAuthors()})
	for post, email := range map[string]string{"mine": "ann@private.example", "theirs": "bo@private.example"} {
		b.MustComment(comment.Submission{Post: post, Author: "Ann", Body: "I am under " + post, Email: email})
	}
	b.MustUser("root", account.Owner)
	c := loginAuthor(t, b, "Ines Fern")
	for email, known := range map[string]bool{"ann@private.example": true, "bo@private.example": false, "cy@private.example": false} {
		to := c.Get("/admin/queue?email=" + email).Header.Get("Location")
		if got := !strings.HasSuffix(to, "person=nobody"); got != known {
			t.Errorf("%s leads to %s", email, to)
		}
	}
}

// TestAuthorsSeeTheirDrafts: what an author has in the content folder, and not what
// others have.
func TestAuthorsSeeTheirDrafts(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Content: twoAuthors()})
	page := loginAuthor(t, b, "Ines Fern").Get("/admin/content").Body
	if !strings.Contains(page, "early.md") || strings.Contains(page, "foreign.md") {
		t.Error("want the draft of their own, and no other")
	}
}

// TestRoleCountsAtOnce: whoever loses a post or a role loses it with the next request.
func TestRoleCountsAtOnce(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Content: twoAuthors(), Judge: apptest.Says(spam.Unsure)})
	id := b.MustComment(comment.Submission{Post: "both", Author: "Ann", Body: "Hello."}).ID
	path := fmt.Sprint("/admin/comments/", id)
	c := loginAuthor(t, b, "Ines Fern")
	if got := c.Get(path).Code; got != http.StatusOK {
		t.Fatalf("the second of two authors: got %d, want 200", got)
	}
	if _, err := b.Accounts.SetRole(t.Context(), account.Shell, "ines", account.Author, "Somebody Else"); err != nil {
		t.Fatal(err)
	}
	if got := c.Get(path).Code; got != http.StatusForbidden {
		t.Errorf("as somebody else: got %d, want 403", got)
	}
}

// TestAuthorsComment: a session of an author proves who writes under posts of their own,
// and nothing under others'.
func TestAuthorsComment(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Content: twoAuthors(), Judge: apptest.Says(spam.Unsure)})
	c := loginAuthor(t, b, "Ines Fern")
	for post, want := range map[string]comment.Role{"mine": comment.Author, "both": comment.Author, "theirs": comment.Reader} {
		c.Post("/posts/"+post+"/comments", url.Values{"author": {"Ines"}, "body": {"Under " + post + "."}})
		if got := newest(t, b); got.Post != post || got.Role != want {
			t.Errorf("under %s: got role %q under %s, want %q", post, got.Role, got.Post, want)
		}
	}
}
