package apptest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"hamlet/internal/apptest"
	"hamlet/internal/comment"
)

// elsewhere serves a static page that carries the thread of a post. Its own style would
// break whatever it reached, and its policy lets in nothing but the blog's script, whose
// other attributes stand behind the question mark of the address.
func elsewhere(t *testing.T) (origin string, carries func(blog string)) {
	t.Helper()
	var blog string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src "+blog+"; connect-src "+blog)
		_, _ = w.Write([]byte(`<!doctype html><html lang="en"><head><title>A static page</title><link rel="icon" href="data:,">
<style>* { color: #fefefe; font-size: 3px } p, form, textarea { display: none }</style></head>
<body><main><h1>A static page</h1>
<script src="` + blog + `/embed.js" data-post="night-ferry" ` + r.URL.RawQuery + ` defer></script>
<noscript><a href="` + blog + `/posts/night-ferry">Comments</a></noscript></main></body></html>`))
	}))
	t.Cleanup(srv.Close)
	return srv.URL, func(b string) { blog = b }
}

// inside is what the selector finds in the thread, which is in a shadow root.
func inside(selector string) string {
	return `document.querySelector("hamlet-thread").shadowRoot.querySelector("` + selector + `")`
}

// types fills fields of the embedded form, as a reader would leave them.
func (tb *tab) types(values ...[2]string) {
	tb.t.Helper()
	for _, v := range values {
		must(tb, "type "+v[0], chromedp.Evaluate[chromedp.Void](inside("[name="+v[0]+"]")+".value = `"+v[1]+"`;undefined"))
	}
}

func (tb *tab) does(script string) {
	tb.t.Helper()
	must(tb, script, chromedp.Evaluate[chromedp.Void](script+";undefined"))
}

// carried is a blog whose threads a page of another origin carries, which may.
func carried(t *testing.T) (b *apptest.Blog, origin string) {
	t.Helper()
	origin, carries := elsewhere(t)
	o := harbourOptions()
	o.Config = func(c *apptest.Config) { c.EmbedOrigins = []string{origin} }
	b = serve(t, o)
	carries(b.URL)
	return b, origin
}

func TestThreadElsewhere(t *testing.T) {
	t.Parallel()
	needAxe(t)
	b, origin := carried(t)
	b.MustComment(comment.Submission{Post: "night-ferry", Author: "Bo", Body: "Which *ferry*?"})

	tb := openTab(t, b)
	tb.goTo(origin)
	tb.soon(inside("form"))
	if got := eval[string](tb, inside("#comment-1 .said")+".innerText"); got != "Which ferry?" {
		t.Errorf("the comment says %q", got)
	}
	if got := eval[string](tb, `getComputedStyle(`+inside(".said p")+`).fontSize + getComputedStyle(`+inside(".said p")+`).display`); got != "17pxblock" {
		t.Errorf("the page's style reaches the thread: %s", got)
	}
	tb.clean("at first")

	// What is wrong is said beside the fields, and what was typed stays.
	tb.types([2]string{"body", "The one at *nine*."}, [2]string{"author", ""})
	tb.does(inside("button[type=submit]") + ".click()")
	tb.soon(inside("#error-author"))
	tb.newFaults() // the answer 422
	if got := eval[string](tb, inside("[name=body]")+".value"); got != "The one at *nine*." {
		t.Errorf("the text was lost: %q", got)
	}
	if got := eval[string](tb, inside("[name=author]")+".getAttribute('aria-invalid') + document.querySelector('hamlet-thread').shadowRoot.activeElement.className"); got != "trueproblems" {
		t.Errorf("the fault is not told: %s", got)
	}
	tb.clean("with a fault")

	// A look before sending.
	tb.types([2]string{"author", "Ada"})
	tb.does(inside("[name=preview]") + ".click()")
	tb.soon(inside("#draft em"))
	tb.clean("with a preview")

	// A reply, published at once.
	tb.does(inside("#comment-1 .answer a") + ".click()")
	tb.soon(inside("#comment-1 form"))
	tb.does(inside("button[type=submit]") + ".click()")
	tb.soon(inside("#comment-2"))
	tb.soon(inside(".notice a[href*='/comments/']"))
	if got := eval[string](tb, inside(".notice")+".innerText"); !strings.Contains(got, "Your comment is published.") {
		t.Errorf("the outcome: %q", got)
	}
	tb.clean("with an answer")
	private := eval[string](tb, inside(".notice a[href*='/comments/']")+".href")
	if got := b.Get(strings.TrimPrefix(private, b.URL)).Code; got != http.StatusOK {
		t.Errorf("the private link leads to %d", got)
	}

	// One that is held, and another with its quotation.
	tb.types([2]string{"body", "It may perhaps be late."}, [2]string{"author", "Ada"})
	tb.does(inside("button[type=submit]") + ".click()")
	tb.soon(inside(".notice a[href*='/comments/']") + "&& " + inside(".notice") + ".innerText.includes('waits for a moderator')")
	tb.does(inside("#comment-1 .quote") + ".click()")
	tb.soon(inside("[name=body]") + ".value.startsWith('> Which *ferry*?')")
	if got := eval[string](tb, "`${localStorage.length}${sessionStorage.length}`"); got != "00" {
		t.Errorf("something is kept in the browser: %q", got)
	}
}

// The pages of a thread change in place, and what is being typed stays.
func TestPagesElsewhere(t *testing.T) {
	t.Parallel()
	needAxe(t)
	b, origin := carried(t)
	for i := range 40 {
		b.MustComment(comment.Submission{Post: "night-ferry", Author: "Bo", Body: fmt.Sprintf("Ferry number %d.", i)})
	}
	tb := openTab(t, b)
	tb.media("", "dark")
	tb.size(320, 640)
	tb.goTo(origin)
	tb.soon(inside("form"))
	tb.soon(inside("#comment-1 time") + `.title === "22 November 2026, 12:00"`)
	if got := eval[string](tb, inside("#comment-1 time")+".textContent"); got == "22 November 2026, 12:00" {
		t.Errorf("the time is not told in words: %q", got)
	}

	// The page's address leads to a comment of another page of the thread, at once and later.
	tb.does(`location.replace("#comment-40")`)
	tb.soon(inside("#comment-40:focus"))
	tb.does(`location.replace("#comment-1")`)
	tb.soon(inside("#comment-1:focus"))
	tb.goTo(origin + "/?linked#comment-39")
	tb.soon(inside("#comment-39:focus"))
	tb.goTo(origin)
	tb.soon(inside("form"))
	tb.types([2]string{"body", "Not yet done"})
	tb.does(inside(".pages .next") + ".click()")
	tb.soon(inside("#comment-40"))
	if got := eval[string](tb, inside("[name=body]")+".value"); got != "Not yet done" {
		t.Errorf("the text was lost: %q", got)
	}
	tb.does(inside(".pages .prev") + ".click()")
	tb.soon(inside("#comment-1"))

	// What is beside the link to reply leads where it says.
	tb.does(`document.addEventListener("click", (e) => { globalThis.kept = e.defaultPrevented; e.preventDefault() }, {once: true})`)
	tb.does(inside("#comment-1 a.report") + ".click()")
	if eval[bool](tb, "kept") {
		t.Error("the link to report a comment begins a reply")
	}

	// So does what it is a reply to, whether that is shown or not.
	tb.does(inside("#comment-1 .answer a") + ".click()")
	tb.soon(inside("#comment-1 form [name=parent]"))
	words := eval[string](tb, inside(".replying")+".textContent")
	tb.does(`location.replace("#comment-40")`)
	tb.soon(inside("#comment-40:focus"))
	if got := eval[string](tb, inside("#respond [name=parent]")+".value + "+inside("#respond .replying")+".textContent"); got != "1"+words {
		t.Errorf("on another page the reply is one to %q, want %q", got, "1"+words)
	}
	tb.does(`location.replace("#comment-1")`)
	tb.soon(inside("#comment-1 form [name=parent][value='1']"))
	tb.does(inside(".pages .next") + ".click()")
	tb.soon(inside("#comment-40"))
	tb.does(inside(".replying a") + ".click()")
	tb.soon(`!` + inside("[name=parent]") + ` && ` + inside("[name=body]:focus") + `.value === "Not yet done"`)
	tb.does(inside(".pages .prev") + ".click()")
	tb.soon(inside("#comment-1"))
	tb.does(inside(".order a") + ".click()")
	tb.soon(inside(".thread li:first-child #comment-40"))
	if got := eval[bool](tb, "document.documentElement.scrollWidth > 320"); got {
		t.Error("the thread is wider than a narrow screen")
	}
	tb.does(`document.head.append(Object.assign(document.createElement("meta"), {name: "color-scheme", content: "light dark"}))`)
	if got := eval[string](tb, "getComputedStyle("+inside(".hamlet")+").backgroundColor"); got != "rgb(25, 22, 19)" {
		t.Errorf("in a dark page the thread is %s", got)
	}
	tb.clean("in the dark")
}

// New replies are told in a page elsewhere as in the blog's own, and join those that show.
func TestNewsElsewhere(t *testing.T) {
	t.Parallel()
	needAxe(t)
	b, origin := carried(t)
	say := func(parent string) {
		b.MustComment(comment.Submission{Post: "night-ferry", Parent: parent, Author: "Bo", Body: "Which ferry?"})
	}
	say("")
	tb := openTab(t, b)
	tb.goTo(origin)
	tb.soon(inside("form"))
	tb.types([2]string{"body", "Not yet done"})
	tb.does(inside("#respond") + ".scrollIntoView()")
	say("1")
	say("")
	tb.soon(inside(".news a") + `.textContent === "New replies: 2"`)
	tb.clean("with news")
	tb.does(inside(".news a") + ".click()")
	tb.soon(inside("#comment-1 ~ details #comment-2.new"))
	tb.soon(inside(".thread > li:last-child > #comment-3.new"))
	if got := eval[string](tb, inside("#comment-count")+".textContent + "+inside("[name=body]")+".value + `${localStorage.length}${sessionStorage.length}`"); got != "3 repliesNot yet done00" {
		t.Errorf("after the news: %q", got)
	}

	// Where the blog cannot be asked, they are a link.
	tb.does(inside("#respond") + ".scrollIntoView()")
	say("")
	tb.soon(inside(".news a") + `.textContent === "New replies: 1"`)
	tb.does(`globalThis.fetch = async () => { throw new TypeError("no connection") }`)
	tb.leave("follow the news", chromedp.Evaluate[chromedp.Void](inside(".news a")+".click();undefined"))
	tb.newFaults() // the browser notes that nobody clicked
	if got := tb.url(); got != "/posts/night-ferry#comment-4" {
		t.Errorf("the news lead to %s", got)
	}
}

// What is new since the last visit is told where the page lets its reader's browser remember it.
func TestLastVisitElsewhere(t *testing.T) {
	t.Parallel()
	b, origin := carried(t)
	say := func() { b.MustComment(comment.Submission{Post: "night-ferry", Author: "Bo", Body: "Which ferry?"}) }
	tb := openTab(t, b)
	visit := func(address, want string) {
		t.Helper()
		tb.goTo(origin + address)
		tb.soon(inside("form"))
		if got := eval[string](tb, inside(".news")+".innerText"); strings.Trim(got, " ×\n") != want {
			t.Errorf("%s tells %q, want %q", address, got, want)
		}
	}
	say()
	visit("/?data-seen", "")
	say()
	visit("/", "")
	visit("/?data-seen", "New since your last visit: 1")
	visit("/?data-seen", "")
}

// Where the origin is not listed, a link leads to the post.
func TestThreadElsewhereUnlisted(t *testing.T) {
	t.Parallel()
	origin, carries := elsewhere(t)
	b := serve(t, harbourOptions())
	carries(b.URL)
	tb := openTab(t, b)
	tb.goTo(origin)
	tb.soon(`document.querySelector("main p a")?.href === "` + b.URL + `/posts/night-ferry"`)
	tb.newFaults() // the browser says why
}

// goTo opens a page of another origin, which is then one of those that may be asked.
func (tb *tab) goTo(address string) {
	tb.t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		tb.t.Fatal(err)
	}
	tb.mu.Lock()
	tb.second = u.Host
	tb.mu.Unlock()
	tb.here = address
	if got := status(must(tb, "open "+address, chromedp.NavigateResponse(address))); got != http.StatusOK {
		tb.t.Fatalf("open %s: got %d", address, got)
	}
}

// clean looks for accessibility faults.
func (tb *tab) clean(when string) {
	tb.t.Helper()
	if eval[bool](tb, "typeof axe === 'undefined'") {
		tb.loadAxe()
	}
	for _, v := range tb.violations() {
		tb.t.Errorf("%s: %s", when, v)
	}
}
