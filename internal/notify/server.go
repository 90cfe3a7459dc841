package notify

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
)

// Server is where mails are handed over. Its password is in no message that it makes.
type Server struct {
	Host     string
	Port     int
	Security Security
	User     string // empty: nobody logs in
	password string
}

// Security is how the way to the server is encrypted.
type Security string

// The securities.
const (
	Implicit  Security = "tls"      // from the first byte on
	Mandatory Security = "starttls" // by STARTTLS, or nothing is sent
	Optional  Security = "optional" // by STARTTLS, if the server has it
	Off       Security = "off"      // never
)

// AllowedServer says in words what [ParseServer] takes.
const AllowedServer = "it must be like smtp://user:password@mail.example.org:587 (encrypted by STARTTLS), " +
	"smtps://user:password@mail.example.org:465 (encrypted at once) or, for a relay on this machine, smtp://localhost:25?starttls=off"

// The ports that are meant when none is named (RFC 6409 and RFC 8314).
const (
	submission  = 587
	submissions = 465
)

// ParseServer reads a server as it stands in a setting. Its errors never repeat what
// was given, for there may be a password in it.
func ParseServer(raw string) (Server, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" || u.Opaque != "" || strings.Trim(u.Path, "/") != "" || u.Fragment != "" {
		return Server{}, errors.New(AllowedServer)
	}
	s := Server{Host: u.Hostname(), User: u.User.Username()}
	s.password, _ = u.User.Password()
	switch u.Scheme {
	case "smtp":
		s.Port, s.Security = submission, Mandatory
	case "smtps":
		s.Port, s.Security = submissions, Implicit
	default:
		return Server{}, errors.New(AllowedServer)
	}
	if s.Port, err = port(u, s.Port); err != nil {
		return Server{}, err
	}
	if err := s.readQuery(u); err != nil {
		return Server{}, err
	}
	return s, s.checkUser()
}

// port is the port of a URL, or the usual one.
func port(u *url.URL, usual int) (int, error) {
	if u.Port() == "" {
		return usual, nil
	}
	n, err := strconv.ParseUint(u.Port(), 10, 16)
	if err != nil || n == 0 {
		return 0, errors.New("its port must be a number from 1 to 65535")
	}
	return int(n), nil
}

// readQuery reads what stands after the question mark.
func (s *Server) readQuery(u *url.URL) error {
	for name, values := range u.Query() {
		if name != "starttls" || len(values) != 1 || s.Security == Implicit {
			return errors.New("after the question mark only starttls=mandatory, starttls=optional or starttls=off can stand, and only with smtp://")
		}
		switch values[0] {
		case "mandatory", "required":
			s.Security = Mandatory
		case string(Optional):
			s.Security = Optional
		case string(Off):
			s.Security = Off
		default:
			return errors.New("starttls must be mandatory, optional or off")
		}
	}
	return nil
}

// checkUser refuses what would show a password to whoever listens.
func (s *Server) checkUser() error {
	switch {
	case (s.User == "") != (s.password == ""):
		return errors.New("a user needs a password, and a password a user")
	case s.User != "" && s.Security != Implicit && s.Security != Mandatory:
		return errors.New("a password is only sent encrypted: leave starttls out, or the user")
	case strings.ContainsAny(s.User+s.password, "\r\n\x00"):
		return errors.New("there can be no line break in a user or a password")
	}
	return nil
}

// String is the server without user and password.
func (s Server) String() string {
	return fmt.Sprintf("%s (%s)", net.JoinHostPort(s.Host, strconv.Itoa(s.Port)), s.Security)
}

// Redact is a setting as it may be shown: without user and password, if there is
// any way to tell where they end, and else without anything.
func Redact(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Opaque != "" || (u.User == nil && strings.Contains(raw, "@")) {
		return "…"
	}
	u.User = nil
	return u.String()
}
