package content

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/BurntSushi/toml"
)

// parseTOML reads TOML whose first line is that line of its file. The fields are
// in order.
func parseTOML(src []byte, first int) ([]field, *Problem) {
	if bad := tooDeep(src); bad != nil {
		bad.Line += first - 1
		return nil, bad
	}
	top := map[string]toml.Primitive{}
	md, err := toml.Decode(string(src), &top)
	if err != nil {
		p := Problem{Line: first, Message: "this is not TOML: " + err.Error()}
		if bad, ok := errors.AsType[toml.ParseError](err); ok {
			p.Line, p.Column = first+max(bad.Position.Line, 1)-1, bad.Position.Col
			p.Field, p.Message = bad.LastKey, "this is not TOML: "+bad.Message
		}
		return nil, &p
	}
	r := tomlReader{md: md, lines: strings.Split(string(src), "\n"), first: first}
	return r.fields(top, tomlDepth), nil
}

// tomlDepth is how deep tables nest in what we know: [authors."Ada Oakes"].
const tomlDepth = 3

// tomlReader reads fields of what was parsed.
type tomlReader struct {
	md    toml.MetaData
	lines []string
	first int // the number of the first line in the file
}

// fields are the keys of a table, down to a depth, in order of their lines.
func (r *tomlReader) fields(table map[string]toml.Primitive, depth int) []field {
	fields := make([]field, 0, len(table))
	for key, raw := range table {
		v, at := r.read(raw)
		f := field{key: key, place: r.key(key, at), value: tomlValue(v, r.place(at))}
		inner := map[string]toml.Primitive{}
		if f.value.shape == aTable && depth > 1 && r.md.PrimitiveDecode(raw, &inner) == nil {
			f.value.table = r.fields(inner, depth-1)
		}
		fields = append(fields, f)
	}
	slices.SortFunc(fields, func(a, b field) int {
		return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.column, b.column), cmp.Compare(a.key, b.key))
	})
	return fields
}

// place makes a place in the file of one that the library gave: it counts bytes,
// and a text begins for it after the quotes.
func (r *tomlReader) place(at place) place {
	line := r.line(at)
	before := line[:min(max(at.column-1, 0), len(line))]
	if at.column > 0 {
		at.column = 1 + utf8.RuneCountInString(strings.TrimRight(before, `"'`))
	}
	at.line = r.first + max(at.line, 1) - 1
	return at
}

// key is the place of a key whose value is at a place.
func (r *tomlReader) key(key string, at place) place {
	line := r.line(at)
	before := line[:min(max(at.column-1, 0), len(line))]
	at.line, at.column = r.first+max(at.line, 1)-1, 0
	if i := strings.LastIndex(before, key); i >= 0 {
		at.column = 1 + utf8.RuneCountInString(before[:i])
	}
	return at
}

func (r *tomlReader) line(at place) string {
	return r.lines[min(max(at.line, 1), len(r.lines))-1]
}

// probe takes a value and answers with an error, because only errors of the
// library say where a value is.
type probe struct{ value any }

var errProbe = errors.New("where is this")

func (p *probe) UnmarshalTOML(v any) error {
	p.value = v
	return errProbe
}

// read is a value and the library's place of it. Tables have none; the line of the
// first key in them has to do.
func (r *tomlReader) read(raw toml.Primitive) (v any, at place) {
	var p probe
	if bad, ok := errors.AsType[toml.ParseError](r.md.PrimitiveDecode(raw, &p)); ok {
		at = place{bad.Position.Line, bad.Position.Col}
	}
	inner := map[string]toml.Primitive{}
	if _, isTable := p.value.(map[string]any); at.line > 0 || !isTable || r.md.PrimitiveDecode(raw, &inner) != nil {
		return p.value, at
	}
	for _, raw := range inner {
		if _, in := r.read(raw); at.line == 0 || in.line < at.line {
			at = place{line: in.line}
		}
	}
	return p.value, at
}

func tomlValue(v any, at place) value {
	switch v := v.(type) {
	case string:
		return value{shape: aText, place: at, text: v}
	case bool:
		return value{shape: aFlag, place: at, text: fmt.Sprint(v), flag: v}
	case int64, float64:
		return value{shape: aNumber, place: at, text: fmt.Sprint(v)}
	case time.Time:
		return tomlDate(v, at)
	case []map[string]any: // [[of tables]], which nothing takes
		return value{shape: aList, place: at, list: []value{{shape: aTable, place: at}}}
	case []any:
		list := value{shape: aList, place: at}
		for _, e := range v {
			list.list = append(list.list, tomlValue(e, at))
		}
		return list
	}
	return value{shape: aTable, place: at}
}

// tomlDate is one of the four kinds of dates TOML has; the library tells them
// apart by the names of their locations. A time of day is no date.
func tomlDate(t time.Time, at place) value {
	v := value{shape: aDate, place: at, when: t, text: t.Format(time.RFC3339)}
	switch t.Location().String() {
	case "time-local":
		return value{shape: aNumber, place: at, text: t.Format(time.TimeOnly)}
	case "datetime-local":
		v.local, v.text = true, t.Format(time.DateTime)
	case "date-local":
		v.local, v.text = true, t.Format(time.DateOnly)
	}
	return v
}
