package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"hamlet/internal/comment"
	"hamlet/internal/content"
	"hamlet/internal/site"
)

// library keeps the snapshot of the content folder that is served now. When the
// folder changes it loads and builds a new one and swaps; when a file is
// broken, the last good snapshot stays and the problems are kept to be shown.
type library struct {
	dir     string // empty: fixed, and nothing is watched
	fixed   fs.FS
	baseURL string
	now     func() time.Time
	log     *slog.Logger

	reloading sync.Mutex // one reload at a time
	site      atomic.Pointer[site.Site]
	problems  atomic.Pointer[content.Problems]
}

// Site is the snapshot to serve.
func (l *library) Site() *site.Site { return l.site.Load() }

// Problems is what is wrong with the folder now.
func (l *library) Problems() content.Problems {
	if p := l.problems.Load(); p != nil {
		return *p
	}
	return nil
}

// Thread tells whether a post takes comments.
func (l *library) Thread(post string) comment.ThreadState {
	p, ok := l.Site().Post(post)
	switch {
	case !ok:
		return comment.ThreadMissing
	case p.Comments != content.CommentsOn:
		return comment.ThreadClosed
	default:
		return comment.ThreadOpen
	}
}

// Open opens a file of the content folder, as the folder is now: it follows no
// link out of it, and a folder that was replaced as a whole is found again.
func (l *library) Open(name string) (fs.File, error) {
	if l.fixed != nil {
		return l.fixed.Open(name)
	}
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	return os.OpenInRoot(l.dir, name)
}

// missing reports whether there is no content folder at all.
func (l *library) missing() bool {
	if l.fixed != nil {
		return false
	}
	_, err := os.Stat(l.dir)
	return errors.Is(err, fs.ErrNotExist)
}

// load reads the folder and swaps the snapshot. If files are broken, the error
// is content.Problems and the snapshot stays as it was.
func (l *library) load() error {
	l.reloading.Lock()
	defer l.reloading.Unlock()
	if l.missing() {
		l.swap(content.Empty())
		l.problems.Store(&content.Problems{{
			File: l.dir, Message: "there is no such folder; hamlet init DIR makes one with a first post",
		}})
		return nil
	}
	lib, err := l.read()
	if ps, ok := errors.AsType[content.Problems](err); ok {
		l.problems.Store(&ps)
	}
	if err != nil {
		return fmt.Errorf("load content: %w", err)
	}
	l.problems.Store(nil)
	l.swap(lib)
	return nil
}

func (l *library) read() (*content.Library, error) {
	if l.fixed != nil {
		return content.Load(l.fixed)
	}
	root, err := os.OpenRoot(l.dir)
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	return content.Load(root.FS())
}

func (l *library) swap(lib *content.Library) {
	l.site.Store(site.Build(lib, site.Options{BaseURL: l.baseURL, Now: l.now()}))
}

// reload is load while running: it says in the log what came of it, if
// anything.
func (l *library) reload() {
	before := l.Site().Version
	if err := l.load(); err != nil {
		l.log.Error("content is broken; the last good version is still served", "error", err.Error())
		return
	}
	if now := l.Site().Version; now != before {
		l.log.Info("content loaded", "version", now)
	}
}

// watch reloads when the folder changes and when a scheduled post is due, until
// the context ends.
func (l *library) watch(ctx context.Context) error {
	if l.fixed != nil {
		<-ctx.Done()
		return nil
	}
	changed := make(chan struct{}, 1)
	notify := func() {
		select {
		case changed <- struct{}{}:
		default:
		}
	}
	l.log.InfoContext(ctx, "watching", "content", l.dir)
	watching := make(chan error, 1)
	go func() { watching <- content.Watch(ctx, l.dir, notify) }()
	for {
		select {
		case err := <-watching:
			return err
		case <-changed:
		case <-l.due():
		}
		l.reload()
	}
}

// due fires when the next scheduled post appears; never if there is none. It
// fires at least once an hour while one is scheduled, so that a clock
// that was set does not make a post late for long.
func (l *library) due() <-chan time.Time {
	next := l.Site().Next()
	if next.IsZero() {
		return nil
	}
	return time.After(min(max(next.Sub(l.now()), 0)+time.Millisecond, time.Hour))
}
