package web

import (
	"crypto/rand"
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"time"

	"hamlet/internal/comment"
	"hamlet/internal/locale"
	"hamlet/internal/markup"
	"hamlet/internal/privacy"
	"hamlet/internal/site"
)

// typed is what a reader typed into the form, and what came with it. It is shown to
// that reader alone, in the answer to that reader's own request.
type typed struct {
	Author, Email, URL, Body, Parent string
	// Tell and Replies ask for mails, Remember for the cookie of known authors.
	Tell, Replies, Remember bool

	token, id, trap, work string
	seconds               string // how long the form was open so far; empty if unknown
	touched               bool
	preview               bool // asked for, and nothing else
}

func typedIn(form url.Values) typed {
	return typed{
		Author: form.Get("author"), Email: form.Get("email"), URL: form.Get("url"),
		Body: form.Get("body"), Parent: form.Get("parent"),
		Tell: form.Has("tell"), Replies: form.Has("replies"), Remember: form.Has("remember"),
		token: form.Get("token"), id: form.Get("form_id"), trap: form.Get(trapField), work: form.Get("work"),
		seconds: form.Get("seconds"), touched: form.Has("touched"), preview: form.Has("preview"),
	}
}

// trapField is the name of the field that people do not see. It is one that browsers
// have nothing to fill in for.
const trapField = "subject"

// formView is the form below a post, without what is typed into it.
type formView struct {
	Action string
	Token  string // of the post and the day
	// ID makes the same form twice one comment. A page for everybody has none; the
	// script of the form makes one there.
	ID      string
	Seconds string // how long it was open so far; empty if unknown
	Touched bool
	// Previewed says that the page shows already how the comment looks.
	Previewed bool
	Parent    comment.ID   // the comment replied to; 0 for none
	Reply     *commentView // the same, to be shown
	Cancel    string       // the post without a reply
	Letters   bool         // the blog sends mails
	Elsewhere bool         // the form stands in a page of another site
	Work      string       // where a browser gets the work that is asked of it; empty for none
	Errors    []fieldError
	notice    privacy.Notice // of a comment
}

// newForm is the form of a post as everybody gets it. It leads to commentsPath,
// wherever the post is.
func (s *Server) newForm(p *site.Post) formView {
	f := formView{
		Action: "/posts/" + url.PathEscape(p.Slug) + "/comments", Token: s.tokens.of(p.Slug), Cancel: p.URL + "#respond",
		Letters: s.Mail, notice: s.notice().OfComment(),
	}
	if s.asksWork() {
		f.Work = "/api/v1/posts/" + url.PathEscape(p.Slug) + "/work"
	}
	return f
}

// formAgain is the form as it is handed back to one reader.
func (s *Server) formAgain(p *site.Post, in typed) formView {
	f := s.newForm(p)
	f.ID = formID(in.id)
	f.Parent, _ = comment.ParseID(in.Parent) // what is no id is no parent
	if n := secondsIn(in.seconds); n > 0 {
		f.Seconds, f.Touched = strconv.Itoa(n), in.touched
	}
	return f
}

// placedForm is the form where it stands below the comment that is replied to.
type placedForm struct {
	*locale.Printer
	Form  formView
	quote string
}

// Typed is what the form is filled with.
func (f placedForm) Typed() typed { return typed{Body: f.quote} }

// place puts the form below the comment that is replied to, in a copy of its thread;
// ok is false if the comment is not in it.
func place(thread []commentView, f *placedForm) (placed []commentView, ok bool) {
	for i := range thread {
		below, ok := place(thread[i].Replies, f)
		if !ok && thread[i].ID != f.Form.Parent {
			continue
		}
		placed = slices.Clone(thread)
		if placed[i].Replies = below; !ok {
			placed[i].Form = f
		}
		return placed, true
	}
	return thread, false
}

// sameAs makes it the same form as the one that came, so that a comment that was kept
// without its sender hearing of it is not kept twice.
func (f *formView) sameAs(in typed) {
	if !isFormID(in.id) {
		f.ID = ""
		if in.token != "" {
			f.Token = in.token
		}
	}
}

// formID is the id a form came with, if it is one, else a new one.
func formID(came string) string {
	if isFormID(came) {
		return came
	}
	return rand.Text()
}

// isFormID reports whether somebody else cannot have guessed it.
func isFormID(id string) bool { return len(id) >= 22 && len(id) <= 64 }

// secondsIn reads a time that the script of the form has measured; 0 if it has not.
func secondsIn(raw string) int {
	n, err := strconv.Atoi(raw)
	if err != nil || n < 0 || n > int(tokenDays*dayOfToken/time.Second) {
		return 0
	}
	return max(1, n) // less than a second is known too
}

// fieldError is what is wrong with a field.
type fieldError struct{ Field, Message string }

// Wrong is what is wrong with a field, or empty.
func (f formView) Wrong(field string) string {
	for _, e := range f.Errors {
		if e.Field == field {
			return e.Message
		}
	}
	return ""
}

// fields is the order of the fields in the form.
var fields = []string{"parent", "body", "author", "email", "url"}

// faultTexts are the texts that say what is wrong with a comment.
var faultTexts = map[comment.Fault]string{
	comment.NameMissing:    "fault.name_missing",
	comment.NameLong:       "fault.name_long",
	comment.NameHasAddress: "fault.name_address",
	comment.EmailLong:      "fault.email_long",
	comment.EmailOdd:       "fault.email_odd",
	comment.EmailMissing:   "fault.email_missing",
	comment.SiteLong:       "fault.site_long",
	comment.SiteOdd:        "fault.site_odd",
	comment.SiteHasAddress: "fault.site_address",
	comment.TextMissing:    "fault.text_missing",
	comment.TextLong:       "fault.text_long",
	comment.TextHasAddress: "fault.text_address",
	comment.ParentGone:     "fault.parent_gone",
	comment.ParentLocked:   "fault.parent_locked",
}

// fieldErrors says what is wrong, in the order of the fields.
func fieldErrors(p *locale.Printer, byField map[string]comment.Wrong) []fieldError {
	var out []fieldError
	for _, f := range fields {
		if w, wrong := byField[f]; wrong {
			out = append(out, fieldError{f, p.T(faultTexts[w.Fault], "Has", w.Count, "Max", w.Max)})
		}
	}
	return out
}

// draftView is a comment as it would be shown.
type draftView struct {
	*locale.Printer
	Author string // empty if none is given yet
	URL    string
	Text   template.HTML // empty if there is nothing to see yet
}

// draftOf renders a comment as it will be when it is published, by what renders those.
func (s *Server) draftOf(p *locale.Printer, in typed) *draftView {
	c := s.Comments.Draft(comment.Submission{Author: in.Author, Email: in.Email, URL: in.URL, Body: in.Body})
	v := &draftView{Printer: p, Author: c.Author, URL: c.URL}
	if c.Body != "" {
		v.Text = markup.Stranger(c.Body)
	}
	return v
}
