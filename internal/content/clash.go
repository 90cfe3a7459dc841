package content

import "fmt"

// clashes finds the sources that cannot be shown beside the others.
type clashes struct {
	meta     Meta
	out      []bool // in the order of the drafts
	problems Problems
	slugs    map[named]string // to the file that has it
	paths    map[string]string
	aliases  map[string]string
}

type named struct {
	kind Kind
	slug string
}

// refuse finds the posts, and the pages, whose slug an earlier one has; those that
// the permalink pattern gives no address of their own; and aliases that an earlier
// post has too, since where they lead would depend on the order.
func refuse(drafts []*draft, meta Meta) ([]bool, Problems) {
	c := clashes{
		meta: meta, out: make([]bool, len(drafts)),
		slugs: make(map[named]string, len(drafts)), paths: map[string]string{}, aliases: map[string]string{},
	}
	for i, d := range drafts {
		c.out[i] = d.post.Slug != "" && (c.slug(d) || (len(d.problems) == 0 && (c.path(d) || c.alias(d))))
	}
	return c.out, c.problems
}

func (c *clashes) note(p Problem) bool {
	c.problems = append(c.problems, p)
	return true
}

func (c *clashes) slug(d *draft) bool {
	p := &d.post
	before, taken := c.slugs[named{p.Kind, p.Slug}]
	if taken {
		return c.note(Problem{
			File: p.Source, Line: d.places.slug.line, Column: d.places.slug.column, Field: "slug",
			Message: fmt.Sprintf("the slug %s is taken by %s", p.Slug, before), Hint: "give one of them another slug",
		})
	}
	c.slugs[named{p.Kind, p.Slug}] = p.Source
	return false
}

func (c *clashes) path(d *draft) bool {
	if c.meta.Permalink == defaultPermalink {
		return false // slugs tell all of them apart
	}
	p := &d.post
	if bad := c.meta.checkPath(p); bad != nil {
		return c.note(*bad)
	}
	address := c.meta.Path(p)
	if before, taken := c.paths[address]; taken {
		return c.note(Problem{
			File: p.Source, Line: d.places.slug.line, Column: d.places.slug.column, Field: "slug",
			Message: "the address " + address + " is taken by " + before, Hint: "give one of them another slug",
		})
	}
	c.paths[address] = p.Source
	return false
}

func (c *clashes) alias(d *draft) bool {
	out := false
	for _, a := range d.post.Aliases {
		if before, taken := c.aliases[a]; taken {
			out = c.note(Problem{
				File: d.post.Source, Line: d.places.aliases.line, Column: d.places.aliases.column, Field: "aliases",
				Message: a + " is an alias of " + before + " too", Hint: "keep one of them",
			})
			continue
		}
		c.aliases[a] = d.post.Source
	}
	return out
}
