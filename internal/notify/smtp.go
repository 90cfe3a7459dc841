package notify

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"
)

// patience is how long a server may take for each step.
const patience = 30 * time.Second

// SMTP hands mails over to a server, each in a connection of its own.
type SMTP struct {
	server   Server
	hello    string // what it calls itself
	trust    *x509.CertPool
	patience time.Duration
}

// NewSMTP makes an SMTP that calls itself by a host name. trust is whose certificates
// are believed; nil: those of the system.
func NewSMTP(s Server, hello string, trust *x509.CertPool) *SMTP {
	return &SMTP{server: s, hello: hello, trust: trust, patience: patience}
}

// FailureError is why a mail was not taken. Its text has no address and no password in it:
// what a server says about an address often repeats it, so only its codes are kept.
type FailureError struct {
	Text string
	// Permanent says that it would be no different another time.
	Permanent bool
	// Refused says that it is the address that does not take mail.
	Refused bool
	// Down says that it has nothing to do with this mail: the server was not reached, or
	// takes none of this blog.
	Down bool
}

func (f *FailureError) Error() string { return f.Text }

// send hands a mail over. Its error is a *FailureError, or that of the context.
func (s *SMTP) send(ctx context.Context, m *mail.Msg) error {
	open, done := context.WithCancel(ctx)
	defer done()
	c, err := mail.NewClient(s.server.Host, s.options(open)...)
	if err != nil {
		return &FailureError{Text: s.scrub(err), Down: true}
	}
	err = c.DialWithContext(ctx)
	if err == nil {
		err = c.Send(m)
		_ = c.Close() // the server has said what becomes of the mail
	}
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("send a mail: %w", ctx.Err())
	}
	return s.failure(err)
}

// options are those of one connection, which ends with the context.
func (s *SMTP) options(ctx context.Context) []mail.Option {
	conf := &tls.Config{ServerName: s.server.Host, RootCAs: s.trust, MinVersion: tls.VersionTLS12}
	o := []mail.Option{
		mail.WithPort(s.server.Port), mail.WithTimeout(s.patience), mail.WithHELO(s.hello), mail.WithTLSConfig(conf),
		mail.WithoutNoop(), mail.WithoutRset(), // what fails after a mail was taken is no failure of it
		mail.WithDialContextFunc(func(dial context.Context, network, _ string) (net.Conn, error) {
			conn, err := s.dial(dial, network, net.JoinHostPort(s.server.Host, strconv.Itoa(s.server.Port)), conf)
			if err == nil {
				context.AfterFunc(ctx, func() { _ = conn.Close() })
			}
			return conn, err
		}),
	}
	switch s.server.Security {
	case Implicit:
		o = append(o, mail.WithSSL())
	case Optional:
		o = append(o, mail.WithTLSPolicy(mail.TLSOpportunistic))
	case Off:
		o = append(o, mail.WithTLSPolicy(mail.NoTLS))
	case Mandatory:
		o = append(o, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if s.server.User != "" {
		// The way is encrypted whenever there is a password; else the library's own choice.
		o = append(o, mail.WithOpportunisticSMTPAuth(mail.SMTPAuthPlain, mail.SMTPAuthLogin), mail.WithUsername(s.server.User), mail.WithPassword(s.server.password))
	}
	return o
}

func (s *SMTP) dial(ctx context.Context, network, address string, conf *tls.Config) (net.Conn, error) {
	if s.server.Security == Implicit {
		d := tls.Dialer{Config: conf}
		return d.DialContext(ctx, network, address)
	}
	var d net.Dialer
	return d.DialContext(ctx, network, address)
}

// steps say at which command a server refused, by the library's word for it.
var steps = map[mail.SendErrReason]string{
	mail.ErrSMTPMailFrom: "it refused the sender", mail.ErrSMTPRcptTo: "it refused the address",
	mail.ErrSMTPData: "it refused the mail", mail.ErrSMTPDataClose: "it refused the mail",
}

// failure says what an error of the library means.
func (s *SMTP) failure(err error) *FailureError {
	se, ok := errors.AsType[*mail.SendError](err)
	if !ok {
		return &FailureError{Text: s.scrub(err), Down: true}
	}
	step, known := steps[se.Reason]
	code := se.ErrorCode()
	if !known || code == 0 {
		return &FailureError{Text: "the connection broke", Down: true}
	}
	f := &FailureError{Text: strings.TrimSpace(fmt.Sprintf("%s: %d %s", step, code, se.EnhancedStatusCode()))}
	f.Down = se.Reason == mail.ErrSMTPMailFrom || code == closing // the same for every mail
	f.Permanent = code >= final && !f.Down
	f.Refused = f.Permanent && se.Reason == mail.ErrSMTPRcptTo && aboutAddress(se.EnhancedStatusCode())
	return f
}

// Codes of servers (RFC 5321, 4.2): it ends the conversation; the same would be
// answered again.
const (
	closing = 421
	final   = 500
)

// aboutAddress tells whether an enhanced code is about the address (RFC 3463, 3.2):
// one of the policy of a server may mean this blog. Without a code it is.
func aboutAddress(enhanced string) bool { return enhanced == "" || strings.HasPrefix(enhanced, "5.1.") }

// scrub is the text of an error from before a mail was told about, without what it
// might repeat of the password.
func (s *SMTP) scrub(err error) string {
	text := err.Error()
	for _, secret := range []string{s.server.password, s.server.User} {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "…")
		}
	}
	const longest = 300
	if words := []rune(text); len(words) > longest {
		text = string(words[:longest-1]) + "…"
	}
	return strings.Join(strings.Fields(text), " ")
}
