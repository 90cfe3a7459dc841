package desk_test

import (
	"errors"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"hamlet/internal/comment"
	"hamlet/internal/desk"
)

// comparer compares filters.
var comparer = cmpopts.EquateComparable(netip.Prefix{})

func TestParseFilter(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		query string
		want  desk.Filter
		back  string // what it is written as; empty: the same
	}{
		{"", desk.Filter{}, ""},
		{"status=spam", desk.Filter{Status: comment.Spam}, ""},
		{"q=%22two+words%22+-three&status=pending", desk.Filter{Status: comment.Pending, Text: `"two words" -three`}, ""},
		{"author=+Ada+", desk.Filter{Author: "Ada"}, "author=Ada"},
		{"author=%22Ada%22", desk.Filter{Author: `"Ada"`}, ""},
		{"like=12", desk.Filter{Like: 12}, ""},
		{"person=3", desk.Filter{Person: 3}, ""},
		{"person=nobody", desk.Filter{Person: desk.Nobody}, ""},
		{"network=192.0.2.77", desk.Filter{Network: netip.MustParsePrefix("192.0.2.0/24")}, "network=192.0.2.0%2F24"},
		{"network=192.0.2.0/20", desk.Filter{Network: netip.MustParsePrefix("192.0.0.0/16")}, "network=192.0.0.0%2F16"},
		{"network=::ffff:192.0.2.77", desk.Filter{Network: netip.MustParsePrefix("192.0.2.0/24")}, "network=192.0.2.0%2F24"},
		{"network=2001:db8:1:2::3", desk.Filter{Network: netip.MustParsePrefix("2001:db8:1::/48")}, "network=2001%3Adb8%3A1%3A%3A%2F48"},
		{"domain=https://Shop.Example/x", desk.Filter{Domain: "shop.example"}, "domain=shop.example"},
		{"domain=b%C3%BCcher.example", desk.Filter{Domain: "xn--bcher-kva.example"}, "domain=xn--bcher-kva.example"},
		{"from=20&to=95%25", desk.Filter{ScoreFrom: 20, ScoreTo: 95}, "from=20&to=95"},
		{"hold=first-time", desk.Filter{Hold: comment.HoldFirstTime}, ""},
		{"hold=published", desk.Filter{Published: true}, ""},
		{"reason=link.host:shop.*", desk.Filter{Reason: "link.host:shop.*"}, "reason=link.host%3Ashop.%2A"},
		{
			"since=2026-02-01&until=2026-02-28",
			desk.Filter{Since: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), Until: time.Date(2026, 2, 28, 0, 0, 0, 0, time.UTC)},
			"",
		},
		{
			"channel=form&edited=1&lang=de&post=hello&reported=1&wave=7",
			desk.Filter{Post: "hello", Language: "de", Channel: desk.ByForm, Wave: 7, Reported: true, Edited: true},
			"",
		},
		{"sort=doubt&after=xyz&utm=1&status=trash", desk.Filter{Status: comment.Trash}, "status=trash"},
		{"status=&q=", desk.Filter{}, ""},
	} {
		t.Run(tt.query, func(t *testing.T) {
			t.Parallel()
			v, err := url.ParseQuery(tt.query)
			if err != nil {
				t.Fatal(err)
			}
			got, err := desk.ParseFilter(v)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got, comparer); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
			want := tt.back
			if want == "" {
				want = strings.ReplaceAll(tt.query, "status=&q=", "")
			}
			if back := got.Values().Encode(); back != want {
				t.Errorf("written as %q, want %q", back, want)
			}
		})
	}
}

func TestParseFilterRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ field, value string }{
		{"status", "published"},
		{"like", "0"},
		{"person", "-1"},
		{"person", "ada@example.org"},
		{"network", "10.0.0.0/8"},
		{"network", "home"},
		{"network", "::ffff:192.0.2.0/120"},
		{"domain", "localhost"},
		{"domain", "not a domain"},
		{"from", "101"},
		{"to", "-1"},
		{"to", "most"},
		{"hold", "because"},
		{"since", "2026-02-30"},
		{"until", "yesterday"},
		{"lang", "xx"},
		{"channel", "fax"},
		{"wave", "0"},
		{"reported", "yes"},
		{"q", strings.Repeat("é", 201)},
		{"author", "\xff"},
		{"to", "0"},             // no bound, which nobody means
		{"to", "10"},            // before the range begins
		{"until", "2026-01-01"}, // the same
	} {
		t.Run(tt.field+"="+tt.value, func(t *testing.T) {
			t.Parallel()
			v := url.Values{"from": {"90"}, "since": {"2026-02-01"}}
			v.Set(tt.field, tt.value)
			_, err := desk.ParseFilter(v)
			var wrong *desk.FieldError
			if !errors.As(err, &wrong) || wrong.Field != tt.field {
				t.Errorf("got %v, want an error about %s", err, tt.field)
			}
		})
	}
}

// TestFilterRoundTrip writes whatever could be read, and reads that again.
func TestFilterRoundTrip(t *testing.T) {
	t.Parallel()
	values := map[string][]string{
		"status": {"", "pending", "trash"}, "like": {"", "5"}, "person": {"", "nobody", "9"}, "hold": {"", "unsure", "published"},
		"network": {"", "192.0.2.1", "2001:db8::/40"}, "domain": {"", "example.org", "www.Example.org:80"}, "from": {"", "0", "50"},
		"to": {"", "100"}, "since": {"", "2026-11-22"}, "lang": {"", "ja"}, "channel": {"", "api"}, "wave": {"", "3"}, "edited": {"", "1"},
	}
	rapid.Check(t, func(r *rapid.T) {
		v := url.Values{}
		for _, name := range desk.Fields() {
			if some, ok := values[name]; ok {
				v.Set(name, rapid.SampledFrom(some).Draw(r, name))
			} else if name != "until" && name != "reported" {
				v.Set(name, rapid.StringN(0, 40, 100).Draw(r, name))
			}
		}
		f, err := desk.ParseFilter(v)
		if err != nil {
			r.Skip()
		}
		again, err := desk.ParseFilter(f.Values())
		if err != nil {
			r.Fatal(err)
		}
		if diff := cmp.Diff(f, again, comparer); diff != "" {
			r.Errorf("-first +again\n%s", diff)
		}
	})
}

func TestCursor(t *testing.T) {
	t.Parallel()
	for _, c := range []desk.Cursor{
		{},
		{Key: "-5", ID: 7},
		{Sort: desk.Doubt, Key: "12", ID: 1},
		{Sort: desk.ByPost, Key: "a\nb/ü", ID: 1 << 40},
		{Sort: desk.BySize, Key: "12", ID: 1},
		{Sort: desk.BySize, Key: "12", ID: 1, Mark: desk.Mark{Newest: 9, At: time.UnixMilli(5).UTC()}},
	} {
		got, err := desk.ParseCursor(c.String(), c.Sort)
		if err != nil || got != c {
			t.Errorf("%+v came back as %+v, %v", c, got, err)
		}
	}
	other := desk.Cursor{Sort: desk.Doubt, Key: "12", ID: 1}.String()
	for _, s := range []string{"x", "!", other, other + "=", "bmV3ZXN0", desk.Cursor{Sort: desk.Oldest, Key: "x", ID: 1}.String()} {
		if c, err := desk.ParseCursor(s, desk.Oldest); !errors.Is(err, desk.ErrMalformed) {
			t.Errorf("%q is %+v, %v", s, c, err)
		}
	}
}

func TestMark(t *testing.T) {
	t.Parallel()
	m := desk.Mark{Newest: 12, At: time.Date(2026, 2, 1, 12, 0, 0, 5e6, time.UTC)}
	if got, err := desk.ParseMark(m.String()); err != nil || got != m {
		t.Errorf("%v came back as %v, %v", m, got, err)
	}
	for _, s := range []string{"", "12", "12-", "-1-5", "12-5x", "+12-5", "1 2-5"} {
		if got, err := desk.ParseMark(s); !errors.Is(err, desk.ErrMalformed) {
			t.Errorf("%q is %v, %v", s, got, err)
		}
	}
}

func TestHosts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, site, body string
		want             []string
	}{
		{"nothing", "", "no link here, and no. dot", nil},
		{"a site", "https://ada@A.Shop.Example:8080/x?u=b.example", "", []string{"a.shop.example", "shop.example"}},
		{"by way of a redirector", "", "https://go.example/url?sa=t&q=https%3A%2F%2Fa.pills.example%2F&b=https://x.example", []string{"go.example", "a.pills.example", "pills.example"}},
		{"in Markdown", "", "see [this](http://one.example/a) or <https://two.example>", []string{"one.example", "two.example"}},
		{"without a scheme", "", "see WWW.One.Example, please", []string{"www.one.example", "one.example"}},
		{"disguised", "", "hxxp://one.example and [x](//two.example/)", []string{"one.example", "two.example"}},
		{"written in entities", "", "http://o&#110;e.example http://t\\wo.example http://thre%65.example", []string{"one.example", "two.example", "three.example"}},
		{"in another script", "", "http://пример.example", []string{"xn--e1afmkfd.example"}},
		{"a user that looks like a host", "", "http://bank.example@evil.example/", []string{"evil.example"}},
		{"an address on the network", "", "http://192.0.2.1/x", []string{"192.0.2.1"}},
		{"no host", "", "http://localhost/ http:// // www. http://1.2/", nil},
		{"twice", "http://a.example", "http://a.example http://b.a.example", []string{"a.example", "b.a.example"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := desk.Hosts(tt.site, tt.body); !cmp.Equal(got, tt.want, cmpopts.EquateEmpty()) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	var many strings.Builder
	for i := range 500 {
		many.WriteString(" http://x" + strings.Repeat("y", i%50) + ".h" + string(rune('a'+i%26)) + ".example")
	}
	if got := desk.Hosts("", many.String()); len(got) > 63 {
		t.Errorf("%d hosts", len(got))
	}
}

func TestLanguage(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ text, want string }{
		{"", ""},
		{"42 !!", ""},
		{"Nice!", ""},
		{"I have read this, and it is what you would hope for.", "en"},
		{"Das ist nicht schlecht, aber ich habe noch eine Frage.", "de"},
		{"C'est très bien, mais je ne suis pas sûr que les autres vous suivent.", "fr"},
		{"Es muy bueno, pero no sé por qué los demás no lo leen.", "es"},
		{"Это очень хорошо, но я не знаю, что будет.", "ru"},
		{"Це дуже добре, але я не знаю, що буде.", "uk"},
		{"とても良い記事でした。", "ja"},
		{"这篇文章很好。", "zh"},
		{"좋은 글입니다", "ko"},
		{"Ωραίο άρθρο", "el"},
		{"این یک متن است که پیدا می\u200cکنید", "fa"},
	} {
		if got := desk.Language(tt.text); got != tt.want {
			t.Errorf("%q is %q, want %q", tt.text, got, tt.want)
		}
	}
}

// FuzzHosts looks for links in anything.
func FuzzHosts(f *testing.F) {
	f.Add("https://a.example", "http://b.example www.c.example // \\ &#0;")
	f.Add("0..pl", "http://.. http://b..example")
	f.Fuzz(func(t *testing.T, site, body string) {
		for _, h := range desk.Hosts(site, body) {
			if desk.Host(h) != h {
				t.Errorf("%q is %q in itself", h, desk.Host(h))
			}
		}
	})
}
