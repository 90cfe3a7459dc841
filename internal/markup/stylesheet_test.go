package markup_test

import (
	"bytes"
	"flag"
	"os" //nolint:depguard // a test writes what it compares with
	"testing"

	"hamlet/internal/markup"
)

var update = flag.Bool("update", false, "write what is compared with")

func TestStyleSheetIsTheFile(t *testing.T) {
	t.Parallel()
	const file = "../../static/code.css"
	if *update {
		if err := os.WriteFile(file, markup.StyleSheet(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got := markup.StyleSheet(); !bytes.Equal(got, want) {
		t.Errorf("%s is not what the package writes; go test ./internal/markup -run StyleSheet -update", file)
	}
}
