package tex

import (
	"regexp"
	"strings"
)

// command reads what belongs to a command whose name has been taken.
func (p *parser) command(at int, name string) atom {
	if s, ok := symbols()[name]; ok {
		return p.symbol(s)
	}
	if width, ok := spaces[name]; ok {
		return atom{ml: space(width), mark: true}
	}
	if mark, ok := accents[name]; ok {
		return p.accent(name, mark)
	}
	if f, ok := faces[name]; ok {
		return atom{ml: p.inFace(f, name)}
	}
	if read, ok := commands[name]; ok {
		return read(p, at)
	}
	if arrow, ok := arrows[name]; ok {
		return p.arrow(arrow)
	}
	if size, ok := sizes[strings.TrimRight(name, "lrm")]; ok {
		return atom{ml: p.delimiter(`minsize="` + size + `" maxsize="` + size + `" stretchy="true"`), mark: true}
	}
	if name == "" {
		p.fail(at, "a backslash with nothing behind it")
	} else {
		p.fail(at, "\\%s is not known here", name)
	}
	return atom{}
}

func (p *parser) symbol(s symbol) atom {
	switch s.kind {
	case letter:
		return atom{ml: element("mi", "", p.face.apply(s.text))}
	case big:
		return atom{ml: element("mo", "", s.text), limits: true, mark: true}
	case integral:
		return atom{ml: element("mo", "", s.text), mark: true}
	case function:
		return atom{ml: element("mi", "", s.text), name: true}
	case limit:
		return atom{ml: element("mo", `movablelimits="true" lspace="0" rspace="0"`, s.text), limits: true, name: true}
	case operator:
	}
	a := sign(s.text)
	if _, fence := fences[s.text]; fence {
		a.ml = element("mo", `stretchy="false"`, s.text)
		a.mark = !oneOf(s.text, "⟩⌋⌉}")
	}
	return a
}

// fences are the symbols that browsers would let grow by themselves.
var fences = func() map[string]bool {
	all := map[string]bool{}
	for _, r := range "⟨⟩⌊⌋⌈⌉‖{}⟮⟯↑↓↕⇑⇓⇕→←↔⇒⇐⇔⟶⟵⟹⟸⟺↦" {
		all[string(r)] = true
	}
	return all
}()

// accent puts a mark above or below its argument.
func (p *parser) accent(name, mark string) atom {
	body := p.argument(`\` + name)
	under := strings.HasPrefix(mark, "_")
	mark = strings.TrimPrefix(mark, "_")
	stretchy := `stretchy="false"`
	if strings.HasSuffix(mark, "+") && mark != "+" {
		mark, stretchy = strings.TrimSuffix(mark, "+"), `stretchy="true"`
	}
	a := atom{limits: oneOf(mark, "⏞⏟⎴⎵⏜⏝")}
	if under {
		a.ml = element("munder", `accentunder="true"`, body, element("mo", stretchy, mark))
	} else {
		a.ml = element("mover", `accent="true"`, body, element("mo", stretchy, mark))
	}
	return a
}

// arrow is an arrow with a text above it, and one below in brackets.
func (p *parser) arrow(mark string) atom {
	shaft := element("mo", `stretchy="true"`, mark)
	below, ok := p.optional()
	above := element("mrow", "", space("0.4em"), p.argument("an arrow"), space("0.4em"))
	if ok {
		return atom{ml: element("munderover", "", shaft, below, above), mark: true}
	}
	return atom{ml: element("mover", "", shaft, above), mark: true}
}

// optional reads an argument in brackets.
func (p *parser) optional() (string, bool) {
	at := p.pos
	if !p.accept("[") {
		return "", false
	}
	var out []string
	for p.peek() != "]" {
		if ends[p.peek()] {
			p.fail(at, "this bracket is not closed")
			return "", false
		}
		out = append(out, p.scripted().ml)
	}
	p.next()
	return row(out), true
}

// inFace reads an argument in an alphabet.
func (p *parser) inFace(f face, name string) string {
	before := p.face
	defer func() { p.face = before }()
	p.face = f
	return p.argument(`\` + name)
}

// commands are those that take something of their own kind.
var commands map[string]func(p *parser, at int) atom

func init() { // a variable would refer to itself
	fraction := func(style string) func(*parser, int) atom {
		return func(p *parser, _ int) atom { return atom{ml: p.fraction("", style)} }
	}
	binomial := func(style string) func(*parser, int) atom {
		return func(p *parser, _ int) atom {
			f := p.fraction(`linethickness="0"`, style)
			return atom{ml: row([]string{parenthesis("("), f, parenthesis(")")})}
		}
	}
	const display, inline = `displaystyle="true" scriptlevel="0"`, `displaystyle="false" scriptlevel="0"`
	commands = map[string]func(*parser, int) atom{
		"frac": fraction(""), "dfrac": fraction(display), "tfrac": fraction(inline), "cfrac": fraction(display),
		"binom": binomial(""), "dbinom": binomial(display), "tbinom": binomial(inline),
		"sqrt": (*parser).root, "left": (*parser).fenced, "begin": (*parser).environment,
		"not": (*parser).negation, "operatorname": (*parser).operatorName, "substack": (*parser).substack,
		"overset": (*parser).overset, "stackrel": (*parser).overset, "underset": (*parser).underset,
		"text": text(""), "textrm": text(""), "textnormal": text(""), "mbox": text(""), "hbox": text(""), "textup": text(""),
		"textbf": text("mathbf"), "textit": text("mathit"), "textsf": text("mathsf"), "texttt": text("mathtt"), "emph": text("mathit"),
		"phantom": wrap("mphantom", ""), "boxed": wrap("mrow", `class="boxed"`), "fbox": wrap("mrow", `class="boxed"`),
		"mathstrut": func(*parser, int) atom {
			return atom{ml: element("mphantom", "", element("mo", `stretchy="false"`, "("))}
		},
		"pmod": (*parser).modulo, "mod": (*parser).modulo, "pod": (*parser).modulo, "tag": (*parser).tag,
		"hspace": (*parser).hspace, "hskip": (*parser).hspace, "mathop": (*parser).mathop,
		"mathrel": wrap("mrow", ""), "mathbin": wrap("mrow", ""), "mathord": wrap("mrow", ""), "mathopen": wrap("mrow", ""),
		"mathclose": wrap("mrow", ""), "mathpunct": wrap("mrow", ""), "mathinner": wrap("mrow", ""),
		"nonumber": nothing, "notag": nothing, "relax": nothing, "allowbreak": nothing,
	}
}

func nothing(*parser, int) atom { return atom{mark: true} }

// wrap is an element around an argument.
func wrap(name, attributes string) func(*parser, int) atom {
	return func(p *parser, _ int) atom {
		return atom{ml: element(name, attributes, p.argument("this command"))}
	}
}

func (p *parser) fraction(attributes, style string) string {
	above := p.argument(`\frac`)
	f := element("mfrac", attributes, above, p.argument(`\frac`))
	if style != "" {
		f = element("mstyle", style, f)
	}
	return f
}

func (p *parser) root(int) atom {
	degree, ok := p.optional()
	body := p.argument(`\sqrt`)
	if ok {
		return atom{ml: element("mroot", "", body, degree)}
	}
	return atom{ml: element("msqrt", "", body)}
}

// negation strikes the next symbol through.
func (p *parser) negation(at int) atom {
	t := p.next()
	s, ok := symbols()[strings.TrimPrefix(t, `\`)]
	switch {
	case ok && t[0] == '\\':
		t = s.text
	case t == "" || t[0] == '\\' || ends[t]:
		p.fail(at, `\not needs a relation behind it`)
		return atom{}
	}
	if own, ok := negated[t]; ok {
		return sign(own)
	}
	return atom{ml: element("mo", "", escape(t)+"\u0338"), mark: true}
}

func (p *parser) overset(int) atom {
	above := p.argument(`\overset`)
	return atom{ml: element("mover", "", p.argument(`\overset`), above), mark: true}
}

func (p *parser) underset(int) atom {
	below := p.argument(`\underset`)
	return atom{ml: element("munder", "", p.argument(`\underset`), below), mark: true}
}

// operatorName is the name of a function that has no command; with a star it
// takes limits.
func (p *parser) operatorName(int) atom {
	limits := p.accept("*")
	name, ok := p.verbatim(`\operatorname`)
	if !ok {
		return atom{}
	}
	name = strings.ReplaceAll(strings.ReplaceAll(name, `\,`, "\u2009"), `\ `, " ")
	if limits {
		return atom{ml: element("mo", `movablelimits="true" lspace="0" rspace="0"`, escape(name)), limits: true, name: true}
	}
	if len(name) == 1 {
		return atom{ml: element("mi", `mathvariant="normal"`, escape(name)), name: true}
	}
	return atom{ml: element("mi", "", escape(name)), name: true}
}

func (p *parser) mathop(int) atom {
	return atom{ml: p.argument(`\mathop`), limits: true, name: true}
}

// modulo is "(mod n)".
func (p *parser) modulo(int) atom {
	n := p.argument(`\pmod`)
	return atom{ml: space("1em") + element("mrow", "", element("mo", `stretchy="false"`, "("), element("mi", "", "mod"),
		space("0.3333em"), n, element("mo", `stretchy="false"`, ")"))}
}

func (p *parser) tag(int) atom {
	label, _ := p.verbatim(`\tag`)
	return atom{ml: space("2em") + element("mtext", "", "("+escape(label)+")")}
}

// width is a length that can be given as it is.
var width = regexp.MustCompile(`^-?\d{0,2}(\.\d{1,4})?(em|ex|px|pt|cm|mm)$`)

func (p *parser) hspace(at int) atom {
	p.accept("*")
	w, ok := p.verbatim(`\hspace`)
	if w = strings.ReplaceAll(w, " ", ""); ok && !width.MatchString(w) {
		p.fail(at, "%q is no width; write one such as 1.5em", w)
	}
	return atom{ml: space(w), mark: true}
}

// text reads words, in which $…$ is a formula again.
func text(alphabet string) func(*parser, int) atom {
	return func(p *parser, _ int) atom {
		at := p.pos
		words, ok := p.verbatim(`\text`)
		if !ok {
			return atom{}
		}
		words = plainText.Replace(words)
		var out []string
		for i, part := range strings.Split(words, "$") {
			switch {
			case part == "":
			case i%2 == 0:
				out = append(out, element("mtext", "", escape(blanks.Replace(faces[alphabet].apply(part)))))
			default:
				inner := parser{src: part, depth: p.depth + 1}
				out = append(out, row(inner.run()))
				if inner.err == nil && inner.pos < len(part) {
					inner.fail(0, "the formula in this text does not end")
				}
				if inner.err != nil {
					p.fail(at, "%s", inner.err)
				}
			}
		}
		return atom{ml: row(out)}
	}
}

var (
	plainText = strings.NewReplacer(`\$`, "\x00", `\ `, " ", `\,`, "\u2009", `\%`, "%", `\&`, "&", `\#`, "#", `\_`, "_", `\{`, "{", `\}`, "}", "~", "\u00a0", "---", "—", "--", "–", "``", "“", "''", "”", "'", "’")
	blanks    = strings.NewReplacer("\x00", "$", " ", "\u00a0", "\n", "\u00a0", "\t", "\u00a0")
)

// verbatim reads {…} as it stands.
func (p *parser) verbatim(of string) (string, bool) {
	p.skip()
	at := p.pos
	if !p.accept("{") {
		p.fail(at, "%s needs braces behind it", of)
		return "", false
	}
	open := 1
	for i := p.pos; i < len(p.src); i++ {
		switch p.src[i] {
		case '\\':
			i++
		case '{':
			open++
		case '}':
			if open--; open == 0 {
				s := p.src[p.pos:i]
				p.pos = i + 1
				return s, true
			}
		}
	}
	p.fail(at, "this brace is not closed")
	return "", false
}
