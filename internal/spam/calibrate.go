package spam

import (
	"cmp"
	"math"
	"slices"
)

// scale turns the scores of a regression into log-odds that mean what they
// say: log-odds = slope × score + offset.
type scale struct{ slope, offset float64 }

func (c scale) odds(score float64) float64 { return float64(c.slope*score) + c.offset }

// calibrate fits a scale to the samples as they were judged by models that did
// not see their source (J. Platt, "Probabilistic Outputs for Support Vector
// Machines", 1999, by Newton's method as in Lin, Lin and Weng, 2007).
func (t *trainer) calibrate() scale {
	t.weigh()
	c := scale{slope: 1}
	for range 50 {
		c = c.newton(t.samples)
	}
	return c
}

// calibrationCap is how many times as much as when training a source may weigh when
// probabilities and thresholds are found: they are about what is frequent.
const calibrationCap = 12

// weigh gives the samples the weights that probabilities and thresholds are found
// with. Spam and ham stay as frequent as they are.
func (t *trainer) weigh() {
	all, most := t.chosen(every), calibrationCap*t.options.SourceCap
	for i, w := range capped(all, most, most) {
		all[i].weight = w
	}
}

// newton makes one step towards the scale with the smallest logistic loss. A
// little is added to the diagonal so that separable samples do not send the slope to
// infinity.
func (c scale) newton(samples []sample) scale {
	const ridge = 1e-3
	gs, gb := float64(ridge*(c.slope-1)), 0.0
	hss, hsb, hbb := ridge, 0.0, ridge
	for i := range samples {
		s := &samples[i]
		p := logistic(c.odds(s.leftOut))
		d := p
		if s.Spam {
			d--
		}
		d = float64(d * s.weight)
		h := float64(p * (1 - p) * s.weight)
		gs += float64(d * s.leftOut)
		gb += d
		hss += float64(h * s.leftOut * s.leftOut)
		hsb += float64(h * s.leftOut)
		hbb += h
	}
	det := float64(hss*hbb) - float64(hsb*hsb)
	if det <= 0 {
		return c
	}
	return scale{
		slope:  max(0.1, c.slope-(float64(hbb*gs)-float64(hsb*gb))/det),
		offset: c.offset - (float64(hss*gb)-float64(hsb*gs))/det,
	}
}

// leastMean is the least mean value of a feature that a model knows; features with
// less are no everyday ones.
const leastMean = 0.002

// means are the mean values of everyday features among spam, or among ham, in whole
// units.
func (t *trainer) means(spam bool) []weight {
	sums := make([]float64, len(t.hashes))
	total := 0.0
	for i := range t.samples {
		s := &t.samples[i]
		if s.Spam != spam {
			continue
		}
		total += s.weight
		for j, n := range s.features {
			sums[n] += float64(s.weight * float64(s.values[j]))
		}
	}
	var out []weight
	for n, sum := range sums {
		if mean := sum / total; mean >= leastMean {
			out = append(out, weight{t.hashes[n], int16(min(math.Round(mean/meanUnit), math.MaxInt16))})
		}
	}
	slices.SortFunc(out, byHash)
	return out
}

// byHash orders weights.
func byHash(a, b weight) int { return cmp.Compare(a.hash, b.hash) }

// parts are the regression in whole units, scaled; hashes are of its features.
func (f *fitted) parts(c scale, hashes []uint32) parts {
	largest := 0.0
	for _, w := range f.weights {
		largest = max(largest, math.Abs(w))
	}
	p := parts{bias: c.odds(f.bias), unit: max(c.slope*largest, 1e-9) / math.MaxInt16}
	for n, w := range f.weights {
		if units := math.Round(c.slope * w / p.unit); units != 0 {
			p.weights = append(p.weights, weight{hashes[n], int16(units)})
		}
	}
	slices.SortFunc(p.weights, byHash)
	return p
}

// report tells how the samples were judged by models that did not see their
// source.
func (t *trainer) report(m *Model, c scale) Report {
	judged, examples := make([]Judged, len(t.samples)), make([]Example, len(t.samples))
	for i := range t.samples {
		s := &t.samples[i]
		judged[i], examples[i] = s.judged(m, c.odds(s.leftOut)), s.Example
	}
	return reportOn(m, judged, examples)
}

// judged is a sample as the thresholds of a model have it, at some log-odds.
func (s *sample) judged(m *Model, odds float64) Judged {
	p := logistic(odds)
	return Judged{Probability: p, Class: m.of(m.thresholds, s.oneLink).class(p), Spam: s.Spam, Source: s.Source}
}

// threshold is the probability that no more than a share of the left-out ham
// reaches, rounded up to four digits.
func (t *trainer) threshold(c scale, share float64) float64 {
	ham := t.chosen(func(s *sample) bool { return !s.Spam })
	if s, ok := beyond(ham, share); ok {
		return min(math.Floor(logistic(c.odds(s.leftOut))*1e4)+1, 9999) / 1e4
	}
	return 0.5
}

// beyond is the first of the samples, those most like spam first, with which they weigh
// more than a share of all; false if there is none.
func beyond(samples []*sample, share float64) (*sample, bool) {
	sum := 0.0
	for _, s := range samples {
		sum += s.weight
	}
	slices.SortStableFunc(samples, func(a, b *sample) int { return cmp.Compare(b.leftOut, a.leftOut) })
	left := float64(share * sum)
	for _, s := range samples {
		if left -= s.weight; left < 0 {
			return s, true
		}
	}
	return nil, false
}
