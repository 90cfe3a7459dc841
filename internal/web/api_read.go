package web

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"
)

// sentFields are the names of the fields of sentJSON.
var sentFields = func() (names []string) {
	for f := range reflect.TypeFor[sentJSON]().Fields() {
		names = append(names, f.Tag.Get("json"))
	}
	return names
}()

// The most that is said of names that are not known.
const (
	mostUnknown = 10
	longestName = 100 // characters
)

// spot is where in a body something is wrong.
type spot struct{ line, column, offset int }

// spotAt is the place of a byte: lines and characters count from 1, bytes from 0.
func spotAt(b []byte, offset int) *spot {
	offset = min(max(offset, 0), len(b))
	before := string(b[:offset])
	begin := strings.LastIndexByte(before, '\n') + 1
	return &spot{line: strings.Count(before, "\n") + 1, column: utf8.RuneCountInString(before[begin:]) + 1, offset: offset}
}

// decodeComment reads a comment that was sent as JSON: one object with fields of sentJSON
// and no others, so that nobody takes a misspelt name for a field that was kept.
func decodeComment(r *http.Request) (in sentJSON, err error) {
	b, err := io.ReadAll(r.Body)
	if err != nil {
		return in, badForm(err)
	}
	var given map[string]json.RawMessage
	if err := json.Unmarshal(b, &given); err != nil || given == nil {
		return in, misreadAll(noObject(b, err))
	}
	if unknown := unknownIn(given); len(unknown) > 0 {
		return in, misreadAll(unknown...)
	}
	err = json.Unmarshal(b, &in)
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return in, misreadAll(misreadPart{
			field: wrong.Field, fault: "type", text: typeTexts[wrong.Type.Kind()], at: startOf(b, given[wrong.Field], wrong.Offset),
		})
	}
	return in, err
}

// typeTexts say of what type a field must be.
var typeTexts = map[reflect.Kind]string{
	reflect.String: "api.type_text", reflect.Int64: "api.type_number", reflect.Bool: "api.type_truth",
}

// noObject says why a body is no JSON object.
func noObject(b []byte, err error) misreadPart {
	bad, ok := errors.AsType[*json.SyntaxError](err)
	if !ok {
		return misreadPart{fault: "type", text: "api.object", at: spotAt(b, len(b)-len(strings.TrimLeft(string(b), " \t\r\n")))}
	}
	at := int(bad.Offset) - 1 // the error is at the last byte that was read
	if strings.HasPrefix(bad.Error(), "unexpected end") {
		at = len(b)
	}
	return misreadPart{fault: "json", text: "api.json", at: spotAt(b, at)}
}

// startOf is where a value begins that was read up to an offset: all of it, or what it
// begins with.
func startOf(b, value []byte, end int64) *spot {
	at := int(end) - len(value)
	if at < 0 || !strings.HasPrefix(string(b[at:]), string(value)) {
		at = int(end) - 1
	}
	return spotAt(b, at)
}

// unknownIn says which names are not those of fields.
func unknownIn(given map[string]json.RawMessage) (out []misreadPart) {
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if slices.Contains(sentFields, name) {
			continue
		}
		if out = append(out, misreadPart{field: shortName(name), fault: "unknown", text: "api.unknown"}); len(out) == mostUnknown {
			break
		}
	}
	return out
}

// shortName is a name, or the beginning of one that nobody means.
func shortName(name string) string {
	if all := []rune(name); len(all) > longestName {
		return string(all[:longestName]) + "…"
	}
	return name
}
