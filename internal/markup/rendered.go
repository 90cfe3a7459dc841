package markup

import "html/template"

// Options is what [Author] needs to know about the place a text will have.
type Options struct {
	// Base is the path that relative addresses are relative to, with a slash at
	// the end ("/posts/name/"). Empty leaves them as they are.
	Base string
	// Prefix goes before the ids of footnotes, so that several texts can stand on
	// one page.
	Prefix string
	// Picture tells what is known about an image of this blog by its path, resolved
	// against Base and unescaped ("/posts/name/cat.jpg"). Nil knows none.
	Picture func(path string) (Picture, bool)
	// Words are the texts that end up in the page, in the language of the blog, by
	// their name: note, tip, important, warning, caution, details, copy, copied,
	// diagram, video, video-at (with {host} in it), footnote-back. A name that is
	// missing is in English.
	Words map[string]string
	// Language is the language of the text ("en", "de-AT"); it decides about
	// quotation marks. Empty is English.
	Language string
	// Line is the number of the line in the file at which the source begins, for
	// [Link] and [Fault]; 0 counts as 1.
	Line int
}

// Picture is what has to be known about an image to write its element.
type Picture struct {
	Width, Height int // in pixels, as shown (after its orientation)
	// Src is the URL to show; Variants are narrower and wider versions of it for
	// srcset, narrowest first.
	Src      string
	Variants []Variant
}

// Variant is one size of an image.
type Variant struct {
	URL   string
	Width int
}

// Rendered is a text of an author.
type Rendered struct {
	HTML template.HTML
	// Opening is the beginning of the text without any markup, cut at a word near
	// 240 characters; what stands before <!--more-->, if the text has that mark.
	Opening string
	// Lead is the HTML of what stands before <!--more-->; empty without that mark.
	Lead template.HTML
	// Headings are the headings in order, for a table of contents.
	Headings []Heading
	// Sections are the words of the text without any markup, for the search: the
	// first is what stands before the first heading.
	Sections []Section
	// Words is how many words the text has; a character of a script that is
	// written without spaces counts as half a word.
	Words int
	// Links are the links and images of the text, as typed, for checking.
	Links []Link
	// Pictures are the images that were shown, as paths that Options.Picture is
	// asked about, in order.
	Pictures []string
	// IDs are the ids of headings and other elements that a link can lead to.
	IDs []string
	// Code and Math say that the text has a block of code, or a formula.
	Code, Math bool
	// Faults are what the author will want to put right. The text is shown as well
	// as can be nevertheless.
	Faults []Fault
}

// Heading is a heading of a text.
type Heading struct {
	Level int // 2 to 6
	ID    string
	Text  string // without markup
}

// Section is a heading with what stands below it. Plain text.
type Section struct {
	ID      string // of the heading; empty for what stands before the first
	Heading string
	Text    string
}

// Fault is something in a text that does not do what its author meant.
type Fault struct {
	Line, Column int // in the source, from 1; the column counts characters
	Text         string
}

// Link is a link or an image as it was typed.
type Link struct {
	To           string // the destination, as typed
	Image        bool
	Line, Column int // in the source, from 1; the column counts characters
}
