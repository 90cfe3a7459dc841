package tex

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// parser reads a formula from left to right. After the first error it is at the
// end, so that everything returns.
type parser struct {
	src   string
	pos   int
	depth int
	face  face // the alphabet that letters are in
	err   error
}

// atom is an element and what has to be known to put scripts on it.
type atom struct {
	ml     string
	limits bool // scripts go above and below it
	name   bool // a function such as sin, which stands a little apart
	mark   bool // an operator, which has its own space
}

func (p *parser) fail(pos int, format string, args ...any) {
	if p.err == nil {
		p.err = &Error{Pos: pos, Text: fmt.Sprintf(format, args...)}
	}
	p.pos = len(p.src)
}

// skip passes over blanks and comments.
func (p *parser) skip() {
	for p.pos < len(p.src) {
		switch p.src[p.pos] {
		case ' ', '\t', '\n', '\r':
			p.pos++
		case '%':
			if i := strings.IndexByte(p.src[p.pos:], '\n'); i >= 0 {
				p.pos += i + 1
			} else {
				p.pos = len(p.src)
			}
		default:
			return
		}
	}
}

// peek is the next token: a character, a command with its backslash, or empty at
// the end.
func (p *parser) peek() string {
	p.skip()
	rest := p.src[p.pos:]
	if rest == "" {
		return ""
	}
	if rest[0] != '\\' {
		_, size := utf8.DecodeRuneInString(rest)
		return rest[:size]
	}
	end := 1
	for end < len(rest) && isLetter(rest[end]) {
		end++
	}
	if end == 1 && len(rest) > 1 {
		_, size := utf8.DecodeRuneInString(rest[1:])
		end += size
	}
	return rest[:end]
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// next takes the next token.
func (p *parser) next() string {
	t := p.peek()
	p.pos += len(t)
	return t
}

// accept takes the next token if it is t.
func (p *parser) accept(t string) bool {
	if p.peek() != t {
		return false
	}
	p.pos += len(t)
	return true
}

// ends are the tokens that end a run of atoms; what opened it takes them.
var ends = map[string]bool{"": true, "}": true, "&": true, `\\`: true, `\cr`: true, `\right`: true, `\middle`: true, `\end`: true}

// run reads atoms up to something that ends them.
func (p *parser) run() []string {
	if p.depth++; p.depth > MaxDepth {
		p.fail(p.pos, "a formula nests at most %d deep", MaxDepth)
	}
	defer func() { p.depth-- }()
	var out []string
	before := atom{mark: true}
	for !ends[p.peek()] {
		if done, ok := p.infix(out); ok {
			return done
		}
		if style, ok := styles[p.peek()]; ok {
			p.next()
			return append(out, element("mstyle", style, p.run()...))
		}
		a := p.scripted()
		if a.name && !before.mark {
			out = append(out, thin)
		}
		if a.ml != "" {
			out = append(out, a.ml)
		}
		if a.name && p.wordFollows() {
			out = append(out, thin)
		}
		before = a
		before.mark = a.mark || a.ml == ""
	}
	return out
}

// thin is the space beside the name of a function.
const thin = `<mspace width="0.1667em"></mspace>`

// wordFollows reports whether what comes next would run into a function's name.
func (p *parser) wordFollows() bool {
	t := p.peek()
	if ends[t] || oneOf(t, "([|/.,;:!?+-=<>)]^_") || t == `\left` {
		return false
	}
	s, ok := symbols()[strings.TrimPrefix(t, `\`)]
	return !ok || t[0] != '\\' || s.kind == letter || s.kind == function
}

// styles are the commands that hold to the end of what they stand in.
var styles = map[string]string{
	`\displaystyle`:      `displaystyle="true" scriptlevel="0"`,
	`\textstyle`:         `displaystyle="false" scriptlevel="0"`,
	`\scriptstyle`:       `displaystyle="false" scriptlevel="1"`,
	`\scriptscriptstyle`: `displaystyle="false" scriptlevel="2"`,
}

// infix reads \over and its kin: what stands before it in the same group is over
// what stands behind.
func (p *parser) infix(before []string) ([]string, bool) {
	var attributes string
	switch p.peek() {
	case `\over`:
	case `\atop`, `\choose`:
		attributes = `linethickness="0"`
	default:
		return nil, false
	}
	choose := p.next() == `\choose`
	fraction := element("mfrac", attributes, row(before), row(p.run()))
	if choose {
		return []string{parenthesis("("), fraction, parenthesis(")")}, true
	}
	return []string{fraction}, true
}

func parenthesis(s string) string { return element("mo", `fence="true" stretchy="true"`, s) }

// scripted reads an atom and what hangs on it.
func (p *parser) scripted() atom {
	base := atom{mark: true}
	if t := p.peek(); t != "^" && t != "_" && t != "'" {
		base = p.atom()
	}
	above := base.limits
	if p.accept(`\limits`) {
		above = true
		base.ml = strings.Replace(base.ml, ` movablelimits="true"`, "", 1)
		base.ml = strings.Replace(base.ml, "<mo", `<mo movablelimits="false"`, 1)
	} else if p.accept(`\nolimits`) {
		above = false
	}
	sub, sup := p.scripts()
	if sub == "" && sup == "" {
		return base
	}
	if base.ml == "" {
		base.ml = "<mrow></mrow>"
	}
	base.ml = attach(base.ml, sub, sup, above)
	return base
}

// scripts reads what stands behind ^ and _, and primes; empty if there is none.
func (p *parser) scripts() (sub, sup string) {
	for {
		at := p.pos
		switch p.peek() {
		case "^":
			p.next()
			if sup != "" {
				p.fail(at, "a second superscript: use braces")
				return sub, sup
			}
			sup = p.argument("^")
		case "_":
			p.next()
			if sub != "" {
				p.fail(at, "a second subscript: use braces")
				return sub, sup
			}
			sub = p.argument("_")
		case "'":
			if sup != "" {
				p.fail(at, "a prime after a superscript: use braces")
				return sub, sup
			}
			sup = p.primes()
		default:
			return sub, sup
		}
	}
}

// primes reads primes and a superscript behind them.
func (p *parser) primes() string {
	n := 0
	for p.accept("'") {
		n++
	}
	marks := element("mo", "", strings.Repeat("′", n))
	if p.accept("^") {
		return row([]string{marks, p.argument("^")})
	}
	return marks
}

func attach(base, sub, sup string, above bool) string {
	name := "msubsup"
	switch {
	case above && sub != "" && sup != "":
		name = "munderover"
	case above && sub != "":
		name = "munder"
	case above:
		name = "mover"
	case sup == "":
		name = "msub"
	case sub == "":
		name = "msup"
	}
	return element(name, "", base, sub, sup)
}

// argument reads what a command takes: a group or a single atom.
func (p *parser) argument(of string) string {
	at := p.pos
	switch t := p.peek(); {
	case t == "{":
		return p.group()
	case ends[t], t == "^", t == "_":
		p.fail(at, "%s needs something behind it", of)
		return ""
	case isDigit(t[0]):
		p.next() // one digit: \frac12 is a half
		return element("mn", "", p.face.apply(t))
	}
	if p.depth++; p.depth > MaxDepth { // \sqrt\sqrt\sqrt
		p.fail(p.pos, "a formula nests at most %d deep", MaxDepth)
	}
	defer func() { p.depth-- }()
	return p.atom().ml
}

// group reads {…}.
func (p *parser) group() string {
	at := p.pos
	p.next()
	elements := p.run()
	if !p.accept("}") && p.err == nil {
		p.fail(at, "this brace is not closed")
	}
	return row(elements)
}

// atom reads the smallest thing that has a place of its own.
func (p *parser) atom() atom {
	p.skip()
	at := p.pos
	t := p.peek()
	switch {
	case t == "":
		return atom{}
	case t == "{":
		return atom{ml: p.group()}
	case t == "}":
		p.fail(at, "this brace closes nothing")
		return atom{}
	case t[0] == '\\':
		p.next()
		return p.command(at, t[1:])
	case t >= "0" && t <= "9":
		return atom{ml: p.number()}
	}
	p.next()
	r, _ := utf8.DecodeRuneInString(t)
	switch {
	case t == "~":
		return atom{ml: space("0.3333em"), mark: true}
	case unicode.IsLetter(r):
		return atom{ml: p.letters(r)}
	case r == utf8.RuneError || unicode.IsControl(r):
		p.fail(at, "this character has no place in a formula")
		return atom{}
	case t == "$" || t == "#" || t == "&":
		p.fail(at, "%s has no place in a formula; write \\%s", t, t)
		return atom{}
	}
	return sign(t)
}

// oneOf reports whether s is one of the characters of a set.
func oneOf(s, set string) bool { return strings.Contains(set, s) }

// number reads digits, and a point or comma between them.
func (p *parser) number() string {
	end := p.pos
	for end < len(p.src) && isDigit(p.src[end]) {
		end++
	}
	if end+1 < len(p.src) && p.src[end] == '.' && isDigit(p.src[end+1]) {
		for end++; end < len(p.src) && isDigit(p.src[end]); end++ {
		}
	}
	digits := p.src[p.pos:end]
	p.pos = end
	return element("mn", "", p.face.apply(digits))
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// letters is a letter; in an upright alphabet, the word it begins.
func (p *parser) letters(first rune) string {
	begin := p.pos
	for p.face.joins() && p.pos < len(p.src) && isLetter(p.src[p.pos]) {
		p.pos++
	}
	return p.face.identifier(string(first) + p.src[begin:p.pos])
}

// sign is a character that is neither letter nor digit.
func sign(t string) atom {
	switch t {
	case "-":
		t = "−"
	case "*":
		t = "∗"
	case "'":
		t = "′"
	}
	if oneOf(t, "()[]|/") {
		// Only \left and \right make a parenthesis grow.
		return atom{ml: element("mo", `stretchy="false"`, t), mark: t != ")" && t != "]"}
	}
	return atom{ml: element("mo", "", escape(t)), mark: t != "!"}
}

func space(width string) string { return element("mspace", `width="`+width+`"`) }
