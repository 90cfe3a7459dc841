package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"hamlet/internal/akismet"
	"hamlet/internal/away"
	"hamlet/internal/locale"
	"hamlet/internal/notify"
	"hamlet/internal/opinion"
	"hamlet/internal/privacy"
	"hamlet/internal/store"
	"hamlet/internal/web"
	"hamlet/internal/webmention"
	"hamlet/templates"
)

// reaches names what of a package reaches other machines, or runs programs that might;
// "*" is all of it.
var reaches = map[string][]string{
	"net": {
		"Dial", "DialTimeout", "DialTCP", "DialUDP", "DialIP", "DialUnix", "Dialer", "Resolver", "DefaultResolver",
		"LookupAddr", "LookupCNAME", "LookupHost", "LookupIP", "LookupMX", "LookupNS", "LookupPort", "LookupSRV", "LookupTXT",
	},
	"crypto/tls": {"Dial", "DialWithDialer", "Dialer", "Client"},
	"net/http": {
		"Get", "Head", "Post", "PostForm", "Client", "DefaultClient", "Transport", "DefaultTransport", "NewRequest",
		"NewRequestWithContext",
	},
	"net/http/httputil":              {"*"},
	"net/rpc":                        {"*"},
	"net/rpc/jsonrpc":                {"*"},
	"net/smtp":                       {"*"},
	"log/syslog":                     {"*"},
	"os/exec":                        {"*"},
	"os":                             {"StartProcess"},
	"syscall":                        {"Connect", "Sendto", "Sendmsg", "Exec", "ForkExec", "StartProcess"},
	"github.com/wneessen/go-mail":    {"NewClient"},
	"github.com/jackc/pgx/v5":        {"Connect", "ConnectConfig", "ConnectWithOptions"},
	"github.com/jackc/pgx/v5/stdlib": {"OpenDB", "OpenDBFromPool", "GetConnector", "GetDefaultDriver"},
}

// elsewhere are the rooms that are no part of a blog that runs.
var elsewhere = []string{"cmd/bench", testRoom}

// TestEgress finds each function that reaches other machines: it must be declared by a
// call of its room, which /privacy shows. A call that is declared must be there.
func TestEgress(t *testing.T) {
	declared := map[string]bool{}
	for _, c := range slices.Concat(notify.Calls(), webmention.Calls(), away.Calls(), opinion.Calls(), akismet.Calls(), store.Calls()) {
		for _, by := range c.By {
			declared[by] = true
		}
	}
	sameNames(t, "reaches other machines", walk(t, "..", egress), declared)
}

// TestCookies finds each function that makes a cookie.
func TestCookies(t *testing.T) {
	declared := map[string]bool{
		"internal/web.Server.writeCookie": true, // sends the cookie that newSessions describes
	}
	for _, trace := range web.Traces() {
		if trace.Store == "cookie" {
			declared[trace.By] = true
		}
	}
	sameNames(t, "makes a cookie", walk(t, "..", cookies), declared)
}

// sameNames compares the functions that do something with those declared to.
func sameNames(t *testing.T, does string, found, declared map[string]bool) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(found)) {
		if !declared[name] {
			t.Errorf("%s %s, and no room declares it: see internal/privacy", name, does)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(declared)) {
		if !found[name] {
			t.Errorf("it is declared that %s %s, and it does not", name, does)
		}
	}
}

// A sign tells of a node in a file whether it does what is looked for.
type sign func(f *ast.File, n ast.Node) bool

// egress is the sign of what reaches other machines.
func egress(f *ast.File, n ast.Node) bool {
	sel, ok := n.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	pkg, ok := sel.X.(*ast.Ident)
	if !ok {
		return false
	}
	names := reaches[importNamed(f, pkg.Name)]
	return slices.Contains(names, sel.Sel.Name) || slices.Contains(names, "*")
}

// cookies is the sign of what makes cookies.
func cookies(f *ast.File, n ast.Node) bool {
	switch n := n.(type) {
	case *ast.CompositeLit:
		sel, ok := n.Type.(*ast.SelectorExpr)
		if !ok {
			return false
		}
		pkg, _ := sel.X.(*ast.Ident)
		return pkg != nil && importNamed(f, pkg.Name) == "net/http" && sel.Sel.Name == "Cookie" || sel.Sel.Name == "SessionCookie"
	case *ast.CallExpr:
		sel, ok := n.Fun.(*ast.SelectorExpr)
		if ok && (sel.Sel.Name == "Set" || sel.Sel.Name == "Add") && len(n.Args) > 0 {
			lit, _ := n.Args[0].(*ast.BasicLit)
			return lit != nil && strings.EqualFold(lit.Value, `"Set-Cookie"`)
		}
		return ok && (sel.Sel.Name == "SetCookie" || sel.Sel.Name == "WriteSessionCookie")
	}
	return false
}

// importNamed is the path of an import by the name it has in a file; empty if there is none.
func importNamed(f *ast.File, name string) string {
	for _, spec := range f.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		called := path.Base(p)
		switch {
		case spec.Name != nil:
			called = spec.Name.Name
		case regexp.MustCompile(`^v\d+$`).MatchString(called):
			called = path.Base(path.Dir(p))
		}
		if strings.TrimPrefix(called, "go-") == name {
			return p
		}
	}
	return ""
}

// walk finds the declarations with a sign in the program, as "room.Type.method".
func walk(t *testing.T, root string, has sign) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || len(d.Name()) > 1 && strings.HasPrefix(d.Name(), ".")):
			return fs.SkipDir
		case path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") || slices.Contains(elsewhere, path.Dir(name)):
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, name), nil, parser.SkipObjectResolution)
		if err == nil {
			signed(f, path.Dir(name), has, found)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// signed adds the declarations of a file that have a sign.
func signed(f *ast.File, room string, has sign, found map[string]bool) {
	for _, decl := range f.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			look(f, d, room+"."+funcName(d), has, found)
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.TypeSpec:
					look(f, s, room+"."+s.Name.Name, has, found)
				case *ast.ValueSpec:
					look(f, s, room+"."+s.Names[0].Name, has, found)
				}
			}
		}
	}
}

func look(f *ast.File, in ast.Node, name string, has sign, found map[string]bool) {
	ast.Inspect(in, func(n ast.Node) bool {
		if n != nil && has(f, n) {
			found[name] = true
		}
		return true
	})
}

// funcName is the name of a function, with that of the type whose method it is.
func funcName(d *ast.FuncDecl) string {
	if d.Recv == nil {
		return d.Name.Name
	}
	typ := d.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	if id, ok := typ.(*ast.Ident); ok {
		return id.Name + "." + d.Name.Name
	}
	return d.Name.Name
}

// TestSignsFindWhatTheyShould plants what the walks are for.
func TestSignsFindWhatTheyShould(t *testing.T) {
	for _, tt := range []struct {
		name, source string
		has          sign
		want         bool
	}{
		{"a dial", `import "net"; func f() { net.Dial("tcp", "x") }`, egress, true},
		{"a dial in a method", `import "net"; func (*T) f() { d := net.Dialer{}; _ = d }`, egress, true},
		{"a client in a type", `import "net/http"; type f struct { c http.Client }`, egress, true},
		{"a default client", `import "net/http"; var f = http.DefaultClient`, egress, true},
		{"by another name", `import h "net/http"; func f() { h.Get("x") }`, egress, true},
		{"a program", `import "os/exec"; func f() { exec.Command("curl") }`, egress, true},
		{"mail", `import "github.com/wneessen/go-mail"; func f() { mail.NewClient("x") }`, egress, true},
		{"a database", `import "github.com/jackc/pgx/v5"; func f() { pgx.Connect() }`, egress, true},
		{"a server", `import "net/http"; func f() { http.NewServeMux() }`, egress, false},
		{"something of that name", `import "net/url"; func f() { url.Get("x") }`, egress, false},
		{"a cookie", `import "net/http"; func f() { _ = &http.Cookie{Name: "x"} }`, cookies, true},
		{"by the framework", `func f(c C) { c.SetCookie(x) }`, cookies, true},
		{"by hand", `func f(h H) { h.Set("Set-Cookie", "x=y") }`, cookies, true},
		{"a header", `func f(h H) { h.Set("Cache-Control", "no-store") }`, cookies, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, err := parser.ParseFile(token.NewFileSet(), "x.go", "package x; "+tt.source, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			found := map[string]bool{}
			signed(f, "room", tt.has, found)
			if got := len(found) > 0; got != tt.want {
				t.Errorf("got %v, want %v", found, tt.want)
			}
		})
	}
}

// Ways in which scripts keep something in the browser.
var (
	storing  = regexp.MustCompile(`localStorage|sessionStorage|indexedDB|document\.cookie|cookieStore|caches\.open|serviceWorker|history\.(?:push|replace)State\([^n]`)
	stores   = regexp.MustCompile(`kept\(\(\) => (\w+)\)|setItem\(|getItem\(|removeItem\(`)
	keeps    = regexp.MustCompile(`\b(here|tab)\.set\(([^,]+),|remember\("(\w+)", ([^,]+),`)
	entry    = regexp.MustCompile(`(history\.state), (\w+): \w+ \}`)
	constant = regexp.MustCompile(`const (\w+) = ("[^"]*")`)
)

// TestBrowserStorage finds each key under which scripts keep something.
func TestBrowserStorage(t *testing.T) {
	names, err := filepath.Glob("../static/*.js")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	declared := map[string]bool{}
	for _, trace := range web.Traces() {
		if trace.Store != "cookie" {
			declared[trace.By+": "+trace.Store+" "+strconv.Quote(trace.Key)] = true
		}
	}
	found := map[string]bool{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for key := range keysKept(string(text)) {
			found[filepath.Base(name)+": "+key] = true
		}
	}
	sameNames(t, "is kept in browsers", found, declared)
}

// keysKept are the stores and keys that a script uses. A use of a store that cannot be
// read is one without a key.
func keysKept(script string) map[string]bool {
	consts := map[string]string{}
	for _, m := range constant.FindAllStringSubmatch(script, -1) {
		consts[m[1]] = m[2]
	}
	found := map[string]bool{}
	for _, m := range keeps.FindAllStringSubmatch(script, -1) {
		store, key := m[3], m[2]+m[4]
		switch m[1] {
		case "here":
			store = "localStorage"
		case "tab":
			store = "sessionStorage"
		}
		if c, ok := consts[key]; ok {
			key = c
		}
		found[store+" "+key] = true
	}
	for _, m := range entry.FindAllStringSubmatch(script, -1) {
		found[m[1]+" "+strconv.Quote(m[2])] = true
	}
	rest := keeps.ReplaceAllString(stores.ReplaceAllString(script, ""), "")
	rest = regexp.MustCompile(`recall\("\w+"`).ReplaceAllString(rest, "")
	rest = regexp.MustCompile(`history\.\w+State\(\{ \.\.\.history\.state, \w+: \w+ \}`).ReplaceAllString(rest, "")
	if lost := storing.FindString(rest); lost != "" {
		found[lost+" in a way this test cannot read"] = true
	}
	return found
}

func TestKeysKept(t *testing.T) {
	for _, tt := range []struct{ script, want string }{
		{`remember("localStorage", "x", 1)`, `localStorage "x"`},
		{`const key = "a:" + b; here.set(key, 1)`, `localStorage "a:"`},
		{`tab.set("y", 1)`, `sessionStorage "y"`},
		{`localStorage.x = 1`, "localStorage in a way this test cannot read"},
		{`document.cookie = "a=b"`, "document.cookie in a way this test cannot read"},
		{`history.replaceState({ ...history.state, z: n }, "")`, `history.state "z"`},
		{`history.pushState({ z: 1 }, "")`, "history.pushState({ in a way this test cannot read"},
		{`history.replaceState(null, "", address)`, ""},
		{`console.log(1)`, ""},
	} {
		if got := strings.Join(slices.Sorted(maps.Keys(keysKept(tt.script))), "; "); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.script, got, tt.want)
		}
	}
}

// TestDeclarationsHaveWords finds the text of each declaration, and that no text is of
// something that is not there any more.
func TestDeclarationsHaveWords(t *testing.T) {
	texts, err := locale.Load(templates.FS)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{}
	for _, k := range store.Kept() {
		want[k.Span.Text] = true
		addAll(want, "kept."+k.Name, "", "_why", "_who")
	}
	for _, c := range slices.Concat(notify.Calls(), webmention.Calls(), away.Calls(), opinion.Calls(), akismet.Calls(), store.Calls()) {
		addAll(want, "sent."+c.Name, "", "_why", "_fields")
	}
	for _, trace := range web.Traces() {
		addAll(want, "left."+trace.Name, "", "_why", "_until")
	}
	for _, id := range texts.IDs("en") {
		family, _, _ := strings.Cut(id, ".")
		if slices.Contains([]string{"kept", "sent", "left"}, family) && !want[id] {
			t.Errorf("nobody declares %s", id)
		}
		delete(want, id)
	}
	for id := range want {
		t.Errorf("there is no text %s", id)
	}
}

func addAll(to map[string]bool, id string, ends ...string) {
	for _, end := range ends {
		to[id+end] = true
	}
}

// TestNoticeInForce goes through the settings: what is switched off is not named.
func TestNoticeInForce(t *testing.T) {
	all := privacy.Notice{Kept: store.Kept(), Calls: slices.Concat(notify.Calls(), webmention.Calls(), away.Calls(), opinion.Calls(), akismet.Calls(), store.Calls())}
	for _, tt := range []struct {
		name     string
		settings privacy.Settings
		with     []string
	}{
		{"nothing", privacy.Settings{}, nil},
		{"mail", privacy.Settings{Letters: true}, []string{"mail", "mails", "outbox"}},
		{"networks", privacy.Settings{Network: 1}, []string{"network"}},
		{"mentions taken", privacy.Settings{Receive: true}, []string{"mention_read", "mentions"}},
		{"mentions sent", privacy.Settings{Tell: true}, []string{"mention_tell"}},
		{"programs that are told", privacy.Settings{Hooks: []string{"ntfy.example.org"}}, []string{"notice"}},
		{"another filter", privacy.Settings{Opinion: true}, []string{"opinion", "opinion", "opinion_sent"}},
		{"a server", privacy.Settings{Server: true}, []string{"database"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			always := namesOf(all.In(privacy.Settings{}))
			got := slices.DeleteFunc(namesOf(all.In(tt.settings)), func(n string) bool { return slices.Contains(always, n) })
			if slices.Sort(got); !slices.Equal(got, tt.with) {
				t.Errorf("got %v, want %v", got, tt.with)
			}
		})
	}
}

func namesOf(n privacy.Notice) []string {
	var names []string
	for _, k := range n.Kept {
		names = append(names, k.Name)
	}
	for _, c := range n.Calls {
		names = append(names, c.Name)
	}
	return names
}
