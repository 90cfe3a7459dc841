package web_test

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// mill is a blog with a post, whose filter takes everything for ham.
func mill(t *testing.T, config func(*apptest.Config)) *apptest.Blog {
	t.Helper()
	return apptest.Open(t, apptest.Options{
		Judge: apptest.Says(spam.Ham), Config: config, Content: millPost(),
	})
}

// millPost is content with that post.
func millPost() fstest.MapFS {
	return fstest.MapFS{"posts/mill.md": {Data: []byte("---\ntitle: The mill\ndate: 2026-11-01\n---\nIt turns.\n")}}
}

// ruleOn is a form with a rule.
func ruleOn(kind, value string) url.Values {
	return url.Values{"kind": {kind}, "value": {value}, "effect": {"hold"}, "lasting": {"week"}}
}

func TestRulesHoldComments(t *testing.T) {
	t.Parallel()
	b := mill(t, nil)
	desk := b.Login("ada", account.Moderator)
	for _, r := range []url.Values{
		ruleOn("word", "Casino"), ruleOn("domain", "spam.example"), ruleOn("author", "Bad Bob"),
		ruleOn("network", "203.0.113.0/24"), ruleOn("links", "2"),
	} {
		if got := desk.Post("/admin/rules", r); got.Code != http.StatusSeeOther {
			t.Fatalf("add %v: got %d\n%s", r, got.Code, got.Body)
		}
	}
	for _, tt := range []struct {
		name string
		sub  comment.Submission
		want comment.Hold
	}{
		{"nothing wrong", comment.Submission{Body: "A fine mill."}, comment.HoldNone},
		{"a word", comment.Submission{Body: "My c\u200basino!"}, comment.HoldRule},
		{"a link", comment.Submission{Body: "See [this](https://www.spam.example/x)."}, comment.HoldRule},
		{"a link in disguise", comment.Submission{Body: "See [this](https://SPAM&#46;example/)."}, comment.HoldRule},
		{"a link behind a redirector", comment.Submission{Body: "See [this](https://www.google.com/url?sa=D&q=https%3A%2F%2Fwww.spam.example%2Fx)."}, comment.HoldRule},
		{"a site behind a redirector", comment.Submission{Body: "A mill.", URL: "https://l.example.net/?u=https://spam.example/x"}, comment.HoldRule},
		{"a redirector to elsewhere", comment.Submission{Body: "See [it](https://www.google.com/url?q=https://good.example/spam.example)."}, comment.HoldNone},
		{"a site", comment.Submission{Body: "A mill.", URL: "https://a.spam.example"}, comment.HoldRule},
		{"a name", comment.Submission{Author: "BAD  bob", Body: "A mill."}, comment.HoldRule},
		{"a network", comment.Submission{Body: "A mill, too.", Addr: netip.MustParseAddr("203.0.113.9")}, comment.HoldRule},
		{"links", comment.Submission{Body: "https://a.example https://b.example https://c.example"}, comment.HoldRule},
		{"somebody of the blog", comment.Submission{Body: "A casino.", Role: comment.Moderator}, comment.HoldNone},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.sub.Post = "mill"
			if tt.sub.Author == "" {
				tt.sub.Author = "Bea"
			}
			if got := b.MustComment(tt.sub); got.Hold != tt.want {
				t.Errorf("got %q, want %q", got.Hold, tt.want)
			}
		})
	}
	page := desk.Get("/admin/queue").Body
	for _, want := range []string{"A rule of this blog holds it.", "Held by a rule: word <q dir=\"auto\">casino</q>", "links to spam.example"} {
		if !strings.Contains(page, want) {
			t.Errorf("the queue does not say %q", want)
		}
	}
	if strings.Contains(page, "203.0.113") {
		t.Error("the queue tells the network of a comment, which is not kept")
	}
	if page := desk.Get("/admin/rules").Body; !strings.Contains(page, "5 hits") {
		t.Error("hits are not counted")
	}
	b.Clock.Advance(8 * 24 * time.Hour)
	if got := b.MustComment(comment.Submission{Post: "mill", Author: "Bea", Body: "Casino royale."}); got.Hold != comment.HoldNone {
		t.Errorf("after the rules expired: got %q, want none", got.Hold)
	}
}

func TestRulesAreChangedByTheirForms(t *testing.T) {
	t.Parallel()
	b := mill(t, nil)
	desk := b.Login("ada", account.Moderator)
	if got := desk.Post("/admin/rules", ruleOn("network", "0.0.0.0/0")); got.Code != http.StatusUnprocessableEntity ||
		!strings.Contains(got.Body, "too wide") || !strings.Contains(got.Body, `value="0.0.0.0/0"`) {
		t.Errorf("a wrong rule: got %d, want 422 with the form as typed", got.Code)
	}
	desk.Post("/admin/rules", url.Values{"pick": {"domain:spam.example"}, "effect": {"spam"}, "lasting": {"never"}, "return": {"/admin/queue"}})
	if got := b.MustComment(comment.Submission{Post: "mill", Author: "Bea", Body: "https://spam.example"}); got.Status != comment.Spam {
		t.Errorf("from a card: got %s, want spam", got.Status)
	}
	if got := desk.Get("/admin/rules/1"); got.Code != http.StatusOK || !strings.Contains(got.Body, "spam.example") {
		t.Errorf("the page of the rule: got %d", got.Code)
	}
	if got := desk.Post("/admin/rules/1", ruleOn("domain", "other.example")); got.Code != http.StatusSeeOther {
		t.Errorf("change: got %d, want 303", got.Code)
	}
	if got := b.MustComment(comment.Submission{Post: "mill", Author: "Bea", Body: "https://spam.example again"}); got.Hold != comment.HoldNone {
		t.Errorf("after the change: got %q, want none", got.Hold)
	}
	if got := desk.Post("/admin/rules/1/remove", nil); got.Code != http.StatusSeeOther {
		t.Errorf("remove: got %d, want 303", got.Code)
	}
	for _, path := range []string{"/admin/rules/1", "/admin/rules/0", "/admin/rules/x"} {
		if got := desk.Get(path).Code; got != http.StatusNotFound {
			t.Errorf("GET %s: got %d, want 404", path, got)
		}
	}
	if got := b.Post("/admin/rules", ruleOn("word", "a")); got.Code != http.StatusSeeOther || !strings.HasPrefix(got.Header.Get("Location"), "/admin/login") {
		t.Errorf("without a session: got %d, want the way to the login", got.Code)
	}
}

func TestPostsClose(t *testing.T) {
	t.Parallel()
	b := mill(t, nil)
	desk := b.Login("ada", account.Moderator)
	if page := b.Get("/posts/mill").Body; !strings.Contains(page, "<textarea") {
		t.Fatal("the post has no form to begin with")
	}
	desk.Post("/admin/posts", url.Values{"post": {"mill"}, "do": {"close"}})
	if page := b.Get("/posts/mill").Body; strings.Contains(page, "<textarea") || !strings.Contains(page, "Comments are closed") {
		t.Error("the closed post has a form, or does not say that it is closed")
	}
	got := b.Post("/posts/mill/comments", url.Values{"author": {"Bea"}, "body": {"Too late, and kept."}})
	if got.Code != http.StatusConflict || !strings.Contains(got.Body, "Too late, and kept.") {
		t.Errorf("a comment then: got %d, want 409 with the text", got.Code)
	}
	if page := b.Get("/api/v1/posts/mill/comments").Body; !strings.Contains(page, `"open":false`) {
		t.Errorf("the API says %s", page)
	}
	desk.Post("/admin/posts", url.Values{"post": {"mill"}, "do": {"open"}})
	if page := b.Get("/posts/mill").Body; !strings.Contains(page, "<textarea") {
		t.Error("the post that was opened again has no form")
	}
}

func TestPostsCloseByAge(t *testing.T) {
	t.Parallel()
	b := mill(t, func(c *apptest.Config) { c.CloseAfter = "22" }) // it is 21 days and a half old
	if page := b.Get("/posts/mill").Body; !strings.Contains(page, "<textarea") {
		t.Fatal("the post has no form while it is young")
	}
	b.Clock.Advance(24 * time.Hour)
	if page := b.Get("/posts/mill").Body; strings.Contains(page, "<textarea") {
		t.Error("the old post has a form: its page was not made anew")
	}
	desk := b.Login("ada", account.Moderator)
	desk.Post("/admin/posts", url.Values{"post": {"mill"}, "do": {"open"}})
	if page := b.Get("/posts/mill").Body; !strings.Contains(page, "<textarea") {
		t.Error("the post that a moderator opened has no form")
	}
}

func TestAttackSwitch(t *testing.T) {
	t.Parallel()
	b := mill(t, nil)
	desk := b.Login("ada", account.Moderator)
	held := func() comment.Hold {
		return b.MustComment(comment.Submission{Post: "mill", Author: "Bea", Body: "A mill."}).Hold
	}
	desk.Post("/admin/attack", url.Values{"lasting": {"hour"}})
	if got := held(); got != comment.HoldAttack {
		t.Errorf("on: got %q, want %q", got, comment.HoldAttack)
	}
	if page := desk.Get("/admin/queue").Body; !strings.Contains(page, "The attack switch is on for another") {
		t.Error("the queue does not say that the switch is on")
	}
	b.Clock.Advance(time.Hour)
	if got := held(); got != comment.HoldNone {
		t.Errorf("an hour later: got %q, want none", got)
	}
	desk.Post("/admin/attack", url.Values{"lasting": {"open"}})
	b.Clock.Advance(1000 * time.Hour)
	desk = b.Login("bob", account.Moderator)
	if got := held(); got != comment.HoldAttack {
		t.Errorf("until it is turned off: got %q", got)
	}
	desk.Post("/admin/attack", url.Values{"lasting": {"off"}})
	if got := held(); got != comment.HoldNone {
		t.Errorf("off: got %q, want none", got)
	}
	if got := desk.Post("/admin/attack", url.Values{"lasting": {"year"}}).Code; got != http.StatusNotFound {
		t.Errorf("a time that there is not: got %d, want 404", got)
	}
}

func TestConversationsArePinnedAndLocked(t *testing.T) {
	t.Parallel()
	b := mill(t, nil)
	desk := b.Login("ada", account.Moderator)
	b.MustComment(comment.Submission{Post: "mill", Author: "First", Body: "One."})
	b.MustComment(comment.Submission{Post: "mill", Author: "Second", Body: "Two."})
	b.MustComment(comment.Submission{Post: "mill", Author: "Third", Body: "Three.", Parent: "2"})
	if got := desk.Post("/admin/comments/3/thread/pin", nil).Code; got != http.StatusConflict {
		t.Errorf("pin a reply: got %d, want 409", got)
	}
	mo := b.Login("mo", account.Moderator)
	press(mo, 1, "trash", "/admin/queue")
	if r := desk.Post("/admin/comments/1/thread/lock", nil); r.Code != http.StatusConflict || !strings.Contains(r.Body, "<bdi>mo</bdi>: moved a comment to the trash") {
		t.Errorf("lock what somebody else took away: got %d, want 409 with who it was:\n%s", r.Code, r.Body)
	}
	press(mo, 1, "restore", "/admin/queue")
	desk.Post("/admin/comments/2/thread/pin", nil)
	page := b.Get("/posts/mill").Body
	if one, two := strings.Index(page, "One."), strings.Index(page, "Two."); two > one || !strings.Contains(page, "Pinned") {
		t.Error("the pinned comment is not first, or not marked")
	}
	if !strings.Contains(page, "?reply=3#respond") {
		t.Error("the reply has no way to reply to it")
	}
	desk.Post("/admin/comments/2/thread/lock", nil)
	page = b.Get("/posts/mill").Body
	if strings.Contains(page, "?reply=3#respond") || strings.Contains(page, "?reply=2#respond") || !strings.Contains(page, "?reply=1#respond") {
		t.Error("what is locked can be replied to, or what is not cannot")
	}
	got := b.Post("/posts/mill/comments", url.Values{"author": {"Bea"}, "body": {"A reply."}, "parent": {"3"}})
	if got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "A reply.") || !strings.Contains(got.Body, "No replies are taken") {
		t.Errorf("a reply below: got %d, want 422 with the text", got.Code)
	}
	desk.Post("/admin/comments/2/thread/unlock", nil)
	desk.Post("/admin/comments/2/thread/unpin", nil)
	page = b.Get("/posts/mill").Body
	if strings.Index(page, "Two.") < strings.Index(page, "One.") || !strings.Contains(page, "?reply=3#respond") {
		t.Error("it is not as it was before")
	}
}

// TestRedirectorsAreBlockedWhereTheyLead: of a link by way of another site the card offers where
// it leads, and second thoughts and the queue look there too.
func TestRedirectorsAreBlockedWhereTheyLead(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Content: millPost(), Config: func(c *apptest.Config) { c.Hold = string(comment.HoldAll) }})
	desk := b.Login("ada", account.Moderator)
	id := b.MustComment(comment.Submission{
		Post: "mill", Author: "Bo", Body: "See https://www.google.com/url?q=https://www.pills.example/now and [that](https://out.example.net/?to=https%3A%2F%2Fshop.example%2F).",
	}).ID
	page := desk.Get("/admin/queue?domain=pills.example").Body
	for _, want := range []string{`value="domain:pills.example"`, `value="domain:google.com"`, `value="domain:shop.example"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the card does not offer %s:\n%s", want, page)
		}
	}
	if page := desk.Get("/admin/queue?domain=shop.example").Body; !strings.Contains(page, "comment-1") {
		t.Error("the queue does not find it by where a link leads")
	}
	press(desk, id, "spam", "/admin/queue")
	if page := desk.Get("/admin/queue").Body; !strings.Contains(page, "/admin/filter/sweep?kind=domain&amp;value=www.pills.example") {
		t.Errorf("second thoughts are not about where it leads:\n%s", page)
	}
}
