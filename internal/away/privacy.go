package away

import "hamlet/internal/privacy"

// Calls is what this room sends elsewhere.
func Calls() []privacy.Call {
	return []privacy.Call{{
		Name: "notice", When: privacy.WithHooks, Comment: true,
		By: []string{"internal/away.Client.request", "internal/reach.Transport", "internal/reach.Client", "internal/reach.NewClient"},
	}}
}
