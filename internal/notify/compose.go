package notify

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"hamlet/internal/comment"
	"hamlet/internal/locale"
)

// writer writes the drafts of one blog as it is now.
type writer struct {
	*locale.Printer
	title string // of the blog
	base  string // its URL
	o     *Options
}

// errNothing says that there is nothing to tell in a letter.
var errNothing = errors.New("nothing to tell")

// draft writes what a letter says.
func (w writer) draft(l comment.Letter) (*draft, error) {
	d := &draft{Printer: w.Printer, stop: w.o.Paths.StopAllPath(l.Person), about: l.Own.ID}
	switch l.Kind {
	case comment.MailLink:
		w.link(d, l)
	case comment.MailConfirm:
		w.confirm(d, l)
	case comment.MailOutcome:
		w.outcome(d, l)
	case comment.MailReply:
		if len(l.Replies) == 0 {
			return nil, errNothing
		}
		w.replies(d, l)
	case comment.MailLinks:
		w.links(d, l)
	case comment.MailErase:
		w.erase(d, l)
	default:
		return nil, fmt.Errorf("a mail of kind %q", l.Kind)
	}
	d.Foot = append(d.Foot, block{Text: w.T("mail.foot", "Blog", w.title), URL: w.base + "/", Label: w.base + "/"})
	d.Foot = append(d.Foot, block{
		Text: w.T("mail.foot_stop"), URL: w.base + w.o.Paths.StopAllPath(l.Person), Label: w.T("mail.stop_all"),
	})
	return d, nil
}

// own is the way to a comment's own page.
func (w writer) own(c comment.Comment) block {
	return block{URL: w.base + w.o.Paths.MailedPath(c.ID, c.Link), Label: w.T("mail.own")}
}

// post is the title of the post that a comment is on.
func (w writer) post(c comment.Comment) string {
	title, _ := w.o.Where(c)
	return line(title)
}

func (w writer) link(d *draft, l comment.Letter) {
	d.Subject = w.T("mail.link", "Post", w.post(l.Own), "Blog", w.title)
	state := "mail.link_held"
	if l.Own.Status == comment.Approved {
		state = "mail.link_published"
	}
	d.Blocks = []block{
		{Text: w.T("mail.link_text", "Post", w.post(l.Own), "Blog", w.title)},
		{Text: w.T(state)},
		{Text: w.T("mail.link_use")},
		w.own(l.Own),
		{Text: w.T("mail.not_you")},
	}
}

func (w writer) confirm(d *draft, l comment.Letter) {
	d.Subject = w.T("mail.confirm", "Blog", w.title)
	d.Blocks = []block{
		{Text: w.T("mail.confirm_text", "Post", w.post(l.Own), "Blog", w.title)},
		{Text: w.T("mail.confirm_use"), URL: w.base + w.o.Paths.ConfirmPath(l.Own.ID, l.Own.Link), Label: w.T("mail.confirm_link")},
		{Text: w.T("mail.confirm_ignore")},
	}
}

func (w writer) outcome(d *draft, l comment.Letter) {
	if l.Own.Status == comment.Approved {
		d.Subject = w.T("mail.approved", "Post", w.post(l.Own), "Blog", w.title)
		d.Blocks = []block{{Text: w.T("mail.approved_text", "Post", w.post(l.Own), "Blog", w.title)}}
		if _, path := w.o.Where(l.Own); path != "" {
			d.Blocks = append(d.Blocks, block{URL: w.base + path, Label: w.T("mail.read")})
		}
	} else {
		d.Subject = w.T("mail.declined", "Post", w.post(l.Own), "Blog", w.title)
		d.Blocks = []block{{Text: w.T("mail.declined_text", "Post", w.post(l.Own), "Blog", w.title)}}
		if note := line(l.Note); note != "" {
			d.Blocks = append(d.Blocks, block{Text: w.T("mail.reason")}, block{Quote: note})
		}
	}
	d.Blocks = append(d.Blocks, w.own(l.Own))
}

// shown is how many replies a mail shows in full; of more it tells how many.
const shown = 10

func (w writer) replies(d *draft, l comment.Letter) {
	first := l.Replies[0]
	d.about = first.Own.ID
	one := true // they are all below one comment
	for _, a := range l.Replies {
		one = one && a.Own.ID == first.Own.ID
	}
	if len(l.Replies) == 1 {
		d.Subject = w.T("mail.reply", "Name", line(first.Reply.Author), "Post", w.post(first.Own))
	} else {
		d.Subject = w.T("mail.replies", len(l.Replies), "Blog", w.title)
	}
	for _, a := range l.Replies[:min(shown, len(l.Replies))] {
		_, path := w.o.Where(a.Reply)
		d.Blocks = append(d.Blocks,
			block{Text: w.T("mail.reply_text", "Name", line(a.Reply.Author), "Post", w.post(a.Own))},
			block{Quote: text(w.o.Plain(a.Reply.Body))},
			block{URL: w.base + path, Label: w.T("mail.reply_read")})
	}
	if more := len(l.Replies) - shown; more > 0 {
		d.Blocks = append(d.Blocks, block{Text: w.T("mail.more", more)})
	}
	if one {
		d.stop = w.o.Paths.StopRepliesPath(first.Own.ID, l.Person)
		d.Foot = append(d.Foot, block{Text: w.T("mail.why_reply"), URL: w.base + d.stop, Label: w.T("mail.stop_replies")})
		d.Blocks = append(d.Blocks, w.own(first.Own))
	}
}

func (w writer) links(d *draft, l comment.Letter) {
	d.Subject = w.T("mail.links", "Blog", w.title)
	d.Blocks = []block{{Text: w.T("mail.links_text", "Blog", w.title)}}
	for _, c := range l.All {
		b := w.own(c)
		b.Text = w.T("mail.links_one", "Post", w.post(c), "Date", w.Date(c.CreatedAt))
		d.Blocks = append(d.Blocks, b)
	}
	d.Blocks = append(d.Blocks, block{Text: w.T("mail.not_asked")})
}

func (w writer) erase(d *draft, l comment.Letter) {
	d.Subject = w.T("mail.erase", "Blog", w.title)
	d.Blocks = []block{
		{Text: w.T("mail.erase_text", "Blog", w.title)},
		{Text: w.T("mail.erase_use"), URL: w.base + w.o.Paths.EraseAllPath(l.Person, w.o.Now()), Label: w.T("mail.erase_link")},
		{Text: w.T("mail.not_asked")},
	}
}

// line is a name, a title or a reason on one line, without anything that could end a
// header, hide, or turn the text around it. What looks like an encoded word (RFC 2047)
// would be decoded by who reads it, to whatever it says, so it is broken.
func line(s string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(seen(s, " ")), " "), "=?", "= ?")
}

// text is what somebody wrote, of a length to be read.
func text(s string) string {
	const most = 2000 // characters
	runes := []rune(strings.TrimSpace(seen(s, "\n")))
	if len(runes) > most {
		return string(runes[:most]) + " …"
	}
	return string(runes)
}

// seen leaves out of a text what cannot be seen in it; ends of lines become something
// else.
func seen(s, end string) string {
	s = strings.NewReplacer("\r\n", end, "\r", end, "\n", end, "\u2028", end, "\u2029", end, "\t", " ").Replace(strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Map(func(r rune) rune {
		if r == '\n' || !hidden(r) {
			return r
		}
		return -1
	}, s)
}

// hidden tells whether a character is a control, or a mark that turns the direction of
// the text around it (UAX #9, 2).
func hidden(r rune) bool {
	return unicode.IsControl(r) || r == '\u061C' || r == '\u200E' || r == '\u200F' ||
		(r >= '\u202A' && r <= '\u202E') || (r >= '\u2066' && r <= '\u2069') || r == '\uFEFF'
}
