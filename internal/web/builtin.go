package web

import (
	"fmt"
	"io/fs"

	"hamlet/internal/locale"
)

// BuiltIn is what the pages of every blog without a theme are made of: the static files,
// the templates and the texts that the program brings. It is read once and never
// changes; any number of servers share it.
type BuiltIn struct {
	static, templates fs.FS // what a theme lies over
	dress
}

// dress is how the pages of a blog look: made of files, and never changed.
type dress struct {
	assets *assets
	texts  *locale.Catalog
	pages  pages
}

// NewBuiltIn reads the templates and the static files. The texts are those of the
// templates' folder, as locale.Load reads them.
func NewBuiltIn(templates, static fs.FS, texts *locale.Catalog) (*BuiltIn, error) {
	b := &BuiltIn{static: static, templates: templates, dress: dress{texts: texts}}
	var err error
	if b.assets, err = loadAssets(static); err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	if b.pages, err = parsePages(templates, funcs(b.assets)); err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	return b, nil
}
