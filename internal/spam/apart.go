package spam

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// leastApart is how many comments a language or some years need to be left out by themselves.
const leastApart = 20

// apart judges each part of the samples, as name has it, by a single regression that was
// trained on the rest and on the primer, by the scale and the thresholds of m, and sets it
// beside all, blogs left out. The rest may be of the same blogs. What has no name, and what
// there is little of, is trained on and not judged; there is no table of a single part.
func (t *trainer) apart(m *Model, c scale, all *Report, name func(Example) string) []Slice {
	judged, part := make([]Judged, len(t.samples)), make([]string, len(t.samples))
	var working sync.WaitGroup
	for _, wanted := range t.parts(name) {
		working.Go(func() {
			f := t.fit(func(s *sample) bool { return name(s.Example) != wanted }, 1)
			for i := range t.samples {
				if s := &t.samples[i]; name(s.Example) == wanted {
					judged[i], part[i] = s.judged(m, c.odds(f.logOdds(s))), wanted
				}
			}
		})
	}
	working.Wait()
	s := slicer{report: all, thresholds: m.thresholds, judged: judged}
	return slices.DeleteFunc(s.by(func(i int) string { return part[i] }), func(s Slice) bool { return s.Name == "" })
}

// parts are the names of the parts of the samples that are left out in turn, in order; none
// if there is but one.
func (t *trainer) parts(name func(Example) string) []string {
	size := map[string]int{}
	for i := range t.samples {
		size[name(t.samples[i].Example)]++
	}
	delete(size, "")
	maps.DeleteFunc(size, func(_ string, n int) bool { return n < leastApart })
	if len(size) < 2 {
		return nil
	}
	return slices.Sorted(maps.Keys(size))
}

// languageOf is the language of an example, a guess among them; nothing if it is
// undetermined.
func languageOf(e Example) string {
	if e.Lang == undetermined {
		return ""
	}
	return strings.TrimSuffix(e.Lang, "?")
}

// yearsOf are the four years that an example is of, "2012–2015"; nothing if it has no date.
func yearsOf(e Example) string {
	if e.Message.Date.IsZero() {
		return ""
	}
	first := e.Message.Date.UTC().Year() / 4 * 4
	return fmt.Sprintf("%d–%d", first, first+3)
}
