package web

import (
	"strings"
	"testing"
)

func TestLimitedName(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, typed, want string }{
		{"plain", "Ada", "Ada"},
		{"blanks", " \tAda ", "Ada"},
		{"composed", "Zo\u00eb", "Zo\u00eb"},
		{"decomposed", "Zoe\u0308", "Zo\u00eb"},
		{"longest", strings.Repeat("é", 50), strings.Repeat("é", 50)},
		{"nobody's", strings.Repeat("a", 51), ""},
		{"long blanks", strings.Repeat(" ", 51) + "Ada", "Ada"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := limitedName(tt.typed); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
