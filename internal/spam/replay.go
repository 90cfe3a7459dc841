package spam

import (
	"cmp"
	"math"
	"slices"
)

// ReplayLabels is which of the comments of a replay the filter is told the label
// of.
type ReplayLabels string

// Every comment; or only what a moderator has to do with: ham that was not judged
// ham and spam that was not judged spam. What is unsure waits for a moderator, so
// it belongs to the second whatever it turns out to be. Or of every comment the opposite
// of the truth, by one moderator.
const (
	LabelsAll    ReplayLabels = "all"
	LabelsErrors ReplayLabels = "errors"
	LabelsWrong  ReplayLabels = "wrong"
)

// ReplayOptions are the settings of Replay; zero values mean what is said.
type ReplayOptions struct {
	// New makes the filter that each blog begins with, and the one that learns
	// nothing; nil: of the embedded model.
	New    func() *Filter
	Labels ReplayLabels // empty: LabelsAll
	// Progress, if any, is called as work is done.
	Progress func(done, total int)
}

func (o ReplayOptions) withDefaults() ReplayOptions {
	if o.New == nil {
		o.New = func() *Filter { return NewFilter(Default()) }
	}
	if o.Progress == nil {
		o.Progress = func(int, int) {}
	}
	o.Labels = cmp.Or(o.Labels, LabelsAll)
	return o
}

// ReplayReport is what came of a replay: the learning curve of a filter.
type ReplayReport struct {
	Model    string       `json:"model"`
	Labels   ReplayLabels `json:"labels"`
	Messages int          `json:"messages"`
	Undated  int          `json:"undated"` // messages without a date, which came last
	// Windows are the windows of all blogs together: the first comments of each,
	// and so on. Windows without comments are left out.
	Windows []ReplayWindow `json:"windows"`
	Total   ReplayWindow   `json:"total"`   // all of them
	Sources []ReplaySource `json:"sources"` // the biggest first
}

// ReplaySource is the learning curve on one blog.
type ReplaySource struct {
	Source   string         `json:"source"`
	Messages int            `json:"messages"`
	Spam     int            `json:"spam"`
	Ham      int            `json:"ham"`
	Shown    int            `json:"shown"`
	Learned  int            `json:"learned"`
	Windows  []ReplayWindow `json:"windows"`
	Total    ReplayWindow   `json:"total"`
}

// ReplayWindow is a stretch of the comments of a blog, counted from 1 in the order
// of their dates.
type ReplayWindow struct {
	From     int `json:"from"`
	To       int `json:"to"` // 0: to the end
	Messages int `json:"messages"`
	Spam     int `json:"spam"`
	Ham      int `json:"ham"`
	Shown    int `json:"shown"`   // messages that are unlabelled
	Learned  int `json:"learned"` // labels the filter was told

	Learning ReplayScore `json:"learning"` // the filter that learns
	Alone    ReplayScore `json:"alone"`    // the one that does not
}

// ReplayScore says how good the verdicts of a window were, at the default
// threshold.
type ReplayScore struct {
	Error             Figure `json:"error"` // share of ham held and spam published
	Recall            Figure `json:"recall"`
	FalsePositiveRate Figure `json:"false_positive_rate"`
	LogLoss           Figure `json:"log_loss"` // mean of -ln of the probability given to the truth
	// ShownHeld is how many of the unlabelled messages were not judged ham; they are in no
	// other figure, for nobody knows what they are.
	ShownHeld int `json:"shown_held"`
}

// replayWindows is where the windows of a replay begin.
var replayWindows = []int{1, 21, 51, 201, 1001}

// Replay judges the messages of each blog in the order of their dates, each
// before the filter is told its label, as they would have come to a blog that
// begins with the embedded model (prequential evaluation: A. P. Dawid, "The
// Prequential Approach", 1984; J. Gama, R. Sebastião and P. P. Rodrigues, "On
// evaluating stream learning algorithms", 2013). Every blog has a filter of its own.
// A filter that learns nothing, on a blog that remembers nothing, judges the same
// messages beside it.
//
// An unlabelled example is judged, counted and remembered as published, and not learned.
func Replay(o ReplayOptions, examples []Example) ReplayReport {
	o = o.withDefaults()
	alone := o.New()
	out := ReplayReport{Model: alone.Model().Version(), Labels: o.Labels, Messages: len(examples)}
	all := newTallies()
	for _, blog := range bySource(examples) {
		p := player{options: o, alone: alone, learning: o.New(), windows: newTallies()}
		for _, e := range inTime(blog) {
			p.play(e)
			if e.Message.Date.IsZero() {
				out.Undated++
			}
			all.done++
			o.Progress(all.done, len(examples))
		}
		out.Sources = append(out.Sources, p.windows.source(blog[0].Source))
		all.add(p.windows)
	}
	out.Windows, out.Total = all.report(), all.total()
	return out
}

// bySource divides examples by the blog they were sent to, the biggest first.
func bySource(examples []Example) [][]Example {
	at := map[string]int{}
	var blogs [][]Example
	for _, e := range examples {
		i, ok := at[e.Source]
		if !ok {
			i = len(blogs)
			at[e.Source] = i
			blogs = append(blogs, nil)
		}
		blogs[i] = append(blogs[i], e)
	}
	slices.SortStableFunc(blogs, func(a, b []Example) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a[0].Source, b[0].Source))
	})
	return blogs
}

// inTime is examples in the order of their dates; those of the same date as they
// were, those without one last.
func inTime(examples []Example) []Example {
	examples = slices.Clone(examples)
	slices.SortStableFunc(examples, earlier)
	return examples
}

// earlier orders examples by their dates, those without one last.
func earlier(a, b Example) int {
	x, y := a.Message.Date, b.Message.Date
	if x.IsZero() != y.IsZero() {
		return y.Compare(x)
	}
	return x.Compare(y)
}

// player replays the comments of one blog.
type player struct {
	options         ReplayOptions
	learning, alone *Filter
	recall          Recall // what the blog of the filter that learns remembers
	played          int64
	windows         *tallies
}

// play judges one message, then learns from it.
func (p *player) play(e Example) {
	alone := p.alone.Judge(e.Message)
	learning := p.learning.Judge(p.remembering(e.Message))
	w := p.windows.next()
	if e.Unlabelled {
		p.remember(e, Ham, false)
		w.learning.show(learning)
		w.alone.show(alone)
		return
	}
	truth := Ham
	if e.Spam {
		truth = Spam
	}
	learn := p.options.Labels != LabelsErrors || learning.Class != truth
	told := e
	if p.options.Labels == LabelsWrong {
		told.Spam = !e.Spam
		p.learning.Learn(NewLesson(e.Message, told.Spam, "wrong"))
	} else if learn {
		p.learning.Learn(Lesson{Vector: Extract(e.Message), Spam: e.Spam})
	}
	p.remember(told, learning.Class, learn)
	w.learning.note(learning, e.Spam)
	w.alone.note(alone, e.Spam)
	if learn {
		w.learned++
	}
}

// remembering is a message with what the blog remembers about it. When one came that
// has no date nobody knows.
func (p *player) remembering(m Message) Message {
	if !m.Date.IsZero() {
		m.Memory = p.recall.Look(m)
	}
	return m
}

// remember remembers what became of a message.
func (p *player) remember(e Example, judged Class, told bool) {
	if e.Message.Date.IsZero() {
		return
	}
	state := TraceUndecided
	switch {
	case told && e.Spam:
		state = TraceSpam
	case told || judged == Ham:
		state = TracePublished
	}
	p.played++
	p.recall.Note(p.played, e.Message, state)
}

// tallies are the windows of a replay while they are counted.
type tallies struct {
	done    int
	windows []window
}

type window struct {
	learned         int
	learning, alone tally
}

func newTallies() *tallies { return &tallies{windows: make([]window, len(replayWindows))} }

// next is the window of the next comment.
func (t *tallies) next() *window {
	t.done++
	at := len(replayWindows) - 1
	for t.done < replayWindows[at] {
		at--
	}
	return &t.windows[at]
}

// add adds the windows of another blog.
func (t *tallies) add(other *tallies) {
	for i, w := range other.windows {
		t.windows[i].add(w)
	}
}

func (t *tallies) report() []ReplayWindow {
	var out []ReplayWindow
	for i, w := range t.windows {
		to := 0
		if i+1 < len(replayWindows) {
			to = replayWindows[i+1] - 1
		}
		if r := w.report(replayWindows[i], to); r.Messages > 0 {
			out = append(out, r)
		}
	}
	return out
}

// total is all windows as one.
func (t *tallies) total() ReplayWindow {
	var all window
	for _, w := range t.windows {
		all.add(w)
	}
	return all.report(1, 0)
}

func (w *window) add(other window) {
	w.learned += other.learned
	w.learning.add(other.learning)
	w.alone.add(other.alone)
}

func (w *window) report(from, to int) ReplayWindow {
	return ReplayWindow{
		From: from, To: to, Messages: w.learning.spam + w.learning.ham + w.learning.shown,
		Spam: w.learning.spam, Ham: w.learning.ham, Shown: w.learning.shown, Learned: w.learned,
		Learning: w.learning.score(), Alone: w.alone.score(),
	}
}

func (t *tallies) source(name string) ReplaySource {
	all := t.total()
	return ReplaySource{
		Source: name, Messages: all.Messages, Spam: all.Spam, Ham: all.Ham, Shown: all.Shown, Learned: all.Learned, Windows: t.report(), Total: all,
	}
}

// tally counts verdicts.
type tally struct {
	spam, ham    int
	caught, held int // spam and ham not judged ham
	loss         float64

	shown, shownHeld int // unlabelled, and of them not judged ham
}

// show counts a verdict on an unlabelled message.
func (t *tally) show(v Verdict) {
	t.shown++
	if v.Class != Ham {
		t.shownHeld++
	}
}

func (t *tally) note(v Verdict, spam bool) {
	stopped := v.Class != Ham
	right := 1 - v.Probability
	if spam {
		right = v.Probability
		t.spam++
	} else {
		t.ham++
	}
	switch {
	case stopped && spam:
		t.caught++
	case stopped:
		t.held++
	}
	const least = 1e-15 // a verdict that was certain and wrong costs 34.5, not everything
	t.loss -= math.Log(math.Max(right, least))
}

func (t *tally) add(other tally) {
	t.spam += other.spam
	t.ham += other.ham
	t.caught += other.caught
	t.held += other.held
	t.loss += other.loss
	t.shown += other.shown
	t.shownHeld += other.shownHeld
}

func (t *tally) score() ReplayScore {
	n := t.spam + t.ham
	return ReplayScore{
		Error:             ratio(t.spam-t.caught+t.held, n),
		Recall:            ratio(t.caught, t.spam),
		FalsePositiveRate: ratio(t.held, t.ham),
		LogLoss:           Figure(t.loss / float64(n)),
		ShownHeld:         t.shownHeld,
	}
}
