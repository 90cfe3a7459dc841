package apptest_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/comment"
)

// private are the kinds of page that only somebody with a link or an account sees.
type private struct {
	published, held string // pages of comments
	confirm, stop   string // behind links of mails
}

func (p private) pages() []pageType {
	const (
		ferry = "/posts/night-ferry"
		// With scripts the button shows a preview in place; this is how it goes without.
		asPreview = `document.querySelector("form.respond").insertAdjacentHTML("beforeend", '<input type="hidden" name="preview" value="1">')`
	)
	return []pageType{
		{"preview", 200, "Preview of your comment", sends(ferry, asPreview, "Send comment", [2]string{"body", "As *it* will look"}, [2]string{"author", "Eve"})},
		{"comment just sent", 200, "It is published", sends(ferry, "", "Send comment", [2]string{"body", "Sent"}, [2]string{"author", "Eve"})},
		{"own comment", 200, "Keep this link", at(p.published)},
		{"own comment, held", 200, "It is waiting for a moderator", at(p.held)},
		{"edit", 200, "Change your comment", at(p.published + "/edit")},
		{"edit without a text", 422, "Please write a comment", sends(p.published+"/edit", "", "Save the new text", [2]string{"body", ""})},
		{"edit that waits", 200, "Your new text is waiting", sends(p.published+"/edit", "", "Save the new text", [2]string{"body", "perhaps better"})},
		{"withdrawn", 200, "You have withdrawn it", sends(p.held, "", "Withdraw")},
		{"own data", 200, "What the spam filter said", at(p.published + "/data")},
		{"erase", 200, "Erase it for good", at(p.published + "/erase")},
		{"new link", 200, "Keep it", at(p.published + "/renew")},
		{"all links", 200, "Send me the links", at("/comments/links")},
		{"all links, asked", 200, "a mail with the links", sends("/comments/links", "", "Send me the links", [2]string{"email", "nobody@example.org"})},
		{"wrong link", 404, "This link does not work", at("/comments/wrong")},
		{"confirm", 200, "Is this address yours?", at(p.confirm)},
		{"confirmed", 200, "The address is confirmed", sends(p.confirm, "", "Yes, mail me replies")},
		{"stop mails", 200, "No more mails", at(p.stop)},
		{"mails stopped", 200, "There will be no more", sends(p.stop, "", "No more of these mails")},
		{"first login", 200, "Pending", logIn(apptest.Password)},
		{"edits", 200, "What is to take its place", at("/admin/edits")},
		{"edited comment", 200, "perhaps better", func(tb *tab) int {
			tb.t.Helper()
			got := tb.open("/admin/comments/1")
			eval[chromedp.Void](tb, `window.touched = performance.now(); document.querySelectorAll("details").forEach(d => d.open = true)`)
			return got
		}},
		{"mails", 200, "No mail was given up", at("/admin/mail")},
		{"sent webmentions", 200, "It is to be told", at("/admin/mentions")}, // two minutes after the start
	}
}

// TestPrivatePages looks at what only somebody with a link or an account sees.
func TestPrivatePages(t *testing.T) {
	t.Parallel()
	needAxe(t)
	sink := apptest.OpenSink(t, apptest.SinkOptions{})
	b := serve(t, apptest.Options{Content: everything(), Judge: byWords{}, Mail: sink, Config: func(c *apptest.Config) {
		c.BaseURL, c.Webmention = apptest.BaseURL, "both"
	}})
	b.MustUser("wanda", account.Moderator)
	write := func(sub comment.Submission) string {
		sub.Post, sub.Author = "night-ferry", "Ada"
		r := b.MustComment(sub)
		return b.Comments.OwnPath(r.ID, r.Link)
	}
	p := private{
		published: write(comment.Submission{Body: "It left at ten.", Email: "ada@example.org", Tell: true, Replies: true}),
		held:      write(comment.Submission{Body: "perhaps later"}),
	}
	for p.confirm == "" || p.stop == "" {
		<-sink.Got
		for _, m := range sink.Take() {
			for _, path := range m.Links() {
				switch {
				case strings.HasPrefix(path, "/comments/confirm/"):
					p.confirm = path
				case strings.HasPrefix(path, "/comments/stop/"):
					p.stop = path
				}
			}
		}
	}
	openTab(t, b).lookAt(p.pages())
}
