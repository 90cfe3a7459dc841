package picture

import (
	"errors"
	"io"
	"sort"
)

// clean is a file without its metadata: the pieces of the original one after
// another. It reads and seeks.
type clean struct {
	file   io.ReaderAt
	pieces []piece
	starts []int64 // where each piece begins
	size   int64
	at     int64
}

// newClean makes the clean file of an original of size bytes.
func newClean(file io.ReaderAt, pieces []piece) *clean {
	c := &clean{file: file, pieces: pieces, starts: make([]int64, len(pieces))}
	for i, p := range pieces {
		c.starts[i] = c.size
		c.size += p.size()
	}
	return c
}

// Read reads on.
func (c *clean) Read(b []byte) (int, error) {
	if c.at >= c.size {
		return 0, io.EOF
	}
	i := sort.Search(len(c.starts), func(i int) bool { return c.starts[i] > c.at }) - 1
	p, within := c.pieces[i], c.at-c.starts[i]
	b = b[:min(int64(len(b)), p.size()-within)]
	n := len(b)
	var err error
	switch {
	case p.Text != nil:
		copy(b, p.Text[within:])
	case p.Zero:
		clear(b)
	default:
		n, err = c.file.ReadAt(b, p.From+within)
		if n > 0 {
			err = nil
		} else if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF // it was longer before
		}
	}
	c.at += int64(n)
	return n, err
}

// Clean is the file that was examined without what it should not tell.
func (i Info) Clean(file io.ReaderAt) io.ReadSeeker { return newClean(file, i.pieces) }

var errSeek = errors.New("seek to before the beginning")

// Seek goes to another place.
func (c *clean) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += c.at
	case io.SeekEnd:
		offset += c.size
	}
	if offset < 0 {
		return 0, errSeek
	}
	c.at = offset
	return offset, nil
}
