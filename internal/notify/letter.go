package notify

import (
	"bytes"
	_ "embed" // the page of a mail
	"fmt"
	"html/template"
	"strings"

	"hamlet/internal/comment"
	"hamlet/internal/locale"
)

// block is a part of a mail, as text and as HTML alike: a paragraph, one with a link
// below it, or what somebody wrote.
type block struct {
	Text       string
	URL, Label string
	Quote      string
}

// draft is a mail before it is a message.
type draft struct {
	*locale.Printer
	Subject string
	Blocks  []block
	Foot    []block
	// stop is the path that ends mails like this one by one click; empty: there is none.
	stop string
	// about is the comment that groups mails; 0 for none.
	about comment.ID
}

//go:embed mail.html
var mailHTML string

var page = template.Must(template.New("mail").Parse(mailHTML))

// html is the mail as a page of HTML, without anything that is fetched.
func (d *draft) html() (string, error) {
	var b bytes.Buffer
	if err := page.Execute(&b, d); err != nil {
		return "", fmt.Errorf("write a mail as HTML: %w", err)
	}
	return b.String(), nil
}

// text is the mail as plain text, with the same words and links.
func (d *draft) text() string {
	var b strings.Builder
	for _, part := range d.Blocks {
		part.write(&b)
	}
	b.WriteString("-- \n") // what mail programs take for the end (RFC 3676, 4.3)
	for _, part := range d.Foot {
		part.write(&b)
	}
	return b.String()
}

func (p block) write(b *strings.Builder) {
	if p.Text != "" {
		b.WriteString(wrap(p.Text) + "\n")
	}
	if p.Quote != "" {
		for line := range strings.SplitSeq(wrap(p.Quote), "\n") {
			b.WriteString(strings.TrimRight("> "+line, " ") + "\n")
		}
	}
	if p.URL != "" {
		if p.Label != p.URL {
			b.WriteString(wrap(p.Label) + ":\n")
		}
		b.WriteString(p.URL + "\n")
	}
	b.WriteString("\n")
}

// width is where lines of text end, in characters.
const width = 72

// wrap breaks lines between words.
func wrap(text string) string {
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		n := 0
		var b strings.Builder
		for word := range strings.FieldsSeq(line) {
			long := len([]rune(word))
			switch {
			case n == 0:
			case n+1+long > width:
				b.WriteByte('\n')
				n = 0
			default:
				b.WriteByte(' ')
				n++
			}
			b.WriteString(word)
			n += long
		}
		out = append(out, b.String())
	}
	return strings.Join(out, "\n")
}
