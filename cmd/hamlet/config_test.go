package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// model is the declared command line.
func model(t *testing.T) *kong.Application {
	t.Helper()
	k, err := kong.New(&cli{}, kong.Vars{"orders": orders()})
	if err != nil {
		t.Fatal(err)
	}
	return k.Model
}

// TestWrongSettings gives every setting a value it cannot have, from each place a
// setting can come from.
func TestWrongSettings(t *testing.T) {
	t.Parallel()
	tests := []struct{ setting, value, allowed string }{
		{"addr", "8080", "HOST:PORT"},
		{"addr", "127.0.0.1:http", "0 to 65535"},
		{"addr", "127.0.0.1:65536", "0 to 65535"},
		{"addr", "192.0.2.1:0", "cannot be listened on"},
		{"content", "no-such-folder", "hamlet init DIR"},
		{"content", "a-file", "must be a folder"},
		{"data", "a-file", "must be a folder"},
		{"database", "mysql://db.example.org/blog", "postgres://"},
		{"base-url", "blog.example.org", "https://blog.example.org"},
		{"base-url", "ftp://blog.example.org", "http:// or https://"},
		{"base-url", "https://example.org/blog", "without a path"},
		{"hold", "everything", "unsure, first or all"},
		{"spam-cost", "0", "from 0.1 (hold more) to 10 (hold less)"},
		{"spam-cost", "twice", "from 0.1"},
		{"comment-rate", "often", "10/m"},
		{"comment-rate", "-1/m", "10/m"},
		{"theme", "no-such-folder", "there is no such folder"},
		{"theme", "a-file", "must be a folder"},
		{"access-log", "yes", "on or off"},
		{"trusted-proxies", "proxy.example.org", "10.0.0.0/8"},
		{"smtp", "mail.example.org", "smtp://"},
		{"mail-from", "somebody", "must be an e-mail address"},
		{"keep-network", "91", "from 0 (not kept) to 90"},
		{"close-after", "soon", "number of days"},
		{"proof-of-work", "sometimes", "off, attack or always"},
		{"webmention", "yes", "off, receive or both"},
		{"webmention", "both", "needs base-url"},
		{"close-after", "91 days", "a number of days"},
		{"notice-hosts", "https://ntfy.example.org/", "such as ntfy.home.arpa"},
		{"akismet-path", "akismet", "such as /akismet"},
		{"akismet-path", "/a/../b", "such as /akismet"},
		{"akismet-key", "a key", "letters and digits"},
		{"akismet-url", "http://rest.akismet.com", "https:// and a host"},
		{"akismet-mode", "loud", "signal, second-opinion or shadow"},
		{"akismet-fields", "name", "some of address, ip, agent and referrer"},
		{"embed-origins", "*", "https://www.example.org"},
		{"embed-origins", "http://www.example.org", "for localhost alone"},
	}
	for _, tt := range tests {
		flag := "--" + tt.setting + "=" + tt.value
		env := "HAMLET_" + strings.ToUpper(strings.ReplaceAll(tt.setting, "-", "_"))
		for _, from := range []struct {
			name, source string
			env, args    []string
			file         string
		}{
			{name: "flag", source: "from the flag --" + tt.setting, args: []string{flag}},
			{name: "environment", source: "from the environment, " + env, env: []string{env + "=" + tt.value}},
			{
				name: "file", source: "from hamlet.toml:2",
				file: fmt.Sprintf("# Settings of my blog.\n%s = %q\n", tt.setting, tt.value),
			},
		} {
			t.Run(tt.setting+" "+tt.value+" "+from.name, func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				write(t, filepath.Join(dir, "a-file"), "")
				write(t, filepath.Join(dir, "hamlet.toml"), from.file)
				// The command itself comes first, so that the flag follows it.
				got := hamlet(t, dir, from.env, append([]string{"serve"}, from.args...)...)
				if got.code != exitUsage {
					t.Errorf("exit code %d, want %d", got.code, exitUsage)
				}
				for _, want := range []string{tt.setting, tt.value, tt.allowed, from.source} {
					if !strings.Contains(got.err, want) {
						t.Errorf("the message does not have %q:\n%s", want, got.err)
					}
				}
			})
		}
	}
	for _, name := range settingNames(model(t)) {
		if !slices.ContainsFunc(tests, func(tt struct{ setting, value, allowed string }) bool { return tt.setting == name }) {
			t.Errorf("no wrong value of setting %s is tried", name)
		}
	}
}

// TestPrecedence takes the sources of a setting away one by one, from the
// strongest to the weakest. Each has a value that cannot be, for such a value
// is named.
func TestPrecedence(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "hamlet.toml"), `hold = "of-default-file"`)
	write(t, filepath.Join(dir, "env.toml"), `hold = "of-env-file"`)
	write(t, filepath.Join(dir, "flag.toml"), `hold = "of-flag-file"`)
	hold, env, config := "--hold=of-flag", "HAMLET_HOLD=of-env", "HAMLET_CONFIG=env.toml"
	for _, tt := range []struct {
		name      string
		env, args []string
		want      string
	}{
		{"flag over all", []string{env, config}, []string{hold, "--config=flag.toml"}, "of-flag"},
		{"environment over file", []string{env, config}, []string{"--config=flag.toml"}, "of-env"},
		{"file named by flag", []string{config}, []string{"--config=flag.toml"}, "of-flag-file"},
		{"file named by environment", []string{config}, nil, "of-env-file"},
		{"file in the folder", nil, nil, "of-default-file"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := hamlet(t, dir, tt.env, tt.args...)
			if want := fmt.Sprintf("%q", tt.want); got.code != exitUsage || !strings.Contains(got.err, want) {
				t.Errorf("got %d %s, want %d and %s", got.code, got.err, exitUsage, want)
			}
		})
	}
}

// TestConfigFile tries files that are wrong as files.
func TestConfigFile(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, text string
		want       []string
	}{
		{"unknown key", "\nadr = ':0'\n", []string{"hamlet.toml:2", `"adr"`, `did you mean "addr"`}},
		{"underscore", "base_url = ''\n", []string{"hamlet.toml:1", `did you mean "base-url"`}},
		{"far from any", "colour = 'red'\n", []string{"hamlet.toml:1", `"colour"`, "the settings are addr, content"}},
		{"the config file names a config file", "config = 'x'\n", []string{"hamlet.toml:1", `"config"`}},
		{"table", "\n\n[server]\naddr = ':0'\n", []string{"hamlet.toml:3", `"server"`}},
		{"quoted key", "\n\"adr\" = ':0'\n", []string{"hamlet.toml:2", `did you mean "addr"`}},
		{"wrong type", "addr = true\n", []string{"hamlet.toml:1", "addr", "true", "a text in quotes"}},
		{"wrong type for a list", "trusted-proxies = [10, 20]\n", []string{"hamlet.toml:1", "a list of texts"}},
		{"list for a text", "addr = ['a', 'b']\n", []string{"hamlet.toml:1", "a text in quotes"}},
		{"a number out of range", "spam-cost = 10.5\n", []string{"hamlet.toml:1", "10.5", "from 0.1"}},
		{"no TOML", "addr = ':0'\nhold: all\n", []string{"hamlet.toml:2", "not TOML"}},
		{"twice", "hold = 'all'\nhold = 'all'\n", []string{"hamlet.toml:2", "hold"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			write(t, filepath.Join(dir, "hamlet.toml"), tt.text)
			got := hamlet(t, dir, nil)
			if got.code != exitUsage {
				t.Errorf("exit code %d, want %d", got.code, exitUsage)
			}
			for _, want := range tt.want {
				if !strings.Contains(got.err, want) {
					t.Errorf("the message does not have %q:\n%s", want, got.err)
				}
			}
		})
	}
}
