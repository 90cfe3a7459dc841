package akismet_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"hamlet/internal/apptest"
)

const thanks = "Thanks for making the web a better place."

// Every call, with a good key, with a wrong one, and with none: exact bytes, and 200.
func TestBodies(t *testing.T) {
	t.Parallel()
	s := open(t)
	for _, tt := range []struct {
		path, want string // want begins with { or [ : JSON that has it
		open       bool   // needs no key
	}{
		{"/1.1/verify-key", "valid", false},
		{"/1.1/comment-check", "false", false},
		{"/1.1/submit-spam", thanks, false},
		{"/1.1/submit-ham", thanks, false},
		{"/1.1/get-subscription", `{"account_id":1,"account_type":"self-hosted","account_name":"Shop","status":"active","next_billing_date":false,"limit_reached":false}`, false},
		{"/1.1/deactivate", "deactivated", false},
		{"/1.1/test", "connected", true},
		{"/1.2/compatible-plugins", "[]", true},
		{"/1.2/verify-key", "valid", false},
		{"/1.2/comment-check", "false", false},
		{"/1.1/verify-key/", "valid", false},
	} {
		for name, key := range map[string]string{"good": s.key, "capitals": strings.ToUpper(s.key), "wrong": unlike(s.key), "odd": "not a key", "none": ""} {
			t.Run(tt.path+" "+name, func(t *testing.T) {
				want := tt.want
				if !tt.open && name != "good" && name != "capitals" {
					want = "invalid"
				}
				got := s.call(tt.path, s.with("api_key", key))
				if got.Code != http.StatusOK || got.Body != want {
					t.Errorf("got %d %q, want 200 %q", got.Code, got.Body, want)
				}
				kind := "text/plain"
				if strings.ContainsAny(want[:1], "{[") {
					kind = "application/json"
				}
				if got := got.Header.Get("Content-Type"); !strings.HasPrefix(got, kind) {
					t.Errorf("type %q, want %s", got, kind)
				}
				if got.Header.Get("Content-Encoding") != "" || got.Header.Get("Set-Cookie") != "" {
					t.Errorf("headers %v: neither packed nor with a cookie", got.Header)
				}
				// A help makes some clients throw; of verify-key it is an answer that a key is wrong.
				helps := want == "invalid" && !strings.Contains(tt.path, "verify-key")
				if help := got.Header.Get("X-Akismet-Debug-Help"); (help != "") != helps {
					t.Errorf("help %q, want one: %t", help, helps)
				}
			})
		}
	}
}

// Which key counts, where several are named.
func TestKeyPrecedence(t *testing.T) {
	t.Parallel()
	s := open(t)
	bad := unlike(s.key)
	for _, call := range []struct {
		path     string
		keyFirst bool
		good     string
	}{
		{"/1.1/verify-key", true, "valid"},
		{"/1.1/deactivate", true, "deactivated"},
		{"/1.1/get-subscription", true, "{"},
		{"/1.1/get-stats", true, "{"},
		{"/1.2/get-key-stats", true, "{"},
		{"/1.1/comment-check", false, "false"},
		{"/1.1/submit-spam", false, thanks},
		{"/1.1/submit-ham", false, thanks},
		{"/1.1/token", false, ""},
		{"/1.2/usage-limit", false, "{"},
		{"/1.2/key-sites", false, "{"},
	} {
		for _, tt := range []struct {
			name                        string
			key, apiKey, host           string
			first, later                bool // accepted, where key comes first and where it does not
			emptyKey, emptyAPI, capital bool
		}{
			{name: "key alone", key: s.key, first: true, later: false},
			{name: "api_key alone", apiKey: s.key, first: true, later: true},
			{name: "host alone", host: s.key, first: true, later: true},
			{name: "host in capitals", host: strings.ToUpper(s.key), first: true, later: true},
			{name: "good key, stored bad", key: s.key, apiKey: bad, first: true, later: false},
			{name: "bad key, stored good", key: bad, apiKey: s.key, first: false, later: true},
			{name: "bad key in a good host", key: bad, host: s.key, first: false, later: true},
			{name: "bad api_key in a good host", apiKey: bad, host: s.key, first: false, later: false},
			{name: "good api_key in a bad host", apiKey: s.key, host: bad, first: true, later: true},
			{name: "empty fields in a good host", host: s.key, emptyKey: true, emptyAPI: true, first: true, later: true},
			{name: "empty key, good api_key", apiKey: s.key, emptyKey: true, first: true, later: true},
			{name: "none", first: false, later: false},
		} {
			t.Run(call.path+" "+tt.name, func(t *testing.T) {
				v := form("blog", "https://shop.example.org/", "user_ip", "192.0.2.7")
				if tt.key != "" || tt.emptyKey {
					v.Set("key", tt.key)
				}
				if tt.apiKey != "" || tt.emptyAPI {
					v.Set("api_key", tt.apiKey)
				}
				base := apptest.BaseURL
				if tt.host != "" {
					base = "http://" + tt.host + ".rest.akismet.example:8080"
				}
				got := s.raw(http.MethodPost, base+call.path, "application/x-www-form-urlencoded; charset=UTF-8", []byte(v.Encode()))
				want := tt.later
				if call.keyFirst {
					want = tt.first
				}
				if good := got.Body != "invalid" && strings.HasPrefix(got.Body, call.good); good != want || got.Code != http.StatusOK {
					t.Errorf("got %d %q, want accepted: %t", got.Code, got.Body, want)
				}
			})
		}
	}
}

// The ways a form comes.
func TestForms(t *testing.T) {
	t.Parallel()
	s := open(t)
	spam := s.with(isSpam("viagra-test-123", "x")...)
	multi, body := parts(t, spam)
	blog := strings.ReplaceAll(spam.Encode(), "https%3A%2F%2Fshop.example.org%2F", "https://shop.example.org/?a=b")
	for _, tt := range []struct {
		name, kind string
		body       []byte
	}{
		{"urlencoded", "application/x-www-form-urlencoded", []byte(spam.Encode())},
		{"with a character set", "application/x-www-form-urlencoded; charset=UTF-8", []byte(spam.Encode())},
		{"multipart", multi, body},
		{"no type", "", []byte(spam.Encode())},
		{"an odd type", "application/octet-stream;;;", []byte(spam.Encode())},
		{"multipart without boundary", "multipart/form-data", []byte(spam.Encode())},
		{"broken escapes", "application/x-www-form-urlencoded", []byte(spam.Encode() + "&comment_content=100%&x=%zz&%")},
		{"semicolons", "application/x-www-form-urlencoded", []byte(spam.Encode() + "&a;b=c;d")},
		{"an unescaped blog", "application/x-www-form-urlencoded", []byte(blog)},
		{"bytes that are no text", "application/x-www-form-urlencoded", append([]byte("comment_content=\xff\xfe\x00%80&"), spam.Encode()...)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := s.raw(http.MethodPost, apptest.BaseURL+"/1.1/comment-check", tt.kind, tt.body)
			if got.Code != http.StatusOK || got.Body != "true" {
				t.Errorf("got %d %q, want 200 true", got.Code, got.Body)
			}
		})
	}
}

// Requests that are wrong.
func TestMistakes(t *testing.T) {
	t.Parallel()
	s := open(t)
	without := func(name string) url.Values { v := s.with(); v.Del(name); return v }
	for _, tt := range []struct {
		name, path string
		form       url.Values
		body, help string
	}{
		{"no blog", "/1.1/comment-check", without("blog"), "invalid", `Empty "blog" value`},
		{"no blog in a report", "/1.1/submit-spam", without("blog"), "invalid", `Empty "blog" value`},
		{"an empty blog", "/1.1/comment-check", s.with("blog", " "), "invalid", `Empty "blog" value`},
		{"a broken blog", "/1.1/comment-check", s.with("blog", "http://[x"), "invalid", "We were unable to parse your blog URI"},
		{"a blog that is a word", "/1.1/comment-check", s.with("blog", "blog"), "invalid", "We were unable to parse your blog URI"},
		{"a blog without scheme", "/1.1/comment-check", s.with("blog", "shop.example.org"), "false", ""},
		{"no user_ip", "/1.1/comment-check", without("user_ip"), "invalid", `Empty "user_ip" value`},
		{"an empty user_ip", "/1.1/comment-check", s.with("user_ip", ""), "false", ""},
		{"a user_ip that is none", "/1.1/comment-check", s.with("user_ip", "ip"), "false", ""},
		{"no user_ip in a report", "/1.1/submit-ham", without("user_ip"), thanks, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := s.call(tt.path, tt.form)
			if got.Code != http.StatusOK || got.Body != tt.body || got.Header.Get("X-Akismet-Debug-Help") != tt.help {
				t.Errorf("got %d %q with help %q, want 200 %q with %q", got.Code, got.Body, got.Header.Get("X-Akismet-Debug-Help"), tt.body, tt.help)
			}
		})
	}
	t.Run("too large", func(t *testing.T) {
		got := s.call("/1.1/comment-check", s.with("comment_content", strings.Repeat("a", 1<<20)))
		if got.Code != http.StatusOK || got.Body != "invalid" || got.Header.Get("X-Akismet-Debug-Help") == "" {
			t.Errorf("got %d %q, want 200 invalid with help", got.Code, got.Body)
		}
	})
	t.Run("large", func(t *testing.T) {
		if got := s.asks("comment_content", strings.Repeat("a ", 400_000)); got != "true" && got != "false" {
			t.Errorf("got %q, want a verdict", got)
		}
	})
	for _, path := range []string{"verify-key", "comment-check", "submit-spam", "submit-ham", "deactivate", "token", "get-stats", "get-subscription"} {
		t.Run("GET "+path, func(t *testing.T) {
			got := s.raw(http.MethodGet, apptest.BaseURL+"/1.1/"+path+"?"+s.with().Encode(), "", nil)
			if got.Code != http.StatusMethodNotAllowed || got.Body != "invalid" {
				t.Errorf("got %d %q, want 405 invalid", got.Code, got.Body)
			}
		})
	}
}

// Paths are this server's or the blog's.
func TestPaths(t *testing.T) {
	t.Parallel()
	s := &site{Blog: apptest.Open(t, apptest.Options{Config: func(c *apptest.Config) { c.AkismetPath = "/filter/" }}), t: t}
	_, s.key = s.add("Shop")
	for _, tt := range []struct {
		address string
		want    int
	}{
		{apptest.BaseURL + "/filter/1.1/test", 200},
		{apptest.BaseURL + "/filter//1.1/test", 200}, // whose server is set with a slash at the end
		{apptest.BaseURL + "/1.1/test", 200},
		{apptest.BaseURL + "/filtered/1.1/test", 404},
		{"http://" + s.key + ".elsewhere.example/1.1/test", 200},
		{"http://" + s.key + ".elsewhere.example/filter/1.1/test", 200},
		{apptest.BaseURL + "/filter/1.3/test", 404},
		{apptest.BaseURL + "/filter/1.1/no-such-call", 404},
		{"http://" + s.key + ".elsewhere.example/1.1/no-such-call", 404},
		{apptest.BaseURL + "/filter", 404},
	} {
		t.Run(tt.address, func(t *testing.T) {
			w := httptest.NewRecorder()
			s.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, tt.address, http.NoBody))
			if w.Code != tt.want {
				t.Errorf("got %d, want %d", w.Code, tt.want)
			}
		})
	}
	v := s.with()
	v.Del("api_key")
	got := s.raw(http.MethodPost, "http://"+s.key+".elsewhere.example/1.1/comment-check", "application/x-www-form-urlencoded", []byte(v.Encode()))
	if got.Body != "false" {
		t.Errorf("check by the host: got %q, want false", got.Body)
	}
}

// HTTP/1.0 without keep-alive, over the wire, with the bytes as they are.
func TestHTTP10(t *testing.T) {
	t.Parallel()
	s := open(t)
	srv := httptest.NewServer(s.Handler())
	t.Cleanup(srv.Close)
	body := s.with("comment_author", "viagra-test-123").Encode()
	got := wire(t, srv.Listener.Addr().String(), "POST /1.1/comment-check HTTP/1.0\r\nContent-Type: application/x-www-form-urlencoded\r\n"+
		"Content-Length: "+length(body)+"\r\n\r\n"+body)
	head, rest, _ := strings.Cut(got, "\r\n\r\n")
	if rest != "true" || !strings.HasPrefix(head, "HTTP/1.0 200 OK\r\n") || !strings.Contains(head, "\r\nContent-Length: 4\r\n") ||
		strings.Contains(head, "chunked") || !strings.Contains(head, "\r\nX-Akismet-Guid: ") {
		t.Errorf("got\n%s", got)
	}
}

func TestKeySites(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.call("/1.1/comment-check", s.with())
	s.call("/1.1/comment-check", s.with("comment_author", "viagra-test-123"))
	s.call("/1.1/comment-check", s.with("blog", "http://forum.example.org"))
	var got map[string]json.RawMessage
	r := s.raw(http.MethodGet, apptest.BaseURL+"/1.2/key-sites?api_key="+s.key, "", nil)
	if err := json.Unmarshal([]byte(r.Body), &got); err != nil || len(got) != 4 {
		t.Fatalf("got %s, %v, want a month, limit, offset, total", r.Body, err)
	}
	want := `[{"api_calls":2,"false_positives":0,"ham":1,"is_revoked":false,"missed_spam":0,"site":"shop.example.org","spam":1},` +
		`{"api_calls":1,"false_positives":0,"ham":1,"is_revoked":false,"missed_spam":0,"site":"forum.example.org","spam":0}]`
	if string(got["2026-11"]) != want || string(got["total"]) != "2" || string(got["limit"]) != "500" || string(got["offset"]) != "0" {
		t.Errorf("got %s", r.Body)
	}
	r = s.call("/1.2/key-sites", form("api_key", s.key, "format", "csv", "order", "ham", "filter", "https://Shop.example.org/", "month", "2026-11"))
	if want := "Active sites for 2026-11\nSite,Total API Calls,Spam,Ham,Missed Spam,False Positives,Is Revoked\nshop.example.org,2,1,1,0,0,false\n"; r.Body != want {
		t.Errorf("csv: got %q, want %q", r.Body, want)
	}
	if r := s.call("/1.2/key-sites", form("api_key", s.key, "month", "2025-01")); r.Body != `{"2025-01":[],"limit":500,"offset":0,"total":0}` {
		t.Errorf("a month of nothing: got %s", r.Body)
	}
}

func TestUsageLimit(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.call("/1.1/comment-check", s.with())
	if got, want := s.call("/1.2/usage-limit", form("api_key", s.key)).Body, `{"limit":"none","percentage":"0","throttled":false,"usage":1}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	got := s.raw(http.MethodGet, apptest.BaseURL+"/1.2/usage-limit?extended=true&api_key="+s.key, "", nil).Body
	if want := `{"limit":"none","notice_level":0,"percentage":"0","throttled":false,"upgrade":false,"usage":1}`; got != want {
		t.Errorf("extended: got %s, want %s", got, want)
	}
}

// A token is new each time, and no secret of anything.
func TestToken(t *testing.T) {
	t.Parallel()
	s := open(t)
	one, two := s.call("/1.1/token", form("api_key", s.key)).Body, s.call("/1.1/token", form("api_key", s.key)).Body
	if len(one) < 16 || one == two || strings.Contains(one, s.key) {
		t.Errorf("got %q and %q", one, two)
	}
}
