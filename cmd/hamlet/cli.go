package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"hamlet/internal/app"
)

// cli is the command line: the settings, which every command accepts, and the
// commands.
type cli struct {
	Settings app.Config `embed:""`
	Config   string     `env:"HAMLET_CONFIG" placeholder:"FILE" help:"Config file (default: hamlet.toml, if there is one)."`

	Serve    serveCmd    `cmd:"" default:"withargs" help:"Serve the blog; what hamlet does without a command."`
	Check    checkCmd    `cmd:"" help:"Find what is wrong with the content folder."`
	Init     initCmd     `cmd:"" help:"Write a small starter blog."`
	New      newCmd      `cmd:"" help:"Begin a post: write a draft with its title."`
	Why      whyCmd      `cmd:"" help:"Say where a file of the content is shown, or why it is not."`
	Moderate moderateCmd `cmd:"" help:"List comments and decide on them, also while the server runs."`
	User     userCmd     `cmd:"" help:"Manage the accounts of moderators."`
	Akismet  akismetCmd  `cmd:"" help:"Let other sites ask this filter, as they would ask Akismet."`
	Audit    auditCmd    `cmd:"" help:"Read who did what, and look whether that record is as it was written."`
	Privacy  privacyCmd  `cmd:"" help:"Print or erase everything under an address."`
	Key      keyCmd      `cmd:"" help:"Change the blog's key, or go on without a lost one."`
	Spam     spamCmd     `cmd:"" help:"Train, ask and measure the spam filter."`
	Version  versionCmd  `cmd:"" help:"Say which build this is."`
}

// uses names the settings a command looks at; --help shows no others. The name of
// a command stands for those below it that are not named themselves. A command that is
// not here uses all of them.
var uses = map[string][]string{
	"akismet":      {"config", "data", "database"},
	"audit":        {"config", "data", "database"},
	"check":        {"config", "content", "base-url"},
	"init":         {},
	"key":          {"config", "data", "database"},
	"moderate":     {"config", "content", "data", "database"},
	"new":          {"config", "content"},
	"privacy":      {"config", "data", "database"},
	"spam":         {},
	"spam explain": {"config", "content", "data", "database"},
	"spam export":  {"config", "data", "database"},
	"spam import":  {"config", "data", "database"},
	"spam replay":  {"config", "data", "database"},
	"user":         {"config", "data", "database"},
	"user invite":  {"config", "data", "database", "base-url"},
	"version":      {},
	"why":          {"config", "content", "data", "base-url"},
}

// command is a parsed command line.
type command struct {
	*kong.Context
	file *configFile
	cli  *cli
	std  stdio
}

// parse reads the command line, the environment and the config file. Help is
// printed here and ends the process.
func parse(args []string, std stdio) (command, error) {
	c := command{cli: &cli{}, std: std}
	k, err := kong.New(c.cli,
		kong.Name("hamlet"),
		kong.Description("A blog server for a folder of Markdown files, with comments, a spam filter of its own, and moderation."),
		kong.Writers(std.Out, std.Err),
		kong.Help(help),
		kong.ValueFormatter(describe),
		kong.Vars{"orders": orders()},
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, FlagsLast: true, WrapUpperBound: 100}),
		kong.WithBeforeResolve(func(ctx *kong.Context) (err error) {
			if c.file, err = openConfig(ctx); c.file != nil {
				ctx.AddResolver(c.file)
			}
			return err
		}),
	)
	if err != nil {
		return command{}, fmt.Errorf("declare the command line: %w", err)
	}
	if err := dropEmpty(k.Model); err != nil {
		return c, err
	}
	c.Context, err = k.Parse(args)
	if pe, ok := errors.AsType[*kong.ParseError](err); ok {
		c.Context = pe.Context
		return c, usage(pe)
	}
	return c, err
}

// usage adds to what is wrong with a command line where the right ones are told.
func usage(pe *kong.ParseError) error {
	const kongUsage = 80 // kong's own exit code for it; other errors say enough
	if pe.ExitCode() != kongUsage {
		return pe.Unwrap()
	}
	words := "hamlet"
	if cmd := pe.Context.Selected(); cmd != nil && !isDefault(cmd) {
		words = cmd.FullPath()
	}
	return fmt.Errorf("%w\n%s --help tells what is possible", pe.Unwrap(), words)
}

// isDefault reports whether a command was perhaps not even named.
func isDefault(cmd *kong.Node) bool { return cmd.Parent != nil && cmd.Parent.DefaultCmd == cmd }

// Run runs the command that was parsed.
func (c command) Run(ctx context.Context) error {
	c.BindTo(ctx, (*context.Context)(nil))
	return c.Context.Run(c.std, c.cli.Settings)
}

// origin says in words where the value of a setting came from.
func (c command) origin(setting string) string {
	flag := findFlag(c.Model, setting)
	if flag == nil {
		return setting
	}
	given := slices.ContainsFunc(c.Path, func(p *kong.Path) bool { return p.Flag == flag && !p.Resolved })
	switch env := setEnv(flag); {
	case given:
		return "from the flag --" + setting
	case env != "":
		return "from the environment, " + env
	case c.file.has(setting):
		return "from " + c.file.at(setting)
	default:
		return "the default of --" + setting
	}
}

// findFlag finds one of the flags every command accepts.
func findFlag(model *kong.Application, name string) *kong.Flag {
	i := slices.IndexFunc(model.Flags, func(f *kong.Flag) bool { return f.Name == name })
	if i < 0 {
		return nil
	}
	return model.Flags[i]
}

// setEnv names the environment variable that sets a flag; empty if none does.
func setEnv(flag *kong.Flag) string {
	for _, name := range flag.Tag.Envs {
		if _, ok := os.LookupEnv(name); ok {
			return name
		}
	}
	return ""
}

// dropEmpty makes variables that are set to nothing variables that are not set:
// who writes HAMLET_DATABASE= into a service file means the default.
func dropEmpty(model *kong.Application) error {
	for _, flag := range model.Flags {
		for _, name := range flag.Tag.Envs {
			if os.Getenv(name) != "" {
				continue
			}
			if err := os.Unsetenv(name); err != nil {
				return fmt.Errorf("unset %s: %w", name, err)
			}
		}
	}
	return nil
}

// help prints the help of a command with the settings that matter to it.
func help(o kong.HelpOptions, ctx *kong.Context) error {
	if words := strings.Fields(ctx.Command()); len(words) > 0 {
		shown, ok := uses[strings.Join(words[:min(2, len(words))], " ")]
		if !ok {
			shown, ok = uses[words[0]]
		}
		if ok {
			for _, f := range ctx.Model.Flags {
				f.Hidden = f.Hidden || (f.Name != "help" && !slices.Contains(shown, f.Name))
			}
		}
	}
	return kong.DefaultHelpPrinter(o, ctx)
}

// describe adds to the help of a flag its default and its environment variable.
func describe(v *kong.Value) string {
	var notes []string
	if v.HasDefault && v.Default != "" && !v.IsBool() {
		notes = append(notes, "default: "+v.Default)
	}
	for _, name := range v.Tag.Envs {
		notes = append(notes, "$"+name)
	}
	if len(notes) == 0 {
		return v.Help
	}
	return v.Help + " [" + strings.Join(notes, ", ") + "]"
}
