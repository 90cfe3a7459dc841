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
	// ErrInvalid means that what was asked is refused, for its key or for something else.
	ErrInvalid = errors.New("it is refused")
	// ErrOdd means an answer that is none.
	ErrOdd = errors.New("no answer of this protocol")
	// errFault means a status that says that the server failed.
	errFault = fmt.Errorf("%w: status", ErrOdd)
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

// Verify asks whether the key is good: nil, [ErrKey], or why it is not known. Whatever it is,
// the server may have something to say to the owner.
func (c *Client) Verify(ctx context.Context) (alert Alert, err error) {
	base, _ := c.Blog()
	said, header, err := c.call(ctx, "verify-key", url.Values{"key": {c.Key}, "blog": {base}})
	switch {
	case err != nil, said == "valid":
	case said == "invalid":
		err = ErrKey
	default:
		err = odd(said)
	}
	return alertOf(header), err
}

// Check asks about a comment. With an error the answer has what the server says to the owner,
// and nothing else.
func (c *Client) Check(ctx context.Context, q Question) (Answer, error) {
	form := c.form(q.Sent, q.Reply)
	if why := q.again(); why != "" {
		form.Set("recheck_reason", why)
	}
	said, header, err := c.call(ctx, "comment-check", form)
	a := Answer{Alert: alertOf(header)}
	problem := header.Get("X-akismet-error")
	switch {
	case err != nil:
		return a, err
	case problem != "":
		return a, fmt.Errorf("%w: %s", ErrOdd, short(problem))
	case said == "true":
		a.Said = spam.SaidSpam
		if strings.EqualFold(strings.TrimSpace(header.Get("X-akismet-pro-tip")), "discard") {
			a.Said = spam.SaidSure
		}
	case said == "false":
		a.Said = spam.SaidHam
		if n, err := strconv.Atoi(header.Get("X-akismet-recheck-after")); err == nil && n > 0 {
			a.Again = time.Duration(min(n, maxRecheck)) * time.Second
		}
	case said == "invalid":
		return a, refusal(header)
	default:
		return a, odd(said)
	}
	a.GUID = guid(header)
	return a, nil
}

// again is why a question is asked another time; empty if it is not.
func (q Question) again() string {
	switch {
	case q.Rechecks:
		return "recheck"
	case q.Edited:
		return "edit"
	case q.Retried:
		return "retry"
	}
	return ""
}

// guid is the number of a check, if it can be kept.
func guid(h http.Header) string {
	id := h.Get("X-akismet-guid")
	if len(id) > maxGUID || strings.ContainsRune(id, 0) || !utf8.ValidString(id) {
		return ""
	}
	return id
}

// refusal is the error of an answer that something is wrong with the question.
func refusal(h http.Header) error {
	if help := h.Get("X-akismet-debug-help"); help != "" {
		return fmt.Errorf("%w: %s", ErrInvalid, short(help))
	}
	return ErrInvalid
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
	said, header, err := c.call(ctx, call, form)
	switch {
	case err != nil:
		return err
	case said == thanks:
		return nil
	case said == "invalid":
		return refusal(header)
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

// call asks, and once more if there was no answer at all or the server failed; the body is trimmed.
func (c *Client) call(ctx context.Context, name string, form url.Values) (said string, header http.Header, err error) {
	for range tries {
		said, header, err = c.post(ctx, name, form)
		if err == nil || errors.Is(err, ErrOdd) && !errors.Is(err, errFault) || ctx.Err() != nil {
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
	if res.StatusCode >= http.StatusInternalServerError {
		return "", res.Header, fmt.Errorf("%w %d", errFault, res.StatusCode)
	}
	if res.StatusCode != http.StatusOK {
		return "", res.Header, fmt.Errorf("%w: status %d", ErrOdd, res.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return "", res.Header, fmt.Errorf("read the answer: %w", err)
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

// alertOf is what the server has to say to the owner.
func alertOf(h http.Header) Alert {
	code, text := short(h.Get("X-akismet-alert-code")), h.Get("X-akismet-alert-msg")
	return Alert{Code: code, Text: strings.TrimSpace(code + " " + strings.ToValidUTF8(text[:min(len(text), maxAlert)], ""))}
}

// maxAlert is how much of it is shown, in bytes.
const maxAlert = 300
