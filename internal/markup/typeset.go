package markup

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"

	east "github.com/yuin/goldmark/extension/ast"
)

// quotes are the quotation marks of a language: those of the first level, and
// those inside of them.
type quotes struct{ open, shut, openIn, shutIn string }

// marks are the quotation marks by language, after CLDR. Between guillemets and
// words French has a narrow space that does not break.
var marks = map[string]quotes{
	"":      {"“", "”", "‘", "’"},
	"de":    {"„", "“", "‚", "‘"},
	"de-ch": {"«", "»", "‹", "›"},
	"fr":    {"«\u202f", "\u202f»", "“", "”"},
	"fr-ch": {"«", "»", "‹", "›"},
	"cs":    {"„", "“", "‚", "‘"},
	"sk":    {"„", "“", "‚", "‘"},
	"sl":    {"„", "“", "‚", "‘"},
	"is":    {"„", "“", "‚", "‘"},
	"lt":    {"„", "“", "„", "“"},
	"bg":    {"„", "“", "’", "’"},
	"et":    {"„", "“", "«", "»"},
	"hr":    {"„", "”", "‚", "’"},
	"sr":    {"„", "”", "’", "’"},
	"pl":    {"„", "”", "«", "»"},
	"ro":    {"„", "”", "«", "»"},
	"hu":    {"„", "”", "»", "«"},
	"da":    {"»", "«", "›", "‹"},
	"nb":    {"«", "»", "‘", "’"},
	"nn":    {"«", "»", "‘", "’"},
	"no":    {"«", "»", "‘", "’"},
	"sv":    {"”", "”", "’", "’"},
	"fi":    {"”", "”", "’", "’"},
	"es":    {"«", "»", "“", "”"},
	"it":    {"«", "»", "“", "”"},
	"ca":    {"«", "»", "“", "”"},
	"pt-pt": {"«", "»", "“", "”"},
	"el":    {"«", "»", "“", "”"},
	"ru":    {"«", "»", "„", "“"},
	"uk":    {"«", "»", "„", "“"},
	"be":    {"«", "»", "„", "“"},
	"fa":    {"«", "»", "‹", "›"},
	"ar":    {"”", "“", "’", "‘"},
	"he":    {"”", "”", "’", "’"},
	"ja":    {"「", "」", "『", "』"},
	"zh-tw": {"「", "」", "『", "』"},
	"zh-hk": {"「", "」", "『", "』"},
}

// quotesOf are the quotation marks of a language, or of the one it is a variety
// of.
func quotesOf(language string) quotes {
	language = strings.ToLower(strings.ReplaceAll(language, "_", "-"))
	for language != "" {
		if q, ok := marks[language]; ok {
			return q
		}
		i := strings.LastIndexByte(language, '-')
		language = language[:max(i, 0)]
	}
	return marks[""]
}

// typesetter replaces what typewriters have by what printers use: quotation
// marks, apostrophes, dashes and ellipses. It goes through a block in order.
type typesetter struct {
	quotes
	before      rune // the character before the next
	twice, once int  // quotation marks that are open
}

// typeset goes through the running text of the document.
func (w *work) typeset() {
	t := typesetter{quotes: quotesOf(w.o.Language), before: ' '}
	_ = ast.Walk(w.doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n.Kind() {
		case ast.KindCodeSpan, ast.KindAutoLink, kindFormula, east.KindFootnoteLink:
			t.before = 'x'
			return ast.WalkSkipChildren, nil
		case ast.KindImage:
			return ast.WalkSkipChildren, nil
		}
		if n.Type() == ast.TypeBlock {
			t.before, t.twice, t.once = ' ', 0, 0
			return ast.WalkContinue, nil
		}
		if text, ok := n.(*ast.Text); ok && entering {
			t.text(text, w.src)
		}
		return ast.WalkContinue, nil
	})
}

// text replaces a text by a string before it, if anything in it changes.
func (t *typesetter) text(n *ast.Text, src []byte) {
	value := n.Segment.Value(src)
	if bytes.ContainsAny(value, `"'`) || bytes.Contains(value, []byte("--")) || bytes.Contains(value, []byte("...")) {
		if set := t.set(value, following(n, src)); !bytes.Equal(set, value) {
			n.Parent().InsertBefore(n.Parent(), n, ast.NewString(set))
			n.Segment = n.Segment.WithStart(n.Segment.Stop)
			n.Segment.Padding = 0
		}
	} else if len(value) > 0 {
		t.before, _ = utf8.DecodeLastRune(value)
	}
	if n.SoftLineBreak() || n.HardLineBreak() {
		t.before = ' '
	}
}

// following is the character behind a text.
func following(n *ast.Text, src []byte) rune {
	if n.SoftLineBreak() || n.HardLineBreak() {
		return ' '
	}
	switch next := n.NextSibling().(type) {
	case nil:
		if p := n.Parent(); p.Type() == ast.TypeInline && p.NextSibling() != nil {
			return ','
		}
		return ' '
	case *ast.Text:
		r, _ := utf8.DecodeRune(next.Segment.Value(src))
		return r
	default:
		return 'x'
	}
}

// set is a text with its marks replaced; after is the character behind it.
func (t *typesetter) set(value []byte, after rune) []byte {
	out := make([]byte, 0, len(value)+16)
	for i := 0; i < len(value); {
		rest := value[i:]
		r, size := utf8.DecodeRune(rest)
		next := after
		if len(rest) > size {
			next, _ = utf8.DecodeRune(rest[size:])
		}
		switch r {
		case '\\':
			if len(rest) > size { // what is escaped stays as it is
				_, more := utf8.DecodeRune(rest[size:])
				size += more
			}
			out = append(out, rest[:size]...)
			r, _ = utf8.DecodeLastRune(rest[:size])
		case '"', '\'':
			mark := t.quote(r, next)
			out = append(out, mark...)
			r, _ = utf8.DecodeLastRuneInString(mark)
		case '-', '.':
			size = runOf(rest)
			out = append(out, t.dashes(rest[:size], rest[size:], after)...)
		default:
			out = append(out, rest[:size]...)
		}
		t.before = r
		i += size
	}
	return out
}

// runOf is how often the first byte stands there.
func runOf(s []byte) int {
	n := 1
	for n < len(s) && s[n] == s[0] {
		n++
	}
	return n
}

// dashes sets two or three hyphens, and three points. Two hyphens before a word
// and behind a space are an option of a program.
func (t *typesetter) dashes(run, rest []byte, after rune) string {
	next := after
	if len(rest) > 0 {
		next, _ = utf8.DecodeRune(rest)
	}
	switch s := string(run); {
	case next == '>' || t.before == '<' || t.before == '!':
		return s // an arrow, or what is left of a comment
	case s == "...":
		return "…"
	case s == "---":
		return "—"
	case s == "--" && (!unicode.IsSpace(t.before) || !unicode.IsLetter(next)):
		return "–"
	default:
		return s
	}
}

// quote is what a straight quotation mark stands for between two characters.
func (t *typesetter) quote(mark, next rune) string {
	opens := !unicode.IsSpace(next) && next != 0 &&
		(unicode.IsSpace(t.before) || strings.ContainsRune("([{<-–—/\u202f\u00a0=„“«‚‘‹»›「", t.before))
	if mark == '"' {
		switch {
		case opens:
			t.twice++
			return t.open
		case t.twice > 0:
			t.twice--
			return t.shut
		}
		return `"` // five inches
	}
	isWord := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	switch {
	case isWord(t.before) && isWord(next):
		return "’" // don't
	case opens && unicode.IsDigit(next):
		return "’" // the '90s
	case opens:
		t.once++
		return t.openIn
	case t.once > 0:
		t.once--
		return t.shutIn
	case unicode.IsLetter(t.before):
		return "’" // the bakers' oven
	}
	return "'"
}
