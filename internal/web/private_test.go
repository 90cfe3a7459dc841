package web

import (
	"reflect"
	"strings"
	"testing"
)

// publicViews are all that public pages are rendered from. respondView is not
// among them: it answers the one reader who typed what is in it.
var publicViews = []any{postView{}, listView{}, termsView{}, archiveView{}, lostView{}, pageView{}, privacyView{}, errorView{}, &page{}, threadPage{}, threadJSON{}, oneJSON{}}

// TestPublicViewsHoldNothingPrivate walks the types of public pages for a field
// that could hold somebody's address.
func TestPublicViewsHoldNothingPrivate(t *testing.T) {
	t.Parallel()
	for _, v := range publicViews {
		typ := reflect.TypeOf(v)
		if path := private(typ, typ.Name(), map[reflect.Type]bool{}); path != "" {
			t.Errorf("%s could hold something private", path)
		}
	}
}

func TestPrivateFieldsAreFound(t *testing.T) {
	t.Parallel()
	type deep struct {
		Authors []map[string]*struct{ ContactEmail string }
	}
	tests := []struct {
		name string
		view any
		want bool
	}{
		{"harmless", struct{ Name, Zip, Recipe string }{}, false},
		{"what a reader typed", typed{}, true},
		{"deep", deep{}, true},
		{"address", struct{ Address []byte }{}, true},
		{"ip", struct{ IP string }{}, true},
		{"client ip", struct{ ClientIP string }{}, true},
		{"unexported", struct{ mail string }{}, true},
		{"the answer to a sender", respondView{}, true},
	}
	for _, tt := range tests {
		if got := private(reflect.TypeOf(tt.view), "view", map[reflect.Type]bool{}); (got != "") != tt.want {
			t.Errorf("%s: got %q, want found: %v", tt.name, got, tt.want)
		}
	}
}

// private is the path to a field named like something private, or empty. It
// follows the types of this program only.
func private(t reflect.Type, path string, seen map[reflect.Type]bool) string {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return private(t.Elem(), path, seen)
	case reflect.Map:
		if p := private(t.Key(), path, seen); p != "" {
			return p
		}
		return private(t.Elem(), path, seen)
	case reflect.Struct:
	default:
		return ""
	}
	if seen[t] || (t.PkgPath() != "" && !strings.HasPrefix(t.PkgPath(), "hamlet/")) {
		return ""
	}
	seen[t] = true
	for f := range t.Fields() {
		if soundsPrivate(f.Name) {
			return path + "." + f.Name
		}
		if p := private(f.Type, path+"."+f.Name, seen); p != "" {
			return p
		}
	}
	return ""
}

func soundsPrivate(name string) bool {
	lower := strings.ToLower(name)
	for _, word := range []string{"mail", "address", "gravatar", "remote"} {
		if strings.Contains(lower, word) {
			return true
		}
	}
	return lower == "ip" || strings.HasSuffix(name, "IP") || strings.HasPrefix(name, "IP")
}
