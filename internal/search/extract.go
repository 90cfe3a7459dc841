package search

import (
	"math/bits"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// extractWidth is about how long an extract is, in bytes: two or three lines of
	// a Latin script, 80 characters of a Chinese one.
	extractWidth = 240
	// maxRead is how much text is read for the extracts of one search, and maxSection
	// of one section. What fits further on is found all the same; its extract is the
	// beginning of the document.
	maxRead    = 256 << 10
	maxSection = 64 << 10
)

// passage is a part of a section that fits.
type passage struct {
	section  int
	from, to int    // from the first to the last mark
	units    uint32 // a bit for each unit in it
	score    float64
}

// extract fills in what the document says.
func (m *marker) extract(h *Hit, d Doc) {
	h.Title = pieces(d.Title, m.marks(d.Title), 0, len(d.Title))
	marks := make([][]mark, len(d.Sections))
	var best, second passage
	for i, s := range d.Sections {
		if m.budget <= 0 {
			break
		}
		text := s.Text[:boundary(s.Text, min(len(s.Text), maxSection), false)]
		m.budget -= len(text) + len(s.Heading)
		marks[i] = m.marks(text)
		inHeading := unitsOf(m.marks(s.Heading))
		if p := passageOf(marks[i], inHeading); p.score > best.score {
			p.section = i
			best = p
		}
	}
	for i, k := range marks {
		if p := passageOf(without(k, best.units), 0); p.score > second.score {
			p.section = i
			second = p
		}
	}
	m.show(h, d, marks, best, second)
}

// show writes the best passage, and after it one that has what it lacks.
func (m *marker) show(h *Hit, d Doc, marks [][]mark, best, second passage) {
	if best.score == 0 {
		for i, s := range d.Sections {
			if strings.TrimSpace(s.Text) != "" {
				h.Extract = clip(s.Text, marks[i], 0, 0, extractWidth)
				return
			}
		}
		return
	}
	s := d.Sections[best.section]
	h.Section, h.Heading = s.ID, pieces(s.Heading, m.marks(s.Heading), 0, len(s.Heading))
	width := extractWidth
	if second.score > 0 {
		width /= 2
	}
	h.Extract = clip(s.Text, marks[best.section], best.from, best.to, width)
	if second.score > 0 {
		more := clip(d.Sections[second.section].Text, marks[second.section], second.from, second.to, width)
		h.Extract = join(h.Extract, more)
	}
}

// join puts an ellipsis between two extracts, unless there is one.
func join(a, b []Piece) []Piece {
	if len(a) == 0 || len(b) == 0 {
		return append(a, b...)
	}
	last := a[len(a)-1]
	gap := " … "
	if !last.Match && strings.HasSuffix(last.Text, "…") || !b[0].Match && strings.HasPrefix(b[0].Text, "…") {
		gap = " "
	}
	var p piecer
	p.list = a
	p.append(gap, false)
	for _, piece := range b {
		p.append(piece.Text, piece.Match)
	}
	return p.list
}

// unitsOf is the units of marks, as bits.
func unitsOf(marks []mark) (units uint32) {
	for _, k := range marks {
		units |= 1 << (k.unit % 32)
	}
	return units
}

// without drops the marks of some units.
func without(marks []mark, units uint32) []mark {
	var rest []mark
	for _, k := range marks {
		if units>>(k.unit%32)&1 == 0 {
			rest = append(rest, k)
		}
	}
	return rest
}

// passageOf is the stretch with the most units in it, the first of equals. What the
// heading has counts a little, and alone makes a passage of the beginning.
func passageOf(marks []mark, inHeading uint32) passage {
	bonus := 0.4 * float64(bits.OnesCount32(inHeading))
	best := passage{score: bonus}
	j := 0
	for i, k := range marks {
		j = max(j, i)
		for j < len(marks) && marks[j].end-k.start <= extractWidth*2/3 {
			j++
		}
		in := marks[i:max(j, i+1)]
		units := unitsOf(in)
		score := float64(bits.OnesCount32(units)) + 0.02*float64(min(len(in), 10)) + bonus
		if score > best.score {
			best = passage{from: k.start, to: in[len(in)-1].end, units: units, score: score}
		}
	}
	return best
}

// clip is the text around text[from:to], about width bytes, cut between words or
// at least between characters.
func clip(text string, marks []mark, from, to, width int) []Piece {
	room := max(width-(to-from), 0)
	a := from - room/3
	b := a + room + to - from
	if a < 0 {
		b, a = b-a, 0
	}
	if b > len(text) {
		a, b = max(0, a-(b-len(text))), len(text)
	}
	a, sentence := openCut(text, a, from)
	b = closeCut(text, b, to)
	list := pieces(text, marks, a, b)
	var p piecer
	if a > 0 && !sentence {
		p.append("… ", false)
	}
	for _, piece := range list {
		p.append(piece.Text, piece.Match)
	}
	if b < len(text) && strings.TrimSpace(text[b:]) != "" {
		p.append(" …", false)
	}
	return p.list
}

// openCut is a good place to begin between at and limit: where a sentence begins,
// or else a word, or else a character.
func openCut(text string, at, limit int) (cut int, sentence bool) {
	if at <= 0 {
		return 0, true
	}
	for !utf8.RuneStart(text[at]) {
		at++
	}
	word, last := -1, rune(0)
	for i, r := range text[at:max(at, limit)] {
		if last == '\n' || isStop(last) && (unicode.IsSpace(r) || last > 0x3000) {
			return at + i, true
		}
		if word < 0 && unicode.IsSpace(last) && !unicode.IsSpace(r) {
			word = at + i
		}
		last = r
	}
	if word >= 0 {
		return word, false
	}
	return boundary(text, at, false), false
}

// closeCut is a good place to end between limit and at.
func closeCut(text string, at, limit int) int {
	if at >= len(text) {
		return len(text)
	}
	for !utf8.RuneStart(text[at]) {
		at--
	}
	if limit = max(limit, at-60); limit < at {
		for !utf8.RuneStart(text[limit]) {
			limit++
		}
		if i := strings.LastIndexFunc(text[limit:at], unicode.IsSpace); i >= 0 {
			return limit + i
		}
	}
	return max(boundary(text, at, false), min(limit, at))
}

func isStop(r rune) bool { return strings.ContainsRune(".!?。！？…", r) && r != 0 }
