// Package static embeds what browsers load beside a page: style sheets and the
// favicon.
package static

import "embed"

// FS holds every static file, by its name in this folder.
//
//go:embed *.css *.svg
var FS embed.FS
