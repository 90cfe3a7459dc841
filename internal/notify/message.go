package notify

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"mime"
	"net/mail"
	"net/url"
	"strconv"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"hamlet/internal/comment"
)

// message makes a mail of a draft.
func (c *Courier) message(l comment.Letter, d *draft, title string) (*gomail.Msg, error) {
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	from := c.o.From
	if from.Name == "" {
		from.Name = title
	}
	from.Name = line(from.Name)
	m.FromMailAddress(&from)
	to, err := recipient(l.To)
	if err != nil {
		return nil, err
	}
	m.ToMailAddress(to)
	m.Subject(line(d.Subject))
	m.SetDateWithValue(c.o.Now())
	m.SetMessageIDWithValue(c.id(l))
	if d.about != 0 {
		thread := "<comment." + strconv.FormatInt(int64(d.about), 10) + "@" + c.host + ">"
		m.SetGenHeaderPreformatted(gomail.HeaderInReplyTo, thread)
		m.SetGenHeaderPreformatted(gomail.HeaderReferences, thread)
	}
	m.SetGenHeaderPreformatted("Auto-Submitted", "auto-generated") // RFC 3834
	m.SetGenHeaderPreformatted("Content-Language", d.Lang())
	m.SetGenHeaderPreformatted("List-Id", listID(title, c.host))
	if d.stop != "" {
		c.unsubscribe(m, c.o.BaseURL+d.stop)
	}
	html, err := d.html()
	if err != nil {
		return nil, err
	}
	m.SetBodyString(gomail.TypeTextPlain, d.text())
	m.AddAlternativeString(gomail.TypeTextHTML, html)
	return m, nil
}

// unsubscribe tells mail programs how mails like this one end: by one click (RFC
// 8058), which is for https only.
func (c *Courier) unsubscribe(m *gomail.Msg, to string) {
	m.SetListUnsubscribe(to)
	if strings.HasPrefix(to, "https://") {
		m.SetListUnsubscribePost()
	}
}

// recipient is the address of a letter; nothing typed with it is kept.
func recipient(raw string) (*mail.Address, error) {
	to, err := mail.ParseAddress(raw)
	if err != nil || strings.ContainsFunc(to.Address, hidden) || to.Address != strings.TrimSpace(raw) {
		return nil, &FailureError{Text: "it is no address that mail can be sent to", Permanent: true}
	}
	return &mail.Address{Address: to.Address}, nil
}

// id is the Message-ID of a letter: the same each time it is sent, so that who gets
// one twice sees it once.
func (c *Courier) id(l comment.Letter) string {
	sum := sha256.Sum256(fmt.Append(nil, l.Kind, l.IDs))
	const bytes = 15
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:bytes])) + "@" + c.host
}

// listID names the mails of a blog (RFC 2919).
func listID(title, host string) string {
	return mime.QEncoding.Encode("utf-8", strings.Map(plainPhrase, line(title))) + " <comments." + host + ">"
}

// plainPhrase takes out of a phrase what has a meaning in a header.
func plainPhrase(r rune) rune {
	if strings.ContainsRune(`<>()[]:;@\,."`, r) {
		return ' '
	}
	return r
}

// hostOf is the host of a URL as headers have it.
func hostOf(baseURL string) string {
	u, err := url.Parse(baseURL)
	if err != nil || u.Hostname() == "" || strings.Contains(u.Hostname(), ":") {
		return "localhost"
	}
	return u.Hostname()
}
