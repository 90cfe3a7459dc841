package web

import (
	"math"

	"hamlet/internal/insight"
	"hamlet/internal/locale"
	"hamlet/internal/spam"
)

// The picture of the days, in its own units.
const (
	chartLeft, chartRight = 36.0, 712.0
	chartTop, chartBottom = 12.0, 208.0
	chartTicks            = 4
	chartLabels           = 5
	chartDate             = 110.0 // the room of one
	chartWide             = chartRight - chartLeft
)

// chart is what the filter caught, missed and wrongly held, by day or week.
type chart struct {
	Title, About             string
	Left, Right, Top, Bottom float64
	Ticks                    []chartTick // of the height
	Days                     []chartDay
	Rows                     []figuresRow // the same as a table, without the days on which nothing was
	Labels                   []chartTick  // of some days
}

// chartTick is a line with what it stands for.
type chartTick struct {
	At   float64
	Text string
}

// chartDay is a column.
type chartDay struct {
	Says  string
	X, W  float64
	Parts []chartPart
}

// chartPart is a part of a column.
type chartPart struct {
	Class string
	Y, H  float64
}

// chart draws the days of an overview.
func (s *Server) chart(o insight.Overview) chart {
	say := s.printer()
	title := "filter.chart_days"
	if o.Weekly {
		title = "filter.chart_weeks"
	}
	t := o.Total
	c := chart{
		Title: say.T(title, o.Days), Left: chartLeft, Right: chartRight, Top: chartTop, Bottom: chartBottom,
		About: say.T("filter.chart_about", "Caught", say.Number(t.Caught), "Missed", say.Number(t.Missed), "Wrong", say.Number(t.Wrong)),
	}
	most := 1
	for _, f := range o.Steps {
		most = max(most, f.Caught+f.Missed+f.Wrong)
	}
	top := niceTop(most)
	high := (chartBottom - chartTop) / float64(top)
	for i := 0; i <= chartTicks; i++ {
		n := top * i / chartTicks
		c.Ticks = append(c.Ticks, chartTick{tenth(chartBottom - float64(n)*high), say.Number(n)})
	}
	wide := chartWide / float64(len(o.Steps))
	var busy []insight.Figures
	for i, f := range o.Steps {
		x := chartLeft + float64(i)*wide
		if i%max(1, len(o.Steps)/chartLabels) == 0 && x < chartRight-chartDate {
			c.Labels = append(c.Labels, chartTick{tenth(x), say.Date(f.From)})
		}
		if f.Caught+f.Missed+f.Wrong == 0 {
			continue
		}
		busy = append(busy, f)
		c.Days = append(c.Days, column(say, f, x, wide, high))
	}
	c.Rows = s.figuresRows(busy, say.Date)
	return c
}

// column draws a day: what was caught at the bottom, what was not right above.
func column(say *locale.Printer, f insight.Figures, x, wide, high float64) chartDay {
	d := chartDay{X: tenth(x + wide/10), W: tenth(wide * 0.8), Says: say.T("filter.chart_day",
		"Day", say.Date(f.From), "Caught", say.Number(f.Caught), "Missed", say.Number(f.Missed), "Wrong", say.Number(f.Wrong))}
	y := chartBottom
	for _, p := range []struct {
		class string
		n     int
	}{{"caught", f.Caught}, {"missed", f.Missed}, {"wrong", f.Wrong}} {
		if p.n > 0 {
			h := float64(p.n) * high
			y -= h
			d.Parts = append(d.Parts, chartPart{p.class, tenth(y), tenth(h)})
		}
	}
	return d
}

// niceTop is a number from most on that can be divided into as many ticks.
func niceTop(most int) int {
	for step := 1; ; step *= 10 {
		for _, n := range []int{1, 2, 5} {
			if top := n * step * chartTicks; top >= most {
				return top
			}
		}
	}
}

func tenth(x float64) float64 { return math.Round(10*x) / 10 }

// The picture of the calibration.
const plotSize, plotEdge = 240.0, 30.0

// plot is how far probabilities mean what they say.
type plot struct {
	Title, About string
	Error        string
	Size, Edge   float64
	Far          float64 // where the axes end
	Points       []plotPoint
}

// plotPoint is the comments of a tenth.
type plotPoint struct {
	X, Y, R, Low, High        float64
	Says                      string
	Given, Was, Between, Many string
	TooFew                    bool
}

// drawPlot draws a calibration.
func drawPlot(say *locale.Printer, c spam.Calibration) plot {
	p := plot{Title: say.T("filter.plot"), Size: plotSize + 2*plotEdge, Edge: plotEdge, Far: plotSize + plotEdge, Error: say.T("filter.none")}
	all := 0
	for _, b := range c.Bins {
		all += b.Messages
	}
	if c.ExpectedError.Defined() {
		p.Error = say.T("filter.ece", all, "Error", percentOf(say, c.ExpectedError))
	}
	p.About = p.Error
	for _, b := range c.Bins {
		if b.Messages == 0 {
			continue
		}
		pt := plotPoint{
			X: plotX(b.Predicted), Y: plotY(b.Observed), Low: plotY(b.Interval.Low), High: plotY(b.Interval.High),
			R: tenth(3 + 5*math.Sqrt(float64(b.Messages)/float64(all))), TooFew: b.Messages < 20,
			Given: percentOf(say, b.Predicted), Was: percentOf(say, b.Observed), Many: say.Number(b.Messages),
			Between: say.T("filter.range", "Low", percentOf(say, b.Interval.Low), "High", percentOf(say, b.Interval.High)),
		}
		pt.Says = say.T("filter.plot_point", b.Messages, "Given", pt.Given, "Was", pt.Was)
		p.Points = append(p.Points, pt)
	}
	return p
}

func plotX(f spam.Figure) float64 { return tenth(plotEdge + plotSize*float64(f)) }
func plotY(f spam.Figure) float64 { return tenth(plotEdge + plotSize*(1-float64(f))) }
