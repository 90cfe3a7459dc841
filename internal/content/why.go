package content

import (
	"fmt"
	"path"
	"strings"
	"time"
)

// State is what becomes of a post or a page at some time.
type State string

// The states.
const (
	Shown     State = "shown"
	Draft     State = "draft"
	Scheduled State = "scheduled" // its date is to come
	Expired   State = "expired"   // what it expires at has passed; 410
	Gone      State = "gone"      // it was taken away by its author; 410
	Broken    State = "broken"    // something is wrong with its file
)

// Reason is why a post is shown or not.
type Reason struct {
	State State
	// When is the date that decides, in the zone of the blog: when a post that is
	// scheduled appears (a draft too, if its date is to come), when one that expired
	// did, when one that is shown will. Otherwise zero.
	When time.Time
	// Typed is When as it stands in the file, and Assumed says that it has no offset
	// there, and is meant in the zone of the blog.
	Typed   string
	Assumed bool
	Now     time.Time
}

// Why tells what becomes of a post or page, and why.
func Why(p *Post, now time.Time) Reason {
	r := Reason{State: Shown, Now: now}
	switch toCome := p.Date.After(now); {
	case p.Draft:
		r.State = Draft
		if toCome {
			r.date(p.Date, p.written.date)
		}
	case p.Gone:
		r.State = Gone
	case toCome:
		r.State = Scheduled
		r.date(p.Date, p.written.date)
	case p.Expires.IsZero():
	case !p.Expires.After(now):
		r.State = Expired
		r.date(p.Expires, p.written.expires)
	default:
		r.date(p.Expires, p.written.expires)
	}
	return r
}

func (r *Reason) date(t time.Time, typed dateText) {
	r.When, r.Typed, r.Assumed = t, typed.text, typed.local
}

// minutes is how dates are told.
const minutes = "2006-01-02 15:04"

// Reckoning spells out how the date in the file comes to a moment: "2026-05-31
// without an offset is 2026-05-31 00:00 in Europe/Berlin, which is 2026-05-30 22:00
// UTC; it is now 2026-05-30 18:48 UTC". Empty if no date decides.
func (r Reason) Reckoning() string {
	if r.When.IsZero() {
		return ""
	}
	var b strings.Builder
	if b.WriteString(r.Typed); r.Assumed {
		b.WriteString(" without an offset")
	}
	fmt.Fprintf(&b, " is %s in %s", r.When.Format(minutes), r.When.Location())
	if utc := r.When.UTC().Format(minutes) + " UTC"; r.When.Location() != time.UTC {
		b.WriteString(", which is " + utc)
	}
	fmt.Fprintf(&b, "; it is now %s UTC", r.Now.UTC().Format(minutes))
	return b.String()
}

// Wait is how long it is until When, or since.
func (r Reason) Wait() time.Duration { return r.When.Sub(r.Now).Abs() }

// String is the reason in a sentence or two.
func (r Reason) String() string {
	switch r.State {
	case Draft:
		if r.When.IsZero() {
			return "a draft, not shown until the line draft: true is taken out"
		}
		return "a draft, not shown; without the line draft: true it would appear in " + span(r.Wait()) + ": " + r.Reckoning()
	case Scheduled:
		return "scheduled, appears in " + span(r.Wait()) + ": " + r.Reckoning()
	case Expired:
		return "expired " + span(r.Wait()) + " ago: " + r.Reckoning()
	case Gone:
		return "gone: it says gone: true, and its address answers 410"
	case Broken:
		return "not shown, for something is wrong with the file"
	case Shown:
	}
	if r.When.IsZero() {
		return "shown"
	}
	return "shown, and expires in " + span(r.Wait()) + ": " + r.Reckoning()
}

// span is a duration in its two largest units: "3 h 12 min".
func span(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d >= day:
		return fmt.Sprintf("%d d %d h", d/day, d%day/time.Hour)
	case d >= time.Hour:
		return fmt.Sprintf("%d h %d min", d/time.Hour, d%time.Hour/time.Minute)
	case d >= time.Minute:
		return fmt.Sprintf("%d min", d/time.Minute)
	}
	return fmt.Sprintf("%d s", d/time.Second)
}

// Overlooked says why [Load] does not look at a file, by its path in the content
// folder; empty if it does.
func Overlooked(name string) string {
	for part := range strings.SplitSeq(name, "/") {
		if isLeftover(part) {
			return "the name " + part + " is that of a hidden file, or of one an editor left behind"
		}
	}
	switch root, _, below := strings.Cut(name, "/"); {
	case name == siteFile || name == goneFile:
		return ""
	case !below || (root != "posts" && root != "pages"):
		return "it is neither in posts/ nor in pages/"
	case !isMarkdown(name):
		return "it does not end in .md or .markdown, and there is no index.md in " + path.Dir(name) + " whose file it could be"
	}
	return ""
}
