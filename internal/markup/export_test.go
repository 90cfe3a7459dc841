package markup

// Sanitise is the second wall on its own.
func Sanitise(s string) string { return policy.Sanitize(s) }
