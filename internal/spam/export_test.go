package spam

import _ "embed"

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

// Log is log.
var Log = log
