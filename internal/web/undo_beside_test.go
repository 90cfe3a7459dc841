package web_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/comment"
)

// besideDecisions is a blog with what moderators set beside deciding: a rule, a closed post, a
// published comment with a note, an assignee and a report. Two may moderate it.
func besideDecisions(t *testing.T) (b *apptest.Blog, ada, mo *apptest.Client) {
	t.Helper()
	b = apptest.Open(t, apptest.Options{Content: millPost()})
	ada, mo = b.Login("ada", account.Owner), b.Login("mo", account.Moderator)
	for _, author := range []string{"First", "Second"} {
		id := b.MustComment(comment.Submission{Post: "mill", Author: author, Body: "A fine mill.", Email: author + "@example.org"}).ID
		if _, err := b.Comments.Decide(t.Context(), account.Shell, id, comment.Decision{Action: comment.Approve}); err != nil && !errors.Is(err, comment.ErrConflict) {
			t.Fatal(err)
		}
	}
	mustPost(t, ada, "/admin/rules", "kind=word&value=casino&effect=hold&lasting=week&note=why")
	mustPost(t, ada, "/admin/rules", "kind=domain&value=spam.example&effect=spam&lasting=never")
	mustPost(t, ada, "/admin/comments/1/note", "note=Look")
	mustPost(t, ada, "/admin/comments/1/assign", "to=mo")
	mustPost(t, ada, "/admin/comments/1/thread/pin", "")
	if r := b.Post("/comment/1/report", url.Values{"why": {"spam"}, "words": {"It sells."}}); r.Code != http.StatusSeeOther {
		t.Fatalf("report: got %d", r.Code)
	}
	ada.Get("/admin/queue") // tells what was done last
	return b, ada, mo
}

// mustPost sends a form that is taken.
func mustPost(t *testing.T, c *apptest.Client, path, form string) {
	t.Helper()
	q, _ := url.ParseQuery(form)
	if r := c.Post(path, q); r.Code != http.StatusSeeOther {
		t.Fatalf("%s %s: got %d\n%s", path, form, r.Code, r.Body)
	}
}

// inWords is what a blog says of itself, one after the other.
type inWords struct {
	strings.Builder
	t *testing.T
}

func (w *inWords) say(v any, err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
	fmt.Fprintf(w, "%+v\n", v)
}

// settings is everything of such a blog that can be set, in words.
func settings(t *testing.T, b *apptest.Blog) string {
	t.Helper()
	ctx := t.Context()
	owner := account.Actor{Name: "ada", Role: account.Owner}
	all := inWords{t: t}
	all.say(b.Rules.List(ctx, owner))
	all.say(b.Rules.Closings(), nil)
	all.say(b.Rules.Attack(), nil)
	force, err := b.Insight.InForce(ctx, owner)
	force.Number, force.At, force.Remembered = 0, time.Time{}, nil
	all.say(force, err)
	ids := []comment.ID{1, 2}
	all.say(b.Notes.Beside(ctx, owner, ids))
	all.say(b.Reports.Of(ctx, owner, ids))
	for _, id := range ids {
		c, err := b.Comments.Get(ctx, owner, id)
		all.say([]any{c.PinnedAt, c.LockedAt}, err)
	}
	return all.String()
}

// besideActs is what can be done there, each with the words in which the list tells it.
var besideActs = []struct{ name, path, form, told string }{
	{"pin", "/admin/comments/2/thread/pin", "", "pinned a comment (Second, The mill)"},
	{"unpin", "/admin/comments/1/thread/unpin", "", "took the pin from a comment"},
	{"lock", "/admin/comments/1/thread/lock", "", "locked a conversation"},
	{"note", "/admin/comments/2/note", "note=Hm", "noted something about a comment"},
	{"remove a note", "/admin/comments/1/note/1/remove", "", "removed a note about a comment"},
	{"assign", "/admin/comments/1/assign", "to=ada", "gave a comment to somebody: ada (First, The mill)"},
	{"assign to nobody", "/admin/comments/1/assign", "to=", "gave a comment to somebody: nobody"},
	{"dismiss reports", "/admin/comments/1/reports/dismiss", "last=1", "dismissed the reports of a comment"},
	{"add a rule", "/admin/rules", "kind=author&value=Bob&effect=spam&lasting=day", "added a rule"},
	{"replace a rule", "/admin/rules", "kind=word&value=Casino&effect=spam&lasting=day", "added a rule"},
	{"change a rule", "/admin/rules/1", "kind=word&value=poker&effect=spam&lasting=never", "changed a rule"},
	{"change a rule to be another", "/admin/rules/1", "kind=domain&value=spam.example&effect=hold&lasting=never", "changed a rule"},
	{"remove a rule", "/admin/rules/2/remove", "", "removed a rule"},
	{"close a post", "/admin/posts", "post=mill&do=close", "closed the comments of a post: The mill"},
	{"attack", "/admin/attack", "lasting=hour", "turned the attack switch on"},
	{"thresholds", "/admin/filter/setting", "by=thresholds&hold=61&spam=92", "set from where on comments are held"},
	{"cost", "/admin/filter/setting", "by=cost&cost=2", "set from where on comments are held"},
	{"model beside", "/admin/filter/models/beside", "model=built-in", "changed which models judge"},
	{"forget", "/admin/filter/learned/forget", "", "had the filter forget what it was taught"},
}

func TestUndoBesideDecisions(t *testing.T) {
	t.Parallel()
	for _, tt := range besideActs {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b, ada, _ := besideDecisions(t)
			was := settings(t, b)
			form, _ := url.ParseQuery(tt.form)
			b.Clock.Advance(time.Minute)
			if r := ada.Post(tt.path, form); r.Code != http.StatusSeeOther {
				t.Fatalf("got %d\n%s", r.Code, r.Body)
			}
			did := settings(t, b)
			if did == was {
				t.Fatal("it changed nothing")
			}
			to := undoOf(t, ada.Get("/admin/rules").Body) // whatever page comes next
			list := ada.Get("/admin/acts").Body
			if undoOf(t, list) != to || !strings.Contains(list, "<bdi>ada</bdi>: "+tt.told) {
				t.Errorf("the list of acts does not have it first:\n%s", list)
			}
			b.Clock.Advance(11 * time.Minute)
			if r := ada.Post(to, url.Values{"return": {"/admin/queue"}}); r.Code != http.StatusSeeOther || r.Header.Get("Location") != "/admin/queue" {
				t.Fatalf("undo: got %d to %q\n%s", r.Code, r.Header.Get("Location"), r.Body)
			}
			if now := settings(t, b); now != was {
				t.Errorf("it is not as it was:\n%s\nbut\n%s", was, now)
			}
			if page := ada.Get("/admin/queue").Body; !strings.Contains(page, "Undone: "+tt.told) {
				t.Errorf("the next page does not tell:\n%s", page)
			}
			if r := ada.Post(to, nil); r.Code != http.StatusConflict || !strings.Contains(r.Body, "already") {
				t.Errorf("a second time: got %d", r.Code)
			}
			if r := ada.Get("/admin/audit"); !strings.Contains(r.Body, ">undo<") {
				t.Errorf("the audit log does not have it:\n%s", r.Body)
			}
		})
	}
}

// TestUndoBesideDecisionsIsRefused: what somebody set anew since stays, and the page says who it
// was; once that is undone, the first can be.
func TestUndoBesideDecisionsIsRefused(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, path, first, second, told string }{
		{"assign", "/admin/comments/1/assign", "to=ada", "to=", "gave a comment to somebody"},
		{"rule", "/admin/rules", "kind=word&value=poker&effect=hold&lasting=week", "kind=word&value=poker&effect=spam&lasting=week", "added a rule"},
		{"post", "/admin/posts", "post=mill&do=close", "post=mill&do=open", "opened the comments of a post"},
		{"attack", "/admin/attack", "lasting=hour", "lasting=off", "turned the attack switch off"},
		{"setting", "/admin/filter/setting", "by=cost&cost=2", "by=cost&cost=3", "set from where on comments are held"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b, ada, mo := besideDecisions(t)
			start := settings(t, b)
			do := func(c *apptest.Client, form string) string {
				b.Clock.Advance(time.Minute)
				q, _ := url.ParseQuery(form)
				if r := c.Post(tt.path, q); r.Code != http.StatusSeeOther {
					t.Fatalf("%s: got %d\n%s", form, r.Code, r.Body)
				}
				return undoOf(t, c.Get("/admin/acts").Body)
			}
			first := do(ada, tt.first)
			second := do(mo, tt.second)
			was := settings(t, b)
			r := ada.Post(first, nil)
			if r.Code != http.StatusConflict || !strings.Contains(r.Body, "<bdi>mo</bdi>: "+tt.told) {
				t.Errorf("got %d, want 409 with who it was:\n%s", r.Code, r.Body)
			}
			if now := settings(t, b); now != was {
				t.Errorf("it changed:\n%s\nto\n%s", was, now)
			}
			for _, to := range []string{second, first} {
				if r := mo.Post(to, nil); r.Code != http.StatusSeeOther {
					t.Errorf("undo what was done last first: got %d\n%s", r.Code, r.Body)
				}
			}
			if now := settings(t, b); now != start {
				t.Errorf("it is not as it was:\n%s\nbut\n%s", start, now)
			}
		})
	}
}

func TestUndoBesideDecisionsIsForWhoMay(t *testing.T) {
	t.Parallel()
	b, ada, mo := besideDecisions(t)
	ines := loginAuthor(t, b, "Ines Fern")
	if r := ada.Post("/admin/filter/learned/forget", nil); r.Code != http.StatusSeeOther {
		t.Fatalf("got %d", r.Code)
	}
	acts := undoAction.FindAllStringSubmatch(ada.Get("/admin/acts").Body, -1)
	if len(acts) < 6 {
		t.Fatalf("%d acts can be undone", len(acts))
	}
	was := settings(t, b)
	for _, act := range acts {
		if r := ines.Post(act[1], nil); r.Code != http.StatusForbidden && r.Code != http.StatusNotFound && r.Code != http.StatusConflict {
			t.Errorf("%s as an author of other posts: got %d", act[1], r.Code)
		}
	}
	if r := mo.Post(acts[0][1], nil); r.Code != http.StatusForbidden {
		t.Errorf("a moderator undoes what only an owner may: got %d", r.Code)
	}
	note := acts[len(acts)-3][1]
	if r := mo.Post(note, nil); r.Code != http.StatusForbidden {
		t.Errorf("a moderator takes back the note of another: got %d", r.Code)
	}
	if strings.Contains(mo.Get("/admin/acts").Body, note) {
		t.Error("a moderator is offered to take back the note of another")
	}
	if now := settings(t, b); now != was {
		t.Errorf("it changed:\n%s\nto\n%s", was, now)
	}
}

// TestUndoKeepsHits: what a rule hit meanwhile stays counted.
func TestUndoKeepsHits(t *testing.T) {
	t.Parallel()
	b, ada, _ := besideDecisions(t)
	form, _ := url.ParseQuery("kind=word&value=casino&effect=spam&lasting=never")
	ada.Post("/admin/rules/1", form)
	to := undoOf(t, ada.Get("/admin/acts").Body)
	b.MustComment(comment.Submission{Post: "mill", Author: "Third", Body: "My casino."})
	if r := ada.Post(to, nil); r.Code != http.StatusSeeOther {
		t.Fatalf("got %d\n%s", r.Code, r.Body)
	}
	r, err := b.Rules.Get(t.Context(), account.Shell, 1)
	if err != nil || r.Hits != 1 || r.Effect != "hold" || r.Note != "why" {
		t.Errorf("got %+v, %v", r, err)
	}
}

// TestUndoOfANoteOfAnErasedComment: what is erased does not come back.
func TestUndoOfANoteOfAnErasedComment(t *testing.T) {
	t.Parallel()
	b, ada, _ := besideDecisions(t)
	ada.Post("/admin/comments/1/note/1/remove", nil)
	to := undoOf(t, ada.Get("/admin/acts").Body)
	if _, _, err := b.Comments.EraseAddress(t.Context(), account.Shell, "First@example.org"); err != nil {
		t.Fatal(err)
	}
	if r := ada.Post(to, nil); r.Code != http.StatusConflict {
		t.Errorf("got %d", r.Code)
	}
	all, err := b.Notes.Beside(t.Context(), account.Shell, []comment.ID{1})
	if err != nil || len(all[1].Notes) != 0 {
		t.Errorf("got %+v, %v", all, err)
	}
}
