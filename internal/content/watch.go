package content

import (
	"context"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// Watcher tells when a content folder changes. It listens to the operating
// system, which tells at once but not everything (network mounts, a folder that
// was taken away and came back), and looks through the folder itself from time to
// time. The folder need not exist yet. The zero Watcher is ready.
type Watcher struct {
	// Quiet is how long nothing has to happen after a change until it is told, so
	// that an author's "save all" is one change; 30 ms if zero, which nobody notices
	// and which is longer than editors need to replace a file. Changes that go on and
	// on, as when another version is checked out, are told after ten times as long,
	// and again and again.
	Quiet time.Duration
	// Rescan is how often the folder is looked through; 30 s if zero.
	Rescan time.Duration
}

// Watch watches with the default [Watcher].
func Watch(ctx context.Context, dir string, changed func()) error {
	return Watcher{}.Run(ctx, dir, changed)
}

// Run calls changed after every change in dir, until ctx is done. It calls it
// once at the beginning too, when it has begun to listen: what happened between
// the caller's own reading and that moment would be missed otherwise. The calls
// are one after another.
//
// If the operating system cannot help (it limits how much may be watched), Run
// still looks through the folder.
func (w Watcher) Run(ctx context.Context, dir string, changed func()) error {
	r := &watch{dir: dir, quiet: orElse(w.Quiet, 30*time.Millisecond), changed: changed}
	if n, err := fsnotify.NewWatcher(); err == nil {
		r.notify, r.events, r.errors = n, n.Events, n.Errors
		defer func() { _ = n.Close() }()
	}
	rescan := time.NewTicker(orElse(w.Rescan, 30*time.Second))
	defer rescan.Stop()
	r.add(dir)
	r.tell()
	r.loop(ctx, rescan.C)
	return nil
}

func orElse(d, other time.Duration) time.Duration {
	if d <= 0 {
		return other
	}
	return d
}

// watch is a Watcher at work.
type watch struct {
	dir     string
	quiet   time.Duration
	changed func()
	notify  *fsnotify.Watcher // nil if the operating system does not help
	events  <-chan fsnotify.Event
	errors  <-chan error
	seen    uint64 // fingerprint of what was told last; 0 if it was not taken

	calm  <-chan time.Time // a change is waiting for quiet
	limit <-chan time.Time // and will not wait longer than this
}

func (r *watch) loop(ctx context.Context, rescan <-chan time.Time) {
	for {
		select {
		case <-ctx.Done():
			return
		case e := <-r.events:
			r.event(e)
		case _, lost := <-r.errors: // events were lost
			if lost {
				r.wait()
			}
		case <-r.calm:
			r.tell()
		case <-r.limit:
			r.tell()
		case <-rescan:
			r.add(r.dir)
			if now := fingerprint(r.dir); r.seen != now {
				r.seen = now
				r.wait()
			}
		}
	}
}

func (r *watch) event(e fsnotify.Event) {
	if e.Op == fsnotify.Chmod || isNoise(filepath.Base(e.Name)) || r.isBeside(e.Name) {
		return
	}
	if e.Has(fsnotify.Create) {
		r.add(e.Name)
	}
	r.seen = 0
	r.wait()
}

// isBeside reports whether a name is not in the folder but next to it.
func (r *watch) isBeside(name string) bool {
	name, dir := filepath.Clean(name), filepath.Clean(r.dir)
	return name != dir && filepath.Dir(name) == filepath.Dir(dir)
}

// isNoise reports whether a file does not count. Names beginning with two dots
// do: Kubernetes swaps such links to change everything at once.
func isNoise(name string) bool {
	return isLeftover(name) && !strings.HasPrefix(name, "..")
}

// wait lets a change be told when it has been quiet for long enough.
func (r *watch) wait() {
	r.calm = time.After(r.quiet)
	if r.limit == nil {
		r.limit = time.After(10 * r.quiet)
	}
}

// tell takes no fingerprint, which would be most of the work of telling: the next
// look through the folder takes it, and tells once more to be safe.
func (r *watch) tell() {
	r.calm, r.limit = nil, nil
	r.changed()
}

// add watches the folders in a tree. Folders are watched, not files, because
// editors replace files. What the whole tree stands in is watched too: a folder that
// is taken away and comes back, or a link that leads elsewhere now, is seen there.
func (r *watch) add(root string) {
	if r.notify == nil {
		return
	}
	_ = r.notify.Add(filepath.Dir(filepath.Clean(r.dir)))
	root = through(root)
	_ = filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil //nolint:nilerr // gone again, or not ours to read: Load will say so
		}
		if !d.IsDir() {
			return nil
		}
		if name != root && isNoise(d.Name()) {
			return fs.SkipDir
		}
		_ = r.notify.Add(name) // what cannot be watched is looked through
		return nil
	})
}

// through is the name of a folder that leads through a link, if it is one.
func through(root string) string {
	return filepath.Clean(root) + string(filepath.Separator)
}

// fingerprint is a number that differs when a file was added, changed, taken away
// or renamed: it is made of paths, sizes and times.
func fingerprint(root string) uint64 {
	h := fnv.New64a()
	root = through(root)
	_ = filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			note(h, name, err)
			return nil
		}
		if name != root && isNoise(d.Name()) {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if d.IsDir() {
			note(h, name, nil)
			return nil
		}
		info, err := os.Stat(name) // of what a link leads to
		if err != nil {
			note(h, name, err)
			return nil
		}
		note(h, name, fmt.Sprint(info.Size(), info.ModTime().UnixNano(), info.Mode()))
		return nil
	})
	return h.Sum64()
}

func note(w io.Writer, name string, what any) {
	_, _ = fmt.Fprintf(w, "%q %v\n", name, what)
}
