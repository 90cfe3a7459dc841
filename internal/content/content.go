// Package content turns a folder of Markdown files into posts and pages.
//
// # The folder
//
//	site.toml              the blog as a whole: title, description, language, time_zone
//	posts/hello.md         a post, at /posts/hello
//	posts/2026/hello.md    the same; folders are for the author's order alone
//	posts/hello/index.md   a page bundle: the same, and what lies beside it
//	posts/hello/cat.jpg    is served at /posts/hello/cat.jpg
//	pages/about.md         a page, at /about; pages may be bundles too
//
// Every one of them may be missing. Markdown files end in .md or .markdown and
// have at most [MaxMarkdown] bytes; files beside an index.md may have any size.
// A bundle holds one Markdown file: a second one is a problem, because it would
// be neither a post nor a file to be read. Hidden files (.git, .post.md.swp) and
// what editors leave behind (post.md~, #post.md#) are ignored, and so is anything
// else outside of bundles.
//
// A symbolic link to a file is followed as far as the file system given to [Load]
// allows (with os.Root: within the folder); a link out of it, to nothing or to a
// folder is a problem. So is whatever cannot be read.
//
// # Front matter
//
// A file begins with a line --- (YAML) or +++ (TOML), and the same line ends the
// front matter. A byte order mark and any kind of line ends are fine; the text
// must be UTF-8.
//
//	title     text, required
//	date      required for posts: 2026-05-31, 2026-05-31 19:30 (with or without
//	          seconds, a T, or an offset like +02:00); without an offset it is in
//	          the time zone of the blog. TOML's own dates are fine.
//	author    a name or a list of names; "authors" is the same
//	summary   plain text for lists and the feed; the opening of the text by default
//	tags      a name or a list of names
//	draft     true keeps the post to yourself
//	slug      the last part of the address; by default made of the file's name
//	comments  on (the default), off (none are shown, none are taken) or closed (those
//	          there are shown); true and false are on and off. Pages take none.
//
// Keys are strict: an unknown one, one given twice, a value of the wrong type
// (tags: [2026] holds a number, not a text) is a problem. A key without a value
// counts as not given.
//
// A slug made of a file's name loses a date in front ("2026-05-31-hello.md" is
// hello), is in lower case and NFC, keeps letters and digits of any script, and has
// a hyphen for anything else: "Über uns.md" is über-uns. A slug given in the front
// matter has to be so already, and may hold "." and "_" as well. Posts cannot share
// a slug, nor can pages; a page cannot take an address of the blog's own
// ([ReservedSlugs]).
//
// # Problems
//
// [Load] finds everything that is wrong with a folder, not only the first. A file
// with a problem is left out of the [Library].
package content

import "time"

// Kind tells posts and pages apart.
type Kind string

// The kinds.
const (
	KindPost Kind = "post"
	KindPage Kind = "page"
)

// CommentMode is whether a post takes comments.
type CommentMode string

// The modes.
const (
	CommentsOn     CommentMode = "on"
	CommentsOff    CommentMode = "off"    // none are shown and none are taken
	CommentsClosed CommentMode = "closed" // those there are shown, no more are taken
)

// Post is a post or a page as its file says.
type Post struct {
	Kind     Kind
	Source   string // path in the content folder: "posts/name/index.md"
	Sum      string // hash of the file: another one whenever a byte of it changed
	Slug     string
	Title    string
	Date     time.Time // zero for a page without one
	Authors  []string
	Summary  string // plain text, of the front matter alone; see Teaser
	Tags     []string
	Draft    bool
	Comments CommentMode // CommentsOff for pages
	// Files are the paths in the content folder of what lies beside index.md in a
	// page bundle; served below the post's URL. Empty for a plain file.
	Files []string
	// Dir is the bundle's folder ("posts/name"), empty for a plain file.
	Dir string

	body *body
}

// Meta is what site.toml says about the blog as a whole.
type Meta struct {
	Title       string
	Description string
	Language    string // BCP 47, "en" by default
	Zone        *time.Location
}

// Library is all that a content folder says.
type Library struct {
	Meta  Meta
	Posts []*Post // posts and pages, drafts too, in order of Source
}
