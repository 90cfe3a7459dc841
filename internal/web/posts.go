package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"hamlet/internal/account"
	"hamlet/internal/content"
	"hamlet/internal/locale"
	"hamlet/internal/site"
)

// postsPage lists what of the content folder readers do not see, or not for
// long, and why.
type postsPage struct {
	adminFrame
	Shown int // posts and pages that readers see
	Items []postItem
	// Closing is where comments are closed and opened.
	Closing closingsPart
}

// postItem is one of them.
type postItem struct {
	Title, File string
	State       string // in a word
	Why         string
	Reckoning   string // how the date in the file comes to a moment; may be empty
	URL         string // where it is, or its preview; empty if it is nowhere
	IsPreview   bool
}

// posts answers GET /admin/content.
func (s *Server) posts(c echo.Context) error {
	now := s.Site()
	var p postsPage
	p.Items, p.Shown = s.postItems(now, actor(c))
	var err error
	if p.adminFrame, err = s.deskFrame(c, "posts.title"); err != nil {
		return err
	}
	p.Closing = s.closings(actor(c), p.adminFrame, "/admin/content")
	return s.render(c, http.StatusOK, "admin_posts", p)
}

// postItems are those that are not shown, and those that will not be for ever, in
// the order of their files, and how many are shown. What writing mode shows to its
// writer alone is not shown to readers. An author sees those of their own.
func (s *Server) postItems(now *site.Site, who account.Actor) (items []postItem, shown int) {
	all := slices.Clone(now.Hidden())
	for _, p := range slices.Concat(now.Posts(), now.Pages()) {
		isShown := content.Why(p.Post, s.Now()).State == content.Shown
		if isShown {
			shown++
		}
		if !isShown || !p.Expires.IsZero() {
			all = append(all, p.Post)
		}
	}
	if own, whole := who.Scope(); !whole {
		all = slices.DeleteFunc(all, func(p *content.Post) bool {
			return p.Kind != content.KindPost || !slices.Contains(own, p.Slug)
		})
	}
	slices.SortFunc(all, func(a, b *content.Post) int { return strings.Compare(a.Source, b.Source) })
	items = make([]postItem, len(all))
	for i, p := range all {
		items[i] = s.postItem(now, p)
	}
	return items, shown
}

// stateTexts say what becomes of a post: in a word, and in a sentence.
var stateTexts = map[content.State]struct{ word, sentence string }{
	content.Shown:     {"posts.state_shown", "posts.why_shown"},
	content.Draft:     {"posts.state_draft", "posts.why_draft"},
	content.Scheduled: {"posts.state_scheduled", "posts.why_scheduled"},
	content.Expired:   {"posts.state_expired", "posts.why_expired"},
	content.Gone:      {"posts.state_gone", "posts.why_gone"},
}

func (s *Server) postItem(now *site.Site, p *content.Post) postItem {
	say, r := s.printer(), content.Why(p, s.Now())
	texts := stateTexts[r.State]
	if r.State == content.Draft && !r.When.IsZero() {
		texts.sentence = "posts.why_draft_later"
	}
	item := postItem{
		Title: p.Title, File: p.Source, State: say.T(texts.word),
		Why: say.T(texts.sentence, "When", say.Moment(r.When)), Reckoning: reckoning(say, r),
	}
	switch r.State {
	case content.Shown:
		if shown, ok := now.ByID(site.ID(p)); ok {
			item.URL = shown.URL
		}
	case content.Gone, content.Broken: // nowhere
	case content.Draft, content.Scheduled, content.Expired:
		item.URL, item.IsPreview = PreviewPath(s.PreviewKey, p), true
	}
	return item
}

// reckoning says in the moderators' language what [content.Reason.Reckoning] says.
func reckoning(say *locale.Printer, r content.Reason) string {
	if r.When.IsZero() {
		return ""
	}
	id := "posts.reckoning"
	if r.Assumed {
		id = "posts.reckoning_assumed"
	}
	const minutes = "2006-01-02 15:04"
	return say.T(id, "Typed", r.Typed, "When", r.When.Format(minutes), "Zone", r.When.Location().String(),
		"UTC", r.When.UTC().Format(minutes), "Now", r.Now.UTC().Format(minutes))
}
