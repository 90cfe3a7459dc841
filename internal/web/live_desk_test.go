package web_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/comment"
	"hamlet/internal/desk"
)

// deskListens opens a stream of how much there is to do, with the session of somebody.
func deskListens(t *testing.T, base, path string, c *apptest.Client) (*http.Response, *bufio.Scanner) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", base+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	for _, ck := range c.Cookies("/admin/queue") {
		r.AddCookie(ck)
	}
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = res.Body.Close() })
	return res, bufio.NewScanner(res.Body)
}

var liveAt = regexp.MustCompile(`data-live="([^"]+)"`)

// liveOn is where a page says that it is told of.
func liveOn(t *testing.T, page string) string {
	t.Helper()
	m := liveAt.FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("the page names no place to listen: %s", page)
	}
	return strings.ReplaceAll(m[1], "&amp;", "&")
}

// TestDeskLive listens while comments come and are decided on, as a moderator and as an author,
// who hears of the posts of their own; and who logs out hears no more.
func TestDeskLive(t *testing.T) {
	t.Parallel()
	b, s, base := served(t, 20*time.Millisecond)
	s.SetLive(10, 10, 100, 20*time.Millisecond)
	come := func(post, body string) {
		b.MustComment(comment.Submission{Post: post, Author: "Ada", Body: body})
	}
	come("boat", "Hello")
	ada := b.Login("ada", account.Moderator)
	page := ada.Get("/admin/queue?status=approved").Body
	res, in := deskListens(t, base, liveOn(t, page), ada) //nolint:bodyclose // with the test
	if got := res.Header.Get("Cache-Control"); res.StatusCode != 200 || got != "no-store" {
		t.Fatalf("got %d, %q", res.StatusCode, got)
	}
	hears(t, in, `{"counts":{"approved":1,"mentions":0,"pending":0,"reports":0,"spam":0,"trash":0}}`)
	come("boat", "Hello again")
	hearsAtLast(t, in, `{"counts":{"approved":2,"mentions":0,"pending":0,"reports":0,"spam":0,"trash":0},"fresh":"One new comment"}`)
	ada.Post("/admin/comments/1/trash", nil)
	hearsAtLast(t, in, `{"counts":{"approved":1,"mentions":0,"pending":0,"reports":0,"spam":0,"trash":1},"fresh":"One new comment"}`)
	come("note-01", "Elsewhere")
	hearsAtLast(t, in, `{"counts":{"approved":2,"mentions":0,"pending":0,"reports":0,"spam":0,"trash":1},"fresh":"2 new comments"}`)
	if err := b.Web().Reports.Report(t.Context(), 3, desk.ReportedSpam, "", "a reader"); err != nil {
		t.Fatal(err)
	}
	hearsAtLast(t, in, `{"counts":{"approved":2,"mentions":0,"pending":0,"reports":1,"spam":0,"trash":1},"fresh":"2 new comments"}`)

	mark := liveOn(t, page)
	nobody := account.NewUser{Name: "berta", Role: account.Author, Writes: "Nobody At All", Password: apptest.Password}
	if _, err := b.Accounts.AddUser(t.Context(), account.Shell, nobody); err != nil {
		t.Fatal(err)
	}
	author := b.Client()
	author.Post("/admin/login", url.Values{"name": {"berta"}, "password": {apptest.Password}})
	_, of := deskListens(t, base, mark, author) //nolint:bodyclose // with the test
	hears(t, of, `{"counts":{"approved":0,"mentions":0,"pending":0,"reports":0,"spam":0,"trash":0}}`)

	ada.Post("/admin/logout", nil)
	for in.Scan() {
	}
	if err := in.Err(); err != nil {
		t.Errorf("the stream did not end in order: %v", err)
	}
	if res, _ := deskListens(t, base, mark, ada); res.StatusCode != http.StatusSeeOther { //nolint:bodyclose // with the test
		t.Errorf("logged out: got %d", res.StatusCode)
	}
}

// TestDeskLiveHasItsOwnPlaces: readers leave no place of theirs to moderators, and take none.
func TestDeskLiveHasItsOwnPlaces(t *testing.T) {
	t.Parallel()
	b, s, base := served(t, time.Minute)
	s.SetLive(1, 1, 100, time.Minute)
	ada, bo := b.Login("ada", account.Moderator), b.Login("bo", account.Moderator)
	_, in := listenTo(t, t.Context(), base) //nolint:bodyclose // with the test
	hears(t, in, `{"count":0,"newest":0}`)
	mark := liveOn(t, ada.Get("/admin/queue").Body)
	for _, want := range []int{http.StatusOK, http.StatusServiceUnavailable} {
		if res, _ := deskListens(t, base, mark, ada); res.StatusCode != want { //nolint:bodyclose // with the test
			t.Errorf("beside a reader: got %d, want %d", res.StatusCode, want)
		}
	}
	s.SetPlaces(9, 1, -1)
	if res, _ := deskListens(t, base, mark, bo); res.StatusCode != http.StatusOK { //nolint:bodyclose // with the test
		t.Errorf("of the same address, under load: got %d", res.StatusCode)
	}
}

func TestDeskLiveIsOfAList(t *testing.T) {
	t.Parallel()
	b := open(t)
	ada := b.Login("ada", account.Moderator)
	for _, path := range []string{"/admin/live", "/admin/live?mark=x", "/admin/live?mark=0-0&status=odd"} {
		if got := ada.Get(path).Code; got != http.StatusNotFound {
			t.Errorf("%s: got %d", path, got)
		}
	}
	for range 30 {
		b.MustComment(comment.Submission{Post: "boat", Author: "Ada", Body: "Hello"})
	}
	first := ada.Get("/admin/queue?status=approved").Body
	if !liveAt.MatchString(first) {
		t.Error("the first page is not told of")
	}
	next := regexp.MustCompile(`href="([^"]+)" rel="next"`).FindStringSubmatch(first)
	if next == nil {
		t.Fatal("there is one page only")
	}
	if page := ada.Get(strings.ReplaceAll(next[1], "&amp;", "&")).Body; liveAt.MatchString(page) {
		t.Error("a page further on has nothing new, and is told of")
	}
}

// TestDeskManifest asks for what a system wants to know that keeps the desk on a home screen:
// without a session, as browsers do.
func TestDeskManifest(t *testing.T) {
	t.Parallel()
	b := open(t)
	r := b.Get("/admin/manifest.webmanifest")
	var m struct {
		ID, Display, Scope string
		Start              string `json:"start_url"`
		Icons              []struct{ Src string }
	}
	if err := json.Unmarshal([]byte(r.Body), &m); err != nil || r.Code != http.StatusOK {
		t.Fatalf("got %d, %v", r.Code, err)
	}
	if m.ID != "/admin" || m.Display != "standalone" || m.Scope != "/admin" || m.Start != "/admin/queue?status=pending" || len(m.Icons) != 3 {
		t.Errorf("got %+v", m)
	}
	for _, i := range m.Icons {
		if got := b.Get(i.Src); got.Code != http.StatusOK || got.Header.Get("Content-Type") != "image/png" {
			t.Errorf("%s: got %d", i.Src, got.Code)
		}
	}
	if page := b.Get("/admin/login").Body; !strings.Contains(page, `<link rel="manifest" href="/admin/manifest.webmanifest">`) {
		t.Error("the pages do not name it")
	}
}
