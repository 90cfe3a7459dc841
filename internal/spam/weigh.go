package spam

import "math"

// kindValues are the values of features by their kind. A word's is divided by
// the root of how many words there are (see weigh). They matter little to a
// model trained on thousands of comments, and much to what one moderator's label
// teaches: a host that was seen once before says more than the length of a text.
var kindValues = [kinds]float64{
	kindWord:        3,
	kindWords:       3,
	kindChars:       3,
	kindAuthor:      0.8,
	kindAuthorShape: 0.45,
	kindSiteHost:    1,
	kindSiteTLD:     0.4,
	kindSiteWord:    0.6,
	kindSiteShape:   0.45,
	kindLinkHost:    1,
	kindLinkTLD:     0.4,
	kindLinkWord:    0.6,
	kindLinkChars:   0.6,
	kindShape:       0.6,
	kindAnchor:      0.6,
	kindStem:        0.6,
	kindSited:       1.5,
	kindAuthorSite:  0.6,
	kindLinkShape:   0.6,
	kindMarks:       0.6,
	kindLines:       0.6,
}

// weigh gives features their values.
func weigh(found []feature) {
	n := 0
	for _, f := range found {
		if f.kind.isText() && f.kind != kindSited {
			n++
		}
	}
	root := math.Sqrt(float64(max(n, 4)))
	for i, f := range found {
		v := kindValues[f.kind]
		if f.kind.isText() {
			v /= root
		}
		found[i].value = float32(v)
	}
}
