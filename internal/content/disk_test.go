package content_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"hamlet/internal/content"
)

const shortPost = "---\ntitle: T\ndate: 2026-01-02\n---\n"

// write writes a file and the folders above it.
func write(t *testing.T, name, data string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(data), 0o644); err != nil {
		t.Fatal(err)
	}
}

func symlink(t *testing.T, to, name string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(to, name); err != nil {
		t.Fatal(err)
	}
}

// rooted loads a folder as the program does.
func rooted(t *testing.T, dir string) (*content.Library, error) {
	t.Helper()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = root.Close() }()
	return content.Load(root.FS())
}

func TestLinksWithinTheFolderAreFollowed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir+"/shelf/x.md", shortPost)
	write(t, dir+"/shelf/cat.jpg", "x")
	symlink(t, "../shelf/x.md", dir+"/posts/linked.md")
	symlink(t, "../../shelf/x.md", dir+"/posts/trip/index.md")
	symlink(t, "../../shelf/cat.jpg", dir+"/posts/trip/cat.jpg")
	lib, err := rooted(t, dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(lib.Posts) != 2 || lib.Posts[0].Slug != "linked" || strings.Join(lib.Posts[1].Files, " ") != "posts/trip/cat.jpg" {
		t.Errorf("got %+v", lib.Posts)
	}
}

func TestLinksThatAreNotFollowed(t *testing.T) {
	t.Parallel()
	outside := t.TempDir()
	write(t, outside+"/secret.md", "---\ntitle: Secret\ndate: 2026-01-02\n---\n")
	dir := t.TempDir()
	symlink(t, outside+"/secret.md", dir+"/posts/absolute.md")
	symlink(t, "../../"+filepath.Base(outside)+"/secret.md", dir+"/posts/relative.md")
	symlink(t, "nowhere.md", dir+"/posts/dangling.md")
	symlink(t, "loop.md", dir+"/posts/loop.md")
	symlink(t, outside, dir+"/posts/out")
	symlink(t, "trip", dir+"/posts/folder")
	write(t, dir+"/posts/trip/index.md", shortPost)
	symlink(t, outside+"/secret.md", dir+"/posts/trip/asset.txt")
	symlink(t, outside, dir+"/pages")
	symlink(t, outside+"/secret.md", dir+"/site.toml")
	if err := syscall.Mkfifo(dir+"/posts/pipe.md", 0o644); err != nil {
		t.Skipf("no pipes here: %v", err)
	}
	lib, err := rooted(t, dir)
	if err == nil {
		t.Fatal("got no problems")
	}
	var got []string
	for line := range strings.Lines(err.Error()) {
		head, _, _ := strings.Cut(strings.TrimSpace(line), ";")
		got = append(got, head)
	}
	out := ": this link leads out of the content folder, or to nothing: "
	want := []string{
		"pages: this folder cannot be read: path escapes from parent",
		"posts/absolute.md" + out + "path escapes from parent",
		"posts/dangling.md" + out + "no such file or directory",
		"posts/folder: this is a link to a folder, which is not followed",
		"posts/loop.md" + out + "too many levels of symbolic links",
		"posts/out" + out + "path escapes from parent",
		"posts/pipe.md: this is neither a file nor a folder",
		"posts/relative.md" + out + "path escapes from parent",
		"posts/trip/asset.txt" + out + "path escapes from parent",
		"site.toml: this file cannot be read: path escapes from parent",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for _, p := range lib.Posts {
		if p.Title == "Secret" || len(p.Files) > 0 {
			t.Errorf("a link was followed: %+v", p)
		}
	}
}

func TestWhereAFolderShouldBe(t *testing.T) {
	t.Parallel()
	got := problems(t, files("posts", "x", "site.toml/x", "y")).Error()
	want := "posts: this has to be a folder\nsite.toml: this file cannot be read: "
	if !strings.HasPrefix(got, want) {
		t.Errorf("got\n%s\nwant\n%s…", got, want)
	}
}

// broken is a file system in which some names cannot be opened.
type broken struct {
	fs.FS
	names string
}

func (b broken) Open(name string) (fs.File, error) {
	if strings.Contains(" "+b.names+" ", " "+name+" ") {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return b.FS.Open(name)
}

func TestWhatCannotBeRead(t *testing.T) {
	t.Parallel()
	// Hiding MapFS's shortcuts makes everything go through Open.
	inner := struct{ fs.FS }{files("posts/a.md", shortPost, "posts/b.md", shortPost, "posts/shut/c.md", shortPost, "site.toml", "")}
	lib, err := content.Load(broken{inner, "posts/a.md posts/shut site.toml"})
	want := "posts/a.md: this file cannot be read: permission denied\n" +
		"posts/shut: this folder cannot be read: permission denied\n" +
		"site.toml: this file cannot be read: permission denied"
	want = strings.ReplaceAll(want, "permission denied", fs.ErrPermission.Error())
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	if len(lib.Posts) != 1 {
		t.Errorf("got %d posts, want the one that could be read", len(lib.Posts))
	}
	_, err = content.Load(broken{inner, "."})
	if ps, ok := errors.AsType[content.Problems](err); !ok || ps[0].File != "." {
		t.Errorf("a root that cannot be read: got %v, want a Problem with it", err)
	}
}
