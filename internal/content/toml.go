package content

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/BurntSushi/toml"
)

// parseTOML reads TOML whose first line is that line of its file. The fields are
// in order.
func parseTOML(src []byte, first int) ([]field, *Problem) {
	top := map[string]toml.Primitive{}
	md, err := toml.Decode(string(src), &top)
	if err != nil {
		p := Problem{Line: first, Message: "this is not TOML: " + err.Error()}
		if bad, ok := errors.AsType[toml.ParseError](err); ok {
			p.Line = first + max(bad.Position.Line, 1) - 1
			p.Field, p.Message = bad.LastKey, "this is not TOML: "+bad.Message
		}
		return nil, &p
	}
	return tomlFields(md, top, first, tomlDepth), nil
}

// tomlDepth is how deep tables nest in what we know: [authors."Ada Oakes"].
const tomlDepth = 3

// tomlFields are the keys of a table, down to a depth, in order of their lines.
func tomlFields(md toml.MetaData, table map[string]toml.Primitive, first, depth int) []field {
	fields := make([]field, 0, len(table))
	for key, raw := range table {
		v, line := tomlRead(md, raw)
		at := first + max(line, 1) - 1
		f := field{key: key, line: at, value: tomlValue(v, at)}
		inner := map[string]toml.Primitive{}
		if f.value.shape == aTable && depth > 1 && md.PrimitiveDecode(raw, &inner) == nil {
			f.value.table = tomlFields(md, inner, first, depth-1)
		}
		fields = append(fields, f)
	}
	slices.SortFunc(fields, func(a, b field) int {
		return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.key, b.key))
	})
	return fields
}

// probe takes a value and answers with an error, because only errors of the
// library say on which line a value is.
type probe struct{ value any }

var errProbe = errors.New("where is this")

func (p *probe) UnmarshalTOML(v any) error {
	p.value = v
	return errProbe
}

// tomlRead is a value and the line of its key. Tables have no line; that of the
// first key in them has to do.
func tomlRead(md toml.MetaData, raw toml.Primitive) (v any, line int) {
	var p probe
	if at, ok := errors.AsType[toml.ParseError](md.PrimitiveDecode(raw, &p)); ok {
		line = at.Position.Line
	}
	inner := map[string]toml.Primitive{}
	if _, isTable := p.value.(map[string]any); line > 0 || !isTable || md.PrimitiveDecode(raw, &inner) != nil {
		return p.value, line
	}
	for _, raw := range inner {
		if _, l := tomlRead(md, raw); line == 0 || l < line {
			line = l
		}
	}
	return p.value, line
}

func tomlValue(v any, line int) value {
	switch v := v.(type) {
	case string:
		return value{shape: aText, line: line, text: v}
	case bool:
		return value{shape: aFlag, line: line, text: fmt.Sprint(v), flag: v}
	case int64, float64:
		return value{shape: aNumber, line: line, text: fmt.Sprint(v)}
	case time.Time:
		return tomlDate(v, line)
	case []map[string]any: // [[of tables]], which nothing takes
		return value{shape: aList, line: line, list: []value{{shape: aTable, line: line}}}
	case []any:
		list := value{shape: aList, line: line}
		for _, e := range v {
			list.list = append(list.list, tomlValue(e, line))
		}
		return list
	}
	return value{shape: aTable, line: line}
}

// tomlDate is one of the four kinds of dates TOML has; the library tells them
// apart by the names of their locations. A time of day is no date.
func tomlDate(t time.Time, line int) value {
	v := value{shape: aDate, line: line, when: t, text: t.Format(time.RFC3339)}
	switch t.Location().String() {
	case "time-local":
		return value{shape: aNumber, line: line, text: t.Format(time.TimeOnly)}
	case "datetime-local":
		v.local, v.text = true, t.Format(time.DateTime)
	case "date-local":
		v.local, v.text = true, t.Format(time.DateOnly)
	}
	return v
}
