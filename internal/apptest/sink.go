package apptest

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/http/httptest"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// SinkOptions is how a Sink behaves. The zero value speaks STARTTLS and asks nobody to
// log in.
type SinkOptions struct {
	Implicit bool   // TLS from the first byte on
	Plain    bool   // no TLS at all
	User     string // has to log in with Password
	Password string
}

// Sink is an SMTP server on this machine that keeps what it gets.
type Sink struct {
	URL   string         // as the setting smtp has it
	Trust *x509.CertPool // its certificate
	// Got has something to read after each mail.
	Got chan struct{}

	o SinkOptions

	mu     sync.Mutex
	answer func(step, to string) error
	mails  []Mail
}

// Mail is a mail as it came in.
type Mail struct {
	From, To   string // of the envelope
	Raw        string
	Header     mail.Header
	Subject    string
	Text, HTML string
}

// Links are the addresses in the text that have a line of their own, as paths, in their
// order.
func (m Mail) Links() []string {
	var out []string
	for _, found := range linked.FindAllString(m.Text, -1) {
		if u, err := url.Parse(found); err == nil {
			out = append(out, u.Path)
		}
	}
	return out
}

var linked = regexp.MustCompile(`(?m)^https?://\S+$`)

// Link is the only link that begins with a path.
func (m Mail) Link(tb testing.TB, prefix string) string {
	tb.Helper()
	found := slices.DeleteFunc(m.Links(), func(l string) bool { return !strings.HasPrefix(l, prefix) })
	if len(found) != 1 {
		tb.Fatalf("got %d links to %s…, want one\n%s", len(found), prefix, m.Text)
	}
	return found[0]
}

// ErrCut makes a Sink cut the connection instead of answering.
var ErrCut = errors.New("cut")

// Refusal is an answer of a server with a code.
func Refusal(code, class, subject, detail int, words string) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{class, subject, detail}, Message: words}
}

// OpenSink starts a Sink that stops with the test.
func OpenSink(tb testing.TB, o SinkOptions) *Sink {
	tb.Helper()
	s := &Sink{o: o, Got: make(chan struct{}, 1000), Trust: x509.NewCertPool()}
	lender := httptest.NewTLSServer(nil) // for its certificate
	cert := lender.TLS.Certificates[0]
	s.Trust.AddCert(lender.Certificate())
	lender.Close()
	srv := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &sinkSession{sink: s, conn: c}, nil }))
	srv.Domain, srv.ErrorLog = "127.0.0.1", slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	srv.AllowInsecureAuth = o.Plain
	conf := &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	var lc net.ListenConfig
	l, err := lc.Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	u := url.URL{Scheme: "smtp", Host: l.Addr().String()}
	switch {
	case o.Implicit:
		u.Scheme, l = "smtps", tls.NewListener(l, conf)
	case o.Plain:
		u.RawQuery = "starttls=off"
	default:
		srv.TLSConfig = conf
	}
	if o.User != "" {
		u.User = url.UserPassword(o.User, o.Password)
	}
	s.URL = u.String()
	done := make(chan struct{})
	go func() { defer close(done); _ = srv.Serve(l) }()
	tb.Cleanup(func() {
		_ = srv.Close()
		_ = l.Close() // the server may not have begun to know of it
		<-done
	})
	return s
}

// Answer sets what the Sink says at a step ("mail", "rcpt", "data") about an address;
// nil: it takes everything.
func (s *Sink) Answer(answer func(step, to string) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = answer
}

// Take returns the mails that came since it was last called.
func (s *Sink) Take() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.mails
	s.mails = nil
	return out
}

// sinkSession is one connection to a Sink.
type sinkSession struct {
	sink     *Sink
	conn     *smtp.Conn
	in       bool // logged in
	from, to string
}

func (s *sinkSession) asked(step, to string) error {
	s.sink.mu.Lock()
	answer := s.sink.answer
	s.sink.mu.Unlock()
	if answer == nil {
		return nil
	}
	err := answer(step, to)
	if errors.Is(err, ErrCut) {
		_ = s.conn.Conn().Close()
	}
	return err
}

// AuthMechanisms tells how to log in.
func (s *sinkSession) AuthMechanisms() []string {
	if s.sink.o.User == "" {
		return nil
	}
	return []string{sasl.Plain}
}

// Auth checks who logs in.
func (s *sinkSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != s.sink.o.User || password != s.sink.o.Password {
			return smtp.ErrAuthFailed
		}
		s.in = true
		return nil
	}), nil
}

// Mail takes the sender.
func (s *sinkSession) Mail(from string, _ *smtp.MailOptions) error {
	if _, encrypted := s.conn.TLSConnectionState(); !encrypted && !s.sink.o.Plain {
		return Refusal(530, 5, 7, 0, "Must issue a STARTTLS command first")
	}
	if s.sink.o.User != "" && !s.in {
		return smtp.ErrAuthRequired
	}
	s.from = from
	return s.asked("mail", from)
}

// Rcpt takes who it is for.
func (s *sinkSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	return s.asked("rcpt", to)
}

// Data takes the mail.
func (s *sinkSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := s.asked("data", s.to); err != nil {
		return err
	}
	m, err := parseMail(raw)
	if err != nil {
		return Refusal(554, 5, 6, 0, err.Error())
	}
	m.From, m.To = s.from, s.to
	s.sink.mu.Lock()
	s.sink.mails = append(s.sink.mails, m)
	s.sink.mu.Unlock()
	s.sink.Got <- struct{}{}
	return nil
}

// Reset forgets the mail that was begun.
func (s *sinkSession) Reset() { s.from, s.to = "", "" }

// Logout ends the session.
func (s *sinkSession) Logout() error { return nil }

// parseMail reads a mail of two parts.
func parseMail(raw []byte) (Mail, error) {
	msg, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return Mail{}, err
	}
	m := Mail{Raw: string(raw), Header: msg.Header}
	var words mime.WordDecoder
	if m.Subject, err = words.DecodeHeader(msg.Header.Get("Subject")); err != nil {
		return m, err
	}
	kind, params, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		return m, errors.Join(errors.New("not multipart/alternative"), err)
	}
	parts := multipart.NewReader(msg.Body, params["boundary"])
	for _, part := range []*string{&m.Text, &m.HTML} {
		p, err := parts.NextRawPart()
		if err != nil {
			return m, err
		}
		body, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil {
			return m, err
		}
		*part = strings.ReplaceAll(string(body), "\r\n", "\n")
	}
	if _, err := parts.NextRawPart(); !errors.Is(err, io.EOF) {
		return m, errors.New("more than two parts")
	}
	return m, nil
}
