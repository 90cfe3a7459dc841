package rule

import (
	"encoding/hex"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"

	"hamlet/internal/account"
)

// Draft is a rule as it was typed.
type Draft struct {
	Kind, Value, Effect, Note string
	// Lasting is for how long it is to hold, one of [Lastings].
	Lasting string
}

// Lastings are the times for which a rule may hold.
var Lastings = []string{"day", "week", "month", "never"}

// lasting is how long each of them is; never ends never.
var lasting = map[string]time.Duration{
	"day": 24 * time.Hour, "week": 7 * 24 * time.Hour, "month": 30 * 24 * time.Hour, "never": 0,
}

// The bounds of what is typed, in characters.
const (
	maxValue = 200
	maxNote  = 300
	maxLinks = 100
)

// The widest networks that a rule may be on: whoever wants to block more wants to block
// a country.
const (
	widest4 = 8
	widest6 = 16
)

// Rule is the rule that the draft asks for, made by somebody now. The error is an
// [InvalidError] with the fields kind, value, effect, note and lasting.
func (d Draft) Rule(by string, now time.Time) (Rule, error) {
	wrong := map[string]Fault{}
	r := Rule{Kind: Kind(d.Kind), Effect: Effect(d.Effect), Note: oneLine(d.Note), By: by, At: now.UTC().Truncate(time.Millisecond)}
	if !slices.Contains(Kinds, r.Kind) {
		wrong["kind"] = KindOdd
	} else if value, fault := canonical(r.Kind, d.Value); fault != "" {
		wrong["value"] = fault
	} else {
		r.Value = value
	}
	if !slices.Contains(Effects, r.Effect) {
		wrong["effect"] = EffectOdd
	}
	if utf8.RuneCountInString(r.Note) > maxNote {
		wrong["note"] = NoteLong
	}
	until, ok := lasting[d.Lasting]
	switch {
	case !ok:
		wrong["lasting"] = LastingOdd
	case until > 0:
		r.Expires = r.At.Add(until)
	}
	if len(wrong) > 0 {
		return Rule{}, &InvalidError{wrong}
	}
	return r, nil
}

// canonical is a value in the spelling in which it is compared.
func canonical(k Kind, typed string) (string, Fault) {
	typed = oneLine(typed)
	switch n := utf8.RuneCountInString(typed); {
	case n == 0:
		return "", ValueMissing
	case n > maxValue && k != Domain:
		return "", ValueLong
	}
	switch k {
	case Author:
		return nonEmpty(name(typed), ValueMissing)
	case Proof:
		raw, err := hex.DecodeString(typed)
		if err != nil || len(raw) != len(Subject{}.Proof) || [16]byte(raw) == [16]byte{} {
			return "", ProofOdd
		}
		return hex.EncodeToString(raw), ""
	case Domain:
		return nonEmpty(domain(typed), DomainOdd)
	case Network:
		return network(typed)
	case Word:
		return nonEmpty(strings.Join(words(typed), " "), WordOdd)
	default:
		n, err := strconv.Atoi(typed)
		if err != nil || n < 0 || n > maxLinks {
			return "", LinksOdd
		}
		return strconv.Itoa(n), ""
	}
}

func nonEmpty(s string, missing Fault) (string, Fault) {
	if s == "" {
		return "", missing
	}
	return s, ""
}

// oneLine is a text on one line, of characters that there are.
func oneLine(s string) string {
	return strings.Join(strings.Fields(strings.ToValidUTF8(s, "\uFFFD")), " ")
}

// name is a name as names are compared, without what is not to be seen of it.
func name(s string) string {
	return account.Fold(strings.Map(func(r rune) rune {
		if account.Hidden(r) {
			return -1
		}
		return r
	}, oneLine(s)))
}

// maxHost is how long the name of a host can be (RFC 1035, 2.3.4).
const maxHost = 253

// domain is the host of what was typed, which may be a whole address; empty if it has
// none.
func domain(typed string) string {
	if _, after, ok := strings.Cut(typed, "://"); ok {
		typed = after
	}
	if end := strings.IndexAny(typed, `/?#\`); end >= 0 {
		typed = typed[:end]
	}
	typed = typed[strings.LastIndexByte(typed, '@')+1:]
	return host(strings.TrimPrefix(typed, "*."))
}

// host is the name of a host as browsers look it up, without a port and the "www." that
// makes no difference; empty of what is none.
func host(typed string) string {
	if h, port, ok := strings.Cut(typed, ":"); ok && !strings.Contains(port, ":") {
		typed = h
	}
	if len(typed) > 4*maxHost {
		return ""
	}
	ascii, err := idna.Lookup.ToASCII(strings.Trim(typed, "."))
	if err != nil || ascii == "" || len(ascii) > maxHost || strings.Contains(ascii, "..") {
		return ""
	}
	if rest, ok := strings.CutPrefix(ascii, "www."); ok && strings.Contains(rest, ".") {
		return rest
	}
	return ascii
}

// Registered is the part of a host that somebody registered, by which all of theirs is
// blocked: "shop.example" of "www.shop.example"; the host itself, if it is not below what
// names are registered under, and empty of what is no host.
func Registered(typed string) string {
	at := host(typed)
	if registered, err := publicsuffix.EffectiveTLDPlusOne(at); err == nil {
		return registered
	}
	return at
}

// network is a network, or a single address as one.
func network(typed string) (string, Fault) {
	p, err := netip.ParsePrefix(typed)
	if err != nil {
		addr, err := netip.ParseAddr(typed)
		if err != nil || addr.Zone() != "" {
			return "", NetworkOdd
		}
		addr = addr.Unmap()
		p = netip.PrefixFrom(addr, addr.BitLen())
	}
	if p.Addr().Is4In6() {
		const mapped = 96
		if p.Bits() < mapped {
			return "", NetworkWide
		}
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-mapped)
	}
	widest := widest6
	if p.Addr().Is4() {
		widest = widest4
	}
	if p.Bits() < widest {
		return "", NetworkWide
	}
	return p.Masked().String(), ""
}
