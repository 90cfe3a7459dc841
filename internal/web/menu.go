package web

import (
	"context"
	"slices"
	"strings"

	"hamlet/internal/account"
	"hamlet/internal/locale"
)

// queuePath is the moderators' list of comments.
const queuePath = "/admin/queue"

// menu is the way to the parts of the moderators' pages, as far as who looks may see them:
// what is asked for every day, and what is asked for now and then, which is folded away.
type menu struct {
	Daily []menuItem
	More  []menuGroup
	// Here is the part that is shown, if it is one of More.
	Here string
}

// menuGroup is what belongs together.
type menuGroup struct {
	Name  string
	Items []menuItem
}

// menuItem leads to a part.
type menuItem struct {
	URL, Name string
	Count     string // of what waits there; empty for nothing
	Current   string // as aria-current has it: "page", "true" on a page below it, or empty
}

// ofComments are the pages that belong to the list of comments.
var ofComments = []string{queuePath, "/admin/comments", "/admin/waves", viewsPath, bulkPath, "/admin/jobs", sentPath}

// entry is an item of the menu before it is said.
type entry struct {
	url, text string
	shown     bool
	count     string
}

// menu makes the menu of the page at a path.
func (s *Server) menu(ctx context.Context, who account.Actor, say *locale.Printer, path string) (menu, error) {
	var edits, mails string
	waiting, err := s.Comments.CountEdits(ctx, who)
	if err != nil {
		return menu{}, err
	}
	if waiting > 0 {
		edits = say.Number(waiting)
	}
	_, whole := who.Scope()
	if whole {
		_, dead, err := s.Comments.CountMails(ctx, who)
		if err != nil {
			return menu{}, err
		}
		if dead > 0 {
			mails = say.T("mails.failed_count", dead)
		}
	}
	rules, owner := who.May(account.ManageRules) == nil, who.May(account.ManageUsers) == nil
	audit := who.May(account.SeeAudit) == nil
	m := menu{Daily: items(say, path, []entry{
		{queuePath, "admin.comments", true, ""},
		{"/admin/edits", "edits.title", true, edits},
		{"/admin/mail", "mails.title", mails != "", mails}, // when somebody has to look there
	})}
	for _, g := range []struct {
		text    string
		entries []entry
	}{
		{"menu.judging", []entry{{rulesPath, "rules.title", rules, ""}, {filterPath, "filter.title", rules && s.Insight != nil, ""}, {sitesPath, "sites.title", owner && s.Sites != nil, ""}}},
		{"menu.blog", []entry{{"/admin/content", "posts.title", true, ""}, {"/admin/mail", "mails.title", whole && mails == "", ""}, {noticesPath, "notices.title", true, ""}, {usersPath, "accounts.users", owner, ""}}},
		{"menu.record", []entry{{actsPath, "acts.title", true, ""}, {"/admin/audit", "audit.title", audit, ""}}},
	} {
		m.add(menuGroup{Name: say.T(g.text), Items: items(say, path, g.entries)})
	}
	return m, nil
}

// add adds a group, unless nothing is in it.
func (m *menu) add(g menuGroup) {
	if len(g.Items) == 0 {
		return
	}
	m.More = append(m.More, g)
	if i := slices.IndexFunc(g.Items, func(i menuItem) bool { return i.Current != "" }); i >= 0 {
		m.Here = g.Items[i].Name
	}
}

// items are those entries that are shown.
func items(say *locale.Printer, path string, entries []entry) []menuItem {
	var out []menuItem
	for _, e := range entries {
		if !e.shown {
			continue
		}
		i := menuItem{URL: e.url, Name: say.T(e.text), Count: e.count}
		under := []string{e.url}
		if e.url == queuePath {
			under = ofComments
		}
		switch {
		case path == e.url:
			i.Current = "page"
		case slices.ContainsFunc(under, func(u string) bool { return path == u || strings.HasPrefix(path, u+"/") }):
			i.Current = "true"
		}
		out = append(out, i)
	}
	return out
}
