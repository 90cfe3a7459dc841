package content

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// aliases are the paths of other URLs that lead to a post.
func (f *form) aliases() []string {
	var all []string
	for _, s := range f.texts("aliases") {
		address, message, hint := localPath(s)
		if message == "" && isReserved(address) {
			message = address + " is an address of the blog's own"
		}
		switch {
		case message != "":
			f.note(f.at("aliases"), "aliases", message, hint)
		case !slices.Contains(all, address):
			all = append(all, address)
		}
	}
	return all
}

// localPath is the path of a URL of this blog as it is compared: unescaped,
// composed (NFC), without a slash at the end. Else it says what is wrong.
func localPath(s string) (address, message, hint string) {
	quoted := strconv.Quote(s)
	if !strings.HasPrefix(s, "/") || strings.HasPrefix(s, "//") {
		return "", quoted + " is not an address of this blog", "write its path, with a / in front, like /2024/old-name"
	}
	if strings.ContainsAny(s, "?#") {
		return "", quoted + " has a ? or a # in it; only the path before it counts", "leave out what follows, or write %3F or %23"
	}
	address, err := url.PathUnescape(s)
	if err != nil {
		return "", quoted + " has a % that begins no escape", "write %25"
	}
	address = norm.NFC.String(strings.TrimSuffix(address, "/"))
	if address == "" {
		return "", "/ is the front page", "give another path"
	}
	odd := func(r rune) bool { return isControl(r) || r == '\\' || r == unicode.ReplacementChar }
	if address != path.Clean(address) || strings.ContainsFunc(address, odd) {
		return "", quoted + " is not a path that a browser asks for", "leave out .., //, backslashes and control characters"
	}
	return address, "", ""
}

// isReserved reports whether a path belongs to the blog itself, whatever posts
// there are.
func isReserved(address string) bool {
	first, rest, deeper := strings.Cut(strings.TrimPrefix(address, "/"), "/")
	if first == "posts" {
		return !deeper || rest == ""
	}
	return slices.Contains(ReservedSlugs, first)
}

// goneFile lists the addresses of what was taken away.
const goneFile = "gone.txt"

// maxGoneProblems is how many problems of gone.txt are told.
const maxGoneProblems = 20

// loadGone reads gone.txt: a path a line, and comments after #. It gives the paths
// with their lines.
func loadGone(fsys fs.FS) (map[string]int, Problems) {
	data, problem := read(fsys, goneFile)
	if problem != nil {
		if errors.Is(problem.cause, fs.ErrNotExist) {
			return nil, nil
		}
		return nil, Problems{problem.Problem}
	}
	src, bad := text(data)
	if bad != nil {
		bad.File = goneFile
		return nil, Problems{*bad}
	}
	return goneLines(src)
}

func goneLines(src []byte) (map[string]int, Problems) {
	var problems Problems
	all := map[string]int{}
	line, wrong := 0, 0
	for l := range bytes.Lines(src) {
		line++
		s := strings.TrimSpace(string(l))
		if s == "" || strings.HasPrefix(s, "#") {
			continue
		}
		address, message, hint := localPath(s)
		switch {
		case message == "":
			all[address] = line
		case wrong < maxGoneProblems:
			problems = append(problems, Problem{File: goneFile, Line: line, Message: message, Hint: hint})
			wrong++
		default:
			wrong++
		}
	}
	if more := wrong - len(problems); more > 0 {
		problems = append(problems, Problem{File: goneFile, Message: fmt.Sprintf("%d more lines are wrong", more)})
	}
	return all, problems
}
