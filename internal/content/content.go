// Package content turns a folder of Markdown files into posts and pages.
//
// # The folder
//
//	site.toml              the blog as a whole
//	gone.txt               addresses that are answered with 410 Gone, a path a line
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
//	title       text, required
//	date        required for posts: 2026-05-31, 2026-05-31 19:30 (with or without
//	            seconds, a T, or an offset like +02:00); without an offset it is in
//	            the time zone of the blog. TOML's own dates are fine.
//	updated     a date; one that is not after date changes nothing
//	expires     a date after date, from which on the post is not shown
//	author      a name or a list of names; "authors" is the same
//	summary     plain text for lists and the feed; the opening of the text by default
//	tags        a name or a list of names; see [TermSlug] for which are one
//	categories  the same; the first is :category in the permalink pattern
//	series      the name of the series it is in, and
//	part        its place there, from 1; by date without
//	pinned      true puts it first on the front page
//	draft       true keeps the post to yourself
//	gone        true says that it was taken away: 410 at its URL
//	slug        the last part of the address; by default made of the file's name
//	aliases     a path on this blog, or a list of them, that leads here: /2019/old-name
//	image       the picture for cards: a file of the bundle, or the path of any file
//	toc         on, off or auto (the default: by length)
//	comments    on (the default), off (none are shown, none are taken) or closed (those
//	            there are shown); true and false are on and off. Pages take none.
//	event       a table with start, and perhaps name (the title by default), end, zone,
//	            place and url
//
// Times of an event without an offset are in its zone, a name of the IANA database
// (Europe/Berlin), or else in the blog's. Without a zone, a start with an offset is
// shown as it was written, and sets the zone of the end. If start is a day without a time, so is
// end, and it is the last day. Pages have no series, part, pinned or event.
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
// # The blog as a whole
//
// site.toml has, all of them optional,
//
//	title, description  texts
//	language            such as en or pt-BR
//	time_zone           such as Europe/Lisbon; UTC by default
//	permalink           the pattern of the posts' addresses, "/posts/:slug" by default:
//	                    a path with :slug in it once, and :year, :month, :day,
//	                    :category, :author (the first of each) as you like
//	per_page            posts on a page of a list, 10 by default
//	security_contact    an e-mail address or a URL, for security.txt
//	[authors."Name"]    url and about of an author
//
// # Addresses
//
// Aliases and the lines of gone.txt are paths as they stand in a URL, perhaps with
// escapes; a slash at the end does not count. Lines of gone.txt that begin with # are
// comments. Where several say something about one path, what is shown there comes
// first, then an alias, then gone.txt. Two posts cannot have one alias, and a
// pattern cannot put two on one address, or one on an address of the blog's own or
// of a page.
//
// # Problems
//
// [Load] finds everything that is wrong with a folder, not only the first. A file
// with a problem is left out of the [Library]. Front matter has at most 64 KiB, and
// so has site.toml; TOML nests at most 32 levels, and an alias of YAML cannot stand
// for a table.
//
// [Check] finds more, which does not keep a post from being shown: what rendering
// its text finds, links and pictures that lead to nothing, aliases and lines of
// gone.txt that are never reached. [Why] says whether a post is shown, and why not.
//
// # Loading again
//
// A [Loader] reads only what changed, and hands out the same *Post for all else. It
// looks at sizes and times, so an edit costs a walk through the folders and one
// file. [Watcher] tells when to load.
//
// Loading reads front matter only. A text is rendered when it is first asked for
// ([Post.Body]), and is packed from then on; ask for its parts once and not one by
// one. [Post.Teaser] and [Post.Words] need no unpacking.
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

// TOCMode is whether a post shows a table of its contents.
type TOCMode string

// The modes.
const (
	TOCAuto TOCMode = "auto" // by its length
	TOCOn   TOCMode = "on"
	TOCOff  TOCMode = "off"
)

// Post is a post or a page as its file says.
type Post struct {
	Kind       Kind
	Source     string // path in the content folder: "posts/name/index.md"
	Sum        string // hash of the file: another one whenever a byte of it changed
	Slug       string
	Title      string
	Date       time.Time // zero for a page without one
	Updated    time.Time // zero if it was not, or not after Date
	Expires    time.Time // not shown from then on; zero for never
	Authors    []string
	Summary    string // plain text, of the front matter alone; see Teaser
	Tags       []string
	Categories []string
	Series     string // empty if it is in none
	Part       int    // of the series, from 1; 0 has its place by date
	Pinned     bool   // first on the front page
	Draft      bool
	Gone       bool        // taken away for good: 410 at its URL
	Comments   CommentMode // CommentsOff for pages
	TOC        TOCMode
	// Image is the path of the URL of a picture for cards ("/posts/name/cat.jpg",
	// unescaped); empty if none was given.
	Image string
	// Aliases are paths of URLs that lead here (unescaped, NFC, without a slash at
	// the end).
	Aliases []string
	Event   *Event // nil if it is about none
	// Files are the paths in the content folder of what lies beside index.md in a
	// page bundle; served below the post's URL. Empty for a plain file.
	Files []string
	// Dir is the bundle's folder ("posts/name"), empty for a plain file.
	Dir string

	written written
	body    *body
}

// written is what the author wrote for the dates, for [Why].
type written struct {
	date, expires dateText
}

// dateText is a date as it was typed.
type dateText struct {
	text  string
	local bool // without an offset
}

// Event is what a post invites to.
type Event struct {
	Name       string    // empty for the title of the post
	Start, End time.Time // in Zone; End is zero if it was not given
	// AllDay means that Start and End are days without a time, of which End is the
	// last.
	AllDay bool
	Zone   *time.Location // never nil
	Place  string
	URL    string // http or https
}

// Meta is what site.toml says about the blog as a whole.
type Meta struct {
	Title           string
	Description     string
	Language        string // BCP 47, "en" by default
	Zone            *time.Location
	Permalink       string            // pattern of the posts' paths, see [Meta.Path]
	PerPage         int               // posts on a page of a list
	SecurityContact string            // URL for security.txt, or empty
	Authors         map[string]Author // by name, as typed
}

// Author is what site.toml says about an author.
type Author struct {
	URL   string // http or https
	About string
}

// Library is all that a content folder says.
type Library struct {
	Meta  Meta
	Posts []*Post // posts and pages, drafts too, in order of Source
	// Gone are the paths in gone.txt (unescaped, NFC, without a slash at the end).
	Gone []string
}
