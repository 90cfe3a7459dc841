package web

import (
	"encoding/hex"
	"net/netip"

	"github.com/labstack/echo/v4"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/locale"
	"hamlet/internal/rule"
)

// cardRules is what a card has of the owner's rules: those that the comment hit, and what
// of it could be blocked.
type cardRules struct {
	*locale.Printer
	ID       comment.ID
	Hits     []ruleView
	Try      bool     // a rule can be tried on what was decided
	Picks    []option // kind and value
	Lastings []option
	Effects  []option
	Back     string
	// The conversation and the post.
	Shown          bool // readers see the comment
	First          bool // it begins a conversation
	Pinned, Locked bool
	Post           string // slug; empty if there is no such post, or its file closes it
	Closed         bool
}

// cardRules makes that part of a card.
func (s *Server) cardRules(c echo.Context, cm comment.Comment, behind comment.Behind, back string) *cardRules {
	say := s.printer()
	v := &cardRules{
		Printer: say, ID: cm.ID, Back: back, Shown: cm.Status == comment.Approved && cm.ErasedAt.IsZero(), First: cm.Parent == 0,
		Pinned: !cm.PinnedAt.IsZero(), Locked: !cm.LockedAt.IsZero(),
	}
	if p, ok := s.Site().Post(cm.Post); ok && takes(p) {
		v.Post, v.Closed = p.Slug, !s.takesComments(p)
	}
	for _, r := range behind.Rules {
		v.Hits = append(v.Hits, s.ruleView(say, s.doorFrame("").zone, r))
	}
	if actor(c).May(account.ManageRules) == nil && cm.ErasedAt.IsZero() {
		v.Try = s.Insight != nil
		v.Lastings, v.Effects = choices(say, "rules.for_", rule.Lastings), choices(say, "rules.does_", rule.Effects)
		v.Picks = s.picks(say, cm, behind.Network)
	}
	return v
}

// maxPicks is how many domains of a comment a card offers to block.
const maxPicks = 8

// picks is what of a comment could be blocked.
func (s *Server) picks(say *locale.Printer, cm comment.Comment, from netip.Prefix) []option {
	out := []option{{"author:" + cm.Author, say.T("rules.block_author", "Name", cm.Author)}}
	if cm.Proof != (comment.Proof{}) {
		out = append(out, option{"proof:" + hex.EncodeToString(cm.Proof[:]), say.T("rules.block_proof")})
	}
	seen := map[string]bool{}
	for _, host := range s.Comments.SubjectFor(cm, rule.Domain).Hosts {
		d := rule.Registered(host)
		if d != "" && !seen[d] && len(seen) < maxPicks {
			seen[d] = true
			out = append(out, option{"domain:" + d, say.T("rules.block_domain", "Domain", d)})
		}
	}
	if from.IsValid() {
		out = append(out, option{"network:" + from.String(), say.T("rules.block_network", "Network", from.String())})
	}
	return out
}
