package apptest_test

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// axe is the source of axe-core, which looks for accessibility faults in a page.
var axe = sync.OnceValues(func() (string, error) {
	src, err := os.ReadFile(os.Getenv("HAMLET_TEST_AXE"))
	return string(src), err
})

// needAxe skips the test where axe-core is not at hand; .ci/browser installs it.
func needAxe(t *testing.T) {
	t.Helper()
	if os.Getenv("HAMLET_TEST_AXE") == "" {
		t.Skip("ACCESSIBILITY NOT TESTED: HAMLET_TEST_AXE does not name axe.min.js; run the tests with make test")
	}
	if _, err := axe(); err != nil {
		t.Fatalf("read axe-core: %v", err)
	}
}

// loadAxe puts axe-core into the page that is open. It goes in by way of the
// browser's debugger, so no policy of the page has to allow it.
func (tb *tab) loadAxe() {
	tb.t.Helper()
	src, _ := axe()
	must(tb, "load axe-core", chromedp.Evaluate[chromedp.Void](src+"\n;undefined"))
}

// violation is a rule that a page breaks.
type violation struct {
	ID    string `json:"id"`
	Help  string `json:"help"`
	Nodes []struct {
		HTML    string   `json:"html"`
		Target  []string `json:"target"`
		Summary string   `json:"failureSummary"`
	} `json:"nodes"`
}

func (v violation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", v.ID, v.Help)
	for _, n := range v.Nodes {
		fmt.Fprintf(&b, "\n    %s\n      %s\n      %s", strings.Join(n.Target, " "), n.HTML, strings.ReplaceAll(n.Summary, "\n", "\n      "))
	}
	return b.String()
}

// levels are the rules that a page must keep: WCAG 2.2, levels A and AA, and what
// axe-core calls best practice.
const levels = `["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]`

// violations looks for accessibility faults in the page as it is now.
func (tb *tab) violations() []violation {
	tb.t.Helper()
	return must(tb, "run axe-core", chromedp.Evaluate[[]violation](
		`axe.run(document, {runOnly: {type: "tag", values: `+levels+`}, resultTypes: ["violations"], preload: false})
			.then(r => r.violations.map(v => ({id: v.id, help: v.help, nodes: v.nodes.map(
				n => ({html: n.html.slice(0, 300), target: n.target.map(String), failureSummary: n.failureSummary}))})))`,
		chromedp.EvalAwaitPromise))
}

// TestAxeFindsFaults: a search that finds nothing anywhere proves nothing.
func TestAxeFindsFaults(t *testing.T) {
	t.Parallel()
	needAxe(t)
	tb := openTab(t, serve(t, harbourOptions()))
	tb.open("/posts/night-ferry")
	tb.loadAxe()
	eval[chromedp.Void](tb, `document.querySelector("label").remove();
		document.querySelector(".prose").style.color = "#bbb";
		document.querySelector(".prose").style.background = "#fff";
		document.querySelector("[type=submit]").style = "position: absolute; width: 5px; height: 5px; overflow: hidden; padding: 0";
		document.documentElement.lang = ""`)
	found := map[string]bool{}
	for _, v := range tb.violations() {
		found[v.ID] = true
	}
	for _, want := range []string{"label", "color-contrast", "html-has-lang"} {
		if !found[want] {
			t.Errorf("planted a fault, and %s did not find it; found %v", want, found)
		}
	}
}
