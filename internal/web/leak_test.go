package web_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// address is an e-mail address that is in no text but this. Every comment of the
// test gets one of its own, so that a leak says which way it took.
func address(way string) string { return "Zq7xk4." + way + "+Tag@Leak-Probe.Example" }

// everyAddress is what all of them have in common.
var everyAddress = slices.Concat(needles("zq7xk4@leak-probe.example"), needles(address("approved")), needles(address("pending")))

// moody judges as a comment asks for.
type moody struct{}

func (moody) Judge(ctx context.Context, m spam.Message) (spam.Verdict, error) {
	switch {
	case strings.Contains(m.Body, "fail"):
		return spam.Verdict{}, fmt.Errorf("judge %+v: %w", m, errors.New("out of order"))
	case strings.Contains(m.Body, "panic"):
		panic(fmt.Sprintf("judge %+v", m))
	case strings.Contains(m.Body, "spam"):
		return apptest.Says(spam.Spam).Judge(ctx, m)
	case strings.Contains(m.Body, "unsure"):
		return apptest.Says(spam.Unsure).Judge(ctx, m)
	}
	return apptest.Says(spam.Ham).Judge(ctx, m)
}

// ear hears everything a blog says to anybody.
type ear struct {
	*apptest.Blog
	t     *testing.T
	heard map[string][]byte // what was said, by where
}

// hear keeps an answer. The form that gives a reader's own words back, to nobody
// but that reader, is left out if it may not be stored.
func (e *ear) hear(what string, r *apptest.Response) *apptest.Response {
	e.t.Helper()
	body := r.Body
	if ownField.MatchString(body) {
		body = ownField.ReplaceAllString(body, "")
		if got := r.Header.Get("Cache-Control"); got != "no-store" {
			e.t.Errorf("%s gives a form back with Cache-Control %q, want no-store", what, got)
		}
	}
	var heap bytes.Buffer
	fmt.Fprintf(&heap, "%d\n", r.Code)
	if err := r.Header.Write(&heap); err != nil {
		e.t.Fatal(err)
	}
	heap.WriteString(body)
	e.heard[fmt.Sprintf("%s (%d)", what, r.Code)] = heap.Bytes()
	return r
}

// ownField are the fields of the form that an address is typed into, the second
// one by mistake.
var ownField = regexp.MustCompile(`<input id="field-(email|author)"[^>]* value="[^"]+"[^>]*>`)

// get asks for pages and keeps the answers.
func (e *ear) get(as func(path string) *apptest.Response) func(string) *apptest.Response {
	return func(path string) *apptest.Response { return e.hear("GET "+path, as(path)) }
}

// say sends a comment with an address of its own and checks how it is answered.
func (e *ear) say(want int, way, body string, more ...string) {
	e.t.Helper()
	form := url.Values{"author": {"Ada"}, "body": {body}, "email": {"  " + address(way) + " "}}
	post := "boat"
	for i := 0; i < len(more); i += 2 {
		if more[i] == "post" {
			post = more[i+1]
			continue
		}
		form.Set(more[i], more[i+1])
	}
	e.expect(want, way, e.Post("/posts/"+post+"/comments", form))
}

func (e *ear) expect(want int, way string, r *apptest.Response) {
	e.t.Helper()
	if e.hear("POST "+way, r); r.Code != want {
		e.t.Errorf("%s: got %d, want %d\n%.500s", way, r.Code, want, r.Body)
	}
}

// send sends a request that no form of ours would send.
func (e *ear) send(want int, way, target, kind, body string, header ...string) {
	e.t.Helper()
	r := httptest.NewRequestWithContext(e.t.Context(), http.MethodPost, apptest.BaseURL+target, strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	e.expect(want, way, e.Client().Do(r))
}

// everything is all that was heard, logged and kept.
func (e *ear) everything() map[string][]byte {
	e.t.Helper()
	all := filesIn(e.t, e.Data)
	all["the log"] = []byte(e.Log.String())
	maps.Copy(all, e.heard)
	return all
}

// leakBlog is a blog with an ear to it.
func leakBlog(t *testing.T, hold comment.Policy, rate string) *ear {
	t.Helper()
	fsys := fstest.MapFS{
		"posts/boat.md":   {Data: []byte("---\ntitle: Boat\ndate: 2026-11-01\n---\nA boat.\n")},
		"posts/closed.md": {Data: []byte("---\ntitle: Closed\ndate: 2026-11-01\ncomments: closed\n---\nNo more.\n")},
		"posts/off.md":    {Data: []byte("---\ntitle: Off\ndate: 2026-11-01\ncomments: off\n---\nNone.\n")},
	}
	b := apptest.Open(t, apptest.Options{Content: fsys, Judge: moody{}, Config: func(c *apptest.Config) {
		c.Hold, c.CommentRate = string(hold), rate
	}})
	return &ear{Blog: b, t: t, heard: map[string][]byte{}}
}

// submitEveryWay sends comments in every way that we could think of.
func submitEveryWay(e *ear) {
	e.t.Helper()
	e.say(303, "approved", "Fine.")
	e.say(303, "approved", "Fine again, by a known author.")
	e.say(303, "pending", "unsure")
	e.say(303, "spam", "spam")
	e.say(303, "judge-fails", "fail")
	e.say(303, "judge-panics", "panic")
	e.say(422, "no-body", "")
	e.say(422, "no-name", "Fine.", "author", " ")
	e.say(422, "address-as-name", "Fine.", "author", address("address-as-name"), "email", "")
	e.say(422, "wrong-site", "Fine.", "url", "javascript:alert(1)")
	e.say(422, "wrong-address", "Fine.", "email", address("wrong-address")+"@@")
	e.say(422, "long-address", "Fine.", "email", strings.Repeat("a", 250)+address("long-address"))
	e.say(422, "long-body", strings.Repeat("a", comment.MaxBody+1))
	e.say(422, "wrong-parent", "Fine.", "parent", "999")
	e.say(409, "closed", "Fine.", "post", "closed")
	e.say(404, "no-such-post", "Fine.", "post", "none")
	e.say(413, "too-large", strings.Repeat("a", 200_000))

	const target, form = "/posts/boat/comments", "application/x-www-form-urlencoded"
	values := func(way string) string {
		return url.Values{"author": {"Ada"}, "body": {"Fine."}, "email": {address(way)}}.Encode()
	}
	e.send(403, "other-site", target, form, values("other-site"), "Sec-Fetch-Site", "cross-site")
	e.send(415, "json", target, "application/json", `{"email":"`+address("json")+`"}`)
	e.send(400, "broken-escape", target, form, values("broken-escape")+"%zz")
	e.send(400, "broken-multipart", target, "multipart/form-data; boundary=b", "--b\r\n"+address("broken-multipart"))
	e.send(405, "wrong-place", "/posts/boat", form, values("wrong-place"))
	e.send(303, "in-query", target+"?email="+url.QueryEscape(address("in-query")), form, values("in-query"),
		"User-Agent", address("agent"), "Referer", apptest.BaseURL+"/?from="+address("referer"),
		"X-Request-Id", address("request-id"), "X-Forwarded-For", address("proxy"), "Cookie", "c="+address("cookie"))

	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for name, value := range map[string]string{"author": "Ada", "body": "In parts.", "email": address("multipart")} {
		if err := m.WriteField(name, value); err != nil {
			e.t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		e.t.Fatal(err)
	}
	e.send(303, "multipart", target, m.FormDataContentType(), body.String())

	const api, kind = "/api/v1" + target, "application/json"
	e.send(201, "api", api, kind, `{"author": "Ada", "body": "Fine, by a program.", "email": "`+address("api")+`"}`)
	e.send(200, "api-preview", api+"/preview", kind, `{"author": "Ada", "body": "Fine.", "email": "`+address("api-preview")+`"}`)
	e.send(422, "api-wrong", api, kind, `{"author": "Ada", "body": "Fine.", "email": "`+address("api-wrong")+`@@"}`)
	e.send(400, "api-broken", api, kind, `{"author": "Ada", "email": "`+address("api-broken"))
	e.send(400, "api-type", api, kind, `{"parent": "`+address("api-type")+`"}`)
	e.send(400, "api-key", api, kind, `{"author": "Ada", "body": "Fine."}`, "Idempotency-Key", strings.Repeat(address("api-key"), 3))
}

// browse reads every page as a reader and as a moderator who decides things.
func browse(e *ear) {
	e.t.Helper()
	wanda := e.Login("wanda", account.Moderator)
	for id, actions := range map[int][]string{
		1: {"approve"}, 2: {"spam", "approve"}, 3: {"approve", "trash", "restore"}, 4: {"trash", "delete", "delete"}, 5: {"spam"}, 6: {"trash"},
	} {
		for _, a := range actions {
			at := fmt.Sprintf("/admin/comments/%d/%s", id, a)
			e.hear("POST "+at, wanda.Post(at, nil))
		}
	}
	e.say(303, "reply", "A reply.", "parent", "1")
	for _, as := range []func(string) *apptest.Response{e.Get, wanda.Get} {
		_, faults := crawl(e.get(as), "/", "/robots.txt", "/admin", "/posts/boat?reply=1")
		for _, f := range faults {
			e.t.Error(f)
		}
	}
	for _, path := range []string{"/api/v1/posts/boat/comments", "/api/v1/comments/1", "/embed/posts/boat", "/api/v1/comments/4"} {
		e.hear("GET "+path, e.Get(path))
	}
	for _, path := range []string{"/posts/boat?email=%s", "/api/v1/%s", "/api/v1/comments/%s", "/api/v1/posts/boat/comments?order=%s", "/posts/%s", "/%s", "/tags/%s", "/static/%s", "/admin/queue?after=%s", "/admin/comments/%s/approve"} {
		e.hear("GET "+path, wanda.Get(fmt.Sprintf(path, url.PathEscape(address("in-url")))))
	}
}

// TestAddressIsNowhere is the promise of the privacy page: an address that is
// given with a comment comes out of the program in no way.
func TestAddressIsNowhere(t *testing.T) {
	t.Parallel()
	for _, hold := range comment.Policies {
		t.Run(string(hold), func(t *testing.T) {
			t.Parallel()
			e := leakBlog(t, hold, "0")
			submitEveryWay(e)
			browse(e)
			open := e.everything()
			if err := e.App.Data.Close(); err != nil {
				t.Fatal(err)
			}
			e.say(500, "no-database", "Fine.")
			e.hear("GET without a database", e.Get("/posts/boat"))
			e.silent(open)
			e.silent(e.everything())
		})
	}
	t.Run("too often", func(t *testing.T) {
		t.Parallel()
		e := leakBlog(t, comment.HoldUnsureOnly, "1/h")
		e.say(303, "approved", "Fine.")
		e.say(429, "too-often", "Fine.")
		e.silent(e.everything())
	})
}

// silent fails for every place an address is found in.
func (e *ear) silent(heaps map[string][]byte) {
	e.t.Helper()
	for where, heap := range heaps {
		if found := leaks(heap, everyAddress); len(found) > 0 {
			e.t.Errorf("%s holds %q", where, found)
		}
	}
	for _, must := range []string{"the log", "file hamlet.db", "POST approved (303)"} {
		if len(heaps[must]) == 0 {
			e.t.Errorf("nothing was looked through in %s", must)
		}
	}
}

// TestLeaksAreHeard lets an address out in every way there is, to see that the
// test above would notice.
func TestLeaksAreHeard(t *testing.T) {
	t.Parallel()
	e := leakBlog(t, comment.HoldUnsureOnly, "0")
	e.say(303, "approved", "Write to "+address("approved")+" please.", "email", "")
	e.say(303, "pending", "unsure: "+address("pending"), "email", "")
	e.say(422, "no-name", "I am "+html.EscapeString(address("no-name")), "author", "")
	browse(e)
	e.Log.Write([]byte("level=DEBUG msg=\"" + address("approved") + "\"\n")) //nolint:errcheck // a buffer
	heaps := e.everything()
	for _, where := range []string{
		"GET /posts/boat (200)", "GET /admin/queue?status=approved (200)", "POST no-name (422)", "the log",
	} {
		if found := leaks(heaps[where], everyAddress); !slices.Contains(found, "domain") {
			t.Errorf("planted an address in %s, found %q", where, found)
		}
	}
	var files []string
	for where, heap := range heaps {
		if strings.HasPrefix(where, "file ") && len(leaks(heap, everyAddress)) > 0 {
			files = append(files, where)
		}
	}
	if len(files) == 0 {
		t.Error("the text of a comment holds an address, and it was found in no file of the database")
	}
}
