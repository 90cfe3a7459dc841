package notify

import (
	"context"

	"hamlet/internal/comment"
)

// Brief is a mail to one of the blog's own people.
type Brief struct {
	Number  int64 // the same when it is sent again
	To      string
	Subject string
	Parts   []Part
	Foot    []Part
}

// Part is a part of a mail: a paragraph, what somebody wrote, a link.
type Part struct{ Text, Quote, URL, Label string }

// briefKind is in the Message-ID of briefs.
const briefKind comment.MailKind = "brief"

// Brief writes and sends a mail at once. What does not go out is a [FailureError].
func (c *Courier) Brief(ctx context.Context, b Brief) error {
	title, say := c.o.Blog()
	d := &draft{Printer: say, Subject: b.Subject, Blocks: blocks(b.Parts), Foot: blocks(b.Foot)}
	l := comment.Letter{Kind: briefKind, IDs: []comment.MailID{comment.MailID(b.Number)}, To: b.To}
	m, err := c.message(l, d, line(title))
	if err != nil {
		return err
	}
	return c.o.SMTP.send(ctx, m)
}

func blocks(parts []Part) []block {
	out := make([]block, len(parts))
	for i, p := range parts {
		out[i] = block{Text: line(p.Text), Quote: text(p.Quote), URL: p.URL, Label: p.Label}
	}
	return out
}
