package content

import (
	"bytes"
	"strconv"
	"unicode/utf8"

	"github.com/dustin/go-humanize"
)

// MaxMarkdown is how many bytes a Markdown file may have.
const MaxMarkdown = 4 << 20

// maxFront is how many bytes front matter may have, and site.toml. It is many times
// what anybody needs; the parsers take long over what is made to take long.
const maxFront = 64 << 10

// tooMuch is the problem with text of too many bytes, or nil.
func tooMuch(what string, src []byte) *Problem {
	if len(src) <= maxFront {
		return nil
	}
	return &Problem{
		Line:    1,
		Message: what + " has " + humanize.IBytes(uint64(len(src))) + "; at most " + humanize.IBytes(maxFront) + " are possible",
	}
}

// matter is a file taken apart.
type matter struct {
	fence string // "---" or "+++"
	front []byte // from line 2 of the file
	body  []byte
	line  int // of the file, at which the body begins
}

// howToBegin says what front matter looks like.
const howToBegin = "begin it with a line ---, then title: and date: on lines of their own, then a line --- again"

// text makes UTF-8 with \n line ends and without a byte order mark of a file, so
// that lines keep their numbers.
func text(data []byte) ([]byte, *Problem) {
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		return nil, &Problem{Line: 1, Message: "the text is in UTF-16, not UTF-8", Hint: "save it as UTF-8"}
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if bytes.IndexByte(data, '\r') >= 0 {
		data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
		data = bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))
	}
	if at := invalid(data); at >= 0 {
		return nil, &Problem{
			Line:    1 + bytes.Count(data[:at], []byte("\n")),
			Column:  1 + utf8.RuneCount(data[1+bytes.LastIndexByte(data[:at], '\n'):at]),
			Message: "byte " + strconv.QuoteToASCII(string(data[at:at+1])) + " is not UTF-8",
			Hint:    "save the file as UTF-8",
		}
	}
	return data, nil
}

// invalid is where data stops being UTF-8, or -1.
func invalid(data []byte) int {
	if utf8.Valid(data) {
		return -1
	}
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

// split takes front matter and body apart.
func split(data []byte) (matter, *Problem) {
	if len(bytes.TrimSpace(data)) == 0 {
		return matter{}, &Problem{Message: "the file is empty", Hint: howToBegin}
	}
	first, rest, _ := bytes.Cut(data, []byte("\n"))
	fence := string(bytes.TrimRight(first, " \t"))
	if fence != "---" && fence != "+++" {
		return matter{}, &Problem{Line: 1, Message: "there is no front matter", Hint: howToBegin}
	}
	for at := 0; at < len(rest); {
		line, _, _ := bytes.Cut(rest[at:], []byte("\n"))
		next := min(at+len(line)+1, len(rest))
		if string(bytes.TrimRight(line, " \t")) == fence {
			front := rest[:at]
			if bad := tooMuch("the front matter", front); bad != nil {
				return matter{}, bad
			}
			return matter{fence: fence, front: front, body: rest[next:], line: 3 + bytes.Count(front, []byte("\n"))}, nil
		}
		at = next
	}
	return matter{}, &Problem{Line: 1, Message: "the front matter is not closed", Hint: "end it with a line " + fence}
}
