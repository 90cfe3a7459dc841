package reach

import (
	"context"
	"fmt"
	"net/netip"
	"syscall"
)

// notPublic are the networks that lead to nobody's web site: private and shared ones,
// those for documentation and tests, and those that hold another address, of any sort,
// within (NAT64, 6to4, Teredo). IANA's registries of special-purpose addresses have
// them; the last is where virtual machines of a large host find its metadata.
var notPublic = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
	"192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16",
	"192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	"2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
	"168.63.129.16/32",
)

// global is where all public addresses of IPv6 are.
var global = netip.MustParsePrefix("2000::/3")

func prefixes(all ...string) []netip.Prefix {
	ps := make([]netip.Prefix, len(all))
	for i, p := range all {
		ps[i] = netip.MustParsePrefix(p)
	}
	return ps
}

// Public reports whether an address is one that web sites of others are at.
func Public(a netip.Addr) bool {
	if a.Zone() != "" {
		return false
	}
	a = a.Unmap()
	if !a.IsValid() || a.Is6() && !global.Contains(a) {
		return false
	}
	for _, p := range notPublic {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// PublicWeb reports whether an address is public, and the port that of the web.
func PublicWeb(at netip.AddrPort) bool {
	return (at.Port() == 80 || at.Port() == 443) && Public(at.Addr())
}

// guard refuses a connection to an address that is not allowed. It is asked with the
// address itself, after the name was looked up.
func guard(allowed func(netip.AddrPort) bool) func(ctx context.Context, network, address string, c syscall.RawConn) error {
	return func(_ context.Context, network, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || network != "tcp4" && network != "tcp6" || !allowed(at) {
			return fmt.Errorf("connect: %w", ErrForbidden)
		}
		return nil
	}
}
