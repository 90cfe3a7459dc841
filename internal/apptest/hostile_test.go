package apptest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// payloads would run a script, load something of somebody else's or change the page, where a
// page let them. Most write to the console if they run, which is a fault of the tab.
var payloads = []string{
	`<script>console.log(1)</script>`, `<img src=x onerror=console.log(1)>`, `"><svg onload=console.log(1)>`, `' autofocus onfocus='console.log(1)`,
	`<iframe srcdoc="<script>parent.console.log(1)</script>">`, `<style>body{display:none}</style>`, `<base href="https://evil.example.com/">`,
	`<meta http-equiv="refresh" content="0;url=https://evil.example.com/">`, `</p></article></main><h1 id="evil">evil</h1>`, `<form action="https://evil.example.com/"><button>go</button>`,
	`javascript:console.log(1)`, `data:text/html,<script>console.log(1)</script>`, `java&#9;script:console.log(1)`, `[x](javascript:console.log(1))`, `![x](https://evil.example.com/x.png)`,
	"{{.Secret}}${console.log(1)}", "\u202egnp.live", `<math><mtext><table><mglyph><style><img src=x onerror=console.log(1)>`,
}

// TestHostileMentions has a page elsewhere say them in every field of a mention, and a program
// in every field of a comment, and looks at what readers and moderators see of it.
func TestHostileMentions(t *testing.T) {
	t.Parallel()
	sharedBrowser(t)
	target := apptest.BaseURL + "/posts/night-ferry"
	quote := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var n int
		_, _ = fmt.Sscanf(r.URL.Path, "/%d", &n)
		p, raw := quote.Replace(payloads[n]), payloads[n]
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = fmt.Fprintf(w, `<title>%s</title><div class="h-entry"><div class="p-author h-card"><a class="u-url p-name" href="%s">%s</a><img class="u-photo" alt="%s" src="%s"></div>
<h1 class="p-name">%s</h1><a class="u-url" href="%s">here</a><time class="dt-published" datetime="%s"></time><a class="u-in-reply-to" href="%s">there</a><div class="e-content">%s %s the end</div></div>`,
			p, p, p, p, p, p, p, p, target, p, raw)
	}))
	t.Cleanup(elsewhere.Close)
	at := netip.MustParseAddrPort(strings.TrimPrefix(elsewhere.URL, "http://"))
	o := apptest.Options{Content: harbour(), Judge: apptest.Says(spam.Ham), Data: t.TempDir(), Reach: func(a netip.AddrPort) bool { return a == at }}

	// The blog is told, and says it to readers.
	told := apptest.Open(t, o)
	mod := told.Login("wanda", account.Moderator)
	for i, p := range payloads {
		form := url.Values{"source": {fmt.Sprintf("%s/%d", elsewhere.URL, i)}, "target": {target}}
		if r := told.Post("/webmention", form); r.Code != http.StatusAccepted {
			t.Fatalf("%s: got %d", p, r.Code)
		}
		told.MustComment(comment.Submission{Post: "night-ferry", Author: p, Body: p + "\n\n> " + p, Channel: comment.API})
	}
	if err := told.ReceiveMentions(t.Context()); err != nil {
		t.Fatal(err)
	}
	b := serve(t, o)
	tb := openTab(t, b)
	logIn(apptest.Password)(tb)
	look := func(path string) {
		t.Helper()
		if got := tb.open(path); got != http.StatusOK {
			t.Fatalf("%s: got %d", path, got)
		}
		tb.noFaults()
		harm := eval[string](tb, `[...document.querySelectorAll("*")].filter(e =>
			e.id === "evil" || e.localName === "iframe" || e.localName === "base" ||
			[...e.attributes].some(a => a.name.startsWith("on") || ["href", "src", "action", "formaction"].includes(a.name) && /^\s*(javascript|data|[^/]*:?\/\/evil)/i.test(a.value) && !/^data:,$|^data:image/.test(a.value)) ||
			e.localName === "script" && e.textContent.includes("console") && e.type !== "application/ld+json").map(e => e.outerHTML.slice(0, 200)).join("\n")`)
		if harm != "" {
			t.Errorf("%s has:\n%s", path, harm)
		}
		// A text may turn itself around, within what holds it; nothing else may.
		turned := eval[string](tb, `[...document.querySelectorAll("*")].filter(e =>
			[...e.childNodes].some(n => n.nodeType === 3 && n.data.includes("\u202e")) && !e.closest(".said, [dir=auto], bdi, textarea")).map(e => e.outerHTML.slice(0, 200)).join("\n")`)
		if turned != "" {
			t.Errorf("%s is turned around by:\n%s", path, turned)
		}
	}
	shows := func(path string) {
		t.Helper()
		look(path)
		if got := tb.text("main"); !strings.Contains(got, "the end") {
			t.Errorf("%s does not show the texts:\n%.2000s", path, got)
		}
	}
	shows("/admin/queue?status=pending")
	counts, err := told.Comments.Counts(t.Context(), account.Shell)
	if err != nil || counts[comment.Pending] != len(payloads) {
		t.Fatalf("waiting: %v, %v, want %d mentions", counts, err, len(payloads))
	}
	for id := range 2*len(payloads) + 1 {
		mod.Post(fmt.Sprintf("/admin/comments/%d/approve", id), nil)
	}
	shows("/posts/night-ferry")
	look("/posts/night-ferry/comments/newest")
	shows("/admin/queue?status=approved")
	for _, id := range []int{1, len(payloads) + 1, 2 * len(payloads)} {
		look(fmt.Sprintf("/admin/comments/%d", id))
		look(fmt.Sprintf("/comment/%d/report", id))
	}
	for _, path := range []string{"/admin/mentions", "/admin/acts", "/admin/audit", "/admin/content", "/"} {
		look(path)
	}
}
