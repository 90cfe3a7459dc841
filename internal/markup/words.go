package markup

// english are the words that are used where Options.Words has none.
var english = map[string]string{
	"note":          "Note",
	"tip":           "Tip",
	"important":     "Important",
	"warning":       "Warning",
	"caution":       "Caution",
	"details":       "Details",
	"copy":          "Copy",
	"copied":        "Copied",
	"footnote-back": "Back to the text",
	"diagram":       "Diagram",
	"video":         "Video",
	"video-at":      "Video at {host}",
}

// word is a text of the page.
func (w *work) word(name string) string {
	if s := w.o.Words[name]; s != "" {
		return s
	}
	return english[name]
}
