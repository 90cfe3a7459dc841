package content

import (
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/dustin/go-humanize"
)

// source is a Markdown file to be read.
type source struct {
	found
	kind  Kind
	dir   string  // of a bundle
	files []found // of a bundle, by path
}

// paths are the files of a bundle.
func (s source) paths() []string {
	var paths []string
	for _, f := range s.files {
		paths = append(paths, f.path)
	}
	return paths
}

// found is a file, and what tells that it changed.
type found struct {
	path string
	at   stamp
}

// stamp is the size of a file and when it was last changed. The zero stamp knows
// nothing: some file systems have no times.
type stamp struct {
	size, changed int64 // changed in nanoseconds
}

func stampOf(info fs.FileInfo, err error) stamp {
	if err != nil || info.ModTime().IsZero() {
		return stamp{}
	}
	return stamp{info.Size(), info.ModTime().UnixNano()}
}

// walker looks for sources below a folder.
type walker struct {
	fsys     fs.FS
	kind     Kind
	root     string
	sources  []source
	problems Problems
}

// find lists the sources below root, which may be missing.
func find(fsys fs.FS, root string, kind Kind) ([]source, Problems) {
	w := &walker{fsys: fsys, kind: kind, root: root}
	info, err := fs.Stat(fsys, root)
	switch {
	case err == nil && !info.IsDir():
		w.note(root, "this has to be a folder", "")
	case err == nil || !isMissing(fsys, root):
		w.folder(root)
	}
	return w.sources, w.problems
}

// isMissing reports whether there is nothing of that name, not even a link that
// leads nowhere.
func isMissing(fsys fs.FS, name string) bool {
	_, err := fs.Lstat(fsys, name)
	return errors.Is(err, fs.ErrNotExist)
}

func (w *walker) note(file, message, hint string) {
	w.problems = append(w.problems, Problem{File: file, Message: message, Hint: hint})
}

// folder looks through a folder that may turn out to be a bundle.
func (w *walker) folder(dir string) {
	files, folders := w.list(dir)
	index := ""
	for _, f := range files {
		if isIndex(f.path) {
			index = f.path
		}
	}
	if index != "" && dir != w.root {
		w.bundle(dir, files, folders)
		return
	}
	for _, f := range files {
		switch {
		case isIndex(f.path):
			w.note(f.path, "an index file stands in a folder of its own", "move it to "+w.root+"/NAME/"+path.Base(f.path))
		case isMarkdown(f.path):
			w.sources = append(w.sources, source{found: f, kind: w.kind})
		}
	}
	for _, d := range folders {
		w.folder(d)
	}
}

// bundle takes a folder with an index file in it, and all below it.
func (w *walker) bundle(dir string, files []found, folders []string) {
	s := source{kind: w.kind, dir: dir}
	for len(files)+len(folders) > 0 {
		for _, f := range files {
			switch {
			case !isMarkdown(f.path):
				s.files = append(s.files, f)
			case s.path == "" && isIndex(f.path):
				s.found = f
			default:
				w.note(f.path, "a page bundle has one Markdown file, its index", "move this one out of "+dir)
			}
		}
		if len(folders) == 0 {
			break
		}
		next := folders[0]
		var inner []string
		files, inner = w.list(next)
		folders = append(inner, folders[1:]...)
	}
	slices.SortFunc(s.files, func(a, b found) int { return strings.Compare(a.path, b.path) })
	w.sources = append(w.sources, s)
}

// list sorts what is in a folder into files and folders.
func (w *walker) list(dir string) (files []found, folders []string) {
	entries, err := fs.ReadDir(w.fsys, dir)
	if err != nil {
		w.note(dir, "this folder cannot be read: "+reason(err), "")
	}
	for _, e := range entries {
		if isLeftover(e.Name()) {
			continue
		}
		name := dir + "/" + e.Name()
		switch {
		case e.IsDir():
			folders = append(folders, name)
		case e.Type().IsRegular():
			files = append(files, found{name, stampOf(e.Info())})
		default:
			if at, ok := w.leadsToFile(name, e); ok {
				files = append(files, found{name, at})
			}
		}
	}
	return files, folders
}

// leadsToFile reports whether what is neither a file nor a folder is a link to a
// file.
func (w *walker) leadsToFile(name string, e fs.DirEntry) (stamp, bool) {
	if e.Type()&fs.ModeSymlink == 0 {
		w.note(name, "this is neither a file nor a folder", "take it away")
		return stamp{}, false
	}
	info, err := fs.Stat(w.fsys, name)
	switch {
	case err != nil:
		w.note(name, "this link leads out of the content folder, or to nothing: "+reason(err), "put the file itself here")
		return stamp{}, false
	case info.IsDir():
		w.note(name, "this is a link to a folder, which is not followed", "put the folder itself here")
		return stamp{}, false
	case !info.Mode().IsRegular():
		w.note(name, "this link leads to neither a file nor a folder", "take it away")
		return stamp{}, false
	}
	return stampOf(info, nil), true
}

func isMarkdown(name string) bool {
	ext := strings.ToLower(path.Ext(name))
	return ext == ".md" || ext == ".markdown"
}

func isIndex(name string) bool {
	base := path.Base(name)
	return isMarkdown(name) && strings.EqualFold(strings.TrimSuffix(base, path.Ext(base)), "index")
}

// isLeftover reports whether a file is hidden, or was left behind by an editor.
func isLeftover(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") ||
		(strings.HasPrefix(name, "#") && strings.HasSuffix(name, "#"))
}

// unread is a Problem with a file that could not be read.
type unread struct {
	Problem
	cause error
}

// read reads a file of at most MaxMarkdown bytes.
func read(fsys fs.FS, name string) ([]byte, *unread) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, cannotRead(name, err)
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return nil, cannotRead(name, err)
	}
	if size := info.Size(); size > MaxMarkdown {
		return nil, tooBig(name, size)
	}
	data, err := readUpTo(f, int(info.Size()))
	if err != nil {
		return nil, cannotRead(name, err)
	}
	if len(data) > MaxMarkdown {
		return nil, tooBig(name, int64(len(data)))
	}
	return data, nil
}

// readUpTo reads all of f, but little more than MaxMarkdown bytes. A file has the
// size it said it has, unless somebody is writing it.
func readUpTo(f io.Reader, size int) ([]byte, error) {
	data := make([]byte, 0, size+1) // one more, to see the end
	for len(data) <= MaxMarkdown {
		if len(data) == cap(data) {
			data = slices.Grow(data, len(data))
		}
		n, err := f.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		if errors.Is(err, io.EOF) {
			return data, nil
		}
		if err != nil {
			return nil, err
		}
	}
	return data, nil
}

func tooBig(name string, size int64) *unread {
	return &unread{Problem: Problem{
		File: name,
		Message: "the file has " + humanize.IBytes(uint64(size)) + //nolint:gosec // sizes are not negative
			"; at most " + humanize.IBytes(MaxMarkdown) + " are possible",
		Hint: "split it, or put what is not text beside an index.md",
	}}
}

func cannotRead(name string, err error) *unread {
	return &unread{Problem: Problem{File: name, Message: "this file cannot be read: " + reason(err)}, cause: err}
}

// reason is an error without the path, which the Problem names.
func reason(err error) string {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Err.Error()
	}
	return err.Error()
}
