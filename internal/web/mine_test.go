package web_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// byText is a filter that goes by what a text says.
type byText struct{}

func (byText) Judge(ctx context.Context, m spam.Message) (spam.Verdict, error) {
	class := spam.Ham
	switch {
	case strings.Contains(m.Body, "pills"):
		class = spam.Spam
	case strings.Contains(m.Body, "odd"):
		class = spam.Unsure
	}
	return apptest.Says(class).Judge(ctx, m)
}

// authored is a blog with one comment, its private link and a moderator.
type authored struct {
	*apptest.Blog
	t    *testing.T
	id   comment.ID
	path string
}

func author(t *testing.T, body string) *authored {
	t.Helper()
	b := apptest.Open(t, apptest.Options{Content: harbour(), Judge: byText{}})
	sub := by("Wren", body)
	sub.URL = "https://wren.example.com"
	id := b.MustComment(sub).ID
	return &authored{b, t, id, b.Comments.OwnPath(id, 0)}
}

func (a *authored) moderate(action comment.Action) {
	a.t.Helper()
	if _, err := a.Comments.Decide(a.t.Context(), account.Shell, a.id, comment.Decision{Action: action}); err != nil {
		a.t.Fatal(err)
	}
}

// do sends a form of the comment's page, which must be taken.
func (a *authored) do(step string, form url.Values) {
	a.t.Helper()
	if r := a.Post(a.path+"/"+step, form); r.Code != http.StatusSeeOther {
		a.t.Fatalf("%s: got %d, want 303\n%s", step, r.Code, r.Body)
	}
}

func body(text string) url.Values { return url.Values{"body": {text}} }

// now says in short what became of the comment.
func (a *authored) now() string {
	a.t.Helper()
	c, err := a.Comments.Get(a.t.Context(), account.Shell, a.id)
	if err != nil {
		return "gone"
	}
	state := string(c.Status)
	switch {
	case !c.ErasedAt.IsZero():
		return "erased"
	case !c.WithdrawnAt.IsZero():
		state = "withdrawn"
	}
	edits, err := a.Comments.PendingEdits(a.t.Context(), account.Shell, 10)
	if err != nil {
		a.t.Fatal(err)
	}
	if len(edits) > 0 {
		state += ", waiting: " + edits[0].Pending.Body
	}
	return state + ": " + c.Body
}

// states are the states of a comment, how it comes there, and what its page says.
var states = []struct {
	name, body string
	come       func(*authored)
	says       string
	now        string
}{
	{"published", "Fine", func(*authored) {}, "It is published", "approved: Fine"},
	{"edit waits", "Fine", func(a *authored) { a.do("edit", body("odd")) }, "Your new text is waiting", "approved, waiting: odd: Fine"},
	{"held", "odd one", func(*authored) {}, "It is waiting for a moderator", "pending: odd one"},
	{"spam", "pills", func(*authored) {}, "It is waiting for a moderator", "spam: pills"},
	{"called spam", "Fine", func(a *authored) { a.moderate(comment.MarkSpam) }, "It is waiting for a moderator", "spam: Fine"},
	{"declined", "odd one", func(a *authored) { a.moderate(comment.ToTrash) }, "It was declined", "trash: odd one"},
	{"withdrawn", "Fine", func(a *authored) { a.do("withdraw", nil) }, "You have withdrawn it", "withdrawn: Fine"},
	{"withdrawn while held", "odd one", func(a *authored) { a.do("withdraw", nil) }, "You have withdrawn it", "withdrawn: odd one"},
	{"withdrawn spam", "pills", func(a *authored) { a.do("withdraw", nil) }, "You have withdrawn it", "withdrawn: pills"},
}

// TestMineStates does everything that can be done in every state. What is left out is a
// conflict, and changes nothing.
func TestMineStates(t *testing.T) {
	t.Parallel()
	steps := []struct {
		step string
		form url.Values
		to   map[string]string // state → what it is afterwards
	}{
		{"edit", body("Better"), map[string]string{
			"published": "approved: Better", "edit waits": "approved: Better", "held": "approved: Better",
			"spam": "approved: Better", "called spam": "spam: Better",
		}},
		{"edit", body("odd now"), map[string]string{
			"published": "approved, waiting: odd now: Fine", "edit waits": "approved, waiting: odd now: Fine",
			"held": "pending: odd now", "spam": "pending: odd now", "called spam": "spam: odd now",
		}},
		{"edit", body("more pills"), map[string]string{
			"published": "approved, waiting: more pills: Fine", "edit waits": "approved, waiting: more pills: Fine",
			"held": "spam: more pills", "spam": "spam: more pills", "called spam": "spam: more pills",
		}},
		{"edit", body("Fine"), map[string]string{ // nothing new, but for the edit that waits
			"published": "approved: Fine", "edit waits": "approved: Fine", "held": "approved: Fine",
			"spam": "approved: Fine", "called spam": "spam: Fine",
		}},
		{"withdraw-edit", nil, map[string]string{"edit waits": "approved: Fine"}},
		{"withdraw", nil, map[string]string{
			"published": "withdrawn: Fine", "edit waits": "withdrawn: Fine", "held": "withdrawn: odd one",
			"spam": "withdrawn: pills", "called spam": "withdrawn: Fine",
		}},
		{"put-back", nil, map[string]string{
			"withdrawn": "approved: Fine", "withdrawn while held": "pending: odd one", "withdrawn spam": "spam: pills",
		}},
		{"mute", nil, nil},      // there is no address
		{"unmute", nil, nil},    // nor here
		{"erase-all", nil, nil}, // nor here
	}
	for _, st := range states {
		for _, step := range steps {
			t.Run(st.name+", "+step.step+" "+step.form.Get("body"), func(t *testing.T) {
				t.Parallel()
				a := author(t, st.body)
				st.come(a)
				if got := a.now(); got != st.now {
					t.Fatalf("before: got %q, want %q", got, st.now)
				}
				has(t, a.Get(a.path).Body, st.says)
				want, code := st.now, http.StatusConflict
				if to, ok := step.to[st.name]; ok {
					want, code = to, http.StatusSeeOther
				}
				r := a.Post(a.path+"/"+step.step, step.form)
				if r.Code != code || code == http.StatusSeeOther && r.Header.Get("Location") != a.path {
					t.Errorf("got %d to %q, want %d back to the page\n%s", r.Code, r.Header.Get("Location"), code, r.Body)
				}
				if code == http.StatusConflict {
					has(t, r.Body, a.path, step.form.Get("body"))
				}
				if got := a.now(); got != want {
					t.Errorf("afterwards: got %q, want %q", got, want)
				}
				shown := strings.HasPrefix(want, "approved")
				page := a.Get("/posts/harbour").Body
				if got := strings.Contains(page, "Wren"); got != shown {
					t.Errorf("readers see it: %v, want %v", got, shown)
				}
				if text := want[strings.LastIndex(want, ": ")+2:]; shown && !strings.Contains(page, text) {
					t.Errorf("readers do not see the text of %q", want)
				}
			})
		}
	}
}

// TestMineRenewAndErase does what can be done in every state.
func TestMineRenewAndErase(t *testing.T) {
	t.Parallel()
	for _, st := range states {
		t.Run(st.name, func(t *testing.T) {
			t.Parallel()
			a := author(t, st.body)
			st.come(a)
			next := a.renew(t, a.path)
			has(t, a.Get(next+"?done=renewed").Body, st.says, "This is the new link", next)
			for _, dead := range []string{"", "/edit", "/data", "/data.json", "/erase"} {
				if got := a.Get(a.path + dead).Code; got != 404 {
					t.Errorf("the revoked link%s: got %d, want 404", dead, got)
				}
			}
			for _, dead := range []string{"edit", "withdraw", "put-back", "renew", "erase"} {
				form := body("New")
				form.Set("form_id", "0123456789012345678901234567")
				if got := a.Post(a.path+"/"+dead, form).Code; got != 404 {
					t.Errorf("%s by the revoked link: got %d, want 404", dead, got)
				}
			}
			if got := a.now(); got != st.now {
				t.Errorf("after renewing: got %q, want %q", got, st.now)
			}
			has(t, a.Get(next+"/erase").Body, "Erase it for good")
			if r := a.Post(next+"/erase", nil); r.Code != 303 || r.Header.Get("Location") != "/comments/erased" {
				t.Fatalf("erase: got %d to %q", r.Code, r.Header.Get("Location"))
			}
			has(t, a.Get("/comments/erased").Body, "It is erased")
			if got := a.now(); got != "gone" {
				t.Errorf("after erasing: %q", got)
			}
			if got := a.Get(next).Code; got != 404 {
				t.Errorf("the erased comment: got %d, want 404", got)
			}
			hasNot(t, a.Get("/posts/harbour").Body, "Wren")
		})
	}
}

// offered is the new link that a comment's own page offers, and the id of the form that
// puts it in the place of the old one.
func (a *authored) offered(t *testing.T, path string) (link, form string) {
	t.Helper()
	page := a.Get(path + "/renew").Body
	m := regexp.MustCompile(`(?s)<bdi dir="ltr">` + apptest.BaseURL + `([^<]+)</bdi>.*name="form_id" value="([^"]+)"`).FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no new link is offered:\n%s", page)
	}
	return m[1], m[2]
}

// renew puts a new link in the place of one.
func (a *authored) renew(t *testing.T, path string) string {
	t.Helper()
	link, form := a.offered(t, path)
	r := a.Post(path+"/renew", url.Values{"form_id": {form}})
	if got := r.Header.Get("Location"); r.Code != 303 || got != link+"?done=renewed" {
		t.Fatalf("renew: got %d to %q, want to %q", r.Code, got, link)
	}
	return link
}

// TestRenewLost: the old link works until its owner has the new one and says so, and who
// does not hear of the answer then may say so again.
func TestRenewLost(t *testing.T) {
	t.Parallel()
	a := author(t, "Salt wind.")
	first, form := a.offered(t, a.path)
	if got := a.Get(first).Code; got != 404 {
		t.Errorf("the new link before it is kept: got %d", got)
	}
	if r := a.Post(a.path+"/renew", nil); r.Header.Get("Location") != a.path+"/renew" {
		t.Errorf("who was told no link: got %d to %q", r.Code, r.Header.Get("Location"))
	}
	for range 2 { // also after another was offered
		if other, _ := a.offered(t, a.path); other == first {
			t.Error("each offer is the same, also to whoever else has the old link")
		}
	}
	for range 2 { // nobody heard of the first answer
		r := a.Post(a.path+"/renew", url.Values{"form_id": {form}})
		if got := r.Header.Get("Location"); got != first+"?done=renewed" {
			t.Errorf("got %d to %q, want to %q", r.Code, got, first)
		}
		a.Clock.Advance(24 * time.Hour)
	}
	if a.Get(first).Code != 200 || a.Get(a.path).Code != 404 {
		t.Error("the link that was offered does not take the place of the old one")
	}
	for _, other := range []string{"0123456789012345678901234567", form + "x"} {
		if got := a.Post(a.path+"/renew", url.Values{"form_id": {other}}).Code; got != 404 {
			t.Errorf("another form %q by the revoked link: got %d, want 404", other, got)
		}
	}
	second := a.renew(t, first)
	if a.Get(first).Code != 404 || a.Get(second).Code != 200 || a.Post(a.path+"/renew", url.Values{"form_id": {form}}).Code != 404 {
		t.Error("a new link for the new link leaves an old one")
	}
}

// An answered comment leaves its place, and nothing else.
func TestEraseLeavesThePlace(t *testing.T) {
	t.Parallel()
	a := author(t, "Fine words")
	a.do("edit", body("odd and secret"))
	reply := by("Bo", "I agree")
	reply.Parent = fmt.Sprint(a.id)
	a.MustComment(reply)
	key := comment.NameKey("Wren")
	if rows := dump(t, a.Blog); !strings.Contains(rows, "|"+key+"|") || !strings.Contains(rows, "odd and secret") {
		t.Fatalf("the database was not read: %s", rows)
	}
	a.do("erase", nil)
	if got := a.now(); got != "erased" {
		t.Fatalf("got %q, want the place", got)
	}
	page := a.Get("/posts/harbour").Body
	has(t, page, "I agree", fmt.Sprintf(`id="comment-%d"`, a.id), `data-count="1"`, fmt.Sprintf(`data-latest="%d"`, a.id+1))
	hasNot(t, page, "Wren", "Fine words", "2 replies")
	feed := a.Get("/posts/harbour/comments.xml").Body
	if n := strings.Count(feed, "<item>"); n != 1 {
		t.Errorf("the feed has %d items, want the reply: %s", n, feed)
	}
	has(t, a.Get("/api/v1/posts/harbour/comments").Body, `"count":1,`)
	rows := dump(t, a.Blog)
	for _, gone := range []string{"Wren", key, "Fine words", "odd and secret"} {
		if strings.Contains(rows, gone) {
			t.Errorf("the database still has %q", gone)
		}
	}
	if got := a.Get(a.path).Code; got != 404 {
		t.Errorf("its page: got %d, want 404", got)
	}
	for _, action := range []comment.Action{comment.Approve, comment.MarkSpam} {
		if _, err := a.Comments.Decide(t.Context(), account.Shell, a.id, comment.Decision{Action: action}); err == nil {
			t.Errorf("%s of an erased comment is taken", action)
		}
	}
}

// A moderator cannot bring back what its author has withdrawn.
func TestWithdrawnIsTheAuthors(t *testing.T) {
	t.Parallel()
	a := author(t, "Fine")
	c := a.Login("ada", account.Moderator)
	a.do("withdraw", nil)
	page := c.Get("/admin/queue?status=trash").Body
	has(t, page, "Its author has withdrawn this comment")
	hasNot(t, page, "/approve", "/restore", fmt.Sprintf("comments/%d/spam", a.id))
	for _, action := range []string{"approve", "restore", "spam"} {
		if got := press(c, a.id, action, "/admin/queue").Code; got != 409 {
			t.Errorf("%s: got %d, want 409", action, got)
		}
	}
	if r := press(c, a.id, "delete", "/admin/queue"); r.Code != 303 {
		t.Errorf("delete: got %d", r.Code)
	}
}

// formID is the number of a form, which is another each time.
var formID = regexp.MustCompile(`name="form_id" value="[^"]*"`)

// What a reader may know of spam is what everybody knows whose comment is held.
func TestSpamLooksHeld(t *testing.T) {
	t.Parallel()
	held, taken := author(t, "odd one"), author(t, "pills")
	var pages []string
	for _, a := range []*authored{held, taken} {
		page := strings.ReplaceAll(a.Get(a.path).Body, a.path, "PATH")
		page = formID.ReplaceAllString(page, `name="form_id"`)
		pages = append(pages, strings.NewReplacer("odd one", "TEXT", "pills", "TEXT").Replace(page))
	}
	if pages[0] != pages[1] {
		t.Errorf("the pages differ:\n%s\n%s", pages[0], pages[1])
	}
	hasNot(t, pages[1], "pam</h2>", "is spam")
}

func TestHeldSaysWhy(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, hold, body, says string
	}{
		{"first", "first", "Fine", "first comment here"},
		{"all", "all", "Fine", "looks at every comment"},
		{"unsure", "unsure", "odd", "The spam filter is not sure"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := apptest.Open(t, apptest.Options{
				Content: harbour(), Judge: byText{}, Config: func(c *apptest.Config) { c.Hold = tt.hold },
			})
			id := b.MustComment(by("Wren", tt.body)).ID
			has(t, b.Get(b.Comments.OwnPath(id, 0)).Body, "It is waiting for a moderator", tt.says)
		})
	}
}

// The usual wait is the median of what was decided, and nothing is said of too little.
func TestUsualWait(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Content: harbour(), Judge: byText{}})
	for i, wait := range []time.Duration{time.Hour, 3 * time.Hour, 200 * time.Hour, 2 * time.Hour, 4 * time.Hour} {
		mine := b.Comments.OwnPath(b.MustComment(by("Wren", "odd")).ID, 0)
		page := b.Get(mine).Body
		if strings.Contains(page, "This usually takes") {
			t.Errorf("after %d decisions a wait is told", i)
		}
		b.Clock.Advance(wait)
		id := comment.ID(i + 1)
		for _, action := range []comment.Action{comment.Approve, comment.MarkSpam} { // the second is no new wait
			if _, err := b.Comments.Decide(t.Context(), account.Shell, id, comment.Decision{Action: action}); err != nil {
				t.Fatal(err)
			}
			b.Clock.Advance(1000 * time.Hour)
		}
	}
	has(t, b.Get(b.Comments.OwnPath(b.MustComment(by("Wren", "odd")).ID, 0)).Body, "This usually takes 3 hours")

	// Of what is published it is the new text that waits.
	edited := b.Comments.OwnPath(b.MustComment(by("Wren", "Fine")).ID, 0)
	if r := b.Post(edited+"/edit", body("odd")); r.Code != 303 {
		t.Fatalf("edit: got %d", r.Code)
	}
	fate, waiting, _ := strings.Cut(b.Get(edited).Body, "Your new text is waiting for a moderator")
	has(t, fate, "It is published")
	hasNot(t, fate, "This usually takes")
	has(t, waiting, "This usually takes 3 hours")
}

func TestEditErrors(t *testing.T) {
	t.Parallel()
	a := author(t, "Fine")
	long := strings.Repeat("x", comment.MaxBody+1)
	for _, tt := range []struct{ name, body, says string }{
		{"nothing", " \u200b ", `aria-invalid="true"`},
		{"too long", long, long},
	} {
		r := a.Post(a.path+"/edit", body(tt.body))
		if r.Code != 422 {
			t.Errorf("%s: got %d, want 422", tt.name, r.Code)
		}
		has(t, r.Body, tt.says, `id="error-body"`)
	}
	if got := a.now(); got != "approved: Fine" {
		t.Errorf("got %q", got)
	}
	has(t, a.Get(a.path+"/edit").Body, "Fine</textarea>")
	a.do("edit", body("odd <b>"))
	has(t, a.Get(a.path+"/edit").Body, "odd &lt;b&gt;</textarea>")
}

// Whoever edits in two tabs, or while a moderator does, loses neither text.
func TestEditsOfTwoTabs(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, first, now string }{
		{"that was taken", "First *tab*", "First <em>tab</em>"},
		{"that waits", "odd first", "odd first"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := author(t, "Fine")
			seen := func(page string) string {
				t.Helper()
				found := regexp.MustCompile(`name="seen" value="([0-9a-f]+)"`).FindStringSubmatch(page)
				if found == nil {
					t.Fatalf("no mark of the text in %s", page)
				}
				return found[1]
			}
			mark := seen(a.Get(a.path + "/edit").Body)
			first := url.Values{"body": {tt.first}, "seen": {mark}}
			a.do("edit", first)
			a.do("edit", first) // sent twice, it is no other text
			before := a.now()
			r := a.Post(a.path+"/edit", url.Values{"body": {"Second <tab>"}, "seen": {mark}})
			if r.Code != 409 || a.now() != before {
				t.Errorf("got %d, and %q", r.Code, a.now())
			}
			has(t, r.Body, "Second &lt;tab&gt;</textarea>", tt.now, `role="alert"`)
			wrong := a.Post(a.path+"/edit", url.Values{"body": {" "}, "seen": {seen(r.Body)}})
			a.do("edit", url.Values{"body": {"Second <tab>"}, "seen": {seen(wrong.Body)}})
			if got, want := a.now(), "approved: Second <tab>"; got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// An edit that was taken is marked, in the thread, the feed and the author's page.
func TestEditShowsEverywhere(t *testing.T) {
	t.Parallel()
	a := author(t, "Old words")
	feed := "/posts/harbour/comments.xml"
	has(t, a.Get(feed).Body, "Old words")
	has(t, a.Get("/posts/harbour").Body, "Old words")
	a.Clock.Advance(time.Hour)
	a.do("edit", body("New words"))
	has(t, a.Get(feed).Body, "New words")
	page := a.Get("/posts/harbour").Body
	has(t, page, "New words")
	hasNot(t, page+a.Get(feed).Body, "Old words")
	has(t, a.Get(a.path).Body, "edited <time")
}

func TestEditsAreJudgedByPolicy(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Content: harbour(), Judge: byText{}, Config: func(c *apptest.Config) { c.Hold = "all" }})
	a := &authored{b, t, b.MustComment(by("Wren", "Fine")).ID, ""}
	a.path = b.Comments.OwnPath(a.id, 0)
	a.moderate(comment.Approve)
	a.do("edit", body("Better"))
	if got, want := a.now(), "approved, waiting: Better: Fine"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestPrivateHeaders(t *testing.T) {
	t.Parallel()
	a := author(t, "Fine")
	for _, path := range []string{"", "/edit", "/erase", "/data", "/data.json", "/wrong"} {
		at := a.path + path
		if path == "/wrong" {
			at = "/comments/AAAA"
		}
		get := a.Get(at)
		head := a.Client().Do(newRequest(t, http.MethodHead, at))
		if get.Code != head.Code {
			t.Errorf("HEAD %s: got %d, GET %d", path, head.Code, get.Code)
		}
		for name, want := range map[string]string{"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"} {
			if got := get.Header.Get(name); got != want {
				t.Errorf("%s: %s: got %q, want %q", path, name, got, want)
			}
		}
		if path != "/data.json" {
			has(t, get.Body, `<meta name="robots" content="noindex`)
		}
		if len(get.Header.Values("Set-Cookie")) > 0 {
			t.Errorf("%s sets a cookie", path)
		}
	}
}

func newRequest(t *testing.T, method, path string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, apptest.BaseURL+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.RemoteAddr = "192.0.2.1:1234"
	return r
}

// Whatever opens nothing gets one answer: wrong, of another purpose, revoked, erased.
func TestDeadLinksTellNothing(t *testing.T) {
	t.Parallel()
	a := author(t, "Fine")
	other := author(t, "Fine")
	renewed := a.renew(t, a.path)
	a.Post(renewed+"/erase", nil)
	var first string
	for i, path := range []string{
		"/comments/nonsense", a.path, renewed, other.path, "/comments/" + strings.Repeat("A", 43),
		strings.Replace(a.Comments.EraseAllPath(7, a.Clock.Now()), "/erase/", "/", 1), a.Comments.EraseAllPath(7, a.Clock.Now()),
	} {
		r := a.Get(path)
		if r.Code != 404 {
			t.Errorf("%d: got %d, want 404", i, r.Code)
		}
		if first == "" {
			first = r.Body
		}
		if r.Body != first {
			t.Errorf("%d: another answer:\n%s", i, r.Body)
		}
	}
	has(t, first, "This link does not work")
	hasNot(t, first, "nonsense")
}

// TestGetChangesNothing asks for every private address there is and compares every row.
func TestGetChangesNothing(t *testing.T) {
	t.Parallel()
	a := author(t, "Fine")
	a.do("edit", body("odd"))
	before := dump(t, a.Blog)
	for _, path := range []string{
		"", "/edit", "/erase", "/data", "/data.json", "/withdraw", "/withdraw-edit", "/put-back", "/mute", "/unmute", "/renew", "/erase-all",
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			if r := a.Client().Do(newRequest(t, method, a.path+path)); r.Code != 200 && r.Code != 303 {
				t.Errorf("%s %s: got %d", method, path, r.Code)
			}
		}
	}
	a.Get("/comments/links")
	a.Get("/comments/erased")
	if after := dump(t, a.Blog); after != before {
		t.Errorf("a GET changed the database:\n%s\nbefore:\n%s", after, before)
	}
}

// dump is every row of the database, as text.
func dump(t *testing.T, b *apptest.Blog) string {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(b.Data, "hamlet.db")+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	names, err := rowsOf(t, db, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for name := range strings.FieldsSeq(strings.ReplaceAll(names, "|", "")) {
		rows, err := rowsOf(t, db, "SELECT * FROM "+name+" ORDER BY 1, 2")
		if err != nil {
			rows, err = rowsOf(t, db, "SELECT * FROM "+name+" ORDER BY 1")
		}
		if err != nil {
			t.Fatal(err)
		}
		out.WriteString(name + "\n" + rows)
	}
	return out.String()
}

func rowsOf(t *testing.T, db *sql.DB, query string) (string, error) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		return "", err
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		return "", err
	}
	var out strings.Builder
	for rows.Next() {
		values := make([]any, len(columns))
		to := make([]any, len(columns))
		for i := range values {
			to[i] = &values[i]
		}
		if err := rows.Scan(to...); err != nil {
			return "", err
		}
		for _, v := range values {
			if b, ok := v.([]byte); ok {
				v = fmt.Sprintf("%q", b)
			}
			fmt.Fprintf(&out, "%v|", v)
		}
		out.WriteString("\n")
	}
	return out.String(), rows.Err()
}

// The token is in no log, no feed and no page of anybody else.
func TestTokensStayPrivate(t *testing.T) {
	t.Parallel()
	a := author(t, "Fine")
	c := a.Login("ada", account.Moderator)
	a.do("edit", body("odd"))
	a.Get(a.path + "/data")
	a.Get(strings.Replace(a.path, "A", "B", 1))
	a.Post(a.path+"/put-back", nil)
	token := strings.TrimPrefix(a.path, "/comments/")
	places := map[string]string{"the log": a.Log.String(), "the database": dump(t, a.Blog)}
	for _, path := range []string{
		"/", "/posts/harbour", "/comments.xml", "/posts/harbour/comments.xml", "/feed.xml", "/sitemap.xml", "/privacy", "/comments/links",
	} {
		places[path] = a.Get(path).Body
	}
	for _, path := range []string{"/admin/queue?status=approved", "/admin/edits", fmt.Sprintf("/admin/comments/%d", a.id)} {
		places[path] = c.Get(path).Body
	}
	for name, text := range places {
		if strings.Contains(text, token) {
			t.Errorf("%s has the token", name)
		}
	}
	if !strings.Contains(places["the log"], "/comments/:token") {
		t.Error("the log was not written, so this sees nothing")
	}
}

// A form of another site is refused; one whose browser does not tell where it comes from,
// since the page sends no referrer, is taken: its address is the proof.
func TestMineOrigins(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		header http.Header
		code   int
	}{
		{"same origin", http.Header{"Sec-Fetch-Site": {"same-origin"}, "Origin": {"null"}}, 303},
		{"over http, where a page without referrer has no origin", http.Header{"Origin": {"null"}}, 303},
		{"another site", http.Header{"Origin": {"https://evil.example.com"}}, 403},
		{"another site, by the browser's word", http.Header{"Sec-Fetch-Site": {"cross-site"}, "Origin": {"null"}}, 403},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := author(t, "Fine")
			r := newRequest(t, http.MethodPost, a.path+"/withdraw")
			r.Header = tt.header
			if got := a.Client().Do(r).Code; got != tt.code {
				t.Errorf("got %d, want %d", got, tt.code)
			}
		})
	}
}

func TestMineIsLimited(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Content: harbour(), Judge: byText{}, Config: func(c *apptest.Config) { c.CommentRate = "2/h" }})
	a := &authored{b, t, b.MustComment(by("Wren", "Fine")).ID, ""}
	a.path = b.Comments.OwnPath(a.id, 0)
	a.do("edit", body("One"))
	a.do("edit", body("Two"))
	r := a.Post(a.path+"/edit", body("Three words"))
	if r.Code != 429 || r.Header.Get("Retry-After") == "" {
		t.Errorf("got %d, Retry-After %q", r.Code, r.Header.Get("Retry-After"))
	}
	has(t, r.Body, "Three words</textarea>")
	var codes []int
	for range 6 {
		codes = append(codes, a.Post("/comments/links", url.Values{"email": {"a@example.org"}}).Code)
	}
	if fmt.Sprint(codes) != "[303 303 303 303 303 429]" {
		t.Errorf("asking for links: %v", codes)
	}
}

func TestDataIsComplete(t *testing.T) {
	t.Parallel()
	a := author(t, "Fine")
	a.do("edit", body("odd"))
	a.moderate(comment.MarkSpam)
	page, doc := a.Get(a.path+"/data").Body, a.Get(a.path+"/data.json")
	if got := doc.Header.Get("Content-Type"); got != "application/json; charset=utf-8" {
		t.Errorf("Content-Type: %q", got)
	}
	has(t, doc.Body, `"author": "Wren"`, `"body": "Fine"`, `"status": "held"`, `"status_before": "published"`, `"said": "spam"`, `"was": "Fine"`, `"feature": "word:test"`, `"hash": "`)
	has(t, page, "Wren", "Fine", "What the spam filter said", "A change of the text", "A moderator’s decision", "A trace")
	if regexp.MustCompile(`>\s*</dd>`).MatchString(page) {
		t.Error("there is a row without a value")
	}
}

// TestDataSaysStatus sees that the data name the status of a comment as its page does.
func TestDataSaysStatus(t *testing.T) {
	t.Parallel()
	for _, st := range states {
		a := author(t, st.body)
		st.come(a)
		want := map[bool]string{true: "held", false: "published"}[strings.Contains(st.says, "waiting for a moderator")]
		for _, other := range []string{"declined", "withdrawn"} {
			if strings.Contains(st.says, other) {
				want = other
			}
		}
		doc := a.Get(a.path + "/data.json").Body
		has(t, doc, `"status": "`+want+`"`)
		has(t, a.Get(a.path+"/data").Body, "<dd dir=\"auto\">"+want+"</dd>")
		hasNot(t, doc, `"status": "spam"`, `"status_before": "spam"`, `"held_because": "spam"`)
	}
}

// addressed is a blog with comments that came with an address.
func addressed(t *testing.T, bodies ...string) *authored {
	t.Helper()
	b := apptest.Open(t, apptest.Options{Content: harbour(), Judge: byText{}, Config: func(c *apptest.Config) {
		c.SMTP, c.MailFrom = "smtp://mail.example.org:587", "blog@example.org"
	}})
	a := &authored{Blog: b, t: t}
	for _, text := range bodies {
		sub := by("Wren", text)
		sub.Email = "Wren@example.org"
		a.id = b.MustComment(sub).ID
	}
	a.path = b.Comments.OwnPath(a.id, 0)
	return a
}

func TestMuteReplies(t *testing.T) {
	t.Parallel()
	a := addressed(t, "Fine")
	on, off := "You get a mail when somebody replies.", "You get no mail when somebody replies."
	unconfirmed := "None comes before you have confirmed"
	has(t, a.Get(a.path).Body, off)
	for range 2 { // the second time is no different
		a.do("unmute", nil)
		page := a.Get(a.path).Body
		has(t, page, unconfirmed)
		hasNot(t, page, on, off)
	}
	a.post(a.Comments.ConfirmPath(a.id, 0), nil)
	has(t, a.Get(a.path).Body, on)
	for range 2 {
		a.do("mute", nil)
		has(t, a.Get(a.path).Body, off)
	}
	has(t, a.Get(a.path+"/data.json").Body, `"muted_at": "2026-11-22T12:00:00Z"`)
	a.do("unmute", nil)
	hasNot(t, a.Get(a.path+"/data.json").Body, "muted_at")
	c, err := a.Comments.Get(t.Context(), account.Shell, a.id)
	if err != nil {
		t.Fatal(err)
	}
	stop := a.Comments.StopAllPath(c.Person)
	a.post(stop, nil)
	page := a.Get(a.path).Body
	has(t, page, "You want no more mails from this blog")
	hasNot(t, page, on, off, `action="`+a.path+`/unmute"`)
	a.post(stop, url.Values{"do": {"resume"}})
	has(t, a.Get(a.path).Body, on)
}

// post presses the button of a page that is behind a link of a mail.
func (a *authored) post(path string, form url.Values) {
	a.t.Helper()
	if r := a.Post(path, form); r.Code >= http.StatusBadRequest {
		a.t.Fatalf("%s: got %d\n%s", path, r.Code, r.Body)
	}
}

// The address is shown in full only to whoever came by a mail to it.
func TestDataMasksTheAddress(t *testing.T) {
	t.Parallel()
	a := addressed(t, "Fine")
	for _, path := range []string{"", "/data", "/data.json", "/erase", "/edit"} {
		page := a.Get(a.path + path).Body
		if strings.Contains(strings.ToLower(page), "wren@example") {
			t.Errorf("%s has the address", path)
		}
	}
	has(t, a.Get(a.path+"/data").Body, "W…@….org")
	mailed := a.Comments.MailedPath(a.id, 0)
	has(t, a.Get(mailed+"/data").Body, "Wren@example.org")
	has(t, a.Get(mailed+"/data.json").Body, `"email": "Wren@example.org"`)
	has(t, a.Get(a.renew(t, mailed)+"/data").Body, "Wren@example.org")
	if got := a.Get(mailed + "/data").Code; got != 404 {
		t.Errorf("the link of the mail after renewing: got %d", got)
	}
}

// Whoever erases the last comment of theirs is forgotten.
func TestEraseForgetsThePerson(t *testing.T) {
	t.Parallel()
	a := addressed(t, "One", "Two")
	people := func() int { return strings.Count(section(t, a.Blog, "people"), "\n") }
	if got := people(); got != 1 {
		t.Fatalf("%d people before", got)
	}
	a.do("erase", nil)
	if got := people(); got != 1 {
		t.Errorf("%d people after one of two", got)
	}
	a.path = a.Comments.OwnPath(a.id-1, 0)
	a.do("unmute", nil)
	a.do("erase", nil)
	for _, table := range []string{"people", "comments", "subscriptions", "outbox", "receipts", "traces", "edits"} {
		if got := section(t, a.Blog, table); got != "" {
			t.Errorf("%s: %s", table, got)
		}
	}
}

// section is a table of a dump.
func section(t *testing.T, b *apptest.Blog, table string) string {
	t.Helper()
	_, rows, ok := strings.Cut("\n"+dump(t, b), "\n"+table+"\n")
	if !ok {
		t.Fatalf("there is no table %s", table)
	}
	var out strings.Builder
	for line := range strings.Lines(rows) {
		if !strings.Contains(line, "|") {
			break
		}
		out.WriteString(line)
	}
	return out.String()
}

// Everything under an address goes, by a link that works for three days.
func TestEraseAll(t *testing.T) {
	t.Parallel()
	a := addressed(t, "First", "Second words", "odd third")
	reply := by("Bo", "I agree")
	reply.Parent = "2"
	a.MustComment(reply)
	path := a.Comments.EraseAllPath(1, a.Clock.Now())
	before := dump(t, a.Blog)
	page := a.Get(path)
	has(t, page.Body, "3 comments were written under the address", `content="noindex"`)
	if got := page.Header.Get("Referrer-Policy"); got != "no-referrer" {
		t.Errorf("Referrer-Policy: %q", got)
	}
	if dump(t, a.Blog) != before {
		t.Error("a GET changed something")
	}
	a.Clock.Advance(3 * 24 * time.Hour)
	has(t, a.Get(path).Body, "3 comments")
	a.Clock.Advance(24 * time.Hour)
	if got := a.Get(path).Code; got != 404 {
		t.Errorf("after four days: got %d", got)
	}
	if got := a.Post(path, nil).Code; got != 404 {
		t.Errorf("POST after four days: got %d", got)
	}
	path = a.Comments.EraseAllPath(1, a.Clock.Now())
	if r := a.Post(path, nil); r.Code != 303 || r.Header.Get("Location") != "/comments/erased" {
		t.Fatalf("got %d to %q", r.Code, r.Header.Get("Location"))
	}
	if got := a.Post(path, nil).Code; got != 404 {
		t.Errorf("twice: got %d", got)
	}
	thread := a.Get("/posts/harbour").Body
	has(t, thread, "I agree", `id="comment-2"`)
	rows := dump(t, a.Blog)
	for _, gone := range []string{"First", "Second words", "odd third", "Wren", comment.NameKey("Wren")} {
		if strings.Contains(rows+thread, gone) {
			t.Errorf("there still is %q", gone)
		}
	}
	if got := section(t, a.Blog, "people"); got != "" {
		t.Errorf("people: %s", got)
	}
}

// Nobody learns by asking whether an address is known.
func TestAskLinksTellsNothing(t *testing.T) {
	t.Parallel()
	a := addressed(t, "Fine")
	var answers []string
	for _, email := range []string{" wREN@example.org ", "nobody@example.org"} {
		r := a.Post("/comments/links", url.Values{"email": {email}})
		page := a.Get(r.Header.Get("Location"))
		answers = append(answers, fmt.Sprint(r.Code, r.Header.Get("Location"), r.Body, page.Code, page.Body))
	}
	if answers[0] != answers[1] {
		t.Errorf("the answers differ:\n%s\n%s", answers[0], answers[1])
	}
	has(t, answers[0], "303", "If there are comments under this address")
	for _, email := range []string{"", "nonsense", strings.Repeat("x", 255) + "@example.org"} {
		r := a.Post("/comments/links", url.Values{"email": {email}})
		if r.Code != 422 {
			t.Errorf("%.10q: got %d, want 422", email, r.Code)
		}
		has(t, r.Body, `aria-invalid="true"`)
	}
	if strings.Contains(a.Log.String(), "example.org") && strings.Contains(strings.ToLower(a.Log.String()), "wren@") {
		t.Error("the log has the address")
	}
}

// A blog that sends no mails offers none, and leads nobody to where it says so.
func TestLinksAreOfferedWithMailAlone(t *testing.T) {
	t.Parallel()
	const offer = `href="/comments/links"`
	silent, mailing := author(t, "Fine"), addressed(t, "Fine")
	if page := silent.Get(silent.path).Body; strings.Contains(page, offer) {
		t.Error("without mail, the page leads to a form that is none")
	}
	has(t, mailing.Get(mailing.path).Body, offer)
}

func TestEditKeepsTheAddressOut(t *testing.T) {
	t.Parallel()
	a := addressed(t, "Fine")
	r := a.Post(a.path+"/edit", body("write to wren@EXAMPLE.org"))
	if r.Code != 422 {
		t.Errorf("got %d, want 422", r.Code)
	}
	has(t, r.Body, "write to wren@EXAMPLE.org</textarea>")
}
