package app

import (
	"hamlet/internal/comment"
	"hamlet/internal/insight"
	"hamlet/internal/rule"
)

// openInsight makes the filter and its desk.
func (d *Data) openInsight(s settings, w World, under posts) (err error) {
	d.live = insight.NewLive(insight.LiveOptions{Choices: d.db.Insight(), Labels: d.db.Comments(), About: under, Cost: s.cost, Beside: &d.beside})
	d.Insight, err = insight.NewDesk(insight.Options{
		Archive: d.db.Insight(), Models: d.db.Insight(), Labels: d.db.Comments(), Live: d.live, About: under,
		Subject: func(c comment.Comment, k rule.Kind) rule.Subject { return d.Comments.SubjectFor(c, k) }, Cost: s.cost, Now: w.Now, Log: w.Log,
	})
	return err
}
