package app

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"hamlet/internal/content"
	"hamlet/internal/site"
	"hamlet/internal/spam"
)

// teach keeps the filter in step with the blog, beside what readers wait for, until
// the context ends: with the labels at the start, so that no reader waits for all of
// them, and with the posts whenever they change.
func (a *App) teach(ctx context.Context) error {
	if a.live == nil {
		return nil // it is another one's filter
	}
	a.catchUp(ctx)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-a.library.built:
			a.vouch(a.library.Site())
		}
	}
}

// catchUp learns what was labelled before, and says if something of it is lost.
func (a *App) catchUp(ctx context.Context) {
	passed, err := a.live.CatchUp(ctx)
	switch {
	case ctx.Err() != nil:
	case err != nil:
		a.world.Log.ErrorContext(ctx, "learn from the labels", "error", err.Error())
	case passed > 0:
		a.world.Log.WarnContext(ctx, "the filter no longer learns from labels of an earlier version whose comments are gone", "labels", passed)
	}
}

// vouch lets the posts that are shown speak for comments that are written like them.
func (d *Data) vouch(blog *site.Site) {
	var shown []*content.Post
	for _, p := range blog.Posts() {
		shown = append(shown, p.Post)
	}
	d.live.SetPosts(func(m *spam.Model) *spam.Posts { return spam.NewPosts(m, texts(shown)) })
}

// Prepare makes the filter of [OpenData] that of the server: it learns from the labels, lets
// the posts speak, and holds less if too many honest comments were held. Only commands that
// ask the filter need it.
func (d *Data) Prepare(ctx context.Context) error {
	if d.live == nil {
		return nil
	}
	if _, err := d.live.CatchUp(ctx); err != nil || d.shelf == nil {
		return err
	}
	d.vouch(d.shelf.Site())
	return d.promise(ctx)
}

// texts are the posts as text, each rendered when its turn comes.
func texts(posts []*content.Post) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, p := range posts {
			if !yield(textOf(p)) {
				return
			}
		}
	}
}

func textOf(p *content.Post) string {
	doc := site.Doc(p)
	var b strings.Builder
	b.WriteString(doc.Title)
	for _, s := range doc.Sections {
		b.WriteString("\n" + s.Heading + "\n" + s.Text)
	}
	return b.String()
}

// PostTexts reads a content folder and gives the texts of its posts that are no drafts,
// the newest first, as the filter learns them.
func PostTexts(dir string) (iter.Seq[string], error) {
	lib, err := newLibrary(dir, "", World{}.filled()).read()
	if err != nil {
		return nil, fmt.Errorf("read the posts: %w", err)
	}
	posts := slices.DeleteFunc(slices.Clone(lib.Posts), func(p *content.Post) bool {
		return p.Draft || p.Gone || p.Kind != content.KindPost
	})
	slices.SortStableFunc(posts, func(a, b *content.Post) int { return cmp.Or(b.Date.Compare(a.Date), cmp.Compare(a.Slug, b.Slug)) })
	return texts(posts), nil
}
