package apptest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"hamlet/internal/apptest"
)

// echo answers with what it was asked.
func echo() http.Handler {
	m := http.NewServeMux()
	m.HandleFunc("/echo/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header()["X-Twice"] = []string{"one", "two"}
		_, _ = fmt.Fprintf(w, "%s %s\n\t %s\n", r.Method, r.Host, r.URL.RequestURI())
		if shown := r.Header.Get("X-Shown"); shown != "" {
			_, _ = fmt.Fprintf(w, "X-Shown: %s\n", shown)
		}
		_ = r.ParseForm()
		for name, values := range r.PostForm {
			_, _ = fmt.Fprintf(w, "%s=%q\n", name, values)
		}
	})
	m.HandleFunc("/login", func(w http.ResponseWriter, _ *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "who", Value: "ada", Path: "/in", HttpOnly: true})
		w.Header().Set("Location", "/in")
		w.WriteHeader(http.StatusSeeOther)
	})
	m.HandleFunc("/in", func(w http.ResponseWriter, r *http.Request) {
		if c, err := r.Cookie("who"); err == nil {
			_, _ = fmt.Fprint(w, "hello ", c.Value)
		}
	})
	return m
}

func TestRunScripts(t *testing.T) {
	t.Parallel()
	apptest.RunScripts(t, "testdata/script/*.txt", func(*testing.T) http.Handler { return echo() })
}

// TestScriptsFail: what a script says must be able to be untrue.
func TestScriptsFail(t *testing.T) {
	t.Parallel()
	const get = "GET /echo/\n"
	tests := []struct{ name, script, want string }{
		{"code", get + "code == 404", "s.txt:2: code == 404: got 200"},
		{"code !=", get + "code != 200", "s.txt:2: code != 200: got 200"},
		{"header", get + "code == 200\nheader X-Twice == one", "s.txt:3: header X-Twice == one: got one, two"},
		{"header is missing", get + "code == 200\nheader X-None ~ .", "s.txt:3: header X-None ~ .: got "},
		{"header is there", get + "code == 200\nheader X-Twice ==", "s.txt:3: header X-Twice ==: got one, two"},
		{"pattern", get + "code == 200\nheader X-Twice !~ ^one", "s.txt:3: header X-Twice !~ ^one: got one, two"},
		{"body contains", get + "code == 200\nbody contains cake", "s.txt:3: body contains cake: got the body below"},
		{"body does not contain", get + "code == 200\nbody !contains GET", "s.txt:3: body !contains GET: got the body below"},
		{"the body is shown", get + "code == 404", "\n200 OK\n\nGET blog.example.org\n\t /echo/\n"},
		{"body is not trimmed", get + "code == 200\nbody == GET blog.example.org /echo/", "s.txt:3: body == GET blog.example.org /echo/: got"},
		{"trimbody", get + "code == 200\ntrimbody == GET", "s.txt:3: trimbody == GET: got the body below"},
		{"each failure", get + "code == 1\ncode == 2", "s.txt:2: code == 1: got 200\ns.txt:3: code == 2: got 200"},
		{"each case", get + "code == 1\n\n" + get + "code == 2", "s.txt:5: code == 2: got 200"},
		{"the case is named", "\n\nPOST /echo/x\ncode == 1", "s.txt:3: POST /echo/x\n"},

		{"no case", "# nothing\n\n", "s.txt: there is no case"},
		{"no code", get + "body contains GET", "s.txt:1: this case does not check the code"},
		{"no request", "code == 200", `s.txt:1: a case begins with a request`},
		{"no path", "GET echo", `s.txt:1: a case begins with a request`},
		{"blank in the path", "GET /a b", `s.txt:1: a case begins with a request`},
		{"broken path", "GET /%zz\ncode == 200", `s.txt:1: read the target: `},
		{"no such operator", get + "code > 200", `s.txt:2: "code > 200" is no check`},
		{"no such subject", get + "size == 200", `s.txt:2: "size == 200" is no check`},
		{"header without a name", get + "header == x", `s.txt:2: "header == x" is no check`},
		{"broken pattern", get + "body ~ (", "s.txt:2: read the pattern: "},
		{"nothing to look for", get + "body contains", "s.txt:2: every text has nothing in it"},
		{"empty pattern", get + "body ~ ", "s.txt:2: every text has nothing in it"},
		{"broken quotes", get + `body contains "x`, "s.txt:2: read the quoted value"},
		{"broken quotes in a form", get + `a="x`, "s.txt:2: read the quoted value"},
		{"broken quotes in a header", get + `A: "x`, "s.txt:2: read the quoted value"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := apptest.RunScript(t.Context(), echo(), "s.txt", tt.script)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
		})
	}
}

// TestScriptsAreReadBeforeTheyRun: half a script asks nothing.
func TestScriptsAreReadBeforeTheyRun(t *testing.T) {
	t.Parallel()
	asked := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("was asked") })
	if err := apptest.RunScript(t.Context(), asked, "s.txt", "GET /\ncode == 200\n\nnonsense\n"); err == nil {
		t.Error("got no error")
	}
}

func TestLongBodiesAreCut(t *testing.T) {
	t.Parallel()
	long := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprint(w, strings.Repeat("x", 100_000))
	})
	err := apptest.RunScript(t.Context(), long, "s.txt", "GET /\ncode == 404\n")
	if got := len(err.Error()); got > 3000 {
		t.Errorf("the error has %d bytes", got)
	}
}
