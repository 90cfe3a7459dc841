package markup_test

import (
	"fmt"
	"strings"
	"testing"

	"hamlet/internal/markup"
)

// article is a post of about 4 kB with headings, links and one block of code.
func article(n int) []byte {
	var b strings.Builder
	for s := range 6 {
		fmt.Fprintf(&b, "## Section %d of %d\n\n", s, n)
		for p := range 3 {
			fmt.Fprintf(&b, "The *baker* doesn't open before %d, and \"nobody\" [minds](/posts/post-%d) that. The oven, which is called "+
				"Agnes, takes its **time**; `%d` degrees are not reached in a hurry. Ask at the counter, or wait.\n\n", p, n+p, 200+n%50)
		}
		b.WriteString("- flour\n- water\n- salt\n\n")
	}
	fmt.Fprintf(&b, "```go\n// Wet reports whether day %d counts as wet.\nfunc Wet%d(millimetres float64) bool {\n\tif millimetres < 0 {\n"+
		"\t\treturn false\n\t}\n\tfor i := range %d {\n\t\tfmt.Printf(\"%%d %%s\\n\", i, \"rain\")\n\t}\n\treturn millimetres >= 0.2\n}\n```\n", n, n, n)
	return []byte(b.String())
}

func BenchmarkAuthor(b *testing.B) {
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		src := article(n)
		b.SetBytes(int64(len(src)))
		_ = markup.Author(src, markup.Options{Base: "/posts/x/", Prefix: "x"})
	}
}
