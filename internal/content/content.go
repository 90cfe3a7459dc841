// Package content turns a folder of Markdown files into posts and pages.
package content

import (
	"html/template"
	"io/fs"
	"time"
)

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
	Slug     string
	Title    string
	Date     time.Time // zero for a page without one
	Authors  []string
	Summary  string // plain text: from the front matter, else the opening of the body
	Tags     []string
	Draft    bool
	Comments CommentMode
	HTML     template.HTML // the rendered body
	// Files are the paths in the content folder of what lies beside index.md in a
	// page bundle; served below the post's URL. Empty for a plain file.
	Files []string
	// Dir is the bundle's folder ("posts/name"), empty for a plain file.
	Dir string
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
	Posts []Post // posts and pages, drafts too, in order of Source
}

// Problem is something wrong with a file.
type Problem struct {
	File    string
	Line    int    // from 1; 0 if it concerns the whole file
	Field   string // front matter key, or empty
	Message string // what is wrong, what is allowed
	Hint    string // what was probably meant, or empty
}

// Problems is all that is wrong with a folder; an error of one line each.
type Problems []Problem

func (ps Problems) Error() string { return "" }

// Load reads a content folder. The error is Problems when files are wrong; the
// Library then holds what could be read.
func Load(fsys fs.FS) (*Library, error) { return nil, nil }
