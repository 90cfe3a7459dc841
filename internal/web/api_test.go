package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/comment"
)

const (
	friend   = "https://www.example.com" // may carry threads
	stranger = "https://other.example.com"
	boatAPI  = "/api/v1/posts/boat/comments"
	aKey     = "2f6c0b5e-6f5e-4c8e-9d0e-0d3a4b1c7e55"
)

// sharing is a blog whose threads a friend may carry.
func sharing(t *testing.T, change ...func(*apptest.Config)) *apptest.Blog {
	t.Helper()
	fsys := fstest.MapFS{
		"posts/boat.md":   {Data: []byte("---\ntitle: Boat\ndate: 2026-11-01\n---\nA boat.\n")},
		"posts/closed.md": {Data: []byte("---\ntitle: Closed\ndate: 2026-11-01\ncomments: closed\n---\nNo more.\n")},
		"posts/off.md":    {Data: []byte("---\ntitle: Off\ndate: 2026-11-01\ncomments: off\n---\nNone.\n")},
	}
	return apptest.Open(t, apptest.Options{Content: fsys, Judge: moody{}, Config: func(c *apptest.Config) {
		c.EmbedOrigins = []string{friend}
		for _, f := range change {
			f(c)
		}
	}})
}

// sent sends a request with headers, and JSON if there is a body.
func sent(b *apptest.Blog, method, path, body string, header ...string) *apptest.Response {
	r := httptest.NewRequestWithContext(context.Background(), method, apptest.BaseURL+path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return b.Client().Do(r)
}

// object reads an answer.
func object(t *testing.T, r *apptest.Response) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(r.Body), &v); err != nil {
		t.Fatalf("no JSON: %v\n%.500s", err, r.Body)
	}
	return v
}

// at is what is in an answer under names and numbers.
func at(v any, path ...any) any {
	for _, p := range path {
		switch p := p.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[p]
		case int:
			list, _ := v.([]any)
			if p >= len(list) {
				return nil
			}
			v = list[p]
		}
	}
	return v
}

func TestAPIReadsAThread(t *testing.T) {
	t.Parallel()
	b := sharing(t)
	first := b.MustComment(comment.Submission{Post: "boat", Author: "Ada", URL: "https://ada.example.org", Email: "ada@example.org", Body: "A *fine* boat. <script>"})
	b.Clock.Advance(time.Minute)
	b.MustComment(comment.Submission{Post: "boat", Author: "Ben", Body: "So it is.", Parent: fmt.Sprint(first.ID), Channel: comment.API, Role: comment.Moderator})
	b.MustComment(comment.Submission{Post: "boat", Author: "Eve", Body: "spam"})
	b.MustComment(comment.Submission{Post: "boat", Author: "Eve", Body: "unsure"})
	r := b.Get(boatAPI)
	if r.Code != http.StatusOK || r.Header.Get("Content-Type") != "application/json" || r.Header.Get("Cache-Control") != "public, max-age=0, must-revalidate" {
		t.Fatalf("got %d %v\n%s", r.Code, r.Header, r.Body)
	}
	v := object(t, r)
	for _, tt := range []struct {
		want any
		path []any
	}{
		{2.0, []any{"count"}},
		{1.0, []any{"page"}},
		{1.0, []any{"pages"}},
		{"oldest", []any{"order"}},
		{"Boat", []any{"post", "title"}},
		{apptest.BaseURL + "/posts/boat", []any{"post", "url"}},
		{true, []any{"post", "open"}},
		{apptest.BaseURL + boatAPI, []any{"links", "self"}},
		{nil, []any{"links", "next"}},
		{1.0, []any{"comments", 0, "id"}},
		{apptest.BaseURL + "/comment/1", []any{"comments", 0, "url"}},
		{"Ada", []any{"comments", 0, "author", "name"}},
		{"https://ada.example.org", []any{"comments", 0, "author", "url"}},
		{"reader", []any{"comments", 0, "author", "role"}},
		{"A *fine* boat. <script>", []any{"comments", 0, "markdown"}},
		{"2026-11-22T12:00:00Z", []any{"comments", 0, "created_at"}},
		{nil, []any{"comments", 0, "edited_at"}},
		{"form", []any{"comments", 0, "channel"}},
		{1.0, []any{"comments", 0, "reply_count"}},
		{"Ben", []any{"comments", 0, "replies", 0, "author", "name"}},
		{"moderator", []any{"comments", 0, "replies", 0, "author", "role"}},
		{1.0, []any{"comments", 0, "replies", 0, "parent"}},
		{"api", []any{"comments", 0, "replies", 0, "channel"}},
		{nil, []any{"comments", 1}},
	} {
		if got := at(v, tt.path...); got != tt.want {
			t.Errorf("%v: got %v, want %v", tt.path, got, tt.want)
		}
	}
	if got := fmt.Sprint(at(v, "comments", 0, "html")); !strings.Contains(got, "<em>fine</em>") || strings.Contains(got, "<script") {
		t.Errorf("html: got %s", got)
	}
	one := object(t, b.Get("/api/v1/comments/2"))
	if at(one, "comment", "author", "name") != "Ben" || at(one, "links", "thread") != apptest.BaseURL+boatAPI || at(one, "post", "slug") != "boat" {
		t.Errorf("one comment: got %v", one)
	}
}

func TestAPIPages(t *testing.T) {
	t.Parallel()
	b := sharing(t)
	for i := range 70 {
		b.MustComment(comment.Submission{Post: "boat", Author: "Ada", Body: fmt.Sprintf("Boat number %d.", i)})
	}
	seen := map[any]bool{}
	for next, n := apptest.BaseURL+boatAPI, 0; next != ""; n++ {
		v := object(t, b.Get(strings.TrimPrefix(next, apptest.BaseURL)))
		for i := 0; at(v, "comments", i) != nil; i++ {
			seen[at(v, "comments", i, "id")] = true
		}
		if at(v, "count") != 70.0 || at(v, "pages") != 3.0 || at(v, "links", "self") != next || n > 3 {
			t.Fatalf("%s: got count %v, pages %v, self %v", next, at(v, "count"), at(v, "pages"), at(v, "links", "self"))
		}
		next, _ = at(v, "links", "next").(string)
	}
	if len(seen) != 70 {
		t.Errorf("the pages have %d comments, want 70", len(seen))
	}
	if got := at(object(t, b.Get(boatAPI+"?order=newest")), "comments", 0, "id"); got != 70.0 {
		t.Errorf("from the newest: got %v first, want 70", got)
	}
	for path, want := range map[string]int{
		"?page=4": 404, "?page=0": 400, "?page=x": 400, "?order=best": 400, "?page=2&order=newest": 200, "?more=1": 200,
	} {
		if got := b.Get(boatAPI + path).Code; got != want {
			t.Errorf("%s: got %d, want %d", path, got, want)
		}
	}
	if got := at(object(t, b.Get(boatAPI+"?order=best")), "errors", 0, "field"); got != "order" {
		t.Errorf("a wrong order: got the field %v", got)
	}
}

func TestAPIChangesWithItsThread(t *testing.T) {
	t.Parallel()
	b := sharing(t)
	tag := b.Get(boatAPI).Header.Get("ETag")
	r := sent(b, "GET", boatAPI, "", "If-None-Match", tag, "Origin", friend)
	if r.Code != http.StatusNotModified || r.Header.Get("Access-Control-Allow-Origin") != friend {
		t.Errorf("unchanged: got %d %v", r.Code, r.Header)
	}
	b.MustComment(comment.Submission{Post: "boat", Author: "Ada", Body: "A fine boat."})
	if r := sent(b, "GET", boatAPI, "", "If-None-Match", tag); r.Code != http.StatusOK || !strings.Contains(r.Body, "fine boat") {
		t.Errorf("changed: got %d %.200s", r.Code, r.Body)
	}
}

func TestAPIKnowsWhoMayAsk(t *testing.T) {
	t.Parallel()
	b, alone := sharing(t), sharing(t, func(c *apptest.Config) { c.EmbedOrigins = nil })
	body := `{"author": "Ada", "body": "A fine boat."}`
	for _, tt := range []struct {
		name         string
		blog         *apptest.Blog
		method, path string
		origin       string // empty: no browser
		want         int
		allowed      string
	}{
		{"a friend reads", b, "GET", boatAPI, friend, 200, friend},
		{"a friend reads what is not there", b, "GET", "/api/v1/posts/none/comments", friend, 404, friend},
		{"a stranger reads", b, "GET", boatAPI, stranger, 200, ""},
		{"a friend by another scheme", b, "GET", boatAPI, "http://www.example.com", 200, ""},
		{"a friend by another port", b, "GET", boatAPI, friend + ":8443", 200, ""},
		{"nobody in particular", b, "GET", boatAPI, "null", 200, ""},
		{"a friend sends", b, "POST", boatAPI, friend, 201, friend},
		{"a stranger sends", b, "POST", boatAPI, stranger, 403, ""},
		{"nobody in particular sends", b, "POST", boatAPI, "null", 403, ""},
		{"a program sends", b, "POST", boatAPI, "", 201, ""},
		{"a friend looks", b, "POST", boatAPI + "/preview", friend, 200, friend},
		{"a stranger looks", b, "POST", boatAPI + "/preview", stranger, 403, ""},
		{"a friend sends a form", b, "POST", "/posts/boat/comments", friend, 403, ""},
		{"a friend logs in", b, "POST", "/admin/login", friend, 403, ""},
		{"a friend reads a page", b, "GET", "/posts/boat", friend, 200, ""},
		{"a friend reads a fragment", b, "GET", "/embed/posts/boat", friend, 200, friend},
		{"a friend reads the script", b, "GET", "/embed.js", friend, 200, friend},
		{"no list: a friend reads", alone, "GET", boatAPI, friend, 200, ""},
		{"no list: a friend sends", alone, "POST", boatAPI, friend, 403, ""},
		{"no list: a program sends", alone, "POST", boatAPI, "", 201, ""},
	} {
		send, headers := "", []string(nil)
		if tt.method == "POST" {
			send = body
		}
		if tt.origin != "" {
			headers = []string{"Sec-Fetch-Site", "cross-site", "Origin", tt.origin}
		}
		r := sent(tt.blog, tt.method, tt.path, send, headers...)
		if got := r.Header.Get("Access-Control-Allow-Origin"); r.Code != tt.want || got != tt.allowed {
			t.Errorf("%s: got %d for %q, want %d for %q\n%.200s", tt.name, r.Code, got, tt.want, tt.allowed, r.Body)
		}
		if got := r.Header.Get("Access-Control-Allow-Credentials"); got != "" {
			t.Errorf("%s: credentials are allowed", tt.name)
		}
		varies := strings.Contains(strings.Join(r.Header.Values("Vary"), ","), "Origin")
		if shared := strings.HasPrefix(tt.path, "/api/") || strings.HasPrefix(tt.path, "/embed"); varies != shared {
			t.Errorf("%s: varies by origin: %v, want %v", tt.name, varies, shared)
		}
	}
}

func TestAPIPreflight(t *testing.T) {
	t.Parallel()
	b := sharing(t)
	for _, tt := range []struct{ name, path, origin, methods, headers string }{
		{"a friend", boatAPI, friend, "GET, HEAD, POST", "Content-Type, Idempotency-Key"},
		{"a friend, to look", boatAPI + "/preview", friend, "POST", "Content-Type, Idempotency-Key"},
		{"a stranger", boatAPI, stranger, "", ""},
	} {
		r := sent(b, "OPTIONS", tt.path, "", "Origin", tt.origin, "Sec-Fetch-Site", "cross-site",
			"Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "content-type,idempotency-key")
		h := r.Header
		if h.Get("Access-Control-Allow-Methods") != tt.methods || h.Get("Access-Control-Allow-Headers") != tt.headers ||
			(h.Get("Access-Control-Allow-Origin") != "") != (tt.methods != "") || r.Code != http.StatusNoContent {
			t.Errorf("%s: got %d %v", tt.name, r.Code, h)
		}
	}
	if r := sent(b, "OPTIONS", "/posts/boat/comments", "", "Origin", friend, "Access-Control-Request-Method", "POST"); r.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("the form may be sent from elsewhere: %v", r.Header)
	}
}

func TestAPITellsWhatIsGone(t *testing.T) {
	t.Parallel()
	b := sharing(t)
	wanda := b.Login("wanda", account.Moderator)
	b.MustComment(comment.Submission{Post: "boat", Author: "Ada", Body: "A fine boat."})
	wanda.Post("/admin/comments/1/trash", nil)
	if r := b.Get("/api/v1/comments/1"); r.Code != http.StatusGone {
		t.Errorf("got %d %s", r.Code, r.Body)
	}
}
