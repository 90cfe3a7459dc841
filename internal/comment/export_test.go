package comment

// SetEvery sets how many labels there are from one mark of a Learner to the next.
func (l *Learner) SetEvery(labels int) { l.every = labels }
