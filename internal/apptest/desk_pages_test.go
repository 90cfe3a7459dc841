package apptest_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/comment"
)

// unfolded opens a page and everything that is folded on it, the menu too.
func unfolded(path string) func(*tab) int {
	return func(tb *tab) int {
		tb.t.Helper()
		got := tb.open(path)
		eval[chromedp.Void](tb, `window.touched = performance.now(); document.querySelectorAll("details").forEach(d => d.open = true)`)
		return got
	}
}

// deskPages are what moderators have around the queue. meanwhile decides on the first comment
// as somebody else; link is one of a mail that acts.
func deskPages(meanwhile func(), link string) []pageType {
	const queue = "/admin/queue?status=pending"
	return []pageType{
		{"link of a mail", 200, "The ferry and the tide", at(link)},
		{"link of a mail, wrong", 404, "does not work", at("/admin/do/wrong")},
		{"way in", 200, "Pending", logIn(apptest.Password)},
		{"queue, unfolded", 200, "Look at this one.", unfolded(queue + "&sort=doubt")},
		{"selected", 200, "Selected comments", func(tb *tab) int {
			tb.t.Helper()
			got := tb.open(queue)
			eval[chromedp.Void](tb, `document.querySelector("[name=select]").click()`)
			return got
		}},
		{"found, and saved", 200, "Late ones", unfolded(queue + "&q=late")},
		{"nothing found", 200, "No comment matches", unfolded(queue + "&q=submarine")},
		{"wrong filter", 400, "cannot be", at("/admin/queue?network=abc&status=any")},
		{"reported", 200, "A reader has reported it", unfolded("/admin/queue?reported=1&status=approved")},
		{"all that match", 200, "comments", at("/admin/bulk?status=pending&action=trash&mark=9-9999999999999&return=%2Fadmin%2Fqueue")},
		{"a job", 200, "comment", at("/admin/jobs/1")},
		{"saved views", 200, "Late ones", unfolded("/admin/views")},
		{"changed meanwhile", 409, "bo", refused(func(tb *tab) int {
			tb.t.Helper()
			tb.open(queue + "&sort=oldest")
			meanwhile()
			return tb.click("#comment-1 .do-approve")
		})},
		{"correct", 200, "Readers see that a moderator changed it", at("/admin/comments/2/edit")},
		{"correct nothing", 409, "the text is the same", sends("/admin/comments/2/edit", "", "Change the text")},
		{"answer without a text", 422, "Please write", sends("/admin/comments/2/reply", `document.querySelector("form.write").noValidate = true`, "Approve and answer")},
		{"what moderators did", 200, "Done lately", at("/admin/acts")},
		{"rules", 200, "One rule", unfolded("/admin/rules")},
		{"rules with a mistake", 422, "spam.example", sends("/admin/rules?kind=links", `document.querySelector("#rule-form").noValidate = true`, "Save the rule", [2]string{"value", "many"})},
		{"a rule", 200, "Save the rule", unfolded("/admin/rules/1")},
		{"notices", 200, "Pager", unfolded("/admin/notices")},
		{"audit log", 200, "as it was written", at("/admin/audit?verify=1")},
		{"posts", 200, "Closed posts", unfolded("/admin/content")},
		{"another filter", 200, "is asked for its opinion", at("/admin/filter/opinion")},
	}
}

// TestDeskPages looks at what moderators have around the queue, in light and dark and on a phone.
func TestDeskPages(t *testing.T) {
	t.Parallel()
	needAxe(t)
	sink := apptest.OpenSink(t, apptest.SinkOptions{})
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "valid") }))
	t.Cleanup(other.Close)
	b := serve(t, apptest.Options{Content: everything(), Judge: byWords{}, Mail: sink, Config: func(c *apptest.Config) {
		c.AkismetKey, c.AkismetURL = "0123456789ab", other.URL
	}})
	desk := b.Login("wanda", account.Owner)
	desk.Post("/admin/notices", url.Values{"address": {"wanda@example.com"}, "pace": {"soon"}, "held": {"1"}})
	desk.Post("/admin/notices/hooks/0", url.Values{"name": {"Pager"}, "url": {"https://pager.example.org/" + strings.Repeat("long", 30)}, "format": {"json"}, "pace": {"soon"}, "held": {"1"}})
	desk.Post("/admin/notices/feed", url.Values{"feed": {"renew"}})
	for i := range 4 {
		b.MustComment(comment.Submission{
			Post: "night-ferry", Author: fmt.Sprintf("Reader %d", i), Email: fmt.Sprintf("r%d@example.org", i),
			URL: "https://example.org/" + strings.Repeat("x", 80), Body: "The ferry and the tide, perhaps " + strings.Repeat("late ", i*10),
		})
	}
	shown := b.MustComment(comment.Submission{Post: "night-ferry", Author: "Eve", Body: "Shoes, and more shoes."})
	desk.Post("/comment/"+fmt.Sprint(shown.ID)+"/report", url.Values{"why": {"spam"}, "words": {"Under every post."}})
	desk.Post("/admin/rules", url.Values{"kind": {"word"}, "value": {"casino"}, "effect": {"hold"}, "lasting": {"week"}, "note": {strings.Repeat("Because. ", 10)}})
	desk.Post("/admin/posts", url.Values{"post": {"old-1"}, "do": {"close"}})
	desk.Post("/admin/comments/4/note", url.Values{"note": {"Look at this one."}})
	desk.Post("/admin/comments/4/assign", url.Values{"to": {"wanda"}})
	desk.Post("/admin/views", url.Values{"name": {"Late ones"}, "return": {"/admin/queue?q=late&status=pending"}})
	desk.Post("/admin/bulk", url.Values{"action": {"spam"}, "select": {"3:0"}, "return": {"/admin/queue"}})
	bo := b.Login("bo", account.Moderator)
	openTab(t, b).lookAt(deskPages(func() { bo.Post("/admin/comments/1/trash", nil) }, linkToDo(t, b, sink)))
}

// linkToDo is a link of a mail that asks for a decision. The blog runs, and may be sending that
// mail by itself at this moment.
func linkToDo(t *testing.T, b *apptest.Blog, sink *apptest.Sink) string {
	t.Helper()
	b.Clock.Advance(6 * time.Minute)
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if err := b.SendNotices(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, m := range sink.Take() {
			for _, l := range m.Links() {
				if strings.HasPrefix(l, "/admin/do/") {
					return l
				}
			}
		}
	}
	t.Fatal("no mail asks for a decision")
	return ""
}
