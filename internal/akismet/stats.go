package akismet

import (
	"net/http"
	"strings"
	"time"
)

// secondsSaved is how long a person takes for a comment that is plainly spam; what
// WordPress shows as time saved is made of it.
const secondsSaved = 5

// figures are counts as clients want them.
type figures struct {
	Spam           int                `json:"spam"`
	Ham            int                `json:"ham"`
	MissedSpam     int                `json:"missed_spam"`
	FalsePositives int                `json:"false_positives"`
	Accuracy       float64            `json:"accuracy"`   // per cent
	TimeSaved      int                `json:"time_saved"` // seconds
	Breakdown      map[string]portion `json:"breakdown"`
}

// portion is the counts of one period.
type portion struct {
	Spam           int    `json:"spam"`
	Ham            int    `json:"ham"`
	MissedSpam     int    `json:"missed_spam"`
	FalsePositives int    `json:"false_positives"`
	Blogs          int    `json:"blogs"`
	Date           string `json:"da"`
}

// stats answers get-stats: the counts of one site.
func (s *Server) stats(w http.ResponseWriter, r *http.Request, c call) {
	s.figures(w, r, c, strings.TrimSpace(c.fields.get("blog")))
}

// keyStats answers get-key-stats: the counts of all sites of a key.
func (s *Server) keyStats(w http.ResponseWriter, r *http.Request, c call) { s.figures(w, r, c, "") }

func (s *Server) figures(w http.ResponseWriter, r *http.Request, c call, blog string) {
	span := spanOf(c.fields.get("from"))
	periods, err := s.Sites.Figures(r.Context(), c.key, blog, span)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.json(w, r, sum(periods, span))
}

// spanOf is the span that is asked for.
func spanOf(s string) Span {
	if asked := Span(s); asked == Days || asked == Year || asked == All {
		return asked
	}
	return Months
}

// sum adds up.
func sum(periods []Period, span Span) figures {
	f := figures{Accuracy: 100, Breakdown: make(map[string]portion, len(periods))}
	for _, p := range periods {
		f.Spam, f.Ham = f.Spam+p.Spam, f.Ham+p.Ham
		f.MissedSpam, f.FalsePositives = f.MissedSpam+p.MissedSpam, f.FalsePositives+p.FalsePositives
		f.Breakdown[periodName(p.From, span)] = portion{p.Spam, p.Ham, p.MissedSpam, p.FalsePositives, p.Blogs, p.From.Format(time.DateOnly)}
	}
	if all := f.Spam + f.Ham; all > 0 {
		right := max(0, all-f.MissedSpam-f.FalsePositives)
		f.Accuracy = float64(right*10000/all) / 100
	}
	f.TimeSaved = f.Spam * secondsSaved
	return f
}

// periodName is what a period is listed under.
func periodName(from time.Time, span Span) string {
	switch span {
	case Days:
		return from.Format(time.DateOnly)
	case All:
		return from.Format("2006")
	default:
		return from.Format(monthForm)
	}
}
