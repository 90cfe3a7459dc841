package app

import (
	"sync"

	"hamlet/internal/locale"
	"hamlet/internal/web"
	"hamlet/static"
	"hamlet/templates"
)

// textWords name the texts for the words that markup adds to a post.
var textWords = map[string]string{
	"note": "text.note", "tip": "text.tip", "important": "text.important", "warning": "text.warning",
	"caution": "text.caution", "details": "text.details", "diagram": "text.diagram", "copy": "text.copy", "copied": "text.copied",
	"footnote-back": "text.footnote_back", "video": "text.video", "video-at": "text.video_at",
}

// languages are those of the program itself, which never change; they are read once.
var languages = sync.OnceValues(func() (*locale.Catalog, error) { return locale.Load(templates.FS) })

// builtIn is what pages are made of without a theme. It is in the program and never
// changes; it is read once, however many blogs are opened.
var builtIn = sync.OnceValues(func() (*web.BuiltIn, error) {
	texts, err := languages()
	if err != nil {
		return nil, err
	}
	return web.NewBuiltIn(templates.FS, static.FS, texts)
})

// textsOf are the texts of a blog with a theme. A theme with a mistake in its languages
// counts as none: web has the word for that.
func textsOf(theme string) (*locale.Catalog, error) {
	texts, err := languages()
	if fsys := openTheme(theme); fsys != nil && err == nil {
		if own, broken := locale.Load(templates.FS, fsys); broken == nil {
			texts = own
		}
	}
	return texts, err
}

// wordsOf gives the words that are added to the posts of a blog in a language.
func wordsOf(theme string) (func(language string) map[string]string, error) {
	texts, err := textsOf(theme)
	if err != nil {
		return nil, err
	}
	return func(language string) map[string]string {
		say, words := texts.Printer(language), make(map[string]string, len(textWords))
		for name, id := range textWords {
			words[name] = say.T(id, "Host", "{host}")
		}
		return words
	}, nil
}

// Words are the texts that commands and pages share, in one language.
type Words = *locale.Printer

// Texts are the built-in texts in a language, or in the nearest one there is; in
// English if none is near.
func Texts(lang string) (Words, error) {
	texts, err := languages()
	if err != nil {
		return nil, err
	}
	return texts.Printer(lang), nil
}
