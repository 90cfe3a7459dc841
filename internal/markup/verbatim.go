package markup

import (
	"html"
	"html/template"
)

// Verbatim is a text as HTML without any markup in it: every character is what it was.
func Verbatim(text string) template.HTML {
	if text == "" {
		return ""
	}
	return template.HTML("<p>" + html.EscapeString(text) + "</p>\n") //nolint:gosec // escaped
}
