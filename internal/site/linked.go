package site

import (
	"time"

	"hamlet/internal/content"
)

// thing is a thing of schema.org, or several in a graph, as JSON-LD.
type thing map[string]any

// graph is what a page says to machines.
func graph(things ...thing) thing {
	return thing{"@context": "https://schema.org", "@graph": things}
}

// with sets a property unless its value is empty.
func (t thing) with(name string, value any) thing {
	switch v := value.(type) {
	case string:
		if v == "" {
			return t
		}
	case []string:
		if len(v) == 0 {
			return t
		}
	}
	t[name] = value
	return t
}

// Linked is what the page of a post or a page says to machines, for {{.}} in a
// script element of type application/ld+json: a BlogPosting (a WebPage for a
// page), its way from the front page, and its event. The picture is the absolute
// URL of the one that stands for it, such as a card made of its title; search
// engines show no article without. Empty is for none.
func (s *Site) Linked(p *Post, picture string) any {
	steps := []step{{s.name(), "/"}}
	if len(p.Categories) > 0 {
		steps = append(steps, step{p.Categories[0].Name, p.Categories[0].URL})
	}
	things := []thing{s.article(p).with("image", picture), s.breadcrumbs(append(steps, step{p.Title, p.URL}))}
	if e, ok := s.Occasion(p); ok {
		things = append(things, s.event(p, e).with("image", picture))
	}
	return graph(things...)
}

// LinkedList is what the page of a list says to machines: the front page, what
// the blog is and how it is searched; others, their way from there.
func (s *Site) LinkedList(l List) any {
	switch {
	case l.Term != nil:
		list := thing{"@type": "CollectionPage", "name": l.Term.Name, "url": s.BaseURL + l.URL}.
			with("description", l.Term.About).with("inLanguage", s.Meta.Language)
		return graph(list, s.breadcrumbs([]step{{s.name(), "/"}, {l.Term.Name, l.Term.URL}}))
	case l.Year != 0:
		steps := []step{{s.name(), "/"}, {padded(l.Year, 4), archiveURL(l.Year, 0)}}
		if l.Month != 0 {
			steps = append(steps, step{padded(l.Year, 4) + "-" + padded(int(l.Month), 2), archiveURL(l.Year, l.Month)})
		}
		return graph(s.breadcrumbs(steps))
	}
	return graph(s.website())
}

func (s *Site) website() thing {
	return thing{
		"@type": "WebSite", "@id": s.BaseURL + "/#site", "name": s.name(), "url": s.BaseURL + "/",
		"potentialAction": thing{
			"@type": "SearchAction", "query-input": "required name=search_term_string",
			"target": thing{"@type": "EntryPoint", "urlTemplate": s.BaseURL + "/search?q={search_term_string}"},
		},
	}.with("description", s.Meta.Description).with("inLanguage", s.Meta.Language)
}

func (s *Site) article(p *Post) thing {
	address := s.BaseURL + p.URL
	t := thing{
		"@type": "BlogPosting", "@id": address + "#post", "headline": p.Title, "url": address,
		"mainEntityOfPage": address,
		"publisher":        s.organization(),
	}
	if p.Kind == content.KindPage {
		t["@type"], t["name"] = "WebPage", p.Title
		delete(t, "mainEntityOfPage")
	}
	if words := p.Words(); words > 0 {
		t["wordCount"] = words
	}
	t["author"] = s.people(p)
	return t.with("description", p.Teaser()).with("inLanguage", s.Meta.Language).
		with("datePublished", s.date(p.Date, time.RFC3339)).with("dateModified", s.date(p.modified(), time.RFC3339)).
		with("keywords", names(p.Tags)).with("articleSection", names(p.Categories))
}

// organization is the blog as one who publishes.
func (s *Site) organization() thing {
	return thing{"@type": "Organization", "name": s.name(), "url": s.BaseURL + "/"}
}

// people are the authors of a post; of one that names none it is the blog.
func (s *Site) people(p *Post) []thing {
	if len(p.By) == 0 {
		return []thing{s.organization()}
	}
	var people []thing
	for _, a := range p.By {
		people = append(people, thing{"@type": "Person", "name": a.Name, "url": s.authorURL(a)})
	}
	return people
}

func (s *Site) event(p *Post, e Occasion) thing {
	t := thing{
		"@type": "Event", "name": e.Name, "startDate": e.isoTime(e.Start),
		"eventStatus": "https://schema.org/EventScheduled",
		"organizer":   s.organization(),
	}
	address := s.BaseURL + p.URL
	if e.URL != "" {
		address = e.URL
	}
	switch {
	case e.Place != "":
		t["eventAttendanceMode"] = "https://schema.org/OfflineEventAttendanceMode"
		t["location"] = thing{"@type": "Place", "name": e.Place, "address": e.Place}
	case e.URL != "":
		t["eventAttendanceMode"] = "https://schema.org/OnlineEventAttendanceMode"
		t["location"] = thing{"@type": "VirtualLocation", "url": e.URL}
	}
	return t.with("url", address).with("endDate", e.isoTime(e.End)).with("description", p.Teaser())
}

// step is a step on the way from the front page to a page.
type step struct{ name, path string }

func (s *Site) breadcrumbs(steps []step) thing {
	var items []thing
	for i, at := range steps {
		items = append(items, thing{
			"@type": "ListItem", "position": i + 1, "name": at.name, "item": s.BaseURL + at.path,
		})
	}
	return thing{"@type": "BreadcrumbList", "itemListElement": items}
}
