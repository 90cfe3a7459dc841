package rule

import (
	"cmp"
	"encoding/hex"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Subject is what of a comment rules look at.
type Subject struct {
	Author string
	Proof  [16]byte // zero: nothing is proved
	// Text is what readers see of the comment.
	Text string
	// Hosts are those that it links to, the author's site among them, as they stand
	// there; Links counts the links of the text.
	Hosts []string
	Links int
	// Addr is where it came from, if that is known now; it is not kept.
	Addr netip.Addr
}

// Set finds the rules that hit a comment. It is made once and then only read.
type Set struct {
	size    int
	authors map[string][]Rule
	proofs  map[string][]Rule
	domains map[string][]Rule
	nets    map[netip.Prefix][]Rule
	bits    []netip.Prefix // one for each family and length there is, of address zero
	phrases map[string][]Rule
	lengths []int       // of the phrases there are, in words
	links   []linkLimit // ascending
}

// linkLimit is a rule on the number of links.
type linkLimit struct {
	above int
	rule  Rule
}

// NewSet makes a set of rules. What of them makes no sense is left out.
func NewSet(rules []Rule) *Set {
	s := &Set{
		authors: map[string][]Rule{}, proofs: map[string][]Rule{}, domains: map[string][]Rule{},
		nets: map[netip.Prefix][]Rule{}, phrases: map[string][]Rule{},
	}
	for _, r := range rules {
		s.add(r)
	}
	slices.SortStableFunc(s.links, func(a, b linkLimit) int { return cmp.Compare(a.above, b.above) })
	return s
}

func (s *Set) add(r Rule) {
	s.size++
	switch r.Kind {
	case Author:
		s.authors[r.Value] = append(s.authors[r.Value], r)
	case Proof:
		s.proofs[r.Value] = append(s.proofs[r.Value], r)
	case Domain:
		s.domains[r.Value] = append(s.domains[r.Value], r)
	case Network:
		s.addNetwork(r)
	case Word:
		s.phrases[r.Value] = append(s.phrases[r.Value], r)
		if n := len(strings.Fields(r.Value)); !slices.Contains(s.lengths, n) {
			s.lengths = append(s.lengths, n)
		}
	case Links:
		if n, err := strconv.Atoi(r.Value); err == nil {
			s.links = append(s.links, linkLimit{n, r})
		}
	}
}

func (s *Set) addNetwork(r Rule) {
	p, err := netip.ParsePrefix(r.Value)
	if err != nil {
		return
	}
	p = p.Masked()
	s.nets[p] = append(s.nets[p], r)
	zero := netip.IPv6Unspecified()
	if p.Addr().Is4() {
		zero = netip.IPv4Unspecified()
	}
	if of := netip.PrefixFrom(zero, p.Bits()); !slices.Contains(s.bits, of) {
		s.bits = append(s.bits, of)
	}
}

// Empty reports whether the set has no rule at all, so that nothing need be found out
// for it.
func (s *Set) Empty() bool { return s == nil || s.size == 0 }

// Match finds the rules that hit a comment and have not expired, those that put it with
// the spam first, and each once.
func (s *Set) Match(sub Subject, now time.Time) []Rule {
	if s.Empty() {
		return nil
	}
	m := matches{now: now}
	if len(s.authors) > 0 {
		m.all(s.authors[name(sub.Author)])
	}
	if len(s.proofs) > 0 && sub.Proof != [16]byte{} {
		m.all(s.proofs[hex.EncodeToString(sub.Proof[:])])
	}
	s.matchDomains(&m, sub.Hosts)
	s.matchNetworks(&m, sub.Addr)
	s.matchWords(&m, sub.Text)
	for _, l := range s.links {
		if sub.Links <= l.above {
			break
		}
		m.one(l.rule)
	}
	slices.SortStableFunc(m.found, func(a, b Rule) int {
		return cmp.Or(cmp.Compare(b.Effect, a.Effect), cmp.Compare(a.ID, b.ID)) // "spam" is after "hold"
	})
	return m.found
}

// maxHosts is how many hosts of a comment are looked up, whatever it is made of.
const maxHosts = 500

// matchDomains looks hosts up, and all that they are below of.
func (s *Set) matchDomains(m *matches, hosts []string) {
	if len(s.domains) == 0 {
		return
	}
	for _, h := range hosts[:min(len(hosts), maxHosts)] {
		for at := host(h); at != ""; _, at, _ = strings.Cut(at, ".") {
			m.all(s.domains[at])
		}
	}
}

func (s *Set) matchNetworks(m *matches, a netip.Addr) {
	a = a.Unmap().WithZone("")
	for _, of := range s.bits {
		if of.Addr().Is4() != a.Is4() {
			continue
		}
		if p, err := a.Prefix(of.Bits()); err == nil {
			m.all(s.nets[p])
		}
	}
}

// matchWords looks up every run of words that is as long as some phrase.
func (s *Set) matchWords(m *matches, text string) {
	if len(s.phrases) == 0 {
		return
	}
	all := words(text)
	ends := make([]int, len(all)) // of each word in line
	line := strings.Join(all, " ")
	for i, at := 0, 0; i < len(all); i++ {
		ends[i] = at + len(all[i])
		at = ends[i] + 1
	}
	for i := range all {
		for _, n := range s.lengths {
			if last := i + n - 1; last < len(all) {
				m.all(s.phrases[line[ends[i]-len(all[i]):ends[last]]])
			}
		}
	}
}

// matches collects the rules that hit, each once.
type matches struct {
	now   time.Time
	found []Rule
	seen  map[string]bool
}

func (m *matches) all(rules []Rule) {
	for _, r := range rules {
		m.one(r)
	}
}

func (m *matches) one(r Rule) {
	key := string(r.Kind) + " " + r.Value
	if r.Expired(m.now) || m.seen[key] {
		return
	}
	if m.seen == nil {
		m.seen = map[string]bool{}
	}
	m.seen[key] = true
	m.found = append(m.found, r)
}
