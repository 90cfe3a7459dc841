package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// initCmd is hamlet init.
type initCmd struct {
	Dir string `arg:"" help:"Folder to write the blog to; made if it is missing. . is the current one."`
}

// Help is the long help.
func (initCmd) Help() string {
	return "Writes a content folder with a first post and a page. It replaces nothing: if one of its files is there already, nothing is written."
}

// Validate refuses an empty name, which would be the current folder by mistake.
func (c initCmd) Validate() error {
	if c.Dir == "" {
		return errors.New("init needs the name of a folder; . is the current one")
	}
	return nil
}

// Run writes the starter blog, all of it or nothing.
func (c initCmd) Run(_ context.Context, std stdio) error {
	files, err := starterFiles()
	if err != nil {
		return err
	}
	if info, err := os.Stat(c.Dir); err == nil && !info.IsDir() {
		return fmt.Errorf("init %s: nothing was written, for %s is a file", c.Dir, c.Dir)
	}
	if taken := c.taken(files); len(taken) > 0 {
		return fmt.Errorf("init %s: nothing was written, for these files are there already: %s",
			c.Dir, strings.Join(taken, ", "))
	}
	for _, name := range files {
		if err := c.write(name); err != nil {
			return fmt.Errorf("init %s: %w", c.Dir, err)
		}
		_, _ = fmt.Fprintln(std.Out, filepath.Join(c.Dir, name))
	}
	_, _ = fmt.Fprintf(std.Out, "\nYour blog is ready. Serve it with:\n\n  %s\n", c.next())
	return nil
}

// next is the command that serves the new blog.
func (c initCmd) next() string {
	if filepath.Clean(c.Dir) == "." {
		return "hamlet serve"
	}
	return "cd " + shellQuote(c.Dir) + " && hamlet serve"
}

// shellQuote quotes a path for a shell if it needs it.
func shellQuote(path string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/._-", r)
	}
	if strings.HasPrefix(path, "-") {
		path = "./" + path
	}
	if strings.ContainsFunc(path, func(r rune) bool { return !plain(r) }) {
		return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
	}
	return path
}

// starterFiles are the paths of the starter blog's files.
func starterFiles() ([]string, error) {
	var files []string
	err := fs.WalkDir(starterFS, ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list the starter blog: %w", err)
	}
	return files, nil
}

// taken are the files that cannot be written, since something is there.
func (c initCmd) taken(files []string) []string {
	var taken []string
	for _, name := range files {
		path := filepath.Join(c.Dir, name)
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			taken = append(taken, path)
		}
	}
	return taken
}

// write writes one file, and refuses to replace one that came in the meantime.
func (c initCmd) write(name string) error {
	text, err := fs.ReadFile(starterFS, name)
	if err != nil {
		return err
	}
	path := filepath.Join(c.Dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // a blog's content is for everybody
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644) //nolint:gosec // a blog's content is for everybody
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}
