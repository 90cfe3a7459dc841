package site

import (
	"hamlet/internal/content"
	"hamlet/internal/markup"
)

const (
	wordsPerMinute = 220
	// A text with fewer words or headings needs no table of contents.
	longText     = 600
	manyHeadings = 3
)

// Minutes is how long it takes to read a post, at least 1.
func (p *Post) Minutes() int {
	return max(1, (p.Words()+wordsPerMinute/2)/wordsPerMinute)
}

// Contents are the headings of a post for a table of contents; nil if it is to
// have none, or is too short for one and does not ask for it.
func (p *Post) Contents() []markup.Heading {
	if p.TOC == content.TOCOff || p.TOC != content.TOCOn && p.Words() <= longText {
		return nil
	}
	headings := p.Body().Headings
	if p.TOC != content.TOCOn && len(headings) < manyHeadings {
		return nil
	}
	return headings
}
