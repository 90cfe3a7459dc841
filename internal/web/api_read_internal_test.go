package web

import (
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
)

// FuzzDecodeComment sees that whatever is sent is read or said to be wrong somewhere in it.
func FuzzDecodeComment(f *testing.F) {
	for _, seed := range []string{
		`{`, `{"body":1}`, `{"parent":"x" }`, `[`, `{"a":{"b":[1]}}`, "\xff", "{\"body\":\"\xff\",\"tell\":{}}", `{"tell":1,"tell":true}`, `{"body":null}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		_, err := decodeComment(httptest.NewRequest("POST", "/", strings.NewReader(body)))
		if err == nil {
			return
		}
		bad, ok := errors.AsType[*misreadError](err)
		if !ok || len(bad.parts) == 0 {
			t.Fatalf("%q: got %v", body, err)
		}
		for _, p := range bad.parts {
			if p.text == "" || p.at != nil && (p.at.offset < 0 || p.at.offset > len(body) || p.at.line < 1 || p.at.column < 1) {
				t.Errorf("%q: got %+v at %+v", body, p, p.at)
			}
		}
	})
}
