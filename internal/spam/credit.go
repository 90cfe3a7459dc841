package spam

import "math"

// Whose labels count for how much. The numbers are measured by feeding a filter
// hostile labels; see the package comment.
const (
	fullCredit = 3 // labels of one author, or of one wave, that count in full

	doubt       = 1.5  // mean loss of a moderator's labels, judged by the model, from which they count less
	doubtSlope  = 8.0  // how fast
	doubtLabels = 20   // labels without loss that everybody begins with
	doubtMemory = 0.99 // what a label counts for when the next one has come
	mostDoubt   = 6.0  // the most that a label's loss counts for
)

// credits remembers who was labelled and who labelled. Who is careless with labels of
// spam is not therefore with those of ham, and the other way round.
type credits struct {
	authors, waves recent[float64] // how many labels
	hams, spams    recent[conduct] // of a moderator
}

// conduct is how a moderator's labels surprised the model.
type conduct struct{ labels, loss float64 }

func newCredits() credits {
	return credits{authors: newRecent[float64](), waves: newRecent[float64](), hams: newRecent[conduct](), spams: newRecent[conduct]()}
}

func (c *credits) clone() credits {
	return credits{authors: c.authors.clone(), waves: c.waves.clone(), hams: c.hams.clone(), spams: c.spams.clone()}
}

// of is what a lesson counts for, from 0 to 1, and notes it. Unexpected is the loss
// of its label when the model alone judges. Labels whose moderator is unknown are not
// one person's, and nobody is doubted for them.
func (c *credits) of(l Lesson, unexpected float64) float64 {
	credit := min(repeated(&c.authors, l.Author), repeated(&c.waves, l.Wave))
	if l.Moderator == 0 {
		return credit
	}
	by := &c.hams
	if l.Spam {
		by = &c.spams
	}
	was := by.get(l.Moderator)
	by.set(l.Moderator, conduct{
		labels: float64(was.labels*doubtMemory) + 1,
		loss:   float64(was.loss*doubtMemory) + min(unexpected, mostDoubt),
	})
	mean := was.loss / (was.labels + doubtLabels)
	return float64(credit * exp(-doubtSlope*math.Max(0, mean-doubt)))
}

// repeated counts a key and is what its next label counts for: the square of how
// far it is over what counts in full, so that all together count for less than twice
// that. 0 is unknown.
func repeated(counts *recent[float64], key uint64) float64 {
	if key == 0 {
		return 1
	}
	n := counts.get(key) + 1
	counts.set(key, n)
	over := min(1, fullCredit/n)
	return over * over
}

// appendBinary appends all that is remembered.
func (c *credits) appendBinary(out []byte) []byte {
	for _, counts := range []*recent[float64]{&c.authors, &c.waves} {
		out = counts.appendBinary(out, func(n float64) []float64 { return []float64{n} })
	}
	for _, by := range []*recent[conduct]{&c.hams, &c.spams} {
		out = by.appendBinary(out, func(was conduct) []float64 { return []float64{was.labels, was.loss} })
	}
	return out
}
