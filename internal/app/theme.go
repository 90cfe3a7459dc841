package app

import (
	"context"
	"io/fs"
	"os"

	"hamlet/internal/content"
	"hamlet/internal/web"
)

// openTheme is the folder of a theme; nil if there is none. A link in it that leads
// out of it is not followed: themes come from other people, and all below static/ is
// for everybody to read. The folder is closed when nothing uses it any more.
func openTheme(dir string) fs.FS {
	if dir == "" {
		return nil
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil
	}
	return root.FS()
}

// workshop serves the blog to its author at work, and makes the server anew when
// the theme changes.
type workshop struct {
	*web.Workshop
	app      *App
	settings settings
	theme    string // what was wrong with it; empty for nothing
}

func newWorkshop(a *App, s settings) *workshop {
	w := &workshop{Workshop: web.NewWorkshop(a.web), app: a, settings: s}
	a.library.changed = w.Changed
	return w
}

// watch follows the theme's folder until the context ends.
func (w *workshop) watch(ctx context.Context) error {
	log := w.app.world.Log
	log.InfoContext(ctx, "writing mode: drafts are shown; this is not for readers")
	if w.settings.theme == "" {
		<-ctx.Done()
		return nil
	}
	log.InfoContext(ctx, "watching", "theme", w.settings.theme)
	return content.Watch(ctx, w.settings.theme, func() { w.restyle(ctx) })
}

// restyle takes the theme as it is now, or keeps it as it was.
func (w *workshop) restyle(ctx context.Context) {
	server, err := w.app.newWeb(ctx, w.settings)
	w.Restyle(server, err)
	told := w.theme
	if w.theme = ""; err != nil {
		w.theme = err.Error()
	}
	if w.theme != "" && w.theme != told {
		w.app.world.Log.ErrorContext(ctx, "the theme is broken; the last good one is still used", "error", w.theme)
	}
}
