package away

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"time"

	"hamlet/internal/reach"
)

// Format is the form of the request to a webhook.
type Format string

// The formats.
const (
	JSON   Format = "json"   // the [News] as JSON
	Ntfy   Format = "ntfy"   // text, for ntfy: the address of a topic
	Matrix Format = "matrix" // for Matrix: the address of a room's m.room.message, the secret is the access token
	Slack  Format = "slack"  // {"text": …}, as Slack and many others take it
	Own    Format = "own"    // a template of one's own
)

// Formats lists every format.
var Formats = []Format{JSON, Ntfy, Matrix, Slack, Own}

// News is what a webhook is told.
type News struct {
	Notice   int64     `json:"notice"`
	At       time.Time `json:"at"`
	Blog     string    `json:"blog"`
	Title    string    `json:"title"` // what it is, in a line
	Text     string    `json:"text"`  // all of it, in lines
	URL      string    `json:"url"`   // of the desk
	Held     int       `json:"held"`
	Dead     int       `json:"dead_mails"`
	Reports  int       `json:"reports"` // by readers
	Comments []Item    `json:"comments"`
}

// Item is a comment that is held.
type Item struct {
	ID          int64   `json:"id"`
	Post        string  `json:"post"` // its title
	Author      string  `json:"author"`
	Excerpt     string  `json:"excerpt"`
	Probability float64 `json:"probability"`
	Reason      string  `json:"reason"` // why it is held, in words
	URL         string  `json:"url"`    // of the comment on the desk
}

// The limits of webhooks.
const (
	maxURL      = 2000
	maxTemplate = 4000
	maxAnswer   = 4 << 10
	maxBody     = 256 << 10
	hookTimeout = 15 * time.Second
)

// check says which field of a webhook is wrong, empty if none is.
func (h Hook) check() string {
	u, err := url.Parse(h.URL)
	switch {
	case strings.TrimSpace(h.Name) == "" || len(h.Name) > 100:
		return "name"
	case err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && u.Scheme != "http" || len(h.URL) > maxURL:
		return "url"
	case !slices.Contains(Formats, h.Format):
		return "format"
	case h.Format == Matrix && (h.Secret == "" || strings.ContainsAny(h.Secret, "\r\n")):
		return "secret"
	case h.Format == Own && (strings.TrimSpace(h.Template) == "" || len(h.Template) > maxTemplate || h.try() != nil):
		return "template"
	case h.Format != Own && strings.TrimSpace(h.Template) != "":
		return "unused" // a template that somebody believes is used
	}
	return ""
}

// try writes made-up news by the template.
func (h Hook) try() error {
	_, _, err := h.body(News{Comments: []Item{{}}})
	return err
}

// body is what is sent, and its type.
func (h Hook) body(n News) (body []byte, kind string, err error) {
	const asJSON, asText = "application/json", "text/plain; charset=utf-8"
	switch h.Format {
	case Ntfy:
		return []byte(n.Text), asText, nil
	case Slack:
		body, err = json.Marshal(map[string]string{"text": forSlack(n.Title + "\n" + n.Text)})
		return body, asJSON, err
	case Matrix:
		// Nobody is meant in particular, whatever the text says, such as @room.
		body, err = json.Marshal(map[string]any{"msgtype": "m.text", "body": n.Title + "\n" + n.Text, "m.mentions": struct{}{}})
		return body, asJSON, err
	case Own:
		body, err = h.written(n)
		if json.Valid(body) {
			return body, asJSON, err
		}
		return body, asText, err
	default:
		body, err = json.Marshal(n)
		return body, asJSON, err
	}
}

var (
	slackMarks = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	atName     = regexp.MustCompile(`(^|[^\w/])@(\w)`) // not in an address of mail, nor in one of the web
)

// forSlack keeps what looks like Slack's own marks, such as <!channel>, from being any, and so what
// calls somebody in the chats that are like it, such as @channel in Mattermost.
func forSlack(text string) string {
	const joiner = "\u2060" // takes no room, and breaks no line
	return slackMarks.Replace(atName.ReplaceAllString(text, "${1}@"+joiner+"${2}"))
}

// errTooMuch ends a template that writes without end.
var errTooMuch = errors.New("the template writes too much")

// bounded takes so many bytes and no more.
type bounded struct{ bytes.Buffer }

func (b *bounded) Write(p []byte) (int, error) {
	if b.Len()+len(p) > maxBody {
		return 0, errTooMuch
	}
	return b.Buffer.Write(p)
}

// written is what the hook's own template makes of news.
func (h Hook) written(n News) ([]byte, error) {
	t, err := template.New("notice").Option("missingkey=error").Funcs(template.FuncMap{"json": func(v any) (string, error) {
		b, err := json.Marshal(v)
		return string(b), err
	}}).Parse(h.Template)
	if err != nil {
		return nil, err
	}
	var out bounded
	if err := t.Execute(&out, n); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// Client tells webhooks.
type Client struct {
	agent string
	there *reach.Client
	now   func() time.Time
}

// NewClient makes a Client. allowed is for tests: nil lets only public addresses be
// reached, on any port; hosts are those that may be anywhere.
func NewClient(agent string, hosts []string, allowed func(netip.AddrPort) bool, now func() time.Time) *Client {
	return &Client{agent: agent, there: reach.NewClient(hosts, allowed, hookTimeout), now: now}
}

// statusError is an answer that is no success.
type statusError int

func (e statusError) Error() string { return fmt.Sprintf("it answers with status %d", int(e)) }

// Tell sends news to a webhook.
func (c *Client) Tell(ctx context.Context, h Hook, n News) error {
	r, err := c.request(ctx, h, n)
	if err != nil {
		return err
	}
	res, err := c.there.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, maxAnswer)) // what it says is of no use
	if res.StatusCode < http.StatusOK || res.StatusCode >= http.StatusMultipleChoices {
		return statusError(res.StatusCode)
	}
	return nil
}

// request is the request that tells.
func (c *Client) request(ctx context.Context, h Hook, n News) (*http.Request, error) {
	body, kind, err := h.body(n)
	if err != nil {
		return nil, fmt.Errorf("write by the template: %w", err)
	}
	method, to, number := http.MethodPost, h.URL, strconv.FormatInt(n.Notice, 10)
	if h.Format == Matrix { // sent again under the same number, it is one message
		method, to = http.MethodPut, strings.TrimSuffix(h.URL, "/")+"/hamlet-"+number+"-"+strconv.FormatInt(n.At.Unix(), 10)
	}
	r, err := http.NewRequestWithContext(ctx, method, to, bytes.NewReader(body))
	if err != nil {
		return nil, errors.New("its address is not well-formed")
	}
	r.Header.Set("Content-Type", kind)
	r.Header.Set("User-Agent", c.agent)
	r.Header.Set("X-Hamlet-Notice", number)
	switch {
	case h.Format == Matrix:
		r.Header.Set("Authorization", "Bearer "+h.Secret)
	case h.Secret != "":
		at := strconv.FormatInt(c.now().Unix(), 10)
		r.Header.Set("X-Hamlet-Timestamp", at)
		r.Header.Set("X-Hamlet-Signature", Sign(h.Secret, at, body))
	}
	if h.Format == Ntfy {
		r.Header.Set("Title", mime.BEncoding.Encode("utf-8", n.Title))
		r.Header.Set("Click", n.URL)
	}
	return r, nil
}

// Sign is the signature of a body that is sent at a time, in seconds since 1970.
func Sign(secret, at string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = mac.Write([]byte(at + ".")) // a hash takes everything
	_, _ = mac.Write(body)
	return "v1=" + hex.EncodeToString(mac.Sum(nil))
}
