package web

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"hamlet/internal/locale"
)

// A theme is a folder that changes how the pages look, file by file:
//
//	theme/templates/post.html   in place of the built-in post.html
//	theme/static/style.css      in place of the built-in style.css
//	theme/static/logo.svg       one more, {{asset "logo.svg"}}
//	theme/locales/fr.toml       one more language
//	theme/locales/en.toml       other words, text by text
//
// What templates may use is told in package templates. The words of this file: what is
// built in lies under, the theme lies over.

// ThemeError is a mistake in a file of a theme.
type ThemeError struct {
	File    string // as on disk
	Line    int    // 0: the file as a whole
	Message string
}

func (e *ThemeError) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Message
	}
	return e.File + ":" + strconv.Itoa(e.Line) + ": " + e.Message
}

// wear takes what is built in, or puts the theme's static files, texts and templates
// before it.
func (s *Server) wear() error {
	s.dress = s.BuiltIn.dress
	if s.Theme == nil {
		return nil
	}
	static, templates := overlay{s.Theme, "static", s.BuiltIn.static}, overlay{s.Theme, "templates", s.BuiltIn.templates}
	var err error
	if s.assets, err = loadAssets(static); err != nil {
		return err
	}
	if s.texts, err = s.loadTexts(); err != nil {
		return err
	}
	if err := s.knownTemplates(); err != nil {
		return err
	}
	if s.pages, err = parsePages(templates, funcs(s.assets)); err != nil {
		return s.inTheme(err)
	}
	c := checker{texts: s.texts, assets: s.assets, funcs: funcs(s.assets), dir: s.ThemeDir}
	return c.check(s.pages)
}

// loadTexts loads the languages; the theme's mistakes name its files.
func (s *Server) loadTexts() (*locale.Catalog, error) {
	texts, err := locale.Load(s.BuiltIn.templates, s.Theme)
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range many.Unwrap() {
			if p, ok := errors.AsType[*locale.FileError](e); ok {
				p.File = filepath.Join(s.ThemeDir, filepath.FromSlash(p.File))
			}
		}
	}
	return texts, err
}

// knownTemplates refuses a template of the theme that nothing would use.
func (s *Server) knownTemplates() error {
	known, err := fs.Glob(s.BuiltIn.templates, "*.html")
	if err != nil {
		return fmt.Errorf("list templates: %w", err)
	}
	given, err := fs.Glob(s.Theme, "templates/*.html")
	if err != nil {
		return fmt.Errorf("list the theme's templates: %w", err)
	}
	for _, name := range given {
		if base := path.Base(name); !slices.Contains(known, base) && !isLeftover(base) {
			return &ThemeError{
				File:    filepath.Join(s.ThemeDir, filepath.FromSlash(name)),
				Message: "nothing uses a template of this name; the templates are " + strings.Join(known, ", "),
			}
		}
	}
	return nil
}

// position is how the template packages say where a mistake is.
var position = regexp.MustCompile(`(?s)template: ([\w.-]+\.html):(\d+)(?::\d+)?: (.*)$`)

// inTheme says where on disk a mistake in a template is.
func (s *Server) inTheme(err error) error {
	m := position.FindStringSubmatch(err.Error())
	if m == nil {
		return err
	}
	line, _ := strconv.Atoi(m[2]) // digits, as the pattern says
	return &ThemeError{File: filepath.Join(s.ThemeDir, "templates", m[1]), Line: line, Message: m[3]}
}

// overlay is a folder of a file system, and what lies under it where the folder
// has no file of a name.
type overlay struct {
	over   fs.FS
	folder string
	under  fs.FS
}

// Open opens the file of the upper file system, or else of the lower.
func (o overlay) Open(name string) (fs.File, error) {
	f, err := o.over.Open(path.Join(o.folder, name))
	if errors.Is(err, fs.ErrNotExist) {
		return o.under.Open(name)
	}
	return f, err
}

// ReadDir lists what both have in a folder, without what editors leave behind.
func (o overlay) ReadDir(name string) ([]fs.DirEntry, error) {
	under, err := fs.ReadDir(o.under, name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	over, overErr := fs.ReadDir(o.over, path.Join(o.folder, name))
	if overErr != nil && (err != nil || !errors.Is(overErr, fs.ErrNotExist)) {
		return nil, overErr
	}
	over = slices.DeleteFunc(over, func(e fs.DirEntry) bool { return isLeftover(e.Name()) })
	for _, e := range under {
		if !slices.ContainsFunc(over, func(o fs.DirEntry) bool { return o.Name() == e.Name() }) {
			over = append(over, e)
		}
	}
	slices.SortFunc(over, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return over, nil
}

// isLeftover reports whether a file is hidden or an editor's own.
func isLeftover(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") || strings.HasPrefix(name, "#")
}
