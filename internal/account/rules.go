package account

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// The bounds of names and passwords.
const (
	MaxName          = 50   // characters
	MaxWrites        = 200  // characters
	MinPassword      = 10   // characters
	MaxPasswordBytes = 1000 // so that nobody makes us hash a book

	minDifferent = 5 // characters of a password that are not the same
)

// Runs that everybody who guesses passwords tries first.
const (
	digits   = "01234567890123456789"
	alphabet = "abcdefghijklmnopqrstuvwxyz"
)

// Fields of a form about an account, the keys of [InvalidError].
const (
	FieldName     = "name"
	FieldPassword = "password"
	FieldRole     = "role"
	FieldWrites   = "writes"
)

// cleanName is a name as it is kept and compared: composed, so that an "é" is
// one "é" on every keyboard, and without blanks around it.
func cleanName(name string) string { return norm.NFC.String(strings.TrimSpace(name)) }

// Fold is what makes names one name: what is left of a name without the blanks
// around it, without its case in any script, and without the differences in how
// Unicode can spell the same letters. Whatever compares or counts names does it
// by this, so that a name in unusual letters is no other name to anybody.
func Fold(name string) string {
	name = norm.NFKC.String(strings.TrimSpace(name))
	return norm.NFKC.String(cases.Fold().String(name))
}

// checkName says what is wrong with a cleaned name, or nothing.
func checkName(name string) Wrong {
	switch n := utf8.RuneCountInString(name); {
	case n == 0:
		return Wrong{Fault: NameMissing}
	case n > MaxName:
		return Wrong{Fault: NameLong, Count: n, Bound: MaxName}
	case !visible(name):
		return Wrong{Fault: NameInvisible}
	case Fold(name) == Fold(Shell.Name):
		return Wrong{Fault: NameKept, Given: Shell.Name}
	}
	return Wrong{}
}

// visible tells whether a name shows all it is made of: no controls, no line
// breaks, no marks that turn the direction of text, nothing of no width.
func visible(name string) bool {
	first, _ := utf8.DecodeRuneInString(name)
	return utf8.ValidString(name) && !unicode.IsMark(first) && !strings.ContainsFunc(name, Hidden)
}

// blankBraille is a symbol to Unicode, and an empty space to the eye.
const blankBraille = '\u2800'

// Hidden tells whether nothing is to be seen of a character. The plain space
// counts as seen, other spaces do not.
func Hidden(r rune) bool {
	return !unicode.IsPrint(r) || r == blankBraille ||
		unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// cleanPassword composes a password, so that it is the same bytes whichever
// keyboard it was typed on (RFC 8265, 4.2).
func cleanPassword(password string) string { return norm.NFC.String(password) }

// checkPassword says what is wrong with a cleaned password for a cleaned name,
// or nothing.
func checkPassword(name, password string) Wrong {
	switch n := utf8.RuneCountInString(password); {
	case n < MinPassword:
		return Wrong{Fault: PasswordShort, Count: n, Bound: MinPassword}
	case len(password) > MaxPasswordBytes:
		return Wrong{Fault: PasswordLong, Count: len(password), Bound: MaxPasswordBytes}
	case different(password) < minDifferent:
		return Wrong{Fault: PasswordUniform, Bound: minDifferent}
	case strings.Contains(digits, password), strings.Contains(alphabet, strings.ToLower(password)):
		return Wrong{Fault: PasswordRun}
	case strings.EqualFold(password, name):
		return Wrong{Fault: PasswordIsName}
	}
	return Wrong{}
}

// different counts the different characters of s.
func different(s string) int {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen)
}

// checkRole says what is wrong with a role, or nothing.
func checkRole(r Role) Wrong {
	if slices.Contains(Roles, r) {
		return Wrong{}
	}
	return Wrong{Fault: RoleUnknown, Given: string(r)}
}

// cleanWrites is the name of an author as it is kept.
func cleanWrites(name string) string { return norm.NFC.String(strings.TrimSpace(name)) }

// checkWrites says what is wrong with the cleaned name of an author, or nothing. Who
// moderates posts of their own alone needs one.
func checkWrites(role Role, name string) Wrong {
	switch n := utf8.RuneCountInString(name); {
	case n == 0 && role == Author:
		return Wrong{Fault: WritesMissing}
	case n > MaxWrites:
		return Wrong{Fault: WritesLong, Count: n, Bound: MaxWrites}
	case n > 0 && !visible(name):
		return Wrong{Fault: WritesInvisible}
	}
	return Wrong{}
}

// checkUser checks all that is asked about a new user at once. The error is an
// [InvalidError].
func checkUser(n NewUser) error {
	return invalid(map[string]Wrong{
		FieldName:     checkName(n.Name),
		FieldRole:     checkRole(n.Role),
		FieldWrites:   checkWrites(n.Role, n.Writes),
		FieldPassword: checkPassword(n.Name, n.Password),
	})
}

// invalid makes an error of the fields that have something wrong; nil if none has.
func invalid(fields map[string]Wrong) error {
	for f, w := range fields {
		if w.Fault == "" {
			delete(fields, f)
		}
	}
	if len(fields) == 0 {
		return nil
	}
	return &InvalidError{Fields: fields}
}
