package akismet_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"testing"
	"time"

	"hamlet/internal/akismet"
)

// How far each span reaches on the 22nd of November, and what it is broken down by.
func TestSpans(t *testing.T) {
	t.Parallel()
	store := &faulty{}
	for _, day := range []string{"2024-12-31", "2025-11-30", "2025-12-01", "2026-05-31", "2026-06-01", "2026-09-23", "2026-09-24", "2026-11-22"} {
		at, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		store.counted = append(store.counted, akismet.Tally{Site: 1, Blog: "shop.example", Day: at, Counts: akismet.Counts{Ham: 1}})
	}
	_, h := faultyServer(t, store)
	months := []string{"2026-06", "2026-09", "2026-11"}
	for from, want := range map[string][]string{
		"60-days":  {"2026-09-24", "2026-11-22"},
		"6-months": months,
		"":         months,
		"never":    months,
		"year":     {"2025-12", "2026-05", "2026-06", "2026-09", "2026-11"},
		"all":      {"2024", "2025", "2026"},
	} {
		q := url.Values{"key": {"0123456789ab"}, "from": {from}}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://x.example/1.2/get-key-stats?"+q.Encode(), http.NoBody))
		var got struct{ Breakdown map[string]any }
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Fatalf("from %q: %v", from, err)
		}
		if names := slices.Sorted(maps.Keys(got.Breakdown)); !slices.Equal(names, want) {
			t.Errorf("from %q: broken down by %v, want %v", from, names, want)
		}
	}
}
