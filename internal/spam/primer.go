package spam

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
)

// The primer is comments of our own that training adds to whatever it is given: kinds of
// spam that roam the web whichever blogs a corpus was gathered from, such as spells, loans
// and slots in the languages they are sold in, and what honest people write in languages
// and with links that corpora hold little of. They are invented, none is in a corpus or in
// a test. Their hosts are reserved for examples, and how they are called is not learned. A
// line is a [Record].
//
//go:embed primer/*.jsonl
var primer embed.FS

// primerWeight is what a comment of the primer weighs beside one of a blog: little, for a
// few hundred sentences of one author are no measure of what is frequent.
const primerWeight = 0.25

// readPrimer reads the primer; each file of it is a source.
func readPrimer() ([]Example, error) {
	names, err := fs.Glob(primer, "primer/*.jsonl")
	if err != nil {
		return nil, fmt.Errorf("find the primer: %w", err)
	}
	var out []Example
	for _, name := range names {
		data, err := primer.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read the primer: %w", err)
		}
		for line := range strings.Lines(string(data)) {
			r, err := ParseRecord([]byte(line))
			if err != nil {
				return nil, fmt.Errorf("read %s: %w", name, err)
			}
			r.Source = name
			e, err := r.Example()
			if err != nil {
				return nil, fmt.Errorf("read %s: %w", name, err)
			}
			out = append(out, e)
		}
	}
	return out, nil
}
