package spam

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestOneLinkIsThatOfTheWhole puts bodies together of what links are made of and compares with what
// is found when they are read as a whole.
func TestOneLinkIsThatOfTheWhole(t *testing.T) {
	t.Parallel()
	part := rapid.SampledFrom([]string{
		"http", "://", "HTTPS://", "ｈｔｔｐ：／／", "www", ".", "WWW.", "hxxp://", "hxxps://", "example.com", "/a", " ", "\n", "é", "e\u0301", "<a href=", `"`, "x",
	})
	rapid.Check(t, func(t *rapid.T) {
		body := strings.Join(rapid.SliceOfN(part, 0, 12).Draw(t, "body"), "")
		if got, want := OneLink(body), read(Message{Body: body}).stats.oneLink(); got != want {
			t.Fatalf("%q: %t, want %t", body, got, want)
		}
	})
}
