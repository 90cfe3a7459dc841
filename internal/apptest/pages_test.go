package apptest_test

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// pageType is a kind of page: how one comes to it, and how one knows it.
type pageType struct {
	name   string
	status int
	shows  string // in its main part
	open   func(*tab) int
}

// at opens a page by its address.
func at(path string) func(*tab) int {
	return func(tb *tab) int { tb.t.Helper(); return tb.open(path) }
}

// sends opens a page, does something to it, fills its form and sends it.
func sends(path, script, button string, values ...[2]string) func(*tab) int {
	return func(tb *tab) int {
		tb.t.Helper()
		tb.open(path)
		eval[chromedp.Void](tb, script)
		tb.fill(values...)
		return tb.follow(button)
	}
}

// refused does what is tried in place first and refused there, which the browser notes, and
// then sent as a form.
func refused(do func(*tab) int) func(*tab) int {
	return func(tb *tab) int {
		tb.t.Helper()
		got := do(tb)
		tb.newFaults()
		return got
	}
}

func publicPages() []pageType {
	const (
		ferry = "/posts/night-ferry"
		send  = "Send comment"
		form  = `document.querySelector("form").`
	)
	comment := [][2]string{{"body", "Too late"}, {"author", "Eve"}}
	return []pageType{
		{"front page", 200, "The night ferry", at("/")},
		{"second page of the list", 200, "Posts, page 2 of 2", at("/page/2")},
		{"post with a thread", 200, "12 replies", at(ferry)},
		{"post with everything", 200, "in a quotation", at("/posts/features")},
		{"reply form", 200, "In reply to Reader 1", at(ferry + "?reply=3#respond")},
		{"long thread", 200, "Newest first", at("/posts/old-2")},
		{"page of a thread", 200, "Replies, page 2", at("/posts/old-2/comments/2")},
		{"thread from the newest", 200, "70 replies", at("/posts/old-2/comments/newest")},
		{"quotation", 200, "In reply to Reader 70", at("/posts/old-2/comments/2?quote=112#respond")},
		{"closed post", 200, "Comments are closed", at("/posts/closed")},
		{"post without comments", 200, "Nothing to say", at("/posts/quiet")},
		{"tags", 200, "Größe", at("/tags")},
		{"tag", 200, "14 posts", at("/tags/ferries")},
		{"categories", 200, "Harbour works", at("/categories")},
		{"authors", 200, "Bo Reed", at("/authors")},
		{"author", 200, "Paints boats", at("/authors/bo-reed")},
		{"series", 200, "Part 2", at("/series/the-long-pier")},
		{"part of a series", 200, "Part 2 of 2", at("/posts/pier-2")},
		{"event", 200, "Saturday, 5 December 2026", at("/posts/launch")},
		{"archive", 200, "November", at("/archive")},
		{"month of the archive", 200, "January 2025", at("/archive/2025/01")},
		{"page", 200, "Who we are", at("/about")},
		{"search", 200, "The night ferry", at("/search?q=ferry")},
		{"privacy", 200, "What moderators do", at("/privacy")},
		{"form to report a comment", 200, "What is wrong with it?", at("/comment/1/report")},
		{"report without a reason", 422, "Please choose", sends("/comment/1/report", "", "Send the report", [2]string{"words", "Look"})},
		{"report sent", 200, "The moderators will look", at("/comment/1/reported")},
		{"form for a mention", 200, "Responses elsewhere", at("/webmention")},
		{"mention of nothing here", 400, "This was not taken", sends("/webmention", "", "Send the address",
			[2]string{"target", "https://example.org/"}, [2]string{"source", "https://example.com/"})},
		{"not found", 404, "Was it one of these?", at("/2020/night-fery.html")},
		{"gone", 410, "This page is gone", at("/posts/lost-buoy")},
		{"mistakes in a reply", 422, "4 things to put right", sends(ferry+"?reply=3#respond", "", send,
			[2]string{"email", "not an address"}, [2]string{"url", "nor a site"})},
		{"thread closed meanwhile", 409, "Your text is below", sends(ferry, form+`action = "/posts/closed/comments"`, send, comment...)},
		{"post gone meanwhile", 404, "This post is not there any more", sends(ferry, form+`action = "/posts/gone/comments"`, send, comment...)},
		{"too often", 429, "Please wait a little", func(tb *tab) int {
			tb.t.Helper()
			sends("/posts/old-1", "", send, comment...)(tb)
			return sends("/posts/old-1", "", send, comment...)(tb)
		}},
		{"too large", 413, "larger than 160 KiB", sends(ferry, form+`elements.body.value = "x".repeat(200000)`, send)},
	}
}

func moderatorPages(setup string) []pageType {
	const (
		spam = "/admin/queue?status=spam&before=20"
		make = "Make the account"
		swap = `document.querySelector("[formaction]").formAction = `
	)
	account := [][2]string{{"name", "wanda"}, {"password", apptest.Password}, {"again", apptest.Password}}
	return []pageType{
		{"login without an account", 200, "There is no account", at("/admin/login")},
		{"setup with a wrong link", 403, "This link does not work", at("/admin/setup?token=wrong")},
		{"setup", 200, "Make the first account", at(setup)},
		{"setup with mistakes", 422, "to put right", sends(setup, "", make, [2]string{"password", "short"}, [2]string{"again", "short"})},
		{"first login", 200, "Pending", sends(setup, "", make, account...)},
		{"empty tab", 200, "The trash is empty", at("/admin/queue?status=trash")},
		{"spam", 200, "Older", at("/admin/queue?status=spam")},
		{"spam, older", 200, "Newest", at(spam)},
		{"approved", 200, "Published at once", at("/admin/queue?status=approved")},
		{"one comment, told", 200, "The receipt", func(tb *tab) int {
			tb.t.Helper()
			got := tb.open("/admin/comments/20")
			eval[chromedp.Void](tb, `window.touched = performance.now(); document.querySelectorAll("details").forEach(d => d.open = true)`)
			return got
		}},
		{"decided", 200, "Comment 14 moved to the trash", func(tb *tab) int {
			tb.t.Helper()
			got := tb.open(spam)
			tb.push("#comment-14 .do-trash") // decides in place
			tb.says("Comment 14 moved to the trash.")
			return got
		}},
		{"trash, unfolded", 200, "Nobody can bring it back", func(tb *tab) int {
			tb.t.Helper()
			got := tb.open("/admin/queue?status=trash")
			eval[chromedp.Void](tb, `window.touched = performance.now(); document.querySelectorAll("details").forEach(d => d.open = true)`)
			return got
		}},
		{"cannot be done", 409, "could not be restored", refused(sends(spam, swap+`"/admin/comments/1/restore"`, "Approve comment 19"))},
		{"comment is gone", 404, "There is no comment 999", refused(sends(spam, swap+`"/admin/comments/999/approve"`, "Approve comment 19"))},
		{"logged out meanwhile", 200, "You were not logged in any more", refused(func(tb *tab) int {
			tb.t.Helper()
			tb.open("/admin/queue?status=approved")
			call(tb, network.ClearBrowserCookies, cdp.Empty{})
			return tb.click("[formaction]")
		})},
		{"wrong password", 422, "Name or password is wrong", logIn("a wrong password")},
	}
}

func logIn(password string) func(*tab) int {
	return sends("/admin/login", "", "Log in", [2]string{"name", "wanda"}, [2]string{"password", password})
}

// filterPages are the filter's desk.
func filterPages() []pageType {
	const desk = "/admin/filter"
	unfold := func(path string) func(*tab) int {
		return func(tb *tab) int {
			tb.t.Helper()
			got := tb.open(path)
			eval[chromedp.Void](tb, `window.touched = performance.now(); document.querySelectorAll("details").forEach(d => d.open = true)`)
			return got
		}
	}
	return []pageType{
		{"way in", 200, "Pending", logIn(apptest.Password)},
		{"how the filter does", 200, "called honest", unfold(desk + "?days=30")},
		{"the filter measured anew", 200, "In force", at(desk + "/replay")},
		{"thresholds", 200, "And now, as it is", at(desk + "/setting?by=thresholds&hold=60&spam=90")},
		{"thresholds that cannot be", 422, "A number from 0.1 to 10", at(desk + "/setting?by=cost&cost=99")},
		{"dry run", 200, "it would have caught", at(desk + "/try?kind=word&value=ferry")},
		{"dry run of nothing", 422, "A number above 0", at(desk + "/try?kind=threshold&value=often")},
		{"second thoughts", 200, "published comment", at(desk + "/sweep?kind=word&value=ferry")},
		{"a wave", 200, "of the same wave", at("/admin/waves/1?status=spam")},
		{"models that disagree", 200, "1 of them otherwise", unfold(desk + "/models")},
		{"two models measured anew", 200, "Beside it: ", at(desk + "/replay")},
		{"doubtful labels", 200, "Share of spam", at(desk + "/labels")},
		{"what it was taught", 200, "Forget", unfold(desk + "/learned")},
		{"a verdict computed again", 200, "the same to the last digit", at("/admin/comments/1")},
	}
}

// sitesPages are those about other sites that ask the filter.
func sitesPages() []pageType {
	return []pageType{
		{"way in", 200, "Pending", logIn(apptest.Password)},
		{"other sites", 200, "The shop", at("/admin/sites")},
		{"a site", 200, "It was called spam", func(tb *tab) int {
			tb.t.Helper()
			got := tb.open("/admin/sites/1")
			eval[chromedp.Void](tb, `window.touched = performance.now(); document.querySelectorAll("details").forEach(d => d.open = true)`)
			return got
		}},
		{"a setting that cannot be", 422, "from 0.1 to 10", sends("/admin/sites/1", `document.querySelector("main details").open = true`, "Save", [2]string{"cost", "99"})},
		{"a key", 200, "Copy it now", sends("/admin/sites", "", "Make a key", [2]string{"name", "The forum"})},
	}
}

// askFromElsewhere makes a key, and asks about some comments with it.
func askFromElsewhere(t *testing.T, b *apptest.Blog) {
	t.Helper()
	_, key, err := b.Sites.AddSite(t.Context(), account.Shell, "The shop")
	if err != nil {
		t.Fatal(err)
	}
	for author, text := range map[string]string{"viagra-test-123": "Cheap pills: http://pills.example/now", "Mira Zorbel": "Thank you, the rye bread came out well.", "": ""} {
		r := b.Post("/1.1/comment-check", url.Values{
			"api_key": {string(key)}, "blog": {"https://shop.example.org"}, "user_ip": {"192.0.2.1"}, "comment_author": {author}, "comment_content": {text},
		})
		if r.Body != "true" && r.Body != "false" {
			t.Fatalf("got %q, want a verdict", r.Body)
		}
	}
}

// decideSome lets some comments come, and somebody decide about them.
func decideSome(b *apptest.Blog) {
	b.MustUser("wanda", account.Owner)
	for i := range 30 {
		body, do := fmt.Sprintf("The ferry was late again, %d minutes, and we waited with soup.", i), comment.Approve
		if i%3 == 0 {
			body, do = fmt.Sprintf("Cheap replica watches, buy now at https://watches%d.example.com/sale and https://bags.example.com", i), comment.MarkSpam
		}
		r := b.MustComment(comment.Submission{Post: "night-ferry", Author: fmt.Sprintf("Reader %d", i), Body: body})
		b.Clock.Advance(time.Hour)
		if r.Status != comment.Approved && do == comment.Approve || do == comment.MarkSpam && r.Status != comment.Spam {
			_, _ = b.Comments.Decide(context.Background(), account.Shell, r.ID, comment.Decision{Action: do})
		}
		if i%7 == 0 && r.Status == comment.Approved {
			_, _ = b.Comments.Decide(context.Background(), account.Shell, r.ID, comment.Decision{Action: comment.MarkSpam})
		}
	}
}

// judgeBeside lets a model judge beside the one in force that says the opposite, of one comment.
func judgeBeside(t *testing.T, b *apptest.Blog) {
	t.Helper()
	var examples []spam.Example
	for i := range 60 {
		source := fmt.Sprintf("blog %d", i%6)
		examples = append(examples,
			spam.Example{Source: source, Message: spam.Message{Author: "Shop", Body: fmt.Sprintf("Cheap shoes, buy now at https://shop%d.example.com today", i)}},
			spam.Example{Source: source, Spam: true, Message: spam.Message{Author: "Bo", Body: fmt.Sprintf("The ferry was late again %d times, and we waited with soup", i)}})
	}
	m, _, err := spam.Train(spam.TrainOptions{}, examples)
	if err != nil {
		t.Fatal(err)
	}
	data, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := b.Insight.AddModel(t.Context(), account.Shell, "other.bin", data); err != nil {
		t.Fatal(err)
	}
	b.MustComment(comment.Submission{Post: "night-ferry", Author: "Bo", Body: "The ferry was late again seven times, and we waited with soup."})
}

// brokenPages are what is shown when the database does not answer.
func brokenPages() []pageType {
	return []pageType{
		{"comments cannot be read", 200, "The comments cannot be shown", at("/posts/night-ferry")},
		{"fault", 500, "Something went wrong", at("/admin/login")},
		{"comment cannot be kept", 500, "Your comment could not be kept", sends("/posts/night-ferry", "", "Send comment",
			[2]string{"body", "A kind word"}, [2]string{"author", "Eve"})},
	}
}

// TestPages looks at every kind of page, in light and dark and on a phone.
func TestPages(t *testing.T) {
	t.Parallel()
	needAxe(t)
	t.Run("public", func(t *testing.T) {
		t.Parallel()
		b := serve(t, apptest.Options{Content: everything(), Judge: byWords{}, Config: func(c *apptest.Config) { c.CommentRate = "3/h" }})
		converse(b)
		chat(b)
		tb := openTab(t, b)
		tb.lookAt(publicPages())
		if got := call(tb, network.GetCookies, network.GetCookiesParams{URLs: []string{b.URL + "/", b.URL + "/posts/night-ferry", b.URL + "/admin/queue"}}).Cookies; len(got) != 0 {
			t.Errorf("public pages left cookies: %+v", got)
		}
	})
	t.Run("moderators", func(t *testing.T) {
		t.Parallel()
		b := serve(t, apptest.Options{Content: everything(), Judge: byWords{}})
		converse(b)
		openTab(t, b).lookAt(moderatorPages(setupLink(t, b)))
	})
	t.Run("filter", func(t *testing.T) {
		t.Parallel()
		b := serve(t, apptest.Options{Content: everything()})
		decideSome(b)
		judgeBeside(t, b)
		openTab(t, b).lookAt(filterPages())
	})
	t.Run("other sites", func(t *testing.T) {
		t.Parallel()
		b := serve(t, apptest.Options{Content: everything()})
		b.MustUser("wanda", account.Owner)
		askFromElsewhere(t, b)
		openTab(t, b).lookAt(sitesPages())
	})
	t.Run("broken content", func(t *testing.T) {
		t.Parallel()
		fsys := everything()
		b := serve(t, apptest.Options{Content: fsys})
		b.MustUser("wanda", account.Moderator)
		fsys["posts/broken.md"] = &fstest.MapFile{Data: []byte("---\ntitel: Broken\n---\n")}
		if err := b.Reload(); err == nil {
			t.Fatal("broken content was loaded")
		}
		openTab(t, b).lookAt([]pageType{{"broken content", 200, "posts/broken.md", logIn(apptest.Password)}})
	})
	t.Run("broken database", func(t *testing.T) {
		t.Parallel()
		b := serve(t, apptest.Options{Content: everything()})
		tb := openTab(t, b)
		if err := b.App.Data.Close(); err != nil {
			t.Fatal(err)
		}
		tb.lookAt(brokenPages())
	})
}

// lookAt opens one page after the other, over a slow line, and looks at it closely.
func (tb *tab) lookAt(pages []pageType) {
	tb.t.Helper()
	tb.slowLine()
	for _, p := range pages {
		tb.size(1280, 900)
		tb.media("", "light")
		if got := p.open(tb); got != p.status {
			tb.t.Errorf("%s: got %d, want %d\n%s", p.name, got, p.status, eval[string](tb, shown))
			continue
		}
		tb.here = p.name
		tb.shows("main", p.shows)
		tb.still()
		tb.loadAxe()
		tb.check("light, desk", p.name)
		tb.media("", "dark")
		tb.dark()
		for _, width := range []int64{375, 320} {
			tb.size(width, 700)
			tb.fits(width)
		}
		tb.check("dark, phone", p.name)
		tb.noFaults()
	}
}

// slowLine lets pages come in piece by piece, as they do far from the server or on a busy
// machine: what waits for the rest of the page, or for a script, moves then.
func (tb *tab) slowLine() {
	tb.t.Helper()
	call(tb, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		MatchedNetworkConditions: []*network.Conditions{{Latency: 20, DownloadThroughput: 40_000, UploadThroughput: 40_000}}, // ms, bytes a second
	})
}

// stillness is how far a page may shift while it is loaded: nobody sees a thousandth.
// A browser that is short of time reports a ten-thousandth now and then, for half a
// pixel of a page that was painted in two steps.
const stillness = 0.001

// still fails if anything moved while the page was loaded, and before the test
// itself moved something.
func (tb *tab) still() {
	tb.t.Helper()
	moved := must(tb, "ask what moved", chromedp.Evaluate[struct {
		By   float64  `json:"by"`
		What []string `json:"what"`
	}](`new Promise(done => {
		const moved = {by: 0, what: []};
		const told = s => [s.node?.nodeName, s.node?.className, JSON.stringify(s.previousRect), JSON.stringify(s.currentRect)].join(" ");
		new PerformanceObserver(list => list.getEntries().forEach(e => {
			if (e.hadRecentInput || e.startTime >= (window.touched ?? Infinity)) return;
			moved.by += e.value;
			moved.what.push(...e.sources.map(told));
		})).observe({type: "layout-shift", buffered: true});
		setTimeout(() => done(moved), 50);
	})`, chromedp.EvalAwaitPromise))
	if moved.By >= stillness {
		tb.t.Errorf("%s: the layout shifted by %.4f while it was loaded: %s", tb.here, moved.By, strings.Join(moved.What, "; "))
	}
}

// check looks for accessibility faults. With HAMLET_TEST_SHOTS set to a folder it
// also leaves a picture there, for people to look at.
func (tb *tab) check(mode, page string) {
	tb.t.Helper()
	for _, v := range tb.violations() {
		tb.t.Errorf("%s, %s: %s", tb.here, mode, v)
	}
	dir := os.Getenv("HAMLET_TEST_SHOTS")
	if dir == "" {
		return
	}
	name := regexp.MustCompile(`[^A-Za-z0-9]+`).ReplaceAllString(tb.t.Name()+" "+page+" "+mode, "-")
	picture := must(tb, "take a picture", chromedp.FullScreenshot(100))
	if err := os.WriteFile(filepath.Join(dir, name+".png"), picture, 0o600); err != nil {
		tb.t.Error(err)
	}
}

// fits fails if a page is wider than the window, and says what sticks out.
func (tb *tab) fits(width int64) {
	tb.t.Helper()
	wide := eval[[]string](tb, fmt.Sprintf(`document.documentElement.scrollWidth <= %[1]d && innerWidth <= %[1]d ? [] :
		[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > %[1]d + .5 || e.getBoundingClientRect().left < -.5)
			.map(e => e.outerHTML.slice(0, 120))`, width))
	if len(wide) > 0 {
		tb.t.Errorf("%s: wider than %d pixels; what sticks out:\n%s", tb.here, width, strings.Join(wide[:min(5, len(wide))], "\n"))
	}
}

// dark fails unless the page is light on dark, its form fields included.
func (tb *tab) dark() {
	tb.t.Helper()
	bright := eval[[]string](tb, `[document.documentElement, document.body, ...document.querySelectorAll("input:not([type=hidden]), textarea, pre, button")].filter(e => {
		const [r, g, b, a = 1] = getComputedStyle(e).backgroundColor.match(/[\d.]+/g).map(Number);
		return a > .5 && (r + g + b) / 3 > 110;
	}).map(e => e.outerHTML.slice(0, 100) + " " + getComputedStyle(e).backgroundColor)`)
	// A button may be the one bright thing on a page.
	bright = slices.DeleteFunc(bright, func(s string) bool { return strings.HasPrefix(s, "<button") })
	if len(bright) > 0 {
		tb.t.Errorf("%s: in the dark, these are bright:\n%s", tb.here, strings.Join(bright, "\n"))
	}
	if got := eval[string](tb, "getComputedStyle(document.body).backgroundColor"); got == "rgba(0, 0, 0, 0)" {
		tb.t.Errorf("%s: the dark page has no background of its own", tb.here)
	}
}
