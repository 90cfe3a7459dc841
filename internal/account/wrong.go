package account

import "fmt"

// Fault is a kind of mistake in a form about an account. Pages have words of
// their own for it, in the language of the blog.
type Fault string

// The faults.
const (
	NameMissing     Fault = "name missing"
	NameLong        Fault = "name too long"
	NameInvisible   Fault = "name invisible"
	NameKept        Fault = "name kept" // for the shell
	PasswordShort   Fault = "password too short"
	PasswordLong    Fault = "password too long"
	PasswordUniform Fault = "password too uniform"
	PasswordRun     Fault = "password a run"
	PasswordIsName  Fault = "password the name"
	RoleUnknown     Fault = "role unknown"
	WritesMissing   Fault = "writes missing"
	WritesLong      Fault = "writes too long"
	WritesInvisible Fault = "writes invisible"
)

// Faults lists every fault, for tests.
var Faults = []Fault{
	NameMissing, NameLong, NameInvisible, NameKept,
	PasswordShort, PasswordLong, PasswordUniform, PasswordRun, PasswordIsName, RoleUnknown,
	WritesMissing, WritesLong, WritesInvisible,
}

// Wrong is what is wrong with a field. The zero Wrong is nothing.
type Wrong struct {
	Fault Fault
	Count int    // how much of something there is
	Bound int    // how much there may or must be
	Given string // what was given, if that is worth repeating
}

// String says it in a sentence, for who types commands.
func (w Wrong) String() string {
	switch w.Fault {
	case NameMissing:
		return "Enter a name."
	case NameLong:
		return fmt.Sprintf("The name has %d characters; at most %d are allowed.", w.Count, w.Bound)
	case NameInvisible:
		return "Use visible characters only, on one line."
	case NameKept:
		return fmt.Sprintf("The name %q is kept for commands typed on the server; choose another.", w.Given)
	case PasswordShort:
		return fmt.Sprintf("Use at least %d characters; a few unrelated words are good.", w.Bound)
	case PasswordLong:
		return fmt.Sprintf("The password is too long; at most %d bytes are allowed.", w.Bound)
	case PasswordUniform:
		return fmt.Sprintf("Use at least %d different characters; a few unrelated words are good.", w.Bound)
	case PasswordRun:
		return "The password must not be a plain run of digits or letters."
	case PasswordIsName:
		return "The password must not be the name."
	case RoleUnknown:
		return fmt.Sprintf("There is no role %q; allowed are %s, %s and %s.", w.Given, Owner, Moderator, Author)
	case WritesMissing:
		return "Name the author whose posts the account moderates, as the posts have it."
	case WritesLong:
		return fmt.Sprintf("The name of the author has %d characters; at most %d are allowed.", w.Count, w.Bound)
	case WritesInvisible:
		return "Use visible characters only in the name of the author, on one line."
	}
	return ""
}
