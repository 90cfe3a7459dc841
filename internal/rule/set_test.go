package rule_test

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"hamlet/internal/rule"
)

// noon is when the tests are.
var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestDraftsAreSpeltInOneWay(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, kind, typed, want string
		fault                   rule.Fault
	}{
		{"a name in any case", "author", "  Ada   LOVELACE ", "ada lovelace", ""},
		{"a name with nothing between", "author", "A\u200bda", "ada", ""},
		{"a name of nothing", "author", "\u200b\u200b", "", rule.ValueMissing},
		{"a host", "domain", "Spam.Example.COM", "spam.example.com", ""},
		{"a whole address", "domain", "https://user@www.spam.example:8080/a?b#c", "spam.example", ""},
		{"a host in another script", "domain", "спам.example", "xn--80ayhh.example", ""},
		{"all below a host", "domain", "*.spam.example", "spam.example", ""},
		{"the end of hosts", "domain", ".zip", "zip", ""},
		{"no host", "domain", "a b", "", rule.DomainOdd},
		{"nothing of an address", "domain", "https://", "", rule.DomainOdd},
		{"a host that is too long", "domain", strings.Repeat("a.", 200) + "example", "", rule.DomainOdd},
		{"a network", "network", "203.0.113.77/24", "203.0.113.0/24", ""},
		{"an address", "network", "203.0.113.77", "203.0.113.77/32", ""},
		{"an address of IPv6", "network", "2001:DB8::1", "2001:db8::1/128", ""},
		{"a network of IPv4 in IPv6", "network", "::ffff:203.0.113.7/120", "203.0.113.0/24", ""},
		{"as wide as may be", "network", "10.1.1.1/8", "10.0.0.0/8", ""},
		{"too wide", "network", "0.0.0.0/0", "", rule.NetworkWide},
		{"too wide in IPv6", "network", "2000::/3", "", rule.NetworkWide},
		{"too wide in disguise", "network", "::ffff:0.0.0.0/90", "", rule.NetworkWide},
		{"no network", "network", "203.0.113", "", rule.NetworkOdd},
		{"an address with a zone", "network", "fe80::1%eth0", "", rule.NetworkOdd},
		{"words", "word", "Online — CASINO!", "online casino", ""},
		{"words in wide letters", "word", "ＣＡＳＩＮＯ", "casino", ""},
		{"no word", "word", "!!!", "", rule.WordOdd},
		{"links", "links", "03", "3", ""},
		{"less than no links", "links", "-1", "", rule.LinksOdd},
		{"a proof", "proof", strings.Repeat("0A", 16), strings.Repeat("0a", 16), ""},
		{"a proof of nothing", "proof", strings.Repeat("0", 32), "", rule.ProofOdd},
		{"half a proof", "proof", "0a", "", rule.ProofOdd},
		{"nothing", "word", " \n", "", rule.ValueMissing},
		{"too much", "word", strings.Repeat("a", 201), "", rule.ValueLong},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r, err := rule.Draft{Kind: tt.kind, Value: tt.typed, Effect: "hold", Lasting: "never"}.Rule("ada", noon)
			var fault rule.Fault
			if invalid, ok := errors.AsType[*rule.InvalidError](err); ok {
				fault = invalid.Fields["value"]
			}
			if r.Value != tt.want || fault != tt.fault {
				t.Errorf("got %q and %q, want %q and %q", r.Value, fault, tt.want, tt.fault)
			}
			if fault != "" {
				return
			}
			again, err := rule.Draft{Kind: tt.kind, Value: r.Value, Effect: "hold", Lasting: "never"}.Rule("ada", noon)
			if err != nil || again.Value != r.Value {
				t.Errorf("once more it is %q (%v), want %q", again.Value, err, r.Value)
			}
		})
	}
}

func TestDraftsNameEveryFault(t *testing.T) {
	t.Parallel()
	_, err := rule.Draft{Kind: "country", Effect: "vanish", Note: strings.Repeat("a", 301), Lasting: "year"}.Rule("ada", noon)
	const want = "invalid rule: effect: no effect, kind: no kind, lasting: no time, note: note too long"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// rules makes rules, numbered from 1, of their kinds and values.
func rules(t *testing.T, kindsAndValues ...string) []rule.Rule {
	t.Helper()
	var out []rule.Rule
	for i := 0; i < len(kindsAndValues); i += 2 {
		r, err := rule.Draft{Kind: kindsAndValues[i], Value: kindsAndValues[i+1], Effect: "hold", Lasting: "day"}.Rule("ada", noon)
		if err != nil {
			t.Fatalf("%s %q: %v", kindsAndValues[i], kindsAndValues[i+1], err)
		}
		r.ID = rule.ID(len(out) + 1)
		out = append(out, r)
	}
	return out
}

func TestMatch(t *testing.T) {
	t.Parallel()
	proof := [16]byte{1, 2, 3}
	set := rule.NewSet(rules(t,
		"author", "Spam King", "domain", "shop.example", "network", "203.0.113.0/24", "network", "2001:db8::/32",
		"word", "online casino", "word", "casino", "links", "2", "proof", "01020300000000000000000000000000", "word", "赌场",
	))
	tests := []struct {
		name string
		sub  rule.Subject
		want []rule.ID
	}{
		{"nothing", rule.Subject{}, nil},
		{"a name in other letters", rule.Subject{Author: "ＳＰＡＭ\u00a0 king"}, []rule.ID{1}},
		{"a longer name", rule.Subject{Author: "Spam Kings"}, nil},
		{"a host", rule.Subject{Hosts: []string{"Shop.Example"}}, []rule.ID{2}},
		{"below a host, twice", rule.Subject{Hosts: []string{"a.b.shop.example.", "www.shop.example"}}, []rule.ID{2}},
		{"a host that ends alike", rule.Subject{Hosts: []string{"bookshop.example"}}, nil},
		{"above a host", rule.Subject{Hosts: []string{"example"}}, nil},
		{"a network", rule.Subject{Addr: netip.MustParseAddr("::ffff:203.0.113.9")}, []rule.ID{3}},
		{"the network beside", rule.Subject{Addr: netip.MustParseAddr("203.0.114.9")}, nil},
		{"a network of IPv6", rule.Subject{Addr: netip.MustParseAddr("2001:db8:1::9")}, []rule.ID{4}},
		{"words in a row", rule.Subject{Text: "An ONLINE,\ncasi\u00adno"}, []rule.ID{5, 6}},
		{"words not in a row", rule.Subject{Text: "casinos online"}, nil},
		{"a part of the row at the end", rule.Subject{Text: "it is online"}, nil},
		{"without spaces", rule.Subject{Text: "在线赌场大全"}, []rule.ID{9}},
		{"as many links", rule.Subject{Links: 2}, nil},
		{"more links", rule.Subject{Links: 3}, []rule.ID{7}},
		{"a proof", rule.Subject{Proof: proof}, []rule.ID{8}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []rule.ID
			for _, r := range set.Match(tt.sub, noon) {
				got = append(got, r.ID)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got rules %v, want %v", got, tt.want)
			}
			if late := set.Match(tt.sub, noon.Add(24*time.Hour)); len(late) > 0 {
				t.Errorf("after they expired: got %v, want none", late)
			}
		})
	}
}

func TestSpamComesFirst(t *testing.T) {
	t.Parallel()
	all := rules(t, "word", "a", "word", "b")
	all[1].Effect = rule.Spam
	got := rule.NewSet(all).Match(rule.Subject{Text: "a b"}, noon)
	if len(got) != 2 || got[0].ID != 2 {
		t.Errorf("got %v, want rule 2 before rule 1", got)
	}
}

func FuzzDraft(f *testing.F) {
	for _, kind := range rule.Kinds {
		f.Add(string(kind), "a.example")
	}
	f.Add("word", "İ ﬀ ǅ Σς")
	f.Fuzz(func(t *testing.T, kind, value string) {
		r, err := rule.Draft{Kind: kind, Value: value, Effect: "spam", Lasting: "never"}.Rule("ada", noon)
		if err != nil {
			return
		}
		again, err := rule.Draft{Kind: kind, Value: r.Value, Effect: "spam", Lasting: "never"}.Rule("ada", noon)
		if err != nil || again.Value != r.Value {
			t.Fatalf("%s %q is %q, and that is %q (%v)", kind, value, r.Value, again.Value, err)
		}
		rule.NewSet([]rule.Rule{r}).Match(rule.Subject{Author: value, Text: value, Hosts: []string{value}}, noon)
	})
}

func BenchmarkMatch(b *testing.B) {
	for _, n := range []int{10, 10_000} {
		var all []rule.Rule
		for i := range n {
			kind := []rule.Kind{rule.Author, rule.Domain, rule.Network, rule.Word}[i%4]
			value := fmt.Sprintf("value%d", i)
			switch kind {
			case rule.Domain:
				value += ".example"
			case rule.Network:
				value = fmt.Sprintf("10.%d.%d.0/24", i/256%256, i%256)
			}
			all = append(all, rule.Rule{ID: rule.ID(i + 1), Kind: kind, Value: value, Effect: rule.Hold})
		}
		set := rule.NewSet(all)
		sub := rule.Subject{
			Author: "Ada", Text: strings.Repeat("Thank you for the recipe of the value1 cake. ", 20), Links: 1,
			Hosts: []string{"www.example.org"}, Addr: netip.MustParseAddr("192.0.2.7"),
		}
		b.Run(fmt.Sprintf("rules=%d", n), func(b *testing.B) {
			for b.Loop() {
				set.Match(sub, noon)
			}
		})
	}
}
