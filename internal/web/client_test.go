package web

import (
	"net/http/httptest"
	"net/netip"
	"testing"
)

func TestClientIP(t *testing.T) {
	t.Parallel()
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8:ffff::/48")}
	tests := []struct {
		name    string
		trusted []netip.Prefix
		peer    string
		header  []string
		want    string
	}{
		{"direct", nil, "203.0.113.9:1234", nil, "203.0.113.9"},
		{"forged without proxies", nil, "203.0.113.9:1234", []string{"6.6.6.6"}, "203.0.113.9"},
		{"loopback is no proxy unless configured", nil, "127.0.0.1:1234", []string{"6.6.6.6"}, "127.0.0.1"},
		{"private net is no proxy unless configured", proxies[1:], "10.0.0.1:1234", []string{"6.6.6.6"}, "10.0.0.1"},
		{"forged past the proxies", proxies, "203.0.113.9:1234", []string{"6.6.6.6"}, "203.0.113.9"},
		{"through a proxy", proxies, "10.0.0.1:1234", []string{"198.51.100.7"}, "198.51.100.7"},
		{"forged through a proxy", proxies, "10.0.0.1:1234", []string{"6.6.6.6, 198.51.100.7"}, "198.51.100.7"},
		{"forged loopback through a proxy", proxies, "10.0.0.1:1234", []string{"6.6.6.6, 127.0.0.1"}, "127.0.0.1"},
		{"two proxies", proxies, "10.0.0.1:1234", []string{"6.6.6.6, 198.51.100.7, 10.9.9.9"}, "198.51.100.7"},
		{"several header lines", proxies, "10.0.0.1:1234", []string{"6.6.6.6", "198.51.100.7", "10.2.2.2"}, "198.51.100.7"},
		{"only proxies", proxies, "10.0.0.1:1234", []string{"10.5.5.5"}, "10.5.5.5"},
		{"garbage", proxies, "10.0.0.1:1234", []string{"<script>"}, "10.0.0.1"},
		{"garbage before a client", proxies, "10.0.0.1:1234", []string{"<script>, 198.51.100.7"}, "198.51.100.7"},
		{"empty header", proxies, "10.0.0.1:1234", []string{""}, "10.0.0.1"},
		{"IPv6 client", proxies, "10.0.0.1:1234", []string{"2001:db8::7"}, "2001:db8::7"},
		{"IPv6 in brackets", proxies, "10.0.0.1:1234", []string{"[2001:db8::7]"}, "2001:db8::7"},
		{"with a port", proxies, "10.0.0.1:1234", []string{"203.0.113.1:5555"}, "203.0.113.1"},
		{"IPv6 with a port", proxies, "10.0.0.1:1234", []string{"[2001:db8::9]:1234"}, "2001:db8::9"},
		{"forged before a port", proxies, "10.0.0.1:1234", []string{"6.6.6.6:1, 198.51.100.7:2"}, "198.51.100.7"},
		{"proxies with ports", proxies, "10.0.0.1:1234", []string{"6.6.6.6, 198.51.100.7:80, 10.9.9.9:81,[2001:db8:ffff::2]:82"}, "198.51.100.7"},
		{"ports on several lines", proxies, "10.0.0.1:1234", []string{"6.6.6.6:1", "198.51.100.7:2", "10.2.2.2:3"}, "198.51.100.7"},
		{"garbage with a port", proxies, "10.0.0.1:1234", []string{"<script>:80"}, "10.0.0.1"},
		{"IPv6 proxy", proxies, "[2001:db8:ffff::1]:1234", []string{"198.51.100.7"}, "198.51.100.7"},
		{"IPv4 proxy as IPv6", proxies, "[::ffff:10.0.0.1]:1234", []string{"198.51.100.7"}, "198.51.100.7"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = tt.peer
			for _, h := range tt.header {
				r.Header.Add("X-Forwarded-For", h)
			}
			if got := clientIP(tt.trusted)(r); got != tt.want {
				t.Errorf("client of %q behind %s: got %s, want %s", tt.header, tt.peer, got, tt.want)
			}
		})
	}
}

func TestClientKey(t *testing.T) {
	t.Parallel()
	tests := []struct{ ip, want string }{
		{"198.51.100.7", "198.51.100.7"},
		{"::ffff:198.51.100.7", "198.51.100.7"},
		{"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
		{"2001:db8:1:2::1", "2001:db8:1:2::/64"},
		{"2001:db8:1:3::1", "2001:db8:1:3::/64"},
		{"fe80::1%eth0", "fe80::/64"},
		{"", "unknown"},
		{"nonsense", "unknown"},
	}
	for _, tt := range tests {
		if got := clientKey(tt.ip); got != tt.want {
			t.Errorf("clientKey(%q): got %s, want %s", tt.ip, got, tt.want)
		}
	}
}
