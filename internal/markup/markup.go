// Package markup turns Markdown into HTML, under one policy for authors and
// another for strangers.
package markup

import "html/template"

// Stranger renders a comment.
func Stranger(src string) template.HTML { return "" }
