// Package static embeds what browsers load beside a page: style sheets, the
// favicon, and the typeface. That is Vollkorn by Friedrich Althausen, under the
// SIL Open Font License (fonts/LICENSE.txt), in the subsets of the npm package
// @fontsource-variable/vollkorn 5.3.0.
package static

import "embed"

// FS holds every static file, by its name in this folder.
//
//go:embed *.css *.svg fonts
var FS embed.FS
