package desk_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"hamlet/internal/comment"
	"hamlet/internal/desk"
)

const kettles = "We sell the finest copper kettles and pans in the whole valley, and we send them to your door."

func text(body string) desk.Text { return desk.TextOf(comment.Comment{Body: body}) }

func TestLikeness(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, a, b string
		want       bool
	}{
		{"the same", kettles, kettles, true},
		{"other marks and case", kettles, strings.ToUpper(kettles) + "!!!", true},
		{"a word more", kettles, "Friends! " + kettles, true},
		{"other words", kettles, "The harbour was quiet this morning, and I liked the boats that were there a lot.", false},
		{
			"a host in common says nothing alone", "I keep my notes about the mill at https://notes.example/mill for anybody who likes them",
			"The harbour was quiet this morning, see https://notes.example/boats for more of the boats", false,
		},
		{"half of it, and the same host", kettles + " https://kettles.example", "Nobody knew it. We sell the finest copper kettles and pans in the whole valley. https://kettles.example/2", true},
		{"half of it, and another host", kettles + " https://kettles.example", "Nobody knew it. We sell the finest copper kettles. https://pans.example/2", false},
		{"thanks", "Thank you!", "Thank you!", false},
		{"short, the same", "Buy cheap pills here today", "buy cheap pills here, today", true},
		{"short, to the same host", "Buy cheap pills at https://pills.example/1", "Buy cheap pills at https://pills.example/2", true},
		{"short, to another host", "Buy cheap pills at https://pills.example/1", "Buy cheap pills at https://kettles.example/2", false},
		{"two words and a host", "see https://notes.example/1", "see https://notes.example/2", false},
		{"nothing", "", "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			one, two := text(tt.a).Likeness(text(tt.b)), text(tt.b).Likeness(text(tt.a))
			if one != two || one < 0 || one > 1 || (one > 0) != tt.want {
				t.Errorf("got %v and %v, want a wave: %v", one, two, tt.want)
			}
		})
	}
}

func TestDifferences(t *testing.T) {
	t.Parallel()
	var many, spread []desk.Text
	for i := range 61 {
		many = append(many, text(fmt.Sprintf("%s https://kettles.example/%d", kettles, i)))
		spread = append(spread, text(fmt.Sprintf("%s https://kettles%d.example/", kettles, i)))
	}
	for _, tt := range []struct {
		name string
		wave []desk.Text
		last string
		want desk.Difference
	}{
		{"alike", many, kettles + " https://kettles.example/x", desk.Difference{}},
		{"no link", many, kettles, desk.Difference{Links: true}},
		{"another host", many, kettles + " https://pans.example", desk.Difference{Links: true}},
		{"a quotation", many, kettles + " https://kettles.example/x This came to me as well, and I do not think that anybody needs that many kettles.", desk.Difference{Words: true}},
		{"each its own host", spread, kettles + " https://kettles99.example", desk.Difference{}},
		{"each its own host, and one has none", spread, kettles, desk.Difference{Links: true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := desk.Differences(append(slices.Clone(tt.wave), text(tt.last)))
			for i, d := range got[:61] {
				if d.Any() {
					t.Fatalf("the usual one %d differs: %+v", i, d)
				}
			}
			if got[61] != tt.want {
				t.Errorf("got %+v, want %+v", got[61], tt.want)
			}
		})
	}
}

// However the members stand, the same ones differ.
func TestDifferencesInAnyOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		bodies := rapid.SliceOfN(rapid.SampledFrom([]string{
			kettles, kettles + " https://kettles.example", "Friends! " + kettles, kettles[:40], "", "https://pans.example", "ß ſ İ 東京都",
		}), 0, 12).Draw(t, "bodies")
		of := func(order []int) map[int]desk.Difference {
			var wave []desk.Text
			for _, i := range order {
				wave = append(wave, text(bodies[i]))
			}
			out := map[int]desk.Difference{}
			for at, d := range desk.Differences(wave) {
				out[order[at]] = d
			}
			return out
		}
		order := make([]int, len(bodies))
		for i := range order {
			order[i] = i
		}
		want := of(order)
		rand.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		if diff := cmp.Diff(want, of(order)); diff != "" {
			t.Error(diff)
		}
		for i, pieces := range desk.Marked(bodies) {
			var whole strings.Builder
			for _, p := range pieces {
				whole.WriteString(p.Text)
			}
			if whole.String() != bodies[i] {
				t.Errorf("got %q of %q", whole.String(), bodies[i])
			}
		}
	})
}

func TestMarked(t *testing.T) {
	t.Parallel()
	got := desk.Marked([]string{"Fine copper kettles", "fine COPPER pans", "Fine copper\xff kettles"})
	want := [][]desk.Piece{{{"Fine copper kettles", false}}, {{"fine COPPER ", false}, {"pans", true}}, {{"Fine copper\xff kettles", false}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
