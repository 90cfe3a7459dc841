package notify_test

import (
	"strings"
	"testing"

	"hamlet/internal/notify"
)

func TestParseServer(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		raw      string
		want     string // what it is called; empty: refused
		user     string
		security notify.Security
	}{
		{"smtp://ada:secret@mail.example.org:587", "mail.example.org:587 (starttls)", "ada", notify.Mandatory},
		{"smtp://mail.example.org", "mail.example.org:587 (starttls)", "", notify.Mandatory},
		{"smtp://mail.example.org:2525", "mail.example.org:2525 (starttls)", "", notify.Mandatory},
		{"smtps://ada%40example.org:se%2Fcret@mail.example.org", "mail.example.org:465 (tls)", "ada@example.org", notify.Implicit},
		{"smtp://localhost:25?starttls=off", "localhost:25 (off)", "", notify.Off},
		{"smtp://[::1]:25?starttls=optional", "[::1]:25 (optional)", "", notify.Optional},
		{"smtp://mail.example.org:25?starttls=mandatory", "mail.example.org:25 (starttls)", "", notify.Mandatory},
		{"", "", "", ""},
		{"mail.example.org:587", "", "", ""},
		{"http://mail.example.org", "", "", ""},
		{"smtp://", "", "", ""},
		{"smtp://mail.example.org/inbox", "", "", ""},
		{"smtp://mail.example.org:0", "", "", ""},
		{"smtp://mail.example.org:70000", "", "", ""},
		{"smtp://mail.example.org?starttls=perhaps", "", "", ""},
		{"smtp://mail.example.org?tls=off", "", "", ""},
		{"smtps://mail.example.org?starttls=off", "", "", ""},
		{"smtp://ada@mail.example.org", "", "", ""},
		{"smtp://ada:secret@mail.example.org?starttls=off", "", "", ""},
		{"smtp://ada:secret@mail.example.org?starttls=optional", "", "", ""},
		{"smtp://ada:sec%0d%0aret@mail.example.org", "", "", ""},
	} {
		t.Run(tt.raw, func(t *testing.T) {
			t.Parallel()
			s, err := notify.ParseServer(tt.raw)
			if (err != nil) != (tt.want == "") {
				t.Fatalf("got %v, %v; want %q", s, err, tt.want)
			}
			if err != nil {
				if strings.Contains(err.Error(), "secret") {
					t.Errorf("the error gives the password away: %v", err)
				}
				return
			}
			if got := s.String(); got != tt.want || s.User != tt.user || s.Security != tt.security {
				t.Errorf("got %s, user %q, %s; want %s, user %q, %s", got, s.User, s.Security, tt.want, tt.user, tt.security)
			}
		})
	}
}

func TestRedact(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ raw, want string }{
		{"smtp://ada:secret@mail.example.org:587", "smtp://mail.example.org:587"},
		{"smtp://mail.example.org", "smtp://mail.example.org"},
		{"smtp://ada:secret@extra@mail.example.org", "smtp://mail.example.org"},
		{"ada:secret@mail.example.org", "…"},
		{"smtp://ada:sec%ret@mail.example.org", "…"},
		{"smtp//ada:secret@mail.example.org", "…"},
	} {
		if got := notify.Redact(tt.raw); got != tt.want || strings.Contains(got, "sec") {
			t.Errorf("%s: got %q, want %q", tt.raw, got, tt.want)
		}
	}
}
