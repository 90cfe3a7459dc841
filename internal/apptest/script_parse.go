package apptest

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// scriptCase is a request and what is checked of its answer.
type scriptCase struct {
	at             string // file:line
	method, target string
	header         http.Header
	form           url.Values
	checks         []*check
}

// check is one thing wanted of an answer.
type check struct {
	at, text string // file:line, and the line itself
	subject  string
	header   string // name, if the subject is a header
	op       string
	want     string
	pattern  *regexp.Regexp // of ~ and !~
}

// The four kinds of line there are. A check is told from a field by the blank
// after its subject.
var (
	requestLine = regexp.MustCompile(`^([A-Z]+) (/\S*)$`)
	checkLine   = regexp.MustCompile(`^(code|body|trimbody|header ([\w-]+)) (==|!=|~|!~|contains|!contains)(?: (.*))?$`)
	fieldLine   = regexp.MustCompile(`^([^\s=:]+)=(.*)$`)
	headerLine  = regexp.MustCompile(`^([\w-]+): ?(.*)$`)
)

func parseScript(file, src string) ([]*scriptCase, error) {
	var cases []*scriptCase
	var open *scriptCase // nil between cases
	for i, line := range strings.Split(src, "\n") {
		at, line := fmt.Sprintf("%s:%d", file, i+1), strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "#"):
		case line == "":
			open = nil
		case open == nil:
			c, err := parseRequest(at, line)
			if err != nil {
				return nil, err
			}
			open, cases = c, append(cases, c)
		default:
			if err := open.add(at, line); err != nil {
				return nil, err
			}
		}
	}
	return cases, complete(file, cases)
}

// complete refuses what could not fail.
func complete(file string, cases []*scriptCase) error {
	if len(cases) == 0 {
		return fmt.Errorf("%s: there is no case in this script", file)
	}
	for _, c := range cases {
		coded := false
		for _, k := range c.checks {
			coded = coded || k.subject == "code"
		}
		if !coded {
			return fmt.Errorf("%s: this case does not check the code", c.at)
		}
	}
	return nil
}

func parseRequest(at, line string) (*scriptCase, error) {
	m := requestLine.FindStringSubmatch(line)
	if m == nil {
		return nil, fmt.Errorf(`%s: a case begins with a request like "GET /path", not with %q`, at, line)
	}
	if _, err := url.ParseRequestURI(m[2]); err != nil {
		return nil, fmt.Errorf("%s: read the target: %w", at, err)
	}
	return &scriptCase{at: at, method: m[1], target: m[2], header: http.Header{}}, nil
}

// add takes in a line below the request.
func (c *scriptCase) add(at, line string) error {
	if m := checkLine.FindStringSubmatch(line); m != nil {
		return c.addCheck(at, m)
	}
	if m := fieldLine.FindStringSubmatch(line); m != nil {
		value, err := unquote(at, m[2])
		if c.form == nil {
			c.form = url.Values{}
			c.header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		c.form.Add(m[1], value)
		return err
	}
	if m := headerLine.FindStringSubmatch(line); m != nil {
		value, err := unquote(at, m[2])
		c.header.Add(m[1], value)
		return err
	}
	return fmt.Errorf("%s: %q is no check, no field (name=value) and no header (Name: value)", at, line)
}

// addCheck takes in a check; m are the parts of its line.
func (c *scriptCase) addCheck(at string, m []string) error {
	subject, _, _ := strings.Cut(m[1], " ")
	want, err := unquote(at, m[4])
	if err != nil {
		return err
	}
	k := &check{at: at, text: m[0], subject: subject, header: m[2], op: m[3], want: want}
	if want == "" && k.op != "==" && k.op != "!=" {
		return fmt.Errorf("%s: every text has nothing in it; say what to look for", at)
	}
	if strings.HasSuffix(k.op, "~") {
		if k.pattern, err = regexp.Compile(want); err != nil {
			return fmt.Errorf("%s: read the pattern: %w", at, err)
		}
	}
	c.checks = append(c.checks, k)
	return nil
}

// unquote reads a value, which may be quoted as in Go.
func unquote(at, value string) (string, error) {
	if !strings.HasPrefix(value, `"`) && !strings.HasPrefix(value, "`") {
		return value, nil
	}
	s, err := strconv.Unquote(value)
	if err != nil {
		return "", fmt.Errorf("%s: read the quoted value %s: %w", at, value, err)
	}
	return s, nil
}

// body is the form as it is sent.
func (c *scriptCase) body() io.Reader {
	if c.form == nil {
		return http.NoBody
	}
	return strings.NewReader(c.form.Encode())
}
