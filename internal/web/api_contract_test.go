package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"hamlet/internal/apptest"
	"hamlet/internal/comment"
)

// contract holds answers to the OpenAPI document, more strictly than the document asks: a
// field that it does not tell of is wrong.
type contract struct {
	t        *testing.T
	doc      map[string]any
	compiler *jsonschema.Compiler
	// told are the answers and the fields of the document, and seen those that came.
	told, seen map[string]bool
}

func newContract(t *testing.T, document string) *contract {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	c := &contract{t: t, doc: doc.(map[string]any), compiler: jsonschema.NewCompiler(), told: map[string]bool{}, seen: map[string]bool{}}
	c.compiler.DefaultDraft(jsonschema.Draft2020) // which OpenAPI 3.1 means
	c.compiler.AssertFormat()
	for name, schema := range at(doc, "components", "schemas").(map[string]any) {
		schema.(map[string]any)["additionalProperties"] = false
		for field := range at(schema, "properties").(map[string]any) {
			if name != "Submission" { // which is sent, and not answered
				c.told[name+"."+field] = true
			}
		}
	}
	for path, methods := range at(doc, "paths").(map[string]any) {
		for method := range methods.(map[string]any) {
			responses, _ := at(methods, method, "responses").(map[string]any)
			for status := range responses {
				c.told[strings.ToUpper(method)+" "+path+" "+status] = true
			}
		}
	}
	if err := c.compiler.AddResource("openapi.json", doc); err != nil {
		t.Fatal(err)
	}
	return c
}

// schema is the one at a place of the document.
func (c *contract) schema(place ...string) *jsonschema.Schema {
	c.t.Helper()
	var pointer strings.Builder
	for _, p := range place {
		pointer.WriteString("/" + url.PathEscape(strings.NewReplacer("~", "~0", "/", "~1").Replace(p)))
	}
	s, err := c.compiler.Compile("openapi.json#" + pointer.String())
	if err != nil {
		c.t.Fatal(err)
	}
	return s
}

// operation is the path of the document that a request is for.
func (c *contract) operation(method, path string) string {
	for template, methods := range at(c.doc, "paths").(map[string]any) {
		pattern := "^" + regexp.MustCompile(`\\\{\w+\\\}`).ReplaceAllString(regexp.QuoteMeta(template), "[^/]+") + "$"
		if regexp.MustCompile(pattern).MatchString(path) && at(methods, strings.ToLower(method)) != nil {
			return template
		}
	}
	c.t.Fatalf("the document has no %s %s", method, path)
	return ""
}

// holds sees that an answer is one that the document tells of, with its media type, its
// headers and each of its fields.
func (c *contract) holds(r *http.Request, w *httptest.ResponseRecorder) {
	c.t.Helper()
	template, status := c.operation(r.Method, r.URL.Path), fmt.Sprint(w.Code)
	name := r.Method + " " + template + " " + status
	response := []any{"paths", template, strings.ToLower(r.Method), "responses", status}
	told := at(c.doc, response...)
	if told == nil {
		c.t.Errorf("%s is not told of: %s", name, w.Body)
		return
	}
	c.seen[name] = true
	place := make([]string, len(response))
	for i, p := range response {
		place[i] = p.(string)
	}
	headers, _ := at(told, "headers").(map[string]any)
	for header := range headers {
		value := w.Header().Get(header)
		if value == "" && header != "Location" { // which is for what is published
			c.t.Errorf("%s: there is no %s", name, header)
			continue
		}
		var v any = value
		if at(told, "headers", header, "schema", "type") == "integer" {
			v = json.Number(value)
		}
		if err := c.schema(append(place, "headers", header, "schema")...).Validate(v); value != "" && err != nil {
			c.t.Errorf("%s: %s is %q: %v", name, header, value, err)
		}
	}
	content, _ := at(told, "content").(map[string]any)
	if content == nil {
		if w.Body.Len() != 0 {
			c.t.Errorf("%s: there is a body that is not told of: %s", name, w.Body)
		}
		return
	}
	kind, _, _ := mime.ParseMediaType(w.Header().Get("Content-Type"))
	if content[kind] == nil {
		c.t.Errorf("%s: it is %q, which is not told of", name, kind)
		return
	}
	v, err := jsonschema.UnmarshalJSON(w.Body)
	if err != nil {
		c.t.Errorf("%s: %v", name, err)
		return
	}
	if err := c.schema(append(place, "content", kind, "schema")...).Validate(v); err != nil {
		c.t.Errorf("%s: %v\n%.2000v", name, err, v)
	}
	if ref, ok := at(content, kind, "schema", "$ref").(string); ok {
		c.see(strings.TrimPrefix(ref, "#/components/schemas/"), v)
	}
}

// see notes which fields of a schema are in a value.
func (c *contract) see(schema string, v any) {
	for field, value := range v.(map[string]any) {
		c.seen[schema+"."+field] = true
		about := at(c.doc, "components", "schemas", schema, "properties", field)
		one, _ := at(about, "$ref").(string)
		each, _ := at(about, "items", "$ref").(string)
		if one != "" {
			c.see(strings.TrimPrefix(one, "#/components/schemas/"), value)
		}
		if each != "" {
			for _, item := range value.([]any) {
				c.see(strings.TrimPrefix(each, "#/components/schemas/"), item)
			}
		}
	}
}

// asks sends a request and holds the answer to the document; 0 wants any answer of it.
func (c *contract) asks(h http.Handler, want int, method, path string, body io.Reader, header ...string) *httptest.ResponseRecorder {
	c.t.Helper()
	r := httptest.NewRequestWithContext(context.Background(), method, apptest.BaseURL+path, body)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != want && want != 0 {
		c.t.Errorf("%s %s: got %d, want %d: %.500s", method, path, w.Code, want, w.Body)
	}
	c.holds(r, w)
	return w
}

// faulty is a body that cannot be read.
type faulty struct{ read func() (int, error) }

func (f faulty) Read([]byte) (int, error) { return f.read() }

// TestAPIKeepsToItsDocument asks for every answer of every operation that the document tells
// of, until each field that it tells of was seen.
func TestAPIKeepsToItsDocument(t *testing.T) {
	t.Parallel()
	n := newNeighbour(t, apptest.Options{Judge: moody{}, Config: func(c *apptest.Config) {
		c.EmbedOrigins, c.ProofOfWork = []string{friend}, "always"
	}})
	h := n.blog.Handler()
	c := newContract(t, n.blog.Get("/api/openapi.json").Body)
	const (
		one  = "/api/v1/comments/"
		work = "/api/v1/posts/boat/work"
		fine = `{"author": "Ada", "body": "A fine boat."}`
	)
	get := func(want int, path string, header ...string) *httptest.ResponseRecorder {
		t.Helper()
		return c.asks(h, want, http.MethodGet, path, nil, header...)
	}
	post := func(want int, path, body string, header ...string) {
		t.Helper()
		c.asks(h, want, http.MethodPost, path, strings.NewReader(body), header...)
	}

	// A thread with all there can be in one.
	first := n.blog.MustComment(comment.Submission{Post: "boat", Author: "Ada", URL: "https://ada.example.org/~ada", Body: "A *fine* boat.", Role: comment.Author})
	n.blog.MustComment(comment.Submission{Post: "boat", Author: "ada", Body: "It is me.", Channel: comment.API})
	parent := first.ID
	for i := range 7 { // deeper than they are nested
		parent = n.blog.MustComment(comment.Submission{Post: "boat", Author: "Ben", Body: fmt.Sprint("Reply ", i), Parent: fmt.Sprint(parent)}).ID
	}
	gone := n.blog.MustComment(comment.Submission{Post: "boat", Author: "Eve", Body: "To be taken away."}).ID
	n.blog.MustComment(comment.Submission{Post: "boat", Author: "Fay", Body: "An orphan.", Parent: fmt.Sprint(gone)})
	n.decide(t, int(gone), "trash")
	erased := n.blog.MustComment(comment.Submission{Post: "boat", Author: "Gil", Body: "To be erased."})
	n.blog.MustComment(comment.Submission{Post: "boat", Author: "Hal", Body: "It stays.", Parent: fmt.Sprint(erased.ID)})
	n.blog.Post(n.blog.Comments.OwnPath(erased.ID, erased.Link)+"/erase", url.Values{})
	edited := n.blog.MustComment(comment.Submission{Post: "boat", Author: "Ida", Body: "Before."})
	n.blog.Clock.Advance(time.Minute)
	n.blog.Post(n.blog.Comments.OwnPath(edited.ID, edited.Link)+"/edit", url.Values{"author": {"Ida"}, "body": {"After."}})
	n.write("/note", note("Jo", "A boat, then."))
	n.mention(t, "/note")
	n.decide(t, int(edited.ID)+1, "approve")
	for i := range 64 {
		n.blog.MustComment(comment.Submission{Post: "boat", Author: "Kit", Body: fmt.Sprint("Wave ", i)})
	}

	get(200, "/api/openapi.json")
	tag := get(200, boatAPI).Header().Get("ETag")
	get(304, boatAPI, "If-None-Match", tag)
	get(200, boatAPI+"?page=2")
	get(200, boatAPI+"?order=newest")
	get(200, "/api/v1/posts/closed/comments")
	get(400, boatAPI+"?page=x")
	get(400, boatAPI+"?order=best")
	get(404, boatAPI+"?page=9")
	get(404, "/api/v1/posts/none/comments")
	tag = get(200, one+"1").Header().Get("ETag")
	get(304, one+"1", "If-None-Match", tag)
	for id := 1; id <= int(edited.ID)+1; id++ {
		if id == int(gone) {
			get(410, one+fmt.Sprint(id))
		} else {
			get(200, one+fmt.Sprint(id))
		}
	}
	get(404, one+"9999")
	get(404, one+"x")
	get(200, work)
	get(404, "/api/v1/posts/none/work")

	post(201, boatAPI, fine)
	post(201, boatAPI, `{"author": "Ada", "body": "spam"}`)
	for _, path := range []string{boatAPI, boatAPI + "/preview"} {
		post(400, path, `{"author": "Ada", "body": "A f`)
		post(400, path, `{"writer": "Ada"}`)
		post(400, path, `{"author": 7}`)
		post(400, path, fine, "Idempotency-Key", "1")
		post(403, path, fine, "Sec-Fetch-Site", "cross-site", "Origin", stranger)
		post(404, strings.Replace(path, "boat", "none", 1), fine)
		c.asks(h, 408, http.MethodPost, path, faulty{func() (int, error) { return 0, os.ErrDeadlineExceeded }})
		post(409, strings.Replace(path, "boat", "closed", 1), fine)
		post(413, path, `{"body": "`+strings.Repeat("a", 300_000)+`"}`)
		post(415, path, "author=Ada", "Content-Type", "application/x-www-form-urlencoded")
		c.asks(h, 500, http.MethodPost, path, faulty{func() (int, error) { panic("out of order") }})
	}
	post(200, boatAPI+"/preview", `{"author": "Ada", "url": "https://ada.example.org", "body": "*Fine.*"}`)
	post(422, boatAPI, `{"author": "", "email": "@", "url": "javascript:1", "body": "", "parent": 9999}`)
	post(422, boatAPI, `{"author": "Ada", "body": "`+strings.Repeat("a", comment.MaxBody+1)+`"}`)

	// Of other blogs: one that asks for no work and lets few in, and one whose disk fails.
	few := sharing(t, func(c *apptest.Config) { c.CommentRate = "1/m" }).Handler()
	c.asks(few, 200, http.MethodGet, work, nil)
	published := c.asks(few, 201, http.MethodPost, boatAPI, strings.NewReader(fine))
	if got := published.Header().Get("Location"); got != apptest.BaseURL+one+"1" {
		t.Errorf("published: the Location is %q", got)
	}
	c.asks(few, 429, http.MethodPost, boatAPI, strings.NewReader(fine))
	for range 1000 {
		if w := c.asks(few, 0, http.MethodPost, boatAPI+"/preview", strings.NewReader(fine)); w.Code == http.StatusTooManyRequests {
			break
		}
	}
	broken, disk, _ := openFailing(t)
	if _, err := disk.Add(t.Context(), comment.Comment{Post: "boat", Author: "Ada", Body: "Fine.", Status: comment.Approved}, comment.Given{}); err != nil {
		t.Fatal(err)
	}
	disk.now = true
	c.asks(broken, 500, http.MethodGet, boatAPI, nil)
	c.asks(broken, 500, http.MethodGet, one+"1", nil)
	c.asks(broken, 500, http.MethodPost, boatAPI, strings.NewReader(fine))

	for _, what := range slices.Sorted(maps.Keys(c.told)) {
		if !c.seen[what] {
			t.Errorf("the document tells of %s, which never came", what)
		}
	}
}
