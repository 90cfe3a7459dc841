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
	"github.com/chromedp/cdproto/page"
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
		chromedp.Flag("allow-pre-commit-input", true),     // else input before the first picture of a page is dropped
		chromedp.Flag("disable-field-trial-config", true), // no features by lot
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
		if again := failures.of(t.Name()); t.Failed() {
			t.Logf("the blog's log:\n%s", b.Log)
			for _, what := range again[:min(3, len(again))] {
				t.Logf("failed: %s", what)
			}
		}
	})
	return b
}

// failures are what the tabs of each test found wrong. They are told once more behind the log of
// the blog, a line each: what is printed last is read first, and at times alone.
var failures kept

type kept struct {
	mu   sync.Mutex
	what []failure
}

type failure struct{ test, what string }

func (k *kept) add(test, what string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.what = append(k.what, failure{test, fmt.Sprintf("%.2000s", strings.Join(strings.Fields(what), " "))})
}

// of are the failures of a test and of those within it.
func (k *kept) of(test string) []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	var found []string
	for _, f := range k.what {
		if f.test == test || strings.HasPrefix(f.test, test+"/") {
			found = append(found, f.what)
		}
	}
	return found
}

// reporter is a test whose failures are kept.
type reporter struct{ *testing.T }

func (r reporter) Errorf(format string, args ...any) {
	r.Helper()
	failures.add(r.Name(), fmt.Sprintf(format, args...))
	r.T.Errorf(format, args...)
}

func (r reporter) Fatalf(format string, args ...any) {
	r.Helper()
	failures.add(r.Name(), fmt.Sprintf(format, args...))
	r.T.Fatalf(format, args...)
}

func (r reporter) Error(args ...any) {
	r.Helper()
	r.Errorf("%s", strings.TrimSpace(fmt.Sprintln(args...)))
}

func (r reporter) Fatal(args ...any) {
	r.Helper()
	r.Fatalf("%s", strings.TrimSpace(fmt.Sprintln(args...)))
}

// tab is a tab of the browser that looks at one blog. Whatever a visitor's
// browser would complain about on the way is a fault of the test.
type tab struct {
	t      reporter
	ctx    context.Context
	blog   *url.URL
	here   string // what was opened last, for messages
	silent bool   // it runs no scripts

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
	tb := &tab{t: reporter{t}, blog: blog}
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
	call(tb, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: diary})
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

// diary keeps what the page heard of its visitor, for messages.
const diary = `self.heard = [];
for (const kind of ["mousedown", "mouseup", "click", "keydown", "input", "invalid", "submit", "pagehide"])
	addEventListener(kind, e => heard.push(kind + " " + (e.target.name || e.target.id || e.target.nodeName) + " " + Math.round(e.timeStamp)), true);`

// shown is where a visitor is, what the page knows of them, and what they see or the beginning
// of it, for messages.
const shown = `location + "\n" + document.readyState + " for " + Math.round(performance.now()) +
	" ms, the focus is on " + (e => e.name || e.id || e.nodeName)(document.activeElement) +
	", wrong: " + [...document.querySelectorAll("[name]:invalid")].map(e => e.name) +
	", heard: " + (self.heard ? heard.slice(-12).join(", ") : "nothing, for no scripts run") +
	"\n\n" + document.body.innerText.slice(0, 1000)`

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
	return tb.leave("click on "+selector, tb.hit(css(selector), 1))
}

// follow clicks on the link or the button with this text.
func (tb *tab) follow(text string) int {
	tb.t.Helper()
	// Links first: a text may stand on both.
	for _, kind := range []string{"a", "button"} {
		element := fmt.Sprintf(`document.evaluate(%q, document, null, XPathResult.FIRST_ORDERED_NODE_TYPE).singleNodeValue`,
			fmt.Sprintf(`//%s[normalize-space(.)=%q]`, kind, text))
		if must(tb, "look for "+text, chromedp.Evaluate[bool](element+` !== null`)) {
			return tb.leave("follow "+text, tb.hit(element, 1))
		}
	}
	tb.t.Fatalf("no link and no button says %q:\n%s", text, eval[string](tb, shown))
	return 0
}

// push clicks on something that leads to no other page.
func (tb *tab) push(selector string) {
	tb.t.Helper()
	must(tb, "click on "+selector, tb.hit(css(selector), 1))
}

func css(selector string) string { return fmt.Sprintf("document.querySelector(%q)", selector) }

// point is a place in the window.
type point struct{ X, Y float64 }

// place is where an element has its middle, or that of its first line: scrolled to, away from what
// sticks to the edges of the window, painted, and still there a frame later. There is none as long as it is missing, hidden, or on its way. A page
// without scripts has no frames to wait for, and moves nothing.
const place = `(async (e, frames) => {
	const box = () => (b => b && [b.x, b.y, b.width, b.height])(e.getClientRects()[0]);
	if (!e || !e.checkVisibility({visibilityProperty: true}) || !box()) return null;
	e.scrollIntoView({block: "center", inline: "nearest", behavior: "instant"});
	while (frames--) {
		const was = box();
		await new Promise(requestAnimationFrame);
		if (String(box()) !== String(was)) return null;
	}
	const [x, y, width, height] = box();
	return {x: x + width / 2, y: y + height / 2};
})(%s, %d)`

// pressed is what is being pressed: "it", or something else, or nothing.
const pressed = `(e => e?.matches(":active") ? "it" : [...document.querySelectorAll(":active")].pop()?.cloneNode().outerHTML ?? "")(%s)`

// hit clicks on an element, so many times in a row as the browser is to believe. What lies above
// the element, or comes in its way, is a failure; that the browser lost the press is none.
func (tb *tab) hit(element string, count int64) chromedp.Action[chromedp.Void] {
	frames := 2
	if tb.silent {
		frames = 0
	}
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		for {
			at, err := chromedp.Evaluate[*point](fmt.Sprintf(place, element, frames), chromedp.EvalAwaitPromise)(ctx, t)
			if _, wrong := errors.AsType[*chromedp.ExceptionError](err); wrong {
				return fmt.Errorf("look where it is: %w", err)
			}
			if err != nil || at == nil { // another page comes, or it is not there yet
				if _, slept := chromedp.Sleep(5*time.Millisecond)(ctx, t); slept != nil {
					return fmt.Errorf("wait until it is there and keeps still: %w", errors.Join(slept, err))
				}
				continue
			}
			mouse := input.DispatchMouseEventParams{Type: chromedp.MousePressed, X: at.X, Y: at.Y, Button: input.MouseButtonLeft, ClickCount: count}
			if _, err := cdp.Call(ctx, t, input.DispatchMouseEvent, mouse); err != nil {
				return fmt.Errorf("press: %w", err)
			}
			what, err := chromedp.Evaluate[string](fmt.Sprintf(pressed, element))(ctx, t)
			if err != nil {
				return fmt.Errorf("look what is pressed: %w", err)
			}
			mouse.Type = chromedp.MouseReleased
			if _, err := cdp.Call(ctx, t, input.DispatchMouseEvent, mouse); err != nil {
				return fmt.Errorf("let go: %w", err)
			}
			switch what {
			case "it":
				return nil
			case "":
				tb.t.Logf("the browser lost a press at %v, %v; once more", at.X, at.Y)
			default:
				return fmt.Errorf("at %v, %v is %s", at.X, at.Y, what)
			}
		}
	})
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
		if got := eval[string](tb, "(e => { e.select?.(); return e.name })(document.activeElement)"); got != v[0] {
			tb.t.Fatalf("the focus went to %q, want %q", got, v[0])
		}
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

// soon waits in the page until an expression is true, which may throw until then.
func (tb *tab) soon(expression string) {
	tb.t.Helper()
	must(tb, "wait for "+expression, chromedp.Evaluate[chromedp.Void](`new Promise(done => {
		const look = () => { let is; try { is = `+expression+` } catch {} if (is) done(); else setTimeout(look, 20) };
		look();
	})`, chromedp.EvalAwaitPromise))
}

// scripting switches JavaScript on or off, as a visitor may.
func (tb *tab) scripting(on bool) {
	tb.t.Helper()
	call(tb, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
	tb.silent = !on
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
