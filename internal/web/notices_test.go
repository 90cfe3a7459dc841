package web_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/away"
	"hamlet/internal/comment"
)

// awayBlog is a blog whose moderator ada has mails sent to her soon.
type awayBlog struct {
	*apptest.Blog
	sink *apptest.Sink
	desk *apptest.Client
	t    *testing.T
}

func newAway(t *testing.T, reach func(netip.AddrPort) bool) awayBlog {
	t.Helper()
	sink := apptest.OpenSink(t, apptest.SinkOptions{})
	b := apptest.Open(t, apptest.Options{Content: harbour(), Judge: classes{}, Mail: sink, Reach: reach})
	a := awayBlog{b, sink, b.Login("ada", account.Owner), t}
	a.post("/admin/notices", url.Values{"address": {"ada@example.com"}, "pace": {"soon"}, "held": {"1"}, "reports": {"1"}})
	return a
}

func (a awayBlog) post(path string, form url.Values) {
	a.t.Helper()
	if r := a.desk.Post(path, form); r.Code != http.StatusSeeOther {
		a.t.Fatalf("POST %s: %d", path, r.Code)
	}
}

// after sends what is due after a time, and takes the mails.
func (a awayBlog) after(d time.Duration) []apptest.Mail {
	a.t.Helper()
	a.Clock.Advance(d)
	if err := a.SendNotices(a.t.Context()); err != nil {
		a.t.Fatal(err)
	}
	return a.sink.Take()
}

func TestNoticesAreBatched(t *testing.T) {
	t.Parallel()
	a := newAway(t, nil)
	if got := a.after(time.Hour); len(got) != 0 {
		t.Fatalf("nothing waits, and %d mails are sent", len(got))
	}
	for i := range 12 {
		a.MustComment(comment.Submission{Post: "harbour", Author: "Bo", Email: "bo@example.org", Body: fmt.Sprintf("Words of number %d.", i)})
	}
	if got := a.after(4 * time.Minute); len(got) != 0 {
		t.Errorf("before the window is over: %d mails", len(got))
	}
	got := a.after(2 * time.Minute)
	if len(got) != 1 || got[0].To != "ada@example.com" || !strings.Contains(got[0].Subject, "12 comments wait") {
		t.Fatalf("want one mail about 12: %+v", got)
	}
	m := got[0]
	if n := strings.Count(m.Text, "/admin/do/"); n != 30 || !strings.Contains(m.Text, "And 2 more") || !strings.Contains(m.Text, "Words of number 11.") {
		t.Errorf("%d links:\n%s", n, m.Text)
	}
	if strings.Contains(m.Raw+m.Text+m.HTML, "bo@example.org") || m.Header.Get("List-Unsubscribe") != "" {
		t.Errorf("what should not be in it is:\n%s", m.Raw)
	}
	if got := a.after(time.Hour); len(got) != 0 {
		t.Errorf("told twice: %d mails", len(got))
	}
	a.post("/admin/comments/1/approve", url.Values{})
	a.Post("/comment/1/report", url.Values{"why": {"abuse"}})
	got = a.after(6 * time.Minute)
	if len(got) != 1 || !strings.Contains(got[0].Subject, "A reader has reported a comment") || !strings.Contains(got[0].Text, "/admin/queue?reported=1&status=approved") {
		t.Errorf("what is reported is not told: %+v", got)
	}
	id := a.MustComment(by("Bo", "Decided in time.")).ID
	a.post("/admin/comments/"+fmt.Sprint(id)+"/approve", url.Values{})
	if got := a.after(time.Hour); len(got) != 0 {
		t.Errorf("nothing waits any more, and %d mails are sent", len(got))
	}
	a.post("/admin/notices", url.Values{"address": {"ada@example.com"}, "pace": {"never"}})
	a.MustComment(by("Bo", "Nobody wants to know."))
	if got := a.after(48 * time.Hour); len(got) != 0 {
		t.Errorf("nobody wants any, and %d mails are sent", len(got))
	}
}

// links of a mail about one comment: approve, spam, trash.
func (a awayBlog) links() []string {
	a.t.Helper()
	mails := a.after(6 * time.Minute)
	if len(mails) != 1 {
		a.t.Fatalf("%d mails", len(mails))
	}
	var links []string
	for _, l := range mails[0].Links() {
		if strings.HasPrefix(l, "/admin/do/") {
			links = append(links, l)
		}
	}
	return links
}

func TestLinksOfMailsAct(t *testing.T) {
	t.Parallel()
	status := func(a awayBlog, id comment.ID) comment.Status {
		c, err := a.Comments.Get(t.Context(), account.Shell, id)
		if err != nil {
			t.Fatal(err)
		}
		return c.Status
	}
	for _, tt := range []struct {
		name  string
		first func(a awayBlog, id comment.ID) // what happens between mail and click
		code  int
		says  string
		is    comment.Status
	}{
		{"at once", func(awayBlog, comment.ID) {}, http.StatusSeeOther, "", comment.Approved},
		{"somebody was quicker", func(a awayBlog, id comment.ID) {
			a.post("/admin/comments/"+fmt.Sprint(id)+"/spam", url.Values{})
		}, http.StatusConflict, "Somebody was quicker", comment.Spam},
		{"somebody was quicker, and took it back", func(a awayBlog, id comment.ID) {
			a.post("/admin/comments/"+fmt.Sprint(id)+"/spam", url.Values{})
			a.post(undoOf(a.t, a.desk.Get("/admin/acts").Body), url.Values{})
		}, http.StatusConflict, "Somebody was quicker", comment.Pending},
		{"a week later", func(a awayBlog, _ comment.ID) { a.Clock.Advance(7 * 24 * time.Hour) }, http.StatusNotFound, "does not work", comment.Pending},
		{"with another password", func(a awayBlog, _ comment.ID) {
			if err := a.Accounts.SetPassword(t.Context(), account.Shell, "ada", "another good one"); err != nil {
				t.Fatal(err)
			}
		}, http.StatusNotFound, "does not work", comment.Pending},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := newAway(t, nil)
			id := a.MustComment(by("Bo", "Hello <b>there</b>.")).ID
			links := a.links()
			if len(links) != 3 {
				t.Fatalf("links: %q", links)
			}
			mailer := a.Client() // nobody is logged in
			for _, l := range links {
				if r := mailer.Get(l); r.Code != http.StatusOK || strings.Count(r.Body, "<button") != 1 || r.Header.Get("Referrer-Policy") != "no-referrer" {
					t.Errorf("a look: %d\n%s", r.Code, r.Body)
				}
			}
			if got := status(a, id); got != comment.Pending {
				t.Fatalf("looking made it %s", got)
			}
			tt.first(a, id)
			if r := mailer.Post(links[0], nil); r.Code != tt.code || !strings.Contains(r.Body, tt.says) {
				t.Errorf("the button: %d, want %d with %q\n%s", r.Code, tt.code, tt.says, a.Log)
			}
			if got := status(a, id); got != tt.is {
				t.Errorf("it is %s, want %s", got, tt.is)
			}
			again := tt.code
			if again == http.StatusSeeOther {
				again = http.StatusConflict
			}
			for _, l := range links { // the same once more, and the others after it
				if r := mailer.Post(l, nil); r.Code != again {
					t.Errorf("a second time: %d, want %d", r.Code, again)
				}
			}
			if got := status(a, id); got != tt.is {
				t.Errorf("replayed, it is %s, want %s", got, tt.is)
			}
		})
	}
	a := newAway(t, nil)
	a.MustComment(by("Bo", "Hello."))
	a.MustComment(by("Cy", "Hello, too."))
	links := a.links()
	link, other := links[2], links[5]
	for _, bad := range []string{
		link[:len(link)-1], link + "A", "/admin/do/x",
		forged(t, link, func(b []byte) { b[1] = 1 }),  // another act
		forged(t, link, func(b []byte) { b[2] ^= 3 }), // the other comment
	} {
		for _, r := range []*apptest.Response{a.Client().Get(bad), a.Client().Post(bad, nil)} {
			if r.Code != http.StatusNotFound {
				t.Errorf("%s: %d", bad, r.Code)
			}
		}
	}
	if r := a.Client().Post("/admin/do/done/delete", nil); r.Code < 400 {
		t.Errorf("what no link does: %d", r.Code)
	}
	for id := range comment.ID(2) {
		if got := status(a, id+1); got != comment.Pending {
			t.Errorf("comment %d is %s", id+1, got)
		}
	}
	if forged(t, link, func(b []byte) { b[2] ^= 3 })[:len("/admin/do/")+4] != other[:len("/admin/do/")+4] {
		t.Error("the forged link is not that of the other comment")
	}
	a.Client().Post(link, nil)
	if log := a.desk.Get("/admin/audit?action=trash").Body; !strings.Contains(log, "pending → trash, by mail") || !strings.Contains(log, "<bdi>ada</bdi>") {
		t.Errorf("the log does not say how:\n%s", log)
	}
}

// forged is a link of a mail that says something else, with the code that it had.
func forged(t *testing.T, link string, change func([]byte)) string {
	t.Helper()
	const path = "/admin/do/"
	token, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(link, path))
	if err != nil {
		t.Fatal(err)
	}
	change(token)
	return path + base64.RawURLEncoding.EncodeToString(token)
}

// hooked is a program that is told, and what it got.
type hooked struct {
	*httptest.Server
	fails int
	got   []*http.Request
	body  []string
}

func newHooked(t *testing.T) *hooked {
	t.Helper()
	h := &hooked{}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		h.got, h.body = append(h.got, r), append(h.body, string(b))
		if h.fails > 0 {
			h.fails--
			w.WriteHeader(http.StatusBadGateway)
		}
	}))
	t.Cleanup(h.Close)
	return h
}

func TestWebhooksAreTold(t *testing.T) {
	t.Parallel()
	h := newHooked(t)
	at := netip.MustParseAddrPort(strings.TrimPrefix(h.URL, "http://"))
	a := newAway(t, func(to netip.AddrPort) bool { return to == at })
	a.post("/admin/notices", url.Values{"pace": {"never"}})
	hook := url.Values{"name": {"chat"}, "url": {h.URL + "/in"}, "format": {"json"}, "secret": {"s3cret"}, "pace": {"soon"}, "held": {"1"}}
	a.post("/admin/notices/hooks/0", hook)
	if page := a.desk.Get("/admin/notices").Body; !strings.Contains(page, "chat") || strings.Contains(page, "s3cret") {
		t.Errorf("the page:\n%s", page)
	}
	host := strings.TrimPrefix(h.URL, "http://")
	for _, path := range []string{"/privacy", "/posts/harbour"} {
		if page := a.Get(path).Body; !strings.Contains(page, "hear of comments that wait: "+host) || strings.Contains(page, host+"/in") {
			t.Errorf("%s does not name who is told, or says too much:\n%s", path, page)
		}
	}
	h.fails = 1
	a.MustComment(comment.Submission{Post: "harbour", Author: "Bo", Email: "bo@example.org", Body: "Hello."})
	a.after(6 * time.Minute)
	a.after(30 * time.Second)
	if len(h.got) != 1 {
		t.Fatalf("told %d times, want once and a pause", len(h.got))
	}
	a.after(time.Minute)
	a.after(time.Hour)
	if len(h.got) != 2 || h.body[0] != h.body[1] || h.got[0].Header.Get("X-Hamlet-Notice") != h.got[1].Header.Get("X-Hamlet-Notice") {
		t.Fatalf("told %d times, want again the same: %q", len(h.got), h.body)
	}
	r := h.got[1]
	if want := away.Sign("s3cret", r.Header.Get("X-Hamlet-Timestamp"), []byte(h.body[1])); r.Header.Get("X-Hamlet-Signature") != want {
		t.Errorf("signed %q, want %q", r.Header.Get("X-Hamlet-Signature"), want)
	}
	var n away.News
	if err := json.Unmarshal([]byte(h.body[1]), &n); err != nil || n.Held != 1 || len(n.Comments) != 1 || n.Comments[0].Author != "Bo" || strings.Contains(h.body[1], "bo@example.org") {
		t.Errorf("told %s, %v", h.body[1], err)
	}
	for _, tt := range []struct{ format, template, has, kind, method string }{
		{"slack", "", `{"text":`, "application/json", "POST"},
		{"ntfy", "", "This is how you will be told", "text/plain; charset=utf-8", "POST"},
		{"matrix", "", `"msgtype":"m.text"`, "application/json", "PUT"},
		{"own", `{"n": {{json .Title}}}`, `{"n": "A test from`, "application/json", "POST"},
	} {
		hook.Set("format", tt.format)
		hook.Set("template", tt.template)
		hook.Set("secret", "")
		a.post("/admin/notices/hooks/2", hook)
		a.post("/admin/notices/hooks/2/test", nil)
		last := len(h.got) - 1
		if r := h.got[last]; !strings.Contains(h.body[last], tt.has) || r.Header.Get("Content-Type") != tt.kind || r.Method != tt.method {
			t.Errorf("%s: %s %s %s", tt.format, r.Method, r.Header.Get("Content-Type"), h.body[last])
		}
		if auth := h.got[last].Header.Get("Authorization"); (auth == "Bearer s3cret") != (tt.format == "matrix") {
			t.Errorf("%s: Authorization %q", tt.format, auth)
		}
	}
}

// TestWebhooksAreNotSpokenThrough: what a stranger writes is text in a chat, and calls nobody there.
func TestWebhooksAreNotSpokenThrough(t *testing.T) {
	t.Parallel()
	for format, want := range map[string]string{
		"slack":  "&lt;!channel&gt; on “A walk to the harbour”\nEggs &amp; ham. &lt;!here&gt; @\u2060all, a@b.example",
		"matrix": "<!channel> on “A walk to the harbour”\nEggs & ham. <!here> @all, a@b.example",
	} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			a := newAway(t, func(netip.AddrPort) bool { return true })
			h := newHooked(t)
			a.post("/admin/notices", url.Values{"pace": {"never"}})
			a.post("/admin/notices/hooks/0", url.Values{"name": {"chat"}, "url": {h.URL}, "format": {format}, "secret": {"s3cret"}, "pace": {"soon"}, "held": {"1"}})
			a.MustComment(comment.Submission{Post: "harbour", Author: "<!channel>", Body: "Eggs & ham. `<!here>` @all, a@b.example"})
			a.after(6 * time.Minute)
			var told map[string]any
			if len(h.body) != 1 || json.Unmarshal([]byte(h.body[0]), &told) != nil {
				t.Fatalf("told %q", h.body)
			}
			if text := fmt.Sprint(told["text"], told["body"]); !strings.Contains(text, want) {
				t.Errorf("told %q, want %q", text, want)
			}
			if _, ok := told["m.mentions"]; ok != (format == "matrix") {
				t.Errorf("who is meant: %v", told)
			}
		})
	}
}

func TestWebhooksAreGivenUp(t *testing.T) {
	t.Parallel()
	a := newAway(t, nil) // with the real guard: this machine is nobody's to tell
	h := newHooked(t)
	a.post("/admin/notices", url.Values{"pace": {"never"}})
	a.post("/admin/notices/hooks/0", url.Values{"name": {"chat"}, "url": {h.URL}, "format": {"json"}, "pace": {"soon"}, "held": {"1"}})
	a.MustComment(by("Bo", "Hello."))
	for range 8 {
		a.after(25 * time.Hour)
	}
	a.post("/admin/login", url.Values{"name": {"ada"}, "password": {apptest.Password}}) // a session lasts a week
	page := a.desk.Get("/admin/mail").Body
	if len(h.got) != 0 || !strings.Contains(page, "To chat") || !strings.Contains(page, "not one to fetch from") {
		t.Fatalf("reached %d times:\n%s", len(h.got), page)
	}
	for _, do := range []string{"retry", "discard"} {
		a.post("/admin/notices/1/"+do, nil)
		a.post(undoOf(t, a.desk.Get("/admin/mail").Body), url.Values{})
		pageSays(t, a.desk.Get("/admin/mail"), "To chat")
	}
	a.post("/admin/notices/1/discard", nil)
	if page := a.desk.Get("/admin/mail").Body; strings.Contains(page, "To chat") {
		t.Error("it is there still")
	}
	a.post("/admin/notices/hooks/2/remove", nil)
	if page := a.desk.Get("/admin/notices").Body; strings.Contains(page, "chat") {
		t.Error("the webhook is there still")
	}
	if page := a.Get("/privacy").Body; strings.Contains(page, "hear of comments that wait:") {
		t.Error("readers are told of a program that is told no more")
	}
}

func TestNoticesAreRefused(t *testing.T) {
	t.Parallel()
	a := newAway(t, nil)
	mo := a.Login("mo", account.Moderator)
	for _, tt := range []struct {
		name, path string
		form       url.Values
		who        *apptest.Client
		code       int
	}{
		{"no address", "/admin/notices", url.Values{"pace": {"soon"}}, a.desk, 422},
		{"two addresses", "/admin/notices", url.Values{"pace": {"soon"}, "address": {"a@example.com, b@example.com"}}, a.desk, 422},
		{"no pace", "/admin/notices", url.Values{"pace": {"often"}, "address": {"a@example.com"}}, a.desk, 422},
		{"a file", "/admin/notices/hooks/0", url.Values{"name": {"x"}, "url": {"file:///etc/passwd"}, "format": {"json"}, "pace": {"soon"}}, a.desk, 422},
		{"with a name in it", "/admin/notices/hooks/0", url.Values{"name": {"x"}, "url": {"https://a:b@example.org/"}, "format": {"json"}, "pace": {"soon"}}, a.desk, 422},
		{"a broken template", "/admin/notices/hooks/0", url.Values{"name": {"x"}, "url": {"https://example.org/"}, "format": {"own"}, "template": {"{{.Nothing}}"}, "pace": {"soon"}}, a.desk, 422},
		{"no such webhook", "/admin/notices/hooks/7/test", nil, a.desk, 404},
		{"a moderator's webhook", "/admin/notices/hooks/0", url.Values{"name": {"x"}, "url": {"https://example.org/"}, "format": {"json"}, "pace": {"soon"}}, mo, 403},
		{"a moderator's test", "/admin/notices/hooks/1/test", nil, mo, 403},
	} {
		if r := tt.who.Post(tt.path, tt.form); r.Code != tt.code {
			t.Errorf("%s: %d, want %d", tt.name, r.Code, tt.code)
		}
	}
	if page := mo.Get("/admin/notices").Body; strings.Contains(page, "/admin/notices/hooks/") || strings.Contains(page, "ada@example.com") {
		t.Errorf("a moderator sees what is the owner's:\n%s", page)
	}
}

func TestQueueFeed(t *testing.T) {
	t.Parallel()
	a := newAway(t, nil)
	a.MustComment(comment.Submission{Post: "harbour", Author: "Bo & Co", Email: "bo@example.org", Body: "Hello <there>."})
	address := func() string {
		_, rest, _ := strings.Cut(a.desk.Get("/admin/notices").Body, apptest.BaseURL+"/admin/feed/")
		token, _, _ := strings.Cut(rest, "<")
		return "/admin/feed/" + token
	}
	a.post("/admin/notices/feed", url.Values{"feed": {"renew"}})
	first := address()
	r := a.Client().Get(first)
	if r.Code != http.StatusOK || !strings.Contains(r.Body, "Bo &amp; Co on") || strings.Contains(r.Body, "bo@example.org") || r.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("the feed: %d %v\n%s", r.Code, r.Header, r.Body)
	}
	a.post("/admin/notices/feed", url.Values{"feed": {"renew"}})
	second := address()
	a.post("/admin/notices/feed", url.Values{"feed": {"stop"}})
	a.post("/admin/notices/feed", url.Values{"feed": {"renew"}})
	for _, gone := range []string{first, second, "/admin/feed/x"} {
		if r := a.Client().Get(gone); r.Code != http.StatusNotFound {
			t.Errorf("an address from before: %d", r.Code)
		}
	}
	// An author's has what waits under posts of their own, and here there are none.
	author := loginAuthor(t, a.Blog, "Ines Fern")
	if r := author.Post("/admin/notices/feed", url.Values{"feed": {"renew"}}); r.Code != http.StatusSeeOther {
		t.Fatal(r.Code)
	}
	a.desk = author
	if r := a.Client().Get(address()); r.Code != http.StatusOK || strings.Contains(r.Body, "Hello") {
		t.Errorf("an author's feed: %d\n%s", r.Code, r.Body)
	}
}

// FuzzLinks: a token is opened only in the one spelling it was made in.
func FuzzLinks(f *testing.F) {
	links := away.NewLinks([]byte("a key"))
	act := away.Act{Action: comment.MarkSpam, Comment: 7, Revision: 3, User: 2, Epoch: 1, Until: apptest.Noon.Add(time.Hour)}
	f.Add(links.Act(act))
	f.Add("")
	f.Fuzz(func(t *testing.T, token string) {
		got, err := links.OpenAct(token, apptest.Noon)
		if err == nil && links.Act(got) != token || err != nil && !errors.Is(err, away.ErrLink) {
			t.Errorf("%q: %+v, %v", token, got, err)
		}
		if _, err := away.NewLinks([]byte("another")).OpenAct(token, apptest.Noon); err == nil {
			t.Errorf("%q opens with another key", token)
		}
	})
}
