package spam

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// The primer is comments of our own that training adds to whatever it is given: kinds of
// spam that roam the web whichever blogs a corpus was gathered from, such as spells, loans
// and slots, in the languages they are sold in, and what honest people write about all
// sorts of things, in languages and with links that corpora hold little of. They are
// invented; none is in a test, nor, unless it is as short as "Thanks!", near any in a
// corpus. Their hosts are reserved for examples, and how they are called is not learned.
//
// A file is about one kind and in the folder of what it is: ham; spam; or offers, which are
// spam that is well set, by somebody who seems to be a person, with one link or none. A line is
// a comment, or names the post of those that follow; \n and \t in a body are a new line and a
// tab:
//
//	@ a-trip-by-train
//	Birgitta|http://birgitta.example.org/|We took the night train last spring.
//	Tim||Wow, I never knew that.
//
//go:embed primer/ham/*.txt primer/spam/*.txt primer/offers/*.txt
var primer embed.FS

// primerWeights are what a comment of the primer weighs beside one of a blog, by its folder.
// Spam is little, for hundreds of offers by one author are no measure of what is
// frequent, and corpora hold plenty of it; but little that is set as well as the comments
// of readers are, whose commas would speak for it otherwise. All were chosen on blogs left out.
var primerWeights = map[string]float64{"ham": 1, "spam": 0.25, "offers": 1}

// primerFolder is the folder of a file of the primer.
func primerFolder(name string) string { return path.Base(path.Dir(name)) }

// readPrimer reads the primer; each file of it is a source.
func readPrimer() ([]Example, error) {
	names, err := fs.Glob(primer, "primer/*/*.txt")
	if err != nil {
		return nil, fmt.Errorf("find the primer: %w", err)
	}
	var out []Example
	for _, name := range names {
		data, err := primer.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read the primer: %w", err)
		}
		examples, err := parsePrimer(name, string(data))
		if err != nil {
			return nil, err
		}
		out = append(out, examples...)
	}
	return out, nil
}

// parsePrimer reads a file of the primer.
func parsePrimer(name, text string) ([]Example, error) {
	unescape := strings.NewReplacer(`\n`, "\n", `\t`, "\t")
	var out []Example
	post, n := "", 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSuffix(line, "\n")
		if slug, ok := strings.CutPrefix(line, "@ "); ok {
			post = slug
			continue
		}
		fields := strings.SplitN(line, "|", 3)
		if len(fields) < 3 {
			return nil, fmt.Errorf("read %s: line %d has no name, site and text", name, n)
		}
		out = append(out, Example{
			Source: name, Spam: primerFolder(name) != "ham",
			Message: Message{Author: fields[0], AuthorURL: fields[1], Body: unescape.Replace(fields[2]), Permalink: post},
		})
	}
	return out, nil
}
