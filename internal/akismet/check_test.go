package akismet_test

import (
	"strings"
	"testing"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/akismet"
)

// The values whose verdict the protocol lays down.
func TestVerdicts(t *testing.T) {
	t.Parallel()
	s := open(t)
	for _, tt := range []struct {
		name  string
		pairs []string
		want  string
		tip   string
	}{
		{"nothing but what is required", nil, "false", ""},
		{"spam", isSpam("Cheap pills", spamText), "true", ""},
		{"ham", isSpam("Zorbel Quint", hamText), "false", ""},
		{"the author that is spam", isSpam("akismet-guaranteed-spam", hamText), "true", ""},
		{"the other author that is spam", isSpam("viagra-test-123", hamText), "true", ""},
		{"the address that is spam", append(isSpam("Zorbel", hamText), "comment_author_email", "akismet-guaranteed-spam@example.com"), "true", ""},
		{"and in a test", append(isSpam("viagra-test-123", hamText), "is_test", "true"), "true", ""},
		{"an administrator", append(isSpam("Cheap pills", spamText), "user_role", "administrator"), "false", ""},
		{"an administrator among others", append(isSpam("Cheap pills", spamText), "user_role", "editor, Administrator"), "false", ""},
		{"an editor", append(isSpam("Cheap pills", spamText), "user_role", "editor"), "true", ""},
		{"a test of the tip", append(isSpam("Zorbel", hamText), "is_test", "1", "test_discard", "1"), "true", "discard"},
		{"of the tip for who is always spam", append(isSpam("viagra-test-123", hamText), "is_test", "1", "test_discard", "1"), "true", "discard"},
		{"of the tip for an administrator", append(isSpam("Zorbel", hamText), "is_test", "1", "test_discard", "1", "user_role", "administrator"), "false", ""},
		{"an administrator who is always spam", append(isSpam("viagra-test-123", hamText), "user_role", "administrator"), "false", ""},
		{"that is no test", append(isSpam("Zorbel", hamText), "is_test", "0", "test_discard", "1"), "false", ""},
		{"in a foreign character set", append(isSpam("Zorbel", "Gr\xfc\xdfe aus K\xf6ln, das Brot war gut."), "blog_charset", "ISO-8859-1"), "false", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := s.call("/1.1/comment-check", s.with(tt.pairs...))
			if got.Code != 200 || got.Body != tt.want || got.Header.Get("X-Akismet-Pro-Tip") != tt.tip {
				t.Errorf("got %d %q with tip %q, want 200 %q with %q", got.Code, got.Body, got.Header.Get("X-Akismet-Pro-Tip"), tt.want, tt.tip)
			}
			if len(got.Header.Get("X-Akismet-Guid")) < 16 {
				t.Errorf("guid %q", got.Header.Get("X-Akismet-Guid"))
			}
			for _, trouble := range []string{"X-Akismet-Alert-Code", "X-Akismet-Alert-Msg", "X-Akismet-Error", "X-Akismet-Debug-Help", "X-Hamlet-Explain"} {
				if v := got.Header.Get(trouble); v != "" {
					t.Errorf("%s: %q of a healthy answer", trouble, v)
				}
			}
		})
	}
}

// Whoever fills in what people do not see is a robot, however it is called, unless the site says
// otherwise.
func TestHoneypot(t *testing.T) {
	t.Parallel()
	s := open(t)
	why := func(pairs ...string) string {
		return s.explained(append(isSpam("Zorbel Quint", hamText), pairs...)...)
	}
	open := why("honeypot_field_name", "website_2", "website_2", "")
	if strings.Contains(open, "trap") || open == "" {
		t.Fatalf("explained without: %q", open)
	}
	for name, pairs := range map[string][]string{
		"named":           {"honeypot_field_name", "website_2", "website_2", "http://x.example"},
		"named after it":  {"website_2", "x", "honeypot_field_name", "website_2"},
		"of the form":     {"honeypot_field_name", "website_2", "POST_website_2", "x"},
		"omines":          {"honeypot_field_name", "website_2", "hidden_honeypot_field", "x"},
		"WordPress's own": {"POST_ak_hp_textarea", "x"},
	} {
		if got := why(pairs...); !strings.Contains(got, "that people do not see") {
			t.Errorf("%s: nothing of it in %q", name, got)
		}
		if got := s.asks(append(isSpam("Zorbel Quint", hamText), pairs...)...); got != "true" {
			t.Errorf("%s: got %q, want true", name, got)
		}
	}
	if got := why("website_2", "x", "POST_website_2", "x"); got != open {
		t.Errorf("a field that nobody calls a trap: %q, want %q", got, open)
	}
	filled := append(isSpam("Zorbel Quint", hamText), "POST_ak_hp_textarea", "x")
	s.call("/1.1/submit-ham", s.with(filled...))
	s.settle()
	if got := s.asks(filled...); got != "false" {
		t.Errorf("after the site called it ham: got %q, want false", got)
	}
}

// A robot may copy a comment that the site called ham; what the site says of a robot's comment is
// said of it, with the field or without, as few clients report it.
func TestHoneypotOfWhatIsHam(t *testing.T) {
	t.Parallel()
	s := open(t)
	kind := isSpam("Zorbel Quint", hamText)
	filled := append(isSpam("Zorbel Quint", hamText), "POST_ak_hp_textarea", "x")
	s.call("/1.1/submit-ham", s.with(kind...))
	if got := s.asks(filled...); got != "true" {
		t.Errorf("a copy by a robot: got %q, want true", got)
	}
	s.settle()
	if got := s.asks(filled...); got != "true" {
		t.Errorf("a copy by a robot, after it was learned: got %q, want true", got)
	}
	other := append(isSpam("Mira", hamText), "POST_ak_hp_textarea", "x")
	if got := s.asks(other...); got != "true" {
		t.Fatalf("another: got %q, want true", got)
	}
	s.call("/1.1/submit-ham", s.with(isSpam("Mira", hamText)...))
	for name, pairs := range map[string][]string{"with the field": other, "without": isSpam("Mira", hamText)} {
		if got := s.asks(pairs...); got != "false" {
			t.Errorf("after the site called it ham without the field, %s: got %q, want false", name, got)
		}
	}
	if got := s.call("/1.2/get-key-stats", form("key", s.key)).Body; !strings.Contains(got, `"false_positives":1`) {
		t.Errorf("got %s, want one false positive", got)
	}
}

// explained is what a check says of its reasons.
func (s *site) explained(pairs ...string) string {
	s.t.Helper()
	r := request(s.t, s.with(pairs...))
	r.Header.Set("X-Hamlet-Explain", "1")
	return s.do(r).Header.Get("X-Hamlet-Explain")
}

// What is explained is one line of ASCII, whatever a comment has in it.
func TestExplain(t *testing.T) {
	t.Parallel()
	s := open(t)
	for _, body := range []string{spamText, hamText, "a\r\nSet-Cookie: x=y\r\n\r\nб 中 \xff", ""} {
		got := s.explained("comment_author", "Ö\r\nX: y", "comment_content", body)
		if !strings.Contains(got, "% spam (") || strings.ContainsFunc(got, func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Errorf("%q: got %q", body, got)
		}
	}
}

// What is learned: by the site that reported, at once, and not by tests.
func TestReports(t *testing.T) {
	t.Parallel()
	s := open(t)
	_, other := s.add("Forum")
	mine := isSpam("Mira", "My sourdough starter smells of apples since Tuesday, is that a good sign for the rye loaf?")
	if got := s.asks(mine...); got != "false" {
		t.Fatalf("before: got %q, want false", got)
	}
	for range 3 {
		if got := s.call("/1.1/submit-spam", s.with(append(mine, "is_test", "1")...)).Body; got != thanks {
			t.Fatalf("got %q", got)
		}
	}
	s.settle()
	if got := s.asks(mine...); got != "false" {
		t.Errorf("after tests: got %q, want false", got)
	}
	for range 3 {
		s.call("/1.1/submit-spam", s.with(mine...))
	}
	if got := s.asks(mine...); got != "true" {
		t.Errorf("after it was called spam: got %q, want true", got)
	}
	if got := s.call("/1.1/comment-check", s.with(append(mine, "api_key", other)...)).Body; got != "false" {
		t.Errorf("at another site: got %q, want false", got)
	}
	s.call("/1.1/submit-ham", s.with(mine...))
	if got := s.asks(mine...); got != "false" {
		t.Errorf("after it was called ham again: got %q, want false", got)
	}
}

// What one teaches reaches another if the owner lets both.
func TestSharing(t *testing.T) {
	t.Parallel()
	s := open(t)
	forumID, forum := s.add("Forum")
	mine := isSpam("Mira", "Zorbelkraut mandolar vintrel quandle")
	for _, more := range []string{"one", "two", "three", "four", "five", "six"} {
		s.call("/1.1/submit-spam", s.with(append(mine, "comment_author", "Mira "+more)...))
	}
	for _, step := range []struct {
		name        string
		shop, forum bool
		want        bool
	}{
		{"neither", false, false, false},
		{"one", true, false, false},
		{"the other", false, true, false},
		{"both", true, true, true},
		{"not any more", true, false, false},
	} {
		s.set(s.id, func(to *akismet.Settings) { to.Shares = step.shop })
		s.set(forumID, func(to *akismet.Settings) { to.Shares = step.forum })
		got := s.explained(append(mine, "api_key", forum)...)
		if learned := strings.Contains(got, "mandolar"); learned != step.want {
			t.Errorf("%s share: learned %t, want %t (%s)", step.name, learned, step.want, got)
		}
	}
}

// A key that was revoked is none at once.
func TestRevoked(t *testing.T) {
	t.Parallel()
	s := open(t)
	if err := s.Sites.Revoke(t.Context(), account.Shell, s.id); err != nil {
		t.Fatal(err)
	}
	if got := s.asks(); got != "invalid" {
		t.Errorf("got %q, want invalid", got)
	}
}

// Who asks too often is told when to come again; the key stays a good one.
func TestLimit(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.set(s.id, func(to *akismet.Settings) { to.PerMinute = 2 })
	for range 2 {
		if got := s.asks(); got != "false" {
			t.Fatalf("got %q, want false", got)
		}
	}
	got := s.call("/1.1/comment-check", s.with())
	if got.Code != 429 || got.Body != "invalid" || got.Header.Get("Retry-After") != "30" || got.Header.Get("X-Akismet-Error") == "" {
		t.Errorf("got %d %q, headers %v, want 429 with Retry-After: 30", got.Code, got.Body, got.Header)
	}
	if got := s.call("/1.1/verify-key", s.with()).Body; got != "valid" {
		t.Errorf("the key: got %q, want valid", got)
	}
	s.Clock.Advance(30e9)
	if got := s.asks(); got != "false" {
		t.Errorf("half a minute later: got %q, want false", got)
	}
}

// A new key may ask as often as the program is to answer: 500 times a second, for minutes.
func TestLimitOfNewKey(t *testing.T) {
	t.Parallel()
	s := open(t)
	for second := range 100 {
		for range 500 {
			if wait, ok := s.Sites.Allow(akismet.Key(s.key)); !ok {
				t.Fatalf("second %d: told to wait %s", second, wait)
			}
		}
		s.Clock.Advance(time.Second)
	}
}

// Statistics are of what was asked and reported, not of tests.
func TestStatistics(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.asks(isSpam("Cheap pills", spamText)...)
	s.asks(isSpam("Zorbel Quint", hamText)...)
	s.asks(append(isSpam("Cheap pills", spamText), "is_test", "true")...)
	s.call("/1.1/submit-spam", s.with(isSpam("Zorbel Quint", hamText)...))
	s.asks("blog", "https://garden.example.org", "user_role", "administrator")
	for path, want := range map[string]string{
		"get-stats": `{"spam":1,"ham":1,"missed_spam":1,"false_positives":0,"accuracy":50,"time_saved":5,` +
			`"breakdown":{"2026-11":{"spam":1,"ham":1,"missed_spam":1,"false_positives":0,"blogs":1,"da":"2026-11-01"}}}`,
		"get-key-stats": `{"spam":1,"ham":2,"missed_spam":1,"false_positives":0,"accuracy":66.66,"time_saved":5,` +
			`"breakdown":{"2026-11":{"spam":1,"ham":2,"missed_spam":1,"false_positives":0,"blogs":2,"da":"2026-11-01"}}}`,
	} {
		if got := s.call("/1.1/"+path, form("key", s.key, "blog", "http://shop.example.org")).Body; got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
	if got := s.call("/1.1/get-stats", form("key", s.key, "blog", "http://forum.example.org")).Body; !strings.HasPrefix(got, `{"spam":0,"ham":0,`) {
		t.Errorf("of another blog: got %s, want nothing counted", got)
	}
}

// WordPress asks about a comment as PHP's addslashes leaves it, and reports it as it was typed:
// both are of the same comment, and the filter reads it without.
func TestSlashes(t *testing.T) {
	t.Parallel()
	s := open(t)
	const typed = `It's a "quoted" line of C:\dir, isn't it? Buy the rye.`
	slashed := strings.NewReplacer(`'`, `\'`, `"`, `\"`, `\`, `\\`).Replace
	if a, b := s.explained(isSpam(slashed("Zoe O'Neil"), slashed(typed))...), s.explained(isSpam("Zoe O'Neil", typed)...); a != b || a == "" {
		t.Errorf("with slashes: %q, want %q as without", a, b)
	}
	s.call("/1.1/submit-spam", s.with(isSpam("Zoe O'Neil", typed)...))
	s.settle()
	if got := s.asks(isSpam(slashed("Zoe O'Neil"), slashed(typed))...); got != "true" {
		t.Errorf("asked again: got %q, want what was reported", got)
	}
	n, err := s.Sites.ThisMonth(t.Context(), account.Shell, s.id)
	if err != nil || n.MissedSpam != 1 {
		t.Errorf("got %+v, %v, want the report counted at its check", n, err)
	}
}

// When WordPress checks its queue anew, it sends a comment as it keeps it; that is the one that it
// reported as it was typed.
func TestAskedAnew(t *testing.T) {
	t.Parallel()
	s := open(t)
	typed := append(isSpam("Cheap & Pills", spamText+` --> <a href="https://rye.example/a&b">rye</a>`), "comment_author_url", "pills.example")
	kept := append(isSpam("Cheap &amp; Pills", spamText+` --&gt; <a href="https://rye.example/a&amp;b" rel="nofollow ugc">rye</a>`),
		"comment_author_url", "http://pills.example/", "recheck_reason", "recheck_queue")
	other := append(isSpam("Cheap & Pills", spamText+` --> <a href="https://wheat.example/a&b">rye</a>`), "comment_author_url", "pills.example")
	if got := s.asks(typed...); got != "true" {
		t.Fatalf("before: got %q, want true", got)
	}
	s.call("/1.1/submit-ham", s.with(typed...))
	if got := s.asks(kept...); got != "false" {
		t.Errorf("asked anew: got %q, want what was reported", got)
	}
	if why := s.explained(other...); strings.Contains(why, "the site said so") {
		t.Errorf("a link elsewhere: %q, want it to be another comment", why)
	}
}
