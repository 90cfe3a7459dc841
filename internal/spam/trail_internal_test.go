package spam

import (
	"reflect"
	"strings"
	"testing"
)

// TestPlacesOfWhatIsTold holds what is told of a message to what is told where every feature was
// placed: those that nobody asks for are of no consequence for the others. What was read for that is
// judged as if it were read for judging.
func TestPlacesOfWhatIsTold(t *testing.T) {
	t.Parallel()
	f := NewFilter(Default())
	for _, m := range []Message{
		{},
		{Author: "Ada", Body: "The tubers keep in sand, thank you! Do they keep in sand? They keep."},
		{Author: "Cheap pills", AuthorURL: "https://pills.example/buy", Body: "Buy cheap pills at https://pills.example/buy now!!! Buy [url=http://b.example]cheap[/url] pills"},
		{Author: "天缘博客", AuthorURL: "http://www.example.com", Body: "系统内存高占用，感觉还是影响大部分程序的运行速度，使用起来会有卡卡的感觉。系统内存"},
		{Author: "Bo", Body: strings.Repeat("great post, visit my site https://a.example/x and https://b.example/y ", 40)},
		{Author: "Cy", Body: "рrісе оf the саsіnо &amp; more\r\n\r\n- one\n- two\n\nКупить недорого тут: shop.example"},
	} {
		v := f.Receipt(m)
		m.Memory = Memory{Again: 2}
		x := Read(m)
		for range 2 {
			x.Tell(v)
			if got, want := f.JudgeRead(x), f.Judge(m); !reflect.DeepEqual(got, want) {
				t.Errorf("%q: judged\n%+v\nwant\n%+v", m.Body, got, want)
			}
		}
		for _, r := range []Receipt{v.Receipt, v.Reasons} {
			v.Receipt = r
			if got, want := Tell(m, v), tell(m, v, locate(m, nil)); len(r) > 0 && !reflect.DeepEqual(got, want) {
				t.Errorf("%q: told\n%+v\nwant\n%+v", m.Body, got, want)
			}
		}
	}
}

func BenchmarkTell(b *testing.B) {
	f := NewFilter(Default())
	m := Message{Author: "Bo", AuthorURL: "https://a.example", Body: strings.Repeat("great post about the harbour, visit my site https://a.example/x ", 20)}
	v := f.Judge(m)
	for b.Loop() {
		Tell(m, v)
	}
}
