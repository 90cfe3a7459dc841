package site

import (
	"net/url"
	"strconv"
	"strings"
)

// escapePath is a path as it stands in a URL.
func escapePath(path string) string {
	if !strings.ContainsFunc(path, unusual) { // as most are
		return path
	}
	segments := strings.Split(path, "/")
	for i, s := range segments {
		segments[i] = url.PathEscape(s)
	}
	return strings.Join(segments, "/")
}

// unusual reports whether a path may have to be escaped for a letter.
func unusual(r rune) bool {
	return r != '/' && r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
}

// padded is a number with zeros in front.
func padded(n, digits int) string {
	s := strconv.Itoa(n)
	return strings.Repeat("0", max(0, digits-len(s))) + s
}
