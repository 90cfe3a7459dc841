// Package app opens a blog from a Config: it opens the database, loads the
// content, wires the rooms together, serves, watches, and closes.
package app
