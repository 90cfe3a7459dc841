// Package apptest also runs scripts.
//
// # Scripts
//
// A script says in plain lines what is asked of a web server and what is to come
// back. It is a text file of cases with an empty line between them:
//
//	# A reader forgets the name.
//	POST /posts/hello/comments
//	Sec-Fetch-Site: same-origin
//	author=
//	body="Two lines,\nin quotes."
//	code == 422
//	header Content-Type ~ ^text/html
//	trimbody contains Two lines, in quotes.
//	body !contains Thank you
//
// A case begins with a method and a target. Then come, in any order, headers
// ("Name: value"), fields of a form ("name=value", without a blank before the
// sign) and checks. A line that begins with # is a remark.
//
// A check is a subject, an operator and what is wanted. Subjects: code; header
// NAME (its values joined by ", ", empty if it is missing); body; trimbody, which
// is the body with every run of white space made one blank. Operators: ==, !=,
// contains, !contains, and ~ and !~ for a regular expression. A value may be
// quoted as in Go.
//
// Every case must check the code: a page that has no secret in it because it is
// an error page proves nothing. Cookies that are set are sent in later cases of
// the same script, so a script can log in. Redirections are not followed.
package apptest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path"
	"strconv"
	"strings"
	"testing"
)

// RunScripts runs each script that matches the pattern ("testdata/*.txt"), as a
// test of its own and against a handler of its own.
func RunScripts(t *testing.T, pattern string, open func(t *testing.T) http.Handler) {
	t.Helper()
	here := os.DirFS(".")
	files, err := fs.Glob(here, pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("scripts %s: found none (%v)", pattern, err)
	}
	for _, file := range files {
		t.Run(path.Base(file), func(t *testing.T) {
			t.Parallel()
			src, err := fs.ReadFile(here, file)
			if err != nil {
				t.Fatal(err)
			}
			if err := RunScript(t.Context(), open(t), file, string(src)); err != nil {
				t.Error(err)
			}
		})
	}
}

// RunScript runs one script against a handler. Its error has a line for each
// check that failed, beginning with file:line. A script that cannot be read is
// not run at all.
func RunScript(ctx context.Context, h http.Handler, file, src string) error {
	cases, err := parseScript(file, src)
	if err != nil {
		return err
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return fmt.Errorf("%s: open a cookie jar: %w", file, err)
	}
	var errs []error
	for _, c := range cases {
		if err := c.run(ctx, h, jar); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// run sends one request and checks the answer.
func (c *scriptCase) run(ctx context.Context, h http.Handler, jar http.CookieJar) error {
	r := httptest.NewRequestWithContext(ctx, c.method, "http://blog.example.org"+c.target, c.body())
	maps.Copy(r.Header, c.header)
	if host := c.header.Get("Host"); host != "" {
		r.Host = host
	}
	at := &url.URL{Scheme: "http", Host: r.Host, Path: r.URL.Path}
	for _, cookie := range jar.Cookies(at) {
		r.AddCookie(cookie)
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	res := rec.Result()
	defer func() { _ = res.Body.Close() }()
	jar.SetCookies(at, res.Cookies())
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return fmt.Errorf("%s: read the answer: %w", c.at, err)
	}
	return c.judge(res, string(body))
}

// judge makes every check, and shows the beginning of the body if one failed.
func (c *scriptCase) judge(res *http.Response, body string) error {
	var errs []error
	for _, k := range c.checks {
		got := k.of(res, body)
		if k.holds(got) {
			continue
		}
		if strings.HasSuffix(k.subject, "body") {
			got = "the body below"
		}
		errs = append(errs, fmt.Errorf("%s: %s: got %s", k.at, k.text, got))
	}
	if len(errs) == 0 {
		return nil
	}
	const shown = 2000
	if len(body) > shown {
		body = strings.ToValidUTF8(body[:shown], "") + "…"
	}
	return fmt.Errorf("%s: %s %s\n%w\n%d %s\n\n%s", c.at, c.method, c.target,
		errors.Join(errs...), res.StatusCode, http.StatusText(res.StatusCode), body)
}

// of is what the check looks at.
func (k *check) of(res *http.Response, body string) string {
	switch k.subject {
	case "code":
		return strconv.Itoa(res.StatusCode)
	case "header":
		return strings.Join(res.Header.Values(k.header), ", ")
	case "trimbody":
		return strings.Join(strings.Fields(body), " ")
	default:
		return body
	}
}

// holds tells whether what came is what was wanted.
func (k *check) holds(got string) bool {
	var ok bool
	switch strings.TrimPrefix(k.op, "!") {
	case "==", "=": // what is left of "!="
		ok = got == k.want
	case "contains":
		ok = strings.Contains(got, k.want)
	case "~":
		ok = k.pattern.MatchString(got)
	}
	return ok != strings.HasPrefix(k.op, "!")
}
