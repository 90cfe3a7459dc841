package notify

import (
	"bytes"

	"hamlet/internal/comment"
)

// Raw is the mail of a letter as it is sent.
func (c *Courier) Raw(l comment.Letter) ([]byte, error) {
	m, err := c.write(l)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	_, err = m.WriteTo(&b)
	return b.Bytes(), err
}
