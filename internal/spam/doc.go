// Package spam judges comments: message → features → verdict.
//
// It is pure: no network, no database, no files, no clock. A [Model] is what was
// learned from many blogs and does not change; a [Filter] is a model and what the
// moderators of one blog taught it.
//
//	f := spam.NewFilter(spam.Default())
//	v := f.Judge(spam.Message{Author: "Ada", Body: "Thank you!"})
//	f.Learn(spam.Lesson{Vector: spam.Extract(m), Spam: true})
package spam
