package tex

import "strings"

// lines reads a whole formula, which may have several lines.
func (p *parser) lines() string {
	rows := p.rows()
	switch t := p.peek(); t {
	case "":
	case "}":
		p.fail(p.pos, "this brace closes nothing")
	default:
		p.fail(p.pos, "%s has nothing to end here", t)
	}
	if len(rows) == 1 && len(rows[0].cells) == 1 {
		return row(rows[0].cells[0])
	}
	return table(rows, layout{attributes: display})
}

// line is a row of a table.
type line struct {
	cells [][]string
	ruled bool // below a line across
}

// rows reads rows of cells up to what ends the table, which stays.
func (p *parser) rows() []line {
	var rows []line
	l := line{ruled: p.rule()}
	for {
		l.cells = append(l.cells, p.run())
		switch p.peek() {
		case "&":
			p.next()
		case `\\`, `\cr`:
			p.next()
			p.lineGap()
			rows = append(rows, l)
			l = line{ruled: p.rule()}
		default:
			if len(rows) == 0 || len(l.cells) > 1 || len(l.cells[0]) > 0 {
				rows = append(rows, l)
			}
			return rows
		}
	}
}

// rule takes lines across.
func (p *parser) rule() bool {
	ruled := false
	for p.accept(`\hline`) {
		ruled = true
	}
	return ruled
}

// lineGap passes over the space that \\[1ex] asks for.
func (p *parser) lineGap() {
	p.accept("*")
	if p.peek() == "[" {
		if end := strings.IndexByte(p.src[p.pos:], ']'); end > 0 && width.MatchString(p.src[p.pos+1:p.pos+end]) {
			p.pos += end + 1
		}
	}
}

// layout is how a table looks.
type layout struct {
	left, right string // what stands around it
	columns     string // how columns lean: l, c, r; the last two go on for all others
	attributes  string
}

const (
	display = `displaystyle="true"`
	small   = `displaystyle="false" scriptlevel="1"`
)

var (
	aligned  = layout{columns: "rl", attributes: display}
	gathered = layout{attributes: display}
)

// environments are the tables by name.
var environments = map[string]layout{
	"matrix": {}, "smallmatrix": {attributes: small}, "pmatrix": {left: "(", right: ")"}, "bmatrix": {left: "[", right: "]"},
	"Bmatrix": {left: "{", right: "}"}, "vmatrix": {left: "|", right: "|"}, "Vmatrix": {left: "‖", right: "‖"},
	"cases": {left: "{", columns: "ll"}, "rcases": {right: "}", columns: "ll"}, "dcases": {left: "{", columns: "ll", attributes: display},
	"array": {}, "subarray": {attributes: small},
	"aligned": aligned, "align": aligned, "align*": aligned, "split": aligned, "eqnarray": aligned, "eqnarray*": aligned,
	"alignedat": aligned, "alignat": aligned, "alignat*": aligned,
	"gathered": gathered, "gather": gathered, "gather*": gathered, "multline": gathered, "multline*": gathered,
	"equation": gathered, "equation*": gathered,
}

// environment reads \begin{…} … \end{…}.
func (p *parser) environment(at int) atom {
	name, ok := p.verbatim(`\begin`)
	if !ok {
		return atom{}
	}
	e, known := environments[name]
	if !known {
		p.fail(at, "\\begin{%s} is not known here", name)
		return atom{}
	}
	switch name {
	case "array", "subarray":
		e.columns, _ = p.verbatim(`\begin{array}`)
		e.columns = strings.Trim(e.columns, "| ")
	case "alignedat", "alignat", "alignat*":
		_, _ = p.verbatim(`\begin{` + name + `}`) // the number of columns, which shows anyway
	}
	rows := p.rows()
	if !p.accept(`\end`) {
		p.fail(at, "\\begin{%s} is not ended", name)
		return atom{}
	}
	end := p.pos
	if closed, _ := p.verbatim(`\end`); closed != name {
		p.fail(end, "\\end{%s} ends \\begin{%s}", closed, name)
		return atom{}
	}
	body := table(rows, e)
	if e.left == "" && e.right == "" {
		return atom{ml: body}
	}
	return atom{ml: row([]string{fence(e.left, "prefix"), body, fence(e.right, "postfix")})}
}

// table writes rows. How a column leans is a class of its cells, for no element
// has a style.
func table(rows []line, l layout) string {
	var b strings.Builder
	for _, r := range rows {
		if r.ruled {
			b.WriteString(`<mtr class="ruled">`)
		} else {
			b.WriteString("<mtr>")
		}
		for i, cell := range r.cells {
			b.WriteString(element("mtd", l.lean(i), row(cell)))
		}
		b.WriteString("</mtr>")
	}
	return element("mtable", l.attributes, b.String())
}

// lean is the class attribute of the cells of a column, if they have one.
func (l layout) lean(column int) string {
	if n := len(l.columns); column >= n && n >= 2 {
		column = n - 2 + (column-n)%2
	}
	switch {
	case column >= len(l.columns):
		return ""
	case l.columns[column] == 'l':
		return `class="left"`
	case l.columns[column] == 'r':
		return `class="right"`
	}
	return ""
}

// substack is lines on top of each other, for limits.
func (p *parser) substack(at int) atom {
	if !p.accept("{") {
		p.fail(at, `\substack needs braces behind it`)
		return atom{}
	}
	rows := p.rows()
	if !p.accept("}") {
		p.fail(at, "this brace is not closed")
	}
	return atom{ml: table(rows, layout{})}
}

// fenced reads \left … \middle … \right.
func (p *parser) fenced(at int) atom {
	const growing = `fence="true" stretchy="true"`
	out := []string{p.delimiter(growing + ` form="prefix"`)}
	for {
		out = append(out, p.run()...)
		switch {
		case p.accept(`\middle`):
			out = append(out, p.delimiter(growing+` form="infix"`))
		case p.accept(`\right`):
			out = append(out, p.delimiter(growing+` form="postfix"`))
			return atom{ml: element("mrow", "", out...)}
		default:
			p.fail(at, `\left has no \right`)
			return atom{}
		}
	}
}

// delimiter reads a delimiter; a point is one that is not seen.
func (p *parser) delimiter(attributes string) string {
	at := p.pos
	t := p.next()
	s, ok := symbols()[strings.TrimPrefix(t, `\`)]
	switch {
	case t == ".":
		return ""
	case t == "<":
		t = "⟨"
	case t == ">":
		t = "⟩"
	case t != "" && oneOf(t, "()[]|/"):
	case ok && s.kind == operator && (fences[s.text] || oneOf(s.text, "|[]∖⌜⌝⌞⌟")) && t[0] == '\\':
		t = s.text
	default:
		p.fail(at, "a delimiter is missing here")
		return ""
	}
	return element("mo", attributes, t)
}

func fence(mark, form string) string {
	if mark == "" {
		return ""
	}
	return element("mo", `fence="true" stretchy="true" form="`+form+`"`, mark)
}
