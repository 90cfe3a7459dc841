package spam

import (
	"cmp"
	"slices"
)

// ablations are the groups of features that are left away in turn; the first is none.
var ablations = []struct {
	name  string
	kinds []kind
}{
	{"", nil},
	{"all words", []kind{kindWord, kindWords, kindChars, kindStem, kindSited, kindAnchor}},
	{"word, words, chars, sited, anchor", []kind{kindWord, kindWords, kindChars, kindSited, kindAnchor}},
	{"words", []kind{kindWords}},
	{"sited", []kind{kindSited}},
	{"stem", []kind{kindStem}},
	{"author", []kind{kindAuthor, kindAuthorShape, kindAuthorSite}},
	{"site, sited", []kind{kindSiteHost, kindSiteTLD, kindSiteWord, kindSiteShape, kindSited, kindAuthorSite}},
	{"link", []kind{kindLinkHost, kindLinkTLD, kindLinkWord, kindLinkChars, kindLinkShape}},
	{"link.shape", []kind{kindLinkShape}},
	{"shape", []kind{kindShape}},
	{"marks", []kind{kindMarks}},
	{"lines", []kind{kindLines}},
	{"marks, lines", []kind{kindMarks, kindLines}},
}

// Ablation is how models do on sources they were not trained on, without some features.
type Ablation struct {
	Without string // the kinds of features, as they stand in names; empty: nothing is left away
	Report  Report
}

// Ablate tells what groups of features bring: each is left away in turn, in training and
// judging. Where o says nothing sources are left out in 6 parts, each judged by a single
// regression, which takes a sixth of the time of [Train].
func Ablate(o TrainOptions, examples []Example) ([]Ablation, error) {
	o.Folds, o.Orders = cmp.Or(o.Folds, 6), cmp.Or(o.Orders, 1)
	o = o.withDefaults()
	if err := enough(examples); err != nil {
		return nil, err
	}
	whole, err := newTrainer(o, examples)
	if err != nil {
		return nil, err
	}
	steps := whole.folds * o.Epochs * o.Orders
	var out []Ablation
	for i, a := range ablations {
		t := whole.without(a.kinds)
		t.options.Progress = func(done, _ int) { o.Progress(i*steps+done, len(ablations)*steps) }
		t.leaveOut()
		scale := t.calibrate()
		hold, cost := t.threshold(scale, o.HoldRate), t.linkCost(scale, o.HoldRate)
		m := &Model{thresholds: Thresholds{Unsure: hold, Spam: max(hold, t.threshold(scale, o.SpamRate))}, linkCost: cost}
		out = append(out, Ablation{a.name, t.report(m, scale)})
	}
	return out, nil
}

// without is a trainer of the same samples without the features of some kinds.
func (t *trainer) without(hidden []kind) *trainer {
	cut := func(samples []sample) []sample {
		out := slices.Clone(samples)
		for i, s := range samples {
			out[i].features, out[i].values = nil, nil
			for j, n := range s.features {
				if !slices.Contains(hidden, t.kinds[n]) {
					out[i].features = append(out[i].features, n)
					out[i].values = append(out[i].values, s.values[j])
				}
			}
		}
		return out
	}
	return &trainer{options: t.options, samples: cut(t.samples), primer: cut(t.primer), hashes: t.hashes, kinds: t.kinds, folds: t.folds}
}
