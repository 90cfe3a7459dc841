package markup

import (
	"bytes"
	"unicode/utf8"
)

// place turns offsets of a source into lines and columns. Offsets that ascend
// are cheap, however long the lines are.
type place struct {
	src          []byte
	first        int // the number of the first line
	pos          int // where it is
	line, column int // of pos, from 0
}

// at is the line, and the column in characters, of an offset. Both begin at 1.
func (p *place) at(pos int) (line, column int) {
	pos = min(max(pos, 0), len(p.src))
	if pos < p.pos {
		p.pos, p.line, p.column = 0, 0, 0
	}
	between := p.src[p.pos:pos]
	if i := bytes.LastIndexByte(between, '\n'); i >= 0 {
		p.line += bytes.Count(between, []byte{'\n'})
		p.column = 0
		between = between[i+1:]
	}
	p.column += utf8.RuneCount(between)
	p.pos = pos
	return p.first + p.line, p.column + 1
}
