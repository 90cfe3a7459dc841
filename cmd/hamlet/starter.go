package main

import (
	"embed"
	"io/fs"
)

//go:embed starter
var starter embed.FS

// starterFS is the small blog that "hamlet init" writes into a folder, by paths
// in that folder ("content/posts/hello.md").
var starterFS = func() fs.FS {
	sub, err := fs.Sub(starter, "starter")
	if err != nil {
		panic(err) // the name above is not a path
	}
	return sub
}()
