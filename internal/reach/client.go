package reach

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Client asks what is at an address that somebody typed. It follows no redirects, for
// nobody typed those.
type Client struct {
	known    []string // hosts that may be private
	guarded  http.Client
	anywhere http.Client
}

// NewClient makes a Client. allowed is for tests: nil lets only public addresses be
// reached, on any port; known are the hosts that may be anywhere.
func NewClient(known []string, allowed func(netip.AddrPort) bool, patience time.Duration) *Client {
	if allowed == nil {
		allowed = func(at netip.AddrPort) bool { return Public(at.Addr()) }
	}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	all := func(netip.AddrPort) bool { return true }
	return &Client{
		known:    known,
		guarded:  http.Client{Transport: Transport(allowed, patience), CheckRedirect: stay, Timeout: patience},
		anywhere: http.Client{Transport: Transport(all, patience), CheckRedirect: stay, Timeout: patience},
	}
}

// Do sends a request. An error does not have the address in it, which may be a secret.
func (c *Client) Do(r *http.Request) (*http.Response, error) {
	client := &c.guarded
	if slices.ContainsFunc(c.known, func(known string) bool {
		return strings.EqualFold(known, r.URL.Host) || strings.EqualFold(known, r.URL.Hostname())
	}) {
		client = &c.anywhere
	}
	res, err := client.Do(r) //nolint:gosec // the guard is in the transport
	if err != nil {
		return nil, plainly(err)
	}
	return res, nil
}

// plainly is an error of the HTTP client without the address.
func plainly(err error) error {
	if errors.Is(err, ErrForbidden) {
		return ErrForbidden
	}
	if ue, ok := errors.AsType[*url.Error](err); ok {
		err = ue.Err
	}
	if oe, ok := errors.AsType[*net.OpError](err); ok {
		return fmt.Errorf("%s: %w", oe.Op, oe.Err)
	}
	return err
}
