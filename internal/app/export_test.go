package app

import (
	"context"
	"io/fs"
	"log/slog"
	"net"
	"time"

	"hamlet/internal/comment"
)

// Validate returns nil or a *SettingError for the first wrong setting.
func (c Config) Validate() error {
	_, err := c.settings()
	return err
}

// SetDrain changes how long requests under way may take at the end.
func (a *App) SetDrain(d time.Duration) { a.drain = d }

// Promise looks how the filter does.
func (a *App) Promise(ctx context.Context) error { return a.promise(ctx) }

// Store is where the comments are kept.
func (a *App) Store() comment.Store { return a.db.Comments() }

// Library is the library of a blog, alone.
type Library struct{ *library }

// NewLibrary makes one of a fixed folder.
func NewLibrary(folder fs.FS, log *slog.Logger) Library {
	w := World{Content: folder, Log: log}
	return Library{newLibrary("", "https://blog.example.org", w.filled())}
}

// Beside tells what posts are about, as a command beside the server does.
func Beside(folder fs.FS) func(post string) comment.About {
	return newShelf(settings{}, World{Content: folder}.filled()).About
}

// Load reads the folder.
func (l Library) Load() error { return l.load() }

// Complete renders everything whenever that is to be done.
func (l Library) Complete(ctx context.Context) error { return l.complete(ctx) }

// Remind rings so often for Complete that all but the last two are answered.
func (l Library) Remind(times int) {
	for range times {
		l.behind <- struct{}{}
	}
}

// Folder is a content folder that is read as a whole.
type Folder = folder

// OpenFolder opens one.
func OpenFolder(dir string) (*Folder, error) { return openFolder(dir) }

// Front is what answers a blog's plain requests, on a listener of the test's.
type Front = front

// NewFront makes one whose clients may take an hour to ask, and write to take an answer.
func (a *App) NewFront(l net.Listener, write time.Duration) *Front {
	return newFront(l, a.quick(), limits{time.Hour, time.Hour, write}, a.world.Log)
}

// Finish waits for the answers under way.
func (f *Front) Finish(ctx context.Context) error { return f.finish(ctx) }
