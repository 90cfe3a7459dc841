package store

import (
	"context"
	"errors"
	"fmt"
	"net/url"
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

func parseURL(raw string) (source, error) {
	if raw == inMemory {
		return source{name: raw}, nil
	}
	m := scheme.FindStringSubmatch(raw)
	switch {
	case raw == "":
		return source{}, fmt.Errorf(`database "": empty; it may be %s`, Allowed)
	case m == nil:
		return sqliteSource(raw)
	case m[1] == "sqlite" && !strings.HasPrefix(raw, "sqlite://"):
		return sqliteSource(strings.TrimPrefix(raw, "sqlite:"))
	case m[1] == "postgres" || m[1] == "postgresql":
		return postgresSource(raw)
	default:
		return source{}, fmt.Errorf("database %q: not known; it may be %s", redact(raw), Allowed)
	}
}

func sqliteSource(path string) (source, error) {
	if path == inMemory {
		return source{name: inMemory}, nil
	}
	if path == "" || strings.ContainsRune(path, 0) {
		return source{}, fmt.Errorf("database %q: not a path; it may be %s", path, Allowed)
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return source{}, fmt.Errorf("database %q: %w", path, err)
	}
	return source{name: path, path: abs}, nil
}

func postgresSource(raw string) (source, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Opaque != "" || !strings.Contains(raw, "://") {
		// The error of url.Parse quotes the URL, password included.
		return source{}, fmt.Errorf("database %q: not a proper URL (a password's special characters are written %%XX); it may be %s",
			redact(raw), Allowed)
	}
	s := source{name: redact(raw), postgres: raw}
	if pw, ok := u.User.Password(); ok {
		s.secrets = append(s.secrets, pw, url.QueryEscape(pw), url.PathEscape(pw))
	}
	for _, k := range []string{"password", "sslpassword"} {
		s.secrets = append(s.secrets, u.Query().Get(k), url.QueryEscape(u.Query().Get(k)))
	}
	return s, nil
}

// redact is the URL without password and parameters; of one that cannot be
// understood, the scheme is all that is safe to show.
func redact(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Opaque != "" {
		kind, _, _ := strings.Cut(raw, ":")
		return kind + ":…"
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
