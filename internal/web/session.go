package web

import (
	"github.com/alexedwards/scs/v2"
)

// newSessions sets up the sessions of logged-in users.
func newSessions(o Options) *scs.SessionManager {
	sm := scs.New()
	return sm
}
