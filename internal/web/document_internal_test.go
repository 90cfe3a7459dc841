package web

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"hamlet/internal/site"
)

// names are what a value of a type has, and all that can be reached from it.
func namesFrom(t reflect.Type, into map[string]bool, seen map[reflect.Type]bool) {
	if t == nil || seen[t] || (t.PkgPath() != "" && !strings.HasPrefix(t.PkgPath(), "hamlet/")) {
		return
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		namesFrom(t.Elem(), into, seen)
	case reflect.Struct:
		for f := range t.Fields() {
			if f.IsExported() || f.Anonymous {
				into[f.Name] = true
				namesFrom(f.Type, into, seen)
			}
		}
		namesFrom(reflect.PointerTo(t), into, seen)
	}
	for m := range t.Methods() {
		into[m.Name] = true
		if m.Type.NumOut() > 0 {
			namesFrom(m.Type.Out(0), into, seen)
		}
	}
}

func reachable(v any) map[string]bool {
	names := map[string]bool{}
	namesFrom(reflect.TypeOf(v), names, map[reflect.Type]bool{})
	return names
}

// dotted are the names in a part of the manual.
var dotted = regexp.MustCompile(`\.([A-Z][A-Za-z]*)`)

// TestTheManualOfTemplatesIsTrue reads what package templates promises to themes
// and looks for each name in the data of the page.
func TestTheManualOfTemplatesIsTrue(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("../../templates/embed.go")
	if err != nil {
		t.Fatal(err)
	}
	manual, _, _ := strings.Cut(strings.ReplaceAll(string(file), "\n//", "\n"), "package templates")
	has := func(where, text string, names map[string]bool) {
		found := dotted.FindAllStringSubmatch(text, -1)
		if len(found) == 0 && !strings.Contains(text, "nothing more") {
			t.Errorf("%s: the manual names nothing", where)
		}
		for _, m := range found {
			if !names[m[1]] {
				t.Errorf("%s: there is no .%s", where, m[1])
			}
		}
	}
	_, every, _ := strings.Cut(manual, "# What every page has")
	every, post, _ := strings.Cut(every, "# What a post has")
	post, each, _ := strings.Cut(post, "# What each page has")
	has("every page", every, reachable(frame{}))
	has("a post", post, reachable(&site.Post{}))
	each, comment, _ := strings.Cut(each, "A comment has")
	has("a comment", comment, reachable(commentView{}))

	rows := regexp.MustCompile(`(?m)^\s+(\w+)\.html\s`).FindAllStringSubmatchIndex(each, -1)
	told := map[string]bool{}
	for i, at := range rows {
		end := len(each)
		if i+1 < len(rows) {
			end = rows[i+1][0]
		}
		page := each[at[2]:at[3]]
		told[page] = true
		view, ok := views[page]
		if !ok {
			t.Errorf("the manual tells of %s.html, which is no page", page)
			continue
		}
		has(page+".html", each[at[3]+len(".html"):end], reachable(view))
	}
	for page := range views {
		if !told[page] && !strings.HasPrefix(page, "admin_") {
			t.Errorf("the manual does not tell of %s.html", page)
		}
	}
}
