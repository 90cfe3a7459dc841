package web

import (
	"errors"
	"fmt"
	"html/template"
	"io"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"text/template/parse"

	"hamlet/internal/locale"
)

// views are what each page's template is executed with.
var views = map[string]any{
	"admin_account":           accountPage{},
	"admin_acts":              actsPage{},
	"admin_audit":             auditPage{},
	"admin_bulk":              bulkPage{},
	"admin_codes":             codesPage{},
	"admin_do":                doPage{},
	"admin_invitation":        invitationPage{},
	"admin_invitation_closed": adminFrame{},
	"admin_job":               jobPage{},
	"admin_notices":           noticesPage{},
	"admin_opinion":           opinionPage{},
	"admin_otp":               otpPage{},
	"admin_passkey":           passkeyPage{},
	"admin_prove":             provePage{},
	"admin_rule":              rulePage{},
	"admin_rules":             rulesPage{},
	"admin_site":              sitePage{},
	"admin_sites":             sitesPage{},
	"admin_second":            secondPage{},
	"admin_users":             usersPage{},
	"admin_views":             viewsPage{},
	"admin_wave":              wavePage{},
	"admin_write":             writePage{},
	"admin_edits":             editsPage{},
	"admin_login":             loginPage{},
	"admin_comment":           commentPage{},
	"admin_posts":             postsPage{},
	"admin_mail":              mailPage{},
	"admin_mentions":          sentPage{},
	"admin_filter":            filterPage{},
	"mail":                    mailView{},
	"admin_queue":             queuePage{},
	"admin_setup":             setupPage{},
	"admin_setup_closed":      setupClosedPage{},
	"admin_unchanged":         unchangedPage{},
	"archive":                 archiveView{},
	"embed":                   threadPage{},
	"error":                   errorView{},
	"lost":                    lostView{},
	"list":                    listView{},
	"search":                  searchView{},
	"mention":                 mentionView{},
	"mine":                    mineView{},
	"mine_data":               dataView{},
	"mine_edit":               editView{},
	"mine_erase":              eraseView{},
	"mine_renew":              renewView{},
	"mine_links":              linksView{},
	"mine_word":               wordView{},
	"page":                    pageView{},
	"post":                    postView{},
	"thread":                  threadPage{},
	"privacy":                 privacyView{},
	"report":                  reportView{},
	"respond":                 respondView{},
	"terms":                   termsView{},
}

// checker finds the mistakes in templates that would only show when a page is
// made: names that the page's data does not have, texts that no language has,
// static files that are not there, and HTML that cannot be escaped. What it cannot
// know (the value of an interface) it lets pass.
type checker struct {
	texts  *locale.Catalog
	assets *assets
	funcs  template.FuncMap
	dir    string // of the theme, for messages

	page  *template.Template
	tree  *parse.Tree // that is walked now
	seen  map[string]bool
	wrong []error
}

// scope is the types of the dot and of the variables; nil for what is not known.
type scope struct {
	dot  reflect.Type
	vars map[string]reflect.Type
}

// with is the scope within a block: its own variables, and perhaps another dot.
func (s scope) with(dot reflect.Type) scope { return scope{dot, maps.Clone(s.vars)} }

// check checks each page with the type of its view.
func (c *checker) check(ps pages) error {
	for _, name := range slices.Sorted(maps.Keys(ps)) {
		view, ok := views[name]
		if !ok {
			continue
		}
		page, err := ps[name].parsed.Clone()
		if err != nil {
			return fmt.Errorf("clone %s: %w", name, err)
		}
		c.page, c.seen = page, map[string]bool{}
		c.template(c.page.Name(), reflect.TypeOf(view))
		var escaping *template.Error
		// Only the first execution escapes; that it fails for want of data says nothing.
		if err := c.page.Execute(io.Discard, view); errors.As(err, &escaping) {
			c.wrong = append(c.wrong, c.unescapable(name+".html", escaping))
		}
	}
	slices.SortStableFunc(c.wrong, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(slices.CompactFunc(c.wrong, func(a, b error) bool { return a.Error() == b.Error() })...)
}

// unescapable is a mistake that shows when a page is escaped. That a block is missing
// is a mistake of the page, though it is the layout that asks for it.
func (c *checker) unescapable(page string, e *template.Error) error {
	if e.ErrorCode != template.ErrNoSuchTemplate {
		return &ThemeError{File: c.file(e.Name), Line: e.Line, Message: e.Description}
	}
	return &ThemeError{File: c.file(page), Message: fmt.Sprintf("%s, which %s:%d uses; define it here", e.Description, e.Name, e.Line)}
}

// file is where a template is on disk.
func (c *checker) file(name string) string { return filepath.Join(c.dir, "templates", name) }

// note notes a mistake at a node.
func (c *checker) note(n parse.Node, message string, args ...any) {
	location, _ := c.tree.ErrorContext(n) // post.html:12:5
	name, rest, _ := strings.Cut(location, ":")
	line, _, _ := strings.Cut(rest, ":")
	number, _ := strconv.Atoi(line)
	c.wrong = append(c.wrong, &ThemeError{File: c.file(name), Line: number, Message: fmt.Sprintf(message, args...)})
}

// template checks a template that is used with data of a type, once.
func (c *checker) template(name string, dot reflect.Type) {
	key := name
	if dot != nil {
		key += " " + dot.String()
	}
	t := c.page.Lookup(name)
	if c.seen[key] || t == nil || t.Tree == nil {
		return
	}
	c.seen[key] = true
	outer := c.tree
	c.tree = t.Tree
	c.nodes(t.Tree.Root, scope{dot, map[string]reflect.Type{"$": dot}})
	c.tree = outer
}

func (c *checker) nodes(list *parse.ListNode, s scope) {
	if list == nil {
		return
	}
	for _, n := range list.Nodes {
		c.node(n, s)
	}
}

func (c *checker) node(n parse.Node, s scope) {
	switch n := n.(type) {
	case *parse.ActionNode:
		c.pipe(n.Pipe, s)
	case *parse.IfNode:
		inner := s.with(s.dot)
		c.pipe(n.Pipe, inner)
		c.nodes(n.List, inner.with(s.dot))
		c.nodes(n.ElseList, inner.with(s.dot))
	case *parse.WithNode:
		inner := s.with(s.dot)
		dot := c.pipe(n.Pipe, inner)
		c.nodes(n.List, inner.with(dot))
		c.nodes(n.ElseList, inner.with(s.dot))
	case *parse.RangeNode:
		inner := s.with(s.dot)
		key, elem := over(c.pipe(n.Pipe, inner))
		switch decl := n.Pipe.Decl; len(decl) {
		case 1:
			inner.vars[decl[0].Ident[0]] = elem
		case 2:
			inner.vars[decl[0].Ident[0]], inner.vars[decl[1].Ident[0]] = key, elem
		}
		c.nodes(n.List, inner.with(elem))
		c.nodes(n.ElseList, s.with(s.dot))
	case *parse.TemplateNode:
		if n.Pipe != nil {
			c.template(n.Name, c.pipe(n.Pipe, s))
		} else {
			c.template(n.Name, nil)
		}
	}
}

// over is what ranging over a type gives.
func over(t reflect.Type) (key, elem reflect.Type) {
	if t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil {
		return nil, nil
	}
	switch t.Kind() {
	case reflect.Slice, reflect.Array:
		return reflect.TypeFor[int](), t.Elem()
	case reflect.Map:
		return t.Key(), t.Elem()
	case reflect.Int:
		return t, t
	default:
		return nil, nil
	}
}

// pipe is the type of what a pipeline gives.
func (c *checker) pipe(p *parse.PipeNode, s scope) (t reflect.Type) {
	for _, cmd := range p.Cmds {
		t = c.command(cmd, s)
	}
	for _, v := range p.Decl {
		s.vars[v.Ident[0]] = t
	}
	return t
}

func (c *checker) command(cmd *parse.CommandNode, s scope) reflect.Type {
	for _, arg := range cmd.Args[1:] {
		c.value(arg, s)
	}
	c.names(cmd)
	if f, ok := cmd.Args[0].(*parse.IdentifierNode); ok {
		if known, ok := c.funcs[f.Ident]; ok {
			return reflect.TypeOf(known).Out(0)
		}
		return nil // a built-in function
	}
	return c.value(cmd.Args[0], s)
}

// names checks the names of texts and static files in a command.
func (c *checker) names(cmd *parse.CommandNode) {
	if len(cmd.Args) < 2 {
		return
	}
	name, ok := cmd.Args[1].(*parse.StringNode)
	if !ok {
		return
	}
	called := ""
	switch f := cmd.Args[0].(type) {
	case *parse.IdentifierNode:
		called = f.Ident
	case *parse.FieldNode:
		called = f.Ident[len(f.Ident)-1]
	case *parse.VariableNode:
		called = f.Ident[len(f.Ident)-1]
	}
	switch called {
	case "T", "Around":
		if !c.texts.Has(name.Text) {
			c.note(cmd, "no language has the text %s", name.Quoted)
		}
	case "asset":
		if _, err := c.assets.url(name.Text); err != nil {
			c.note(cmd, "there is no static file %s", name.Quoted)
		}
	}
}

// value is the type of an operand.
func (c *checker) value(n parse.Node, s scope) reflect.Type {
	switch n := n.(type) {
	case *parse.DotNode:
		return s.dot
	case *parse.FieldNode:
		return c.chain(s.dot, n.Ident, n)
	case *parse.VariableNode:
		return c.chain(s.vars[n.Ident[0]], n.Ident[1:], n)
	case *parse.ChainNode:
		return c.chain(c.value(n.Node, s), n.Field, n)
	case *parse.PipeNode:
		return c.pipe(n, s.with(s.dot))
	}
	return nil
}

// chain is the type of .A.B.C, seen from a type.
func (c *checker) chain(t reflect.Type, names []string, n parse.Node) reflect.Type {
	for _, name := range names {
		if t == nil || t.Kind() == reflect.Interface {
			return nil
		}
		next, ok := member(t, name)
		if !ok {
			c.note(n, "there is nothing called .%s here", name)
			return nil
		}
		t = next
	}
	return t
}

// member is the type of what a value of a type has under a name.
func member(t reflect.Type, name string) (reflect.Type, bool) {
	for _, with := range []reflect.Type{t, reflect.PointerTo(t)} {
		if m, ok := with.MethodByName(name); ok && m.Type.NumOut() > 0 {
			return m.Type.Out(0), true
		}
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.Struct:
		f, ok := t.FieldByName(name)
		return f.Type, ok && f.IsExported()
	case reflect.Map:
		return t.Elem(), true
	default:
		return nil, false
	}
}
