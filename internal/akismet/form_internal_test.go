package akismet

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzForm reads whatever comes as a form and as a comment. Nothing of it is an error, only
// fields that are known are kept, and what the filter is to read is text.
func FuzzForm(f *testing.F) {
	f.Add("application/x-www-form-urlencoded", "", []byte("api_key=0123456789ab&blog=http%3A%2F%2Fx.example&comment_content=a+b&comment_context[]=x"))
	f.Add("multipart/form-data; boundary=x", "", []byte("--x\r\nContent-Disposition: form-data; name=\"blog\"\r\n\r\nhttp://x\r\n--x--"))
	f.Add("multipart/form-data; boundary=x", "", []byte("--x\r\nContent-Disposition: form-data; name=\"blog\"; filename=\"a\"\r\n\r\n\xff"))
	f.Add("", "honeypot_field_name=%ff", []byte("honeypot_field_name=a&a=b&POST_a=c&a[0]=d"))
	f.Add("text/plain", "a=%zz", []byte("blog_charset=UTF-16&comment_content=\xff\xfe\x00%d8%00"))
	f.Add("text/plain", "", []byte("blog_charset=ISO-2022-JP&comment_content=\x1b$B%22"))
	f.Add("text/plain", "", []byte("blog_charset=gb18030&comment_author=\x81\x30\x81\x30&is_test=TRUE&user_role=,administrator,"))
	f.Fuzz(func(t *testing.T, kind, query string, body []byte) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://x.example/1.1/comment-check", bytes.NewReader(body))
		r.URL.RawQuery = query
		r.Header.Set("Content-Type", kind)
		got, tooLarge := readForm(r)
		if tooLarge {
			t.Fatalf("%d bytes are too large", len(body))
		}
		trap := got.get(trapName)
		for name, values := range got {
			if !known[name] && name != trap && name != "POST_"+trap && len(got[trapName]) < 2 {
				t.Errorf("kept the field %q", name)
			}
			for _, v := range values {
				if len(v) > maxValue {
					t.Errorf("%s has %d bytes", name, len(v))
				}
			}
		}
		c := newComment(got)
		for _, s := range append(c.Context, c.Author, c.AuthorURL, c.Body, c.Permalink, c.Type, blogName(c.Blog)) {
			if !utf8.ValidString(s) {
				t.Errorf("%q is no text", s)
			}
		}
		if e := c.excerpt(); len(e.Body) > maxExcerpt || !utf8.ValidString(e.Body) {
			t.Errorf("kept %q", e.Body)
		}
	})
}

// Fields are found under all their spellings, in either form, whatever order they come in.
func TestReadForm(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, query, body, field, want string }{
		{"plain", "", "blog=a", "blog", "a"},
		{"an array", "", "comment_context[]=a&comment_context[]=b", "comment_context", "a|b"},
		{"with numbers", "", "comment_context[0]=a&comment_context%5B1%5D=b", "comment_context", "a|b"},
		{"one value", "", "comment_context=a", "comment_context", "a"},
		{"spaces", "", "comment_author=a+b%20c", "comment_author", "a b c"},
		{"broken escapes", "", "comment_author=100%+sure", "comment_author", "100%+sure"},
		{"an unknown field", "", "POST_ak_bib=1&HTTP_ACCEPT=x&blog=a", "POST_ak_bib", ""},
		{"of the query", "blog=a", "", "blog", "a"},
		{"many fields that are passed over", "", strings.Repeat("POST_a=1&", 10_000) + "blog=a", "blog", "a"},
		{"a trap that is named first", "", "honeypot_field_name=x&x=1", "x", "1"},
		{"a trap that is named last", "", "x=1&honeypot_field_name=x", "x", "1"},
		{"no trap", "", "x=1", "x", ""},
		{"a trap that is a known field", "", "honeypot_field_name=blog&blog=a", "blog", "a"},
		{"no value", "", "blog&user_ip=", "user_ip", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://x.example/?"+tt.query, strings.NewReader(tt.body))
			got, _ := readForm(r)
			if got := strings.Join(got[tt.field], "|"); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// A body is read to its limit, whatever it says of its length.
func TestReadFormEnds(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://x.example/", io.LimitReader(zeros{}, 1<<40))
	if _, tooLarge := readForm(r); !tooLarge {
		t.Error("a body without end is not too large")
	}
	// What is too large is read on for a while: who is not listened to does not listen either.
	rest := strings.NewReader(strings.Repeat("a", 2*maxBody))
	r = httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://x.example/", rest)
	if _, tooLarge := readForm(r); !tooLarge || rest.Len() > 0 {
		t.Errorf("too large: %t, and %d bytes are left unread", tooLarge, rest.Len())
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

// Texts in the sets of characters that sites name.
func TestDecode(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ charset, in, want string }{
		{"", "Grüße", "Grüße"},
		{"UTF-8", "Grüße", "Grüße"},
		{"ISO-8859-1", "Gr\xfc\xdfe", "Grüße"},
		{"ISO-8859-1", "Grüße", "Grüße"}, // it is UTF-8, whatever is said
		{"windows-1251", "\xcf\xf0\xe8\xe2\xe5\xf2", "Привет"},
		{"Shift_JIS", "\x82\xb1\x82\xf1", "こん"},
		{"EUC-KR", "\xb0\xa1", "가"},
		{"ISO-2022-JP", "\x1b$B$3$s\x1b(B", "こん"},
		{"no such set", "Gr\xfc\xdfe", "Grüße"},
		{"", "\xff\x80", "ÿ€"},
		{"UTF-8", "a\xffb", "a\uFFFDb"},
	} {
		f := fields{"comment_content": {tt.in}}
		if tt.charset != "" {
			f["blog_charset"] = []string{tt.charset}
		}
		if got := newComment(f).Body; got != tt.want {
			t.Errorf("%s: %q is %q, want %q", tt.charset, tt.in, got, tt.want)
		}
	}
}

// A text that is cut off stays in its character set.
func TestClip(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, letter string }{{"two bytes", "ü"}, {"three", "猫"}, {"four", "🐈"}} {
		for shift := range 4 {
			text := strings.Repeat("a", shift) + strings.Repeat(tt.letter, maxValue)
			got := decode(clip(text), nil)
			if len(got) > maxValue || len(got) < maxValue-3 || !strings.HasPrefix(text, got) {
				t.Errorf("%s after %d: got %d bytes that end in %q", tt.name, shift, len(got), got[len(got)-8:])
			}
		}
	}
	if got := clip(strings.Repeat("\x80", maxValue+9)); len(got) < maxValue-3 || len(got) > maxValue {
		t.Errorf("what is no UTF-8: got %d bytes", len(got))
	}
}

// spoken says the same of as many comments as it is asked for.
type spoken struct {
	Store
	n int64
}

func (s spoken) Words(_ context.Context, _ SiteID, after int64, _ uint64) (words []Word, _ uint64, err error) {
	for seq := after + 1; seq <= s.n; seq++ {
		words = append(words, Word{Seq: seq, Of: seq, Spam: true})
	}
	return words, 0, nil
}

// Of what a site says the newest is remembered, and no more than twice as much as is kept.
func TestSayingsAreBounded(t *testing.T) {
	t.Parallel()
	s := newSayings()
	for _, n := range []int64{3*mostWords + 5, 5*mostWords + 7} {
		if err := s.hear(t.Context(), spoken{n: n}, 1); err != nil {
			t.Fatal(err)
		}
		if all := len(s.recent) + len(s.older); all > 2*mostWords || all < mostWords {
			t.Errorf("%d are remembered", all)
		}
		var newest, oldest Pair
		binary.BigEndian.PutUint64(newest[:], uint64(n)<<1)
		binary.BigEndian.PutUint64(oldest[:], 1<<1)
		if is, said := s.of(newest); !is || !said {
			t.Error("the newest is forgotten")
		}
		if _, said := s.of(oldest); said {
			t.Error("the oldest is remembered")
		}
	}
}

// takenBack has what is left of words of which some were taken back.
type takenBack struct {
	Store
	words []Word
	round uint64
}

func (s takenBack) Words(_ context.Context, _ SiteID, after int64, since uint64) (words []Word, _ uint64, err error) {
	for _, w := range s.words {
		if s.round != since || w.Seq > after {
			words = append(words, w)
		}
	}
	return words, s.round, nil
}

// When all that a site said was taken back, what it says next is heard, whose Seq was that of a word
// that went.
func TestSayingsAfterAllWasTakenBack(t *testing.T) {
	t.Parallel()
	s := newSayings()
	for i, said := range []takenBack{
		{words: []Word{{Seq: 1, Of: 7, Spam: true}}, round: 1},
		{round: 2},
		{words: []Word{{Seq: 1, Of: 8, Spam: true}}, round: 2},
	} {
		if err := s.hear(t.Context(), said, 1); err != nil {
			t.Fatal(err)
		}
		if len(s.recent) != len(said.words) || len(said.words) > 0 && !s.recent[said.words[0].Of] {
			t.Errorf("%d: got %v of %v", i, s.recent, said.words)
		}
	}
}

// The character set is the one that the form names, or else the one that its type does.
func TestCharsetOfForm(t *testing.T) {
	t.Parallel()
	const said, want = "comment_content=\xd5%EB\xe5\xe1", "Хлеб"
	for _, tt := range []struct {
		name, kind, more string
		same             bool
	}{
		{"by the form", "application/x-www-form-urlencoded", "&blog_charset=windows-1251", true},
		{"by the form, as Nekmo's client says it", "application/x-www-form-urlencoded", "&charset=windows-1251", true},
		{"by the type", "application/x-www-form-urlencoded; charset=windows-1251", "", true},
		{"by both", "application/x-www-form-urlencoded; charset=ISO-8859-1", "&blog_charset=windows-1251", true},
		{"in the type of every form", "application/x-www-form-urlencoded; charset=UTF-8", "&blog_charset=windows-1251", true},
		{"none", "application/x-www-form-urlencoded", "", false},
		{"none that there is", "application/x-www-form-urlencoded; charset=klingon", "", false},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/1.1/comment-check", strings.NewReader(said+tt.more))
		r.Header.Set("Content-Type", tt.kind)
		f, _ := readForm(r)
		if got := newComment(f).Body; (got == want) != tt.same || !utf8.ValidString(got) {
			t.Errorf("%s: got %q, want %q: %t", tt.name, got, want, tt.same)
		}
	}
}
