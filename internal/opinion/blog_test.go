package opinion_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

const thanks = "Thanks for making the web a better place."

// other is another filter, which notes what it is told.
type other struct {
	*httptest.Server
	mu    sync.Mutex
	calls []call
	say   func(path string, form url.Values, h http.Header) (status int, body string)
}

type call struct {
	path  string
	form  url.Values
	agent string
}

// answers is another filter that says body to every check, with headers.
func answers(t *testing.T, body string, headers ...string) *other {
	t.Helper()
	return scripted(t, func(path string, _ url.Values, h http.Header) (int, string) {
		switch path {
		case "/1.1/comment-check":
			for i := 0; i < len(headers); i += 2 {
				h.Set(headers[i], headers[i+1])
			}
			return http.StatusOK, body
		case "/1.1/verify-key":
			return http.StatusOK, "valid"
		}
		return http.StatusOK, thanks
	})
}

func scripted(t *testing.T, say func(path string, form url.Values, h http.Header) (int, string)) *other {
	t.Helper()
	o := &other{say: say}
	answer := func(r *http.Request, h http.Header) (int, string) {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.calls = append(o.calls, call{r.URL.Path, r.PostForm, r.UserAgent()})
		return o.say(r.URL.Path, r.PostForm, h)
	}
	o.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil || r.Method != http.MethodPost {
			t.Errorf("%s %s: %v", r.Method, r.URL, err)
		}
		status, body := answer(r, w.Header())
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(o.Close)
	return o
}

// told takes what the filter was told so far.
func (o *other) told() []call {
	o.mu.Lock()
	defer o.mu.Unlock()
	told := o.calls
	o.calls = nil
	return told
}

func boats() fstest.MapFS {
	return fstest.MapFS{"posts/boats.md": {Data: []byte("---\ntitle: Boats\ndate: 2026-11-01\n---\nThey float.\n")}}
}

func open(t *testing.T, o *other, settings func(*apptest.Config)) *apptest.Blog {
	t.Helper()
	return apptest.Open(t, apptest.Options{
		Content: boats(),
		Config: func(c *apptest.Config) {
			c.AkismetKey, c.AkismetURL = "0123456789ab", o.URL
			if settings != nil {
				settings(c)
			}
		},
	})
}

// Comments that the blog's own filter calls ham, ham with less to spare, unsure and spam.
var (
	kind   = comment.Submission{Post: "boats", Author: "Ada", Email: "ada@example.org", Body: "Thank you for this post. I built one with my daughter last summer, and it leaks only a little."}
	bland  = comment.Submission{Post: "boats", Author: "Ada", Email: "ada@example.org", Body: "i love this site very much good info"}
	unsure = comment.Submission{Post: "boats", Author: "Ada", Email: "ada@example.org", Body: "Hello, look at my shop http://boats.example.net for cheap boats"}
	vile   = comment.Submission{Post: "boats", Author: "Cheap pills", URL: "http://pills.example.com", Body: "Buy cheap viagra online http://pills.example.com/viagra best casino http://pills.example.com/casino"}
)

func sent(sub comment.Submission) comment.Submission {
	sub.Addr, sub.Agent, sub.Referrer = netip.MustParseAddr("192.0.2.7"), "Browser/1", "http://blog.example.org/posts/boats"
	return sub
}

func ask(t *testing.T, b *apptest.Blog) {
	t.Helper()
	if err := b.AskOpinion(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func look(t *testing.T, b *apptest.Blog, id comment.ID) comment.Comment {
	t.Helper()
	c, err := b.Comments.Look(t.Context(), account.Actor{Name: "mo", Role: account.Moderator}, id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var mo = account.Actor{Name: "mo", Role: account.Moderator}

// TestModes sees where a comment goes with an answer: the verdict's receipt sums to the
// last digit, and whoever reads it finds what was said.
func TestModes(t *testing.T) {
	t.Parallel()
	shadow := func(c *apptest.Config) { c.AkismetMode = "shadow" }
	second := func(c *apptest.Config) { c.AkismetMode = "second-opinion" }
	sure := []string{"X-akismet-pro-tip", "discard"}
	for _, tt := range []struct {
		name     string
		sub      comment.Submission
		body     string
		headers  []string
		settings func(*apptest.Config)
		from, to comment.Status
		said     string // the reason that is added
	}{
		{"agreed", kind, "false", nil, nil, comment.Approved, comment.Approved, "opinion:ham"},
		{"not enough to hold", bland, "true", nil, nil, comment.Approved, comment.Approved, "opinion:spam"},
		{"held", bland, "true", sure, nil, comment.Approved, comment.Pending, "opinion:sure spam"},
		{"called spam", unsure, "true", sure, nil, comment.Pending, comment.Spam, "opinion:sure spam"},
		{"a second opinion", unsure, "true", sure, second, comment.Pending, comment.Spam, "opinion:sure spam"},
		{"a second opinion that is not needed", bland, "true", sure, second, comment.Approved, comment.Approved, ""},
		{"shadow", bland, "true", sure, shadow, comment.Approved, comment.Approved, ""},
		{"in capitals and with space", bland, " true\n", []string{"x-AKISMET-pro-tip", " Discard "}, nil, comment.Approved, comment.Pending, "opinion:sure spam"},
		{"spam is spam", vile, "false", nil, nil, comment.Spam, comment.Spam, "opinion:ham"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := open(t, answers(t, tt.body, tt.headers...), tt.settings)
			id := b.MustComment(sent(tt.sub)).ID
			before := look(t, b, id)
			if before.Status != tt.from {
				t.Fatalf("it begins as %s (%v), want %s", before.Status, before.Verdict.Probability, tt.from)
			}
			ask(t, b)
			after := look(t, b, id)
			if after.Status != tt.to || after.Verdict.Receipt.LogOdds() != after.Verdict.LogOdds {
				t.Errorf("got %s (%v), want %s", after.Status, after.Verdict.Probability, tt.to)
			}
			found := slices.ContainsFunc(after.Verdict.Receipt, func(r spam.Reason) bool { return r.Feature == tt.said })
			if found != (tt.said != "") || found != (after.Verdict.LogOdds != before.Verdict.LogOdds) {
				t.Errorf("the receipt says %v", after.Verdict.Reasons)
			}
			public := strings.Contains(b.Get("/posts/boats").Body, tt.sub.Body)
			if public != (tt.to == comment.Approved) {
				t.Errorf("readers see it: %v", public)
			}
		})
	}
}

// TestDecidedStays lets a person be first.
func TestDecidedStays(t *testing.T) {
	t.Parallel()
	b := open(t, answers(t, "true", "X-akismet-pro-tip", "discard"), nil)
	id := b.MustComment(sent(unsure)).ID
	if _, err := b.Comments.Decide(t.Context(), mo, id, comment.Decision{Action: comment.Approve}); err != nil {
		t.Fatal(err)
	}
	ask(t, b)
	if c := look(t, b, id); c.Status != comment.Approved {
		t.Errorf("it is %s", c.Status)
	}
}

// TestFields sees that nothing is told that the owner has not named.
func TestFields(t *testing.T) {
	t.Parallel()
	always := []string{
		"api_key", "blog", "blog_charset", "blog_lang", "comment_author", "comment_content", "comment_date_gmt", "comment_type", "permalink", "user_ip",
	}
	for _, tt := range []struct {
		name   string
		fields []string
		more   map[string]string
	}{
		{"none", nil, map[string]string{"user_ip": "0.0.0.0"}},
		{"address", []string{"address"}, map[string]string{"comment_author_email": "ada@example.org", "user_ip": "0.0.0.0"}},
		{"all", []string{"address", "ip", "agent", "referrer"}, map[string]string{
			"comment_author_email": "ada@example.org", "user_ip": "192.0.2.7", "user_agent": "Browser/1", "referrer": "http://blog.example.org/posts/boats",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := answers(t, "false")
			b := open(t, o, func(c *apptest.Config) { c.AkismetFields = tt.fields })
			b.MustComment(sent(kind))
			ask(t, b)
			calls := o.told()
			if len(calls) != 1 || calls[0].path != "/1.1/comment-check" || !strings.HasPrefix(calls[0].agent, "hamlet/") {
				t.Fatalf("told %v", calls)
			}
			form, want := calls[0].form, slices.Clone(always)
			for name, value := range tt.more {
				if want = append(want, name); form.Get(name) != value {
					t.Errorf("%s is %q, want %q", name, form.Get(name), value)
				}
			}
			slices.Sort(want)
			if got := slices.Sorted(maps.Keys(form)); !slices.Equal(got, slices.Compact(want)) {
				t.Errorf("got %v, want %v", got, want)
			}
			if form.Get("comment_content") != kind.Body || form.Get("permalink") != apptest.BaseURL+"/posts/boats" || form.Get("blog") != apptest.BaseURL {
				t.Errorf("got %v", form)
			}
			page := b.Get("/privacy").Body
			for field, words := range map[string]string{"address": "the email address", "ip": "the IP address", "agent": "what browser", "referrer": "came from"} {
				told := strings.Contains(page, "your text, the address of the post, the time; also") && strings.Contains(page, words)
				if named := slices.Contains(tt.fields, field); named && !told {
					t.Errorf("/privacy does not say %q", words)
				}
			}
			if host := strings.TrimPrefix(o.URL, "http://"); !strings.Contains(page, host) || !strings.Contains(b.Get("/posts/boats").Body, "asks the one at "+host) {
				t.Error("the host is not named")
			}
		})
	}
}

// TestNoSignal sees that what is no answer changes nothing, is asked again in its time, and
// is told the owner.
func TestNoSignal(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		answer  func(h http.Header) (int, string)
		tries   int // to ask at once
		again   time.Duration
		problem string
	}{
		{"a refused key", func(http.Header) (int, string) { return 200, "invalid" }, 2, 6 * time.Hour, "refused"},
		{"a page", func(http.Header) (int, string) { return 200, "<html>true</html>" }, 1, 20 * time.Minute, "no answer of this protocol"},
		{"empty", func(http.Header) (int, string) { return 200, "" }, 1, 20 * time.Minute, "no answer of this protocol"},
		{"a fault", func(http.Header) (int, string) { return 500, "true" }, 2, 20 * time.Minute, "status 500"},
		{"a redirect", func(h http.Header) (int, string) { h.Set("Location", "/1.1/other"); return 302, "true" }, 1, 20 * time.Minute, "status 302"},
		{"an error in a header", func(h http.Header) (int, string) { h.Set("X-akismet-error", "suspended"); return 200, "true" }, 1, 20 * time.Minute, "suspended"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var broken atomic.Bool
			broken.Store(true)
			o := scripted(t, func(_ string, _ url.Values, h http.Header) (int, string) {
				if broken.Load() {
					return tt.answer(h)
				}
				return 200, "true"
			})
			b := open(t, o, nil)
			id := b.MustComment(sent(bland)).ID
			own := look(t, b, id).Verdict.LogOdds
			ask(t, b)
			if c := look(t, b, id); c.Verdict.LogOdds != own || c.Status != comment.Approved {
				t.Errorf("it changed: %s, %v", c.Status, c.Verdict.Reasons)
			}
			if got := len(o.told()); got != tt.tries {
				t.Errorf("asked %d times, want %d", got, tt.tries)
			}
			desk := b.Login("olga", account.Owner)
			if page := desk.Get("/admin/filter/opinion").Body; !strings.Contains(page, tt.problem) {
				t.Errorf("the owner is not told of %q", tt.problem)
			}
			if said := strings.Count(b.Log.String(), "the other filter does not answer"); said != 1 {
				t.Errorf("it was logged %d times", said)
			}
			broken.Store(false)
			b.Clock.Advance(tt.again - time.Minute)
			if ask(t, b); len(o.told()) != 0 {
				t.Error("it was asked too early")
			}
			b.Clock.Advance(2 * time.Minute)
			ask(t, b)
			if calls := o.told(); len(calls) != 1 || calls[0].form.Get("recheck_reason") != "retry" {
				t.Errorf("not asked again: %v", calls)
			}
			if page := desk.Get("/admin/filter/opinion").Body; strings.Contains(page, tt.problem) {
				t.Error("the owner is told of what is over")
			}
		})
	}
}

// TestDeadServer asks nobody who is there, and then somebody who takes too long.
func TestDeadServer(t *testing.T) {
	t.Parallel()
	o := answers(t, "true")
	o.Close()
	b := open(t, o, nil)
	id := b.MustComment(sent(kind)).ID
	ask(t, b)
	if c := look(t, b, id); c.Status != comment.Approved || strings.Contains(b.Log.String(), "0123456789ab") {
		t.Errorf("it is %s, or the key is in the log", c.Status)
	}
}

// TestNotFinal asks once more after the time that was named, and no third time.
func TestNotFinal(t *testing.T) {
	t.Parallel()
	o := answers(t, "false", "X-akismet-recheck-after", "120")
	b := open(t, o, nil)
	b.MustComment(sent(kind))
	ask(t, b)
	o.told()
	b.Clock.Advance(2 * time.Minute)
	ask(t, b)
	if calls := o.told(); len(calls) != 1 || calls[0].form.Get("recheck_reason") != "recheck" {
		t.Errorf("got %v", calls)
	}
	b.Clock.Advance(time.Hour)
	if ask(t, b); len(o.told()) != 0 {
		t.Error("it was asked a third time")
	}
}

// TestReports sees that decisions of people that differ are told, as it was sent, ten
// minutes later, if they stand.
func TestReports(t *testing.T) {
	t.Parallel()
	o := answers(t, "false")
	b := open(t, o, func(c *apptest.Config) { c.AkismetFields = []string{"address"} })
	var ids []comment.ID
	for _, body := range []string{kind.Body, "A second one, about the keel and its wood.", "A third, about sails."} {
		sub := kind
		sub.Body = body
		ids = append(ids, b.MustComment(sent(sub)).ID)
	}
	ask(t, b)
	o.told()
	decide := func(id comment.ID, a comment.Action) comment.ActID {
		t.Helper()
		acted, err := b.Comments.Act(t.Context(), mo, id, comment.Decision{Action: a})
		if err != nil {
			t.Fatal(err)
		}
		return acted.Act
	}
	decide(ids[0], comment.MarkSpam)
	undone := decide(ids[1], comment.MarkSpam)
	decide(ids[2], comment.ToTrash)
	b.Clock.Advance(9 * time.Minute)
	if ask(t, b); len(o.told()) != 0 {
		t.Error("reported before it is settled")
	}
	if _, err := b.Comments.Undo(t.Context(), mo, undone); err != nil {
		t.Fatal(err)
	}
	b.Clock.Advance(2 * time.Minute)
	ask(t, b)
	calls := o.told()
	if len(calls) != 1 || calls[0].path != "/1.1/submit-spam" || calls[0].form.Get("comment_content") != kind.Body ||
		calls[0].form.Get("comment_author_email") != kind.Email {
		t.Fatalf("told %v", calls)
	}
	if ask(t, b); len(o.told()) != 0 {
		t.Error("reported twice")
	}
	decide(ids[0], comment.Approve)
	b.Clock.Advance(11 * time.Minute)
	ask(t, b)
	if calls := o.told(); len(calls) != 1 || calls[0].path != "/1.1/submit-ham" {
		t.Errorf("a change of mind: told %v", calls)
	}
	desk := b.Login("olga", account.Owner)
	if page := desk.Get("/admin/comments/1").Body; !strings.Contains(page, "says: not spam.") || !strings.Contains(page, "It was told that you do not call it spam.") {
		t.Error("the card does not say what was said")
	}
}

// TestErased erases a comment that is still to be asked about.
func TestErased(t *testing.T) {
	t.Parallel()
	o := answers(t, "false")
	b := open(t, o, func(c *apptest.Config) { c.AkismetFields = []string{"ip", "agent"} })
	r := b.MustComment(sent(kind))
	if r := b.Post(b.Comments.OwnPath(r.ID, r.Link)+"/erase", nil); r.Code != http.StatusSeeOther {
		t.Fatalf("erase: %d", r.Code)
	}
	if ask(t, b); len(o.told()) != 0 {
		t.Error("it was told of a comment that was erased")
	}
}

// edit gives a comment another text, as its author.
func edit(t *testing.T, b *apptest.Blog, r comment.Receipt, body string) {
	t.Helper()
	if got := b.Post(b.Comments.OwnPath(r.ID, r.Link)+"/edit", url.Values{"body": {body}}); got.Code != http.StatusSeeOther {
		t.Fatalf("edit: %d %s", got.Code, got.Body)
	}
}

// TestEdited asks again once a comment has another text, and only then, or once more if that
// answer is not final.
func TestEdited(t *testing.T) {
	t.Parallel()
	o := answers(t, "false", "X-akismet-recheck-after", "60")
	b := open(t, o, nil)
	r := b.MustComment(sent(kind))
	for range 2 { // the second time as it was told to
		ask(t, b)
		o.told()
		b.Clock.Advance(time.Minute)
	}
	text := kind.Body + " It is green."
	edit(t, b, r, text)
	ask(t, b)
	calls := o.told()
	if len(calls) != 1 || calls[0].form.Get("comment_content") != text || calls[0].form.Get("recheck_reason") != "edit" {
		t.Errorf("told %v, want the text of now", calls)
	}
	if c := look(t, b, r.ID); c.Body != text || !slices.ContainsFunc(c.Verdict.Receipt, func(r spam.Reason) bool { return r.Feature == "opinion:ham" }) {
		t.Errorf("the answer does not count: %v", c.Verdict.Receipt)
	}
	b.Clock.Advance(time.Minute)
	ask(t, b)
	if calls := o.told(); len(calls) != 1 || calls[0].form.Get("comment_content") != text || calls[0].form.Get("recheck_reason") != "recheck" {
		t.Errorf("told %v, want the same text once more", calls)
	}
	for range 3 {
		b.Clock.Advance(time.Minute)
		if ask(t, b); len(o.told()) != 0 {
			t.Error("it was asked a third time about the same text")
		}
	}
}

// TestEditedIntoDoubt asks for a second opinion on a comment whose author makes it one that the
// own filter is unsure of, and not before that.
func TestEditedIntoDoubt(t *testing.T) {
	t.Parallel()
	o := answers(t, "false")
	b := open(t, o, func(c *apptest.Config) {
		c.AkismetMode, c.AkismetFields, c.Hold = "second-opinion", []string{"ip"}, string(comment.HoldAll)
	})
	r := b.MustComment(sent(kind))
	if ask(t, b); len(o.told()) != 0 {
		t.Fatal("asked about one that the own filter is sure of")
	}
	for _, body := range []string{kind.Body + " It is green.", unsure.Body, unsure.Body + " Really."} {
		edit(t, b, r, body)
		ask(t, b)
		calls := o.told()
		if body == kind.Body+" It is green." {
			if len(calls) != 0 {
				t.Errorf("asked about %q", body)
			}
			continue
		}
		if len(calls) != 1 || calls[0].form.Get("comment_content") != body || calls[0].form.Get("user_ip") != "0.0.0.0" || calls[0].form.Has("comment_author_email") {
			t.Errorf("told %v, want %q, and nothing that is not known any more", calls, body)
		}
	}
}

// TestAlerts shows the owner what the server says, with any answer of it and as long as it
// says so. A report that is taken says nothing about it.
func TestAlerts(t *testing.T) {
	t.Parallel()
	var status atomic.Int32
	status.Store(http.StatusOK)
	words := 0
	o := scripted(t, func(path string, _ url.Values, h http.Header) (int, string) {
		if strings.HasPrefix(path, "/1.1/submit") {
			return http.StatusOK, thanks
		}
		n := int(status.Load())
		if n == http.StatusBadGateway { // nobody answers
			panic(http.ErrAbortHandler)
		}
		if n != http.StatusNoContent {
			words++
			h.Set("X-akismet-alert-code", "10501")
			h.Set("X-akismet-alert-msg", fmt.Sprintf("You are near your limit. Call %d.", words))
			return n, "false"
		}
		return http.StatusOK, "false"
	})
	sink := apptest.OpenSink(t, apptest.SinkOptions{})
	b := apptest.Open(t, apptest.Options{
		Content: boats(), Mail: sink, Config: func(c *apptest.Config) { c.AkismetKey, c.AkismetURL = "0123456789ab", o.URL },
	})
	page := b.Login("olga", account.Owner)
	if r := page.Post("/admin/notices", url.Values{"address": {"olga@example.org"}, "pace": {"daily"}}); r.Code != http.StatusSeeOther {
		t.Fatalf("where notices go: %d %s", r.Code, r.Body)
	}
	told := func() bool {
		t.Helper()
		return strings.Contains(page.Get("/admin/filter/opinion").Body, "10501 You are near your limit.")
	}
	comments := 0
	write := func() comment.ID {
		t.Helper()
		comments++
		sub := kind
		sub.Body += strings.Repeat(" And again.", comments)
		id := b.MustComment(sent(sub)).ID
		ask(t, b)
		return id
	}
	id := write()
	if !told() {
		t.Error("nothing is said of an alert that came with an answer")
	}
	if _, err := b.Comments.Decide(t.Context(), mo, id, comment.Decision{Action: comment.MarkSpam}); err != nil {
		t.Fatal(err)
	}
	b.Clock.Advance(11 * time.Minute)
	if ask(t, b); !told() {
		t.Error("a report that was taken hides it")
	}
	for _, n := range []int{http.StatusBadGateway, http.StatusOK} {
		status.Store(int32(n))
		if write(); !told() {
			t.Errorf("it is hidden by who does not say that it is over, %d", n)
		}
		b.Clock.Advance(30 * time.Minute)
	}
	status.Store(http.StatusNoContent)
	if write(); told() {
		t.Error("it is shown when it is over")
	}
	status.Store(http.StatusPaymentRequired)
	if write(); !told() {
		t.Error("nothing is said of one that came with an error")
	}
	mails := 0
	for _, m := range sink.Take() {
		if m.To == "olga@example.org" {
			mails++
			if !strings.Contains(m.Text, "10501 You are near your limit.") || !strings.Contains(m.Text, apptest.BaseURL+"/admin/filter/opinion") {
				t.Errorf("the mail does not say what it is about:\n%s", m.Text)
			}
		}
	}
	if mails != 2 {
		t.Errorf("the owner got %d mails, want one each time it began", mails)
	}
	if n := strings.Count(b.Log.String(), "has something to say"); n != 2 {
		t.Errorf("it was logged %d times, want once each time it began", n)
	}
	again := apptest.Open(t, apptest.Options{
		Content: boats(), Data: b.Data, Mail: sink, Config: func(c *apptest.Config) { c.AkismetKey, c.AkismetURL = "0123456789ab", o.URL },
	})
	again.MustComment(sent(unsure))
	if ask(t, again); len(sink.Take()) != 0 || strings.Contains(again.Log.String(), "has something to say") {
		t.Error("the owner is told again when the program begins anew")
	}
}

// TestOneRefused refuses one comment, with a key that is good: the others are asked about.
func TestOneRefused(t *testing.T) {
	t.Parallel()
	o := scripted(t, func(path string, form url.Values, h http.Header) (int, string) {
		switch {
		case path == "/1.1/verify-key":
			return http.StatusOK, "valid"
		case form.Get("comment_content") == unsure.Body:
			h.Set("X-akismet-debug-help", "It is too long")
			return http.StatusOK, "invalid"
		}
		return http.StatusOK, "true"
	})
	b := open(t, o, nil)
	b.MustComment(sent(unsure))
	other := b.MustComment(sent(kind)).ID
	ask(t, b)
	if n := len(o.told()); n != 3 {
		t.Errorf("%d calls, want one for each comment and one for the key", n)
	}
	desk := b.Login("olga", account.Owner)
	if page := desk.Get("/admin/filter/opinion").Body; strings.Contains(page, "refused") {
		t.Error("the owner is told of a refused key")
	}
	if c := look(t, b, other); !slices.ContainsFunc(c.Verdict.Receipt, func(r spam.Reason) bool { return r.Feature == "opinion:spam" }) {
		t.Error("the next one was not asked about")
	}
	b.Clock.Advance(time.Hour)
	if ask(t, b); len(o.told()) != 0 {
		t.Error("it is asked again too early")
	}
}

// TestRestIsGivenBack sees that what was not asked after a fault is asked as soon as there are
// answers.
func TestRestIsGivenBack(t *testing.T) {
	t.Parallel()
	var broken atomic.Bool
	broken.Store(true)
	o := scripted(t, func(string, url.Values, http.Header) (int, string) {
		if broken.Load() {
			return http.StatusServiceUnavailable, ""
		}
		return http.StatusOK, "true"
	})
	b := open(t, o, nil)
	for _, text := range []string{"One boat.", "Two boats.", "Three boats."} {
		sub := kind
		sub.Body = text
		b.MustComment(sent(sub))
	}
	ask(t, b)
	if n := len(o.told()); n != 2 {
		t.Errorf("%d calls to who does not answer, want one and its repetition", n)
	}
	broken.Store(false)
	ask(t, b)
	if n := len(o.told()); n != 2 {
		t.Errorf("%d calls at once when it answers again, want the other two", n)
	}
}
