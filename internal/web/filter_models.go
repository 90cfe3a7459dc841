package web

import (
	"cmp"
	"errors"
	"io"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/insight"
	"hamlet/internal/locale"
	"hamlet/internal/reason"
	"hamlet/internal/spam"
)

// modelsPart is the models there are, and what two of them disagree on.
type modelsPart struct {
	Now      string
	Missing  string // a model that was chosen and cannot be used
	Rows     []modelRow
	CanBack  bool
	Back     string // the model that it goes back to
	Beside   string // the version of the model beside; empty for none
	Tells    string
	Disagree []hitRow
	Older    string
}

// modelRow is a model.
type modelRow struct {
	Version, Name string
	Value         string // by which it is chosen
	Now, Beside   bool
}

// disagreements is how many comments the page shows at once.
const disagreements = 50

func (s *Server) filterModels(c echo.Context) error {
	return s.showModels(c, http.StatusOK, "")
}

func (s *Server) showModels(c echo.Context, status int, problem string) error {
	ctx, say := c.Request().Context(), s.printer()
	shelf, err := s.Insight.Shelf(ctx, actor(c))
	if err != nil {
		return err
	}
	var before comment.ID
	if b := c.QueryParam("before"); b != "" {
		if before, err = comment.ParseID(b); err != nil {
			return err
		}
	}
	found, err := s.Insight.Disagreements(ctx, actor(c), before, disagreements+1)
	if err != nil {
		return err
	}
	p := &modelsPart{Now: shelf.Model, Missing: shelf.Missing, CanBack: shelf.Promoted}
	p.Rows, p.Back, p.Beside = modelRows(say, shelf)
	if p.Beside != "" {
		p.Tells = say.T("filter.compared", shelf.Compared, "Otherwise", say.Number(shelf.Otherwise), "Since", say.Moment(shelf.Since.In(s.doorFrame("").zone)))
	}
	if len(found) > disagreements {
		found = found[:disagreements]
		p.Older = withQuery(filterPath+"/models", "before", strconv.FormatInt(int64(found[disagreements-1].Comment.ID), 10))
	}
	for _, d := range found {
		v := d.Comment.Verdict
		p.Disagree = append(p.Disagree, s.hitRow(d.Comment, say.T("filter.disagrees",
			"Percent", reason.Percent(say, v.Probability), "Would", reason.Would(say, v.Class),
			"Other", reason.Percent(say, d.Probability), "Otherwise", reason.Would(say, d.Class))))
	}
	return s.showFilter(c, status, "filter.models", filterPage{Models: p, Problem: problem})
}

func modelRows(say *locale.Printer, shelf insight.Shelf) (rows []modelRow, back, beside string) {
	for i, k := range shelf.Kept {
		row := modelRow{Version: k.Version, Name: k.Name, Value: k.Version, Now: k.Version == shelf.Model}
		if i == 0 {
			row.Name, row.Value = say.T("filter.built_in"), insight.BuiltIn
		} else {
			row.Name = say.T("filter.brought", "Name", k.Name, "By", k.By, "At", say.Moment(k.At))
		}
		if shelf.Beside == row.Value {
			row.Beside, beside = true, row.Version
		}
		if shelf.Before == k.Version || shelf.Before == "" && i == 0 {
			back = row.Version
		}
		rows = append(rows, row)
	}
	return rows, back, beside
}

// maxUpload is the size of a file that is brought to the filter's desk.
const maxUpload = 32 << 20

// isUpload reports whether a route takes a file.
func isUpload(route string) bool {
	return route == filterPath+"/models" || route == filterPath+"/learned"
}

// uploaded reads the file of a form, or the one that was kept while its sender proved who
// they are; it must be no larger than limit.
func (s *Server) uploaded(c echo.Context, limit int64) (name string, data []byte, err error) {
	if err := parseForm(c); err != nil {
		return "", nil, err
	}
	ctx := c.Request().Context()
	if f, ok := s.kept.take(c.Request().PostForm.Get(keptField), s.sessions.GetString(ctx, keyName), s.Now()); ok {
		return f.name, f.data, nil
	}
	return brought(c, limit)
}

// brought reads the file that came with a form; without one there is no name.
func brought(c echo.Context, limit int64) (name string, data []byte, err error) {
	f, header, err := c.Request().FormFile("file")
	if err != nil {
		return "", nil, nil
	}
	defer func() { _ = f.Close() }()
	data, err = io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = &http.MaxBytesError{Limit: limit}
	}
	return header.Filename, data, err
}

// addModel takes a model, which judges beside the one in force from then on.
func (s *Server) addModel(c echo.Context) error {
	name, data, err := s.uploaded(c, insight.MaxModel)
	if err != nil {
		return err
	}
	k, act, err := s.Insight.AddModel(c.Request().Context(), actor(c), name, data)
	if errors.Is(err, insight.ErrModel) {
		return s.showModels(c, http.StatusUnprocessableEntity, s.printer().T("filter.model_odd"))
	}
	if err != nil {
		return err
	}
	return s.filterDone(c, act, "filter.model_added", filterPath+"/models", "Model", k.Version)
}

// stepModel does with a model what a button says.
func (s *Server) stepModel(c echo.Context) error {
	if err := parseForm(c); err != nil {
		return err
	}
	ctx, who, model := c.Request().Context(), actor(c), c.Request().PostForm.Get("model")
	done := ""
	var act account.ActID
	var err error
	switch c.Param("step") {
	case "beside":
		done, err = "filter.model_beside", insight.ErrModel // to have none beside is another step
		if model != "" {
			act, err = s.Insight.Beside(ctx, who, model)
		}
	case "alone":
		done = "filter.model_alone"
		act, err = s.Insight.Beside(ctx, who, "")
	case "promote":
		done = "filter.model_promoted"
		act, err = s.Insight.Promote(ctx, who, model)
	case "back":
		done = "filter.model_back"
		act, err = s.Insight.RollBack(ctx, who)
	case "retrain":
		var k insight.Kept
		k, act, err = s.Insight.Retrain(ctx, who)
		done, model = "filter.model_added", k.Version
	default:
		return errNotFound
	}
	say := s.printer()
	var worse *insight.WorseError
	switch {
	case errors.As(err, &worse):
		return s.showModels(c, http.StatusConflict, say.T("filter.model_worse", worse.Held, "Wrong", say.Number(worse.Wrong), "Now", say.Number(worse.Now)))
	case errors.Is(err, insight.ErrNoModel), errors.Is(err, insight.ErrModel):
		return s.showModels(c, http.StatusUnprocessableEntity, say.T("filter.model_gone"))
	case errors.Is(err, insight.ErrInForce):
		return s.showModels(c, http.StatusConflict, say.T("filter.model_in_force"))
	case errors.Is(err, insight.ErrNothingBefore):
		return s.showModels(c, http.StatusConflict, say.T("filter.model_none_before"))
	case errors.Is(err, insight.ErrTooFew):
		return s.showModels(c, http.StatusUnprocessableEntity, say.T("filter.retrain_few"))
	case err != nil:
		return err
	}
	if model == insight.BuiltIn {
		model = spam.Default().Version()
	}
	return s.filterDone(c, act, done, filterPath+"/models", "Model", model)
}

// replayPart is how the filter would have done, month by month.
type replayPart struct {
	Models []replayRow
	Too    string // the model beside, which can be measured too
}

// replayRow is how a model would have done.
type replayRow struct {
	Name   string
	Tells  string
	Rates  []rateRow
	Months []figuresRow
	Plot   plot
}

// filterReplay judges anew, month by month, what was decided.
func (s *Server) filterReplay(c echo.Context) error {
	ctx, say := c.Request().Context(), s.printer()
	page := filterPage{Replay: &replayPart{}}
	p := page.Replay
	for _, beside := range []bool{false, true} {
		r, err := s.Insight.Replay(ctx, actor(c), beside)
		if beside && errors.Is(err, insight.ErrNoModel) {
			break
		}
		if err != nil {
			return err
		}
		page.Counted = cmp.Or(page.Counted, s.countedAt(c, r.Counted))
		name := "filter.replay_now"
		if beside {
			name = "filter.replay_beside"
		}
		p.Models = append(p.Models, replayRow{
			Name: say.T(name, "Model", r.Model), Tells: say.T("filter.replayed", r.Comments), Rates: rates(say, r.Total)[:3],
			Months: s.figuresRows(r.Months, say.Month), Plot: drawPlot(say, r.Reading),
		})
	}
	return s.showFilter(c, http.StatusOK, "filter.replay", page)
}
