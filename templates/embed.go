// Package templates embeds the HTML templates of hamlet's pages, so that the
// program is one file.
package templates

import "embed"

// FS holds every template, by its name in this folder.
//
//go:embed *.html
var FS embed.FS
