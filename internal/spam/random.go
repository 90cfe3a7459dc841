package spam

// isRandom reports whether a word of small Latin letters reads as if somebody had
// struck keys at random: pairs of letters that hardly a language has, or more
// consonants in a row than can be spoken.
func isRandom(w string) bool {
	odd, run, longest := 0, 0, 0
	for i := range len(w) {
		c := w[i]
		if c < 'a' || c > 'z' {
			run = 0
			continue
		}
		if i > 0 && w[i-1] >= 'a' && w[i-1] <= 'z' && oddPairs[w[i-1]-'a']>>(c-'a')&1 != 0 {
			odd++
		}
		if vowels>>(c-'a')&1 != 0 {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return odd >= 2 || odd == 1 && longest >= 5 || longest >= 7
}

// vowels are the letters a, e, i, o, u and y.
const vowels = 1<<0 | 1<<4 | 1<<8 | 1<<14 | 1<<20 | 1<<24

// oddPairs are the letters that do not follow a letter within a word in any language
// of the comments the first model was trained on, nor in names of others.
var oddPairs = func() (table [26]uint32) {
	followers := [26]string{
		'b' - 'a': "qxf", 'c' - 'a': "gjwxpf", 'd' - 'a': "qx", 'f' - 'a': "bghkqvxzj", 'g' - 'a': "qvxjc",
		'h' - 'a': "gqxzj", 'j' - 'a': "bcfghqwxyzp", 'k' - 'a': "qxj", 'l' - 'a': "xqj", 'm' - 'a': "qxj", 'p' - 'a': "qzxj",
		'q' - 'a': "bcdefghjkmnopqrtvwxyzl", 'r' - 'a': "x", 's' - 'a': "xq", 't' - 'a': "qx", 'u' - 'a': "q", 'v' - 'a': "bfghmqtwxzpc",
		'w' - 'a': "jqvxz", 'x' - 'a': "bdfgjklmnqrsvwxz", 'y' - 'a': "qx", 'z' - 'a': "fqxj",
	}
	for first, follow := range followers {
		for i := range len(follow) {
			table[first] |= 1 << (follow[i] - 'a')
		}
	}
	return table
}()
