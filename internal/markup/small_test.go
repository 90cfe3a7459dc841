package markup_test

import (
	"strings"
	"testing"

	"hamlet/internal/markup"
)

// TestAuthorStaysSmall has texts of 100 kB that would come to gigabytes, or to
// hours.
func TestAuthorStaysSmall(t *testing.T) {
	t.Parallel()
	const most = 8 << 20
	for _, tt := range []struct{ name, src, fault string }{
		{"an address named often", "[a]: /" + strings.Repeat("b", 50_000) + "\n\n" + strings.Repeat("[a] ", 12_000), "links by reference repeat too much"},
		{"a title named often", "[a]: /b '" + strings.Repeat("c", 50_000) + "'\n\n" + strings.Repeat("![x][a] ", 7_000), "links by reference repeat too much"},
		{"rows without cells", strings.Repeat("|a", 25_000) + "|\n" + strings.Repeat("|-", 25_000) + "|\n" + strings.Repeat("|a\n", 1_000), "tables lack too many cells"},
		{"tables with rows without cells", strings.Repeat(strings.Repeat("|a", 250)+"|\n"+strings.Repeat("|-", 250)+"|\n"+strings.Repeat("a\n", 250)+"\n", 66), "tables lack too many cells"},
		{"escaped bars", "|a|b|\n|-|-|\n" + strings.Repeat("|`\\|`|`\\|`|\n", 8_000), "escape too many bars"},
	} {
		r := markup.Author([]byte(tt.src), markup.Options{Base: "/posts/x/"})
		if len(r.HTML) > most {
			t.Errorf("%s: %d bytes of Markdown are %d of HTML, want at most %d", tt.name, len(tt.src), len(r.HTML), most)
		}
		if len(r.Faults) == 0 || !strings.Contains(r.Faults[0].Text, tt.fault) {
			t.Errorf("%s: faults %.200v, want first %q", tt.name, r.Faults, tt.fault)
		}
	}
}

// TestLargeTablesStayTables: the limits are far from what people write.
func TestLargeTablesStayTables(t *testing.T) {
	t.Parallel()
	src := "[a]: https://a.example/b\n\n" + strings.Repeat("[a] ", 20_000) + "\n\n" +
		"|a|b|c|d|\n|-|-|-|-|\n" + strings.Repeat("|`x\\|y`|\n", 4_000)
	r := markup.Author([]byte(src), markup.Options{})
	if got := strings.Count(string(r.HTML), "<td>"); len(r.Faults) > 0 || got != 16_000 {
		t.Errorf("%d cells, faults %v, want 16000 and none", got, r.Faults)
	}
}
