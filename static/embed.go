// Package static embeds what browsers load beside a page: style sheets,
// scripts and the icons of the blog. favicon.svg is the icon; the others are made of it, for
// those who want pixels.
package static

import "embed"

// FS holds every static file, by its name in this folder.
//
//go:embed *.css *.js *.svg *.png *.ico
var FS embed.FS
