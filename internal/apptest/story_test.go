package apptest_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"hamlet/internal/apptest"
)

// TestStory walks the whole way: read, comment as three people, make the first
// account, decide, read again.
func TestStory(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name      string
		scripting bool
	}{{"with JavaScript", true}, {"without JavaScript", false}} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := serve(t, harbourOptions())
			reader, moderator := openTab(t, b), openTab(t, b)
			reader.scripting(tt.scripting)
			moderator.scripting(tt.scripting)
			read(reader)
			if tt.scripting {
				sameForm(reader)
			}
			commentAsThree(reader)
			makeMistakes(reader)
			reply(reader)
			firstAccount(moderator, setupLink(t, b))
			decide(moderator)
			readAgain(reader)
			clearAway(moderator)
			feed(reader)
		})
	}
}

func read(tb *tab) {
	tb.t.Helper()
	if got := tb.open("/"); got != 200 {
		tb.t.Fatalf("front page: got %d", got)
	}
	tb.shows("h1", "Harbour Notes")
	tb.follow("The night ferry")
	tb.shows("h1", "The night ferry")
	tb.shows(".prose", "It left at ten, as it always does.")
	tb.shows("#respond", "Leave a reply")
	tb.shows("#respond", "Your email address will not be published. Required fields are marked")
	tb.shows("#respond", "Learn how your comment data is processed.")
	tb.follow("Learn how your comment data is processed.")
	tb.shows("h1", "Privacy")
	tb.open("/posts/night-ferry")
}

// send fills the form below a post and sends it.
func (tb *tab) send(author, body string) {
	tb.t.Helper()
	tb.fill([2]string{"body", body}, [2]string{"author", author})
	if got := tb.follow("Send comment"); got != 200 {
		tb.t.Fatalf("send a comment: got %d\n%s", got, eval[string](tb, shown))
	}
}

func commentAsThree(tb *tab) {
	tb.t.Helper()
	tb.fill([2]string{"email", "ada@example.org"}, [2]string{"url", "ada.example.org"})
	tb.send("Ada", "We took the **night ferry** too, and saw seals.")
	if got := tb.url(); !strings.HasPrefix(got, "/comments/") {
		tb.t.Fatalf("after an approved comment: at %s", got)
	}
	tb.shows("#fate", "It is published")
	tb.follow("See it under the post")
	tb.shows("#comment-1", "We took the night ferry too, and saw seals.")
	tb.shows("#comments", "One reply")
	tb.hides("ada@example.org")

	for _, c := range [][2]string{{"Win Big", "Best casino bonus"}, {"Bo", "I would perhaps go again"}} {
		tb.send(c[0], c[1])
		if got := tb.url(); !strings.HasPrefix(got, "/comments/") {
			tb.t.Fatalf("after a held comment: at %s", got)
		}
		tb.shows("#fate", "It is waiting for a moderator")
		tb.open("/posts/night-ferry")
		tb.hides(c[1])
	}
}

// sameForm loads the page anew, as who goes back to it may: the form is the one it was, and
// sent twice it is one comment. Who comes to the page once more has another.
func sameForm(tb *tab) {
	tb.t.Helper()
	const id = `document.querySelector("form.respond").elements.form_id.value`
	was := eval[string](tb, id)
	must(tb, "load the page anew", chromedp.Reload())
	if got := eval[string](tb, id); len(was) != 32 || got != was {
		tb.t.Errorf("loaded anew, the form is %q, want %q", got, was)
	}
	tb.open("/about")
	tb.open("/posts/night-ferry")
	if got := eval[string](tb, id); got == was {
		tb.t.Error("another visit has the same form")
	}
}

// makeMistakes sends a form without a text: what was typed is there again, and
// the summary leads to the field.
func makeMistakes(tb *tab) {
	tb.t.Helper()
	tb.open("/posts/night-ferry")
	tb.fill([2]string{"author", "Cleo <3"}, [2]string{"email", "cleo@example.org"}, [2]string{"url", "not a site"})
	if got := tb.follow("Send comment"); got != 422 {
		tb.t.Fatalf("empty comment: got %d, want 422", got)
	}
	for field, want := range map[string]string{"author": "Cleo <3", "email": "cleo@example.org", "url": "not a site", "body": ""} {
		if got := eval[string](tb, `document.getElementsByName("`+field+`")[0].value`); got != want {
			tb.t.Errorf("%s after a mistake: got %q, want %q", field, got, want)
		}
	}
	tb.shows("[role=alert]", "2 things to put right")
	tb.shows("#error-body", "Please write a comment.")
	tb.click(`[role=alert] a[href="#field-url"]`)
	if got := eval[string](tb, "document.activeElement.name"); got != "url" {
		tb.t.Errorf("the summary's link leads to %q, want url", got)
	}
	tb.fill([2]string{"url", ""})
	tb.send("Cleo <3", "Which pier?")
	tb.open("/posts/night-ferry")
	tb.shows("#comment-4", "Cleo <3")
}

func reply(tb *tab) {
	tb.t.Helper()
	tb.push("#comment-1 .answer a")
	must(tb, "wait for the form", chromedp.WaitVisible(chromedp.CSS("#comment-1 .replying")))
	tb.shows("#comment-1 .replying", "Ada") // in place, with scripts and without
	tb.send("Dee", "How many seals?")
	tb.open("/posts/night-ferry")
	tb.shows("#comment-1 ~ details #comment-5", "How many seals?")
}

// setupLink is the link that is logged while there is no account.
func setupLink(t *testing.T, b *apptest.Blog) string {
	t.Helper()
	m := regexp.MustCompile(`setup_url="?` + regexp.QuoteMeta(b.URL) + `([^\s"]+)`).FindStringSubmatch(b.Log.String())
	if m == nil {
		t.Fatalf("no setup link in the log:\n%s", b.Log)
	}
	return m[1]
}

func firstAccount(tb *tab, link string) {
	tb.t.Helper()
	if got := tb.open("/admin"); got != 200 {
		tb.t.Fatalf("/admin as nobody: got %d", got)
	}
	tb.shows("h1", "Log in")
	tb.open(link)
	tb.fill([2]string{"name", "wanda"}, [2]string{"password", apptest.Password}, [2]string{"again", "something else"})
	if got := tb.follow("Make the account"); got != 422 {
		tb.t.Fatalf("two different passwords: got %d, want 422", got)
	}
	tb.fill([2]string{"password", apptest.Password}, [2]string{"again", apptest.Password})
	tb.follow("Make the account")
	tb.shows("h1", "Pending comments")
	tb.follow("Log out")
	tb.shows("h1", "Log in")
	if got := tb.open(link); got != 403 {
		tb.t.Errorf("the setup link again: got %d, want 403", got)
	}
	tb.open("/admin/queue?status=spam")
	tb.fill([2]string{"name", "wanda"}, [2]string{"password", "wrong password"})
	if got := tb.follow("Log in"); got != 422 {
		tb.t.Fatalf("wrong password: got %d, want 422", got)
	}
	tb.fill([2]string{"password", apptest.Password})
	tb.follow("Log in")
	tb.shows("h1", "Spam comments")
}

// decided presses a button on a card and looks for the word that it was done.
func (tb *tab) decided(button, want string) {
	tb.t.Helper()
	if eval[bool](tb, "!!document.querySelector('.toast') && document.querySelectorAll('ol.cards > li:not([hidden])').length > 1") {
		eval[any](tb, fmt.Sprintf("[...document.querySelectorAll('.card button')].find(b => b.textContent.trim() === %q).click()", button))
		tb.soon(fmt.Sprintf("document.querySelector('#notice')?.textContent.includes(%q)", want))
		return
	}
	tb.follow(button)
	tb.shows("#notice", want)
}

// countsOn waits until a tab of the queue says how many it has, which scripts hear of.
func (tb *tab) countsOn(tab string, n int) {
	tb.t.Helper()
	if eval[bool](tb, "!!document.querySelector('.toast')") {
		tb.soon(fmt.Sprintf("document.querySelector('[data-count=%s]').textContent === '%d'", tab, n))
	}
}

func decide(tb *tab) {
	tb.t.Helper()
	tb.shows("#comment-2 h2", "Win Big")
	tb.shows("#comment-2 .why", "The filter takes it for spam: over 99 %.")
	tb.push("#comment-2 .why summary")
	must(tb, "look", chromedp.WaitVisible(chromedp.CSS("#comment-2 .why table")))
	tb.shows("#comment-2 .why table", "the word “casino” spam +3.25")
	tb.shows("#comment-2 .why .typed mark.for-spam", "casino")
	tb.shows("#comment-2 .why table", "the word “ferry” ham \u22120.50")

	tb.follow("Pending 1")
	tb.shows("#comment-3", "I would perhaps go again")
	tb.shows("#comment-3 .why", "The filter is not sure: 55 % spam.")
	tb.decided("Approve comment 3", "Comment 3 approved.")
	tb.shows("main", "Nothing waits for you.")
	tb.follow("Read it on its page")
	if got := tb.url(); got != "/posts/night-ferry#comment-3" {
		tb.t.Errorf("the notice leads to %s", got)
	}
}

func readAgain(tb *tab) {
	tb.t.Helper()
	tb.open("/posts/night-ferry")
	tb.shows("#comment-3", "I would perhaps go again")
	tb.shows("#comments", "4 replies")
	tb.hides("casino")
}

// clearAway sends comments through every tab of the queue, to the end.
func clearAway(tb *tab) {
	tb.t.Helper()
	tb.open("/admin/queue?status=approved")
	tb.decided("Trash comment 4", "Comment 4 moved to the trash.")
	tb.countsOn("trash", 1)
	tb.follow("Trash 1")
	tb.decided("Restore comment 4", "Comment 4 restored to Approved.")
	tb.follow("Approved 4")
	tb.decided("Spam comment 4", "Comment 4 marked as spam.")
	tb.countsOn("spam", 2)
	tb.follow("Spam 2")
	tb.decided("Trash comment 2", "Comment 2 moved to the trash.")
	tb.countsOn("trash", 1)
	tb.follow("Trash 1")
	tb.push("#comment-2 .buttons summary")
	tb.decided("Delete comment 2 now", "Comment 2 deleted for good.")
	tb.shows("main", "The trash is empty.")
}

func feed(tb *tab) {
	tb.t.Helper()
	tb.open("/posts/night-ferry")
	tb.shows("#comments", "3 replies")
	tb.hides("Which pier?")
	if got := tb.follow("Feed"); got != 200 {
		tb.t.Errorf("feed: got %d, want 200", got)
	}
}
