// Package locale has the texts of the pages in each language, with their plural
// rules, and writes dates, numbers and lists of names as the language does.
//
// # Files
//
// A language is one file, locales/LANGUAGE.toml, named as in BCP 47: de.toml,
// pt-BR.toml. It needs no entry anywhere else. Texts stand under their ids, which
// are those of en.toml; what a file does not say is said in English, text by
// text. A table groups ids that begin alike:
//
//	[post]
//	by = "by {{.Names}}"
//	replies = { one = "One reply", other = "{{.Count}} replies" }
//
//	[format]
//	months = ["January", "February", …]
//	date = "{day} {month} {year}"
//
// A text that counts has a form for each plural category of CLDR that whole
// numbers have in that language: one and other in German, one, few and many in
// Polish, all six in Arabic.
//
// {{.Name}} is replaced by what the page has for it; which names a text may have
// is what en.toml has. {{.Here}} is the place of something the page marks up itself,
// a link mostly; [Printer.Around] gives what stands around it. What [format] may
// have is told at the type format, in date.go.
//
// A region's file adds to its language's: de-AT.toml says what is different from
// de.toml. A theme's file of the same name does the same, text by text; ids that
// begin with "theme." are the theme's own.
//
// # Mistakes
//
// [Load] refuses a file with a mistake in it, with all of them as a [FileError], each with
// file, line and key: what is not TOML, an id that English does not have, a
// plural form that is missing or that the language does not have, a placeholder that
// does not belong, a wrong value in [format].
//
// # Use
//
// [Catalog.Printer] finds the best language there is for a blog's. A Printer never
// changes; pages share it.
package locale

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// folder is where the files are.
const folder = "locales"

// ownPrefix begins the ids of texts that only a theme has.
const ownPrefix = "theme."

// Catalog is the texts in every language there is.
type Catalog struct {
	matcher  language.Matcher
	printers []*Printer // in the order of the matcher; English first
}

// Load reads locales/*.toml. Each further file system adds to what the first has
// or changes it, text by text. The first must have English, which is complete by
// definition.
func Load(fsys fs.FS, more ...fs.FS) (*Catalog, error) {
	l := loader{tongues: map[language.Tag]*tongue{}}
	if err := l.read(fsys, path.Join(folder, "en.toml")); err != nil {
		return nil, err
	}
	l.english = l.tongues[language.English].clone()
	for i, f := range append([]fs.FS{fsys}, more...) {
		if err := l.readAll(f, i == 0); err != nil {
			return nil, err
		}
	}
	if len(l.problems) > 0 {
		return nil, errors.Join(l.problems...)
	}
	return l.catalog()
}

// loader puts the files together.
type loader struct {
	english  *tongue // as built in: which ids there are, with which placeholders
	tongues  map[language.Tag]*tongue
	problems []error
}

// readAll reads the files of one file system; a folder that is not there is
// one without files.
func (l *loader) readAll(fsys fs.FS, first bool) error {
	names, err := fs.Glob(fsys, folder+"/*.toml")
	if err != nil {
		return fmt.Errorf("list the languages: %w", err)
	}
	for _, name := range names {
		if first && path.Base(name) == "en.toml" {
			continue // read before all others
		}
		if err := l.read(fsys, name); err != nil {
			return err
		}
	}
	return nil
}

// read reads one file and adds it to its language.
func (l *loader) read(fsys fs.FS, name string) error {
	text, err := fs.ReadFile(fsys, name)
	if err != nil {
		return fmt.Errorf("read the texts of a language: %w", err)
	}
	stem := strings.TrimSuffix(path.Base(name), ".toml")
	tag, forms, wrong := languageOf(stem)
	if wrong != "" {
		l.problems = append(l.problems, &FileError{File: name, Message: wrong})
		return nil
	}
	t, problems := parseFile(name, string(text), forms, l.english)
	l.problems = append(l.problems, problems...)
	if l.tongues[tag] == nil {
		l.tongues[tag] = newTongue()
	}
	l.tongues[tag].add(t)
	return nil
}

// languageOf is the language that a file is named after, with its plural forms,
// or what is wrong with the name.
func languageOf(stem string) (tag language.Tag, forms []string, wrong string) {
	tag, err := language.Parse(stem)
	if err != nil || strings.Contains(stem, "_") {
		return tag, nil, `"` + stem + `" is not a language; name the file like de.toml or pt-BR.toml`
	}
	if forms, err = pluralForms(tag); err != nil {
		return tag, nil, "the plural rules of this language are not known"
	}
	return tag, forms, ""
}

// catalog makes the printers, English first: that is what a matcher gives to
// whom it has nothing better for.
func (l *loader) catalog() (*Catalog, error) {
	tags := make([]language.Tag, 0, len(l.tongues))
	for tag := range l.tongues {
		tags = append(tags, tag)
	}
	slices.SortFunc(tags, func(a, b language.Tag) int {
		switch language.English {
		case a:
			return -1
		case b:
			return 1
		}
		return strings.Compare(a.String(), b.String())
	})
	c := &Catalog{matcher: language.NewMatcher(tags)}
	english, err := newPrinter(language.English, l.tongues[language.English], nil)
	if err != nil {
		return nil, err
	}
	c.printers = append(c.printers, english)
	for _, tag := range tags[1:] {
		p, err := newPrinter(tag, l.whole(tag), english)
		if err != nil {
			return nil, err
		}
		c.printers = append(c.printers, p)
	}
	return c, nil
}

// whole is what a language says, with what it leaves to the languages it is a
// kind of: de-AT to de.
func (l *loader) whole(tag language.Tag) *tongue {
	out := newTongue()
	if parent := tag.Parent(); parent != language.Und && parent != language.English {
		out = l.whole(parent)
	}
	if t := l.tongues[tag]; t != nil {
		out.add(t)
	}
	return out
}

// Printer is the printer for a language, the nearest there is; English if none
// is near or the language is no language.
func (c *Catalog) Printer(lang string) *Printer {
	tag, err := language.Parse(lang)
	if err != nil {
		return c.printers[0]
	}
	_, i, confidence := c.matcher.Match(tag)
	if confidence == language.No {
		i = 0
	}
	return c.printers[i]
}

// Languages are the languages there are, English first.
func (c *Catalog) Languages() []string {
	var out []string
	for _, p := range c.printers {
		out = append(out, p.lang)
	}
	return out
}

// Has reports whether any language has a text.
func (c *Catalog) Has(id string) bool {
	return slices.ContainsFunc(c.printers, func(p *Printer) bool { _, ok := p.texts[id]; return ok })
}

// Direction is the direction a language is written in: "rtl" or "ltr".
func Direction(lang string) string {
	tag, err := language.Parse(lang)
	if err != nil {
		return "ltr"
	}
	switch script, _ := tag.Script(); script.String() {
	case "Arab", "Aran", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm", "Rohg", "Samr", "Mand":
		return "rtl"
	}
	return "ltr"
}

// pluralForms are the plural forms that whole numbers have in a language, by
// the names of CLDR. They are found by trying: the library does not tell.
func pluralForms(tag language.Tag) ([]string, error) {
	b := i18n.NewBundle(tag)
	m := &i18n.Message{ID: "form", Zero: "zero", One: "one", Two: "two", Few: "few", Many: "many", Other: "other"}
	if err := b.AddMessages(tag, m); err != nil {
		return nil, err
	}
	l := i18n.NewLocalizer(b, tag.String())
	var forms []string
	// Every rule shows all its forms below this, but for those that languages of
	// Romance origin have for millions.
	for n := range 201 {
		form, err := l.Localize(&i18n.LocalizeConfig{MessageID: "form", PluralCount: n})
		if err != nil {
			return nil, err
		}
		if !slices.Contains(forms, form) {
			forms = append(forms, form)
		}
	}
	if !slices.Contains(forms, "other") {
		forms = append(forms, "other") // what all else falls back to
	}
	slices.SortFunc(forms, func(a, b string) int { return slices.Index(categories, a) - slices.Index(categories, b) })
	return forms, nil
}

// categories are the plural categories of CLDR.
var categories = []string{"zero", "one", "two", "few", "many", "other"}

// IDs are the ids of the texts that a language has itself, sorted.
func (c *Catalog) IDs(lang string) []string {
	return slices.Sorted(maps.Keys(c.Printer(lang).texts))
}

// Placeholders are the names that a text of a language has, sorted.
func (c *Catalog) Placeholders(lang, id string) []string {
	return placeholders(c.Printer(lang).texts[id])
}
