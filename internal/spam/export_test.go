package spam

import (
	_ "embed"
	"math"
)

// Embedded is the model in the program as it lies there.
var Embedded = embedded

// Harmless are comments of our own in many languages.
//
//go:embed testdata/harmless.txt
var Harmless string

// Unwanted is spam of our own, of many kinds.
//
//go:embed testdata/spam.txt
var Unwanted string

// FeatureNames are the names of all features of a message.
func FeatureNames(m Message) []string {
	r := read(m)
	var out []string
	for _, f := range r.found {
		out = append(out, r.name(f))
	}
	return out
}

// Exp is exp.
var Exp = exp

// Wilson is wilson.
var Wilson = wilson

// Hanley is hanley.
var Hanley = hanley

// ScriptIn is scriptIn.
var ScriptIn = scriptIn

// WordsIn is wordsIn.
var WordsIn = wordsIn

// LinksIn is linksIn.
var LinksIn = linksIn

// ReportOf is report.
var ReportOf = report

// Blogs are posts and comments of our own in languages that a model knows little of.
//
//go:embed testdata/blogs.txt
var Blogs string

// Primer reads the primer.
var Primer = readPrimer

// ParsePrimer reads a file of it.
var ParsePrimer = parsePrimer

// Log is log.
var Log = log

// UnitsBeside are weights, at most 0x7fff units each, in the order of their features, when
// a memory comes to a model that weighs so many times as much as they can.
func UnitsBeside(times float64, units ...int16) []int16 {
	p := parts{unit: 1}
	for i, x := range units {
		p.weights = append(p.weights, weight{uint32(i), x})
	}
	p.remember([]memoryWeight{{"memory:x", times * math.MaxInt16}})
	var out []int16
	for _, w := range p.weights {
		out = append(out, w.units)
	}
	return out
}

// Seen is how often of so many looks a sample with a feature of each of the kinds (word,
// author, link.host and shape) was seen with it.
func Seen(seed uint64, looks int) (words, authors, links, shapes int) {
	t := &trainer{kinds: []kind{kindWord, kindAuthor, kindLinkHost, kindShape}}
	b := t.blinkers(seed)
	s := &sample{features: []int32{0, 1, 2, 3}, values: []float32{1, 1, 1, 1}}
	var counts [4]int
	for range looks {
		for _, n := range b.look(s).features {
			counts[n]++
		}
	}
	return counts[0], counts[1], counts[2], counts[3]
}
