package web_test

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"hamlet/internal/apptest"
)

// secret stands for what a camera writes into its pictures.
const cameraSecret = "GPS 51.4826 N, serial 00417"

// photograph is a JPEG as a camera makes it: turned by 90 degrees, with Exif and a
// comment.
func photograph(tb testing.TB, w, h int) []byte {
	tb.Helper()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		img.Pix[i] = uint8(i * i >> 7)
	}
	img.SetRGBA(0, 0, color.RGBA{255, 255, 255, 255})
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		tb.Fatal(err)
	}
	exif := "Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00\x00\x00\x00\x00" + cameraSecret
	segment := func(mark byte, data string) []byte {
		return append(binary.BigEndian.AppendUint16([]byte{0xff, mark}, uint16(len(data)+2)), data...)
	}
	return bytes.Join([][]byte{b.Bytes()[:2], segment(0xe1, exif), segment(0xfe, cameraSecret), b.Bytes()[2:]}, nil)
}

// album is a blog with pictures: good ones, hostile ones and hidden ones.
func album(tb testing.TB) fstest.MapFS {
	tb.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 4, 4))); err != nil {
		tb.Fatal(err)
	}
	bomb := b.Bytes()
	binary.BigEndian.PutUint32(bomb[16:], 100_000)
	binary.BigEndian.PutUint32(bomb[20:], 100_000)
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	head := "---\ntitle: Trip\ndate: 2026-11-01\n"
	photo := &fstest.MapFile{Data: photograph(tb, 600, 900)}
	return fstest.MapFS{
		"posts/trip/index.md":       file(head + "---\n![Quay](cat.jpg)\n\n![Again](cat.jpg)\n\n![Bomb](bomb.png) ![None](none.jpg) ![Text](text.jpg)\n"),
		"posts/trip/cat.jpg":        photo,
		"posts/trip/bomb.png":       {Data: bomb},
		"posts/trip/text.jpg":       file("hello"),
		"posts/trip/cut.jpg":        {Data: photo.Data[:len(photo.Data)/2]},
		"posts/trip/my photo,é.jpg": photo,
		"posts/draft/index.md":      file(head + "draft: true\n---\n![Quay](cat.jpg)\n"),
		"posts/draft/cat.jpg":       photo,
	}
}

var srcset = regexp.MustCompile(`srcset="([^"]+)"`)

func TestPictureOfAPost(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Content: album(t)})
	page := b.Get("/posts/trip")
	has(t, page.Body, `width="900"`, `height="600"`, `loading="lazy"`, `src="/posts/trip/cat.jpg?v=`, "/media/480-", " 480w", " 800w", " 900w", "bomb.png", "none.jpg")
	hasNot(t, page.Body, "1200w")
	sets := srcset.FindStringSubmatch(page.Body)
	if sets == nil {
		t.Fatal("there is no srcset")
	}
	for candidate := range strings.SplitSeq(sets[1], ", ") {
		url, width, _ := strings.Cut(candidate, " ")
		r := b.Get(url)
		if r.Code != 200 || r.Header.Get("Content-Type") != "image/jpeg" || !strings.Contains(r.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: got %d %s %q", url, r.Code, r.Header.Get("Content-Type"), r.Header.Get("Cache-Control"))
		}
		noSecret(t, r)
		if width == "900w" {
			continue // the original, which browsers turn
		}
		got, err := jpeg.DecodeConfig(strings.NewReader(r.Body))
		if err != nil || strconv.Itoa(got.Width)+"w" != width || got.Height != got.Width*2/3 {
			t.Errorf("%s: got %d × %d, %v, want %s", url, got.Width, got.Height, err, width)
		}
	}
	if again := b.Get("/posts/trip"); again.Body != page.Body {
		t.Error("the page is another one the second time")
	}
}

func noSecret(t *testing.T, r *apptest.Response) {
	t.Helper()
	if strings.Contains(r.Body, "GPS") || strings.Contains(r.Body, "serial") {
		t.Errorf("it tells where it was made: %.300q", r.Body)
	}
}

// TestPictureInParts asks for the original in every way that browsers and download
// programs have.
func TestPictureInParts(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Content: album(t)})
	const url = "/posts/trip/cat.jpg"
	whole := b.Get(url)
	noSecret(t, whole)
	tag, size := whole.Header.Get("ETag"), strconv.Itoa(len(whole.Body))
	if whole.Code != 200 || !strings.HasPrefix(tag, `"`) || whole.Header.Get("Content-Length") != size || whole.Header.Get("Accept-Ranges") != "bytes" {
		t.Fatalf("got %d, tag %s, length %s of %s", whole.Code, tag, whole.Header.Get("Content-Length"), size)
	}
	if strings.Contains(whole.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("without the hash it may be kept for good: %q", whole.Header.Get("Cache-Control"))
	}
	if got := whole.Header.Get("Cross-Origin-Resource-Policy"); got != "cross-origin" {
		t.Errorf("feed readers cannot show it: %q", got)
	}
	if _, err := jpeg.Decode(strings.NewReader(whole.Body)); err != nil {
		t.Errorf("it cannot be decoded: %v", err)
	}
	last := whole.Body[len(whole.Body)-5:]
	tests := []struct {
		name, method string
		headers      []string
		code         int
		body         string
	}{
		{"head", "HEAD", nil, 200, ""},
		{"unchanged", "GET", []string{"If-None-Match", tag}, 304, ""},
		{"first bytes", "GET", []string{"Range", "bytes=0-9"}, 206, whole.Body[:10]},
		{"middle", "GET", []string{"Range", "bytes=15-99", "Accept-Encoding", "gzip, br"}, 206, whole.Body[15:100]},
		{"last bytes", "GET", []string{"Range", "bytes=-5"}, 206, last},
		{"the same file", "GET", []string{"Range", "bytes=0-9", "If-Range", tag}, 206, whole.Body[:10]},
		{"another file", "GET", []string{"Range", "bytes=0-9", "If-Range", `"other"`}, 200, whole.Body},
		{"beyond the end", "GET", []string{"Range", "bytes=" + size + "-"}, 416, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := request(b, tt.method, url, tt.headers...)
			if r.Code != tt.code || tt.code != 416 && r.Body != tt.body {
				t.Errorf("got %d with %d bytes, want %d with %d", r.Code, len(r.Body), tt.code, len(tt.body))
			}
		})
	}
	several := request(b, "GET", url, "Range", "bytes=0-4,-5")
	if several.Code != 206 || !strings.HasPrefix(several.Header.Get("Content-Type"), "multipart/byteranges") || !strings.Contains(several.Body, last) {
		t.Errorf("several ranges: got %d %s", several.Code, several.Header.Get("Content-Type"))
	}
}

// TestMediaOnlyOfWhatIsShown asks for what is hidden or not there.
func TestMediaOnlyOfWhatIsShown(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Content: album(t)})
	page := b.Get("/posts/trip").Body
	hash := regexp.MustCompile(`/media/480-([\w-]+)/`).FindStringSubmatch(page)[1]
	for url, want := range map[string]int{
		"/media/480-" + hash + "/posts/trip/cat.jpg":         200,
		"/media/480-" + hash + "/posts/draft/cat.jpg":        404, // the same bytes
		"/posts/draft/cat.jpg?v=" + hash:                     404,
		"/media/481-" + hash + "/posts/trip/cat.jpg":         404,
		"/media/-480-" + hash + "/posts/trip/cat.jpg":        404,
		"/media/480-" + hash + "/posts/trip/none.jpg":        404,
		"/media/480-" + hash + "/posts/trip/../../site.toml": 404,
		"/media/480-" + hash + "/posts/trip/index.md":        404,
		"/media/480-" + hash:                                 404,
		"/media/480-x/posts/trip/my%20photo,%C3%A9.jpg":      200,
		"/media/1600-" + hash + "/posts/trip/cat.jpg":        200, // wider than it is: the original
		"/media/480-" + hash + "/posts/trip/bomb.png":        200, // too large: the original
		"/media/480-" + hash + "/posts/trip/cut.jpg":         200, // broken: the original
		"/media/480-" + hash + "/posts/trip/text.jpg":        200,
		"/posts/trip/bomb.png":                               200,
		"/posts/trip/cut.jpg":                                200,
		"/media/cards/posts/trip.png":                        200,
		"/media/cards/posts/draft.png":                       404,
		"/media/cards/posts/trip":                            404,
		"/media/cards/posts/none.png":                        404,
		"/media/cards/drafts/trip.png":                       404,
		"/media/cards/site.png":                              200,
	} {
		r := b.Get(url)
		if r.Code != want {
			t.Errorf("%s: got %d, want %d", url, r.Code, want)
		}
		noSecret(t, r)
		if strings.Contains(r.Header.Get("Cache-Control"), "immutable") && !strings.Contains(url, hash+"/posts/trip/cat.jpg") {
			t.Errorf("%s may be kept for good", url)
		}
	}
	if strings.Contains(b.Log.String(), "level=ERROR") {
		t.Errorf("the log has an error:\n%s", b.Log)
	}
}

// TestPictureChanges replaces a picture: its page shows the new one.
func TestPictureChanges(t *testing.T) {
	t.Parallel()
	files := album(t)
	b := apptest.Open(t, apptest.Options{Content: files})
	before := b.Get("/posts/trip").Body
	old := srcset.FindStringSubmatch(before)[1]
	files["posts/trip/cat.jpg"] = &fstest.MapFile{Data: photograph(t, 500, 700), ModTime: apptest.Noon}
	if err := b.Reload(); err != nil {
		t.Fatal(err)
	}
	page := b.Get("/posts/trip").Body
	has(t, page, `width="700"`, `height="500"`)
	hasNot(t, page, old)
	url, _, _ := strings.Cut(old, " ")
	if r := b.Get(url); r.Code != 200 || strings.Contains(r.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("the old address: got %d, %q", r.Code, r.Header.Get("Cache-Control"))
	}
}

var ogImage = regexp.MustCompile(`property="og:image" content="([^"]+)"`)

// TestPictureToShare follows og:image from the front page, a post with a picture, one whose
// pictures are too small, and one that names its own.
func TestPictureToShare(t *testing.T) {
	t.Parallel()
	files := album(t)
	post := func(front, text string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("---\ntitle: First frost\ndate: 2026-11-02\nauthor: Ada Oakes\n" + front + "---\n" + text)}
	}
	files["posts/plain.md"] = post("", "Words.\n")
	files["posts/named/index.md"] = post("image: wide.jpg\n", "Words.\n")
	files["posts/named/wide.jpg"] = &fstest.MapFile{Data: photograph(t, 700, 1400)}
	b := apptest.Open(t, apptest.Options{Content: files})
	for page, want := range map[string]struct{ prefix, kind string }{
		"/":            {"/media/cards/site.png?v=", "image/png"},
		"/posts/plain": {"/media/cards/posts/plain.png?v=", "image/png"},
		"/posts/trip":  {"/posts/trip/cat.jpg", "image/jpeg"},
		"/posts/named": {"/media/1200-", "image/jpeg"},
	} {
		m := ogImage.FindStringSubmatch(b.Get(page).Body)
		if m == nil || !strings.HasPrefix(m[1], apptest.BaseURL+want.prefix) {
			t.Errorf("%s: got og:image %v, want %s…", page, m, want.prefix)
			continue
		}
		r := b.Get(strings.TrimPrefix(m[1], apptest.BaseURL))
		if r.Code != 200 || r.Header.Get("Content-Type") != want.kind {
			t.Errorf("%s: %s answers %d %s", page, m[1], r.Code, r.Header.Get("Content-Type"))
		}
		if want.kind == "image/png" {
			got, err := png.DecodeConfig(strings.NewReader(r.Body))
			if err != nil || got.Width != 1200 || got.Height != 630 || !strings.Contains(r.Header.Get("Cache-Control"), "immutable") {
				t.Errorf("%s: got %d × %d, %v, %q", m[1], got.Width, got.Height, err, r.Header.Get("Cache-Control"))
			}
		}
	}
}
