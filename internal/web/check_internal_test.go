package web

import (
	"testing"
)

// TestBuiltInTemplatesAreRight holds our own templates to what a theme's must
// keep to, and each page to a view.
func TestBuiltInTemplatesAreRight(t *testing.T) {
	t.Parallel()
	own := MustBuiltIn(t)
	ps := own.pages
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
	c := checker{texts: own.texts, assets: own.assets, funcs: funcs(own.assets)}
	if err := c.check(ps); err != nil {
		t.Error(err)
	}
}
