// Package webmention receives and sends webmentions: the word from one site to
// another that a page of the one links to a page of the other (W3C Recommendation
// Webmention, 12 January 2017).
//
//	c := webmention.NewClient(webmention.Options{Agent: "hamlet (https://blog.example.org)"})
//	entry, err := c.Read(ctx, source, target)      // what a page that links here says
//	endpoint, err := c.Discover(ctx, target)       // where a page wants to be told
//	err = c.Tell(ctx, endpoint, source, target)
//
// # The words
//
//   - The source is the page that links, the target is what it links to.
//   - The endpoint of a target is where its site wants to be told; the target names it.
//   - A mention is received by [Receiver] and sent by [Sender]. Both work off a queue
//     that is kept ([Inbox], [Outbox]), so that no request waits for another site and no
//     restart loses one.
//
// # The client
//
// Anybody can make the blog fetch any address by naming it as a source, so the client
// ([Client]) fetches no more than has to be: http and https on their own ports, from
// addresses that are public. The address is looked at when it is connected to, whatever
// the name stood for before, and again after each of at most five redirects; [Public]
// says which are fetched from. A fetch takes ten seconds and reads one mebibyte, counted
// after decompression, of HTML, JSON or plain text. It sends no cookies, no Referer, says
// who it is, and knows no proxy.
//
// # What is verified
//
// The source must have the target as it was named, to the letter and with its fragment:
// HTML in an attribute that is an address (href, src and their like; comments and scripts
// are none), JSON as the whole of a text, plain text as a word.
//
// # What is read
//
// Of HTML the h-entry (https://microformats.org/wiki/h-entry) that has the link: its
// author, date, text, and whether it is a reply, a like or a repost. A page without one
// gives its title and the paragraph with the link. Everything in an [Entry] is plain text
// on one line, bounded, without characters that are not seen.
//
// # Trying again
//
// What may be otherwise later (no answer, 5xx, 429) is tried again after a minute, ten
// minutes, an hour and six; then it is given up. What will stay as it is (no link, a
// private address, another status) is given up at once.
package webmention

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"hamlet/internal/reach"
)

// The limits of what is read and kept.
const (
	MaxURL     = 2_000   // bytes of an address
	MaxBody    = 1 << 20 // bytes of a page, decompressed
	MaxText    = 500     // characters of an excerpt
	MaxName    = 100     // characters of a name
	MaxTargets = 100     // links of a post that are told
)

// Errors of this room. They are wrapped with what was being done.
var (
	// ErrGone means that the source is not there any more (404 or 410).
	ErrGone = errors.New("the page is gone")
	// ErrNoLink means that the source does not link to the target.
	ErrNoLink = errors.New("the page does not link to the target")
	// ErrNoEndpoint means that the target does not want to be told.
	ErrNoEndpoint = errors.New("the page names no webmention endpoint")
	// ErrForbidden means an address that is never fetched from.
	ErrForbidden = reach.ErrForbidden
	// ErrKind means a page that is neither HTML nor JSON nor plain text.
	ErrKind = errors.New("the page is of a kind that is not read")
	// ErrTooLarge means a page of more than MaxBody.
	ErrTooLarge = errors.New("the page is too large")
	// ErrRedirects means too many redirects.
	ErrRedirects = errors.New("too many redirects")
)

// StatusError is the answer of another site that is no success.
type StatusError int

func (e StatusError) Error() string { return fmt.Sprintf("the answer was %d", int(e)) }

// passing reports whether the answer may be another one later.
func (e StatusError) passing() bool {
	return e >= http.StatusInternalServerError || e == http.StatusTooManyRequests || e == http.StatusRequestTimeout
}

// final are the errors that will be the same the next time.
var final = []error{ErrGone, ErrNoLink, ErrNoEndpoint, ErrForbidden, ErrKind, ErrTooLarge, ErrRedirects}

// Final reports whether an error will be the same the next time.
func Final(err error) bool {
	for _, f := range final {
		if errors.Is(err, f) {
			return true
		}
	}
	if status, ok := errors.AsType[StatusError](err); ok {
		return !status.passing()
	}
	return false
}

// waits is how long to wait after the first, second, … attempt that failed.
var waits = []time.Duration{time.Minute, 10 * time.Minute, time.Hour, 6 * time.Hour}

// Kind is what a page does with the one it links to.
type Kind string

// The kinds.
const (
	Mentions Kind = ""
	Replies  Kind = "reply"
	Likes    Kind = "like"
	Reposts  Kind = "repost"
)

// Entry is what a page says, as plain text.
type Entry struct {
	Kind      Kind
	Author    string // empty if it does not say
	AuthorURL string // http or https, or empty
	Published time.Time
	Title     string
	Text      string // at most MaxText characters; empty if there is none
}

// parseURL reads an absolute address that can be fetched.
func parseURL(raw string) (*url.URL, error) {
	if len(raw) > MaxURL {
		return nil, fmt.Errorf("%w: it has more than %d characters", ErrForbidden, MaxURL)
	}
	u, err := url.Parse(raw)
	if err != nil {
		return nil, fmt.Errorf("%w: it is not well-formed", ErrForbidden)
	}
	if err := checkURL(u); err != nil {
		return nil, err
	}
	return u, nil
}

// checkURL refuses what is no address of a page.
func checkURL(u *url.URL) error {
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("%w: it is neither http nor https", ErrForbidden)
	case u.Hostname() == "" || u.Opaque != "":
		return fmt.Errorf("%w: it has no host", ErrForbidden)
	case u.User != nil:
		return fmt.Errorf("%w: it has a user name", ErrForbidden)
	}
	return nil
}

// spelled is an address in the one way of writing it that differs in nothing a server
// sees: scheme and host in lower case, no port that goes without saying, a path.
func spelled(u *url.URL) string {
	c := *u
	c.Scheme, c.Host = strings.ToLower(c.Scheme), strings.ToLower(c.Host)
	if port := c.Port(); port == "80" && c.Scheme == "http" || port == "443" && c.Scheme == "https" {
		c.Host = strings.TrimSuffix(c.Host, ":"+port)
	}
	if c.Path == "" {
		c.Path = "/"
	}
	return c.String()
}
