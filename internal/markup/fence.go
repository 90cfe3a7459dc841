package markup

import (
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
)

// fence is what stands behind the fence of a code block. People come from many
// programs, so most of their spellings are understood:
//
//	go {linenos=true hl_lines="2-4 7" title="main.go"}
//	go {linenos=table,hl_lines=[2,"4-6"],linenostart=10}
//	go{1,3-5}            go title="main.go" showLineNumbers {3}
//	go linenums="1"      {.go .numberLines startFrom="10"}
type fence struct {
	language string
	title    string
	numbered bool
	first    int // the number of the first line
	marked   []span
}

// span is lines from and to, counted from 1.
type span struct{ from, to int }

// maxFence is how long what stands behind a fence may be, in bytes.
const maxFence = 1000

// fenceOf reads what stands behind the fence of a block.
func fenceOf(n ast.Node, src []byte) fence {
	f := fence{first: 1}
	block, ok := n.(*ast.FencedCodeBlock)
	if !ok || block.Info == nil {
		return f
	}
	info := string(block.Info.Segment.Value(src))
	end := strings.IndexAny(info, " \t,{:")
	if end < 0 || len(info) > maxFence {
		f.language, _, _ = strings.Cut(info[:min(len(info), maxFence)], " ")
		return f
	}
	f.language = info[:end]
	rest := info[end:]
	for rest != "" {
		rest = f.read(rest)
	}
	return f
}

// read reads the next word, and gives back what follows it.
func (f *fence) read(s string) string {
	s = strings.TrimLeft(s, " \t,:{}")
	end := strings.IndexAny(s, " \t,{}=[\"'")
	if end < 0 {
		end = len(s)
	}
	key := s[:end]
	if end == 0 && s != "" { // a bracket or a quotation mark on its own
		return s[1:]
	}
	if end < len(s) && s[end] == '=' {
		value, rest := fenceValue(s[end+1:])
		f.set(strings.ToLower(key), value)
		return rest
	}
	f.flag(key)
	return s[end:]
}

// fenceValue reads a value: quoted, in brackets, or up to a blank.
func fenceValue(s string) (value, rest string) {
	closers := map[byte]string{'"': `"`, '\'': "'", '[': "]"}
	if s != "" {
		if closer, ok := closers[s[0]]; ok {
			value, rest, _ = strings.Cut(s[1:], closer)
			return value, rest
		}
	}
	end := strings.IndexAny(s, " \t,}")
	if end < 0 {
		return s, ""
	}
	return s[:end], s[end:]
}

// set does what a key with a value asks for; others are for other programs.
func (f *fence) set(key, value string) {
	switch key {
	case "linenos", "numbers", "showlinenumbers", "linenumbers":
		f.numbered = value != "false" && value != "0" && value != ""
	case "linenums", "linenostart", "start", "startfrom", "firstline", "linestart":
		if n, err := strconv.Atoi(value); err == nil && n >= 0 && n < 1_000_000 {
			f.first = n
			f.numbered = f.numbered || key != "linenostart"
		}
	case "hl_lines", "highlight", "mark", "hl":
		f.mark(value)
	case "title", "filename", "file", "name", "caption":
		f.title = value
	}
}

// flag does what a word on its own asks for.
func (f *fence) flag(word string) {
	switch strings.ToLower(word) {
	case "linenos", "linenums", "linenumbers", "showlinenumbers", "line-numbers", ".numberlines", ".line-numbers", "numberlines":
		f.numbered = true
		return
	case "":
		return
	}
	switch {
	case word[0] >= '0' && word[0] <= '9':
		f.mark(word)
	case word[0] == '.' && f.language == "":
		f.language = word[1:]
	case f.title == "" && strings.Contains(strings.Trim(word, "."), "."):
		f.title = word // go:main.go
	}
}

// mark adds lines such as "2-4 7" or `2,"4-6"`.
func (f *fence) mark(lines string) {
	for field := range strings.FieldsFuncSeq(lines, func(r rune) bool { return strings.ContainsRune(" \t,\"'{}", r) }) {
		from, to, ranged := strings.Cut(field, "-")
		first, err := strconv.Atoi(from)
		last := first
		if ranged && err == nil {
			last, err = strconv.Atoi(to)
		}
		if err == nil && first > 0 && last >= first {
			f.marked = append(f.marked, span{first, last})
		}
	}
}

// marks reports whether a line, counted from 1, is to be seen first.
func (f *fence) marks(line int) bool {
	for _, s := range f.marked {
		if line >= s.from && line <= s.to {
			return true
		}
	}
	return false
}
