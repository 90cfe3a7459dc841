package comment

// SetEvery sets how many labels there are from one mark of a Learner to the next.
func (l *Learner) SetEvery(labels int) { l.every = labels }

// SetStride sets how many labels there are from one moment of a Hindsight to the next.
func (h *Hindsight) SetStride(labels int64) { h.stride = labels }
