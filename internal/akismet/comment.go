package akismet

import (
	"html"
	"math"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"

	"hamlet/internal/spam"
)

// Comment is what a site asks about. It has what the filter looks at and what tells one
// comment from another. Whatever else a site sends, the address and the network of whoever
// wrote it among them, is not read, but for the test values of the protocol.
type Comment struct {
	Blog      string // address of the site's home page
	Permalink string // of the post
	Type      string // comment, forum-post, contact-form …; empty if not said
	Author    string
	AuthorURL string
	Body      string
	Context   []string // tags and categories of the post

	Trap bool // the field that people do not see was filled in
	// Administrator means that somebody wrote it who is never a spammer on that site.
	Administrator bool
	// Test asks for an answer of which nothing is learned or counted; Discard, with it, for
	// the one to blatant spam.
	Test, Discard bool
	// Guaranteed is a test value that is always spam.
	Guaranteed bool
	// Again means that the site asks a second time, for whatever reason.
	Again bool
	ID    string // of the check, in a report; few say it

	// CallbackURL is where the site wants to be told of another word, and PostID and ParentID
	// what it calls the comment's there.
	CallbackURL, PostID, ParentID string
}

// The test values of the protocol.
const (
	spamAuthor      = "akismet-guaranteed-spam"
	otherSpamAuthor = "viagra-test-123"
	spamEmail       = "akismet-guaranteed-spam@example.com"
)

// newComment picks what is known out of a form.
func newComment(f fields) Comment {
	decoded := decoderOf(f)
	text := func(s string) string { return unslashed(decoded(s)) }
	c := Comment{
		Blog:      strings.TrimSpace(f.get("blog")),
		Permalink: text(f.get("permalink")),
		Type:      text(f.get("comment_type")),
		Author:    text(f.get("comment_author")),
		AuthorURL: text(f.get("comment_author_url")),
		Body:      text(f.get("comment_content")),
		Trap:      trapped(f),
		Test:      truth(f.get("is_test")),
		Discard:   truth(f.get("test_discard")),
		Again:     strings.TrimSpace(f.get("recheck_reason")) != "",
		ID:        guidOf(f.get("guid")),

		CallbackURL: strings.TrimSpace(f.get("callback")), PostID: f.get("comment_post_ID"), ParentID: f.get("comment_parent"),
	}
	if c.Type == "" {
		c.Type = text(f.get("content_type")) // so Discourse
	}
	for _, tag := range f["comment_context"] {
		c.Context = append(c.Context, text(tag))
	}
	c.Administrator = administrates(f.get("user_role"))
	email := strings.TrimSpace(f.get("comment_author_email"))
	c.Guaranteed = c.Author == spamAuthor || c.Author == otherSpamAuthor || strings.EqualFold(email, spamEmail)
	return c
}

// unslashed is a text without the backslashes that PHP's addslashes puts before quotes and
// backslashes, if it has them: so WordPress asks about a comment, and reports it without. Text
// that has a quote without one is not of that kind.
func unslashed(s string) string {
	if !strings.Contains(s, `\'`) && !strings.Contains(s, `\"`) {
		return s
	}
	var b strings.Builder
	for rest := s; rest != ""; {
		i := strings.IndexAny(rest, `\'"`)
		if i < 0 {
			b.WriteString(rest)
			break
		}
		b.WriteString(rest[:i])
		if rest[i] != '\\' || i+1 == len(rest) || !strings.ContainsRune(`\'"`, rune(rest[i+1])) {
			return s
		}
		b.WriteByte(rest[i+1])
		rest = rest[i+2:]
	}
	return b.String()
}

// trapped reports whether a field has something in it that people do not see.
func trapped(f fields) bool {
	names := []string{"POST_ak_hp_textarea", "hidden_honeypot_field"}
	if name := f.get(trapName); name != "" {
		names = append(names, name, "POST_"+name)
	}
	for _, name := range names {
		if strings.TrimSpace(f.get(name)) != "" {
			return true
		}
	}
	return false
}

// truth reads the ways clients say yes; what is empty or anything else is no.
func truth(s string) bool {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "1", "true", "yes", "on":
		return true
	}
	return false
}

func administrates(roles string) bool {
	for role := range strings.SplitSeq(roles, ",") {
		if strings.EqualFold(strings.TrimSpace(role), "administrator") {
			return true
		}
	}
	return false
}

// decoderOf gives texts in the character set that a form says its texts are in. What is
// no text in any way is taken for Windows-1252, in which every byte is one.
func decoderOf(f fields) func(string) string {
	charset := f.get("blog_charset")
	if charset == "" {
		charset = f.get("charset")
	}
	named, err := htmlindex.Get(strings.TrimSpace(charset))
	if err != nil || charset == "" {
		named = nil
	}
	return func(s string) string { return decode(s, named) }
}

func decode(s string, named encoding.Encoding) string {
	if ascii(s) && !escapes(s) {
		return s
	}
	_, eightBit := named.(*charmap.Charmap)
	// Text that is UTF-8 by chance is rare in sets of one byte a character, and sites
	// that name their old set and send UTF-8 are not.
	if utf8.ValidString(s) && (named == nil || eightBit) {
		return s
	}
	if named == nil {
		named = charmap.Windows1252
	}
	out, err := named.NewDecoder().String(s)
	if err != nil {
		out = s
	}
	return strings.ToValidUTF8(out, "\uFFFD")
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// escapes reports whether there are escapes in a text, with which some sets write all
// characters in ASCII.
func escapes(s string) bool { return strings.ContainsRune(s, '\x1b') }

// message is the comment as the filter sees it.
func (c Comment) message() spam.Message {
	return spam.Message{
		Author: c.Author, AuthorURL: c.AuthorURL, Body: c.Body, Permalink: c.Permalink, Tags: c.Context,
		Form: spam.Form{Trap: c.Trap},
	}
}

// identity is what tells the comment from others, the same in a check and in a report:
// clients send both as the comment was submitted, but for backslashes. When WordPress asks anew,
// it sends it as it keeps it: with marks as entities of HTML, links that say to follow them not, and
// the scheme of the website completed.
func (c Comment) identity() string {
	_, website, found := strings.Cut(c.AuthorURL, "://")
	if !found {
		website = c.AuthorURL
	}
	body := strings.Join(strings.Fields(unfollowed.Replace(c.Body)), " ")
	all := strings.Join([]string{c.Author, strings.TrimRight(website, "/"), body, c.Permalink}, "\x00")
	return strings.ReplaceAll(html.UnescapeString(all), `\`, "")
}

// unfollowed takes away what WordPress adds to a link in a comment.
var unfollowed = strings.NewReplacer(` rel="nofollow ugc"`, "", ` rel="nofollow"`, "", ` rel=\"nofollow ugc\"`, "", ` rel=\"nofollow\"`, "")

// How much of a text is kept, and of each other field, in bytes: together, as JSON, they are
// never more than can be sealed.
const (
	maxExcerpt = 4 << 10
	maxField   = 1 << 10
)

func (c Comment) excerpt() Excerpt {
	return Excerpt{
		Author: cut(c.Author, maxField), AuthorURL: cut(c.AuthorURL, maxField), Body: cut(c.Body, maxExcerpt),
		Permalink: cut(c.Permalink, maxField), Type: cut(c.Type, maxField), Tags: cut(strings.Join(c.Context, "\n"), maxField),
	}
}

// cut is the beginning of a text, and no part of what it came in.
func cut(s string, limit int) string {
	if len(s) > limit {
		s = strings.ToValidUTF8(s[:limit], "")
	}
	return strings.Clone(s)
}

// guidOf is the number of a check as a site says it; empty if it is none of ours.
func guidOf(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if len(s) > maxGUID || strings.ContainsFunc(s, func(r rune) bool { return r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') }) {
		return ""
	}
	return strings.Clone(s)
}

// maxGUID is longer than the number of any check.
const maxGUID = 64

// blogName is what a site is listed under: the host and path of its address.
func blogName(blog string) string {
	_, rest, found := strings.Cut(blog, "://")
	if !found {
		rest = blog
	}
	if i := strings.IndexAny(rest, "?#\x00"); i >= 0 { // PostgreSQL keeps no NUL
		rest = rest[:i]
	}
	return cut(strings.ToLower(strings.TrimRight(strings.ToValidUTF8(rest, ""), "/")), maxBlog)
}

// maxBlog is how long that may be, in bytes.
const maxBlog = 200

// logOdds is a probability as it is summed.
func logOdds(p float64) float64 { return math.Log(p / (1 - p)) }
