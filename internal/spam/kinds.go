package spam

// kind is a family of features; its name is what stands before the colon in
// the name of a feature.
type kind uint8

const (
	kindWord kind = iota
	kindWords
	kindChars
	kindAuthor
	kindAuthorShape
	kindSiteHost
	kindSiteTLD
	kindSiteWord
	kindSiteShape
	kindLinkHost
	kindLinkTLD
	kindLinkWord
	kindLinkChars
	kindShape
	kindAnchor
	kindStem
	kindSited
	kindAuthorSite
	kindLinkShape
	kindMarks
	kindLines
	kindMemory // what the site remembers; in no lesson
	kinds      // how many there are
)

// kindNames are the names of the kinds; they are hashed, so that changing one
// changes the extractor's version.
var kindNames = [kinds]string{
	kindWord:        "word",
	kindWords:       "words",
	kindChars:       "chars",
	kindAuthor:      "author",
	kindAuthorShape: "author.shape",
	kindSiteHost:    "site.host",
	kindSiteTLD:     "site.tld",
	kindSiteWord:    "site.word",
	kindSiteShape:   "site.shape",
	kindLinkHost:    "link.host",
	kindLinkTLD:     "link.tld",
	kindLinkWord:    "link.word",
	kindLinkChars:   "link.chars",
	kindShape:       "shape",
	kindAnchor:      "anchor",
	kindStem:        "stem",
	kindSited:       "sited",
	kindAuthorSite:  "author.site",
	kindLinkShape:   "link.shape",
	kindMarks:       "marks",
	kindLines:       "lines",
	kindMemory:      "memory",
}

func (k kind) String() string { return kindNames[k] }

// isText reports whether features of the kind come from running text, of which
// a long comment has many: together they weigh the same however many there are.
func (k kind) isText() bool {
	return k == kindWord || k == kindWords || k == kindChars || k == kindSited
}

// isAddress reports whether features of the kind say how a site or a link is called.
func (k kind) isAddress() bool { return k >= kindSiteHost && k <= kindLinkChars && k != kindSiteShape }

// isHost reports whether features of the kind are what somebody registered of a host.
func (k kind) isHost() bool { return k == kindSiteHost || k == kindLinkHost }
