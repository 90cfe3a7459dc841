package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/app"
	"hamlet/internal/comment"
	"hamlet/internal/desk"
)

// moderateShowCmd is hamlet moderate show.
type moderateShowCmd struct {
	ID   []string `arg:"" help:"Comments to show, by the id that list shows."`
	JSON bool     `name:"json" xor:"form" help:"Print one JSON object a line, as list --json."`
	Text bool     `xor:"form" help:"Print only the text, as it was sent."`
}

// Help is the long help.
func (moderateShowCmd) Help() string {
	return "Shows the text with post, author, site, why it was held, the rules that it hit, its wave, notes, edits and what was done to it. " +
		"hamlet spam explain --comment ID tells in words why the filter judged so."
}

// deedsShown is how many of the last deeds are shown.
const deedsShown = 10

// Run shows the comments. One that is not there does not stop the others.
func (c moderateShowCmd) Run(ctx context.Context, std stdio, cfg app.Config, all *moderateCmd) error {
	return all.work(ctx, std, cfg, func(m moderator) error {
		failed := false
		for i, raw := range c.ID {
			if i > 0 && !c.JSON && !c.Text {
				_, _ = fmt.Fprintln(std.Out)
			}
			if err := c.one(ctx, m, raw); err != nil {
				failed = true
				_, _ = fmt.Fprintf(std.Err, "hamlet: comment %s: %v\n", harmless(raw), inShort(err))
			}
		}
		if failed {
			return errSilent
		}
		return nil
	})
}

func (c moderateShowCmd) one(ctx context.Context, m moderator, raw string) error {
	id, err := comment.ParseID(raw)
	if err != nil {
		return errNoID
	}
	cm, err := m.Comments.Get(ctx, m.who, id)
	switch {
	case err != nil:
		return err
	case c.JSON:
		return showJSON(m.std.Out, cm)
	case c.Text:
		_, err = fmt.Fprintln(m.std.Out, cm.Body)
		return err
	}
	about, err := m.around(ctx, cm)
	if err != nil {
		return err
	}
	return about.show(m.std.Out, cm)
}

// around is what moderators see of a comment besides itself.
type around struct {
	title string // of the post
	hits  []string
	wave  desk.Wave // the zero Wave: it is in none with others
	aside desk.Aside
	edits []comment.Edit
	deeds []account.Entry
}

// around reads it.
func (m moderator) around(ctx context.Context, cm comment.Comment) (a around, err error) {
	a.title = m.PostTitles()[cm.Post]
	ids := []comment.ID{cm.ID}
	behind, err := m.Comments.Behind(ctx, m.who, []comment.Comment{cm})
	if err != nil {
		return a, err
	}
	a.edits = behind[cm.ID].Edits
	for _, r := range behind[cm.ID].Rules {
		a.hits = append(a.hits, strings.TrimSpace(fmt.Sprintf("%d, %s", r.ID, r)))
	}
	waves, err := m.Waves.Of(ctx, m.who, ids)
	if err != nil {
		return a, err
	}
	a.wave = waves[cm.ID]
	asides, err := m.Notes.Beside(ctx, m.who, ids)
	if err != nil {
		return a, err
	}
	a.aside = asides[cm.ID]
	a.deeds, err = m.Comments.Deeds(ctx, m.who, cm.ID, deedsShown)
	return a, err
}

// show prints a comment with what is around it.
func (a around) show(w io.Writer, cm comment.Comment) error {
	var t strings.Builder
	put := func(name, form string, values ...any) {
		fmt.Fprintf(&t, "%-10s%s\n", name, harmless(fmt.Sprintf(form, values...)))
	}
	put("comment", "%d, %s, revision %d", cm.ID, cm.Status, cm.Revision)
	put("post", "%s %s", cm.Post, a.title)
	put("author", "%s", cm.Author)
	if cm.Imitates {
		put("", "this name is somebody else's, and not proved")
	}
	if cm.URL != "" {
		put("site", "%s", cm.URL)
	}
	put("date", "%s UTC", cm.CreatedAt.UTC().Format(time.DateTime))
	if cm.Parent != 0 {
		put("answers", "comment %d", cm.Parent)
	}
	if cm.Hold != comment.HoldNone {
		put("held", "%s", cm.Hold)
	}
	if cm.Verdict.Model != "" {
		put("filter", "%.3f %s", cm.Verdict.Probability, cm.Verdict.Class)
	}
	for _, hit := range a.hits {
		put("rule", "%s", hit)
	}
	if a.wave.Total > 1 {
		put("wave", "%d, %d comments, %d differ", a.wave.ID, a.wave.Total, a.wave.Differing())
	}
	if a.aside.Assignee != "" {
		put("for", "%s", a.aside.Assignee)
	}
	for _, n := range a.aside.Notes {
		put("note", "%d, %s, %s: %s", n.ID, n.At.UTC().Format(time.DateTime), n.Author, n.Body)
	}
	for _, e := range a.edits {
		put("edit", "%s, %s; before: %s", e.At.UTC().Format(time.DateTime), e.Status, firstWords(e.Was))
	}
	for _, e := range a.deeds {
		put("done", "%s, %s by %s: %s", e.At.UTC().Format(time.DateTime), e.Action, e.Actor, e.Detail)
	}
	t.WriteByte('\n')
	for line := range strings.Lines(cm.Body) {
		t.WriteString("    " + harmless(strings.TrimRight(line, "\r\n")) + "\n")
	}
	_, err := io.WriteString(w, t.String())
	return err
}
