package locale

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// FileError is a mistake in a file.
type FileError struct {
	File    string
	Line    int    // 0: the file as a whole
	Key     string // "post.replies"; empty for the file as a whole
	Message string
}

func (p *FileError) Error() string {
	at := p.File
	if p.Line > 0 {
		at = fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	if p.Key != "" {
		at += ": " + p.Key
	}
	return at + ": " + p.Message
}

// tongue is what the files of one language say.
type tongue struct {
	texts  map[string]text
	format map[string]any // the table [format], checked
}

// text is a text by plural form; one that does not count has only "other".
type text map[string]string

func newTongue() *tongue { return &tongue{texts: map[string]text{}, format: map[string]any{}} }

// add takes over what t says.
func (to *tongue) add(t *tongue) {
	maps.Copy(to.texts, t.texts)
	maps.Copy(to.format, t.format)
}

func (to *tongue) clone() *tongue {
	return &tongue{texts: maps.Clone(to.texts), format: maps.Clone(to.format)}
}

// file is a file while it is read.
type file struct {
	name     string
	lines    map[string]int // the line of each key
	forms    []string       // the plural forms of its language
	english  *tongue        // what is built in; nil when this is it
	out      *tongue
	problems []error
}

// parseFile reads a file of a language with these plural forms.
func parseFile(name, src string, forms []string, english *tongue) (*tongue, []error) {
	f := &file{name: name, lines: keyLines(src), forms: forms, english: english, out: newTongue()}
	var top map[string]any
	if _, err := toml.Decode(src, &top); err != nil {
		p := &FileError{File: name, Message: "this is not TOML: " + err.Error()}
		if bad, ok := errors.AsType[toml.ParseError](err); ok {
			p.Line, p.Key, p.Message = max(bad.Position.Line, 1), bad.LastKey, "this is not TOML: "+bad.Message
		}
		return f.out, []error{p}
	}
	if table, ok := top["format"].(map[string]any); ok {
		f.readFormat(table)
		delete(top, "format")
	}
	f.readTable("", top)
	return f.out, f.problems
}

// note notes a problem with a key.
func (f *file) note(key, message string, args ...any) {
	line := f.lines[key]
	for parent := key; line == 0 && parent != ""; line = f.lines[parent] {
		parent = parent[:max(strings.LastIndexByte(parent, '.'), 0)]
	}
	f.problems = append(f.problems, &FileError{File: f.name, Line: line, Key: key, Message: fmt.Sprintf(message, args...)})
}

// readTable reads the texts of a table, and of the tables in it.
func (f *file) readTable(prefix string, table map[string]any) {
	for _, key := range slices.Sorted(maps.Keys(table)) {
		id := prefix + key
		switch v := table[key].(type) {
		case string:
			f.readText(id, text{"other": v})
		case map[string]any:
			if counts(v) {
				f.readForms(id, v)
			} else {
				f.readTable(id+".", v)
			}
		default:
			f.note(id, "a text must stand in quotes")
		}
	}
}

// counts reports whether a table has the forms of one text.
func counts(table map[string]any) bool {
	return len(table) > 0 && slices.ContainsFunc(categories, func(c string) bool { _, ok := table[c].(string); return ok })
}

// readForms reads a text that counts.
func (f *file) readForms(id string, table map[string]any) {
	t := text{}
	for _, form := range slices.Sorted(maps.Keys(table)) {
		v, ok := table[form].(string)
		switch {
		case !ok || !slices.Contains(categories, form):
			f.note(id+"."+form, "this is no plural form; the forms are %s", strings.Join(f.forms, ", "))
		case !slices.Contains(f.forms, form):
			f.note(id+"."+form, "this language has no such plural form; it has %s", strings.Join(f.forms, ", "))
		default:
			t[form] = v
		}
	}
	for _, form := range f.forms {
		if _, ok := t[form]; !ok {
			f.note(id, "the plural form %q is missing; this language has %s", form, strings.Join(f.forms, ", "))
			return
		}
	}
	f.readText(id, t)
}

// readText takes a text that fits to what English has.
func (f *file) readText(id string, t text) {
	for _, form := range slices.Sorted(maps.Keys(t)) {
		if bad := malformed(t[form]); bad != "" {
			f.note(id, "%s is not a placeholder; write one like {{.Count}}", bad)
			return
		}
	}
	if f.english != nil && !strings.HasPrefix(id, ownPrefix) {
		if !f.fits(id, t) {
			return
		}
	}
	f.out.texts[id] = t
}

// fits holds a text against the English one.
func (f *file) fits(id string, t text) bool {
	en, ok := f.english.texts[id]
	if !ok {
		f.note(id, "there is no such text%s; en.toml has all there are", f.near(id))
		return false
	}
	if len(en) > 1 && len(t) == 1 && len(f.forms) > 1 {
		f.note(id, "this text counts, so it needs the plural forms %s", strings.Join(f.forms, ", "))
		return false
	}
	if len(en) == 1 && len(t) > 1 {
		f.note(id, "this text does not count, so it has no plural forms")
		return false
	}
	known := placeholders(en)
	for _, name := range placeholders(t) {
		if !slices.Contains(known, name) {
			f.note(id, "there is nothing called {{.%s}} here%s", name, possible(known))
			return false
		}
	}
	return true
}

func possible(names []string) string {
	if len(names) == 0 {
		return "; this text has no placeholders"
	}
	return "; possible are {{." + strings.Join(names, "}}, {{.") + "}}"
}

// near is the id that was probably meant, in words; empty if none is close. It
// is one with the same end or the same beginning.
func (f *file) near(id string) string {
	last := id[strings.LastIndexByte(id, '.')+1:]
	for _, known := range slices.Sorted(maps.Keys(f.english.texts)) {
		if strings.HasSuffix(known, "."+last) || known == last || strings.HasPrefix(known, id) || strings.HasPrefix(id, known) {
			return fmt.Sprintf("; was %q meant?", known)
		}
	}
	return ""
}

var (
	placeholder = regexp.MustCompile(`\{\{\.([A-Z][A-Za-z]*)\}\}`)
	braces      = regexp.MustCompile(`\{\{[^}]*\}{0,2}|\}\}`)
)

// malformed is what stands in braces in s and is no placeholder; empty if
// nothing is.
func malformed(s string) string { return braces.FindString(placeholder.ReplaceAllString(s, "")) }

// placeholders are the names in a text, each once.
func placeholders(t text) []string {
	var names []string
	for _, s := range t {
		for _, m := range placeholder.FindAllStringSubmatch(s, -1) {
			names = append(names, m[1])
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

var (
	tableLine = regexp.MustCompile(`^\s*\[\s*([^\[\]]+?)\s*\]`)
	keyLine   = regexp.MustCompile(`^\s*([\w."'-]+)\s*=`)
)

// keyLines finds the line of each key and table; the decoder does not tell.
func keyLines(src string) map[string]int {
	lines, prefix := map[string]int{}, ""
	unquote := strings.NewReplacer(`"`, "", `'`, "")
	for i, line := range strings.Split(src, "\n") {
		key := ""
		if m := tableLine.FindStringSubmatch(line); m != nil {
			key = unquote.Replace(m[1])
			prefix = key + "."
		} else if m := keyLine.FindStringSubmatch(line); m != nil {
			key = prefix + unquote.Replace(m[1])
		}
		if _, seen := lines[key]; key != "" && !seen {
			lines[key] = i + 1
		}
	}
	return lines
}
