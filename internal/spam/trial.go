package spam

// What the lessons taught counts in full, half or not at all, whichever would have
// judged the latest labels best, each before it was learned. So a filter whose
// lessons make it worse goes back to the model by itself.
const (
	trialMemory = 0.99 // what a label counts for when the next one has come
	trialMargin = 1.0  // by how much less must be better
)

// shares are the shares that are tried.
var shares = [...]float64{1, 0.5, 0}

// trial compares the shares.
type trial struct {
	share  float64              // the one that counts
	losses [len(shares)]float64 // of the latest labels, for each share
}

func newTrial() trial { return trial{share: 1} }

// note notes how each share would have judged a label: the log-odds are the model's
// and those that were taught in full.
func (t *trial) note(alone, own float64, spam bool, credit float64) {
	best := 0
	for i, s := range shares {
		t.losses[i] = float64(t.losses[i]*trialMemory) + float64(credit*loss(alone+float64(s*own), spam))
		if t.losses[i]+trialMargin < t.losses[0] && t.losses[i] < t.losses[best] {
			best = i
		}
	}
	t.share = shares[best]
}
