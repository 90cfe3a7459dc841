package app

import (
	"slices"
	"testing"
)

// An origin is kept as browsers write it: anything else would never match.
func TestEmbedOrigins(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, raw, want string }{
		{"as browsers write it", "https://www.example.org", "https://www.example.org"},
		{"slash at the end", "https://www.example.org/", "https://www.example.org"},
		{"capitals", "HTTPS://WWW.Example.org", "https://www.example.org"},
		{"the usual port", "https://www.example.org:443", "https://www.example.org"},
		{"another port", "https://www.example.org:8443", "https://www.example.org:8443"},
		{"this machine", "http://localhost:1313", "http://localhost:1313"},
		{"this machine, usual port", "http://localhost:80", "http://localhost"},
		{"this machine by number", "http://127.0.0.1:8000", "http://127.0.0.1:8000"},
		{"this machine by IPv6", "http://[::1]:8000", "http://[::1]:8000"},
		{"another letters' host", "https://xn--bcher-kva.example.org", "https://xn--bcher-kva.example.org"},
		{"everybody", "*", ""},
		{"files", "null", ""},
		{"part of a name", "https://*.example.org", ""},
		{"no scheme", "www.example.org", ""},
		{"no host", "https://", ""},
		{"unencrypted", "http://www.example.org", ""},
		{"looks like this machine", "http://localhost.example.org", ""},
		{"path", "https://www.example.org/blog", ""},
		{"query", "https://www.example.org?", ""},
		{"fragment", "https://www.example.org#a", ""},
		{"user", "https://ada@www.example.org", ""},
		{"letters that browsers write otherwise", "https://bücher.example.org", ""},
		{"another scheme", "ftp://www.example.org", ""},
		{"empty", "", ""},
	} {
		var s settings
		err := Config{EmbedOrigins: []string{tt.raw}}.checkEmbedOrigins(&s)
		if got := slices.Concat(s.embedders, []string{""})[0]; got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("%s: got %q, %v, want %q", tt.name, got, err, tt.want)
		}
	}
}
