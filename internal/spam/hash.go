package spam

// The hash of a feature is the 32-bit FNV-1a of its name ("word:casino"): the
// same in every process, on every machine and for ever, since models and labels are
// kept by it. See http://www.isthe.com/chongo/tech/comp/fnv/.
const (
	fnvOffset uint32 = 2166136261
	fnvPrime  uint32 = 16777619
)

// kindHashes are the hashes of "word:", "words:" and so on: where the hash of a
// feature of that kind goes on from.
var kindHashes = func() (h [kinds]uint32) {
	for k, name := range kindNames {
		h[k] = hashOn(hashOn(fnvOffset, name), ":")
	}
	return h
}()

// hashOn goes on hashing with text.
func hashOn[T string | []byte](h uint32, text T) uint32 {
	for i := range len(text) {
		h = (h ^ uint32(text[i])) * fnvPrime
	}
	return h
}

// hashName is the hash of the feature of a kind.
func hashName[T string | []byte](k kind, text T) uint32 {
	return hashOn(kindHashes[k], text)
}

// hashOf is the hash of a feature by its whole name.
func hashOf(name string) uint32 { return hashOn(fnvOffset, name) }
