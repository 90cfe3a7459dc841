package store

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// source is where a database is.
type source struct {
	name     string // for messages; without password
	path     string // of a SQLite file, absolute; empty for one in memory
	postgres string // URL; empty for SQLite
	secrets  []string
}

// inMemory is the URL of a SQLite database of its own that is gone when closed.
const inMemory = ":memory:"

// scheme matches what looks like the scheme of a URL. One letter is none, so
// that C:\blog.db is a path.
var scheme = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9+-]+):`)

// looksConnecting matches what is not a path but a way to a server that was
// misspelt; it may hold a password.
var looksConnecting = regexp.MustCompile(`(?i)://|(^|\s)(ssl)?password\s*=`)

// errURL is the reason why a URL cannot be; it never quotes the URL, which may
// hold a password.
func errURL(reason string) error { return fmt.Errorf("%s; it may be %s", reason, Allowed) }

// CheckURL says what is wrong with a URL, and what it may be, without connecting
// and without creating anything. The folder made, and those above it, need not
// be there yet: the caller makes them before it opens the database. The error
// names neither the URL nor a password; see [Redact].
func CheckURL(raw, made string) error {
	s, err := parseURL(raw)
	switch {
	case err != nil:
		return err
	case s.postgres != "":
		if _, err := postgresConfig(s); err != nil {
			return errURL(s.scrub(err).Error())
		}
	case s.path != "":
		return checkFile(s, made)
	}
	return nil
}

// checkFile sees whether there is, or can be, a file.
func checkFile(s source, made string) error {
	made, err := filepath.Abs(made)
	if err != nil {
		return fmt.Errorf("find the current folder: %w", err)
	}
	info, err := os.Stat(s.path)
	if s.path == made || os.IsPathSeparator(s.name[len(s.name)-1]) || err == nil && info.IsDir() {
		return errURL("it is a folder, not a file")
	}
	folder := filepath.Dir(s.path)
	if rel, err := filepath.Rel(folder, made); err == nil && filepath.IsLocal(rel) {
		return nil
	}
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return errURL("the folder it would be in does not exist")
	}
	return nil
}

func parseURL(raw string) (source, error) {
	m := scheme.FindStringSubmatch(raw)
	switch {
	case raw == "":
		return source{}, errURL("it is empty")
	case m == nil:
		return sqliteSource(raw)
	case m[1] == "sqlite" && !strings.HasPrefix(raw, "sqlite://"):
		return sqliteSource(strings.TrimPrefix(raw, "sqlite:"))
	case m[1] == "postgres" || m[1] == "postgresql":
		return postgresSource(raw)
	default:
		return source{}, errURL("it is of no kind that is known")
	}
}

func sqliteSource(path string) (source, error) {
	if path == inMemory {
		return source{name: inMemory}, nil
	}
	if path == "" || strings.ContainsRune(path, 0) || looksConnecting.MatchString(path) {
		return source{}, errURL("it is not a path")
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return source{}, fmt.Errorf("find the current folder: %w", err)
	}
	return source{name: path, path: abs}, nil
}

func postgresSource(raw string) (source, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Opaque != "" || !strings.Contains(raw, "://") || torn(u) {
		// The error of url.Parse quotes the URL, password included.
		return source{}, errURL("it is not a proper URL (a password's special characters are written %XX)")
	}
	s := source{name: Redact(raw), postgres: raw}
	if pw, ok := u.User.Password(); ok {
		s.secrets = append(s.secrets, pw, url.QueryEscape(pw), url.PathEscape(pw))
	}
	for _, k := range []string{"password", "sslpassword"} {
		s.secrets = append(s.secrets, u.Query().Get(k), url.QueryEscape(u.Query().Get(k)))
	}
	return s, nil
}

// torn reports whether the @ that ends a password is where it cannot be: the
// password has a /, ? or # that is not escaped, and its parts are now elsewhere.
func torn(u *url.URL) bool {
	return strings.Contains(u.EscapedPath()+u.RawQuery+u.EscapedFragment(), "@")
}

// Redact is the URL without password and parameters, for messages; of one that
// cannot be understood, the scheme is all that is safe to show. A path stays as
// it is.
func Redact(raw string) string {
	m := scheme.FindStringSubmatch(raw)
	switch {
	case m == nil && looksConnecting.MatchString(raw):
		return "…"
	case m == nil, m[1] == "sqlite" && !looksConnecting.MatchString(raw):
		return raw
	}
	u, err := url.Parse(raw)
	if err != nil || u.Opaque != "" || torn(u) {
		return m[1] + ":…"
	}
	shown := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}
	if name := u.User.Username(); name != "" {
		shown.User = url.User(name)
	}
	return shown.String()
}

// scrub takes the password out of an error about connecting.
func (s source) scrub(err error) error {
	text := err.Error()
	for _, secret := range s.secrets {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "…")
		}
	}
	if text == err.Error() {
		return err
	}
	return errors.New(text)
}

// connect opens the connections and migrates the database.
func (s source) connect(ctx context.Context) (*pools, error) {
	if s.postgres != "" {
		return connectPostgres(ctx, s)
	}
	return connectSQLite(ctx, s)
}
