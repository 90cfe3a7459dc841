package spam_test

import (
	"testing"

	"hamlet/internal/spam"
)

// typical is a comment of the median length.
var typical = spam.Message{
	Author: "Edith Moreau", AuthorURL: "https://edith.example.org", Permalink: "a-garden-in-november",
	Body: "I tried this last autumn and it worked well, although the clay here is heavier than yours. Have a look at " +
		"https://edith.example.org/garden/clay if you like. How deep did you dig?",
}

func BenchmarkExtract(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		spam.Extract(typical)
	}
}

func BenchmarkJudge(b *testing.B) {
	f := spam.NewFilter(spam.Default())
	f.Learn(spam.Lesson{Vector: spam.Extract(kind)})
	b.ReportAllocs()
	for b.Loop() {
		f.Judge(typical)
	}
}

func BenchmarkLearn(b *testing.B) {
	f := spam.NewFilter(spam.Default())
	lesson := spam.Lesson{Vector: spam.Extract(typical), Spam: true}
	b.ReportAllocs()
	for b.Loop() {
		lesson.Spam = !lesson.Spam
		f.Learn(lesson)
	}
}

func BenchmarkExplain(b *testing.B) {
	f := spam.NewFilter(spam.Default())
	b.ReportAllocs()
	for b.Loop() {
		spam.Explain(f, kind)
	}
}
