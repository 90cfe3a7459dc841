package web

import (
	"testing"

	"hamlet/internal/locale"
	"hamlet/static"
	"hamlet/templates"
)

// TestBuiltInTemplatesAreRight holds our own templates to what a theme's must
// keep to, and each page to a view.
func TestBuiltInTemplatesAreRight(t *testing.T) {
	t.Parallel()
	a, err := loadAssets(static.FS)
	if err != nil {
		t.Fatal(err)
	}
	texts, err := locale.Load(templates.FS)
	if err != nil {
		t.Fatal(err)
	}
	ps, err := parsePages(templates.FS, funcs(a))
	if err != nil {
		t.Fatal(err)
	}
	for name := range ps {
		if _, ok := views[name]; !ok {
			t.Errorf("the page %s has no view in the table", name)
		}
	}
	for name := range views {
		if _, ok := ps[name]; !ok {
			t.Errorf("the table has a view for %s, which is no page", name)
		}
	}
	c := checker{texts: texts, assets: a, funcs: funcs(a)}
	if err := c.check(ps); err != nil {
		t.Error(err)
	}
}
