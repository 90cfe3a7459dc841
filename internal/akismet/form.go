package akismet

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"
)

// What is read of a request at most.
const (
	maxArray  = 100 // values of one name
	maxBody   = 1 << 20
	maxRest   = 8 << 20  // of a body that is too large, which is passed over
	maxFields = 20_000   // names and values; WordPress sends some hundred
	maxValue  = 64 << 10 // of one value; what follows is not looked at
)

// fields are the values of a form by name. An array under any of its spellings, a[]=1,
// a[0]=1 and a=1, is under its plain name.
type fields map[string][]string

// get is the first value of a name; empty if there is none.
func (f fields) get(name string) string {
	if all := f[name]; len(all) > 0 {
		return all[0]
	}
	return ""
}

// known are the fields that are read. What else a site sends, which is all of its visitor's
// form and headers with some, is passed over.
var known = map[string]bool{
	"api_key": true, "key": true, "blog": true, "user_ip": true, "user_role": true, "permalink": true,
	"comment_type": true, "content_type": true, "comment_author": true, "comment_author_email": true,
	"comment_author_url": true, "comment_content": true, "comment_context": true,
	"blog_charset": true, "charset": true, "is_test": true, "test_discard": true,
	"recheck_reason": true, "guid": true, "callback": true, "comment_post_ID": true, "comment_parent": true,
	trapName: true, "hidden_honeypot_field": true, "POST_ak_hp_textarea": true,
	"from": true, "extended": true, "month": true, "filter": true, "format": true, "order": true, "limit": true, "offset": true,
}

// trapName is the field that names the one people do not see.
const trapName = "honeypot_field_name"

// reading is a form that is being read.
type reading struct {
	fields fields
	trap   string // the field that people do not see; empty if none is named
}

// wants reports whether a field is read, and under which name.
func (r *reading) wants(name string) (plain string, ok bool) {
	if i := strings.IndexByte(name, '['); i > 0 {
		name = name[:i]
	}
	return name, known[name] || r.trap != "" && (name == r.trap || name == "POST_"+r.trap)
}

func (r *reading) add(name, value string) {
	if len(r.fields[name]) < maxArray {
		r.fields[name] = append(r.fields[name], clip(value))
	}
}

// clip is as much of a value as is looked at. It does not end within a letter of UTF-8, for
// the rest of it would not be taken for UTF-8 then.
func clip(value string) string {
	if len(value) <= maxValue {
		return value
	}
	end := maxValue
	for range utf8.UTFMax - 1 {
		if utf8.RuneStart(value[end]) {
			break
		}
		end--
	}
	return value[:end]
}

// readForm reads the fields of a request out of its query and its body, urlencoded or
// multipart. Nothing in it is an error: of what cannot be read, what was read before
// is taken. It reports whether the body is too large.
func readForm(r *http.Request) (f fields, tooLarge bool) {
	f = fields{}
	readWith(f, func(in *reading) { parseQuery(in, r.URL.RawQuery) })
	if r.Method != http.MethodPost {
		return f, false
	}
	// Some clients break off; what came is judged. A connection that is cut says so
	// when the answer is written.
	body, _ := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if len(body) > maxBody {
		// Most clients listen when they have said all, and hear nothing of an answer before that.
		_, _ = io.CopyN(io.Discard, r.Body, maxRest)
		return f, true
	}
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err == nil && kind == "multipart/form-data" && params["boundary"] != "" {
		readWith(f, func(in *reading) { parseMultipart(in, body, params["boundary"]) })
		return f, false
	}
	readWith(f, func(in *reading) { parseQuery(in, string(body)) })
	// Every client says UTF-8 there, whatever it sends.
	if set := params["charset"]; set != "" && !strings.EqualFold(set, "utf-8") && f.get("charset") == "" {
		f["charset"] = []string{set}
	}
	return f, false
}

// readWith reads into fields, and once more if a field is named there that is to be read
// for that.
func readWith(f fields, read func(*reading)) {
	in := &reading{fields: fields{}}
	read(in)
	if trap := in.fields.get(trapName); trap != "" && !known[trap] {
		in = &reading{fields: fields{}, trap: trap}
		read(in)
	}
	for name, values := range in.fields {
		f[name] = append(f[name], values...)
	}
}

// parseQuery reads an urlencoded form. A field whose escapes are broken is taken as it
// stands.
func parseQuery(in *reading, query string) {
	for range maxFields {
		if query == "" {
			return
		}
		var pair string
		pair, query, _ = strings.Cut(query, "&")
		name, value, _ := strings.Cut(pair, "=")
		if name, ok := in.wants(unescape(name)); ok {
			in.add(name, unescape(value))
		}
	}
}

func unescape(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

// parseMultipart reads a form of parts; files in it are passed over.
func parseMultipart(in *reading, body []byte, boundary string) {
	parts := multipart.NewReader(bytes.NewReader(body), boundary)
	for range maxFields {
		part, err := parts.NextRawPart()
		if err != nil {
			return
		}
		name, ok := in.wants(part.FormName())
		if !ok || part.FileName() != "" {
			continue
		}
		value, err := io.ReadAll(part)
		in.add(name, string(value))
		if err != nil {
			return
		}
	}
}
