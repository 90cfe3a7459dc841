package spam

import (
	"math"
	"slices"
)

// scale turns the scores of a regression into log-odds that mean what they
// say: log-odds = slope × score + offset.
type scale struct{ slope, offset float64 }

func (c scale) odds(score float64) float64 { return float64(c.slope*score) + c.offset }

// calibrate fits a scale to the samples as they were judged by models that did
// not see their source (J. Platt, "Probabilistic Outputs for Support Vector
// Machines", 1999, by Newton's method as in Lin, Lin and Weng, 2007). A source
// weighs no more than when training.
func (t *trainer) calibrate() scale {
	all := make([]*sample, len(t.samples))
	for i := range t.samples {
		all[i] = &t.samples[i]
	}
	weighSources(all, t.options.SourceCap)
	c := scale{slope: 1}
	for range 50 {
		c = c.newton(t.samples)
	}
	return c
}

// newton makes one step towards the scale with the smallest logistic loss. A
// little is added to the diagonal so that separable samples do not send the slope to
// infinity.
func (c scale) newton(samples []sample) scale {
	const ridge = 1e-3
	gs, gb := ridge*(c.slope-1), 0.0
	hss, hsb, hbb := ridge, 0.0, ridge
	for i := range samples {
		s := &samples[i]
		p := logistic(c.odds(s.leftOut))
		d := p
		if s.Spam {
			d--
		}
		d *= s.weight
		h := p * (1 - p) * s.weight
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

// parts are the regression in whole units, scaled.
func (f *fitted) parts(c scale) parts {
	largest := 0.0
	for _, w := range f.weights {
		largest = max(largest, math.Abs(w))
	}
	p := parts{bias: c.odds(f.bias), unit: max(c.slope*largest, 1e-9) / math.MaxInt16}
	for i, w := range f.weights {
		if units := math.Round(c.slope * w / p.unit); units != 0 {
			p.weights = append(p.weights, weight{f.hashes[i], int16(units)})
		}
	}
	return p
}

// report tells how the samples were judged by models that did not see their
// source.
func (t *trainer) report(m *Model, c scale) Report {
	judged, examples := make([]Judged, len(t.samples)), make([]Example, len(t.samples))
	for i := range t.samples {
		s := &t.samples[i]
		judged[i] = Judged{Probability: logistic(c.odds(s.leftOut)), Spam: s.Spam, Source: s.Source}
		examples[i] = s.Example
	}
	return reportOn(m, judged, examples)
}

// threshold is the probability that no more than a share of the left-out ham
// reaches, rounded up to four digits.
func (t *trainer) threshold(c scale, share float64) float64 {
	type judged struct{ p, weight float64 }
	var ham []judged
	sum := 0.0
	for i := range t.samples {
		if s := &t.samples[i]; !s.Spam {
			ham = append(ham, judged{logistic(c.odds(s.leftOut)), s.weight})
			sum += s.weight
		}
	}
	slices.SortStableFunc(ham, func(a, b judged) int {
		if a.p > b.p {
			return -1
		}
		if a.p < b.p {
			return 1
		}
		return 0
	})
	left := share * sum
	for _, h := range ham {
		if left -= h.weight; left < 0 {
			return min(math.Floor(h.p*1e4)+1, 9999) / 1e4
		}
	}
	return 0.5
}
