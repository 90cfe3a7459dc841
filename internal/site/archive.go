package site

import "time"

// Year is a year of the archive.
type Year struct {
	Year, Count int
	URL         string  // "/archive/2026"
	Months      []Month // newest first, those with posts
}

// Month is a month of the archive.
type Month struct {
	Month time.Month
	Count int
	URL   string // "/archive/2026/05"
}

// month is the posts from..to of a month in the blog's zone.
type month struct {
	year     int
	month    time.Month
	from, to int
}

// sortByMonth sorts the posts into months.
func (s *Site) sortByMonth() {
	for i, p := range s.posts {
		y, m, _ := p.Date.In(s.Meta.Zone).Date()
		last := len(s.months) - 1
		// A clock that is set back over the end of a month does not begin a new one.
		if last < 0 || y < s.months[last].year || y == s.months[last].year && m < s.months[last].month {
			s.months = append(s.months, month{year: y, month: m, from: i})
			last++
		}
		s.months[last].to = i + 1
	}
	for _, m := range s.months {
		n := len(s.archive)
		if n == 0 || s.archive[n-1].Year != m.year {
			s.archive = append(s.archive, Year{Year: m.year, URL: archiveURL(m.year, 0)})
			n++
		}
		y := &s.archive[n-1]
		y.Count += m.to - m.from
		y.Months = append(y.Months, Month{m.month, m.to - m.from, archiveURL(m.year, m.month)})
	}
}

func archiveURL(year int, m time.Month) string {
	url := "/archive/" + padded(year, 4)
	if m != 0 {
		url += "/" + padded(int(m), 2)
	}
	return url
}

// Archive lists the years that have posts, newest first.
func (s *Site) Archive() []Year { return s.archive }

// Archived is page n of the posts of a month, or of a whole year if m is 0, by
// the clock of the blog's zone.
func (s *Site) Archived(year int, m time.Month, n int) (List, bool) {
	from, to := -1, -1
	for _, in := range s.months {
		if in.year == year && (m == 0 || in.month == m) {
			if from < 0 {
				from = in.from
			}
			to = in.to
		}
	}
	if from < 0 {
		return List{}, false
	}
	return s.list(List{Year: year, Month: m, URL: archiveURL(year, m), Page: n}, s.posts[from:to])
}
