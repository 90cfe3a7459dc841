package akismet_test

import (
	"bytes"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"hamlet/internal/account"
	"hamlet/internal/akismet"
	"hamlet/internal/apptest"
)

// site is a site with a key, at a whole blog.
type site struct {
	*apptest.Blog
	t   testing.TB
	key string
	id  akismet.SiteID
}

// open opens a blog and makes a key.
func open(tb testing.TB) *site {
	tb.Helper()
	s := &site{Blog: apptest.Open(tb, apptest.Options{}), t: tb}
	s.id, s.key = s.add("Shop")
	return s
}

func (s *site) add(name string) (akismet.SiteID, string) {
	s.t.Helper()
	is, key, err := s.Sites.AddSite(s.t.Context(), account.Shell, name)
	if err != nil {
		s.t.Fatalf("add site: %v", err)
	}
	return is.ID, string(key)
}

// set changes how the site is judged for.
func (s *site) set(id akismet.SiteID, change func(*akismet.Settings)) {
	s.t.Helper()
	to := akismet.DefaultSettings
	change(&to)
	if err := s.Sites.Change(s.t.Context(), account.Shell, id, to); err != nil {
		s.t.Fatalf("change site: %v", err)
	}
}

// settle keeps and learns what waits.
func (s *site) settle() {
	s.t.Helper()
	if err := s.Sites.Settle(s.t.Context()); err != nil {
		s.t.Fatalf("settle: %v", err)
	}
}

// form is a form of names and values by turns.
func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

// with is the form of a check with the key, and some more.
func (s *site) with(pairs ...string) url.Values {
	v := form("api_key", s.key, "blog", "https://shop.example.org/", "user_ip", "192.0.2.7")
	maps.Copy(v, form(pairs...))
	return v
}

// call posts a form to a path as clients do.
func (s *site) call(path string, v url.Values) *apptest.Response {
	s.t.Helper()
	return s.raw(http.MethodPost, apptest.BaseURL+path, "application/x-www-form-urlencoded", []byte(v.Encode()))
}

// raw sends a request as it is, without anything a browser would add.
func (s *site) raw(method, address, kind string, body []byte) *apptest.Response {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), method, address, bytes.NewReader(body))
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	return s.do(r)
}

func (s *site) do(r *http.Request) *apptest.Response {
	s.t.Helper()
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	got := &apptest.Response{Code: w.Code, Header: w.Header(), Body: w.Body.String()}
	if got, want := got.Header.Get("Content-Length"), strconv.Itoa(w.Body.Len()); got != want {
		s.t.Errorf("%s %s: Content-Length %q, want %q", r.Method, r.URL, got, want)
	}
	return got
}

// parts is a form as multipart, and its type.
func parts(tb testing.TB, v url.Values) (kind string, body []byte) {
	tb.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, values := range v {
		for _, value := range values {
			if err := w.WriteField(name, value); err != nil {
				tb.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return w.FormDataContentType(), b.Bytes()
}

// Texts that the filter is sure of.
const (
	spamText = "Buy cheap viagra online, best casino bonus, payday loans: http://cheap-pills.example/buy " +
		"http://casino.example/win http://loans.example/now click here for discount cialis"
	hamText = "Thank you for the recipe. I baked the bread on Sunday with rye instead of wheat, and the crust came out a little darker."
)

// asks returns whether a comment is called spam.
func (s *site) asks(pairs ...string) string {
	s.t.Helper()
	return s.call("/1.1/comment-check", s.with(pairs...)).Body
}

func isSpam(author, body string) []string {
	return []string{"comment_author", author, "comment_content", body, "comment_type", "comment"}
}

func unlike(key string) string { return strings.Repeat("f", len(key)) }

// noLimit lets a site ask as often as it likes.
func noLimit(to *akismet.Settings) { to.PerMinute = 0 }
