package site

import (
	"encoding/xml"
	"html/template"
	"slices"
	"strconv"
	"time"
)

// rss is an RSS 2.0 document with the content, dc and atom modules
// (https://www.rssboard.org/rss-specification).
type rss struct {
	XMLName xml.Name `xml:"rss"`
	Version string   `xml:"version,attr"`
	Atom    string   `xml:"xmlns:atom,attr"`
	Content string   `xml:"xmlns:content,attr"`
	DC      string   `xml:"xmlns:dc,attr"`
	Channel channel  `xml:"channel"`
}

type channel struct {
	Title       string  `xml:"title"`
	Link        string  `xml:"link"`
	Description string  `xml:"description"`
	Language    string  `xml:"language,omitempty"`
	LastBuild   string  `xml:"lastBuildDate,omitempty"`
	Self        rssLink `xml:"atom:link"`
	Items       []item  `xml:"item"`
}

type rssLink struct {
	Href string `xml:"href,attr"`
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
}

// item has no author element: RSS wants an e-mail address there. dc:creator
// wants a name.
type item struct {
	Title       string     `xml:"title"`
	Link        string     `xml:"link"`
	GUID        guid       `xml:"guid"`
	Published   string     `xml:"pubDate,omitempty"`
	Updated     string     `xml:"atom:updated,omitempty"`
	Creators    []string   `xml:"dc:creator"`
	Categories  []string   `xml:"category"`
	Description string     `xml:"description,omitempty"`
	Enclosure   *enclosure `xml:"enclosure"`
	Content     cdata      `xml:"content:encoded"`
}

type guid struct {
	IsPermaLink bool   `xml:"isPermaLink,attr"`
	URL         string `xml:",chardata"`
}

// enclosure is the picture of a post. Its size must be there and is not known
// here; 0 says so (https://www.rssboard.org/rss-profile#element-channel-item-enclosure).
type enclosure struct {
	URL    string `xml:"url,attr"`
	Length int    `xml:"length,attr"`
	Type   string `xml:"type,attr"`
}

type cdata struct {
	Text string `xml:",cdata"`
}

// rss writes a feed. It dates from the newest of its posts, not from now, so that
// a feed without news has the same bytes.
func (s *Site) rss(in feed) []byte {
	c := s.channel(in)
	for _, p := range in.posts {
		c.Items = append(c.Items, s.item(p))
	}
	return writeRSS(c)
}

func (s *Site) channel(in feed) channel {
	return channel{
		Title: in.title, Link: in.home, Description: in.description, Language: s.Meta.Language,
		LastBuild: s.date(newest(in.posts), time.RFC1123Z),
		Self:      rssLink{Href: in.self, Rel: "self", Type: "application/rss+xml"},
	}
}

func writeRSS(c channel) []byte {
	return document(rss{
		Version: "2.0",
		Atom:    "http://www.w3.org/2005/Atom",
		Content: "http://purl.org/rss/1.0/modules/content/",
		DC:      "http://purl.org/dc/elements/1.1/",
		Channel: c,
	})
}

func (s *Site) item(p *Post) item {
	it := item{
		Title:       p.Title,
		Link:        s.BaseURL + p.URL,
		GUID:        guid{IsPermaLink: true, URL: s.BaseURL + p.URL},
		Published:   s.date(p.Date, time.RFC1123Z),
		Updated:     s.date(p.updated(), time.RFC3339),
		Creators:    names(p.By),
		Categories:  names(p.Categories, p.Tags),
		Description: p.Teaser(),
		Content:     cdata{s.feedHTML(p)},
	}
	if address, kind := s.image(p); kind != "" {
		it.Enclosure = &enclosure{URL: address, Type: kind}
	}
	return it
}

// FeedComment is a comment for a feed of comments.
type FeedComment struct {
	ID     int64
	Author string
	Post   *Post // nil is the post that the feed is of
	When   time.Time
	HTML   template.HTML
}

// CommentsURL is where the feed of the comments on a post is: a path, escaped.
// It is the same under any permalink pattern.
func (p *Post) CommentsURL() string { return escapePath("/posts/"+p.Slug) + "/comments.xml" }

// CommentsFeed makes the RSS feed of the comments on a post, or of the whole site
// if p is nil: newest first, whatever the order given. All that are given are in
// it, but those of no post. The title says in the blog's language what it is.
func (s *Site) CommentsFeed(title string, p *Post, cs []FeedComment) Document {
	in, _ := s.feed(RSS, Scope{})
	in.self, in.posts = s.BaseURL+"/comments.xml", nil
	if p != nil {
		in.description = p.Title + " · " + in.title
		in.home, in.self = s.BaseURL+p.URL, s.BaseURL+p.CommentsURL()
	}
	in.title = title
	cs = slices.Clone(cs)
	slices.SortStableFunc(cs, func(a, b FeedComment) int { return b.When.Compare(a.When) })
	c := s.channel(in)
	var modified time.Time
	if len(cs) > 0 {
		modified = cs[0].When
		c.LastBuild = s.date(modified, time.RFC1123Z)
	}
	for _, cm := range cs {
		if cm.Post == nil {
			cm.Post = p
		}
		if cm.Post == nil {
			continue
		}
		c.Items = append(c.Items, s.commentItem(cm))
	}
	return Document{Body: writeRSS(c), Type: "application/rss+xml; charset=utf-8", Modified: modified}
}

func (s *Site) commentItem(cm FeedComment) item {
	id := strconv.FormatInt(cm.ID, 10)
	// The guid is how readers know a comment again: it stays as it was when all comments
	// were on the page of the post.
	return item{
		Title: cm.Author + " · " + cm.Post.Title, Link: s.BaseURL + "/comment/" + id,
		GUID:      guid{URL: s.BaseURL + cm.Post.URL + "#comment-" + id},
		Published: s.date(cm.When, time.RFC1123Z), Creators: []string{cm.Author},
		Content: cdata{xmlText(absoluteLinks(xmlText(string(cm.HTML)), s.BaseURL, cm.Post.URL))},
	}
}
