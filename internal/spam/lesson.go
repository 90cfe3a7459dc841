package spam

// Vector is what is left of a message when its words are gone: hashes of its
// features with their values. It is kept with a label, so that the filter can be
// rebuilt although the comment itself was deleted, and cannot be read back into
// text.
type Vector struct {
	// Extractor is the version of the feature extractor that made the vector; vectors
	// of another version are not learned from.
	Extractor uint16
	Hashes    []uint32  // ascending, each once
	Values    []float32 // as many as Hashes
}

// Lesson is a labelled message.
type Lesson struct {
	Vector Vector
	Spam   bool
}
