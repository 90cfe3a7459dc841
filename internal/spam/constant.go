package spam

import "strconv"

// constant is a feature whose name is known beforehand, as those of shapes are. It
// is made once, so that noticing it costs neither a text nor a hash.
type constant struct {
	text string
	hash uint32
	kind kind
}

// constants are all of them; a feature names one by its place.
var constants []constant

// place is the place of a constant.
type place uint32

// constantOf makes a constant.
func constantOf(k kind, text string) place {
	constants = append(constants, constant{text: text, hash: hashName(k, text), kind: k})
	return place(len(constants) - 1)
}

// steps are a scale of constants: the bounds are ascending, and each step has one.
type steps struct {
	bounds []int
	marks  []place
}

// stepsOf makes the features "name=0", "name=1-2", "name=3+" and so on of a kind.
func stepsOf(k kind, name string, bounds ...int) steps {
	s := steps{bounds: bounds}
	low := 0
	for _, high := range bounds {
		s.marks = append(s.marks, constantOf(k, name+"="+span(low, high)))
		low = high + 1
	}
	s.marks = append(s.marks, constantOf(k, name+"="+strconv.Itoa(low)+"+"))
	return s
}

// span names the numbers from low to high.
func span(low, high int) string {
	if low == high {
		return strconv.Itoa(high)
	}
	return strconv.Itoa(low) + "-" + strconv.Itoa(high)
}

// index is the step that n falls on.
func (s steps) index(n int) int {
	for i, high := range s.bounds {
		if n <= high {
			return i
		}
	}
	return len(s.bounds)
}

// note notes a constant.
func (r *reader) note(m place) {
	c := &constants[m]
	r.found = append(r.found, feature{hash: c.hash, value: 1, lo: uint32(m), hi: isConstant, kind: c.kind})
}

// step notes the step that n falls on.
func (r *reader) step(s *steps, n int) { r.note(s.marks[s.index(n)]) }

// noteIf notes a constant if what it says holds.
func (r *reader) noteIf(holds bool, m place) {
	if holds {
		r.note(m)
	}
}

// bucket names the step n falls on: the bounds are ascending, "3" is said of a
// step of one number, "4-6" of more, "7+" of what is above the last.
func bucket(n int, bounds ...int) string {
	low := 0
	for _, high := range bounds {
		if n <= high {
			return span(low, high)
		}
		low = high + 1
	}
	return strconv.Itoa(low) + "+"
}
