// Command hamlet is a blog server.
package main

import "io"

// stdio is where a command reads and writes; tests hand it buffers.
type stdio struct {
	In       io.Reader
	Out, Err io.Writer
}

func main() {}
