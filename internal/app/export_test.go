package app

import "time"

// SetDrain changes how long requests under way may take at the end.
func (a *App) SetDrain(d time.Duration) { a.drain = d }
