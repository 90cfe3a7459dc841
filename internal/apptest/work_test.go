package apptest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
)

// workOptions are of a blog that asks for work before each comment.
func workOptions(origins ...string) apptest.Options {
	o := harbourOptions()
	o.Config = func(c *apptest.Config) { c.ProofOfWork, c.EmbedOrigins = "always", origins }
	return o
}

// noted lets a page know when its worker has answered.
const noted = `self.Worker = class extends Worker {
	constructor(source) {
		super(source);
		this.addEventListener("message", () => { self.worked = true; });
	}
};`

// A browser works by itself, under the policy of the page, however quick or slow the reader is;
// one that runs no scripts is told why the comment waits.
func TestWorkInTheBrowser(t *testing.T) {
	t.Parallel()
	b := serve(t, workOptions())
	tb := openTab(t, b)
	tb.open("/posts/night-ferry")
	tb.fill([2]string{"author", "Ada"}, [2]string{"body", "The ferry is late."})
	if got := tb.click("form.respond .send button"); got != http.StatusOK {
		t.Fatalf("after sending: got %d", got)
	}
	tb.shows(".fate h2", "It is published")
	// A second comment needs an answer of its own.
	tb.open("/posts/night-ferry")
	tb.fill([2]string{"author", "Ada"}, [2]string{"body", "The ferry came."})
	tb.click("form.respond .send button")
	tb.shows(".fate h2", "It is published")

	// Most readers are slower than their browser.
	call(tb, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: noted})
	tb.open("/posts/night-ferry")
	tb.fill([2]string{"author", "Ada"}, [2]string{"body", "The ferry left."})
	tb.soon("self.worked")
	tb.click("form.respond .send button")
	tb.shows(".fate h2", "It is published")

	tb.scripting(false)
	tb.open("/posts/night-ferry")
	tb.shows("form.respond .work", "Without JavaScript your comment is taken all the same")
	tb.fill([2]string{"author", "Bo"}, [2]string{"body", "No scripts here."})
	tb.click("form.respond .send button")
	tb.shows(".fate", "perhaps it runs no scripts")
	if page := b.Login("ada", account.Moderator).Get("/admin/queue").Body; strings.Count(page, "Proof of work was asked for") != 1 {
		t.Error("not the one comment without work waits")
	}
}

// Pages elsewhere can have no worker of the blog, and do the work themselves.
func TestWorkElsewhere(t *testing.T) {
	t.Parallel()
	needAxe(t)
	origin, carries := elsewhere(t)
	b := serve(t, workOptions(origin))
	carries(b.URL)
	tb := openTab(t, b)
	tb.goTo(origin)
	tb.soon(inside("form"))
	tb.clean("with work")
	tb.types([2]string{"body", "The ferry is late."}, [2]string{"author", "Ada"})
	tb.does(inside("button[type=submit]") + ".click()")
	tb.soon(inside("#comment-1"))
}
