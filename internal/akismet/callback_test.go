package akismet_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/akismet"
	"hamlet/internal/apptest"
)

// hooked is a site that is told, at an address of its own.
type hooked struct {
	*site
	srv    *httptest.Server
	got    []told
	answer func(ids []string) (status int, body string)
}

// told is what it was told, as WordPress's plugin reads it.
type told struct {
	Key, Endpoint string
	Comments      []struct {
		GUID   string `json:"guid"`
		Result string `json:"result"`
		Post   string `json:"comment_post_ID"`
		Parent string `json:"comment_parent"`
	}
	header http.Header
	path   string
}

// taken is WordPress's answer where it found the comments.
func taken(ids []string) (int, string) {
	all := map[string]map[string]string{}
	for _, id := range ids {
		all[id] = map[string]string{"status": "success"}
	}
	body, _ := json.Marshal(map[string]any{"comments": all}) // of strings, it cannot fail
	return http.StatusOK, string(body)
}

// hook opens a blog with a site that may be told, and lets this machine be reached.
func hook(t *testing.T) *hooked {
	t.Helper()
	h := &hooked{answer: taken}
	h.srv = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		in := told{header: r.Header, path: r.URL.Path}
		body, err := io.ReadAll(r.Body)
		if err == nil {
			err = json.Unmarshal(body, &in)
		}
		if err != nil {
			t.Errorf("told %s: %v", body, err)
		}
		h.got = append(h.got, in)
		var ids []string
		for _, c := range in.Comments {
			ids = append(ids, c.GUID)
		}
		status, answer := h.answer(ids)
		if status == http.StatusFound {
			w.Header().Set("Location", "/elsewhere")
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, answer)
	}))
	t.Cleanup(h.srv.Close)
	at := netip.MustParseAddrPort(h.srv.Listener.Addr().String())
	h.site = &site{Blog: apptest.Open(t, apptest.Options{Reach: func(to netip.AddrPort) bool { return to == at }}), t: t}
	h.id, h.key = h.add("Shop")
	h.set(h.id, callBack)
	return h
}

func callBack(to *akismet.Settings) { to.CallBack = true }

// form is a check of a blog that wants to be told.
func (h *hooked) form(pairs ...string) url.Values {
	v := h.with("blog", h.srv.URL+"/", "callback", h.srv.URL+"/wp-json/akismet/v1/webhook", "comment_post_ID", "7", "comment_parent", "0")
	maps.Copy(v, form(pairs...))
	return v
}

// check asks about a comment and returns its number.
func (h *hooked) check(pairs ...string) string {
	h.t.Helper()
	r := h.call("/1.1/comment-check", h.form(pairs...))
	if r.Body != "true" && r.Body != "false" {
		h.t.Fatalf("got %q, want a verdict", r.Body)
	}
	return r.Header.Get("X-Akismet-Guid")
}

func (h *hooked) correct(id string, isSpam bool) {
	h.t.Helper()
	if err := h.Sites.Correct(h.t.Context(), account.Shell, h.id, id, isSpam); err != nil {
		h.t.Fatalf("correct: %v", err)
	}
}

// tell tells what is due.
func (h *hooked) tell() {
	h.t.Helper()
	h.settle()
	if err := h.CallSites(h.t.Context()); err != nil {
		h.t.Fatalf("tell: %v", err)
	}
}

// stands is how it stands with telling the newest check.
func (h *hooked) stands() akismet.Told {
	h.t.Helper()
	all, err := h.Sites.Recent(h.t.Context(), account.Shell, h.id, akismet.Mark{}, 1)
	if err != nil || len(all) != 1 {
		h.t.Fatalf("recent: %v, %v", all, err)
	}
	return all[0].Told
}

// What the owner says otherwise the site is told once, as WordPress's plugin wants it.
func TestCallback(t *testing.T) {
	t.Parallel()
	h := hook(t)
	id := h.check(isSpam("Zorbel Quint", hamText)...)
	h.tell()
	if len(h.got) != 0 {
		t.Fatalf("told %+v, though nothing else was said", h.got)
	}
	h.correct(id, true)
	h.tell()
	h.tell()
	if len(h.got) != 1 {
		t.Fatalf("told %d times, want once", len(h.got))
	}
	got := h.got[0]
	if got.Key != h.key || got.Endpoint != "comment-check" || len(got.Comments) != 1 || got.path != "/wp-json/akismet/v1/webhook" ||
		got.header.Get("Content-Type") != "application/json" || got.header.Get("X-Akismet-Webhook") == "" || !strings.HasPrefix(got.header.Get("User-Agent"), "hamlet") {
		t.Errorf("told %+v", got)
	}
	if c := got.Comments[0]; c.GUID != id || c.Result != "true" || c.Post != "7" || c.Parent != "0" {
		t.Errorf("told of %+v", c)
	}
	if s := h.stands(); s.Verdict != "spam" || s.At.IsZero() || s.Waits || s.Problem != "" {
		t.Errorf("stands %+v, want told that it is spam", s)
	}
	h.correct(id, true)
	h.tell()
	if len(h.got) != 1 {
		t.Errorf("told %d times of the same, want once", len(h.got))
	}
	h.correct(id, false) // back to what was said at first, which the site does not hold any more
	h.tell()
	if len(h.got) != 2 || h.got[1].Comments[0].Result != "false" {
		t.Errorf("told %+v, want that it is honest", h.got)
	}
}

// What the site itself reports it is not told, and what was decided twice before it was told
// only if it is another word.
func TestCallbackOfWhatIsKnown(t *testing.T) {
	t.Parallel()
	h := hook(t)
	id := h.check(isSpam("Zorbel Quint", hamText)...)
	h.call("/1.1/submit-spam", h.form(isSpam("Zorbel Quint", hamText)...))
	h.tell()
	h.correct(id, true)
	h.correct(id, false)
	h.tell()
	if len(h.got) != 0 {
		t.Errorf("told %+v, want nothing", h.got)
	}
}

// Comments that are to be told at one address are told together.
func TestCallbackTogether(t *testing.T) {
	t.Parallel()
	h := hook(t)
	for i := range 3 {
		h.correct(h.check(append(isSpam(fmt.Sprint("Zorbel ", i), hamText), "user_role", "administrator")...), true)
	}
	h.tell()
	if len(h.got) != 1 || len(h.got[0].Comments) != 3 {
		t.Errorf("told %+v, want three at once", h.got)
	}
}

// What does not go out is tried again, and given up in the end.
func TestCallbackAgain(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, problem string
		again         bool
		answer        func([]string) (int, string)
	}{
		{"a fault", "status 503", true, func([]string) (int, string) { return 503, "" }},
		{"a redirect", "status 302", true, func([]string) (int, string) { return http.StatusFound, "" }},
		{"a page", "does not name the comment", true, func([]string) (int, string) { return 200, "<html>Hello" }},
		{"another comment", "does not name the comment", true, func([]string) (int, string) { return 200, `{"comments":{"x":{"status":"success"}}}` }},
		{"nothing, as PHP writes it", "does not name the comment", true, func([]string) (int, string) { return 200, `{"comments":[]}` }},
		{"unknown there", "Could not find matching comment.", false, func(ids []string) (int, string) {
			return 200, `{"comments":{"` + ids[0] + `":{"status":"error","message":"Could not\nfind matching comment."}}}`
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := hook(t)
			h.answer = tt.answer
			h.correct(h.check(isSpam("Zorbel Quint", hamText)...), true)
			h.tell()
			if s := h.stands(); len(h.got) != 1 || !strings.Contains(s.Problem, tt.problem) || s.Waits != tt.again || !s.At.IsZero() {
				t.Fatalf("told %d times, stands %+v, want %q, to be told: %t", len(h.got), s, tt.problem, tt.again)
			}
			if !tt.again {
				return
			}
			h.Clock.Advance(59 * time.Second)
			h.tell()
			if len(h.got) != 1 {
				t.Fatal("told again at once")
			}
			h.Clock.Advance(time.Minute)
			h.answer = func(ids []string) (int, string) { return 200, `{"` + ids[0] + `":"success"}` } // plainer than WordPress's
			h.tell()
			if s := h.stands(); len(h.got) != 2 || s.Verdict != "spam" || s.Waits || s.Problem != "" {
				t.Errorf("told %d times, stands %+v, want told", len(h.got), s)
			}
		})
	}
	t.Run("for good", func(t *testing.T) {
		t.Parallel()
		h := hook(t)
		h.srv.Close()
		h.correct(h.check(isSpam("Zorbel Quint", hamText)...), true)
		for range 9 {
			h.tell()
			h.Clock.Advance(25 * time.Hour)
		}
		if s := h.stands(); s.Waits || s.Problem == "" || strings.Contains(s.Problem, "webhook") {
			t.Errorf("stands %+v, want given up, and the address in no error", s)
		}
	})
}

// A host that does not answer keeps no other waiting, and what else is for it is not tried one
// by one.
func TestCallbackWaitsForNobody(t *testing.T) {
	t.Parallel()
	told, heard := make(chan string, 9), make(chan struct{}) // by whom; closed when the quick one was
	serve := func(name string, do func(*http.Request)) *httptest.Server {
		srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			told <- name
			do(r)
			panic(http.ErrAbortHandler) // it hangs up
		}))
		t.Cleanup(srv.Close)
		return srv
	}
	once := sync.OnceFunc(func() { close(heard) })
	quick := serve("quick", func(*http.Request) { once() })
	slow := serve("slow", func(r *http.Request) { // hangs if the quick one waits for it
		select {
		case <-heard:
		case <-r.Context().Done():
			t.Error("the quick one waits for the slow one")
		}
	})
	h := &hooked{srv: slow, site: &site{Blog: apptest.Open(t, apptest.Options{Reach: func(netip.AddrPort) bool { return true }}), t: t}}
	h.id, h.key = h.add("Shop")
	h.set(h.id, callBack)
	for _, to := range []string{slow.URL + "/a", slow.URL + "/b", quick.URL + "/c"} {
		h.correct(h.check(append(isSpam("Zorbel "+to, hamText), "user_role", "administrator", "blog", to, "callback", to)...), true)
	}
	for round := range 2 {
		h.tell()
		if len(told) != 2*(round+1) {
			t.Errorf("told %d times after round %d, want each host once in each", len(told), round+1)
		}
		h.Clock.Advance(time.Minute)
	}
}

// Only the blog's own host is told, as secretly as the blog is reached.
func TestCallbackOnlyHome(t *testing.T) {
	t.Parallel()
	h := hook(t)
	port := h.srv.URL[strings.LastIndex(h.srv.URL, ":"):]
	for _, tt := range []struct{ name, blog, callback string }{
		{"none", h.srv.URL, ""},
		{"another host", "http://shop.example.org", h.srv.URL + "/x"},
		{"a name like it", "http://127.0.0.1.example.org" + port, h.srv.URL + "/x"},
		{"another port", "http://127.0.0.1:1", h.srv.URL + "/x"},
		{"the web's port instead", h.srv.URL, "http://127.0.0.1/x"},
		{"in the open for a secret blog", "https://127.0.0.1" + port, h.srv.URL + "/x"},
		{"with a name and password", h.srv.URL, "http://a:b@127.0.0.1" + port + "/x"},
		{"another scheme", h.srv.URL, "gopher://127.0.0.1" + port + "/x"},
		{"no scheme", h.srv.URL, "//127.0.0.1" + port + "/x"},
		{"a path", h.srv.URL, "/x"},
		{"no address", h.srv.URL, "http://%zz"},
		{"too long", h.srv.URL, h.srv.URL + "/" + strings.Repeat("x", 2000)},
	} {
		r := h.call("/1.1/comment-check", h.form(append(isSpam(tt.name, hamText), "user_role", "administrator", "blog", tt.blog, "callback", tt.callback)...))
		h.correct(r.Header.Get("X-Akismet-Guid"), true)
		h.tell()
		if len(h.got) != 0 {
			t.Fatalf("%s: told %+v", tt.name, h.got)
		}
		if s := h.stands(); s.Waits || s.Problem != "" {
			t.Errorf("%s: stands %+v, want nothing to tell", tt.name, s)
		}
	}
}

// Tests, the default, and what the owner ended are told to nobody, and a private address
// never.
func TestCallbackOff(t *testing.T) {
	t.Parallel()
	off := func(*akismet.Settings) {}
	revoke := func(h *hooked) {
		if err := h.Sites.Revoke(h.t.Context(), account.Shell, h.id); err != nil {
			h.t.Fatal(err)
		}
	}
	for name, owner := range map[string]struct{ before, after func(*hooked) }{
		"by default":   {func(h *hooked) { h.set(h.id, off) }, func(h *hooked) { h.set(h.id, callBack) }},
		"switched off": {func(*hooked) {}, func(h *hooked) { h.set(h.id, off); h.set(h.id, callBack) }},
		"revoked":      {func(*hooked) {}, revoke},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := hook(t)
			owner.before(h)
			h.correct(h.check(isSpam("Zorbel Quint", hamText)...), true)
			owner.after(h)
			h.tell()
			if len(h.got) != 0 {
				t.Errorf("told %+v, want nothing", h.got)
			}
		})
	}
	t.Run("private", func(t *testing.T) {
		t.Parallel()
		s := open(t)
		s.set(s.id, callBack)
		r := s.call("/1.1/comment-check", s.with("blog", "http://127.0.0.1:1", "callback", "http://127.0.0.1:1/x", "comment_content", hamText))
		if err := s.Sites.Correct(t.Context(), account.Shell, s.id, r.Header.Get("X-Akismet-Guid"), true); err != nil {
			t.Fatal(err)
		}
		h := &hooked{site: s}
		h.tell()
		if is := h.stands(); !strings.Contains(is.Problem, "not one to fetch from") {
			t.Errorf("stands %+v, want refused", is)
		}
	})
}

// What was not final is judged anew two minutes later, and the site is told.
func TestCallbackOfRecheck(t *testing.T) {
	t.Parallel()
	h := hook(t)
	const body = "Nice post, see my page http://bread.example.org/rye where you can buy a loaf online."
	var id string
	for cost := 10.0; id == "" && cost > 0.1; cost *= 0.97 { // until it is nearly spam
		h.set(h.id, func(to *akismet.Settings) { to.CallBack, to.Cost, to.PerMinute = true, cost, 0 })
		r := h.call("/1.1/comment-check", h.form(append(isSpam("Mira", body), "is_test", "1")...))
		if r.Header.Get("X-Akismet-Recheck-After") == "" {
			continue
		}
		if r := h.call("/1.1/comment-check", h.form(append(isSpam("Mira", body), "recheck_reason", "recheck")...)); r.Header.Get("X-Akismet-Recheck-After") != "" {
			t.Error("to be asked again, and again")
		}
		r = h.call("/1.1/comment-check", h.form(isSpam("Mira", body)...))
		if id = r.Header.Get("X-Akismet-Guid"); r.Body != "false" || r.Header.Get("X-Akismet-Recheck-After") != "120" {
			t.Fatalf("got %q, %v, want false, to be asked again after 120", r.Body, r.Header)
		}
	}
	if id == "" {
		t.Fatal("at no cost it is nearly spam")
	}
	h.tell()
	h.Clock.Advance(119 * time.Second)
	h.tell()
	if len(h.got) != 0 {
		t.Fatal("told before the time")
	}
	h.Clock.Advance(time.Second)
	h.tell()
	if len(h.got) != 1 || h.got[0].Comments[0].GUID != id || h.got[0].Comments[0].Result != "false" {
		t.Fatalf("told %+v, want that it is honest", h.got)
	}
}
