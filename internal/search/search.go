// Package search finds posts by their words.
package search
