// Package locale has the texts of the pages in each language, with their plural
// rules, and writes dates and numbers.
package locale
