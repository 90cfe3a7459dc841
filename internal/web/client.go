package web

import (
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/labstack/echo/v4"
)

// clientIP says where requests come from: the peer of the connection, or, when
// that is a trusted proxy, the last address in X-Forwarded-For that is not one.
// What stands further left in that header anybody could have written.
func clientIP(trusted []netip.Prefix) echo.IPExtractor {
	if len(trusted) == 0 {
		return echo.ExtractIPDirect()
	}
	// Echo would trust these three by default.
	options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range trusted {
		p = p.Masked()
		options = append(options, echo.TrustIPRange(&net.IPNet{
			IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen()),
		}))
	}
	extract := echo.ExtractIPFromXFFHeader(options...)
	return func(r *http.Request) string {
		return extract(&http.Request{
			RemoteAddr: r.RemoteAddr,
			Header:     http.Header{echo.HeaderXForwardedFor: {withoutPorts(r.Header[echo.HeaderXForwardedFor])}},
		})
	}
}

// withoutPorts is a list of addresses without the ports that some proxies write
// with them.
func withoutPorts(header []string) string {
	ips := strings.Split(strings.Join(header, ","), ",")
	for i, ip := range ips {
		if a, err := netip.ParseAddrPort(strings.TrimSpace(ip)); err == nil {
			ips[i] = a.Addr().String()
		}
	}
	return strings.Join(ips, ",")
}

// clientKey is what requests of one client are counted under: its IPv4
// address, or the /64 its IPv6 address lies in, which one household has for
// itself. Clients without a readable address share one key.
func clientKey(ip string) string {
	a, err := netip.ParseAddr(ip)
	if err != nil {
		return "unknown"
	}
	a = a.Unmap().WithZone("")
	if a.Is4() {
		return a.String()
	}
	p, err := a.Prefix(64)
	if err != nil {
		return a.String()
	}
	return p.String()
}
