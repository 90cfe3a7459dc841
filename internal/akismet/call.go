package akismet

import (
	"net"
	"net/http"
	"strings"
)

// call is what a client asks.
type call struct {
	name   string
	key    Key
	fields fields
}

// Key is what a site shows: twelve hexadecimal digits in lower case.
type Key string

// keyLength is how many digits a key has. Clients ask for exactly that.
const keyLength = 12

// ParseKey reads a key; ok is false if it cannot be one.
func ParseKey(s string) (k Key, ok bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	if len(s) != keyLength || strings.Trim(s, "0123456789abcdef") != "" {
		return "", false
	}
	return Key(s), true
}

// hostKey is the key in the first label of a host, KEY.any.host; empty if there is none.
func hostKey(host string) Key {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	label, rest, _ := strings.Cut(host, ".")
	if rest == "" {
		return ""
	}
	k, _ := ParseKey(label)
	return k
}

// endpoint is how a call is made, and what answers it.
type endpoint struct {
	get  bool // may be asked by GET too
	open bool // needs no key
	// keyFirst means that the field key names the key that is asked about, before api_key.
	keyFirst bool
	answer   func(*Server, http.ResponseWriter, *http.Request, call)
}

// takes reports whether the call may be asked by a method.
func (e endpoint) takes(method string) bool {
	return method == http.MethodPost || e.get && (method == http.MethodGet || method == http.MethodHead)
}

// endpoints are all calls by name. Each is found under both versions: clients differ in
// which they ask.
var endpoints = map[string]endpoint{
	"verify-key":         {keyFirst: true, answer: (*Server).verifyKey},
	"comment-check":      {answer: (*Server).check},
	"submit-spam":        {answer: (*Server).submitSpam},
	"submit-ham":         {answer: (*Server).submitHam},
	"get-subscription":   {keyFirst: true, answer: (*Server).subscription},
	"get-stats":          {keyFirst: true, answer: (*Server).stats},
	"get-key-stats":      {get: true, keyFirst: true, answer: (*Server).keyStats},
	"deactivate":         {keyFirst: true, answer: (*Server).deactivate},
	"token":              {answer: (*Server).token},
	"test":               {get: true, open: true, answer: (*Server).test},
	"usage-limit":        {get: true, answer: (*Server).usageLimit},
	"key-sites":          {get: true, answer: (*Server).keySites},
	"compatible-plugins": {get: true, open: true, answer: (*Server).compatiblePlugins},
}

// named is the call that a path below the prefix names. There may be a slash too many before
// it, of a client whose server is set with one at the end.
func named(path string) (name string, found bool) {
	if rest, doubled := strings.CutPrefix(path, "//"); doubled {
		path = "/" + rest
	}
	for _, version := range []string{"/1.1/", "/1.2/"} {
		if rest, ok := strings.CutPrefix(path, version); ok {
			name = strings.TrimSuffix(rest, "/")
			_, found = endpoints[name]
			return name, found
		}
	}
	return "", false
}

// keyOf is the key a call is made with: the one that is asked about, where a call is
// about a key; the one that is shown; the one in the host. A key that is named and
// malformed is no key, whatever the host says.
func keyOf(e endpoint, f fields, host string) Key {
	names := []string{"api_key"}
	if e.keyFirst {
		names = []string{"key", "api_key"}
	}
	for _, name := range names {
		if given := strings.TrimSpace(f.get(name)); given != "" {
			k, _ := ParseKey(given)
			return k
		}
	}
	return hostKey(host)
}
