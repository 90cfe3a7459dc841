//go:build race

package markup_test

// slowness is how many times slower the race detector makes what is measured.
const slowness = 30
