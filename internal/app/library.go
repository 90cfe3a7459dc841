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
	"hamlet/internal/rule"
	"hamlet/internal/site"
)

// library keeps the snapshot of the content folder that is served now. When the
// folder changes it loads and builds a new one and swaps; when a file is
// broken, the last good snapshot stays and the problems are kept to be shown.
type library struct {
	dir     string // empty: fixed, and nothing is watched
	fixed   fs.FS
	baseURL string
	// everything shows drafts and what is scheduled too.
	everything bool
	// changed is told after every look at the folder while running; nil for nobody.
	changed func()
	now     func() time.Time
	log     *slog.Logger

	site     atomic.Pointer[site.Site]
	problems atomic.Pointer[content.Problems]

	loading sync.Mutex       // one load at a time
	loader  *content.Loader  // remembers what it read
	good    *content.Library // what was last read and right
	indexer indexer
	behind  chan struct{} // the index lacks many posts
	built   chan struct{} // there is a new snapshot

	rules *rule.Book // nil until it is open
}

// newLibrary makes a library that has not been loaded.
func newLibrary(dir, baseURL string, w World) *library {
	return &library{
		dir: dir, fixed: w.Content, baseURL: baseURL, now: w.Now, log: w.Log,
		loader: content.NewLoader(content.Options{Now: time.Now}), behind: make(chan struct{}, 1), built: make(chan struct{}, 1),
	}
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
	case p.Comments != content.CommentsOn, l.rules != nil && l.rules.Door(post, p.Date).Closed:
		return comment.ThreadClosed
	default:
		return comment.ThreadOpen
	}
}

// About tells what a post is about, whether it is shown or not.
func (l *library) About(post string) comment.About {
	if p, ok := l.Site().Post(post); ok {
		return about(p.Post)
	}
	return find(l.Site().Hidden(), post)
}

func find(posts []*content.Post, slug string) comment.About {
	for _, p := range posts {
		if p.Kind == content.KindPost && p.Slug == slug {
			return about(p)
		}
	}
	return comment.About{}
}

func about(p *content.Post) comment.About {
	return comment.About{Title: p.Title, Tags: p.Tags, Authors: p.Authors}
}

// shelf is a library for a command beside the server: it takes no comments, and reads
// the content folder when it is first asked what a post is about. Of a folder that is
// broken it knows nothing.
type shelf struct {
	read func() *content.Library
	now  func() time.Time
}

func newShelf(s settings, w World) *shelf {
	l := newLibrary(s.content, "", w)
	return &shelf{now: w.Now, read: sync.OnceValue(func() *content.Library {
		lib, err := l.read()
		if err != nil {
			return content.Empty()
		}
		return lib
	})}
}

// Site is the blog as it is now.
func (s *shelf) Site() *site.Site { return site.Build(s.read(), site.Options{Now: s.now()}) }

// Thread takes comments under no post; moderators answer all the same.
func (s *shelf) Thread(post string) comment.ThreadState {
	if _, ok := s.Site().Post(post); !ok {
		return comment.ThreadMissing
	}
	return comment.ThreadClosed
}

// About tells what a post is about.
func (s *shelf) About(post string) comment.About { return find(s.read().Posts, post) }

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

// load reads the folder and builds a new snapshot of it. If it is broken or gone,
// the error is content.Problems and the last good snapshot stays; only a blog
// that never had a folder starts empty.
func (l *library) load() error {
	l.loading.Lock()
	defer l.loading.Unlock()
	lib, err := l.read()
	ps, _ := errors.AsType[content.Problems](err)
	l.problems.Store(&ps)
	switch {
	case err == nil:
		l.good = lib
	case l.good == nil && errors.Is(err, errNoFolder):
		l.good = content.Empty()
	default:
		return fmt.Errorf("load content: %w", err)
	}
	if !l.indexer.update(l.good, atOnce) {
		ring(l.behind)
	}
	l.build()
	return nil
}

// ring tells whoever waits on a bell, or will; once is enough.
func ring(bell chan<- struct{}) {
	select {
	case bell <- struct{}{}:
	default:
	}
}

// errNoFolder means that there is no content folder at all.
var errNoFolder = errors.New("no content folder")

func (l *library) read() (*content.Library, error) {
	if l.fixed != nil {
		return l.loader.Load(l.fixed)
	}
	root, err := openFolder(l.dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		const message = "there is no such folder; hamlet init DIR makes one with a first post"
		return nil, errors.Join(errNoFolder, content.Problems{{File: l.dir, Message: message}})
	case err != nil:
		return nil, content.Problems{{File: l.dir, Message: "the folder cannot be opened: " + err.Error()}}
	}
	defer func() { _ = root.Close() }()
	return l.loader.Load(root)
}

// build makes the snapshot of what was last read and right.
func (l *library) build() {
	l.site.Store(site.Build(l.good, site.Options{BaseURL: l.baseURL, Now: l.now(), Index: l.indexer.index, Everything: l.everything}))
	ring(l.built)
}

// complete renders, whenever many posts are new, all of them, so that no reader
// waits for it, and makes the index of the search; until the context ends.
func (l *library) complete(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-l.behind:
		}
		l.completeOnce(ctx)
	}
}

// completeOnce renders all posts and serves with their index.
func (l *library) completeOnce(ctx context.Context) {
	start := l.now()
	lib, many := l.unindexed()
	if !many {
		return // it was done with the last ones
	}
	made := indexAll(ctx, lib)
	if ctx.Err() != nil {
		return
	}
	l.adopt(made)
	l.log.InfoContext(ctx, "all posts are rendered", "posts", len(lib.Posts), "took", l.now().Sub(start).Round(time.Millisecond))
}

// unindexed is what was last read and right, and whether many posts of it are not
// in the index.
func (l *library) unindexed() (lib *content.Library, many bool) {
	l.loading.Lock()
	defer l.loading.Unlock()
	put, _ := l.indexer.changes(searched(l.good))
	return l.good, len(put) > atOnce
}

// adopt serves with an index that was made meanwhile, and brings it in step with
// what changed since.
func (l *library) adopt(made indexer) {
	l.loading.Lock()
	defer l.loading.Unlock()
	l.indexer = made
	if !l.indexer.update(l.good, atOnce) {
		ring(l.behind)
	}
	l.build()
}

// reload is load while running: it says in the log what came of it, if it is
// news.
func (l *library) reload() {
	version, told := l.Site().Version, l.Problems().Error()
	err := l.load()
	switch {
	case err == nil && (l.Site().Version != version || told != ""):
		l.log.Info("content loaded", "version", l.Site().Version)
	case err != nil && l.Problems().Error() != told:
		l.log.Error("content is broken; the last good version is still served", "error", err.Error())
	}
}

// publish shows the scheduled posts that are due, and takes away those that have
// expired, whatever else became of the folder meanwhile.
func (l *library) publish() {
	l.loading.Lock()
	defer l.loading.Unlock()
	version := l.Site().Version
	l.build()
	if now := l.Site().Version; now != version {
		l.log.Info("a scheduled post appears, or one expires", "version", now)
	}
}

// watch reloads when the folder changes and when a post is to appear or to expire,
// until the context ends.
func (l *library) watch(ctx context.Context) error {
	if l.fixed != nil {
		<-ctx.Done()
		return nil
	}
	changed := make(chan struct{}, 1)
	notify := func() { ring(changed) }
	l.log.InfoContext(ctx, "watching", "content", l.dir)
	watching := make(chan error, 1)
	go func() { watching <- content.Watch(ctx, l.dir, notify) }()
	for {
		select {
		case err := <-watching:
			return err
		case <-changed:
			l.reload()
		case <-l.due():
			l.publish()
		}
		if l.changed != nil {
			l.changed()
		}
	}
}

// due fires when the next post appears or expires; never if there is none. It
// fires at least once an hour while there is one, so that a clock that was set does
// not make it late for long.
func (l *library) due() <-chan time.Time {
	next := l.Site().Next()
	if next.IsZero() {
		return nil
	}
	return time.After(min(max(next.Sub(l.now()), 0)+time.Millisecond, time.Hour))
}
