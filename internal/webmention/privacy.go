package webmention

import "hamlet/internal/privacy"

// Calls is what this room sends elsewhere.
func Calls() []privacy.Call {
	by := []string{"internal/webmention.Client", "internal/webmention.NewClient", "internal/webmention.Client.do", "internal/reach.Transport"}
	return []privacy.Call{
		{Name: "mention_read", When: privacy.WithMentions, By: by},
		{Name: "mention_tell", When: privacy.WithTelling, By: by},
	}
}
