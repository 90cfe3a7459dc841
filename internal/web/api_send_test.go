package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/comment"
)

func TestAPISends(t *testing.T) {
	t.Parallel()
	b := sharing(t)
	for _, tt := range []struct {
		name, body, status string
	}{
		{"published", `{"author": "Ada", "body": "A fine boat.", "email": "ada@example.org", "parent": null}`, "published"},
		{"held", `{"author": "Ada", "body": "unsure"}`, "held"},
		{"spam looks like held", `{"author": "Ada", "body": "spam"}`, "held"},
		{"unjudged", `{"author": "Ada", "body": "fail"}`, "held"},
		{"reply", `{"author": "Ben", "body": "So it is.", "parent": 1}`, "published"},
	} {
		r := sent(b, "POST", boatAPI, tt.body)
		v := object(t, r)
		if r.Code != http.StatusCreated || v["status"] != tt.status || r.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: got %d %v", tt.name, r.Code, v)
		}
		if own := fmt.Sprint(v["private_url"]); !strings.HasPrefix(own, apptest.BaseURL+"/comments/") {
			t.Errorf("%s: got the private link %s", tt.name, own)
		}
		where := r.Header.Get("Location")
		if published := tt.status == "published"; (v["url"] != nil) != published || (where != "") != published {
			t.Errorf("%s: got url %v, Location %q", tt.name, v["url"], where)
		}
		if where != "" && b.Get(strings.TrimPrefix(where, apptest.BaseURL)).Code != http.StatusOK {
			t.Errorf("%s: Location leads nowhere", tt.name)
		}
	}
	kept, err := b.Comments.Get(t.Context(), account.Shell, 1)
	if err != nil || kept.Channel != comment.API || kept.Role != comment.Reader || kept.Proof != (comment.Proof{}) {
		t.Errorf("kept %+v, %v", kept, err)
	}
}

// A cookie proves nothing here: another site could make a browser send it.
func TestAPILooksAtNoCookie(t *testing.T) {
	t.Parallel()
	b := sharing(t)
	r := httptest.NewRequestWithContext(t.Context(), "POST", apptest.BaseURL+boatAPI, strings.NewReader(`{"author": "wanda", "body": "It is me."}`))
	r.Header.Set("Content-Type", "application/json")
	if got := b.Login("wanda", account.Owner).Do(r); got.Code != http.StatusCreated || got.Header.Get("Set-Cookie") != "" {
		t.Fatalf("got %d %v", got.Code, got.Header)
	}
	if got := at(object(t, b.Get("/api/v1/comments/1")), "comment", "author", "role"); got != "reader" {
		t.Errorf("the role is %v", got)
	}
}

func TestAPIRefuses(t *testing.T) {
	t.Parallel()
	b := sharing(t)
	for _, tt := range []struct {
		name, path, body string
		want             int
		field, fault     string
		header           []string
	}{
		{"no text", boatAPI, `{"author": "Ada"}`, 422, "body", "text_missing", nil},
		{"no name", boatAPI, `{"body": "Fine."}`, 422, "author", "name_missing", nil},
		{"long text", boatAPI, `{"author": "Ada", "body": "` + strings.Repeat("\\u00e9", comment.MaxBody+1) + `"}`, 422, "body", "text_long", nil},
		{"odd site", boatAPI, `{"author": "Ada", "body": "Fine.", "url": "javascript:alert(1)"}`, 422, "url", "site_odd", nil},
		{"odd address", boatAPI, `{"author": "Ada", "body": "Fine.", "email": "zq7xk4@@leak-probe.example"}`, 422, "email", "email_odd", nil},
		{"no such parent", boatAPI, `{"author": "Ada", "body": "Fine.", "parent": 99}`, 422, "parent", "parent_gone", nil},
		{"a parent below zero", boatAPI, `{"author": "Ada", "body": "Fine.", "parent": -1}`, 422, "parent", "parent_gone", nil},
		{"a parent in words", boatAPI, `{"author": "Ada", "body": "Fine.", "parent": "one"}`, 400, "parent", "type", nil},
		{"a form", boatAPI, `author=Ada&body=Fine`, 415, "", "", []string{"Content-Type", "application/x-www-form-urlencoded"}},
		{"text, which needs no preflight", boatAPI, `{"author": "Ada", "body": "Fine."}`, 415, "", "", []string{"Content-Type", "text/plain"}},
		{"a short key", boatAPI, `{"author": "Ada", "body": "Fine."}`, 400, "Idempotency-Key", "idempotency_key", []string{"Idempotency-Key", "1"}},
		{"closed", "/api/v1/posts/closed/comments", `{"author": "Ada", "body": "Fine."}`, 409, "", "", nil},
		{"closed, to look", "/api/v1/posts/closed/comments/preview", `{"body": "Fine."}`, 409, "", "", nil},
		{"off", "/api/v1/posts/off/comments", `{"author": "Ada", "body": "Fine."}`, 404, "", "", nil},
		{"no such post", "/api/v1/posts/none/comments", `{"author": "Ada", "body": "Fine."}`, 404, "", "", nil},
		{"too large", boatAPI, `{"author": "Ada", "body": "` + strings.Repeat("a", 300_000) + `"}`, 413, "", "", nil},
		{"wrong method", "/api/v1/comments/1", `{}`, 405, "", "", nil},
	} {
		r := sent(b, "POST", tt.path, tt.body, tt.header...)
		v := object(t, r)
		if r.Code != tt.want || v["status"] != float64(tt.want) || r.Header.Get("Content-Type") != "application/problem+json" || v["detail"] == "" || v["title"] == "" {
			t.Errorf("%s: got %d %v %v", tt.name, r.Code, r.Header, v)
		}
		if field, fault := at(v, "errors", 0, "field"), at(v, "errors", 0, "fault"); tt.field != "" && (field != tt.field || fault != tt.fault) || tt.field == "" && field != nil {
			t.Errorf("%s: got %v %v, want %s %s", tt.name, field, fault, tt.field, tt.fault)
		}
		if strings.Contains(r.Body, "leak-probe") {
			t.Errorf("%s: the answer has the address", tt.name)
		}
	}
	for path, want := range map[string]int{
		"/api/v1/comments/1": 404, "/api/v1/comments/x": 404, "/api/v1/comments/01": 404, "/api/v1/posts/off/comments": 404, "/api/v2": 404,
	} {
		if r := b.Get(path); r.Code != want || r.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("GET %s: got %d %s", path, r.Code, r.Header.Get("Content-Type"))
		}
	}
	if log := b.Log.String(); strings.Contains(log, "level=ERROR") {
		t.Errorf("logged as our fault:\n%s", log)
	}
	if got := b.Get(boatAPI); !strings.Contains(got.Body, `"count":0`) {
		t.Errorf("something was kept: %s", got.Body)
	}
}

// TestAPISaysWhere sends what cannot be read, and is told where that is.
func TestAPISaysWhere(t *testing.T) {
	t.Parallel()
	b := sharing(t)
	long := strings.Repeat("é", 200)
	for _, tt := range []struct{ name, body, want string }{
		{"no JSON", `author=Ada`, "|json 1:1@0"},
		{"nothing", ` `, "|json 1:2@1"},
		{"cut off", `{"author": "Ada", "bo`, "|json 1:22@21"},
		{"a comma too many", "{\n \"author\": \"Adé\",,\n}", "|json 2:18@20"},
		{"two", `{"author": "Ada", "body": "Fine."}{}`, "|json 1:35@34"},
		{"a list", "\n []", "|type 2:2@2"},
		{"null", `null`, "|type 1:1@0"},
		{"a text", `"Fine."`, "|type 1:1@0"},
		{"a number for a text", "{\"author\": \"Ada\",\n\"body\": 17}", "body|type 2:9@26"},
		{"an object for a text", `{"author": {"name": "Ada"}, "body": "Fine."}`, "author|type 1:12@11"},
		{"words for a truth", `{"author": "Ada", "body": "Fine.", "tell": "yes"}`, "tell|type 1:44@43"},
		{"half a number", `{"author": "Ada", "body": "Fine.", "parent": 1.5}`, "parent|type 1:46@45"},
		{"misspelt names", `{"author_": "Ada", "Body": "Fine.", "body": "Fine."}`, "Body|unknown, author_|unknown"},
		{"a long name", `{"` + long + `": 1}`, strings.Repeat("é", 100) + "…|unknown"},
	} {
		r := sent(b, "POST", boatAPI, tt.body)
		v := object(t, r)
		var got []string
		for i := range 12 {
			if at(v, "errors", i, "field") == nil {
				break
			}
			s := fmt.Sprintf("%s|%s", at(v, "errors", i, "field"), at(v, "errors", i, "fault"))
			if line := at(v, "errors", i, "line"); line != nil {
				s += fmt.Sprintf(" %v:%v@%v", line, at(v, "errors", i, "column"), at(v, "errors", i, "offset"))
			}
			got = append(got, s)
		}
		if s := strings.Join(got, ", "); r.Code != 400 || s != tt.want {
			t.Errorf("%s: got %d %q, want 400 %q", tt.name, r.Code, s, tt.want)
		}
	}
	many := sent(b, "POST", boatAPI, `{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1,"j":1,"k":1,"l":1}`)
	if got := strings.Count(many.Body, `"unknown"`); got != 10 {
		t.Errorf("of twelve unknown names %d are told, want 10", got)
	}
	if got := b.Get(boatAPI); !strings.Contains(got.Body, `"count":0`) {
		t.Errorf("something was kept: %s", got.Body)
	}
}

func TestAPIIsRateLimited(t *testing.T) {
	t.Parallel()
	b := sharing(t, func(c *apptest.Config) { c.CommentRate = "2/m" })
	form := map[string][]string{"author": {"Ada"}, "body": {"By the form."}}
	b.Post("/posts/boat/comments", form)
	if r := sent(b, "POST", boatAPI, `{"author": "Ada", "body": "Two."}`); r.Code != http.StatusCreated {
		t.Fatalf("the second: got %d", r.Code)
	}
	r := sent(b, "POST", boatAPI, `{"author": "Ada", "body": "Three."}`)
	if r.Code != http.StatusTooManyRequests || r.Header.Get("Retry-After") != "30" || !strings.Contains(r.Body, "30 seconds") {
		t.Errorf("the third: got %d %v %s", r.Code, r.Header, r.Body)
	}
}

func TestAPISendsOnce(t *testing.T) {
	t.Parallel()
	b := sharing(t)
	body := `{"author": "Ada", "body": "A fine boat."}`
	first := sent(b, "POST", boatAPI, body, "Idempotency-Key", aKey)
	again := sent(b, "POST", boatAPI, body, "Idempotency-Key", `"`+aKey+`"`)
	if first.Code != http.StatusCreated || again.Code != http.StatusCreated || first.Body != again.Body {
		t.Errorf("got %d %s, then %d %s", first.Code, first.Body, again.Code, again.Body)
	}
	other := sent(b, "POST", boatAPI, `{"author": "Ada", "body": "Another boat."}`, "Idempotency-Key", aKey)
	without := sent(b, "POST", boatAPI, body)
	if at(object(t, other), "id") != 2.0 || at(object(t, without), "id") != 3.0 {
		t.Errorf("another text: %s, no key: %s", other.Body, without.Body)
	}
}

func TestAPIPreview(t *testing.T) {
	t.Parallel()
	b := sharing(t)
	r := sent(b, "POST", boatAPI+"/preview", `{"author": " Ada ", "email": "ada@example.org", "url": "javascript:1", "body": "A *fine* boat. <script>"}`)
	v := object(t, r)
	if html := fmt.Sprint(v["html"]); r.Code != http.StatusOK || v["author"] != "Ada" || v["url"] != nil || !strings.Contains(html, "<em>fine</em>") || strings.Contains(html, "<script") {
		t.Errorf("got %d %v", r.Code, v)
	}
	if strings.Contains(r.Body, "ada@example.org") || strings.Contains(b.Get(boatAPI).Body, "fine") {
		t.Error("the preview was kept, or has the address")
	}
}
