package content

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Problem is something wrong with a file.
type Problem struct {
	File    string
	Line    int    // from 1; 0 if it concerns the whole file
	Column  int    // from 1, in characters; 0 if it concerns the line
	Field   string // front matter key, or empty
	Message string // what is wrong, what is allowed
	Hint    string // what was probably meant, or empty
	Warning bool   // it is right, but perhaps not meant; see [Check]
}

// String is the problem on one line: "posts/x.md:3:1: darft: unknown key; did you
// mean draft?"
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(printable(p.File))
	if p.Line > 0 {
		b.WriteString(":" + strconv.Itoa(p.Line))
		if p.Column > 0 {
			b.WriteString(":" + strconv.Itoa(p.Column))
		}
	}
	if p.Warning {
		b.WriteString(": warning")
	}
	if p.Field != "" {
		b.WriteString(": " + printable(p.Field))
	}
	b.WriteString(": " + p.Message)
	if p.Hint != "" {
		b.WriteString("; " + p.Hint)
	}
	return b.String()
}

// printable keeps a name from breaking its line, or a terminal.
func printable(name string) string {
	if strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar }) {
		return strconv.Quote(name)
	}
	return name
}

// Problems is all that is wrong with a folder; an error of one line each.
type Problems []Problem //nolint:errname // it is a list that can be an error, not an error

func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Warnings is how many of them are no more than that.
func (ps Problems) Warnings() int {
	n := 0
	for _, p := range ps {
		if p.Warning {
			n++
		}
	}
	return n
}

// sorted is ps in order of file and line.
func (ps Problems) sorted() Problems {
	slices.SortStableFunc(ps, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return ps
}
