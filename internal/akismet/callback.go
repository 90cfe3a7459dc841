package akismet

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"hamlet/internal/privacy"
	"hamlet/internal/reach"
	"hamlet/internal/spam"
)

// Calls is what this room sends elsewhere.
func Calls() []privacy.Call {
	return []privacy.Call{{
		Name: "callback", When: privacy.WithCallbacks,
		By: []string{"internal/akismet.Caller.post", "internal/reach.Transport", "internal/reach.Client", "internal/reach.NewClient"},
	}}
}

// Callback is where a site wants to be told when what was said about a comment is not so any
// more, and what it wants to know the teller by.
type Callback struct {
	URL string `json:"url"`
	Key Key    `json:"key"`
	// Post and Parent are what the site calls the comment's, by which it finds it faster.
	Post   string `json:"post,omitempty"`
	Parent string `json:"parent,omitempty"`
}

// callBack notes at a check that is kept where the site wants to be told of another word, and
// when the filter is to be asked anew: if all of the text is kept, else the site asks itself.
func (at *site) callBack(kept *Check, k Key, c Comment, a Answer) {
	if at.CallBack {
		kept.Callback = c.callback(k)
	}
	if kept.Callback != nil && a.AskAgain > 0 && len(c.Body) == len(kept.Comment.Body) {
		kept.AskAgain = kept.At.Add(a.AskAgain)
	}
}

// maxCallback is how long an address may be that is called, in bytes.
const maxCallback = 1 << 10

// callback is where the comment's site wants to be told, nil if it does not. What a client
// sends as an address is anybody's wish, so it must be one of the blog itself: of its host, at
// its port or both at those of the web, and no less secret.
func (c Comment) callback(k Key) *Callback {
	to, err := url.Parse(c.CallbackURL)
	if err != nil || len(c.CallbackURL) > maxCallback || to.User != nil || to.Opaque != "" || to.Fragment != "" || to.Hostname() == "" {
		return nil
	}
	blog, err := url.Parse(c.Blog)
	if err == nil && blog.Host == "" { // named without scheme
		blog, err = url.Parse("http://" + c.Blog)
	}
	if err != nil || !strings.EqualFold(to.Hostname(), blog.Hostname()) || !sameWay(blog, to) {
		return nil
	}
	return &Callback{URL: strings.Clone(c.CallbackURL), Key: k, Post: number(c.PostID), Parent: number(c.ParentID)}
}

// webPorts are the ports of the schemes that are called.
var webPorts = map[string]string{"http": "80", "https": "443"}

// sameWay reports whether an address is reached as the blog is, or more secretly.
func sameWay(blog, to *url.URL) bool {
	usual, known := webPorts[to.Scheme]
	if !known || blog.Scheme == "https" && to.Scheme != "https" {
		return false
	}
	port, home := to.Port(), blog.Port()
	if port == "" {
		port = usual
	}
	if home == "" {
		home = webPorts[blog.Scheme]
	}
	return port == home || port == usual && home == webPorts[blog.Scheme]
}

// number is a number as a site says it; empty if it is none.
func number(s string) string {
	if len(s) > len("18446744073709551615") || strings.Trim(s, "0123456789") != "" {
		return ""
	}
	return strings.Clone(s)
}

// Calling is another word about a check that its site is to be told.
type Calling struct {
	Check
	Callback
	// Verdict is what was decided; empty: what the filter finds now.
	Verdict  spam.Class
	Attempts int // with this; it tells one from those before
}

// classOf is a verdict as clients know it.
func classOf(isSpam bool) spam.Class {
	if isSpam {
		return spam.Spam
	}
	return spam.Ham
}

// Called is what became of telling one.
type Called struct {
	Check    string // its ID
	Attempts int    // of the Calling
	Verdict  spam.Class
	At       time.Time
	Problem  string    // why the site did not take it; empty: it did
	Again    time.Time // when to try again; zero: not
}

// Told is how it stands with telling a site what is said of a check by now.
type Told struct {
	Verdict spam.Class // empty: that of the check stands
	At      time.Time  // when the site took it; zero: it did not
	Problem string     // with which the last attempt ended
	Waits   bool       // it is to be told
}

// The limits of calling.
const (
	callPatience = 15 * time.Second
	callLease    = 2 * time.Minute
	callAtOnce   = 50
	maxTaken     = 64 << 10 // of what a site answers
	shownProblem = 100      // of what it says is wrong, in bytes
)

// callPauses are how long to wait after each attempt; after one more it is given up.
var callPauses = []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 8 * time.Hour, 24 * time.Hour}

// errOddAnswer is an answer that is none of the protocol.
var errOddAnswer = errors.New("what it answers does not name the comment")

// refusalError is what a site says is wrong with a comment it was told of.
type refusalError string

func (e refusalError) Error() string { return string(e) }

// unreachedError is why nothing was heard of a host.
type unreachedError struct{ err error }

func (e *unreachedError) Error() string { return e.err.Error() }

func (e *unreachedError) Unwrap() error { return e.err }

// Caller tells sites.
type Caller struct {
	agent    string
	patience time.Duration
	there    *reach.Client
}

// NewCaller makes a Caller. allowed is for tests: nil lets only public addresses be called;
// hosts are those that may be anywhere. patience is for one host; zero: 15 seconds.
func NewCaller(agent string, hosts []string, allowed func(netip.AddrPort) bool, patience time.Duration) *Caller {
	if patience == 0 {
		patience = callPatience
	}
	return &Caller{agent, patience, reach.NewClient(hosts, allowed, patience)}
}

// news is what a site is told, as the protocol has it.
type news struct {
	Key      Key           `json:"key"`
	Endpoint string        `json:"endpoint"`
	Comments []newsComment `json:"comments"`
}

type newsComment struct {
	ID     string `json:"guid"`
	Result string `json:"result"`
	Post   string `json:"comment_post_ID,omitempty"`
	Parent string `json:"comment_parent,omitempty"`
}

// Tell tells a site of comments that are all to be told at one address. It returns what became
// of each.
func (c *Caller) Tell(ctx context.Context, all []Calling) map[string]error {
	out := make(map[string]error, len(all))
	taken, err := c.post(ctx, all)
	for _, one := range all {
		out[one.ID] = err
		if err == nil {
			out[one.ID] = taken.of(one.ID)
		}
	}
	return out
}

func (c *Caller) post(ctx context.Context, all []Calling) (answer, error) {
	say := news{Key: all[0].Key, Endpoint: "comment-check"}
	for _, one := range all {
		say.Comments = append(say.Comments, newsComment{
			ID: one.ID, Result: strconv.FormatBool(one.Verdict == spam.Spam), Post: one.Post, Parent: one.Parent,
		})
	}
	body, err := json.Marshal(say)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, all[0].URL, bytes.NewReader(body))
	if err != nil {
		return nil, errors.New("its address is not well-formed")
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", c.agent)
	r.Header.Set("X-Akismet-Webhook", "1") // lets WordPress not report it back
	res, err := c.there.Do(r)
	if err != nil {
		return nil, &unreachedError{err}
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("it answers with status %d", res.StatusCode)
	}
	said, err := io.ReadAll(io.LimitReader(res.Body, maxTaken))
	if err != nil {
		return nil, &unreachedError{fmt.Errorf("read the answer: %w", err)}
	}
	return readAnswer(said), nil
}

// answer is what a site says about each comment.
type answer map[string]json.RawMessage

// readAnswer reads it; it is in "comments" as WordPress answers, or by itself.
func readAnswer(said []byte) answer {
	var whole answer
	if json.Unmarshal(said, &whole) != nil {
		return nil
	}
	var inner answer
	if json.Unmarshal(whole["comments"], &inner) == nil {
		return inner
	}
	return whole
}

// of is whether the site took what it was told of a comment.
func (a answer) of(id string) error {
	var said struct{ Status, Message string }
	if json.Unmarshal(a[id], &said) != nil && json.Unmarshal(a[id], &said.Status) != nil {
		return errOddAnswer
	}
	switch said.Status {
	case "success":
		return nil
	case "error":
		return refusalError("the site says: " + shown(said.Message))
	}
	return errOddAnswer
}

// shown is the beginning of what a site said, in letters.
func shown(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "\uFFFD")), " ")
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == utf8.RuneError {
			return -1
		}
		return r
	}, s)
	if s == "" {
		return "error"
	}
	return cut(s, shownProblem)
}
