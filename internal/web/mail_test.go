package web_test

import (
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// mailed is a blog that sends mails.
type mailed struct {
	*apptest.Blog
	sink *apptest.Sink
}

func newMailed(t *testing.T, says spam.Class) *mailed {
	t.Helper()
	return newMailedAt(t, says, "https://blog.example.org")
}

func newMailedAt(t *testing.T, says spam.Class, base string) *mailed {
	t.Helper()
	sink := apptest.OpenSink(t, apptest.SinkOptions{})
	b := apptest.Open(t, apptest.Options{
		Content: fstest.MapFS{"posts/hello.md": {Data: []byte("---\ntitle: Hello\ndate: 2026-11-01\n---\nHi.\n")}},
		Mail:    sink, Judge: apptest.Says(says),
		Config: func(c *apptest.Config) { c.BaseURL = base },
	})
	return &mailed{b, sink}
}

// write sends a comment with an address, and all that can be ticked.
func (m *mailed) write(address string, parent comment.ID) comment.ID {
	sub := comment.Submission{Post: "hello", Author: "Ada", Body: "Typed words.", Email: address, Tell: true, Replies: true}
	if parent != 0 {
		sub.Parent = strconv.FormatInt(int64(parent), 10)
	}
	return m.MustComment(sub).ID
}

func (m *mailed) decide(t *testing.T, id comment.ID, a comment.Action, reason string) {
	t.Helper()
	if _, err := m.Comments.Decide(t.Context(), account.Shell, id, comment.Decision{Action: a, Reason: reason}); err != nil {
		t.Fatal(err)
	}
}

// subjects are what some mails are about, with whom they went to.
func subjects(mails []apptest.Mail) string {
	var out []string
	for _, m := range mails {
		out = append(out, m.To+": "+m.Subject)
	}
	return strings.Join(out, "\n")
}

// TestDoubleOptIn goes the whole way: a comment is held, approved, its address
// confirmed, and replies are mailed until they are not wanted any more.
func TestDoubleOptIn(t *testing.T) {
	t.Parallel()
	m := newMailed(t, spam.Unsure)
	first := m.write("ada@example.org", 0)
	got := m.Mails(m.sink)
	if len(got) != 1 || !strings.HasPrefix(got[0].Subject, "Your comment on “Hello”") || !strings.Contains(got[0].Text, "waits for a moderator") {
		t.Fatalf("after sending:\n%s", subjects(got))
	}
	m.decide(t, first, comment.Approve, "")
	got = m.Mails(m.sink)
	if len(got) != 1 || !strings.Contains(subjects(got), "please confirm") {
		t.Fatalf("after approval:\n%s", subjects(got))
	}
	to := got[0].Link(t, "/comments/confirm/")
	m.Clock.Advance(comment.OutcomeAfter)
	outcome := m.Mails(m.sink)
	if len(outcome) != 1 || !strings.Contains(subjects(outcome), "is published") {
		t.Fatalf("when it cannot be undone lightly any more:\n%s", subjects(outcome))
	}
	for _, mail := range slices.Concat(got, outcome) {
		if strings.Contains(mail.Text+mail.HTML, "Typed words") {
			t.Errorf("typed words are mailed to an address that nobody confirmed:\n%s", mail.Text)
		}
	}
	m.decide(t, m.write("bo@example.org", first), comment.Approve, "")
	for _, mail := range m.Mails(m.sink) {
		if mail.To == "ada@example.org" {
			t.Errorf("a reply is mailed to an address that nobody confirmed: %s", mail.Subject)
		}
	}
	for range 2 { // as programs do that look for bad links
		if r := m.Get(to); r.Code != http.StatusOK || !strings.Contains(r.Body, "Yes, mail me replies") || r.Header.Get("Referrer-Policy") != "no-referrer" {
			t.Fatalf("got %d\n%s", r.Code, r.Body)
		}
	}
	if r := m.Post(to, nil); r.Code != http.StatusSeeOther || r.Header.Get("Location") != to {
		t.Fatalf("got %d to %s", r.Code, r.Header.Get("Location"))
	}
	if r := m.Get(to); !strings.Contains(r.Body, "The address is confirmed") {
		t.Errorf("got\n%s", r.Body)
	}
	reply := m.write("bo@example.org", first)
	m.Mails(m.sink)
	m.decide(t, reply, comment.Approve, "")
	got = m.Mails(m.sink)
	if !strings.Contains(subjects(got), "ada@example.org: Ada replied to you on “Hello”") {
		t.Fatalf("after a reply:\n%s", subjects(got))
	}
	notice := got[0]
	for _, mail := range got {
		if mail.To == "ada@example.org" {
			notice = mail
		}
	}
	if r := m.Get(notice.Link(t, "/comment/")); r.Code != http.StatusFound || !strings.Contains(r.Header.Get("Location"), "#comment-"+strconv.FormatInt(int64(reply), 10)) {
		t.Errorf("the link to the reply leads to %d %s", r.Code, r.Header.Get("Location"))
	}
	oneClick(t, m, notice)
	m.decide(t, m.write("cy@example.org", first), comment.Approve, "")
	for _, mail := range m.Mails(m.sink) {
		if mail.To == "ada@example.org" {
			t.Errorf("mailed after the stop: %s", mail.Subject)
		}
	}
}

// oneClick ends mails as a mail program does, by what the headers say.
func oneClick(t *testing.T, m *mailed, mail apptest.Mail) {
	t.Helper()
	to := strings.Trim(mail.Header.Get("List-Unsubscribe"), "<>")
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, to, strings.NewReader(mail.Header.Get("List-Unsubscribe-Post")))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "https://mail.example.com")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, r)
	if w.Code != http.StatusOK || len(w.Result().Cookies()) != 0 {
		t.Errorf("one click: got %d %v\n%s", w.Code, w.Result().Cookies(), w.Body)
	}
}

// TestOutcomes: what authors are told of decisions, if they want to know.
func TestOutcomes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		says    spam.Class
		actions []comment.Action
		want    string // the subject; empty: nothing is mailed
	}{
		{"approved", spam.Unsure, []comment.Action{comment.Approve}, "Your comment on “Hello” is published"},
		{"declined", spam.Unsure, []comment.Action{comment.ToTrash}, "Your comment on “Hello” is not published"},
		{"spam", spam.Unsure, []comment.Action{comment.MarkSpam}, ""},
		{"spam in the trash", spam.Spam, []comment.Action{comment.ToTrash}, ""},
		{"no spam after all", spam.Spam, []comment.Action{comment.Approve}, "Your comment on “Hello” is published"},
		{"taken down", spam.Ham, []comment.Action{comment.ToTrash}, "Your comment on “Hello” is not published"},
		{"undone before it was mailed", spam.Unsure, []comment.Action{comment.ToTrash, comment.Restore}, ""},
		{"declined, then approved", spam.Unsure, []comment.Action{comment.ToTrash, comment.Approve}, "Your comment on “Hello” is published"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := newMailed(t, tt.says)
			r := m.MustComment(comment.Submission{Post: "hello", Author: "Ada", Body: "Typed words.", Email: "ada@example.org", Tell: true})
			if got := m.Mails(m.sink); len(got) != 1 {
				t.Fatalf("after sending: %s", subjects(got))
			}
			for _, a := range tt.actions {
				m.decide(t, r.ID, a, "Off topic.")
			}
			m.Clock.Advance(comment.OutcomeAfter - time.Second)
			if early := m.Mails(m.sink); len(early) != 0 {
				t.Fatalf("while it may still be undone: %s", subjects(early))
			}
			m.Clock.Advance(time.Second)
			got := m.Mails(m.sink)
			if tt.want == "" && len(got) == 0 {
				return
			}
			if len(got) != 1 || tt.want == "" || !strings.HasPrefix(got[0].Subject, tt.want) {
				t.Fatalf("got %q, want %q", subjects(got), tt.want)
			}
			if declined := strings.Contains(tt.want, "not"); strings.Contains(got[0].Text, "Off topic.") != declined {
				t.Errorf("the reason is in the mail: %t, want %t\n%s", !declined, declined, got[0].Text)
			}
		})
	}
}

// TestUndoneIsNotMailed: what is undone before the mail about it goes out is told to nobody;
// what is undone after it is told anew.
func TestUndoneIsNotMailed(t *testing.T) {
	t.Parallel()
	m := newMailed(t, spam.Ham)
	r := m.MustComment(comment.Submission{Post: "hello", Author: "Ada", Body: "Typed words.", Email: "ada@example.org", Tell: true})
	m.Mails(m.sink)
	decline := func() comment.ActID {
		acted, err := m.Comments.Act(t.Context(), account.Shell, r.ID, comment.Decision{Action: comment.ToTrash})
		if err != nil {
			t.Fatal(err)
		}
		return acted.Act
	}
	undo := func(act comment.ActID) {
		if _, err := m.Comments.Undo(t.Context(), account.Shell, act); err != nil {
			t.Fatal(err)
		}
	}
	act := decline()
	m.Clock.Advance(comment.OutcomeAfter - time.Second)
	undo(act)
	m.Clock.Advance(24 * time.Hour)
	if got := m.Mails(m.sink); len(got) != 0 {
		t.Errorf("undone in time: %s", subjects(got))
	}
	act = decline()
	m.Clock.Advance(comment.OutcomeAfter)
	if got := m.Mails(m.sink); len(got) != 1 || !strings.Contains(got[0].Subject, "is not published") {
		t.Errorf("declined: %s", subjects(got))
	}
	undo(act)
	m.Clock.Advance(comment.OutcomeAfter)
	if got := m.Mails(m.sink); len(got) != 1 || !strings.Contains(got[0].Subject, "is published") {
		t.Errorf("undone too late: %s", subjects(got))
	}
}

// TestUndoneLeavesWhatWaits: what was decided before, and is not mailed yet, is mailed once
// what came after it is undone.
func TestUndoneLeavesWhatWaits(t *testing.T) {
	t.Parallel()
	m := newMailed(t, spam.Unsure)
	r := m.MustComment(comment.Submission{Post: "hello", Author: "Ada", Body: "Typed words.", Email: "ada@example.org", Tell: true})
	m.Mails(m.sink)
	var act comment.ActID
	for _, d := range []comment.Decision{{Action: comment.Approve}, {Action: comment.ToTrash, Reason: "Off topic."}} {
		acted, err := m.Comments.Act(t.Context(), account.Shell, r.ID, d)
		if err != nil {
			t.Fatal(err)
		}
		act = acted.Act
		m.Clock.Advance(comment.OutcomeAfter - time.Second)
		if got := m.Mails(m.sink); len(got) != 0 {
			t.Fatalf("while it may still be undone: %s", subjects(got))
		}
	}
	if _, err := m.Comments.Undo(t.Context(), account.Shell, act); err != nil {
		t.Fatal(err)
	}
	m.Clock.Advance(24 * time.Hour)
	got := m.Mails(m.sink)
	if len(got) != 1 || !strings.Contains(got[0].Subject, "is published") || strings.Contains(got[0].Text, "Off topic.") {
		t.Errorf("the approval that stands again: %s", subjects(got))
	}
}

// TestStopAll: one link ends all mails, and lets them go on.
func TestStopAll(t *testing.T) {
	t.Parallel()
	m := newMailed(t, spam.Unsure)
	m.write("ada@example.org", 0)
	stop := m.Mails(m.sink)[0].Link(t, "/comments/stop/")
	if r := m.Get(stop); r.Code != http.StatusOK || !strings.Contains(r.Body, "No more mails from this blog?") {
		t.Fatalf("got %d\n%s", r.Code, r.Body)
	}
	m.write("ada@example.org", 0)
	if got := m.Mails(m.sink); len(got) != 1 {
		t.Errorf("looking at the page ended the mails: %s", subjects(got))
	}
	r := m.Post(stop, url.Values{"do": {"stop"}})
	if r.Code != http.StatusSeeOther {
		t.Fatalf("got %d", r.Code)
	}
	if r := m.Get(r.Header.Get("Location")); !strings.Contains(r.Body, "Nothing is mailed to you any more") || !strings.Contains(r.Body, `value="resume"`) {
		t.Errorf("got\n%s", r.Body)
	}
	m.write("ada@example.org", 0)
	if got := m.Mails(m.sink); len(got) != 0 {
		t.Errorf("mailed after the stop: %s", subjects(got))
	}
	if r := m.Post(stop, url.Values{"do": {"resume"}}); r.Code != http.StatusSeeOther {
		t.Fatalf("got %d", r.Code)
	}
	m.write("ada@example.org", 0)
	if got := m.Mails(m.sink); len(got) != 1 {
		t.Errorf("got %q after mails were to go on, want one", subjects(got))
	}
}

// TestForgedLinks: a link that the blog did not make does nothing.
func TestForgedLinks(t *testing.T) {
	t.Parallel()
	m := newMailed(t, spam.Unsure)
	m.write("ada@example.org", 0)
	mail := m.Mails(m.sink)[0]
	stop, own := mail.Link(t, "/comments/stop/"), strings.TrimPrefix(mail.Link(t, "/comments/A"), "/comments/")
	for _, path := range []string{
		stop + "A", stop[:len(stop)-1], "/comments/stop/" + own, "/comments/confirm/" + own, "/comments/stop/x", "/comments/confirm/%00",
	} {
		if got := m.Get(path).Code; got != http.StatusNotFound {
			t.Errorf("GET %s: got %d, want 404", path, got)
		}
		if got := m.Post(path, url.Values{"do": {"stop"}}).Code; got != http.StatusNotFound {
			t.Errorf("POST %s: got %d, want 404", path, got)
		}
	}
}

// TestWithoutMail: a blog without a mail server keeps no mails to be sent, and says so.
func TestWithoutMail(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{
		Content: fstest.MapFS{"posts/hello.md": {Data: []byte("---\ntitle: Hello\ndate: 2026-11-01\n---\nHi.\n")}},
	})
	b.MustComment(comment.Submission{Post: "hello", Author: "Ada", Body: "Words.", Email: "ada@example.org", Tell: true, Replies: true})
	if waiting, _, err := b.Comments.CountMails(t.Context(), account.Shell); err != nil || waiting != 0 {
		t.Errorf("got %d mails waiting (%v), want none", waiting, err)
	}
	if r := b.Login("mo", account.Moderator).Get("/admin/mail"); r.Code != http.StatusOK || !strings.Contains(r.Body, "This blog sends no mails") {
		t.Errorf("got %d\n%s", r.Code, r.Body)
	}
}

// TestDeadMails: what was given up is shown without the address, sent once more, or
// forgotten.
func TestDeadMails(t *testing.T) {
	t.Parallel()
	m := newMailedAt(t, spam.Unsure, apptest.BaseURL)
	desk := m.Login("mo", account.Moderator)
	refuse := func(step, _ string) error {
		if step == "data" {
			return apptest.Refusal(554, 5, 7, 1, "ada@example.org may not")
		}
		return nil
	}
	m.sink.Answer(refuse)
	m.write("ada@example.org", 0)
	m.write("bo@example.org", 0)
	m.Mails(m.sink)
	r := desk.Get("/admin/mail")
	if !strings.Contains(r.Body, "554 5.7.1") || !strings.Contains(r.Body, "2 failed") || strings.Contains(r.Body, "@example.org") {
		t.Fatalf("got %d\n%s", r.Code, r.Body)
	}
	m.sink.Answer(nil)
	mustPost(t, desk, "/admin/mail/1/retry", "")
	pageSays(t, desk.Get("/admin/mail"), "One mail waits", "what was sent cannot be called back")
	mustPost(t, desk, "/admin/mail/1/retry", "") // it is tried already
	mustPost(t, desk, undoOf(t, desk.Get("/admin/acts").Body), "")
	if got := m.Mails(m.sink); len(got) != 0 {
		t.Errorf("undone before it was sent: %s", subjects(got))
	}
	pageSays(t, desk.Get("/admin/mail"), "2 failed", "/admin/mail/1/retry")
	if r := desk.Post("/admin/mail/1/retry", nil); r.Code != http.StatusSeeOther || r.Header.Get("Location") != "/admin/mail" {
		t.Fatalf("got %d", r.Code)
	}
	if got := m.Mails(m.sink); len(got) != 1 || got[0].To != "ada@example.org" {
		t.Errorf("after the retry: %s", subjects(got))
	}
	if r := desk.Post(undoOf(t, desk.Get("/admin/mail").Body), nil); r.Code != http.StatusConflict || !strings.Contains(r.Body, "what was sent cannot be called back") {
		t.Errorf("undone after it was sent: got %d\n%s", r.Code, r.Body)
	}
	if r := desk.Post("/admin/mail/2/discard", nil); r.Code != http.StatusSeeOther {
		t.Fatalf("got %d", r.Code)
	}
	pageSays(t, desk.Get("/admin/acts"), "discarded a mail: Private link, Comment 2")
	if r := desk.Get("/admin/mail"); !strings.Contains(r.Body, "No mail was given up.") || strings.Contains(r.Body, "failed") {
		t.Errorf("got\n%s", r.Body)
	}
	if r := desk.Post("/admin/mail/2/retry", nil); r.Code != http.StatusSeeOther {
		t.Errorf("a mail that is gone: got %d, want 303", r.Code)
	}
	if got := m.Post("/admin/mail/1/retry", nil); got.Code == http.StatusOK || strings.Contains(got.Header.Get("Location"), "/admin/mail?") {
		t.Errorf("without login: got %d %s", got.Code, got.Header.Get("Location"))
	}
}

// TestWhyMailsWait: it is shown of each mail that waits how often it was tried, why in vain, and when it
// is tried next; to whom it goes is not.
func TestWhyMailsWait(t *testing.T) {
	t.Parallel()
	m := newMailedAt(t, spam.Unsure, apptest.BaseURL)
	desk := m.Login("mo", account.Moderator)
	m.sink.Answer(func(step, _ string) error {
		if step == "data" {
			return apptest.Refusal(451, 4, 7, 1, "ada@example.org later")
		}
		return nil
	})
	m.write("ada@example.org", 0)
	m.Mails(m.sink)
	for i := range 30 {
		m.write(fmt.Sprintf("a%d@example.org", i), 0)
	}
	page := desk.Get("/admin/mail").Body
	next := regexp.MustCompile(`href="([^"]+)" rel="next"`).FindStringSubmatch(page)
	if next == nil {
		t.Fatalf("no second page:\n%s", page)
	}
	rest := desk.Get(html.UnescapeString(next[1]))
	pageSays(t, rest, "31 mails wait", "one attempt; next try:", "451 4.7.1", `rel="first"`)
	if n := strings.Count(page, "not tried yet"); n != 25 || strings.Contains(page+rest.Body, "@example.org") {
		t.Errorf("%d mails are on the first page:\n%s", n, page)
	}
	if r := desk.Get("/admin/mail?after=yesterday"); r.Code != http.StatusNotFound {
		t.Errorf("no such place: got %d", r.Code)
	}
}

// TestMailsWait: who sends many comments gets ten mails a day, and the rest later.
func TestMailsWait(t *testing.T) {
	t.Parallel()
	m := newMailed(t, spam.Ham)
	for range 15 {
		m.MustComment(comment.Submission{Post: "hello", Author: "Ada", Body: "Words.", Email: "ada@example.org", Tell: true})
	}
	if got := len(m.Mails(m.sink)); got != 10 {
		t.Errorf("got %d mails, want 10", got)
	}
	m.Clock.Advance(25 * time.Hour)
	if got := len(m.Mails(m.sink)); got != 0 {
		t.Errorf("got %d mails more, want none: no more than ten were written down", got)
	}
}

// Who confirms an address and ticks that is known by a cookie as who has the address,
// and nobody else is.
func TestRememberedOnConfirming(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		form     url.Values
		site     string
		code     int
		remember bool
	}{
		{"ticked", url.Values{"remember": {"1"}}, "same-origin", http.StatusSeeOther, true},
		{"not ticked", url.Values{}, "same-origin", http.StatusSeeOther, false},
		{"ticked by another site", url.Values{"remember": {"1"}}, "cross-site", http.StatusForbidden, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := newMailedAt(t, spam.Ham, "http://blog.example.org") // whose cookies the client keeps
			first := m.write("ada@example.org", 0)
			var to string
			for _, mail := range m.Mails(m.sink) {
				if strings.Contains(mail.Subject, "please confirm") {
					to = mail.Link(t, "/comments/confirm/")
				}
			}
			page := m.Get(to)
			action := strings.Replace(to, "/comments/confirm/", "/posts/confirm/", 1)
			has(t, page.Body, `action="`+action+`"`, `name="remember" value="1" aria-describedby="hint-remember">`)
			browser := m.Client()
			before := browser.Post("/posts/hello/comments", fill("Ada", "From this browser, before.", "remember", "1"))
			if before.Code != http.StatusSeeOther {
				t.Fatalf("before: got %d", before.Code)
			}
			r := httptest.NewRequest(http.MethodPost, action, strings.NewReader(tt.form.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Sec-Fetch-Site", tt.site)
			r.AddCookie(authorCookie(before))
			w := httptest.NewRecorder()
			m.Handler().ServeHTTP(w, r)
			if set := w.Header().Get("Set-Cookie"); w.Code != tt.code || (set != "") != tt.remember {
				t.Fatalf("got %d and the cookie %q", w.Code, set)
			}
			after := browser.Post("/posts/hello/comments", fill("Ada", "From this browser, after.", "remember", "1"))
			if after.Code != http.StatusSeeOther {
				t.Fatalf("after: got %d", after.Code)
			}
			proofs := map[comment.Proof]int{}
			for id := first; id < first+3; id++ {
				c, err := m.Comments.Get(t.Context(), account.Actor{Name: "ada", Role: account.Owner}, id)
				if err != nil {
					t.Fatal(err)
				}
				proofs[c.Proof]++
			}
			if (len(proofs) == 1) != tt.remember || proofs[comment.Proof{}] == 3 {
				t.Errorf("authors of the three comments: %v; want one: %v", proofs, tt.remember)
			}
		})
	}
}
