package desk

import (
	"net/netip"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"hamlet/internal/comment"
)

// Filter says which comments are meant: those to which all of it applies. The zero
// Filter means every comment.
type Filter struct {
	Status comment.Status
	// Text is what is looked for in names and texts: words, words with * at their end,
	// "phrases", and any of them with - before it for what must not be there.
	Text string
	// Author is a part of the name, or, in quotation marks, the whole; without its case.
	Author string
	// Like is a comment whose author is meant, by what was proved; 0: anybody.
	Like comment.ID
	// Person is who gave an address; 0: anybody. Nobody is nobody.
	Person comment.PersonID
	// Network is where comments came from, of a length in [NetworkLengths].
	Network netip.Prefix
	// Domain is that of a link or of the author's site, or one that it is below.
	Domain string
	// ScoreFrom and ScoreTo are percents that the filter gave for spam, both included;
	// 0: no bound. What could not be judged is within no bounds.
	ScoreFrom, ScoreTo int
	// Hold is why it was held. HoldNone asks for nothing; see Published.
	Hold comment.Hold
	// Published means those that were published at once.
	Published bool
	// Reason is the feature that spoke the most for spam.
	Reason string
	Post   string // slug
	// Since and Until are days, UTC, both included; zero: no bound.
	Since, Until time.Time
	Language     string // as [Language] tells it
	Channel      Channel
	Wave         int64
	// Assignee is the name of the user who is to look at it.
	Assignee string
	Reported bool // a reader has reported it, and nobody has seen to that
	Edited   bool // its author has changed it
}

// Nobody is the person who gave an address that nobody gave.
const Nobody comment.PersonID = -1

// NetworkLengths are how many bits of a network can be asked for, of IPv4 and of IPv6,
// the longest first. More than the first is never kept.
var NetworkLengths = map[bool][]int{true: {24, 16}, false: {48, 32}}

// Channel is how comments came, as it is asked for.
type Channel string

// The channels that are asked for.
const (
	AnyChannel Channel = ""
	ByForm     Channel = "form"
	ByAPI      Channel = "api"
	ByMention  Channel = "webmention"
)

// Channels lists every channel.
var Channels = []Channel{AnyChannel, ByForm, ByAPI, ByMention}

// Of is the channel as comments have it.
func (c Channel) Of() comment.Channel {
	if c == ByForm {
		return comment.Form
	}
	return comment.Channel(c)
}

// Holds are the reasons to hold a comment that can be asked for.
var Holds = []comment.Hold{
	comment.HoldUnsure, comment.HoldSpam, comment.HoldFirstTime, comment.HoldPolicy, comment.HoldUnjudged,
	comment.HoldRule, comment.HoldAttack, comment.HoldWork,
}

// published stands in an address for what was not held.
const published = "published"

// maxField is how long a field of a filter gets, in characters.
const maxField = 200

// Day is how a day is written.
const Day = time.DateOnly

// FieldError says which field of a filter cannot be read.
type FieldError struct{ Field, Value string }

func (e *FieldError) Error() string {
	return "the field " + e.Field + " of the filter cannot be " + strconv.Quote(e.Value)
}

// field is a part of a filter in an address.
type field struct {
	name string
	// read sets the field; false: it cannot be read. The text is not empty.
	read func(f *Filter, text string) bool
	// write is what read reads; empty if nothing is asked for.
	write func(f Filter) string
}

// fields are all of them, in the order in which they are written.
var fields = []field{
	{"status", readStatus, func(f Filter) string { return string(f.Status) }},
	text("q", func(f *Filter) *string { return &f.Text }),
	text("author", func(f *Filter) *string { return &f.Author }),
	{"like", readLike, func(f Filter) string { return number(int64(f.Like)) }},
	{"person", readPerson, writePerson},
	{"network", readNetwork, writeNetwork},
	{"domain", readDomain, func(f Filter) string { return f.Domain }},
	percent("from", 0, func(f *Filter) *int { return &f.ScoreFrom }),
	percent("to", 1, func(f *Filter) *int { return &f.ScoreTo }), // 0 would be no bound
	{"hold", readHold, writeHold},
	text("reason", func(f *Filter) *string { return &f.Reason }),
	text("post", func(f *Filter) *string { return &f.Post }),
	day("since", func(f *Filter) *time.Time { return &f.Since }),
	day("until", func(f *Filter) *time.Time { return &f.Until }),
	{"lang", readLanguage, func(f Filter) string { return f.Language }},
	{"channel", readChannel, func(f Filter) string { return string(f.Channel) }},
	text("assignee", func(f *Filter) *string { return &f.Assignee }),
	{"wave", readWave, func(f Filter) string { return number(f.Wave) }},
	flag("reported", func(f *Filter) *bool { return &f.Reported }),
	flag("edited", func(f *Filter) *bool { return &f.Edited }),
}

// Fields are the names of the fields, in the order in which they are written.
func Fields() []string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
	}
	return names
}

// ParseFilter reads a filter from an address; an error is a [FieldError]. Of a field
// that is there twice the first counts; other names are passed over. A range that ends before
// it begins is a mistake at its end: somebody who decides on all that match means something.
func ParseFilter(v url.Values) (Filter, error) {
	var f Filter
	for _, x := range fields {
		text := strings.TrimSpace(v.Get(x.name))
		if text == "" {
			continue
		}
		if !utf8.ValidString(text) || utf8.RuneCountInString(text) > maxField || !x.read(&f, text) {
			return Filter{}, &FieldError{Field: x.name, Value: text}
		}
	}
	switch {
	case f.ScoreTo != 0 && f.ScoreTo < f.ScoreFrom:
		return Filter{}, &FieldError{Field: "to", Value: strings.TrimSpace(v.Get("to"))}
	case !f.Until.IsZero() && f.Until.Before(f.Since):
		return Filter{}, &FieldError{Field: "until", Value: strings.TrimSpace(v.Get("until"))}
	}
	return f, nil
}

// Values writes a filter for an address.
func (f Filter) Values() url.Values {
	v := url.Values{}
	for _, x := range fields {
		if text := x.write(f); text != "" {
			v.Set(x.name, text)
		}
	}
	return v
}

// Plain reports whether nothing but a status is asked for.
func (f Filter) Plain() bool {
	f.Status = ""
	return reflect.ValueOf(f).IsZero()
}

func text(name string, of func(*Filter) *string) field {
	return field{
		name,
		func(f *Filter, text string) bool { *of(f) = text; return !strings.ContainsRune(text, 0) }, // no database is asked for NUL
		func(f Filter) string { return *of(&f) },
	}
}

func percent(name string, least int, of func(*Filter) *int) field {
	return field{
		name,
		func(f *Filter, text string) bool {
			n, err := strconv.Atoi(strings.TrimSuffix(text, "%"))
			*of(f) = n
			return err == nil && n >= least && n <= 100
		},
		func(f Filter) string { return number(int64(*of(&f))) },
	}
}

func day(name string, of func(*Filter) *time.Time) field {
	return field{
		name,
		func(f *Filter, text string) bool {
			t, err := time.Parse(Day, text)
			*of(f) = t
			return err == nil
		},
		func(f Filter) string {
			if t := *of(&f); !t.IsZero() {
				return t.Format(Day)
			}
			return ""
		},
	}
}

func flag(name string, of func(*Filter) *bool) field {
	return field{
		name,
		func(f *Filter, text string) bool { *of(f) = true; return text == "1" },
		func(f Filter) string {
			if *of(&f) {
				return "1"
			}
			return ""
		},
	}
}

// number is a number in decimal; empty for none.
func number(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// AnyStatus asks for comments of every status, as nothing does, where a page would else
// mean those that wait.
const AnyStatus = "any"

func readStatus(f *Filter, text string) bool {
	if text == AnyStatus {
		return true
	}
	f.Status = comment.Status(text)
	return slices.Contains(comment.Statuses, f.Status)
}

func readLike(f *Filter, text string) bool {
	id, err := comment.ParseID(text)
	f.Like = id
	return err == nil
}

// nobody is [Nobody] in an address.
const nobody = "nobody"

func readPerson(f *Filter, text string) bool {
	if text == nobody {
		f.Person = Nobody
		return true
	}
	n, err := strconv.ParseInt(text, 10, 64)
	f.Person = comment.PersonID(n)
	return err == nil && n > 0
}

func writePerson(f Filter) string {
	if f.Person == Nobody {
		return nobody
	}
	return number(int64(f.Person))
}

func readDomain(f *Filter, text string) bool {
	f.Domain = Host(text)
	return f.Domain != ""
}

func readNetwork(f *Filter, text string) bool {
	p, ok := Network(text)
	f.Network = p
	return ok
}

func writeNetwork(f Filter) string {
	if !f.Network.IsValid() {
		return ""
	}
	return f.Network.String()
}

// Network reads an address or a prefix as a network that can be looked up: the longest
// prefix of [NetworkLengths] that is not longer than what is given.
func Network(text string) (netip.Prefix, bool) {
	p, err := netip.ParsePrefix(text)
	if addr, e := netip.ParseAddr(text); e == nil {
		p, err = netip.PrefixFrom(addr.Unmap().WithZone(""), addr.Unmap().BitLen()), nil
	}
	if err != nil || p.Addr().Is4In6() {
		return netip.Prefix{}, false
	}
	for _, bits := range NetworkLengths[p.Addr().Is4()] {
		if p.Bits() >= bits {
			p, err = p.Addr().Prefix(bits)
			return p, err == nil
		}
	}
	return netip.Prefix{}, false
}

func readHold(f *Filter, text string) bool {
	if text == published {
		f.Published = true
		return true
	}
	f.Hold = comment.Hold(text)
	return slices.Contains(Holds, f.Hold)
}

func writeHold(f Filter) string {
	if f.Published {
		return published
	}
	return string(f.Hold)
}

func readLanguage(f *Filter, text string) bool {
	f.Language = text
	return slices.Contains(Languages(), text)
}

func readChannel(f *Filter, text string) bool {
	f.Channel = Channel(text)
	return slices.Contains(Channels, f.Channel)
}

func readWave(f *Filter, text string) bool {
	n, err := strconv.ParseInt(text, 10, 64)
	f.Wave = n
	return err == nil && n > 0
}

// WholeName is the folded name that is asked for as a whole, if one is.
func (f Filter) WholeName() (string, bool) {
	rest, ok := strings.CutPrefix(f.Author, `"`)
	if !ok {
		return "", false
	}
	return comment.NameKey(strings.TrimSuffix(rest, `"`)), true
}

// Quoted is a name as [Filter].Author asks for the whole of it.
func Quoted(name string) string { return `"` + name + `"` }
