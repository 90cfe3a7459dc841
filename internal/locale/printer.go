package locale

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// pieces are a text that its placeholders take apart: what stands between them, and their names.
type pieces struct{ between, names []string }

func piecesOf(s string) pieces {
	var p pieces
	at := 0
	for _, m := range placeholder.FindAllStringSubmatchIndex(s, -1) {
		p.between, p.names = append(p.between, s[at:m[0]]), append(p.names, s[m[2]:m[3]])
		at = m[1]
	}
	p.between = append(p.between, s[at:])
	return p
}

// with is the text with something in place of each name.
func (p pieces) with(value func(name string) string) string {
	if len(p.names) == 0 {
		return p.between[0]
	}
	var b strings.Builder
	for i, name := range p.names {
		b.WriteString(p.between[i])
		b.WriteString(value(name))
	}
	b.WriteString(p.between[len(p.names)])
	return b.String()
}

// Printer says things in one language.
type Printer struct {
	lang    string
	dir     string
	texts   map[string]text
	whole   map[string]pieces // texts that count nothing
	format  format
	all     *i18n.Localizer
	english *Printer // what to say where this one cannot; nil for English
}

func newPrinter(tag language.Tag, t *tongue, english *Printer) (*Printer, error) {
	p := &Printer{
		lang: tag.String(), dir: Direction(tag.String()),
		texts: t.texts, whole: map[string]pieces{}, english: english,
	}
	if english != nil {
		p.format = english.format
	}
	p.format.fill(t.format)
	b := i18n.NewBundle(tag)
	for id, forms := range t.texts {
		if len(forms) == 1 {
			p.whole[id] = piecesOf(forms["other"])
			continue
		}
		m := &i18n.Message{
			ID: id, Zero: forms["zero"], One: forms["one"], Two: forms["two"],
			Few: forms["few"], Many: forms["many"], Other: forms["other"],
		}
		if err := b.AddMessages(tag, m); err != nil {
			return nil, fmt.Errorf("language %s: %w", tag, err)
		}
	}
	p.all = i18n.NewLocalizer(b, p.lang)
	return p, nil
}

// Lang is the language of the texts, in BCP 47.
func (p *Printer) Lang() string { return p.lang }

// Dir is the direction of the texts: "rtl" or "ltr".
func (p *Printer) Dir() string { return p.dir }

// T is a text. A single number is what is counted, {{.Count}}; otherwise the
// arguments are names of placeholders and their values in turn, after the number
// if there is one: T("page.of", "Page", 2, "Pages", 7). An id that no language
// has comes back as it is.
func (p *Printer) T(id string, args ...any) string {
	if text, ok := p.whole[id]; ok {
		return text.with(func(name string) string { return p.value(name, args) })
	}
	if _, ok := p.texts[id]; !ok {
		if p.english == nil {
			return id
		}
		return p.english.T(id, args...)
	}
	data := make(map[string]any, len(args)/2+1)
	config := i18n.LocalizeConfig{MessageID: id, TemplateData: data}
	if len(args)%2 == 1 {
		config.PluralCount, data["Count"] = args[0], p.value("Count", args)
		args = args[1:]
	}
	for i := 0; i < len(args); i += 2 {
		data[fmt.Sprint(args[i])] = args[i+1]
	}
	s, err := p.all.Localize(&config)
	if err != nil && s == "" {
		return id
	}
	return s
}

// value is what stands for a name, among the arguments of T.
func (p *Printer) value(name string, args []any) string {
	counts := len(args) % 2
	for i := len(args) - 2; i >= counts; i -= 2 {
		if args[i] == name {
			return fmt.Sprint(args[i+1])
		}
	}
	if counts == 0 || name != "Count" {
		return "<no value>" // as templates have it
	}
	if n, ok := args[0].(int); ok {
		return p.Number(n)
	}
	return fmt.Sprint(args[0])
}

// Surroundings are what stands before and after something in a text.
type Surroundings struct{ Before, After string }

// Around is the text as [Printer.T] has it, in two parts: what stands before
// {{.Here}}, and what after.
func (p *Printer) Around(id string, args ...any) Surroundings {
	const here = "\x00"
	before, after, _ := strings.Cut(p.T(id, append(args, "Here", here)...), here)
	return Surroundings{before, after}
}

// Names joins names as one says them: "Ada, Bo and Cy".
func (p *Printer) Names(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], p.format.comma) + p.format.and + names[last]
}

// Number writes a whole number, with its thousands apart.
func (p *Printer) Number(n int) string {
	s := strconv.Itoa(n)
	first := 0
	if n < 0 {
		first = 1
	}
	for i := len(s) - 3; i > first; i -= 3 {
		s = s[:i] + p.format.thousands + s[i:]
	}
	return s
}

// Decimal writes a number that was written with a point.
func (p *Printer) Decimal(number string) string {
	return strings.Replace(number, ".", p.format.decimal, 1)
}
