package reach_test

import (
	"errors"
	"net/netip"
	"testing"

	"hamlet/internal/reach"
)

func TestPublic(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		addr string
		want bool
	}{
		{"1.1.1.1", true},
		{"93.184.215.14", true},
		{"100.63.255.255", true},
		{"100.128.0.1", true},
		{"172.32.0.1", true},
		{"2606:4700:4700::1111", true},
		{"2a00:1450:4001::1", true},
		{"2001:4860:4860::8888", true},
		{"0.0.0.0", false},
		{"10.1.2.3", false},
		{"100.64.0.1", false},
		{"100.100.100.200", false},
		{"127.0.0.1", false},
		{"127.255.255.254", false},
		{"169.254.169.254", false},
		{"172.16.0.1", false},
		{"172.31.255.255", false},
		{"192.0.0.192", false},
		{"192.0.2.1", false},
		{"192.88.99.1", false},
		{"192.168.1.1", false},
		{"198.18.0.1", false},
		{"198.51.100.1", false},
		{"203.0.113.1", false},
		{"224.0.0.1", false},
		{"240.0.0.1", false},
		{"255.255.255.255", false},
		{"168.63.129.16", false},
		{"::", false},
		{"::1", false},
		{"::ffff:127.0.0.1", false},
		{"::ffff:169.254.169.254", false},
		{"::ffff:1.1.1.1", true},
		{"::127.0.0.1", false},
		{"64:ff9b::7f00:1", false},
		{"64:ff9b:1::1", false},
		{"100::1", false},
		{"2001::1", false},
		{"2001:db8::1", false},
		{"2002:7f00:1::1", false},
		{"3fff::1", false},
		{"fc00::1", false},
		{"fd00:ec2::254", false},
		{"fe80::1", false},
		{"fec0::1", false},
		{"ff02::1", false},
		{"2606:4700::1%eth0", false},
	} {
		if got := reach.Public(netip.MustParseAddr(tt.addr)); got != tt.want {
			t.Errorf("%s: got %t, want %t", tt.addr, got, tt.want)
		}
	}
	if reach.Public(netip.Addr{}) {
		t.Error("no address at all is public")
	}
}

// TestGuard: what is connected to is looked at after the name was looked up.
func TestGuard(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		network, address string
		want             bool
	}{
		{"tcp4", "1.1.1.1:443", true},
		{"tcp4", "1.1.1.1:80", true},
		{"tcp6", "[2606:4700::1]:443", true},
		{"tcp4", "1.1.1.1:22", false},
		{"tcp4", "1.1.1.1:8080", false},
		{"tcp4", "127.0.0.1:80", false},
		{"tcp6", "[::1]:443", false},
		{"udp4", "1.1.1.1:443", false},
		{"tcp4", "localhost:80", false},
	} {
		err := reach.Guard(t.Context(), tt.network, tt.address, nil)
		if (err == nil) != tt.want || err != nil && !errors.Is(err, reach.ErrForbidden) {
			t.Errorf("%s %s: got %v, want allowed %t", tt.network, tt.address, err, tt.want)
		}
	}
}
