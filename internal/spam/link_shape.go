package spam

import "strings"

// How the address of a link is made: who points at something points deep into a site
// and at a file, a discussion, an article of some year; who sells something points
// at a front page or a list of goods.
var (
	linkDepth  = stepsOf(kindLinkShape, "depth", 0, 1, 2, 3)
	linkQuery  = constantOf(kindLinkShape, "query")
	linkPart   = constantOf(kindLinkShape, "fragment")
	linkYear   = constantOf(kindLinkShape, "year")
	linkNumber = constantOf(kindLinkShape, "long number")
	linkSlug   = constantOf(kindLinkShape, "title")
	linkSub    = constantOf(kindLinkShape, "subdomain")
	linkHyphen = constantOf(kindLinkShape, "hyphens in the host")
	linkPost   = constantOf(kindLinkShape, "words of the post")
)

// linkShape notes how the address of a link is made; rest is what comes after its
// host.
func (r *reader) linkShape(rest string, h host) {
	r.noteIf(!h.sample && strings.Contains(h.label, "."), linkSub)
	r.noteIf(strings.Contains(h.own, "-"), linkHyphen)
	path, query, _ := strings.Cut(rest, "?")
	path, fragment, _ := strings.Cut(path, "#")
	r.noteIf(query != "", linkQuery)
	r.noteIf(fragment != "", linkPart)
	depth, shared := 0, 0
	for part := range strings.SplitSeq(path, "/") {
		if part == "" {
			continue
		}
		depth++
		digits := len(part) - len(strings.TrimLeft(part, "0123456789"))
		r.noteIf(digits == 4 && len(part) == 4 && (part[:2] == "19" || part[:2] == "20"), linkYear)
		r.noteIf(digits >= 5, linkNumber)
		r.noteIf(strings.Count(part, "-") >= 3, linkSlug)
		for word := range strings.SplitSeq(part, "-") {
			shared += r.post.uses([]byte(word))
		}
		if depth > 8 {
			break
		}
	}
	r.step(&linkDepth, depth)
	r.noteIf(shared > 0, linkPost)
	if dot := strings.LastIndexByte(path, '.'); dot > 0 {
		if name := path[dot+1:]; name != "" && len(name) <= 4 && isLatin(name) {
			r.add(kindLinkShape, "file="+name)
		}
	}
}
