package app

import (
	"errors"
	"io/fs"
	"net/url"
	"strings"

	"hamlet/internal/content"
	"hamlet/internal/markup"
	"hamlet/internal/picture"
	"hamlet/internal/web"
)

// picture tells a text what is known about an image of the content folder, by its
// path there and the path of its URL. The file is read the first time; nothing
// is made smaller before a reader asks for it.
func (a *App) picture(name, address string) (markup.Picture, bool) {
	info, _ := a.pictures.Look(a.library, name) // what is wrong with it is for hamlet check
	if info.Width == 0 || info.Height == 0 {
		return markup.Picture{}, false
	}
	p := markup.Picture{Width: info.Width, Height: info.Height, Src: (&url.URL{Path: address}).EscapedPath()}
	if info.Hash != "" {
		p.Src += "?v=" + info.Hash
	}
	for _, w := range info.Smaller() {
		p.Variants = append(p.Variants, markup.Variant{URL: web.MediaURL(info.Hash, w, address), Width: w})
	}
	if len(p.Variants) > 0 {
		p.Variants = append(p.Variants, markup.Variant{URL: p.Src, Width: info.Width})
	}
	return p, true
}

// CheckPictures finds what is wrong with the pictures and films of bundles. They are
// served all the same, but not as their author means.
func CheckPictures(fsys fs.FS, lib *content.Library) content.Problems {
	var problems content.Problems
	for _, p := range lib.Posts {
		for _, name := range p.Files {
			if err := picture.Check(fsys, name); err != nil {
				problems = append(problems, content.Problem{
					File: name, Message: strings.ReplaceAll(err.Error(), "\n", "; "), Hint: pictureHint(err),
				})
			}
		}
	}
	return problems
}

func pictureHint(err error) string {
	switch {
	case errors.Is(err, picture.ErrTooLarge):
		return "make it smaller, else readers load all of it"
	case errors.Is(err, picture.ErrWrongName):
		return "give it the name that fits"
	}
	return "save it again from where it came"
}
