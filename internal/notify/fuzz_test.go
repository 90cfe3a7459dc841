package notify_test

import (
	"bytes"
	"maps"
	"mime"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"unicode"

	"hamlet/internal/apptest"
	"hamlet/internal/comment"
	"hamlet/internal/locale"
	"hamlet/internal/notify"
)

// wantHeaders are those of a mail about a reply, whoever wrote what.
var wantHeaders = []string{
	"Auto-Submitted", "Content-Language", "Content-Type", "Date", "From", "In-Reply-To", "List-Id", "List-Unsubscribe",
	"List-Unsubscribe-Post", "Message-Id", "Mime-Version", "References", "Subject", "To",
}

// FuzzHeaders writes mails of what strangers typed: no name, title or text adds a
// header, ends them early, or turns a subject around.
func FuzzHeaders(f *testing.F) {
	for _, s := range []string{
		"Ada", "Bo\r\nBcc: eve@example.org", "Bo\nSubject: x", "Bo\r\n\r\n<html>", "\u202Eadmin", "a\x00b", "=?utf-8?q?=0D=0ABcc:_eve?=",
		"<eve@example.org>", `"eve" <eve@example.org>, x`, "Ä\u2028Ö", "\xff\xfe", strings.Repeat("wide Ω ", 60), "{{.Blog}}", "(", ".\r\n.",
	} {
		f.Add(s, "Night Ferry", "Hello.")
		f.Add("Bo", s, s)
	}
	texts, err := catalogue()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, name, title, body string) {
		sink := &apptest.Sink{URL: "smtp://localhost"}
		b := newBench(t, sink, func(o *notify.Options) {
			o.Where = func(comment.Comment) (string, string) { return title, "/posts/x" }
			o.Blog = func() (string, *locale.Printer) { return title, texts.Printer("en") }
		})
		l := letter(comment.MailReply)
		l.Replies[0].Reply.Author, l.Replies[0].Reply.Body = name, body
		raw, err := b.Raw(l)
		if err != nil {
			t.Fatal(err)
		}
		msg, err := mail.ReadMessage(bytes.NewReader(raw))
		if err != nil {
			t.Fatalf("%v\n%q", err, raw)
		}
		if got := slices.Sorted(maps.Keys(msg.Header)); !slices.Equal(got, wantHeaders) {
			t.Fatalf("got headers %v\n%q", got, raw)
		}
		checkValues(t, msg.Header)
	})
}

// checkValues looks for what must not be in any header.
func checkValues(t *testing.T, h mail.Header) {
	t.Helper()
	for name, values := range h {
		if len(values) != 1 {
			t.Errorf("%s is there %d times", name, len(values))
		}
		words, err := new(mime.WordDecoder).DecodeHeader(values[0])
		if err != nil || strings.ContainsFunc(words, func(r rune) bool { return unicode.IsControl(r) || r == '\u202E' }) {
			t.Errorf("%s is %q (%v)", name, words, err)
		}
	}
	for _, name := range []string{"From", "To"} {
		if as, err := h.AddressList(name); err != nil || len(as) != 1 || !strings.HasSuffix(as[0].Address, "@example.org") {
			t.Errorf("%s is %v, %v", name, as, err)
		}
	}
}
