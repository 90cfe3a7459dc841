// Package reach is how the blog reaches machines whose addresses somebody typed: pages
// that mention a post, and those that the owner wants to be told of what waits.
//
// Whoever can make a server fetch an address of their choice can make it fetch one of its
// own network, where much answers that nobody else may ask. So the address is looked at
// after the name was looked up, in the moment of the connection: nothing can change
// between. Only public addresses are connected to, by default, and no proxy is asked.
package reach

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"time"
)

// ErrForbidden means an address that is never connected to.
var ErrForbidden = errors.New("the address is not one to fetch from")

// maxHeader is how large the head of an answer may be.
const maxHeader = 64 << 10

// Transport connects to the addresses that are allowed, and to no other; nil allows
// those of [PublicWeb]. A connection takes as long as patience at most.
func Transport(allowed func(netip.AddrPort) bool, patience time.Duration) *http.Transport {
	if allowed == nil {
		allowed = PublicWeb
	}
	dialer := net.Dialer{Timeout: patience, ControlContext: guard(allowed)}
	return &http.Transport{
		DialContext: dialer.DialContext, TLSHandshakeTimeout: patience,
		DisableKeepAlives: true, MaxResponseHeaderBytes: maxHeader,
	}
}
