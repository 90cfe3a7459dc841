package apptest_test

import (
	"math"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"hamlet/internal/apptest"
	"hamlet/internal/comment"
)

// TestBrowserComplains: a tab that hears no complaint must have ears.
func TestBrowserComplains(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, plant, want string }{
		{"console", `console.error("planted")`, "wrote to the console"},
		{"exception", `new Promise(done => { setTimeout(done, 1); setTimeout(() => { throw new Error("planted") }) })`, "exception: "},
		{"another host", `new Promise(done => { document.body.append(Object.assign(new Image(), {onerror: done, src: "http://localhost:1/x.png"})) })`, "asked http://localhost:1/x.png of somebody else"},
		{"what the policy forbids", `document.body.setAttribute("style", "color: red")`, "Content Security Policy"},
		{"missing file", `fetch("/static/none.css").catch(() => null)`, "/static/none.css answered 404"},
		{"missing picture", `new Promise(done => { document.body.append(Object.assign(new Image(), {onerror: done, src: "/static/none.png"})) })`, "/static/none.png answered 404"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tb := openTab(t, serve(t, harbourOptions()))
			tb.open("/posts/night-ferry")
			must(tb, "plant", chromedp.Evaluate[chromedp.Void](tt.plant+"\n", chromedp.EvalAwaitPromise))
			if found := strings.Join(tb.newFaults(), "\n"); !strings.Contains(found, tt.want) {
				t.Errorf("planted %s, heard %q, want %q", tt.plant, found, tt.want)
			}
		})
	}
}

// TestInTheWay makes sure that a click does not reach through what lies above a button, waits for
// one that moves, and that a visitor without scripts can click too.
func TestInTheWay(t *testing.T) {
	t.Parallel()
	tb := openTab(t, serve(t, harbourOptions()))
	tb.open("/posts/night-ferry")
	tb.does(`self.over = Object.assign(document.createElement("aside"), {id: "over"});
		Object.assign(over.style, {position: "fixed", inset: "0"});
		document.body.append(over)`)
	_, err := chromedp.Run(tb.ctx, tb.hit(css(".send button"), 1))
	if err == nil || !strings.Contains(err.Error(), `<aside id="over"`) {
		t.Errorf("click on what is covered: %v", err)
	}
	tb.does(`over.remove();
		const e = document.querySelector(".send button");
		e.addEventListener("click", c => { c.preventDefault(); e.name = "hit" });
		let n = 30;
		const move = () => { e.style.marginLeft = n + "rem"; if (n--) requestAnimationFrame(move); };
		move()`)
	tb.push(".send button")
	if got := eval[string](tb, `document.querySelector(".send button").name`); got != "hit" {
		t.Errorf("a click on what moved did not arrive: %s", eval[string](tb, shown))
	}
	tb.scripting(false)
	tb.open("/")
	tb.follow("The night ferry")
	if got := tb.url(); got != "/posts/night-ferry" {
		t.Errorf("without scripts a click leads to %s", got)
	}
}

// TestKeyboard reads and comments without a mouse.
func TestKeyboard(t *testing.T) {
	t.Parallel()
	tb := openTab(t, serve(t, harbourOptions()))
	tb.open("/posts/night-ferry")
	if got := tb.tabOn(); got != "Skip to content" {
		t.Fatalf("the first Tab leads to %q, want the skip link", got)
	}
	tb.press(kb.Enter)
	if got := eval[string](tb, "location.hash + document.activeElement.id"); got != "#mainmain" {
		t.Errorf("the skip link leads to %q, want #main to have the focus", got)
	}

	var way []string
	for len(way) < 30 && !slices.Contains(way, "Send comment") {
		way = append(way, tb.tabOn())
		switch way[len(way)-1] {
		case "body":
			must(tb, "type", chromedp.KeyEvent("Typed by hand"))
		case "author":
			must(tb, "type", chromedp.KeyEvent("Kay"))
		}
	}
	if got, want := strings.Join(way[max(0, len(way)-8):], " "), "body author email url remember Forget me INPUT Send comment"; got != want {
		t.Fatalf("Tab goes through the form as %q, want %q", got, want)
	}
	must(tb, "back", chromedp.KeyEvent(kb.Tab, chromedp.KeyModifiers(chromedp.ModifierShift)))
	tb.press(kb.Enter)
	if got := tb.url(); !strings.HasPrefix(got, "/comments/") {
		t.Fatalf("Enter in a field leads to %s", got)
	}
	tb.shows("#said ~ .said", "Typed by hand")
}

// tabOn goes on to what the Tab key leads to and says what that is: something that can be seen,
// and shows that it has the focus.
func (tb *tab) tabOn() string {
	tb.t.Helper()
	must(tb, "press Tab", chromedp.KeyEvent(kb.Tab))
	focused := strings.Join(strings.Fields(eval[string](tb, `(e => e.name || e.innerText || e.tagName)(document.activeElement)`)), " ")
	if eval[bool](tb, `(e => e.offsetWidth < 2 || e.getBoundingClientRect().bottom < 0)(document.activeElement)`) {
		tb.t.Errorf("%s has the focus and cannot be seen", focused)
	}
	if eval[bool](tb, `getComputedStyle(document.activeElement).outlineStyle === "none"`) {
		tb.t.Errorf("%s has the focus and does not show it", focused)
	}
	return focused
}

// TestRightToLeft: what is written from the right is shown from the right, and
// leaves what stands around it alone.
func TestRightToLeft(t *testing.T) {
	t.Parallel()
	b := serve(t, harbourOptions())
	for _, s := range [][2]string{{"Ada", "From the left."}, {"נועה", "שלום לכולם (10:00)!"}, {"ليلى", "مرحبا."}, {"Bo", "1. שלום"}} {
		b.MustComment(comment.Submission{Post: "night-ferry", Author: s[0], Body: s[1]})
	}
	tb := openTab(t, b)
	tb.open("/posts/night-ferry")
	got := eval[[]string](tb, `[...document.querySelectorAll(".comment")].map(c =>
		[c, c.querySelector("bdi"), c.querySelector(".said")].map(e => getComputedStyle(e).direction).join(" "))`)
	want := []string{"ltr ltr ltr", "ltr rtl rtl", "ltr rtl rtl", "ltr ltr rtl"}
	if !slices.Equal(got, want) {
		t.Errorf("directions of comment, name and text: got %q, want %q", got, want)
	}
	// An RTL paragraph begins at the right edge of its column.
	if gap := eval[float64](tb, `(p => { const r = document.createRange(); r.selectNodeContents(p);
		return p.getBoundingClientRect().right - r.getBoundingClientRect().right })(document.querySelector("#comment-2 .said p"))`); gap > 1 {
		t.Errorf("Hebrew begins %v pixels left of the right edge", gap)
	}
}

// TestMarksStayInTheirComment: letters under towers of marks are cut off where
// the name or the text of their comment ends.
func TestMarksStayInTheirComment(t *testing.T) {
	t.Parallel()
	b := serve(t, harbourOptions())
	tower := "Z" + strings.Repeat("\u0300\u0316", 40)
	b.MustComment(comment.Submission{Post: "night-ferry", Author: tower, Body: tower})
	tb := openTab(t, b)
	tb.open("/posts/night-ferry")
	got := eval[string](tb, `["h3", ".said"].map(e => getComputedStyle(document.querySelector(".comment " + e)).overflow).join(" ")`)
	if want := "clip clip"; got != want {
		t.Errorf("overflow of name and text: got %q, want %q", got, want)
	}
}

// TestPrint: on paper there is the text, and nothing to click on.
func TestPrint(t *testing.T) {
	t.Parallel()
	b := serve(t, apptest.Options{Content: everything(), Judge: byWords{}})
	b.MustComment(comment.Submission{Post: "night-ferry", Author: "Ada", Body: "Worth printing."})
	tb := openTab(t, b)
	for _, scheme := range []string{"light", "dark"} {
		tb.media("print", scheme)
		tb.open("/posts/night-ferry")
		tb.shows("body", "It left at ten")
		tb.shows("#comments", "Worth printing.")
		for _, gone := range []string{"Skip to content", "Leave a reply", "Reply to Ada", "About", "Before this"} {
			tb.hides(gone)
		}
		if got := eval[string](tb, "getComputedStyle(document.body).color + getComputedStyle(document.body).backgroundColor"); got != "rgb(0, 0, 0)rgb(255, 255, 255)" {
			t.Errorf("printed from %s: colours %s, want black on white", scheme, got)
		}
	}
}

// TestPrintEvent: the facts of an event are printed without the file for the
// calendar, and also on wide paper in the column of the text.
func TestPrintEvent(t *testing.T) {
	t.Parallel()
	tb := openTab(t, serve(t, apptest.Options{Content: everything(), Judge: byWords{}}))
	tb.size(1400, 900)
	tb.media("print", "light")
	tb.open("/posts/launch")
	tb.shows(".facts", "The slip")
	tb.hides("Save the date")
	if got := eval[string](tb, `getComputedStyle(document.querySelector(".byline")).position`); got != "static" {
		t.Errorf("the byline is %s, want it in the column", got)
	}
	if got := eval[string](tb, `getComputedStyle(document.querySelector(".byline > p + p"), "::before").content`); got != `"· "` {
		t.Errorf("between author and date stands %s, want a dot", got)
	}
}

// TestEmptyLinesOfCode: in numbered code an empty line is as high as another, so
// that its number stands beside it.
func TestEmptyLinesOfCode(t *testing.T) {
	t.Parallel()
	fsys := harbour()
	fsys["posts/tide.md"] = &fstest.MapFile{Data: []byte("---\ntitle: Tide\ndate: 2026-11-01\n---\n```go {linenos=true}\npackage tide\n\nvar high = 4\n```\n")}
	tb := openTab(t, serve(t, apptest.Options{Content: fsys, Judge: byWords{}}))
	tb.open("/posts/tide")
	got := eval[[]float64](tb, `(lines => [lines.length, ...lines.slice(1).map((e, i) =>
		e.getBoundingClientRect().top - lines[i].getBoundingClientRect().top - e.getBoundingClientRect().height)])(
		[...document.querySelectorAll(".line")])`)
	if len(got) != 3 || math.Abs(got[1]) > 1 || math.Abs(got[2]) > 1 {
		t.Errorf("lines, and what is between each two of them: got %v, want 3 and next to nothing", got)
	}
}
