package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/spam"
	"hamlet/internal/web"
)

// TestPrivacyNamesWhatIsRemembered: the page says for how long the traces of comments
// are kept, in days, as the filter has it.
func TestPrivacyNamesWhatIsRemembered(t *testing.T) {
	t.Parallel()
	days := func(k spam.TraceKind) string {
		return fmt.Sprint(int(k.Lasting(spam.TracePublished) / (24 * time.Hour)))
	}
	page := apptest.Open(t, apptest.Options{Content: harbour()}).Get("/privacy").Body
	has(t, page, "for "+days(spam.TraceLink)+" days at most", "those of a text for "+days(spam.TraceText),
		"hashes of the name with the website, of the text, and of who decided")
}

// TestPrivacyTellsWhichHashesPass: forms and reporters are known by keys that do not last.
func TestPrivacyTellsWhichHashesPass(t *testing.T) {
	t.Parallel()
	for language, want := range map[string][]string{
		"en": {"A hash of what you sent, under a key that is replaced", "of the comment’s number, under a key that is replaced"},
		"de": {"Ein Hash von dem, was Sie abgeschickt haben, mit einem Schlüssel, der", "der Nummer des Kommentars, mit einem Schlüssel, der"},
	} {
		files := harbour()
		files["site.toml"] = &fstest.MapFile{Data: []byte("language = \"" + language + "\"\n")}
		has(t, apptest.Open(t, apptest.Options{Content: files}).Get("/privacy").Body, want...)
	}
}

// TestPrivacyFollowsTheSettings: what is switched off is not named, on the page and
// beside the form, in both languages.
func TestPrivacyFollowsTheSettings(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		set      func(*apptest.Config)
		on, off  []string // on the page
		form     []string
		formLess []string
	}{
		{
			"nothing is on",
			func(c *apptest.Config) { c.Webmention = "off" },
			[]string{"It is not stored, and neither is what browser you use.", "This site sends no mail.", "A copy of the database file alone"},
			[]string{"Programs that the owner", "mail server", "networks.sealed", "outbox.kind", "mentions.source", "database server"},
			[]string{"Not stored: your network address.", "Sent elsewhere: nothing."},
			[]string{"Programs that the owner", "mail server", "The network your comment came from"},
		},
		{
			"networks are kept",
			func(c *apptest.Config) { c.KeepNetwork = "7" },
			[]string{"is stored for 7 days, encrypted", ">7 days at most</td>", "<code>networks.sealed</code>"},
			[]string{"It is not stored, and neither"},
			[]string{"or 48 of an IPv6 address (7 days at most)"},
			[]string{"Not stored: your network address."},
		},
		{
			"mails are sent",
			func(c *apptest.Config) { c.SMTP, c.MailFrom = "smtp://mail.example.org", "blog@example.org" },
			[]string{"The owner’s mail server", "<code>outbox.kind</code>", ">30 days at most</td>"},
			[]string{"This site sends no mail."},
			[]string{"Sent elsewhere, to:", "mail server, and from there yours: your address;"},
			[]string{"Sent elsewhere: nothing."},
		},
		{
			"webmentions are sent and taken",
			func(c *apptest.Config) { c.Webmention = "both" },
			[]string{"A site that said that a page of its links here", "Sites that posts here link to", "<code>mentions.source</code>"},
			[]string{"Nothing. This server sends nothing"},
			nil,
			[]string{"Sites that posts here link to"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := apptest.Open(t, apptest.Options{Content: harbour(), Config: tt.set})
			page, post := b.Get("/privacy").Body, b.Get("/posts/harbour").Body
			has(t, page, tt.on...)
			hasNot(t, page, tt.off...)
			_, note, _ := strings.Cut(post, `<details class="stored">`)
			note, _, _ = strings.Cut(note, "</details>")
			has(t, note, tt.form...)
			hasNot(t, note, tt.formLess...)
		})
	}
}

// TestPrivacyNamesTheCookies collects the cookies that are really set.
func TestPrivacyNamesTheCookies(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Content: harbour()})
	b.MustUser("ada", account.Owner)
	var set []string
	for _, r := range []*apptest.Response{
		b.Post("/admin/login", url.Values{"name": {"ada"}, "password": {apptest.Password}}),
		b.Post("/posts/harbour/comments", url.Values{"author": {"Wren"}, "body": {"A fine harbour."}, "remember": {"1"}}),
		b.Post("/posts/harbour/comments", url.Values{"author": {"Bo"}, "body": {"Not remembered."}}),
		b.Get("/"), b.Get("/posts/harbour"), b.Get("/privacy"),
	} {
		for _, ck := range (&http.Response{Header: r.Header}).Cookies() {
			set = append(set, ck.Name)
		}
	}
	var declared []string
	for _, trace := range web.Traces() {
		if trace.Store == "cookie" {
			declared = append(declared, trace.Key)
		}
	}
	slices.Sort(set)
	slices.Sort(declared)
	if set = slices.Compact(set); !slices.Equal(set, declared) {
		t.Errorf("the cookies set are %v, those declared %v", set, declared)
	}
}

// TestPrivacyPageHasNoGaps: every cell of the tables says something, and of what, and no
// text is missing in either language.
func TestPrivacyPageHasNoGaps(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Content: harbour(), Config: func(c *apptest.Config) {
		c.SMTP, c.MailFrom, c.KeepNetwork, c.Webmention = "smtp://mail.example.org", "blog@example.org", "7", "both"
	}})
	page := b.Get("/privacy").Body
	if m := regexp.MustCompile(`<t[dh][^>]*>\s*</t[dh]>|>(?:kept|sent|left|privacy)\.[a-z_]+<`).FindString(page); m != "" {
		t.Errorf("the page has %s", m)
	}
	if m := regexp.MustCompile(`<td(?: [^d][^>]*)?>.*`).FindString(page); m != "" {
		t.Errorf("on a phone nothing tells what a cell is: %s", m)
	}
	has(t, b.Get("/posts/harbour").Body, `<a href="/privacy">`)
}
