package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"hamlet/internal/app"
	"hamlet/internal/content"
	"hamlet/internal/site"
)

// whyCmd is hamlet why.
type whyCmd struct {
	File string `arg:"" help:"File of the content folder, from here or from that folder."`
}

// Help is the long help.
func (whyCmd) Help() string {
	return "Says where readers find a post, a page or a file beside one, or why they do not: " +
		"because it is a draft, has a date to come (with the reckoning from one time zone to another), has expired, " +
		"is broken, or is not where the blog looks. Gives the secret address of the preview of what is not shown. Exits with 1 if the file is missing or broken."
}

// Run tells what becomes of the file.
func (c whyCmd) Run(_ context.Context, std stdio, cfg app.Config) error {
	root, err := os.OpenRoot(cfg.Content)
	if err != nil {
		return unreadable(cfg.Content, err)
	}
	defer func() { _ = root.Close() }()
	name, inside, err := locate(cfg.Content, c.File)
	switch {
	case err != nil:
		return fmt.Errorf("why: %w", err)
	case !inside:
		_, _ = fmt.Fprintf(std.Out, "%s: not shown: it is outside of the content folder %s\n", c.File, cfg.Content)
		return nil
	}
	lib, err := content.Load(root.FS())
	problems, _ := errors.AsType[content.Problems](err)
	w := why{out: std.Out, name: name, lib: lib, problems: problems, cfg: cfg, now: time.Now()}
	return w.tell()
}

// locate is the path of a file in the content folder, and whether it is in there.
// The name is one from the current folder or else from the content folder.
func locate(dir, named string) (name string, inside bool, err error) {
	file := named
	if _, here := os.Lstat(file); errors.Is(here, fs.ErrNotExist) && !filepath.IsAbs(file) {
		file = filepath.Join(dir, file)
	}
	if info, err := os.Stat(file); err == nil && info.IsDir() {
		file = indexOf(file)
	}
	switch _, err := os.Lstat(file); {
	case errors.Is(err, fs.ErrNotExist):
		return "", false, fmt.Errorf("there is no file %s, neither from here nor in the content folder %s", named, dir)
	case err != nil:
		return "", false, err
	}
	// The folder of the file is resolved and not the file itself, which may be a link.
	folder, err := filepath.EvalSymlinks(filepath.Dir(file))
	if err != nil {
		return "", false, err
	}
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return "", false, err
	}
	absolute, err := filepath.Abs(filepath.Join(folder, filepath.Base(file)))
	if err != nil {
		return "", false, err
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return "", false, err
	}
	name, err = filepath.Rel(dir, absolute)
	if err != nil || !filepath.IsLocal(name) {
		return "", false, nil //nolint:nilerr // on another drive, for one
	}
	return filepath.ToSlash(name), true, nil
}

// indexOf is the index of a bundle whose folder was named.
func indexOf(dir string) string {
	for _, name := range []string{"index.md", "index.markdown"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			return filepath.Join(dir, name)
		}
	}
	return dir
}

// why answers about one file.
type why struct {
	out      io.Writer
	name     string // in the content folder
	lib      *content.Library
	problems content.Problems
	cfg      app.Config
	now      time.Time
}

func (w why) tell() error {
	own := slices.DeleteFunc(slices.Clone(w.problems), func(p content.Problem) bool { return p.File != w.name })
	if len(own) > 0 {
		w.say("not shown, for something is wrong with it:")
		_, _ = fmt.Fprintln(w.out, own.Error())
		return errSilent
	}
	owner := w.owner()
	switch {
	case owner != nil:
		if err := w.post(owner); err != nil {
			return err
		}
	case content.Overlooked(w.name) != "":
		w.say("not shown: %s", content.Overlooked(w.name))
		return nil
	default:
		w.say("read, and shown nowhere by itself")
	}
	if len(w.problems) > 0 {
		_, _ = fmt.Fprintf(w.out, "But %s elsewhere in the content: until they are mended, a running blog goes on with what was right before, and none is started. hamlet check lists them.\n",
			count(len(w.problems), "problem"))
	}
	return nil
}

func (w why) say(format string, args ...any) {
	_, _ = fmt.Fprintf(w.out, "%s: %s\n", w.name, fmt.Sprintf(format, args...))
}

// owner is the post or page that the file is, or is beside.
func (w why) owner() *content.Post {
	for _, p := range w.lib.Posts {
		if p.Source == w.name || slices.Contains(p.Files, w.name) {
			return p
		}
	}
	return nil
}

// post tells what becomes of a post, or of a file beside it, and where it is.
func (w why) post(p *content.Post) error {
	reason := content.Why(p, w.now)
	if p.Source != w.name {
		w.say("belongs to %s, which is %s", p.Source, reason)
	} else {
		w.say("%s", reason)
	}
	switch reason.State {
	case content.Shown:
		w.shown(p)
	case content.Draft, content.Scheduled, content.Expired:
		path, err := app.Preview(w.cfg, p)
		if err != nil {
			return fmt.Errorf("why: %w", err)
		}
		if path != "" {
			_, _ = fmt.Fprintf(w.out, "Preview, while the blog runs: %s%s\n", w.cfg.BaseURL, path)
		}
	case content.Gone, content.Broken: // nowhere
	}
	return nil
}

// shown says at which address a post is, or a file beside it.
func (w why) shown(p *content.Post) {
	s := site.Build(w.lib, site.Options{BaseURL: w.cfg.BaseURL, Now: w.now})
	shown, ok := s.ByID(site.ID(p))
	if !ok {
		return
	}
	address := shown.URL
	if beside, ok := strings.CutPrefix(w.name, p.Dir+"/"); ok && p.Source != w.name {
		address += "/" + (&url.URL{Path: beside}).EscapedPath()
	}
	_, _ = fmt.Fprintln(w.out, w.cfg.BaseURL+address)
}
