// Package templates embeds the HTML templates of hamlet's pages and their texts
// in each language, so that the program is one file.
package templates

import "embed"

// FS holds every template by its name in this folder, and the languages in
// locales.
//
//go:embed *.html locales/*.toml
var FS embed.FS
