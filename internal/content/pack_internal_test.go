package content

import (
	"reflect"
	"testing"

	"hamlet/internal/markup"
)

// TestPackKnowsEveryField fills every field there is, so that one that is new in
// markup is not lost.
func TestPackKnowsEveryField(t *testing.T) {
	t.Parallel()
	var want markup.Rendered
	fill(t, reflect.ValueOf(&want).Elem(), 1)
	if got := unpack(pack(want)); !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
	if got := unpack(pack(markup.Rendered{})); !reflect.DeepEqual(got, markup.Rendered{}) {
		t.Errorf("got %+v of nothing", got)
	}
}

// fill gives every field a value of its own.
func fill(t *testing.T, v reflect.Value, n int) {
	t.Helper()
	switch v.Kind() {
	case reflect.String:
		v.SetString(string(rune('a' + n)))
	case reflect.Int:
		v.SetInt(int64(n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(t, v.Index(i), n+i)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i), n+i)
		}
	default:
		t.Fatalf("no value known for a %s", v.Type())
	}
}
