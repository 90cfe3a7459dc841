package web_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/away"
	"hamlet/internal/comment"
	"hamlet/internal/content"
	"hamlet/internal/desk"
	"hamlet/internal/picture"
	"hamlet/internal/site"
	"hamlet/internal/spam"
	"hamlet/internal/store"
	"hamlet/internal/web"
)

// failing is a store whose disk fails as soon as it is told to.
type failing struct {
	comment.Store
	now   bool
	reads atomic.Int64 // of threads
	// change makes another comment of the first; nil leaves it.
	change func(*comment.Comment)
}

var errDisk = errors.New("disk failed at /secret/place")

func (f *failing) Add(ctx context.Context, c comment.Comment, g comment.Given) (comment.Added, error) {
	if f.now {
		return comment.Added{}, errDisk
	}
	return f.Store.Add(ctx, c, g)
}

func (f *failing) Outline(ctx context.Context, post string) ([]comment.Branch, error) {
	if f.now {
		return nil, errDisk
	}
	f.reads.Add(1)
	return f.Store.Outline(ctx, post)
}

func (f *failing) Approved(ctx context.Context, ids []comment.ID) ([]comment.Comment, error) {
	cs, err := f.Store.Approved(ctx, ids)
	for i := range cs {
		if f.change != nil && cs[i].ID == 1 {
			f.change(&cs[i])
		}
	}
	return cs, err
}

// failingCount is a Finder that cannot count what is asked about a text.
type failingCount struct{ desk.Finder }

func (f failingCount) Count(ctx context.Context, s desk.Scope, d desk.Filter) (int, error) {
	if d.Text != "" {
		return 0, errDisk
	}
	return f.Finder.Count(ctx, s, d)
}

type allOpen struct{}

func (allOpen) Thread(string) comment.ThreadState { return comment.ThreadOpen }

// openFailing is a blog on a failing store, and what it logs.
func openFailing(t *testing.T) (h http.Handler, disk *failing, log *bytes.Buffer) {
	t.Helper()
	now := func() time.Time { return apptest.Noon }
	lib, err := content.Load(notes())
	if err != nil {
		t.Fatal(err)
	}
	blog := site.Build(lib, site.Options{BaseURL: apptest.BaseURL, Now: now()})
	db, err := store.Open(t.Context(), store.Options{URL: ":memory:", Key: make([]byte, 32), Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	log = &bytes.Buffer{}
	logger := slog.New(slog.NewTextHandler(log, nil))
	disk = &failing{Store: db.Comments()}
	cs, err := comment.New(comment.Options{Store: disk, Judge: apptest.Says(spam.Ham), Threads: allOpen{}, Now: now, Log: logger})
	if err != nil {
		t.Fatal(err)
	}
	queue, err := desk.New(desk.Options{Finder: failingCount{db.Desk()}, Imitations: cs, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	jobs, err := desk.NewJobs(desk.JobOptions{Store: db.Jobs(), Finder: db.Desk(), Comments: cs, Now: now, Log: logger})
	if err != nil {
		t.Fatal(err)
	}
	accounts := account.New(account.Options{Store: db.Accounts(), Now: now})
	wanda := account.NewUser{Name: "wanda", Role: account.Moderator, Password: apptest.Password}
	if _, err := accounts.AddUser(t.Context(), account.Shell, wanda); err != nil {
		t.Fatal(err)
	}
	s, err := web.New(web.Options{
		Site: func() *site.Site { return blog }, Problems: func() content.Problems { return nil }, Files: fs.FS(notes()),
		Pictures: picture.New(picture.Options{Dir: t.TempDir(), Now: now}),
		BuiltIn:  web.MustBuiltIn(t), Comments: cs,
		Accounts: accounts, Sessions: db.Sessions(),
		Queue: queue, Jobs: jobs, Audit: desk.NewAudit(db.Audit()), Notes: desk.NewNotes(db.Notes(), cs, db.Accounts(), now), Reports: desk.NewReports(db.Reports(), cs, now),
		Views: desk.NewViews(db.Views(), now), Pasts: &desk.Pasts{Finder: db.Desk()},
		Outcomes:   db.Mentions(),
		Away:       away.NewService(db.Notices(), nil, away.Links{}, nil, now),
		PreviewKey: make([]byte, 32), FormKey: make([]byte, 32), Now: now, Log: logger,
	})
	if err != nil {
		t.Fatal(err)
	}
	return s, disk, log
}

func TestFailingStoreGivesTheTextBack(t *testing.T) {
	t.Parallel()
	h, disk, log := openFailing(t)
	disk.now = true
	r := httptest.NewRequest("POST", "/posts/boat/comments", strings.NewReader(fill("Ada", "My long text", "email", "ada@example.org").Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != 500 {
		t.Errorf("got %d, want 500", w.Code)
	}
	has(t, w.Body.String(), "My long text", "could not be kept", "<form", w.Header().Get("X-Request-Id"))
	hasNot(t, w.Body.String(), "secret")
	if got := strings.Count(log.String(), "level=ERROR"); got != 1 {
		t.Errorf("errors logged: got %d, want 1:\n%s", got, log)
	}
	hasNot(t, log.String(), "My long text", "ada@example.org", "192.0.2.1")
}

func TestFailingStoreStillShowsPosts(t *testing.T) {
	t.Parallel()
	h, disk, log := openFailing(t)
	disk.now = true
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/posts/boat", http.NoBody))
	if w.Code != 200 || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("got %d, Cache-Control %q, want 200, not to be kept", w.Code, w.Header().Get("Cache-Control"))
	}
	has(t, w.Body.String(), "<em>boat</em>", "cannot be shown at the moment")
	if !strings.Contains(log.String(), "level=ERROR") {
		t.Error("the fault was not logged")
	}
	disk.now = false
	w = httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/posts/boat", http.NoBody))
	hasNot(t, w.Body.String(), "cannot be shown")
}

// leaver is a client that leaves in the middle of an answer; net/http ends its request then.
type leaver struct {
	http.ResponseWriter
	leave func()
}

func (l leaver) Write([]byte) (int, error) {
	l.leave()
	return 0, syscall.EPIPE
}

// TestClientsThatLeave: it is nobody's fault that a client does not wait for all of a page. A
// page that cannot be sent to one that waits is.
func TestClientsThatLeave(t *testing.T) {
	t.Parallel()
	h, _, log := openFailing(t)
	for _, target := range []string{"/admin/login", "/nowhere"} {
		for _, leaves := range []bool{true, false} {
			ctx, cancel := context.WithCancel(t.Context())
			w := leaver{httptest.NewRecorder(), func() {}}
			if leaves {
				w.leave = cancel
			}
			log.Reset()
			h.ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", target, http.NoBody))
			cancel()
			if told := strings.Contains(log.String(), "level=ERROR"); told == leaves {
				t.Errorf("GET %s by a client that leaves (%v): the log says %q", target, leaves, log)
			}
		}
	}
}

func TestPagesComeFromTheCache(t *testing.T) {
	t.Parallel()
	h, disk, _ := openFailing(t)
	for _, target := range []string{"/posts/boat", "/posts/boat?utm=x", "/posts/boat?reply=1"} {
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", target, http.NoBody))
	}
	if n := disk.reads.Load(); n != 1 {
		t.Errorf("the thread was read %d times for a page that did not change, want once", n)
	}
}

// A thread that changed is read once, however many ask for it at that moment, and all
// of them get what there is now.
func TestChangedThreadIsReadOnce(t *testing.T) {
	t.Parallel()
	h, disk, _ := openFailing(t)
	get := func() string {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", "/posts/boat", http.NoBody))
		return w.Body.String()
	}
	get()
	for round := range 10 {
		c := comment.Comment{Post: "boat", Author: "Ada", Body: fmt.Sprintf("Number %d.", round), Status: comment.Approved}
		if _, err := disk.Add(t.Context(), c, comment.Given{}); err != nil {
			t.Fatal(err)
		}
		before := disk.reads.Load()
		h.(*web.Server).CommentsChanged("boat")
		start := make(chan struct{})
		var readers sync.WaitGroup
		for range 64 {
			readers.Go(func() {
				<-start
				if page := get(); !strings.Contains(page, c.Body) {
					t.Errorf("round %d: a reader got the page of before", round)
				}
			})
		}
		close(start)
		readers.Wait()
		if n := disk.reads.Load() - before; n != 1 {
			t.Errorf("round %d: 64 readers had the thread read %d times, want once", round, n)
		}
	}
}

func TestFailingStoreIsAProblemOfTheAPI(t *testing.T) {
	t.Parallel()
	h, disk, log := openFailing(t)
	disk.now = true
	r := httptest.NewRequest("POST", "/api/v1/posts/boat/comments", strings.NewReader(`{"author": "Ada", "body": "My long text", "email": "ada@example.org"}`))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != 500 || w.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("got %d %v", w.Code, w.Header())
	}
	has(t, w.Body.String(), `"request_id":"`+w.Header().Get("X-Request-Id")+`"`, "has been noted")
	hasNot(t, w.Body.String(), "secret", "My long text", "ada@example.org")
	if got := strings.Count(log.String(), "level=ERROR"); got != 1 {
		t.Errorf("errors logged: got %d, want 1:\n%s", got, log)
	}
	hasNot(t, log.String(), "My long text", "ada@example.org", "192.0.2.1")
}

// TestFailingCountOfAView: a saved view that cannot be counted is there without its number, and
// the queue as ever.
func TestFailingCountOfAView(t *testing.T) {
	t.Parallel()
	h, _, log := openFailing(t)
	var cookie []*http.Cookie
	ask := func(method, path string, form url.Values) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), method, apptest.BaseURL+path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		for _, ck := range cookie {
			r.AddCookie(ck)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	cookie = ask("POST", "/admin/login", url.Values{"name": {"wanda"}, "password": {apptest.Password}}).Result().Cookies()
	ask("POST", "/admin/views", url.Values{"name": {"Oars"}, "return": {"/admin/queue?q=oars&status=pending"}})
	got := ask("GET", "/admin/queue?status=pending", nil)
	if got.Code != http.StatusOK || !strings.Contains(got.Body.String(), "<bdi>Oars</bdi></a>") {
		t.Errorf("got %d:\n%s", got.Code, got.Body)
	}
	if !strings.Contains(log.String(), "count a saved view") {
		t.Error("the fault was not logged")
	}
}
