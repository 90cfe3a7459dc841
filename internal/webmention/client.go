package webmention

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"hamlet/internal/reach"
)

// Options is what a Client is made of.
type Options struct {
	// Agent is the User-Agent: it should say whose blog this is. Required.
	Agent string
	// Allowed says which addresses are connected to; nil: public ones, on the ports of
	// the web. For tests, whose other sites are on this machine.
	Allowed func(netip.AddrPort) bool
	// Patience is how long a fetch may take, redirects and reading included; zero: ten
	// seconds.
	Patience time.Duration
}

// The limits of a fetch.
const (
	patience     = 10 * time.Second
	maxRedirects = 5
	acceptPages  = "text/html, application/xhtml+xml;q=0.9, application/json;q=0.8, text/plain;q=0.7"
)

// Client fetches pages of other sites, as guarded as the package comment says.
type Client struct {
	agent    string
	patience time.Duration
	http     http.Client
}

// NewClient makes a Client.
func NewClient(o Options) *Client {
	if o.Patience == 0 {
		o.Patience = patience
	}
	return &Client{agent: o.Agent, patience: o.Patience, http: http.Client{
		Transport: reach.Transport(o.Allowed, o.Patience), CheckRedirect: checkRedirect,
	}}
}

// checkRedirect follows few redirects, to pages only, and does not tell where from.
func checkRedirect(r *http.Request, via []*http.Request) error {
	r.Header.Del("Referer")
	if len(via) > maxRedirects {
		return ErrRedirects
	}
	return checkURL(r.URL)
}

// page is an answer of another site.
type page struct {
	url    *url.URL // after all redirects, without a fragment
	status int
	header http.Header
	kind   string // media type
	body   []byte // empty if it is of a kind that is not read
}

// get fetches a page.
func (c *Client) get(ctx context.Context, address string) (*page, error) {
	return c.do(ctx, http.MethodGet, address, "", read)
}

// do sends a request and lets the answer be read.
func (c *Client) do(
	ctx context.Context, method, address, form string, read func(*http.Response) (*page, error),
) (*page, error) {
	u, err := parseURL(address)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, c.patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, u.String(), strings.NewReader(form))
	if err != nil {
		return nil, fmt.Errorf("%w: it is not well-formed", ErrForbidden)
	}
	if form != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("User-Agent", c.agent)
	r.Header.Set("Accept", acceptPages)
	res, err := c.http.Do(r)
	if err != nil {
		return nil, plainly(err)
	}
	defer func() { _ = res.Body.Close() }()
	return read(res)
}

// plainly is an error of the HTTP client without the address, which may be long and is
// known.
func plainly(err error) error {
	if ue, ok := errors.AsType[*url.Error](err); ok {
		err = ue.Err
	}
	if oe, ok := errors.AsType[*net.OpError](err); ok && !errors.Is(err, ErrForbidden) {
		return fmt.Errorf("%s: %w", oe.Op, oe.Err)
	}
	return err
}

// head is an answer without its body.
func head(res *http.Response) (*page, error) {
	at := *res.Request.URL
	at.Fragment, at.RawFragment = "", ""
	return &page{url: &at, status: res.StatusCode, header: res.Header}, nil
}

// read reads an answer, as far as it is of a kind that is read.
func read(res *http.Response) (*page, error) {
	p, err := head(res)
	if err != nil {
		return nil, err
	}
	p.kind, _, _ = mime.ParseMediaType(res.Header.Get("Content-Type"))
	if !p.isHTML() && !p.isJSON() && !strings.HasPrefix(p.kind, "text/") {
		return p, nil
	}
	// What is read here is decompressed, so this is a limit for bombs too.
	if p.body, err = io.ReadAll(io.LimitReader(res.Body, MaxBody+1)); err != nil {
		return nil, fmt.Errorf("read the page: %w", plainly(err))
	}
	if len(p.body) > MaxBody {
		return nil, ErrTooLarge
	}
	return p, nil
}

func (p *page) isHTML() bool { return p.kind == "text/html" || p.kind == "application/xhtml+xml" }

func (p *page) isJSON() bool {
	return p.kind == "application/json" || strings.HasPrefix(p.kind, "application/") && strings.HasSuffix(p.kind, "+json")
}

// check is the error of an answer that is no success.
func (p *page) check() error {
	switch {
	case p.status == http.StatusNotFound || p.status == http.StatusGone:
		return ErrGone
	case p.status < http.StatusOK || p.status >= http.StatusMultipleChoices:
		return StatusError(p.status)
	}
	return nil
}

// Read fetches the source, verifies that it links to the target and reads what it says.
func (c *Client) Read(ctx context.Context, source, target string) (Entry, error) {
	t, err := parseURL(target)
	if err != nil {
		return Entry{}, fmt.Errorf("read the target: %w", err)
	}
	p, err := c.get(ctx, source)
	if err == nil {
		err = p.check()
	}
	if err == nil && p.body == nil {
		err = ErrKind
	}
	if err != nil {
		return Entry{}, fmt.Errorf("fetch the source: %w", err)
	}
	return p.entry(t)
}

// entry verifies the link and reads what the page says.
func (p *page) entry(target *url.URL) (Entry, error) {
	switch {
	case p.isHTML():
		return entryOfHTML(p.text(), p.url, target)
	case p.isJSON():
		return entryOfJSON(p.body, target)
	default:
		return entryOfText(string(p.body), target)
	}
}

// Discover fetches the target and finds the endpoint that it names.
func (c *Client) Discover(ctx context.Context, target string) (string, error) {
	p, err := c.get(ctx, target)
	if err == nil {
		err = p.check()
	}
	if err != nil {
		return "", fmt.Errorf("fetch the target: %w", err)
	}
	return p.endpoint()
}

// Tell sends a webmention to an endpoint.
func (c *Client) Tell(ctx context.Context, endpoint, source, target string) error {
	p, err := c.do(ctx, http.MethodPost, endpoint, url.Values{"source": {source}, "target": {target}}.Encode(), head)
	if err == nil && (p.status < http.StatusOK || p.status >= http.StatusMultipleChoices) {
		err = StatusError(p.status)
	}
	if err != nil {
		return fmt.Errorf("tell the endpoint: %w", err)
	}
	return nil
}
