package app

import (
	"net"
	"net/netip"
	"net/url"
	"strings"
)

// checkEmbedOrigins reads the origins of pages that may carry threads. A browser names
// the origin of a page in one spelling, so theirs is what is kept.
func (c Config) checkEmbedOrigins(s *settings) error {
	for _, raw := range c.EmbedOrigins {
		origin, ok := originOf(raw)
		if !ok {
			return &SettingError{"embed-origins", raw, "it must be https:// and a host, with a port if it is not the usual one and without a path, such as https://www.example.org; http:// is for localhost alone, and a host in other letters is written xn--…"}
		}
		s.embedders = append(s.embedders, origin)
	}
	return nil
}

// originOf is an origin as browsers write it.
func originOf(raw string) (string, bool) {
	u, err := url.Parse(raw)
	if err != nil || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return "", false
	}
	host := strings.ToLower(u.Hostname())
	if !isHost(host) || u.Scheme != "https" && (u.Scheme != "http" || !isThisMachine(host)) {
		return "", false
	}
	usual := map[string]string{"https": "443", "http": "80"}[u.Scheme]
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port := u.Port(); port != "" && port != usual {
		host += ":" + port
	}
	return u.Scheme + "://" + host, true
}

// isHost reports whether it is the name or the address of a host.
func isHost(host string) bool {
	if net.ParseIP(host) != nil {
		return true
	}
	return host != "" && !strings.ContainsFunc(host, func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789-._", r)
	})
}

// isThisMachine reports whether pages of a host come from the machine of whoever reads
// them.
func isThisMachine(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || err == nil && a.IsLoopback()
}
