package web_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/comment"
	"hamlet/internal/web"
)

// gate is who may pass at an address of the moderators' part.
type gate struct {
	// needs is the permission; empty: no session is asked for, a secret in the address or
	// in the form is.
	needs account.Permission
	// onPost means that the permission is needed on the post of comment :id only.
	onPost bool
	ask    string     // the address, where it is not that of the route with its numbers filled in
	form   url.Values // of a POST that means something
	shared bool       // the answer is the same for everybody, and caches may keep it
}

// gates has a line for every route of the moderators' part, by method and path as the router
// has them: the plan of permissions. A route that is not here fails the test.
func gates() map[string]gate {
	var (
		desk  = gate{needs: account.UseDesk}
		own   = gate{needs: account.ModerateComments, onPost: true}
		whole = gate{needs: account.ModerateComments}
		audit = gate{needs: account.SeeAudit}
		rules = gate{needs: account.ManageRules}
		users = gate{needs: account.ManageUsers}
		blog  = gate{needs: account.ManageBlog}
	)
	with := func(g gate, ask, form string) gate {
		g.ask = ask
		g.form, _ = url.ParseQuery(form)
		return g
	}
	return map[string]gate{
		// In and out.
		"GET /admin/login":                      {},
		"POST /admin/login":                     {},
		"POST /admin/login/second":              {},
		"POST /admin/login/passkey":             {},
		"POST /admin/login/options":             {},
		"POST /admin/logout":                    {},
		"GET /admin/setup":                      {},
		"POST /admin/setup":                     {},
		"GET /admin/invitation/:token":          {},
		"POST /admin/invitation/:token":         {},
		"POST /admin/invitation/:token/options": {},
		"GET /admin/feed/:token":                {},
		"GET /admin/do/:token":                  {},
		"POST /admin/do/:token":                 {},
		"GET /admin/do/done/:action":            with(gate{}, "/admin/do/done/approve", ""),
		"GET /admin/manifest.webmanifest":       {shared: true},
		// Of everybody at the desk, cut to what is in their scope.
		"GET /admin":                              desk,
		"GET /admin/queue":                        desk,
		"GET /admin/edits":                        desk,
		"GET /admin/content":                      desk,
		"GET /admin/acts":                         desk,
		"GET /admin/mentions":                     desk,
		"GET /admin/bulk":                         with(desk, "/admin/bulk?action=trash&select=1:0", ""),
		"POST /admin/bulk":                        with(desk, "", "action=trash&select=1:0"),
		"GET /admin/notices":                      desk,
		"POST /admin/notices":                     desk,
		"POST /admin/notices/feed":                desk,
		"POST /admin/prove":                       with(desk, "", "proof_password="+url.QueryEscape(apptest.Password)),
		"POST /admin/prove/options":               desk,
		"GET /admin/account":                      desk,
		"POST /admin/account/password":            desk,
		"GET /admin/account/passkeys":             desk,
		"POST /admin/account/passkeys":            desk,
		"POST /admin/account/passkeys/options":    desk,
		"POST /admin/account/passkeys/:id/remove": desk,
		"POST /admin/account/codes":               desk,
		"POST /admin/account/codes/confirm":       desk,
		"POST /admin/account/codes/off":           desk,
		"POST /admin/account/recovery":            desk,
		"POST /admin/account/sessions":            desk,
		"GET /admin/live":                         desk, // a list that cannot be read is not followed
		"GET /admin/views":                        desk,
		"POST /admin/views":                       with(desk, "", "name=Mine&return=/admin/queue?status=spam"),
		"POST /admin/views/:id/rename":            with(desk, "/admin/views/99/rename", "name=Mine"),
		"POST /admin/views/:id/remove":            with(desk, "/admin/views/99/remove", ""),
		// About one comment, of whoever may decide on it.
		"GET /admin/comments/:id":                    own,
		"GET /admin/comments/:id/edit":               own,
		"POST /admin/comments/:id/edit":              with(own, "", "body=Changed&revision=0"),
		"GET /admin/comments/:id/reply":              own,
		"POST /admin/comments/:id/reply":             with(own, "", "body=Thanks&revision=0"),
		"POST /admin/comments/:id/note":              with(own, "", "text=Look"),
		"POST /admin/comments/:id/note/:note/remove": own,
		"POST /admin/comments/:id/assign":            own,
		"POST /admin/comments/:id/reports/dismiss":   with(own, "", "last=1"),
		"POST /admin/comments/:id/reports/reopen":    own,
		"POST /admin/comments/:id/thread/:what":      with(own, "/admin/comments/:id/thread/lock", ""),
		"POST /admin/comments/:id/:action":           with(own, "/admin/comments/:id/trash", ""),
		"POST /admin/edits/:id/:edit/:verdict":       desk, // of an edit that is not there; TestEditsOfOthers has one
		"POST /admin/posts":                          with(own, "/admin/posts", "post=:post&do=close"),
		// What many comments are done by.
		"POST /admin/acts/:id/undo":   with(desk, "/admin/acts/99/undo", ""),
		"GET /admin/jobs/:id":         with(desk, "/admin/jobs/99", ""),
		"POST /admin/jobs/:id/cancel": with(desk, "/admin/jobs/99/cancel", ""),
		"GET /admin/waves/:id":        with(desk, "/admin/waves/99", ""),
		// Of the whole blog.
		"GET /admin/mail":                           whole,
		"POST /admin/mail/:id/retry":                whole,
		"POST /admin/mail/:id/discard":              whole,
		"POST /admin/notices/:id/retry":             whole,
		"POST /admin/notices/:id/discard":           whole,
		"GET /admin/audit":                          audit,
		"GET /admin/audit.csv":                      audit,
		"GET /admin/audit.jsonl":                    audit,
		"GET /admin/rules":                          rules,
		"POST /admin/rules":                         with(rules, "", "kind=word&value=x&effect=hold"),
		"GET /admin/rules/:id":                      rules,
		"POST /admin/rules/:id":                     with(rules, "", "kind=word&value=x&effect=hold"),
		"POST /admin/rules/:id/remove":              rules,
		"POST /admin/attack":                        with(gate{needs: account.SwitchAttack}, "", "lasting=off"),
		"GET /admin/filter":                         rules,
		"GET /admin/filter/replay":                  rules,
		"GET /admin/filter/setting":                 rules,
		"POST /admin/filter/setting":                with(rules, "", "by=thresholds&hold=60&spam=90"),
		"POST /admin/filter/count":                  rules,
		"GET /admin/filter/try":                     rules,
		"GET /admin/filter/sweep":                   with(rules, "/admin/filter/sweep?kind=word&value=x", ""),
		"GET /admin/filter/models":                  rules,
		"POST /admin/filter/models":                 rules,
		"POST /admin/filter/models/:step":           with(rules, "/admin/filter/models/back", ""),
		"GET /admin/filter/labels":                  rules,
		"GET /admin/filter/learned":                 rules,
		"POST /admin/filter/learned":                users,
		"GET /admin/filter/learned.jsonl":           users,
		"POST /admin/filter/learned/:step":          with(users, "/admin/filter/learned/forget", ""),
		"POST /admin/notices/hooks/:id":             with(blog, "/admin/notices/hooks/0", "name=x&url=https://hooks.example.org/&format=json&pace=soon&held=1"),
		"POST /admin/notices/hooks/:id/test":        blog,
		"POST /admin/notices/hooks/:id/remove":      blog,
		"GET /admin/sites":                          users,
		"POST /admin/sites":                         with(users, "", "name=Shop"),
		"GET /admin/sites/:id":                      users,
		"POST /admin/sites/:id":                     with(users, "", "cost=2"),
		"POST /admin/sites/:id/revoke":              users,
		"POST /admin/sites/:id/checks/:check/:said": with(users, "/admin/sites/:id/checks/99/spam", ""),
		"GET /admin/filter/opinion":                 blog,
		"POST /admin/filter/opinion/again":          blog,
		"GET /admin/users":                          users,
		"POST /admin/users/invitations":             with(users, "", "role=moderator"),
		"POST /admin/users/invitations/:id/revoke":  users,
		"POST /admin/users/:id/:action":             with(users, "/admin/users/1/enable", ""),
	}
}

// gated is a blog with a comment under a post of ines's own and one under another's.
type gated struct {
	*apptest.Blog
	own, other comment.ID
}

func openGated(t *testing.T) gated {
	t.Helper()
	b := apptest.Open(t, apptest.Options{Content: twoAuthors(), Config: func(c *apptest.Config) {
		c.Hold = string(comment.HoldAll)
		askAnother(c)
	}})
	g := gated{Blog: b}
	g.own = b.MustComment(comment.Submission{Post: "mine", Author: "Ann", Body: "I wait under mine."}).ID
	g.other = b.MustComment(comment.Submission{Post: "theirs", Author: "Ann", Body: "I wait under theirs."}).ID
	return g
}

// askAnother gives a blog the owner's page about another filter, which nobody asks here.
func askAnother(c *apptest.Config) { c.AkismetKey = "0123456789ab" }

// login makes an account of a role and logs it in.
func (g gated) login(t *testing.T, role account.Role) *apptest.Client {
	t.Helper()
	if role == account.Author {
		return loginAuthor(t, g.Blog, "Ines Fern")
	}
	return g.Login(string(role), role)
}

// about puts a comment and its post where an address or a form names them, and numbers and
// secrets of nothing where it names anything else.
func about(s string, id comment.ID, post string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "/:id", fmt.Sprint("/", id)), ":post", post)
	for _, name := range []string{"/:note", "/:edit"} {
		s = strings.ReplaceAll(s, name, "/99")
	}
	return strings.ReplaceAll(s, "/:token", "/nothing")
}

// request asks as the gate says, about a comment.
func (g gate) request(t *testing.T, route string, id comment.ID, post string) *http.Request {
	t.Helper()
	method, path, _ := strings.Cut(route, " ")
	if g.ask != "" {
		path = g.ask
	}
	path = about(path, id, post)
	if method == http.MethodGet {
		return httptest.NewRequestWithContext(t.Context(), method, apptest.BaseURL+path, http.NoBody)
	}
	form := url.Values{}
	for name, values := range g.form {
		form[name] = []string{about(values[0], id, post)}
	}
	r := httptest.NewRequestWithContext(t.Context(), method, apptest.BaseURL+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", apptest.BaseURL)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return r
}

// kept is what the database is, to the byte.
func (g gated) kept(t *testing.T) [32]byte {
	t.Helper()
	var all bytes.Buffer
	for _, name := range []string{"hamlet.db", "hamlet.db-wal"} {
		b, err := os.ReadFile(filepath.Join(g.Data, name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		all.Write(b)
	}
	return sha256.Sum256(all.Bytes())
}

// TestEveryRouteHasAGate: a new route of the moderators' part needs a line in the table.
func TestEveryRouteHasAGate(t *testing.T) {
	t.Parallel()
	known, seen := gates(), map[string]bool{}
	for _, route := range web.AllRoutes() {
		method, path, _ := strings.Cut(route, " ")
		if path != "/admin" && !strings.HasPrefix(path, "/admin/") {
			continue
		}
		if method == http.MethodHead {
			route = "GET " + path
		}
		if _, ok := known[route]; !ok {
			t.Errorf("%s: no line in the table says who may pass", route)
		}
		seen[route] = true
	}
	for route := range known {
		if !seen[route] {
			t.Errorf("%s: there is no such route", route)
		}
	}
	if len(seen) < 80 {
		t.Errorf("only %d routes were looked at", len(seen))
	}
}

// TestGatesStayClosed asks at every route without a session, from another site with an
// owner's session, and with each role that may not pass; and reads every page as an owner.
// Nothing of it changes a byte of the database, and each answer says how it is to be kept.
func TestGatesStayClosed(t *testing.T) {
	t.Parallel()
	g := openGated(t)
	owner, moderator, author := g.login(t, account.Owner), g.login(t, account.Moderator), g.login(t, account.Author)
	want := g.kept(t)
	check := func(t *testing.T, what string, shared bool, r *apptest.Response) {
		t.Helper()
		if !shared {
			wantKeptAway(t, what, r.Header)
		}
		if got := g.kept(t); got != want {
			t.Errorf("%s: the database changed", what)
			want = got
		}
	}
	for route, gate := range gates() {
		t.Run(route, func(t *testing.T) { //nolint:paralleltest // they look at one database
			ask := func(id comment.ID, post string) *http.Request { return gate.request(t, route, id, post) }
			if gate.needs != "" {
				r := g.Client().Do(ask(g.own, "mine"))
				if to := r.Header.Get("Location"); r.Code != http.StatusSeeOther || !strings.HasPrefix(to, "/admin/login?") {
					t.Errorf("without a session: got %d to %q, want 303 to the login", r.Code, to)
				}
				check(t, "without a session", gate.shared, r)
			}
			for role, c := range map[account.Role]*apptest.Client{account.Moderator: moderator, account.Author: author} {
				who := account.Actor{Role: role, Posts: []string{"mine"}}
				for _, on := range []struct {
					id   comment.ID
					post string
				}{{g.own, "mine"}, {g.other, "theirs"}} {
					if gate.passes(who, on.post) {
						continue
					}
					r := c.Do(ask(on.id, on.post))
					if r.Code != http.StatusForbidden {
						t.Errorf("as %s, %s: got %d, want 403", role, on.post, r.Code)
					}
					check(t, "as "+string(role), gate.shared, r)
				}
			}
			if strings.HasPrefix(route, "GET ") {
				r := owner.Do(ask(g.own, "mine"))
				if r.Code >= 500 {
					t.Errorf("as an owner: got %d", r.Code)
				}
				check(t, "as an owner", gate.shared, r)
				return
			}
			for name, header := range map[string][2]string{
				"another site":          {"https://evil.example.net", "cross-site"},
				"a site beside":         {"http://shop.example.org", "same-site"},
				"an old browser there":  {"https://evil.example.net", ""},
				"a page without origin": {"null", "cross-site"},
				"a page of two words":   {apptest.BaseURL, "cross-site"},
			} {
				forged := ask(g.own, "mine")
				forged.Header.Set("Origin", header[0])
				forged.Header.Set("Sec-Fetch-Site", header[1])
				if header[1] == "" {
					forged.Header.Del("Sec-Fetch-Site")
				}
				r := owner.Do(forged)
				if r.Code != http.StatusForbidden {
					t.Errorf("from %s: got %d, want 403", name, r.Code)
				}
				check(t, "from "+name, gate.shared, r)
			}
		})
	}
}

// passes reports whether an actor may pass, about a comment under a post.
func (g gate) passes(who account.Actor, post string) bool {
	switch {
	case g.needs == "":
		return true
	case g.onPost:
		return who.MayOn(g.needs, post) == nil
	}
	return who.May(g.needs) == nil
}

// wantKeptAway: no page of the moderators is kept by a cache, found by a search engine,
// framed by another site, or named to one.
func wantKeptAway(t *testing.T, what string, h http.Header) {
	t.Helper()
	if got := h.Get("Cache-Control"); got != "no-store" {
		t.Errorf("%s: Cache-Control: got %q, want no-store", what, got)
	}
	if got := h.Get("X-Robots-Tag"); !strings.HasPrefix(got, "noindex") {
		t.Errorf("%s: X-Robots-Tag: got %q, want noindex", what, got)
	}
	if got := h.Get("Content-Security-Policy"); !strings.Contains(got, "frame-ancestors 'none'") || !strings.Contains(got, "form-action 'self'") {
		t.Errorf("%s: Content-Security-Policy: got %q", what, got)
	}
	if got := h.Get("Referrer-Policy"); got != "same-origin" && got != "no-referrer" {
		t.Errorf("%s: Referrer-Policy: got %q, want same-origin or no-referrer", what, got)
	}
	if got := h.Get("X-Content-Type-Options"); got != "nosniff" {
		t.Errorf("%s: X-Content-Type-Options: got %q, want nosniff", what, got)
	}
}

// TestGatesOpen: who has the permission is not refused; what there is not, is not found.
func TestGatesOpen(t *testing.T) {
	t.Parallel()
	for route, gate := range gates() {
		for _, role := range account.Roles {
			who := account.Actor{Role: role, Posts: []string{"mine"}}
			if gate.needs == "" || !gate.passes(who, "mine") {
				continue
			}
			t.Run(route+" as "+string(role), func(t *testing.T) {
				t.Parallel()
				g := openGated(t)
				g.MustUser("first", account.Owner)
				r := g.login(t, role).Do(gate.request(t, route, g.own, "mine"))
				if slices.Contains([]int{http.StatusForbidden, http.StatusUnauthorized}, r.Code) || r.Code >= 500 {
					t.Errorf("got %d\n%s", r.Code, r.Body)
				}
				if to := r.Header.Get("Location"); strings.HasPrefix(to, "/admin/login") && route != "POST /admin/logout" {
					t.Errorf("led to %s", to)
				}
			})
		}
	}
}
