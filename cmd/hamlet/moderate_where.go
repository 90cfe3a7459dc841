package main

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"hamlet/internal/comment"
	"hamlet/internal/desk"
)

// whereFlag is the flag that says which comments are meant.
type whereFlag struct {
	Where string `placeholder:"FILTER" help:"Those that match a filter, as it stands in the address of a list: 'status=pending&domain=shop.example'."`
}

// whereHelp tells what a filter is made of.
var whereHelp = "A filter is what stands behind the ? in the address of a list of /admin/queue, or the whole address: fields with & between, all of which " +
	"have to apply. The fields are " + strings.Join(slices.Insert(desk.Fields(), 4, "email"), ", ") + ". Without a status it means those that wait; status=any means all."

// values are the fields of the filter.
func (w whereFlag) values() (url.Values, error) {
	_, query, whole := strings.Cut(w.Where, "?")
	if !whole {
		query = w.Where
	}
	v, err := url.ParseQuery(query)
	if err == nil {
		err = whereKnown(v)
	}
	if err == nil {
		_, err = desk.ParseFilter(v)
	}
	if err != nil {
		return nil, fmt.Errorf("--where: %w", err)
	}
	return v, nil
}

// Validate refuses a filter that cannot be read.
func (w whereFlag) Validate() error {
	_, err := w.values()
	return err
}

// filter reads which comments are meant; those of a status, unless the filter says another.
func (w whereFlag) filter(ctx context.Context, m moderator, st comment.Status) (desk.Filter, error) {
	v, err := w.values()
	if err != nil {
		return desk.Filter{}, err
	}
	if address := strings.TrimSpace(v.Get("email")); address != "" {
		who, err := m.Queue.Person(ctx, m.who, address)
		if err != nil {
			return desk.Filter{}, err
		}
		v.Set("person", desk.Filter{Person: who}.Values().Get("person"))
	}
	f, err := desk.ParseFilter(v)
	switch {
	case st != "":
		f.Status = st
	case v.Get("status") == "":
		f.Status = comment.Pending
	}
	return f, err
}

// whereKnown refuses what is no field: a field that is passed over would let a filter
// match more than was meant.
func whereKnown(v url.Values) error {
	for name, values := range v {
		if name == "sort" { // of the list that the address is of; it is all the same which comes first
			continue
		}
		if name != "email" && !slices.Contains(desk.Fields(), name) {
			return fmt.Errorf("there is no field %q; the fields are %s", name, strings.Join(desk.Fields(), ", "))
		}
		if len(values) > 1 {
			return fmt.Errorf("the field %s is there twice", name)
		}
	}
	return nil
}
