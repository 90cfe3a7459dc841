package app_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"hamlet/internal/app"
)

// TestFolder: the folder is a file system as any other, and nothing leads out of
// it, also from a folder that stays open.
func TestFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var names []string
	for i := range 300 {
		for _, file := range []string{"a.md", "b.md", "c.md"} {
			name := fmt.Sprintf("posts/%03d/%s", i, file)
			write(t, filepath.Join(dir, name), name)
			names = append(names, name)
		}
	}
	outside := filepath.Join(t.TempDir(), "secret")
	write(t, outside, "secret")
	if err := os.Symlink(outside, filepath.Join(dir, "posts/000/out.md")); err != nil {
		t.Fatal(err)
	}
	f, err := app.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	for _, name := range names {
		if got, err := fs.ReadFile(f, name); err != nil || string(got) != name {
			t.Fatalf("%s: got %q, %v", name, got, err)
		}
	}
	for _, name := range []string{"posts/000/out.md", "posts/000/../000/a.md", "posts/none/a.md", "../secret", "/etc/hosts", ""} {
		for range 3 { // the third time from an open folder
			if file, err := f.Open(name); err == nil {
				_ = file.Close()
				t.Errorf("%q was opened", name)
			}
		}
	}
	if _, err := f.Open("posts/000/none.md"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not there: got %v", err)
	}
	if err := os.Remove(filepath.Join(dir, "posts/000/out.md")); err != nil {
		t.Fatal(err)
	}
	if err := fstest.TestFS(f, names...); err != nil {
		t.Error(err)
	}
}
