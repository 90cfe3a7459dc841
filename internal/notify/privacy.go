package notify

import "hamlet/internal/privacy"

// Calls is what this room sends elsewhere.
func Calls() []privacy.Call {
	return []privacy.Call{{
		Name: "mail", When: privacy.WithMail, Comment: true,
		By: []string{"internal/notify.SMTP.send", "internal/notify.SMTP.dial"},
	}}
}
