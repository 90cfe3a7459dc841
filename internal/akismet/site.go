package akismet

import (
	"context"
	"encoding/binary"
	"fmt"
	"strings"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/spam"
)

// SiteID numbers the keys that were made, from 1.
type SiteID int64

// Site is what has a key, and what the owner decided about it. The key itself is not
// kept, only what it is known by.
type Site struct {
	ID        SiteID
	Name      string
	Hint      string // the last digits of the key
	Index     string // what the key is known by; see Store.Index
	CreatedAt time.Time
	RevokedAt time.Time // zero: the key is in force
	Settings
}

// Settings are what may be changed of a site.
type Settings struct {
	// Cost is how much worse it is to call an honest comment spam than usual; 1 is usual.
	Cost float64
	// Discard lets the site throw away unseen what is plainly spam.
	Discard bool
	// Shares means that the site learns from all sites that share, and they from it.
	Shares bool
	// PerMinute is how many calls it may make in a minute; 0 for any number.
	PerMinute int
	// CallBack lets the site be told of another word about a comment than it was given, if it
	// says where.
	CallBack bool
}

// The bounds of settings.
const (
	MinCost      = 0.1
	MaxCost      = 10
	MaxPerMinute = 600_000
)

// check says which setting cannot be what it is.
func (s Settings) check() error {
	if !(s.Cost >= MinCost && s.Cost <= MaxCost) {
		return &SettingError{"cost", fmt.Sprintf("it must be a number from %g to %d", MinCost, MaxCost)}
	}
	if s.PerMinute < 0 || s.PerMinute > MaxPerMinute {
		return &SettingError{"per-minute", fmt.Sprintf("it must be a number from 0 (any) to %d", MaxPerMinute)}
	}
	return nil
}

// String says the settings for the audit log.
func (s Site) String() string {
	out := fmt.Sprintf("cost %g, discard %t, shares %t, per minute %d, call back %t", s.Cost, s.Discard, s.Shares, s.PerMinute, s.CallBack)
	if !s.RevokedAt.IsZero() {
		out += ", revoked"
	}
	return out
}

// SettingError says which setting of a site cannot be what it is to be.
type SettingError struct{ Setting, Allowed string }

func (e *SettingError) Error() string { return e.Setting + ": " + e.Allowed }

// DefaultSettings are those of a new key. It may ask as often as the program is to answer, 500 times
// a second.
var DefaultSettings = Settings{Cost: 1, PerMinute: 30_000}

// Check is a comment that was asked about, as it is kept for a while.
type Check struct {
	ID      string // as the client was told
	Site    SiteID
	Blog    string
	At      time.Time
	Pair    Pair
	Comment Excerpt
	Spam    bool
	Discard bool
	LogOdds float64
	Model   string
	Why     string
	// Said is what the site said later; empty for nothing.
	Said spam.Class
	// Callback is where the site wants to be told of another word; nil: nowhere, or it is not
	// to be. It is there while the check is new.
	Callback *Callback
	// AskAgain is when the filter is asked anew, to tell the site; zero: not.
	AskAgain time.Time
	Told     Told
}

// Excerpt is what is kept of a comment, sealed.
type Excerpt struct {
	Author    string `json:"author,omitempty"`
	AuthorURL string `json:"author_url,omitempty"`
	Body      string `json:"body,omitempty"` // its first maxExcerpt bytes
	Permalink string `json:"permalink,omitempty"`
	Type      string `json:"type,omitempty"`
	Tags      string `json:"tags,omitempty"` // of the post, in lines
}

// Pair is what a check and a report about the same comment have in common.
type Pair [16]byte

// Report is a site's word for what a comment is.
type Report struct {
	Site   SiteID
	Check  string // its ID; empty: the last one with the same Pair
	Blog   string
	At     time.Time
	Pair   Pair
	Lesson spam.Lesson
	Owner  bool // it is the owner's word, of which the site does not know
}

// Other is the pair of the same comment with the field filled that people do not see, or without.
func (p Pair) Other() Pair {
	p[0] ^= 1 << 7
	return p
}

// Of is the comment that a pair is of, as reports are remembered by.
func (p Pair) Of() int64 { return int64(binary.BigEndian.Uint64(p[:]) >> 1) }

// Word is what a site said a comment is.
type Word struct {
	Seq  int64 // rises
	Of   int64 // the comment; see Pair.Of
	Spam bool
}

// Kept is what is to be kept, in the order it came.
type Kept struct {
	Checks  []Check
	Reports []Report
	Tallies []Tally
	Leaving []Leaving
}

func (k Kept) empty() bool {
	return len(k.Checks)+len(k.Reports)+len(k.Tallies)+len(k.Leaving) == 0
}

// split parts what is kept first, with most checks or reports at most, from the rest. Reports come
// after the checks that they may be about, and who leaves comes last.
func (k Kept) split(most int) (first, rest Kept) {
	n := min(len(k.Checks), most)
	first = Kept{Checks: k.Checks[:n], Tallies: k.Tallies}
	rest = Kept{Checks: k.Checks[n:], Reports: k.Reports, Leaving: k.Leaving}
	if len(rest.Checks) > 0 {
		return first, rest
	}
	n = min(len(k.Reports), most)
	if first.Reports, rest.Reports = k.Reports[:n], k.Reports[n:]; len(rest.Reports) == 0 {
		first.Leaving, rest.Leaving = k.Leaving, nil
	}
	return first, rest
}

// Leaving is a blog that does not ask any more.
type Leaving struct {
	Site SiteID
	Blog string
	At   time.Time
}

// Tally is how many comments of a site were what on a day.
type Tally struct {
	Site SiteID
	Blog string
	Day  time.Time
	Counts
}

// Retention is how long a check is kept: as long as clients report about it.
const Retention = 15 * 24 * time.Hour

// Mark is the place of a check in the list of recent ones; zero: before all.
type Mark struct {
	At time.Time
	ID string
}

// Mark is where the check stands.
func (c Check) Mark() Mark { return Mark{c.At, c.ID} }

// message is as much of the comment as is kept, as the filter sees it.
func (e Excerpt) message() spam.Message {
	m := spam.Message{Author: e.Author, AuthorURL: e.AuthorURL, Body: e.Body, Permalink: e.Permalink}
	if e.Tags != "" {
		m.Tags = strings.Split(e.Tags, "\n")
	}
	return m
}

// Store is what this room needs kept. Each method is one transaction.
type Store interface {
	// Index is what a key is known by, a keyed hash; empty as long as there is no site.
	Index(k Key) string
	// Pair is a keyed hash of what tells a comment of a site from all others.
	Pair(s SiteID, text string) Pair
	// Sites lists all keys, those that were revoked too, in the order they were made.
	Sites(ctx context.Context) ([]Site, error)
	// AddSite keeps a new key and the entry. A name that is taken is ErrTaken.
	AddSite(ctx context.Context, s Site, k Key, e account.Entry) (SiteID, error)
	// ChangeSite keeps what the owner decided about a key, and the entry.
	ChangeSite(ctx context.Context, s Site, e account.Entry) error
	// Keep keeps all of it, or nothing. A report about a check that is kept is noted there,
	// and counted by what was said about it; one about no check only teaches. A blog that leaves
	// is noted if it ever asked, until it asks again.
	Keep(ctx context.Context, k Kept) error
	// Correct keeps a report about a check that names it, and the entry.
	Correct(ctx context.Context, r Report, e account.Entry) error
	// Words lists what a site itself reported after some Seq, in that order; from the first one, if
	// something of before went since a round. It is another round then.
	Words(ctx context.Context, s SiteID, after int64, since uint64) (words []Word, round uint64, err error)
	// Compact removes from what each site reported whatever is not the last word on a comment,
	// and of the last words all but the newest, and counts them.
	Compact(ctx context.Context, most int) (int, error)
	// Tallies reads the counts from a day on, of one blog of the key, or of all if it is empty.
	Tallies(ctx context.Context, s SiteID, blog string, from time.Time) ([]Tally, error)
	// Month lists the blogs of a key with their counts in a month.
	Month(ctx context.Context, s SiteID, q MonthQuery) (sites []SiteMonth, total int, err error)
	// Recent lists the checks of a key, newest first, that come after one in that order.
	Recent(ctx context.Context, s SiteID, after Mark, limit int) ([]Check, error)
	// Check reads a check of a key. One that is not there is ErrNotFound.
	Check(ctx context.Context, s SiteID, id string) (Check, error)
	// Callings takes what sites are to be told by now, what waits longest first; nobody else gets
	// it before the lease is over.
	Callings(ctx context.Context, lease time.Duration, limit int) ([]Calling, error)
	// Called keeps what became of it.
	Called(ctx context.Context, all []Called) error
	// Forget removes the checks of before a time, and counts them.
	Forget(ctx context.Context, before time.Time) (int, error)
}
