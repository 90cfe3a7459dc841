package comment

// Fault is a kind of mistake in a submission; the page has the words for it.
type Fault string

// The faults.
const (
	NameMissing    Fault = "name missing"
	NameLong       Fault = "name too long"
	NameHasAddress Fault = "e-mail address in the name"
	EmailLong      Fault = "e-mail address too long"
	EmailOdd       Fault = "no e-mail address"
	EmailMissing   Fault = "e-mail address missing" // and mails are wanted
	SiteLong       Fault = "site too long"
	SiteOdd        Fault = "no site"
	SiteHasAddress Fault = "e-mail address in the site"
	TextMissing    Fault = "text missing"
	TextLong       Fault = "text too long"
	TextHasAddress Fault = "e-mail address in the text"
	ParentLocked   Fault = "parent locked" // no replies are taken to it
	ParentGone     Fault = "parent gone"   // what was replied to is not shown, or never was
)

// Faults lists every fault, for tests.
var Faults = []Fault{
	NameMissing, NameLong, NameHasAddress, EmailLong, EmailOdd, EmailMissing, SiteLong, SiteOdd, SiteHasAddress,
	TextMissing, TextLong, TextHasAddress, ParentGone, ParentLocked,
}

// Wrong is what is wrong with a field. The zero Wrong is nothing.
type Wrong struct {
	Fault Fault
	// Count is how many characters what is too long has, and Max how many it may
	// have.
	Count, Max int
}
