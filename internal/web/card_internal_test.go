package web

import (
	"testing"

	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

func TestWhy(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		hold comment.Hold
		p    float64
		want string
	}{
		{"unsure", comment.HoldUnsure, 0.624, "The filter is not sure: 62 % spam."},
		{"spam", comment.HoldSpam, 0.9999, "The filter takes it for spam: over 99 %."},
		{"first", comment.HoldFirstTime, 0.03, "First comment by this author. The filter has no objection: 3 % spam."},
		{"policy", comment.HoldPolicy, 0.001, "Every comment is held on this blog. The filter has no objection: under 1 % spam."},
		{"unjudged", comment.HoldUnjudged, 0, "The filter failed, so nobody has judged it."},
		{"none", comment.HoldNone, 0.02, "Published at once. The filter had no objection: 2 % spam."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := whyHeld(say(t, "en"), comment.Comment{Hold: tt.hold, Verdict: spam.Verdict{Probability: tt.p}})
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestUnfold(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, site string
		want       *authorLink
	}{
		{"none", "", nil},
		{"no host", "/path", nil},
		{"broken", "http://[", nil},
		{"plain", "https://example.org", &authorLink{"https://example.org", "https://", "example.org", "", ""}},
		{
			"all parts", "http://example.org:8080/a%2Fb?c=d#e",
			&authorLink{"http://example.org:8080/a%2Fb?c=d#e", "http://", "example.org:8080", "/a%2Fb?c=d#e", ""},
		},
		{
			"a user that looks like a host", "https://bank.example.com@evil.example.net/",
			&authorLink{"https://bank.example.com@evil.example.net/", "https://bank.example.com@", "evil.example.net", "/", ""},
		},
		{
			"a path that looks like a host", "https://evil.example.net/bank.example.com",
			&authorLink{"https://evil.example.net/bank.example.com", "https://", "evil.example.net", "/bank.example.com", ""},
		},
		{"host called like the scheme", "http://http/", &authorLink{"http://http/", "http://", "http", "/", ""}},
		{
			"a letter of another script", "https://ехаmple.org/",
			&authorLink{"https://ехаmple.org/", "https://", "xn--mple-43d3a6i.org", "/", "ехаmple.org"},
		},
		{
			"the same, as it is kept", "https://xn--mple-43d3a6i.org/",
			&authorLink{"https://xn--mple-43d3a6i.org/", "https://", "xn--mple-43d3a6i.org", "/", "ехаmple.org"},
		},
		{
			"the same, as net/url writes it", "https://%D0%B5%D1%85%D0%B0mple.org/",
			&authorLink{"https://%D0%B5%D1%85%D0%B0mple.org/", "https://", "xn--mple-43d3a6i.org", "/", "ехаmple.org"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := unfold(tt.site)
			if (got == nil) != (tt.want == nil) || (got != nil && *got != *tt.want) {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}
