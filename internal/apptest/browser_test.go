package apptest_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"hamlet/internal/apptest"
)

// patience is how long one step in the browser may take on a busy machine.
const patience = 2 * time.Minute

// TestMain ends the browser that the tests shared.
func TestMain(m *testing.M) {
	code := m.Run()
	endBrowser()
	os.Exit(code)
}

var endBrowser = func() {}

// browser starts the Chromium that all tests of this process share, once. Every
// test gets a browser context of its own in it: cookies, cache and connections
// are not shared.
var browser = sync.OnceValues(func() (context.Context, error) {
	ctx, stop := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(os.Getenv("HAMLET_TEST_CHROMIUM")),
		chromedp.NoSandbox, // tests run as root in containers, and see their own pages only
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("no-pings", true),
	)...)
	ctx, quit := chromedp.NewContext(ctx)
	endBrowser = func() { _ = chromedp.Cancel(ctx); quit(); stop() }
	return ctx, chromedp.Do(ctx)
})

// serve opens a blog that answers on a real address of this machine.
func serve(t *testing.T, o apptest.Options) *apptest.Blog {
	t.Helper()
	sharedBrowser(t)
	config := o.Config
	o.Config = func(c *apptest.Config) {
		c.Addr, c.BaseURL = "127.0.0.1:0", ""
		if config != nil {
			config(c)
		}
	}
	b := apptest.Open(t, o)
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() { done <- b.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Errorf("serve: %v", err)
		}
		if t.Failed() {
			t.Logf("the blog's log:\n%s", b.Log)
		}
	})
	return b
}

// tab is a tab of the browser that looks at one blog. Whatever a visitor's
// browser would complain about on the way is a fault of the test.
type tab struct {
	t    *testing.T
	ctx  context.Context
	blog *url.URL
	here string // what was opened last, for messages

	mu     sync.Mutex
	faults []string
	second string // a host that may be asked beside the blog's
}

// openTab opens a tab for a blog that serve started. Without HAMLET_TEST_CHROMIUM
// the test is skipped; .ci/browser sets it, and .ci/run lets nothing be skipped.
func openTab(t *testing.T, b *apptest.Blog) *tab {
	t.Helper()
	parent := sharedBrowser(t)
	blog, err := url.Parse(b.URL)
	if err != nil {
		t.Fatal(err)
	}
	tb := &tab{t: t, blog: blog}
	var quit context.CancelFunc
	tb.ctx, quit = chromedp.NewContext(parent, chromedp.WithNewBrowserContext(), chromedp.WithListener(tb.listen))
	t.Cleanup(func() {
		tb.noFaults()
		if err := chromedp.Cancel(tb.ctx); err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("close the tab: %v", err)
		}
		quit()
	})
	// The first action opens the tab, which lives as long as its context.
	if err := chromedp.Do(tb.ctx); err != nil {
		t.Fatalf("open a tab: %v", err)
	}
	call(tb, audits.Enable, cdp.Empty{})
	return tb
}

func sharedBrowser(t *testing.T) context.Context {
	t.Helper()
	if os.Getenv("HAMLET_TEST_CHROMIUM") == "" {
		t.Skip("NOT TESTED IN A BROWSER: HAMLET_TEST_CHROMIUM does not name a Chromium; run the tests with make test")
	}
	ctx, err := browser()
	if err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	return ctx
}

// listen hears what goes on in the tab. It must not wait for anything.
func (tb *tab) listen(event any) {
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if u, err := url.Parse(e.Request.URL); err != nil || (u.Host != tb.blog.Host && !tb.mayAsk(u.Host) && u.Scheme != "data" && u.Scheme != "about") {
			tb.fault("asked %s of somebody else", e.Request.URL)
		}
	case *network.EventResponseReceived:
		if e.Type != network.ResourceTypeDocument && e.Response.Status >= 400 {
			tb.fault("%s answered %d", e.Response.URL, e.Response.Status)
		}
	case *network.EventLoadingFailed:
		if !e.Canceled {
			tb.fault("a %s could not be loaded: %s %s", e.Type, e.ErrorText, e.BlockedReason)
		}
	case *runtime.EventExceptionThrown:
		tb.fault("exception: %s", e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		tb.fault("the page wrote to the console")
	case *log.EventEntryAdded:
		if e.Entry.Source != log.EntrySourceNetwork { // see EventResponseReceived
			tb.fault("log: %s: %s", e.Entry.Level, e.Entry.Text)
		}
	case *audits.EventIssueAdded:
		tb.fault("issue: %s", issue(e.Issue))
	}
}

// mayAsk reports whether the tab may ask a host that is not the blog's.
func (tb *tab) mayAsk(host string) bool {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	return host == tb.second
}

// issue says in a line what the browser's own audit found.
func issue(i *audits.InspectorIssue) string {
	if g := i.Details.GenericIssueDetails; g != nil {
		return fmt.Sprintf("%s %s", i.Code, g.ErrorType)
	}
	return string(i.Code)
}

func (tb *tab) fault(format string, args ...any) {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	tb.faults = append(tb.faults, fmt.Sprintf(format, args...))
}

// newFaults is what the browser had to complain about since the last time.
func (tb *tab) newFaults() []string {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	found := tb.faults
	tb.faults = nil
	return found
}

// noFaults fails if the browser had to complain about something.
func (tb *tab) noFaults() {
	tb.t.Helper()
	for _, f := range tb.newFaults() {
		tb.t.Errorf("%s: %s", tb.here, f)
	}
}

// call sends a command of the DevTools protocol.
func call[P, R any](tb *tab, cmd cdp.Command[P, R], params P) R {
	tb.t.Helper()
	return must(tb, cmd.Method, func(ctx context.Context, t *chromedp.Target) (R, error) { return cdp.Call(ctx, t, cmd, params) })
}

// shown is what a visitor sees, or the beginning of it, for messages.
const shown = `location + "\n\n" + document.body.innerText.slice(0, 1000)`

// must does one thing in the tab, and fails the test if it cannot be done.
func must[T any](tb *tab, what string, a chromedp.Action[T]) T {
	tb.t.Helper()
	ctx, stop := context.WithTimeout(tb.ctx, patience)
	defer stop()
	v, err := chromedp.Run(ctx, a)
	if err != nil {
		ctx, stop := context.WithTimeout(tb.ctx, patience)
		defer stop()
		text, _ := chromedp.Run(ctx, chromedp.Evaluate[string](shown))
		tb.t.Fatalf("%s: %v\n\n%s", what, err, text)
	}
	return v
}

// open asks for a path and returns the status.
func (tb *tab) open(path string) int {
	tb.t.Helper()
	tb.here = path
	return status(must(tb, "open "+path, chromedp.NavigateResponse(tb.blog.String()+path)))
}

// click clicks on what the selector finds and waits for the page it leads to. It
// returns the status, 0 if it led to a place on the same page.
func (tb *tab) click(selector string) int {
	tb.t.Helper()
	return tb.leave("click on "+selector, chromedp.Click(chromedp.CSS(selector)))
}

// follow clicks on the link or the button with this text.
func (tb *tab) follow(text string) int {
	tb.t.Helper()
	// Links first: a text may stand on both.
	for _, kind := range []string{"a", "button"} {
		xpath := fmt.Sprintf(`//%s[normalize-space(.)=%q]`, kind, text)
		if must(tb, "look for "+text, chromedp.Evaluate[bool](fmt.Sprintf(
			`document.evaluate(%q, document, null, XPathResult.ANY_UNORDERED_NODE_TYPE).singleNodeValue !== null`, xpath))) {
			return tb.leave("follow "+text, chromedp.Click(chromedp.Search(xpath)))
		}
	}
	tb.t.Fatalf("no link and no button says %q:\n%s", text, eval[string](tb, shown))
	return 0
}

// press presses a key and waits for the page it leads to.
func (tb *tab) press(key string) {
	tb.t.Helper()
	tb.leave("press a key", chromedp.KeyEvent(key))
}

// leave does something that leads to another page, or elsewhere on this one.
func (tb *tab) leave(what string, step chromedp.Action[chromedp.Void]) int {
	tb.t.Helper()
	res := must(tb, what, func(ctx context.Context, t *chromedp.Target) (*network.Response, error) {
		return chromedp.RunResponse(ctx, step)
	})
	tb.here = tb.url()
	return status(res)
}

func status(r *network.Response) int {
	if r == nil {
		return 0
	}
	return int(r.Status)
}

// fill types into fields, in place of what is there, in the order of the form.
func (tb *tab) fill(values ...[2]string) {
	tb.t.Helper()
	for _, v := range values {
		field := fmt.Sprintf("[name=%q]", v[0])
		must(tb, "go to "+v[0], chromedp.Focus(chromedp.CSS(field), chromedp.NodeVisible))
		eval[chromedp.Void](tb, "document.activeElement.select()")
		if v[1] == "" {
			must(tb, "clear "+v[0], chromedp.KeyEvent(kb.Delete))
			continue
		}
		call(tb, input.InsertText, input.InsertTextParams{Text: v[1]})
	}
}

// text is the text a visitor sees within the first element the selector finds.
func (tb *tab) text(selector string) string {
	tb.t.Helper()
	return strings.TrimSpace(eval[string](tb, fmt.Sprintf(`document.querySelector(%q)?.innerText ?? ""`, selector)))
}

// shows fails unless a visitor sees the text within what the selector finds.
func (tb *tab) shows(selector, want string) {
	tb.t.Helper()
	if got := strings.Join(strings.Fields(tb.text(selector)), " "); !strings.Contains(got, want) {
		tb.t.Fatalf("%s: %s shows %.500q, want it to say %q", tb.url(), selector, got, want)
	}
}

// hides fails if a visitor sees the text anywhere on the page.
func (tb *tab) hides(text string) {
	tb.t.Helper()
	if strings.Contains(tb.text("body"), text) {
		tb.t.Fatalf("the page says %q:\n%s", text, eval[string](tb, shown))
	}
}

// url is where the tab is, without the blog's address.
func (tb *tab) url() string {
	tb.t.Helper()
	return strings.TrimPrefix(must(tb, "look where we are", chromedp.Location()), tb.blog.String())
}

// eval asks the page something; it works without JavaScript in the page too.
func eval[T any](tb *tab, expression string) T {
	tb.t.Helper()
	return must(tb, expression, chromedp.Evaluate[T](expression))
}

// scripting switches JavaScript on or off, as a visitor may.
func (tb *tab) scripting(on bool) {
	tb.t.Helper()
	call(tb, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
}

// size makes the window as wide as a phone or a desk.
func (tb *tab) size(width, height int64) {
	tb.t.Helper()
	must(tb, "resize", chromedp.EmulateViewport(width, height))
}

// media chooses what style sheets ask for: the medium ("print", empty for the
// screen) and the colour scheme ("dark", empty for light).
func (tb *tab) media(medium, scheme string) {
	tb.t.Helper()
	call(tb, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Media: medium, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: cmp.Or(scheme, "light")}},
	})
}
