package app

import (
	"io/fs"
	"os"
	"path"
	"sync"
)

// folder is a content folder that is read as a whole: a folder in it from which a
// second file is opened stays open, so that the path to it is not walked for each
// of its files. Nothing leads out of it, as with [os.Root]. It is for one reading
// and closed after it.
type folder struct {
	whole interface {
		fs.ReadDirFS
		fs.StatFS
		fs.ReadLinkFS
	}
	root *os.Root

	mu   sync.Mutex
	seen map[string]*os.Root // folders from which a file was opened; nil: only one
	open int
}

// mostOpen is how many folders are open at most.
const mostOpen = 128

// openFolder opens a content folder.
func openFolder(dir string) (*folder, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	f := &folder{root: root, seen: map[string]*os.Root{}}
	f.whole = root.FS().(interface {
		fs.ReadDirFS
		fs.StatFS
		fs.ReadLinkFS
	})
	return f, nil
}

// Open opens a file.
func (f *folder) Open(name string) (fs.File, error) {
	dir, file := path.Split(name)
	if in := f.in(path.Clean(dir)); in != nil && fs.ValidPath(name) {
		return in.Open(file)
	}
	return f.whole.Open(name)
}

// in is the open folder of that name; nil if it is not, and a path has to be walked.
func (f *folder) in(dir string) *os.Root {
	f.mu.Lock()
	defer f.mu.Unlock()
	in, again := f.seen[dir]
	if in != nil || !again || f.open == mostOpen {
		f.seen[dir] = in
		return in
	}
	in, err := f.root.OpenRoot(dir)
	if err != nil {
		return nil // opening the file will tell
	}
	f.seen[dir] = in
	f.open++
	return in
}

// ReadDir lists a folder.
func (f *folder) ReadDir(name string) ([]fs.DirEntry, error) { return f.whole.ReadDir(name) }

// Stat tells about a file, or what a link leads to.
func (f *folder) Stat(name string) (fs.FileInfo, error) { return f.whole.Stat(name) }

// Lstat tells about a file or a link.
func (f *folder) Lstat(name string) (fs.FileInfo, error) { return f.whole.Lstat(name) }

// ReadLink tells where a link leads.
func (f *folder) ReadLink(name string) (string, error) { return f.whole.ReadLink(name) }

// Close lets go of the folder.
func (f *folder) Close() error {
	for _, in := range f.seen {
		if in != nil {
			_ = in.Close() // it was only read
		}
	}
	return f.root.Close()
}
