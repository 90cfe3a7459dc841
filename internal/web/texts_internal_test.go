package web

import (
	"testing"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/locale"
	"hamlet/templates"
)

// say is the printer of a language as it is built in.
func say(t *testing.T, lang string) *locale.Printer {
	t.Helper()
	c, err := locale.Load(templates.FS)
	if err != nil {
		t.Fatal(err)
	}
	return c.Printer(lang)
}

// TestEveryKindHasText walks what the rooms below can say and finds the words for it.
func TestEveryKindHasText(t *testing.T) {
	t.Parallel()
	en := say(t, "en")
	has := func(what any, id string) {
		if id == "" || en.T(id, "x", "x") == id {
			t.Errorf("%v: there is no text %q", what, id)
		}
	}
	for _, f := range comment.Faults {
		has(f, faultTexts[f])
	}
	for _, f := range account.Faults {
		has(f, accountTexts[f])
	}
	for _, a := range comment.Actions {
		has(a, refusedTexts[a])
	}
	for _, st := range comment.Statuses {
		has(st, placeTexts[st].now)
		has(st, placeTexts[st].look)
		has(st, placeTexts[st].restored)
		has(st, queueTexts[st].name)
	}
}

// TestAccountFaultsSayTheSame holds the words of the page against those of the
// commands.
func TestAccountFaultsSayTheSame(t *testing.T) {
	t.Parallel()
	en := say(t, "en")
	for _, f := range []account.Fault{
		account.NameMissing, account.NameLong, account.NameInvisible, account.PasswordShort, account.PasswordLong,
		account.PasswordUniform, account.PasswordRun, account.PasswordIsName,
	} {
		w := account.Wrong{Fault: f, Count: 60, Bound: 50}
		if got, want := accountFaults(en, map[string]account.Wrong{"x": w})["x"], w.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestAgo(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	en, de := say(t, "en"), say(t, "de")
	tests := []struct {
		age    time.Duration
		en, de string
	}{
		{-time.Minute, "now", "jetzt"},
		{time.Millisecond, "now", "jetzt"},
		{time.Second, "1 second ago", "vor 1 Sekunde"},
		{59 * time.Second, "59 seconds ago", "vor 59 Sekunden"},
		{time.Minute, "1 minute ago", "vor 1 Minute"},
		{3 * time.Hour, "3 hours ago", "vor 3 Stunden"},
		{day, "1 day ago", "vor 1 Tag"},
		{6 * day, "6 days ago", "vor 6 Tagen"},
		{7 * day, "1 week ago", "vor 1 Woche"},
		{34 * day, "4 weeks ago", "vor 4 Wochen"},
		{35 * day, "1 month ago", "vor 1 Monat"},
		{359 * day, "11 months ago", "vor 11 Monaten"},
		{362 * day, "1 year ago", "vor 1 Jahr"},
		{800 * day, "2 years ago", "vor 2 Jahren"},
	}
	for _, tt := range tests {
		if got := ago(en, tt.age); got != tt.en {
			t.Errorf("%s: got %q, want %q", tt.age, got, tt.en)
		}
		if got := ago(de, tt.age); got != tt.de {
			t.Errorf("%s: got %q, want %q", tt.age, got, tt.de)
		}
	}
}
