package web

import (
	"net/url"
	"slices"

	"hamlet/internal/comment"
	"hamlet/internal/desk"
)

// findForm is the form of a filter, and the orders of the list.
type findForm struct {
	// Open means that something is looked for.
	Open   bool
	Fields []findField
	// Hidden are parts of the filter that the form has no field for.
	Hidden []findField
	Sorts  []findChoice
	All    string // the list without the filter
}

// findField is a field of the form.
type findField struct {
	Name, Label, Value, Type string
	Choices                  []findChoice // of a select
	Wrong                    bool         // it cannot be read
}

// findChoice is something to choose from.
type findChoice struct {
	Value, Name, URL string
	Current          bool
}

// findTypes are the fields of the form, and what kind each is.
var findTypes = []struct{ name, kind string }{
	{"q", "search"},
	{"status", "select"},
	{"author", "text"},
	{"email", "email"},
	{"network", "text"},
	{"domain", "text"},
	{"from", "number"},
	{"to", "number"},
	{"hold", "select"},
	{"reason", "text"},
	{"post", "text"},
	{"since", "date"},
	{"until", "date"},
	{"lang", "select"},
	{"channel", "select"},
}

// finding is the form for a list; asked is what was asked for, read or not. What cannot be
// read is there to be mended, but not where nobody sees it.
func (s *Server) finding(asked url.Values, v desk.View, wrong *desk.FieldError) findForm {
	say := s.printer()
	f := findForm{Open: !v.Filter.Plain(), All: viewURL(desk.View{Filter: desk.Filter{Status: v.Filter.Status}})}
	shown := map[string]bool{"status": true, "email": true}
	value := func(name string) string {
		if name == "status" && v.Filter.Status == "" {
			return desk.AnyStatus
		}
		if read := v.Filter.Values().Get(name); read != "" {
			return read
		}
		return asked.Get(name)
	}
	for _, t := range findTypes {
		shown[t.name] = true
		x := findField{Name: t.name, Label: say.T("find." + t.name), Value: value(t.name), Type: t.kind, Wrong: wrong != nil && wrong.Field == t.name}
		if t.kind == "select" {
			x.Choices = s.findChoices(t.name, x.Value)
		}
		f.Fields = append(f.Fields, x)
	}
	if wrong != nil {
		shown[wrong.Field] = true
	}
	for _, name := range append(desk.Fields(), "sort") {
		if text := asked.Get(name); text != "" && !shown[name] {
			f.Hidden = append(f.Hidden, findField{Name: name, Value: text})
		}
	}
	for _, order := range desk.Sorts {
		f.Sorts = append(f.Sorts, findChoice{
			Name: say.T("find.sort_" + string(order)), URL: viewURL(desk.View{Filter: v.Filter, Sort: order}), Current: order == v.Sort,
		})
	}
	return f
}

// findChoices are what there is to choose from in a select.
func (s *Server) findChoices(name, value string) []findChoice {
	say := s.printer()
	var out []findChoice
	add := func(v, text string) { out = append(out, findChoice{Value: v, Name: text, Current: v == value}) }
	if name == "status" {
		for _, st := range comment.Statuses {
			add(string(st), say.T(queueTexts[st].name))
		}
		add(desk.AnyStatus, say.T("find.any"))
		return out
	}
	add("", say.T("find.whatever"))
	switch name {
	case "hold":
		for _, h := range desk.Holds {
			add(string(h), say.T("find.hold_"+string(h)))
		}
		add("published", say.T("find.hold_published"))
	case "lang":
		for _, tag := range desk.Languages() {
			add(tag, tag)
		}
	case "channel":
		for _, ch := range slices.DeleteFunc(slices.Clone(desk.Channels), func(ch desk.Channel) bool { return ch == desk.AnyChannel }) {
			add(string(ch), say.T("find.channel_"+string(ch)))
		}
	}
	return out
}
