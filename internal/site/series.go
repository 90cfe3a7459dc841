package site

import (
	"cmp"
	"slices"
)

// SeriesPlace is the place of a post in its series: "part 2 of 4".
type SeriesPlace struct {
	Term       *Term
	Part, Of   int
	Posts      []*Post // all that are shown, in order
	Prev, Next *Post   // nil at the ends
}

// inOrder is the order of a series: parts with a number by it, then the others,
// oldest first.
func inOrder(posts []*Post) []*Post {
	parts := slices.Clone(posts)
	slices.SortFunc(parts, func(a, b *Post) int {
		return cmp.Or(
			cmp.Compare(uint(a.Part)-1, uint(b.Part)-1), // 0 becomes the largest
			a.Date.Compare(b.Date), cmp.Compare(a.Slug, b.Slug),
		)
	})
	return parts
}

// Place is where a post is in its series. A part has the number that it gives
// itself, else the one after the part before it; Of counts parts that are not
// shown yet if a later one is.
func (s *Site) Place(p *Post) (SeriesPlace, bool) {
	if len(p.Series) == 0 {
		return SeriesPlace{}, false
	}
	term := p.Series[0]
	at := SeriesPlace{Term: term, Posts: term.parts}
	number, found := 0, false
	for i, q := range term.parts {
		if number++; q.Part > 0 {
			number = q.Part
		}
		if q != p {
			continue
		}
		found, at.Part = true, number
		if i > 0 {
			at.Prev = term.parts[i-1]
		}
		if i+1 < len(term.parts) {
			at.Next = term.parts[i+1]
		}
	}
	if !found {
		return SeriesPlace{}, false // a preview
	}
	at.Of = max(number, len(term.parts))
	return at, true
}
