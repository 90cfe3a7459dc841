package web

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
)

// How hard a page is compressed: at first, while a reader waits, and once it has
// settled. The highest levels take a hundred times as long for a tenth less.
const (
	quickGzip     = 5
	quickBrotli   = 4
	settledGzip   = 9
	settledBrotli = 11
)

// newBodies compresses a page quickly; text is false for what is compressed
// already.
func newBodies(plain []byte, hash string, text bool) (*bodies, error) {
	b := &bodies{plain: newVariant(plain, hash, nil)}
	if !text {
		b.settled = true
		return b, nil
	}
	gz, err := gzipped(plain, quickGzip)
	if err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	br, err := brotlied(plain, quickBrotli)
	if err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	if len(gz) < len(plain) {
		b.gzip = newVariant(gz, hash+"-g", gzipEncoding)
		b.plain = nil
	}
	if len(br) < len(plain) {
		b.brotli = newVariant(br, hash+"-b", brotliEncoding)
	}
	return b, nil
}

// settle compresses a page as well as can be. Where that changes a body, the body
// has a new tag, and the old one is still known.
func (b *bodies) settle(hash string) (*bodies, error) {
	plain, err := b.text()
	if err != nil {
		return nil, err
	}
	better := *b
	better.settled = true
	gz, err := gzipped(plain, settledGzip)
	if err == nil && b.gzip != nil && len(gz) < len(b.gzip.bytes) {
		better.gzip, better.wasGzip = newVariant(gz, hash+"-G", gzipEncoding), b.gzip.tag
	}
	if err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	br, err := brotlied(plain, settledBrotli)
	if err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	if b.brotli != nil && len(br) < len(b.brotli.bytes) {
		better.brotli, better.wasBrotli = newVariant(br, hash+"-B", brotliEncoding), b.brotli.tag
	}
	return &better, nil
}

// text is the content itself.
func (b *bodies) text() ([]byte, error) {
	if b.plain != nil {
		return b.plain.bytes, nil
	}
	r, err := gzip.NewReader(bytes.NewReader(b.gzip.bytes))
	if err != nil {
		return nil, fmt.Errorf("decompress: %w", err)
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("decompress: %w", err)
	}
	return plain, nil
}

func gzipped(b []byte, level int) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, level)
	if err != nil {
		return nil, err
	}
	return finished(&out, w, b)
}

func brotlied(b []byte, level int) ([]byte, error) {
	// A window no larger than the page saves time and megabytes of memory.
	window := 10
	for window < 22 && 1<<window < len(b) {
		window++
	}
	var out bytes.Buffer
	return finished(&out, brotli.NewWriterOptions(&out, brotli.WriterOptions{Quality: level, LGWin: window}), b)
}

func finished(out *bytes.Buffer, w io.WriteCloser, b []byte) ([]byte, error) {
	if _, err := w.Write(b); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return bytes.Clone(out.Bytes()), nil // of its own size
}

// coding is a way to encode a body.
type coding int

// The codings, the best last.
const (
	identity coding = iota
	useGzip
	useBrotli
)

// acceptable says which codings a client takes, and how gladly: in thousandths;
// 0: not at all.
type acceptable [useBrotli + 1]int

// accepted reads Accept-Encoding as RFC 9110, 12.5.3 has it. What it says in
// nearly every request is known by heart.
func accepted(header []string) acceptable {
	if len(header) == 1 {
		switch header[0] {
		case "gzip, deflate, br, zstd", "gzip, deflate, br", "gzip, br", "br, gzip":
			return acceptable{identity: 1, useGzip: 1000, useBrotli: 1000}
		case "br":
			return acceptable{identity: 1, useBrotli: 1000}
		case "gzip, deflate", "gzip":
			return acceptable{identity: 1, useGzip: 1000}
		}
	}
	return weigh(header)
}

// weigh reads any Accept-Encoding. A client that does not speak of the plain
// body takes it when it takes nothing better. "*" is what is not named; brotli is
// not sent for it, for few who write it mean that.
func weigh(header []string) acceptable {
	const unnamed = -1
	a := acceptable{unnamed, unnamed, unnamed}
	rest := unnamed
	for _, line := range header {
		for part := range strings.SplitSeq(line, ",") {
			name, params, _ := strings.Cut(part, ";")
			q := weight(params)
			switch name = strings.TrimSpace(name); {
			case strings.EqualFold(name, "br"):
				a[useBrotli] = q
			case strings.EqualFold(name, "gzip"), strings.EqualFold(name, "x-gzip"):
				a[useGzip] = q
			case strings.EqualFold(name, "identity"):
				a[identity] = q
			case name == "*":
				rest = q
			}
		}
	}
	if a[useGzip] == unnamed {
		a[useGzip] = max(rest, 0)
	}
	a[useBrotli] = max(a[useBrotli], 0)
	if a[identity] == unnamed {
		a[identity] = 1
		if rest == 0 {
			a[identity] = 0
		}
	}
	return a
}

// weight reads "q=0.5" in thousandths; what is not understood counts as 0, and
// nothing at all as 1000.
func weight(params string) int {
	params = strings.TrimSpace(params)
	if params == "" {
		return 1000
	}
	name, value, _ := strings.Cut(params, "=")
	if !strings.EqualFold(strings.TrimSpace(name), "q") {
		return 1000
	}
	value = strings.TrimSpace(value)
	whole, fraction, _ := strings.Cut(value, ".")
	if whole == "1" {
		return 1000
	}
	if whole != "0" || len(fraction) > 3 {
		return 0
	}
	q, scale := 0, 100
	for _, digit := range []byte(fraction) {
		if digit < '0' || digit > '9' {
			return 0
		}
		q += int(digit-'0') * scale
		scale /= 10
	}
	return q
}
