package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/alecthomas/kong"

	"hamlet/internal/app"
)

// defaultConfig is the config file that is read if it is there.
const defaultConfig = "hamlet.toml"

// configFile is a config file that was read: its keys are names of flags. It is
// the kong.Resolver that gives a flag its value when neither the command line
// nor the environment does.
type configFile struct {
	name   string
	text   string
	values map[string]any
}

// openConfig reads the config file, if there is one to read, and finds what is
// wrong with its keys; nil without a file. A file that was named must exist.
func openConfig(ctx *kong.Context) (*configFile, error) {
	flag := findFlag(ctx.Model, "config")
	name, _ := ctx.FlagValue(flag).(string)
	named := name != ""
	if !named {
		name = defaultConfig
	}
	text, err := os.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !named:
		return nil, nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, &app.SettingError{Setting: "config", Value: name, Allowed: "there is no such file"}
	case err != nil:
		return nil, &app.SettingError{Setting: "config", Value: name, Allowed: "it cannot be read: " + err.Error()}
	}
	f := &configFile{name: name, text: string(text)}
	if _, err := toml.Decode(f.text, &f.values); err != nil {
		return nil, f.syntax(err)
	}
	return f, f.check(ctx)
}

func (f *configFile) syntax(err error) error {
	if pe, ok := errors.AsType[toml.ParseError](err); ok {
		return fmt.Errorf("%s:%d: not TOML: %s", f.name, pe.Position.Line, pe.Message)
	}
	return fmt.Errorf("%s: not TOML: %w", f.name, err)
}

// check finds the first key, in the order of their names, that is no setting or
// has a value of the wrong type.
func (f *configFile) check(ctx *kong.Context) error {
	known := settingNames(ctx.Model)
	for _, key := range slices.Sorted(maps.Keys(f.values)) {
		if !slices.Contains(known, key) {
			return fmt.Errorf("%s: there is no setting %q%s; the settings are %s",
				f.at(key), key, suggest(ctx.Kong, key), strings.Join(known, ", "))
		}
		if _, err := f.value(findFlag(ctx.Model, key)); err != nil {
			return err
		}
	}
	return nil
}

// settingNames are the names of the settings a config file may have.
func settingNames(model *kong.Application) []string {
	var names []string
	for _, flag := range model.Flags {
		if flag.Name != "help" && flag.Name != "config" {
			names = append(names, flag.Name)
		}
	}
	return names
}

// suggest is what was probably meant by a key, in words; empty if nothing comes
// close. It asks kong, which knows how to do so for flags.
func suggest(k *kong.Kong, key string) string {
	trace, err := kong.Trace(k, []string{"--" + key})
	if err != nil || trace.Error == nil {
		return ""
	}
	_, hint, ok := strings.Cut(trace.Error.Error(), ", did you mean ")
	if !ok {
		return ""
	}
	return ", did you mean " + strings.ReplaceAll(hint, `"--`, `"`)
}

// has reports whether the file has the key; there may be no file.
func (f *configFile) has(key string) bool {
	if f == nil {
		return false
	}
	_, ok := f.values[key]
	return ok
}

// at is the file and the line of a key, "hamlet.toml:3". The decoder does not
// tell lines, so this looks for the first line that begins with the key.
func (f *configFile) at(key string) string {
	for i, line := range strings.Split(f.text, "\n") {
		line = strings.TrimLeft(line, " \t[\"'")
		rest, ok := strings.CutPrefix(line, key)
		if ok && strings.IndexAny(rest, "=. \t\"']") == 0 {
			return f.name + ":" + strconv.Itoa(i+1)
		}
	}
	return f.name
}

// Validate is for kong; the keys were checked when the file was opened.
func (f *configFile) Validate(*kong.Application) error { return nil }

// Resolve gives a flag its value from the file, unless the environment has one.
func (f *configFile) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if setEnv(flag) != "" || !f.has(flag.Name) {
		return nil, nil //nolint:nilnil // kong's way to say "no value here"
	}
	return f.value(flag)
}

// value is a value of the file as the flag takes it: text, or for a flag that
// takes several, a list of texts. A number may stand for the text of it.
func (f *configFile) value(flag *kong.Flag) (any, error) {
	switch v := f.values[flag.Name].(type) {
	case string:
		return v, nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64), nil
	case []any:
		isText := func(e any) bool { _, ok := e.(string); return ok }
		if flag.IsSlice() && !slices.ContainsFunc(v, func(e any) bool { return !isText(e) }) {
			return v, nil
		}
	}
	want := "it must be a text in quotes"
	if flag.IsSlice() {
		want = `it must be a list of texts, such as ["…", "…"]`
	}
	return nil, &app.SettingError{Setting: flag.Name, Value: fmt.Sprint(f.values[flag.Name]), Allowed: want}
}
