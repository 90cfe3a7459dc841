package content_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"hamlet/internal/content"
)

// never is longer than any test: what waits for it does not happen.
const never = time.Hour

// watching runs a Watcher and gives a channel that gets a value for every call.
func watching(t *testing.T, w content.Watcher, dir string) <-chan struct{} {
	t.Helper()
	calls := make(chan struct{}, 100)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- w.Run(ctx, dir, func() { calls <- struct{}{} }) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: got %v, want nil", err)
		}
		goleak.VerifyNone(t, goleak.IgnoreCurrent())
	})
	told(t, calls, "at the beginning")
	return calls
}

// told waits for a call.
func told(t *testing.T, calls <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-calls:
	case <-time.After(time.Minute):
		t.Fatalf("not told %s", what)
	}
}

func TestWatchTellsOfEveryChange(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/posts/a.md", "one")
	calls := watching(t, content.Watcher{Quiet: time.Millisecond, Rescan: never}, dir)
	for _, tt := range []struct {
		what   string
		change func() error
	}{
		{"of a change", func() error { return os.WriteFile(dir+"/posts/a.md", []byte("two"), 0o600) }},
		{"of a new file", func() error { return os.WriteFile(dir+"/posts/b.md", nil, 0o600) }},
		{"of a file that was renamed", func() error { return os.Rename(dir+"/posts/b.md", dir+"/posts/c.md") }},
		{"of a file that was replaced", func() error {
			if err := os.WriteFile(dir+"/posts/.a.md.tmp", []byte("three"), 0o600); err != nil {
				return err
			}
			return os.Rename(dir+"/posts/.a.md.tmp", dir+"/posts/a.md")
		}},
		{"of a file that was taken away", func() error { return os.Remove(dir + "/posts/c.md") }},
		{"of a new folder", func() error { return os.MkdirAll(dir+"/posts/2026/trip", 0o700) }},
		{"of a file in a new folder", func() error { return os.WriteFile(dir+"/posts/2026/trip/index.md", nil, 0o600) }},
		{"of a folder that was taken away", func() error { return os.RemoveAll(dir + "/posts/2026") }},
	} {
		drain(calls)
		if err := tt.change(); err != nil {
			t.Fatal(err)
		}
		told(t, calls, tt.what)
	}
}

// drain waits until nothing more is told of what was done before.
func drain(calls <-chan struct{}) {
	for {
		select {
		case <-calls:
		case <-time.After(30 * time.Millisecond):
			return
		}
	}
}

func TestWatchTellsOfManyChangesOnce(t *testing.T) {
	dir := t.TempDir()
	calls := watching(t, content.Watcher{Quiet: 2 * time.Second, Rescan: never}, dir)
	for i := range 50 {
		write(t, filepath.Join(dir, "posts", string(rune('a'+i%26))+".md"), "x")
	}
	told(t, calls, "of the changes")
	if n := len(calls); n > 0 {
		t.Errorf("told %d times more than once", n)
	}
}

func TestWatchPassesOverLeftovers(t *testing.T) {
	dir := t.TempDir()
	calls := watching(t, content.Watcher{Quiet: time.Millisecond, Rescan: never}, dir)
	for _, name := range []string{"/.a.md.swp", "/a.md~", "/#a.md#"} {
		write(t, dir+name, "x")
	}
	write(t, dir+"/.git/config", "x")
	select {
	case <-calls:
		t.Error("told of what an editor left behind")
	case <-time.After(50 * time.Millisecond): // a hundred times as long as it would take
	}
	write(t, dir+"/a.md", "x")
	told(t, calls, "of the post")
}

// TestWatchLooksForItself watches a folder in a folder that does not exist yet,
// where the operating system has nothing to tell of.
func TestWatchLooksForItself(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "later", "content")
	calls := watching(t, content.Watcher{Quiet: time.Millisecond, Rescan: 5 * time.Millisecond}, dir)
	write(t, dir+"/posts/a.md", "x")
	told(t, calls, "of the folder")
	drain(calls)
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	told(t, calls, "that the folder is gone")
	drain(calls)
	write(t, dir+"/posts/a.md", "y")
	told(t, calls, "that it is back")
}

// TestWatchLooksThroughLinks changes what a link leads to, outside of the folder.
func TestWatchLooksThroughLinks(t *testing.T) {
	dir, shelf := t.TempDir(), t.TempDir()
	write(t, shelf+"/a.md", "x")
	symlink(t, shelf+"/a.md", dir+"/posts/a.md")
	calls := watching(t, content.Watcher{Quiet: time.Millisecond, Rescan: 5 * time.Millisecond}, dir)
	write(t, shelf+"/a.md", "longer")
	told(t, calls, "of the change")
}

func TestWatchSwapsOfKubernetes(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/..1/a.md", "x")
	write(t, dir+"/..2/a.md", "y")
	symlink(t, "..1", dir+"/..data")
	symlink(t, "..data/a.md", dir+"/a.md")
	calls := watching(t, content.Watcher{Quiet: time.Millisecond, Rescan: never}, dir)
	symlink(t, "..2", dir+"/..new")
	if err := os.Rename(dir+"/..new", dir+"/..data"); err != nil {
		t.Fatal(err)
	}
	told(t, calls, "of the swap")
}

// TestWatchDoesNotWaitForever changes something all the time.
func TestWatchDoesNotWaitForever(t *testing.T) {
	dir := t.TempDir()
	calls := watching(t, content.Watcher{Quiet: 20 * time.Millisecond, Rescan: never}, dir)
	deadline := time.After(time.Minute)
	for i := 0; ; i++ {
		select {
		case <-calls:
			return
		case <-deadline:
			t.Fatal("not told while changes go on")
		case <-time.After(time.Millisecond):
			write(t, dir+"/a.md", time.Duration(i).String())
		}
	}
}

// TestWatchFindsTheFolderAgain takes the folder itself away and puts it back, in
// the ways a deployment does.
func TestWatchFindsTheFolderAgain(t *testing.T) {
	parent := t.TempDir()
	dir := parent + "/content"
	write(t, dir+"/posts/a.md", "one")
	write(t, parent+"/next/posts/a.md", "two")
	calls := watching(t, content.Watcher{Quiet: time.Millisecond, Rescan: never}, dir)
	for _, tt := range []struct {
		what   string
		change func() error
	}{
		{"that it was renamed", func() error { return os.Rename(dir, parent+"/away") }},
		{"that it came back", func() error { return os.Rename(parent+"/away", dir) }},
		{"of a change after that", func() error { return os.WriteFile(dir+"/posts/a.md", []byte("three"), 0o600) }},
		{"that it was deleted", func() error { return os.RemoveAll(dir) }},
		{"that a link stands in its place", func() error { return os.Symlink("next", dir) }},
		{"of a change behind the link", func() error { return os.WriteFile(parent+"/next/posts/a.md", []byte("four"), 0o600) }},
	} {
		drain(calls)
		if err := tt.change(); err != nil {
			t.Fatal(err)
		}
		told(t, calls, tt.what)
	}
}
