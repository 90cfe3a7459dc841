package opinion

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"hamlet/internal/comment"
	"hamlet/internal/privacy"
	"hamlet/internal/spam"
)

// Calls is what this room sends elsewhere.
func Calls() []privacy.Call {
	return []privacy.Call{{
		Name: "opinion", When: privacy.WithOpinion, Comment: true,
		By: []string{"internal/opinion.Client", "internal/opinion.NewClient", "internal/opinion.Client.post"},
	}}
}

// The limits of a request.
const (
	patience  = 3 * time.Second
	tries     = 2
	maxAnswer = 4 << 10 // of which the beginning is enough
	oddShown  = 50      // of an odd answer, in bytes
)

// Errors of a request that was not answered.
var (
	// ErrKey means that the key is refused.
	ErrKey = errors.New("the key is refused")
	// ErrOdd means an answer that is none.
	ErrOdd = errors.New("no answer of this protocol")
)

// ClientOptions is what a Client is made of. All fields are required but Patience.
type ClientOptions struct {
	URL   string // of the server, without a path before /1.1 but what it needs itself
	Key   string
	Agent string // as User-Agent
	// Asking is what may be told by now; what was kept while more might is told no more.
	Asking comment.Asking
	// Blog tells the address of the blog and its language.
	Blog func() (base, lang string)
	// Permalink is the address of a post.
	Permalink func(slug string) string
	Patience  time.Duration // of one try; zero: three seconds
}

// Client speaks the protocol.
type Client struct {
	ClientOptions
	http http.Client
}

// NewClient makes a Client. It follows no redirects: whoever answers is whom the owner named.
func NewClient(o ClientOptions) *Client {
	if o.Patience == 0 {
		o.Patience = patience
	}
	return &Client{ClientOptions: o, http: http.Client{
		Timeout:       o.Patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Verify asks whether the key is good: nil, [ErrKey], or why it is not known.
func (c *Client) Verify(ctx context.Context) error {
	base, _ := c.Blog()
	said, _, err := c.call(ctx, "verify-key", url.Values{"key": {c.Key}, "blog": {base}})
	switch {
	case err != nil:
		return err
	case said == "valid":
		return nil
	case said == "invalid":
		return ErrKey
	}
	return odd(said)
}

// Check asks about a comment.
func (c *Client) Check(ctx context.Context, q Question) (Answer, error) {
	form := c.form(q.Sent, q.Reply)
	if q.Rechecks {
		form.Set("recheck_reason", "recheck")
	} else if q.Retried {
		form.Set("recheck_reason", "retry")
	}
	said, header, err := c.call(ctx, "comment-check", form)
	if err != nil {
		return Answer{}, err
	}
	a := Answer{GUID: header.Get("X-akismet-guid"), Alert: alert(header)}
	if len(a.GUID) > maxGUID || strings.ContainsRune(a.GUID, 0) || !utf8.ValidString(a.GUID) {
		a.GUID = ""
	}
	switch {
	case header.Get("X-akismet-error") != "":
		return a, fmt.Errorf("%w: %s", ErrOdd, short(header.Get("X-akismet-error")))
	case said == "true":
		a.Said = spam.SaidSpam
		if strings.EqualFold(strings.TrimSpace(header.Get("X-akismet-pro-tip")), "discard") {
			a.Said = spam.SaidSure
		}
		return a, nil
	case said == "false":
		a.Said = spam.SaidHam
		if n, err := strconv.Atoi(header.Get("X-akismet-recheck-after")); err == nil && n > 0 {
			a.Again = time.Duration(min(n, maxRecheck)) * time.Second
		}
		return a, nil
	case said == "invalid":
		if help := header.Get("X-akismet-debug-help"); help != "" {
			return a, fmt.Errorf("%w: %s", ErrKey, short(help))
		}
		return a, ErrKey
	}
	return a, odd(said)
}

// maxGUID is how long a number of a check may be that is kept.
const maxGUID = 200

// maxRecheck is the longest time after which it is asked again, in seconds: a day.
const maxRecheck = 24 * 60 * 60

// thanks is how the answer to a report begins.
const thanks = "Thanks for making the web a better place."

// Submit tells a decision.
func (c *Client) Submit(ctx context.Context, r Report) error {
	call := "submit-ham"
	if r.Spam {
		call = "submit-spam"
	}
	form := c.form(r.Sent, r.Reply)
	if r.GUID != "" {
		form.Set("guid", r.GUID)
	}
	said, _, err := c.call(ctx, call, form)
	switch {
	case err != nil:
		return err
	case said == thanks:
		return nil
	case said == "invalid":
		return ErrKey
	}
	return odd(said)
}

// noAddr stands for the IP address, which the protocol requires, where it is not told.
const noAddr = "0.0.0.0"

// form is a comment as the protocol has it; what is empty is left out.
func (c *Client) form(sent comment.AsSent, reply bool) url.Values {
	base, lang := c.Blog()
	f := url.Values{
		"api_key": {c.Key}, "blog": {base}, "blog_lang": {lang}, "blog_charset": {"UTF-8"}, "user_ip": {noAddr}, "comment_type": {"comment"},
	}
	sent = c.Asking.Told(sent)
	if sent.Addr.IsValid() {
		f.Set("user_ip", sent.Addr.Unmap().WithZone("").String())
	}
	if reply {
		f.Set("comment_type", "reply")
	}
	for name, value := range map[string]string{
		"user_agent": sent.Agent, "referrer": sent.Referrer, "permalink": c.Permalink(sent.Post),
		"comment_author": sent.Author, "comment_author_email": sent.Email, "comment_author_url": sent.URL, "comment_content": sent.Body,
		"comment_date_gmt": sent.At.UTC().Format(time.RFC3339),
	} {
		if value != "" {
			f.Set(name, value)
		}
	}
	return f
}

// call asks, and once more if there was no answer at all; the body is trimmed.
func (c *Client) call(ctx context.Context, name string, form url.Values) (said string, header http.Header, err error) {
	for range tries {
		said, header, err = c.post(ctx, name, form)
		if err == nil || errors.Is(err, ErrOdd) || ctx.Err() != nil {
			break
		}
	}
	return said, header, err
}

func (c *Client) post(ctx context.Context, name string, form url.Values) (string, http.Header, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(c.URL, "/")+"/1.1/"+name, strings.NewReader(form.Encode()))
	if err != nil {
		return "", nil, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
	r.Header.Set("User-Agent", c.Agent)
	res, err := c.http.Do(r)
	if err != nil {
		if ue, ok := errors.AsType[*url.Error](err); ok {
			err = ue.Err // without the address
		}
		return "", nil, err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return "", nil, fmt.Errorf("%w: status %d", ErrOdd, res.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return "", nil, fmt.Errorf("read the answer: %w", err)
	}
	return strings.TrimSpace(string(body)), res.Header, nil
}

// odd is the error of an answer that cannot be read.
func odd(said string) error { return fmt.Errorf("%w: %q", ErrOdd, short(said)) }

// short is the beginning of what somebody else wrote.
func short(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if len(s) > oddShown {
		return strings.ToValidUTF8(s[:oddShown], "") + "…"
	}
	return s
}

// alert is what the server has to say to the owner.
func alert(h http.Header) string {
	code, text := h.Get("X-akismet-alert-code"), h.Get("X-akismet-alert-msg")
	return strings.TrimSpace(short(code) + " " + strings.ToValidUTF8(text[:min(len(text), maxAlert)], ""))
}

// maxAlert is how much of it is shown, in bytes.
const maxAlert = 300
