package comment

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"hamlet/internal/account"
	"hamlet/internal/spam"
)

// The limits of a submission, in characters (Unicode code points).
const (
	MaxBody   = 10_000
	MaxAuthor = 100
	MaxEmail  = 254 // RFC 5321, 4.5.3.1.3, less the angle brackets
	MaxURL    = 500
)

// Submission is what a reader sends, and what is known of whoever sent it.
type Submission struct {
	Post   string // slug
	Parent string // id of the comment replied to, as it came; empty for none
	Author string
	Email  string // optional
	URL    string // optional
	Body   string
	// Tell asks for a mail about what becomes of the comment, Replies for mails about
	// replies to it.
	Tell, Replies bool

	// FormID is what this form was given when it was made; empty for nothing. The same
	// form twice is one comment, and whoever sends it gets the private link to that: it
	// must hold something that other readers do not know, since they can read the rest.
	FormID  string
	Channel Channel
	Proof   Proof        // what a cookie proved; zero for nothing
	Role    Role         // what a session proved
	Form    spam.Form    // how it was sent; weighed once, and not kept but in the receipt
	Network netip.Prefix // where it came from; kept only if the owner wants it
	// Addr is the same to the last bit, for rules on networks, and Agent and Referrer are
	// what the browser says of itself; they are kept only where another filter is told of
	// them, and only as long as that may be asked.
	Addr            netip.Addr
	Agent, Referrer string
	// Work uses up the answer to the work that is asked of browsers, once all else is in
	// order, and reports whether it was done; nil: none is asked.
	Work func(context.Context) (done bool, err error)
}

// Receipt says what became of a submission.
type Receipt struct {
	ID     ID
	Status Status
	Hold   Hold
	Link   int64 // the number that private links to the comment are made with
	// Again means that this form came before; the receipt is that of the comment made
	// then, as it is now.
	Again bool
}

// Submit checks, judges, places and keeps a reader's comment. The errors are
// [InvalidError], [ErrNoThread], [ErrClosed], the context's, and whatever the
// store has to say.
func (s *Service) Submit(ctx context.Context, sub Submission) (Receipt, error) {
	sub.clean()
	r, err := s.submitOnce(s.store.Moment(ctx), sub)
	if err != nil {
		return Receipt{}, fmt.Errorf("comment on %s: %w", sub.Post, err)
	}
	return r, nil
}

func (s *Service) submit(ctx context.Context, sub Submission, key FormKey) (Receipt, error) {
	if err := s.open(sub.Post); err != nil {
		return Receipt{}, err
	}
	c, err := s.check(ctx, sub)
	if err != nil {
		return Receipt{}, err
	}
	evidence := s.judgeSent(ctx, &c, sub.Form)
	if err := ctx.Err(); err != nil {
		return Receipt{}, err
	}
	confirmed, err := s.tie(ctx, &c)
	if err != nil {
		return Receipt{}, err
	}
	if evidence.Known, err = s.known(ctx, c); err != nil {
		return Receipt{}, err
	}
	if err := s.govern(ctx, c, sub, &evidence); err != nil {
		return Receipt{}, err
	}
	c.Status, c.Hold = Place(evidence, s.policy)
	added, err := s.store.Add(ctx, c, Given{
		Email: sub.Email, FormKey: key, Network: sub.Network, Replies: sub.Replies, Rules: evidence.Rules, Confirmed: confirmed,
		Asked: s.asking.asked(c, sub, evidence),
	})
	if c.Status == Approved {
		s.changed(c.Post) // after an error too: it may come from a commit that was done
	}
	switch {
	case errors.Is(err, ErrNotFound): // deleted since it was checked
		return Receipt{}, &InvalidError{Fields: map[string]Wrong{"parent": {Fault: ParentGone}}}
	case err != nil:
		return Receipt{}, err
	}
	return Receipt(added), nil
}

// tie gives a comment that came with the cookie of somebody who confirmed an address in
// that browser the proof of the address.
func (s *Service) tie(ctx context.Context, c *Comment) (tied bool, err error) {
	if c.Proof == (Proof{}) {
		return false, nil
	}
	who, err := s.store.Tied(ctx, c.Proof)
	if err != nil || who == 0 {
		return false, err
	}
	c.Proof = s.proofOf(who)
	return true, nil
}

// known reports whether the author is known, if that makes a difference.
func (s *Service) known(ctx context.Context, c Comment) (bool, error) {
	switch {
	case c.Role != Reader:
		return true, nil
	case s.policy != HoldFirst || c.Proof == Proof{}:
		return false, nil
	}
	return s.store.Proven(ctx, c.Proof)
}

func (s *Service) open(post string) error {
	switch s.threads.Thread(post) {
	case ThreadOpen:
		return nil
	case ThreadClosed:
		return ErrClosed
	default:
		return ErrNoThread
	}
}

// judge is judgeSent of what was not sent just now.
func (s *Service) judge(ctx context.Context, c *Comment) Evidence {
	return s.judgeSent(ctx, c, spam.Form{})
}

// judgeSent asks the filter. A filter that fails, by error or by panic, is no
// verdict: the comment will be held.
func (s *Service) judgeSent(ctx context.Context, c *Comment, form spam.Form) (e Evidence) {
	defer func() {
		if p := recover(); p != nil {
			s.log.ErrorContext(ctx, "judge comment", "post", c.Post, "panic", fmt.Sprint(p))
			e = Evidence{}
		}
	}()
	v, err := s.verdict(ctx, *c, form)
	if ctx.Err() != nil {
		return Evidence{} // the reader went away, and nothing is wrong here
	}
	if err != nil {
		s.log.ErrorContext(ctx, "judge comment", "post", c.Post, "error", err.Error())
		return Evidence{}
	}
	c.Verdict = v
	return Evidence{Judged: true, Class: v.Class}
}

// verdict is the filter's opinion, which also goes by what the site remembers.
func (s *Service) verdict(ctx context.Context, c Comment, form spam.Form) (spam.Verdict, error) {
	m := message(c, s.posts.About(c.Post))
	m.Form = form
	var err error
	if m.Memory, err = s.store.Memory(ctx, c); err != nil {
		return spam.Verdict{}, err
	}
	return s.judges.Judge(ctx, m)
}

// clean takes out of a submission what nobody can have meant.
func (sub *Submission) clean() {
	sub.Author = oneLine(sub.Author)
	sub.Email = oneLine(sub.Email)
	sub.URL = oneLine(sub.URL)
	sub.Body = clean(sub.Body)
}

// check finds everything that is wrong with a submission.
func (s *Service) check(ctx context.Context, sub Submission) (Comment, error) {
	wrong := map[string]Wrong{}
	note := func(field string, w Wrong) {
		if w.Fault != "" {
			wrong[field] = w
		}
	}
	note("author", checkAuthor(sub.Author, sub.Email))
	note("email", checkEmail(sub))
	site, problem := checkURL(sub.URL, sub.Email)
	note("url", problem)
	note("body", s.checkBody(sub.Body, sub.Email))
	parent, problem, err := s.parent(ctx, sub)
	if err != nil {
		return Comment{}, err
	}
	note("parent", problem)
	if len(wrong) > 0 {
		return Comment{}, &InvalidError{Fields: wrong}
	}
	return Comment{
		Post: sub.Post, Parent: parent, Author: sub.Author, URL: site, Body: sub.Body,
		CreatedAt: s.now().UTC().Truncate(time.Millisecond),
		Proof:     sub.Proof, Role: sub.Role, Channel: sub.Channel, Tell: sub.Tell && sub.Email != "",
	}, nil
}

func checkAuthor(name, email string) Wrong {
	switch n := utf8.RuneCountInString(name); {
	case !visible(name):
		return Wrong{Fault: NameMissing}
	case n > MaxAuthor:
		return Wrong{NameLong, n, MaxAuthor}
	case holdsAddress(name) || givesAway(name, email):
		return Wrong{Fault: NameHasAddress}
	}
	return Wrong{}
}

func checkEmail(sub Submission) Wrong {
	switch n := utf8.RuneCountInString(sub.Email); {
	case n == 0 && (sub.Tell || sub.Replies):
		return Wrong{Fault: EmailMissing}
	case n == 0:
	case n > MaxEmail:
		return Wrong{EmailLong, n, MaxEmail}
	case !looksLikeEmail(sub.Email):
		return Wrong{Fault: EmailOdd}
	}
	return Wrong{}
}

// checkURL completes and checks an author's site: http or https with a host, written as
// browsers look it up, and without the author's e-mail address.
func checkURL(raw, email string) (site string, wrong Wrong) {
	if raw == "" {
		return "", Wrong{}
	}
	if n := utf8.RuneCountInString(raw); n > MaxURL {
		return "", Wrong{SiteLong, n, MaxURL}
	}
	if !strings.Contains(raw, "://") && !strings.HasPrefix(raw, "//") {
		raw = "https://" + raw
	}
	u, err := url.Parse(raw)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.User != nil {
		return "", Wrong{Fault: SiteOdd}
	}
	if strings.ContainsFunc(u.Host, func(r rune) bool { return r > unicode.MaxASCII }) {
		host, err := idna.Lookup.ToASCII(u.Hostname())
		if err != nil {
			return "", Wrong{Fault: SiteOdd}
		}
		u.Host = strings.Replace(u.Host, u.Hostname(), host, 1)
	}
	if port := u.Port(); port != "" {
		if _, err := strconv.ParseUint(port, 10, 16); err != nil {
			return "", Wrong{Fault: SiteOdd}
		}
	}
	if host := u.Hostname(); !strings.Contains(host, ".") && host != "localhost" || strings.HasPrefix(host, ".") || strings.Contains(host, "..") {
		return "", Wrong{Fault: SiteOdd}
	}
	if givesAway(u.String(), email) {
		return "", Wrong{Fault: SiteHasAddress}
	}
	return u.String(), Wrong{}
}

func (s *Service) checkBody(body, email string) Wrong {
	switch n := utf8.RuneCountInString(body); {
	case n > MaxBody:
		return Wrong{TextLong, n, MaxBody}
	case !s.shows(body):
		return Wrong{Fault: TextMissing}
	case givesAway(body, email):
		return Wrong{Fault: TextHasAddress}
	}
	return Wrong{}
}

// shows reports whether a text has anything to show. To render it tells; but where it begins
// with a letter that letter is seen, and so nearly all begin.
func (s *Service) shows(body string) bool {
	first, _ := utf8.DecodeRuneInString(body)
	return unicode.IsLetter(first) && !account.Hidden(first) || visible(s.seen(body))
}

// visible reports whether there is anything to be seen in s.
func visible(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return !account.Hidden(r) && !unicode.IsSpace(r)
	})
}

// clean makes valid UTF-8 with \n line ends of what a browser sent, without
// the control characters that no one can see.
func clean(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.ReplaceAll(s, "\r", "\n")
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, s)
	return strings.Trim(s, "\n")
}

// oneLine is clean for fields of one line. It also drops the marks that turn
// the direction of the text around them (UAX #9, 2.1 and 2.2), so that a name
// cannot rearrange the page; right-to-left scripts do not need them.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if (r >= '\u202A' && r <= '\u202E') || (r >= '\u2066' && r <= '\u2069') {
			return -1
		}
		return r
	}, clean(s))
	return strings.Join(strings.Fields(s), " ")
}
