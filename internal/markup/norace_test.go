//go:build !race

package markup_test

const slowness = 1
