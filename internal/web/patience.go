package web

import (
	"errors"
	"net/http"
	"time"
)

// stallTime is how long a download may stand still before it is cut off.
const stallTime = 30 * time.Second

// patientWriter is an answer that may take any time, as long as it moves.
type patientWriter struct {
	http.ResponseWriter
	stall time.Duration
	cut   *time.Timer
}

// patient lifts the time limit of the server, which is made for pages, from an
// answer that may be a film on its way to a village. Instead it is cut off when
// nothing of it could be sent for a while: else who asks and never reads would
// hold the connection for good. When all is written, done is to be called.
func patient(w http.ResponseWriter, stall time.Duration) (_ http.ResponseWriter, done func(), err error) {
	rc := http.NewResponseController(w)
	if err := rc.SetWriteDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return nil, nil, err
	}
	// A timer, for a deadline would need the real clock.
	cut := time.AfterFunc(stall, func() { _ = rc.SetWriteDeadline(time.Unix(1, 0)) })
	done = func() {
		_ = rc.Flush() // the last bytes too must not wait for good
		cut.Stop()
	}
	return patientWriter{w, stall, cut}, done, nil
}

// Write writes, and has as much time for it as every other piece.
func (w patientWriter) Write(b []byte) (int, error) {
	w.cut.Reset(w.stall)
	return w.ResponseWriter.Write(b)
}
