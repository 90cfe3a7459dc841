package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// reportable opens a blog with a published comment, 1, and one that waits, 2.
func reportable(t *testing.T) *apptest.Blog {
	t.Helper()
	b := apptest.Open(t, apptest.Options{Content: notes(), Judge: apptest.Says(spam.Ham)})
	b.MustComment(comment.Submission{Post: "boat", Author: "Ada", Body: "My *street* is the <b>third</b>."})
	r := b.MustComment(comment.Submission{Post: "boat", Author: "Bo", Body: "Wait for me."})
	if _, err := b.Comments.Decide(t.Context(), account.Shell, r.ID, comment.Decision{Action: comment.ToTrash}); err != nil {
		t.Fatal(err)
	}
	return b
}

func TestReport(t *testing.T) {
	t.Parallel()
	b := reportable(t)
	before := b.Get("/posts/boat")
	if got := before.Body; strings.Count(got, `href="/comment/1/report"`) != 1 || strings.Contains(got, "/comment/2/report") {
		t.Error("the page of the post does not lead to the form of the comment that is shown, once")
	}
	form := b.Get("/comment/1/report")
	if form.Code != http.StatusOK || !strings.Contains(form.Body, "My street is the") || strings.Contains(form.Body, "<b>third") {
		t.Errorf("the form: %d\n%s", form.Code, form.Body)
	}
	if form.Header.Get("Set-Cookie") != "" || !strings.Contains(form.Body, `content="noindex`) {
		t.Error("the form sets a cookie, or is for search engines")
	}
	for range 3 { // the same reader: the same answer, and one report
		sent := b.Post("/comment/1/report", url.Values{"why": {"private"}, "words": {"I live <i>there</i>."}})
		if sent.Code != http.StatusSeeOther || sent.Header.Get("Location") != "/comment/1/reported" || sent.Header.Get("Set-Cookie") != "" {
			t.Fatalf("sent: %d, to %s", sent.Code, sent.Header.Get("Location"))
		}
	}
	if got := b.Get("/comment/1/reported"); got.Code != http.StatusOK || !strings.Contains(got.Body, `href="/comment/1"`) {
		t.Errorf("thanks: %d", got.Code)
	}
	if after := b.Get("/posts/boat"); after.Body != before.Body || after.Header.Get("ETag") != before.Header.Get("ETag") {
		t.Error("a report changes the page of the post")
	}
	desk := b.Login("wanda", account.Owner)
	list := desk.Get("/admin/queue?status=approved&reported=1").Body
	for _, want := range []string{"A reader has reported it", "It tells something private about somebody", "I live &lt;i&gt;there&lt;/i&gt;.", `aria-current="page">Reports <span class="count" data-count="reports">1`} {
		if !strings.Contains(list, want) {
			t.Errorf("the list of reports has no %q", want)
		}
	}
}

func TestReportRefused(t *testing.T) {
	t.Parallel()
	b := reportable(t)
	for _, test := range []struct {
		name, path string
		form       url.Values
		want       int
		says       string
	}{
		{"no such comment", "/comment/99/report", url.Values{"why": {"spam"}}, 404, ""},
		{"one that nobody sees", "/comment/2/report", url.Values{"why": {"spam"}}, 404, ""},
		{"no number", "/comment/one/report", url.Values{"why": {"spam"}}, 404, ""},
		{"a number in another spelling", "/comment/01/report", url.Values{"why": {"spam"}}, 404, ""},
		{"no reason", "/comment/1/report", url.Values{"words": {"It & that"}}, 422, "It &amp; that</textarea>"},
		{"a reason that is none", "/comment/1/report", url.Values{"why": {"envy"}}, 422, "Please choose"},
		{"too many words", "/comment/1/report", url.Values{"why": {"spam"}, "words": {strings.Repeat("é", 501)}}, 422, `value="spam" required checked`},
		{"as many as may be", "/comment/1/report", url.Values{"why": {"spam"}, "words": {strings.Repeat("é", 500)}}, 303, ""},
	} {
		got := b.Post(test.path, test.form)
		if got.Code != test.want || !strings.Contains(got.Body, test.says) {
			t.Errorf("%s: got %d, want %d with %q", test.name, got.Code, test.want, test.says)
		}
		if test.want == 404 && b.Get(test.path).Code != 404 {
			t.Errorf("%s: there is a form", test.name)
		}
	}
}

// TestReportsAreLimited: one client cannot report everything there is.
func TestReportsAreLimited(t *testing.T) {
	t.Parallel()
	b := reportable(t)
	last := 0
	for i := range 21 {
		r := b.Post("/comment/1/report", url.Values{"why": {"other"}, "words": {fmt.Sprintf("word %d", i)}})
		if last = r.Code; last == http.StatusTooManyRequests && (r.Header.Get("Retry-After") == "" || !strings.Contains(r.Body, "word 20</textarea>")) {
			t.Errorf("it does not say when, or the words are lost:\n%s", r.Body)
		}
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("the 21st report in a row: got %d, want 429", last)
	}
}

func TestDismissReports(t *testing.T) {
	t.Parallel()
	b := reportable(t)
	b.Post("/comment/1/report", url.Values{"why": {"abuse"}})
	desk := b.Login("wanda", account.Owner)
	const reports = "/admin/queue?reported=1&status=approved"
	cross := desk.Get(reports)
	dismiss := url.Values{"last": {"1"}, "return": {reports}}
	if !strings.Contains(cross.Body, `name="last" value="1"`) {
		t.Fatalf("no button:\n%s", cross.Body)
	}
	if got := b.Post("/admin/comments/1/reports/dismiss", dismiss); got.Code == http.StatusSeeOther && !strings.HasPrefix(got.Header.Get("Location"), "/admin/login") {
		t.Errorf("without a session: %d to %s", got.Code, got.Header.Get("Location"))
	}
	if got := desk.Post("/admin/comments/1/reports/dismiss", url.Values{"last": {"all"}}); got.Code != 404 {
		t.Errorf("up to nothing: %d", got.Code)
	}
	if got := desk.Post("/admin/comments/1/reports/dismiss", dismiss); got.Code != http.StatusSeeOther || got.Header.Get("Location") != reports {
		t.Fatalf("dismissed: %d to %s", got.Code, got.Header.Get("Location"))
	}
	list := desk.Get(reports).Body
	if !strings.Contains(list, "The reports of comment 1 are dismissed.") || !strings.Contains(list, "No report waits for you.") {
		t.Errorf("after that:\n%s", list)
	}
	if got := b.Get("/comment/1/report"); got.Code != http.StatusOK {
		t.Errorf("the comment is there as before, and its form is %d", got.Code)
	}
	if one := desk.Get("/admin/comments/1").Body; !strings.Contains(one, "A report was dismissed.") {
		t.Error("the comment's page does not offer to bring them back")
	}
	desk.Post("/admin/comments/1/reports/reopen", url.Values{"return": {reports}})
	if list := desk.Get(reports).Body; !strings.Contains(list, "A reader has reported it") {
		t.Errorf("they are not back:\n%s", list)
	}
	desk.Post("/admin/comments/1/reports/reopen", url.Values{"return": {reports}})
	if list := desk.Get(reports).Body; !strings.Contains(list, "Nothing was changed") || strings.Contains(list, "are back") {
		t.Errorf("there was nothing to bring back:\n%s", list)
	}
	if log := desk.Get("/admin/audit?action=dismiss+reports").Body; !strings.Contains(log, "comment 1") {
		t.Error("it is not in the audit log")
	}
}
