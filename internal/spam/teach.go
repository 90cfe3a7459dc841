package spam

import (
	"cmp"
	"encoding/binary"
	"maps"
	"math"
	"slices"
)

// How a filter learns; see the package comment. The numbers were chosen by replaying
// the comments of whole blogs that the model had not been trained on.
const (
	rarePrecision     = 0.2  // of the weight of a feature that honest comments hardly have
	everydayPrecision = 5000 // of one with a mean, times its square and what is above it
	biasPrecision     = 0.5  // of what is taught about every comment
	most              = 3.0  // that a label moves the log-odds of its own message

	// Precisions rise by themselves once for every lopsided labels of spam that have
	// no label of ham beside hamShare of them.
	lopsided = 30.0
	hamShare = 4.0

	maxTaught = 1 << 18 // features that have a taught weight
)

// taught is what the labels of a blog taught: a weight for each feature, added to
// the model's. It follows from the model and the lessons in order, and nothing else.
type taught struct {
	beliefs map[uint32]belief // by the hash of the feature
	centre  float64           // what the weights add to the log-odds of the average comment of the other class
	bias    belief
	spam    float64 // labels of spam that counted
	ham     float64
	trial   trial
	credits credits
}

// belief is a weight and how much is known about it: the second derivative of the
// loss of all lessons that had the feature.
type belief struct{ weight, evidence float64 }

func newTaught() *taught {
	return &taught{beliefs: map[uint32]belief{}, trial: newTrial(), credits: newCredits()}
}

func (t *taught) clone() *taught {
	c := *t
	c.beliefs, c.credits = maps.Clone(t.beliefs), t.credits.clone()
	return &c
}

// weight is what a feature of value 1 adds to the log-odds.
func (t *taught) weight(hash uint32) float64 {
	if len(t.beliefs) == 0 {
		return 0
	}
	return float64(t.trial.share * t.beliefs[hash].weight)
}

// constant is what is added to the log-odds of every comment.
func (t *taught) constant() float64 { return float64(t.trial.share * (t.bias.weight - t.centre)) }

// logOdds is what the lessons add to the log-odds of a vector, if they count in full.
func (t *taught) logOdds(v Vector) float64 {
	sum := t.bias.weight - t.centre
	for i, h := range v.Hashes {
		sum += float64(t.beliefs[h].weight * float64(v.Values[i]))
	}
	return sum
}

// learn learns a lesson, unless it was made by another extractor.
func (t *taught) learn(m *Model, l Lesson) bool {
	if l.Vector.Extractor != ExtractorVersion || !l.Vector.valid() {
		return false
	}
	alone, own := m.logOdds(l.Vector), t.logOdds(l.Vector)
	credit := t.credits.of(l, loss(alone, l.Spam))
	t.trial.note(alone, own, l.Spam, credit)
	if l.Spam {
		t.spam += credit
	} else {
		t.ham += credit
	}
	t.move(m, l, alone+own, credit)
	if len(t.beliefs) > maxTaught {
		t.forget(m)
	}
	return true
}

// move makes a step of learning: it finds the log-odds at which the loss of the
// lesson and the distance from what was believed before are least together, each
// weight moving the further the less is known about it (an implicit step, B. Kulis
// and P. Bartlett, "Implicit Online Learning", 2010, with a variance for each weight
// as in K. Crammer, A. Kulesza and M. Dredze, "Adaptive Regularization of Weight
// Vectors", 2009).
func (t *taught) move(m *Model, l Lesson, odds, credit float64) {
	n := len(l.Vector.Hashes)
	means, steps := make([]float64, n), make([]float64, n)
	firm := t.firmness(l.Spam)
	room := 0.0 // the variance of the log-odds
	for i, h := range l.Vector.Hashes {
		x := float64(l.Vector.Values[i])
		means[i] = m.mean(h, !l.Spam)
		off := math.Max(0, x-means[i])
		prior := rarePrecision + float64(everydayPrecision*means[i]*means[i]*off)
		steps[i] = off / (float64(firm*prior) + t.beliefs[h].evidence)
		room += float64(off * steps[i])
	}
	pace := t.balance() / (biasPrecision + t.bias.evidence)
	room += pace
	force := settle(odds, room, credit, l.Spam)
	if by, limit := math.Abs(float64(force*room)), float64(most*credit); by > limit {
		force *= limit / by
	}
	p := logistic(odds + float64(force*room))
	evidence := float64(credit * p * (1 - p))
	for i, h := range l.Vector.Hashes {
		off := math.Max(0, float64(l.Vector.Values[i])-means[i])
		b, by := t.beliefs[h], float64(force*steps[i])
		t.beliefs[h] = belief{b.weight + by, b.evidence + float64(evidence*off*off)}
		t.centre += float64(by * means[i])
	}
	t.bias.weight += float64(force * pace)
	t.bias.evidence += evidence
}

// firmness is how much firmer the model stands against a label: against more and more
// labels of spam alone.
func (t *taught) firmness(spam bool) float64 {
	if !spam {
		return 1
	}
	return 1 + math.Max(0, t.spam-float64(hamShare*t.ham))/lopsided
}

// balance is 1 if as many labels say spam as ham, and 0 if all say the same: what
// moderators label is mostly spam, so one kind alone says nothing about how much of
// all comments is.
func (t *taught) balance() float64 {
	if t.spam+t.ham == 0 {
		return 0
	}
	return 2 * min(t.spam, t.ham) / (t.spam + t.ham)
}

// settle finds the force f that a label exerts on log-odds that give way by room: the
// slope of its loss where they come to rest, f = credit·(label - logistic(odds +
// f·room)). It lies between 0 and credit, and is found by halving.
func settle(odds, room, credit float64, spam bool) float64 {
	side, label := -1.0, 0.0
	if spam {
		side, label = 1, 1
	}
	low, high := 0.0, credit
	for range 40 {
		f := (low + high) / 2
		if pull := float64(credit * side * (label - logistic(odds+float64(side*f*room)))); pull > f {
			low = f
		} else {
			high = f
		}
	}
	return side * low
}

// forget drops a quarter of the weights, those nearest to zero. Features with a mean stay:
// what their weights add to the average comment is in the centre, and they are no more than
// the model has means.
func (t *taught) forget(m *Model) {
	all := slices.DeleteFunc(t.sorted(), func(h uint32) bool { return m.mean(h, false) != 0 || m.mean(h, true) != 0 })
	slices.SortStableFunc(all, func(a, b uint32) int {
		return cmp.Compare(math.Abs(t.beliefs[a].weight), math.Abs(t.beliefs[b].weight))
	})
	for _, h := range all[:len(all)/4] {
		delete(t.beliefs, h)
	}
}

// sorted are the features that have a weight.
func (t *taught) sorted() []uint32 { return slices.Sorted(maps.Keys(t.beliefs)) }

// appendBinary appends all that was learned.
func (t *taught) appendBinary(out []byte) []byte {
	out = appendNumbers(out, t.centre, t.bias.weight, t.bias.evidence, t.spam, t.ham, t.trial.share)
	out = appendNumbers(out, t.trial.losses[:]...)
	out = t.credits.appendBinary(out)
	for _, h := range t.sorted() {
		out = binary.LittleEndian.AppendUint32(out, h)
		out = appendNumbers(out, t.beliefs[h].weight, t.beliefs[h].evidence)
	}
	return out
}

// appendNumbers appends numbers, to the bit.
func appendNumbers(out []byte, xs ...float64) []byte {
	for _, x := range xs {
		out = binary.LittleEndian.AppendUint64(out, math.Float64bits(x))
	}
	return out
}
