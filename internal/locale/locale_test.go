package locale_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"hamlet/internal/locale"
)

const english = `
[format]
months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
halves = ["am", "pm"]
date = "{day} {month} {year}"
day = "{weekday}, {date}"
time = "{hour}:{minute}"
moment = "{date}, {time}"
month = "{month} {year}"
hours = "{date}, {from}–{to}"
days = "{from} – {to}"
comma = ", "
and = " and "
thousands = ","
decimal = "."

[post]
title = "Title"
by = "by {{.Names}}"
replies = { one = "One reply", other = "{{.Count}} replies" }
on = { one = "One reply to {{.Post}}", other = "{{.Count}} replies to {{.Post}}" }
answers = "In reply to {{.Here}}."
`

// files makes a file system of the languages given, and English.
func files(more map[string]string) fs.FS {
	fsys := fstest.MapFS{"locales/en.toml": {Data: []byte(english)}}
	for name, text := range more {
		fsys["locales/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

func mustLoad(t *testing.T, fsys fs.FS, more ...fs.FS) *locale.Catalog {
	t.Helper()
	c, err := locale.Load(fsys, more...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTexts(t *testing.T) {
	t.Parallel()
	c := mustLoad(t, files(map[string]string{
		"de.toml": `
[post]
title = "Titel"
by = "von {{.Names}}"
replies = { one = "Eine Antwort", other = "{{.Count}} Antworten" }
[format]
thousands = "."
decimal = ","
`,
		"de-AT.toml": "[post]\nby = 'vom {{.Names}}'",
		"pl.toml":    `post.replies = { one = "{{.Count}} odpowiedź", few = "{{.Count}} odpowiedzi", many = "{{.Count}} odpowiedzi!", other = "{{.Count}} odpowiedzi?" }`,
	}))
	tests := []struct {
		name, lang, id string
		args           []any
		want           string
	}{
		{"plain", "en", "post.title", nil, "Title"},
		{"named", "en", "post.by", []any{"Names", "Ada"}, "by Ada"},
		{"one", "en", "post.replies", []any{1}, "One reply"},
		{"none", "en", "post.replies", []any{0}, "0 replies"},
		{"thousands", "en", "post.replies", []any{12345}, "12,345 replies"},
		{"a number and a name", "en", "post.on", []any{2, "Post", "x"}, "2 replies to x"},
		{"other language", "de", "post.title", nil, "Titel"},
		{"other thousands", "de", "post.replies", []any{1234567}, "1.234.567 Antworten"},
		{"missing text is English", "de", "post.on", []any{1, "Post", "x"}, "One reply to x"},
		{"region falls back to its language", "de-CH", "post.title", nil, "Titel"},
		{"region's own", "de-AT", "post.by", []any{"Names", "Ada"}, "vom Ada"},
		{"region leaves the rest", "de-AT", "post.replies", []any{1}, "Eine Antwort"},
		{"few", "pl", "post.replies", []any{22}, "22 odpowiedzi"},
		{"many", "pl", "post.replies", []any{12}, "12 odpowiedzi!"},
		{"English plural in a text left out", "pl", "post.on", []any{22, "Post", "x"}, "22 replies to x"},
		{"no such language", "ja", "post.title", nil, "Title"},
		{"nonsense for a language", "???", "post.title", nil, "Title"},
		{"no such text", "de", "post.nothing", nil, "post.nothing"},
		{"markup is left to the page", "en", "post.by", []any{"Names", "<b> {{.X}}"}, "by <b> {{.X}}"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := c.Printer(tt.lang).T(tt.id, tt.args...); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestThemeAddsAndChanges(t *testing.T) {
	t.Parallel()
	theme := fstest.MapFS{
		"locales/fr.toml": {Data: []byte(`
post.title = "Titre"
theme.motto = "à bientôt"
format.months = ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"]
`)},
		"locales/en.toml": {Data: []byte(`post.title = "Headline"`)},
	}
	c := mustLoad(t, files(nil), theme)
	if got, want := c.Printer("fr-CA").T("post.title"), "Titre"; got != want {
		t.Errorf("a new language says %q, want %q", got, want)
	}
	if got, want := c.Printer("fr").T("post.replies", 2), "2 replies"; got != want {
		t.Errorf("what it leaves out is %q, want %q", got, want)
	}
	if got, want := c.Printer("fr").Date(time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC)), "1 août 2026"; got != want {
		t.Errorf("a date is %q, want %q", got, want)
	}
	if got, want := c.Printer("en").T("post.title"), "Headline"; got != want {
		t.Errorf("a changed text is %q, want %q", got, want)
	}
	if got, want := c.Printer("en").T("post.replies", 1), "One reply"; got != want {
		t.Errorf("an unchanged text is %q, want %q", got, want)
	}
	if !c.Has("theme.motto") || c.Has("theme.nothing") {
		t.Error("Has does not tell a theme's own texts")
	}
}

// TestMistakes tells where each mistake is and what it is.
func TestMistakes(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, file, text, want string }{
		{"no TOML", "de.toml", "[post]\ntitle = Titel", "locales/de.toml:2: post.title: this is not TOML"},
		{"unknown id", "de.toml", "[post]\n\ntitel = 'x'", "locales/de.toml:3: post.titel: there is no such text"},
		{"id in the wrong table", "de.toml", "[list]\ntitle = 'x'", `was "post.title" meant?`},
		{"missing form", "de.toml", "[post]\nreplies = { other = 'x' }", `locales/de.toml:2: post.replies: the plural form "one" is missing; this language has one, other`},
		{"missing form of another language", "pl.toml", "post.replies = { one = 'x', other = 'y' }", `locales/pl.toml:1: post.replies: the plural form "few" is missing; this language has one, few, many, other`},
		{"Arabic has six", "ar.toml", "post.replies = { one = 'x', other = 'y' }", "has zero, one, two, few, many, other"},
		{"a form too many", "de.toml", "[post.replies]\none = 'x'\nfew = 'y'\nother = 'z'", "locales/de.toml:3: post.replies.few: this language has no such plural form"},
		{"no form at all", "de.toml", "[post.replies]\none = 'x'\nlots = 'y'\nother = 'z'", "locales/de.toml:3: post.replies.lots: this is no plural form"},
		{"counts, without forms", "de.toml", "post.replies = 'x'", "locales/de.toml:1: post.replies: this text counts, so it needs the plural forms one, other"},
		{"forms, without counting", "de.toml", "post.title = { one = 'x', other = 'y' }", "this text does not count"},
		{"unknown placeholder", "de.toml", "\npost.by = 'von {{.Name}}'", "locales/de.toml:2: post.by: there is nothing called {{.Name}} here; possible are {{.Names}}"},
		{"placeholder where none is", "de.toml", "post.title = 'Titel {{.Count}}'", "this text has no placeholders"},
		{"broken placeholder", "de.toml", "post.by = 'von {{Names}}'", "post.by: {{Names}} is not a placeholder"},
		{"placeholder half open", "de.toml", "post.by = 'von {{.Names'", "is not a placeholder"},
		{"template code", "de.toml", "post.by = 'von {{printf 1}}'", "is not a placeholder"},
		{"a number for a text", "de.toml", "post.title = 5", "post.title: a text must stand in quotes"},
		{"eleven months", "de.toml", "[format]\nmonths = ['a']", "locales/de.toml:2: format.months: this must be a list of 12 texts"},
		{"unknown format", "de.toml", "[format]\ndatum = 'a'", "locales/de.toml:2: format.datum: there is no such format"},
		{"unknown part of a date", "de.toml", "[format]\ndate = '{tag}'", "locales/de.toml:2: format.date: there is nothing called {tag}"},
		{"a date within itself", "de.toml", "[format]\ndate = '{date}'", "nothing called {date}"},
		{"missing part", "de.toml", "[format]\nhours = '{date} {from}'", "format.hours: {to} is missing"},
		{"format no text", "de.toml", "[format]\nand = 3", "format.and: this must be a text in quotes"},
		{"no language", "deutsch!.toml", "", `locales/deutsch!.toml: "deutsch!" is not a language`},
		{"underscore", "pt_BR.toml", "", `"pt_BR" is not a language`},
		{"no plural rules", "tlh.toml", "", "the plural rules of this language are not known"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := locale.Load(files(nil), fstest.MapFS{"locales/" + tt.file: {Data: []byte(tt.text)}})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v\nwant %s", err, tt.want)
			}
		})
	}
}

func TestAllMistakesAreTold(t *testing.T) {
	t.Parallel()
	_, err := locale.Load(files(map[string]string{"de.toml": "post.titel = 'x'\npost.bye = 'y'"}))
	if err == nil || !strings.Contains(err.Error(), "post.titel") || !strings.Contains(err.Error(), "post.bye") {
		t.Errorf("got %v, want both", err)
	}
}

func TestEnglishIsRequired(t *testing.T) {
	t.Parallel()
	if _, err := locale.Load(fstest.MapFS{}); err == nil {
		t.Error("loaded without English")
	}
}

func TestAround(t *testing.T) {
	t.Parallel()
	p := mustLoad(t, files(nil)).Printer("en")
	if got, want := p.Around("post.answers"), (locale.Surroundings{Before: "In reply to ", After: "."}); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := p.Around("post.title"), (locale.Surroundings{Before: "Title"}); got != want {
		t.Errorf("without a place: got %q, want %q", got, want)
	}
}

func TestNamesAndNumbers(t *testing.T) {
	t.Parallel()
	p := mustLoad(t, files(nil)).Printer("en")
	for want, names := range map[string][]string{
		"": nil, "Ada": {"Ada"}, "Ada and Bo": {"Ada", "Bo"}, "Ada, Bo and Cy": {"Ada", "Bo", "Cy"},
	} {
		if got := p.Names(names); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := p.Decimal("+0.25"); got != "+0.25" {
		t.Errorf("got %q, want it with a point", got)
	}
	comma := mustLoad(t, files(map[string]string{"de.toml": "[format]\ndecimal = ','"})).Printer("de")
	if got := comma.Decimal("-1.5"); got != "-1,5" {
		t.Errorf("got %q, want it with a comma", got)
	}
	for want, n := range map[string]int{
		"0": 0, "999": 999, "1,000": 1000, "1,234,567": 1234567, "-999": -999, "-1,000": -1000, "123,456": 123456,
	} {
		if got := p.Number(n); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestDirection(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string]string{
		"en": "ltr", "ar": "rtl", "he": "rtl", "fa-IR": "rtl", "ur": "rtl", "az": "ltr", "az-Arab": "rtl", "ar-Latn": "ltr", "": "ltr", "??": "ltr",
	} {
		if got := locale.Direction(lang); got != want {
			t.Errorf("%q: got %s, want %s", lang, got, want)
		}
	}
	if p := mustLoad(t, files(map[string]string{"ar.toml": ""})).Printer("ar-EG"); p.Lang() != "ar" || p.Dir() != "rtl" {
		t.Errorf("got %s, %s", p.Lang(), p.Dir())
	}
}
