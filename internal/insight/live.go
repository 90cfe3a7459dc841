package insight

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// Choices is where the choice in force is read.
type Choices interface {
	// Choice reads the choice; the zero Choice if there is none.
	Choice(ctx context.Context) (Choice, error)
	// Model reads a model that was brought to the blog, as it was encoded; [ErrNoModel]
	// if there is none.
	Model(ctx context.Context, version string) ([]byte, error)
}

// LiveOptions is what a Live is made of. Choices and Labels are required.
type LiveOptions struct {
	Choices Choices
	Labels  comment.LabelSource
	About   comment.Posts   // what the posts are about; nil: nothing
	Cost    float64         // the setting of the program
	Beside  *comment.Beside // where it learns; nil: without an end
}

// Live is the filter that judges the comments of a blog: the model that was chosen, at
// the thresholds that were chosen, which follows the moderators' labels. Before it
// judges it looks whether the choice is another, whoever made it: this program or another
// one on the same database. A model that judges beside it is asked the same with the
// same labels; what it says is kept with the comment and has no part in the verdict.
type Live struct {
	o LiveOptions

	mu     sync.Mutex
	posts  func(*spam.Model) *spam.Posts
	honest []spam.Passed
	now    *running
	back   *comment.Hindsight
}

// running is a filter by one choice.
type running struct {
	choice Choice
	filter *spam.Filter
	judge  *comment.Learner
	second *spam.Filter // that judges beside it; nil for none
	beside *comment.Learner
	// missing is the model that was chosen and cannot be used; empty for none.
	missing string
}

// NewLive makes a Live, which reads the choice when it is first asked.
func NewLive(o LiveOptions) *Live { return &Live{o: o} }

// running is the filter by the choice in force.
func (l *Live) running(ctx context.Context) (*running, error) {
	c, err := l.o.Choices.Choice(ctx)
	if err != nil {
		return nil, fmt.Errorf("read how the filter is to be: %w", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.now != nil && l.now.choice.Number >= c.Number { // or it was read before somebody else read the next
		return l.now, nil
	}
	now, err := l.make(ctx, c)
	if err != nil {
		return nil, err // what was learned stays for the next time
	}
	l.now = now
	return now, nil
}

// make makes the filter of a choice. A model that is of another version of the features
// than the program is good for nothing; the one in the program judges instead.
func (l *Live) make(ctx context.Context, c Choice) (*running, error) {
	r := &running{choice: c}
	m, err := l.model(ctx, c.Model)
	if err != nil {
		return nil, err
	}
	if m == nil {
		r.missing, m = c.Model, spam.Default()
	}
	r.filter, r.judge = l.learner(m, c)
	if c.Beside == "" {
		return r, nil
	}
	switch m, err = l.model(ctx, fileOf(c.Beside)); {
	case errors.Is(err, ErrNoModel) || err == nil && m == nil:
		return r, nil // it would have no part in the verdicts
	case err != nil:
		return nil, err
	}
	r.second, r.beside = l.learner(m, c)
	return r, nil
}

// fileOf is the version by which a model is kept; empty for the one in the program.
func fileOf(version string) string {
	if version == BuiltIn {
		return ""
	}
	return version
}

// model reads a model; nil if it cannot be used.
func (l *Live) model(ctx context.Context, version string) (*spam.Model, error) {
	if version == "" || version == spam.Default().Version() {
		return spam.Default(), nil
	}
	data, err := l.o.Choices.Model(ctx, version)
	if err != nil {
		return nil, fmt.Errorf("read model %s: %w", version, err)
	}
	m, err := spam.Decode(data)
	if err != nil {
		return nil, nil //nolint:nilnil,nilerr // it was checked when it came: the program is another since
	}
	return m, nil
}

// learner makes the filter of a model, which goes on where one of the same model was.
func (l *Live) learner(m *spam.Model, c Choice) (*spam.Filter, *comment.Learner) {
	f := spam.New(c.setting().options(m, l.o.Cost))
	if l.posts != nil {
		f.SetPosts(l.posts(m))
	}
	f.Promise(l.honest)
	switch was := l.now; {
	case was == nil || was.choice.Last != c.Last || !was.choice.ForgottenAt.Equal(c.ForgottenAt):
	case was.filter.Model().Version() == m.Version():
		return f, was.judge.For(f)
	case was.second != nil && was.second.Model().Version() == m.Version():
		return f, was.beside.For(f)
	}
	return f, comment.NewLearner(f, after{l.o.Labels, c.Forgotten}, l.o.About).Within(l.o.Beside)
}

// Judge gives the verdict of the filter by the choice in force.
func (l *Live) Judge(ctx context.Context, m spam.Message) (spam.Verdict, error) {
	r, err := l.running(ctx)
	if err != nil {
		return spam.Verdict{}, err
	}
	v, err := r.judge.Judge(ctx, m)
	if err != nil || r.beside == nil {
		return v, err
	}
	if beside, err := r.beside.Judge(ctx, m); err == nil { // the verdict does not wait for it to be well
		v.Beside = &beside
	}
	return v, nil
}

// Explain says why, as the filter sees it now.
func (l *Live) Explain(ctx context.Context, ms []*spam.Reading, depth comment.Depth) ([]spam.Explanation, error) {
	r, err := l.running(ctx)
	if err != nil {
		return nil, err
	}
	return r.judge.Explain(ctx, ms, depth)
}

// CatchUp learns from the labels given since the last time, and returns how many of all
// labels were passed over.
func (l *Live) CatchUp(ctx context.Context) (passed int, err error) {
	r, err := l.running(ctx)
	if err != nil {
		return 0, err
	}
	if r.beside != nil {
		if _, err := r.beside.CatchUp(ctx); err != nil {
			return 0, err
		}
	}
	return r.judge.CatchUp(ctx)
}

// SetPosts lets the blog's own posts speak for comments that are written like them; posts
// makes them for a model.
func (l *Live) SetPosts(posts func(*spam.Model) *spam.Posts) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.posts = posts
	for _, f := range l.now.filters() {
		f.SetPosts(posts(f.Model()))
	}
}

// Promise moves the thresholds that the owner did not choose to where honest comments of
// this blog are held as seldom as is promised; see [spam.Filter.Promise].
func (l *Live) Promise(honest []spam.Passed) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.honest = honest
	for _, f := range l.now.filters() {
		f.Promise(honest)
	}
}

// filters are those of what runs, which may be nothing yet.
func (r *running) filters() []*spam.Filter {
	switch {
	case r == nil:
		return nil
	case r.beside == nil:
		return []*spam.Filter{r.filter}
	}
	return []*spam.Filter{r.filter, r.second}
}
