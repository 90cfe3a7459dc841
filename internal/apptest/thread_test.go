package apptest_test

import (
	"strconv"
	"testing"

	"github.com/chromedp/chromedp"

	"hamlet/internal/apptest"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// TestThreadScript reads a thread with what the script adds: times in words, news that
// move nothing, what came since the last visit, and quotations of what is selected.
func TestThreadScript(t *testing.T) {
	t.Parallel()
	b := serve(t, apptest.Options{Content: harbour(), Judge: apptest.Says(spam.Ham)})
	say := func(parent, body string) {
		t.Helper()
		b.MustComment(comment.Submission{Post: "night-ferry", Parent: parent, Author: "Ada", Body: body})
	}
	say("", "The first, with *two* words.")
	say("", "The second.")
	tb := openTab(t, b)
	tb.open("/posts/night-ferry")
	tb.soon(`document.querySelector("#comment-1 time").title === "22 November 2026, 12:00"`)
	if got := tb.text("#comment-1 time"); got == "22 November 2026, 12:00" {
		t.Errorf("the time is not told in words: %q", got)
	}
	if got := tb.text(".news"); got != "" {
		t.Errorf("on the first visit, news: %q", got)
	}

	eval[chromedp.Void](tb, `document.getElementById("respond").scrollIntoView()`)
	before := eval[float64](tb, `document.getElementById("respond").getBoundingClientRect().top`)
	say("1", "An answer to the first.")
	say("", "The third.")
	tb.soon(`document.querySelector(".news a")?.textContent === "New replies: 2"`)
	if got := eval[float64](tb, `document.getElementById("respond").getBoundingClientRect().top`); got != before {
		t.Errorf("the news moved the page by %v", got-before)
	}
	eval[chromedp.Void](tb, `document.querySelector(".news a").click()`)
	tb.soon(`document.querySelector("#comment-1 ~ details #comment-3") && document.querySelector("#comment-2")
		.parentElement.nextElementSibling.querySelector("#comment-4.new")`)
	tb.shows("#comments", "4 replies")
	tb.soon(`Math.abs(document.getElementById("respond").getBoundingClientRect().top - (` + strconv.FormatFloat(before, 'f', -1, 64) + `)) < 2`)

	say("", "The fifth, while nobody looked.")
	tb.open("/about")
	tb.open("/posts/night-ferry")
	tb.soon(`document.querySelector(".news a")?.textContent === "New since your last visit: 1"`)
	if got := eval[string](tb, `document.querySelector(".news a").getAttribute("href")`); got != "#comment-5" {
		t.Errorf("the news lead to %s", got)
	}
	eval[chromedp.Void](tb, `document.querySelector(".news button").click(); document.querySelector("details.below").open = false`)
	tb.soon(`sessionStorage.getItem("folded") === '["comment-1"]'`)
	tb.open("/posts/night-ferry")
	tb.soon(`!document.querySelector("details.below").open && !document.querySelector(".news").textContent`)

	say("", "The sixth, to which its author is led.")
	tb.open("/about")
	tb.open("/posts/night-ferry#comment-6")
	if got := tb.text(".news"); got != "" {
		t.Errorf("who comes to a comment is told of it: %q", got)
	}

	tb.open("/posts/night-ferry")
	eval[chromedp.Void](tb, `getSelection().selectAllChildren(document.querySelector("#comment-1 em"))`)
	eval[chromedp.Void](tb, `document.querySelector("#comment-1 a.quote").dispatchEvent(new PointerEvent("pointerdown", {bubbles: true}))`)
	tb.click("#comment-1 a.quote")
	if got := eval[string](tb, `document.getElementById("field-body").value`); got != "> two\n\n" {
		t.Errorf("the quotation of what was selected is %q", got)
	}
	eval[chromedp.Void](tb, `document.querySelector("#comment-2 a.quote").click()`)
	tb.soon(`document.getElementById("field-body").value === "> two\n\n> The second.\n\n"`)
}

// TestReplyLoadedAnew answers a comment in place and loads the page anew, as who goes back to it may:
// the form stands where it stood.
func TestReplyLoadedAnew(t *testing.T) {
	t.Parallel()
	b := serve(t, apptest.Options{Content: harbour(), Judge: apptest.Says(spam.Ham)})
	b.MustComment(comment.Submission{Post: "night-ferry", Author: "Ada", Body: "Which pier?"})
	tb := openTab(t, b)
	tb.open("/posts/night-ferry")
	anew := func(want string) {
		t.Helper()
		must(tb, "load the page anew", chromedp.Reload())
		if got := eval[string](tb, `document.querySelector("form.respond").elements.parent?.value ?? ""`); got != want {
			t.Fatalf("loaded anew, the form answers comment %q, want %q", got, want)
		}
	}
	eval[chromedp.Void](tb, `document.querySelector("#comment-1 .answer a").click()`)
	anew("1")
	if !eval[bool](tb, `document.querySelector("#comment-1 form.respond") !== null`) {
		t.Error("loaded anew, the form does not stand below the comment")
	}
	eval[chromedp.Void](tb, `document.querySelector("#comment-1 .replying a").click()`)
	anew("")
}
