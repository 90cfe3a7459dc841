package web

import (
	"encoding/json"
	"maps"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/labstack/echo/v4"
)

// apiManual is the OpenAPI document, as far as it can be held to the program.
type apiManual struct {
	OpenAPI    string
	Paths      map[string]map[string]json.RawMessage
	Components struct {
		Schemas map[string]struct {
			Required   []string
			Properties map[string]struct{ Description, Ref string }
		}
	}
}

func readManual(t *testing.T) apiManual {
	t.Helper()
	var m apiManual
	if err := json.Unmarshal(openAPI, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestOpenAPIHasEveryRoute(t *testing.T) {
	t.Parallel()
	s := &Server{echo: echo.New(), dress: dress{assets: &assets{}}}
	s.routes()
	var served, told []string
	for _, r := range s.echo.Routes() {
		if strings.HasPrefix(r.Path, apiPrefix) && (r.Method == http.MethodGet || r.Method == http.MethodPost) {
			served = append(served, r.Method+" "+regexp.MustCompile(`:(\w+)`).ReplaceAllString(r.Path, "{$1}"))
		}
	}
	m := readManual(t)
	for path, methods := range m.Paths {
		for method := range methods {
			if method != "parameters" {
				told = append(told, strings.ToUpper(method)+" "+path)
			}
		}
	}
	slices.Sort(served)
	slices.Sort(told)
	if diff := cmp.Diff(served, told); diff != "" || len(served) == 0 {
		t.Errorf("served (-) and told (+) differ:\n%s", diff)
	}
	if m.OpenAPI != "3.1.0" {
		t.Errorf("the document is of version %q", m.OpenAPI)
	}
}

// TestOpenAPIHasEveryField holds the schemas to the types that are read and written, and
// what is required to what is never left out.
func TestOpenAPIHasEveryField(t *testing.T) {
	t.Parallel()
	schemas := readManual(t).Components.Schemas
	types := map[string]any{
		"Thread": threadJSON{}, "One": oneJSON{}, "Post": postJSON{}, "Links": linksJSON{}, "Comment": commentJSON{},
		"Author": authorJSON{}, "Submission": sentJSON{}, "Kept": keptJSON{}, "Draft": draftJSON{}, "Work": workJSON{}, "Problem": problemJSON{}, "Fault": faultJSON{},
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(types)), slices.Sorted(maps.Keys(schemas))); diff != "" {
		t.Errorf("types (-) and schemas (+) differ:\n%s", diff)
	}
	for name, v := range types {
		var all, always []string
		for f := range reflect.TypeOf(v).Fields() {
			field, option, _ := strings.Cut(f.Tag.Get("json"), ",")
			if all = append(all, field); option == "" {
				always = append(always, field)
			}
		}
		schema := schemas[name]
		slices.Sort(all)
		if diff := cmp.Diff(all, slices.Sorted(maps.Keys(schema.Properties))); diff != "" {
			t.Errorf("%s: fields (-) and properties (+) differ:\n%s", name, diff)
		}
		if name == "Submission" { // what is required of others is for the rules to say
			continue
		}
		slices.Sort(always)
		slices.Sort(schema.Required)
		if diff := cmp.Diff(always, schema.Required); diff != "" {
			t.Errorf("%s: always there (-) and required (+) differ:\n%s", name, diff)
		}
	}
}

// TestOpenAPIHasEveryStatus sees that each kind of problem is told of where comments are
// sent.
func TestOpenAPIHasEveryStatus(t *testing.T) {
	t.Parallel()
	var send struct{ Responses map[string]json.RawMessage }
	if err := json.Unmarshal(readManual(t).Paths["/api/v1/posts/{slug}/comments"]["post"], &send); err != nil {
		t.Fatal(err)
	}
	got := slices.Sorted(maps.Keys(send.Responses))
	want := []string{"201", "400", "403", "404", "408", "409", "413", "415", "422", "429", "500"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
}
