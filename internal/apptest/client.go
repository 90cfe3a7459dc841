package apptest

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// Client asks the blog's handler, as a browser on the blog's own pages would.
type Client struct {
	// Header is sent with every request.
	Header http.Header

	t       testing.TB
	handler http.Handler
	jar     http.CookieJar // nil: keeps no cookies
}

// Get asks for a path.
func (c *Client) Get(path string) *Response {
	c.t.Helper()
	for {
		r := c.Do(httptest.NewRequestWithContext(c.t.Context(), http.MethodGet, BaseURL+path, http.NoBody))
		if r.Header.Get("Refresh") == "" || !strings.HasPrefix(path, "/admin/filter") {
			return r
		}
		// The filter's desk is still at work, and kept the request waiting.
	}
}

// Post sends a form.
func (c *Client) Post(path string, form url.Values) *Response {
	c.t.Helper()
	r := httptest.NewRequestWithContext(c.t.Context(), http.MethodPost, BaseURL+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", BaseURL)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return c.Do(r)
}

// Do sends a request, the client's headers and cookies added.
func (c *Client) Do(r *http.Request) *Response {
	c.t.Helper()
	maps.Copy(r.Header, c.Header)
	at := &url.URL{Scheme: "http", Host: r.Host, Path: r.URL.Path}
	if c.jar != nil {
		for _, ck := range c.jar.Cookies(at) {
			r.AddCookie(ck)
		}
	}
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, r)
	res := w.Result()
	defer func() { _ = res.Body.Close() }()
	if c.jar != nil {
		c.jar.SetCookies(at, res.Cookies())
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatalf("%s %s: read body: %v", r.Method, r.URL, err)
	}
	return &Response{Code: res.StatusCode, Header: res.Header, Body: string(body)}
}

// Cookies are those that the browser would send to a path.
func (c *Client) Cookies(path string) []*http.Cookie {
	at, err := url.Parse(BaseURL + path)
	if err != nil {
		c.t.Fatal(err)
	}
	return c.jar.Cookies(at)
}

// Response is an answer, read whole.
type Response struct {
	Code   int
	Header http.Header
	Body   string
}

// Clock is a clock that a test moves by hand.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now is the time it shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves it forward.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Log collects what is logged.
type Log struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write takes a record.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
