package tex_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"hamlet/internal/tex"
)

// body is the MathML of a formula without what stands around every one.
func body(t *testing.T, src string) string {
	t.Helper()
	got, err := tex.MathML(src, false)
	if err != nil {
		t.Fatalf("%s: %v", src, err)
	}
	_, got, _ = strings.Cut(got, "<semantics>")
	got, _, _ = strings.Cut(got, "<annotation")
	return got
}

func TestMathML(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ src, want string }{
		{`x`, `<mi>x</mi>`},
		{``, `<mrow></mrow>`},
		{`3.14x`, `<mrow><mn>3.14</mn><mi>x</mi></mrow>`},
		{`1,000.`, `<mrow><mn>1</mn><mo>,</mo><mn>000</mn><mo>.</mo></mrow>`},
		{`a-b<c`, `<mrow><mi>a</mi><mo>−</mo><mi>b</mi><mo>&lt;</mo><mi>c</mi></mrow>`},
		{`x^2`, `<msup><mi>x</mi><mn>2</mn></msup>`},
		{`x_i^{2n}`, `<msubsup><mi>x</mi><mi>i</mi><mrow><mn>2</mn><mi>n</mi></mrow></msubsup>`},
		{`x^2_i`, `<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>`},
		{`f''`, `<msup><mi>f</mi><mo>′′</mo></msup>`},
		{`f'^2`, `<msup><mi>f</mi><mrow><mo>′</mo><mn>2</mn></mrow></msup>`},
		{`{}^a`, `<msup><mrow></mrow><mi>a</mi></msup>`},
		{`\frac12`, `<mfrac><mn>1</mn><mn>2</mn></mfrac>`},
		{`\alpha\le\Omega`, `<mrow><mi>α</mi><mo>≤</mo><mi>Ω</mi></mrow>`},
		{`\sqrt[3]{x}`, `<mroot><mi>x</mi><mn>3</mn></mroot>`},
		{`\sqrt x`, `<msqrt><mi>x</mi></msqrt>`},
		{`a \over b`, `<mfrac><mi>a</mi><mi>b</mi></mfrac>`},
		{`{n \choose k}`, `<mrow><mo fence="true" stretchy="true">(</mo><mfrac linethickness="0"><mi>n</mi><mi>k</mi></mfrac><mo fence="true" stretchy="true">)</mo></mrow>`},
		{`\sum_{i=1}^n`, `<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover>`},
		{`\int_0^1`, `<msubsup><mo>∫</mo><mn>0</mn><mn>1</mn></msubsup>`},
		{`\int\limits_0`, `<munder><mo movablelimits="false">∫</mo><mn>0</mn></munder>`},
		{`\lim\limits_x`, `<munder><mo movablelimits="false" lspace="0" rspace="0">lim</mo><mi>x</mi></munder>`},
		{`\sum\nolimits_0`, `<msub><mo>∑</mo><mn>0</mn></msub>`},
		{`2\sin x`, `<mrow><mn>2</mn><mspace width="0.1667em"></mspace><mi>sin</mi><mspace width="0.1667em"></mspace><mi>x</mi></mrow>`},
		{`=\sin(x)`, `<mrow><mo>=</mo><mi>sin</mi><mo stretchy="false">(</mo><mi>x</mi><mo stretchy="false">)</mo></mrow>`},
		{`\left(x\middle|y\right.`, `<mrow><mo fence="true" stretchy="true" form="prefix">(</mo><mi>x</mi><mo fence="true" stretchy="true" form="infix">|</mo><mi>y</mi></mrow>`},
		{`\bigl\{`, `<mo minsize="1.2em" maxsize="1.2em" stretchy="true">{</mo>`},
		{`\vec x`, `<mover accent="true"><mi>x</mi><mo stretchy="false">→</mo></mover>`},
		{`\underbrace{x}_n`, `<munder><munder accentunder="true"><mi>x</mi><mo stretchy="true">⏟</mo></munder><mi>n</mi></munder>`},
		{`\mathbb{R}^n\mathcal L`, `<mrow><msup><mi>ℝ</mi><mi>n</mi></msup><mi>ℒ</mi></mrow>`},
		{`\mathbf{x1}\boldsymbol\alpha`, `<mrow><mrow><mi>𝐱</mi><mn>𝟏</mn></mrow><mi>𝜶</mi></mrow>`},
		{`\mathrm{d}x\mathrm{kg}`, `<mrow><mi mathvariant="normal">d</mi><mi>x</mi><mi>kg</mi></mrow>`},
		{`\text{if $x$ is \$5 & so}`, `<mrow><mtext>if&nbsp;</mtext><mi>x</mi><mtext>&nbsp;is&nbsp;$5&nbsp;&amp;&nbsp;so</mtext></mrow>`},
		{`\operatorname{rank}A`, `<mrow><mi>rank</mi><mspace width="0.1667em"></mspace><mi>A</mi></mrow>`},
		{`a\not= b\not\in c\not\sim`, `<mrow><mi>a</mi><mo>≠</mo><mi>b</mi><mo>∉</mo><mi>c</mi><mo>≁</mo></mrow>`},
		{`\xrightarrow[b]{a}`, `<munderover><mo stretchy="true">→</mo><mi>b</mi><mrow><mspace width="0.4em"></mspace><mi>a</mi><mspace width="0.4em"></mspace></mrow></munderover>`},
		{`a\quad b % c`, `<mrow><mi>a</mi><mspace width="1em"></mspace><mi>b</mi></mrow>`},
		{`\begin{pmatrix}a&b\\c&d\end{pmatrix}`, `<mrow><mo fence="true" stretchy="true" form="prefix">(</mo><mtable><mtr><mtd><mi>a</mi></mtd><mtd><mi>b</mi></mtd></mtr><mtr><mtd><mi>c</mi></mtd><mtd><mi>d</mi></mtd></mtr></mtable><mo fence="true" stretchy="true" form="postfix">)</mo></mrow>`},
		{`\begin{aligned}a&=b\\[1ex]&=c\\\end{aligned}`, `<mtable displaystyle="true"><mtr><mtd class="right"><mi>a</mi></mtd><mtd class="left"><mrow><mo>=</mo><mi>b</mi></mrow></mtd></mtr><mtr><mtd class="right"><mrow></mrow></mtd><mtd class="left"><mrow><mo>=</mo><mi>c</mi></mrow></mtd></mtr></mtable>`},
		{`\begin{array}{l|r}a&b\\\hline c&d\end{array}`, `<mtable><mtr><mtd class="left"><mi>a</mi></mtd><mtd><mi>b</mi></mtd></mtr><mtr class="ruled"><mtd class="left"><mi>c</mi></mtd><mtd><mi>d</mi></mtd></mtr></mtable>`},
		{`a\\b`, `<mtable displaystyle="true"><mtr><mtd><mi>a</mi></mtd></mtr><mtr><mtd><mi>b</mi></mtd></mtr></mtable>`},
		{`\textstyle x`, `<mstyle displaystyle="false" scriptlevel="0"><mi>x</mi></mstyle>`},
		{`\overset{!}=`, `<mover><mo>=</mo><mo>!</mo></mover>`},
		{`\langle x|`, `<mrow><mo stretchy="false">⟨</mo><mi>x</mi><mo stretchy="false">|</mo></mrow>`},
		{`é≤字`, `<mrow><mi>é</mi><mo>≤</mo><mi>字</mi></mrow>`},
	} {
		want := strings.ReplaceAll(tt.want, "&nbsp;", "\u00a0")
		if got := body(t, tt.src); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", tt.src, got, want)
		}
	}
}

func TestMathMLKeepsItsSource(t *testing.T) {
	t.Parallel()
	got, err := tex.MathML(" a<b \n", true)
	want := `<math display="block"><semantics><mrow><mi>a</mi><mo>&lt;</mo><mi>b</mi></mrow><annotation encoding="application/x-tex">a&lt;b</annotation></semantics></math>`
	if err != nil || got != want {
		t.Errorf("got  %s, %v\nwant %s", got, err, want)
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		src, want string
		pos       int
	}{
		{`a \foo b`, `\foo is not known here`, 2},
		{`{a`, `this brace is not closed`, 0},
		{`a}`, `this brace closes nothing`, 1},
		{`a^`, `^ needs something behind it`, 2},
		{`x^2^3`, `a second superscript: use braces`, 3},
		{`x_2_3`, `a second subscript: use braces`, 3},
		{`\frac{1}`, `\frac needs something behind it`, 8},
		{`\left( x`, `\left has no \right`, 0},
		{`\left x\right)`, `a delimiter is missing here`, 5},
		{`x \right)`, `\right has nothing to end here`, 2},
		{`\begin{foo}\end{foo}`, `\begin{foo} is not known here`, 0},
		{`\begin{matrix}a`, `\begin{matrix} is not ended`, 0},
		{`\begin{matrix}a\end{cases}`, `\end{cases} ends \begin{matrix}`, 19},
		{`\text x`, `\text needs braces behind it`, 6},
		{`\text{x`, `this brace is not closed`, 5},
		{`\hspace{1em;color:red}`, `"1em;color:red" is no width; write one such as 1.5em`, 0},
		{`a\`, `a backslash with nothing behind it`, 1},
		{`a$b`, `$ has no place in a formula; write \$`, 1},
		{`\not`, `\not needs a relation behind it`, 0},
		{strings.Repeat("{", 1000), `a formula nests at most 60 deep`, 60},
		{strings.Repeat(`\sqrt`, 1000) + "x", `a formula nests at most 60 deep`, 300},
		{strings.Repeat("x", 17<<10), `a formula has at most 16384 bytes`, 16384},
	} {
		_, err := tex.MathML(tt.src, false)
		var e *tex.Error
		if !errors.As(err, &e) || e.Text != tt.want || e.Pos != tt.pos {
			t.Errorf("%.40s: got %#v, want %q at %d", tt.src, err, tt.want, tt.pos)
		}
	}
}

// check reads MathML as browsers do, and finds what is not as it should be.
func check(t *testing.T, src, ml string) {
	t.Helper()
	children := map[string]int{"mfrac": 2, "msub": 2, "msup": 2, "msubsup": 3, "munder": 2, "mover": 2, "munderover": 3, "mroot": 2, "semantics": 2}
	nodes, err := html.ParseFragment(strings.NewReader(ml), &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body})
	if err != nil || len(nodes) != 1 || nodes[0].Data != "math" {
		t.Fatalf("%q comes to %q", src, ml)
	}
	var again strings.Builder
	if err := html.Render(&again, nodes[0]); err != nil || again.String() != ml {
		t.Errorf("%q\nis read as %s\nbut was    %s", src, again.String(), ml)
	}
	for n := range nodes[0].Descendants() {
		if n.Type == html.ElementNode && n.Namespace != "math" {
			t.Errorf("%q: %s is not MathML in %s", src, n.Data, ml)
		}
		kids := 0
		for range n.ChildNodes() {
			kids++
		}
		if want := children[n.Data]; want != 0 && want != kids {
			t.Errorf("%q: %s has %d children in %s", src, n.Data, kids, ml)
		}
		for _, a := range n.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") || a.Key == "href" {
				t.Errorf("%q: attribute %s in %s", src, a.Key, ml)
			}
		}
	}
}

func TestMathMLIsCheap(t *testing.T) {
	t.Parallel()
	const limit = 2 * time.Second
	for _, piece := range []string{"{", "x^", "x_{", `\frac`, `\sqrt[`, `\left(`, `\begin{matrix}`, "a&", `\\`, "'", `\text{$`, `\not`, "{}", `\sin `, `a\over `, `\displaystyle `, "%", " "} {
		src := strings.Repeat(piece, tex.MaxLength/len(piece))
		took := time.Hour
		for range 10 { // the machine may be busy with something else
			began := time.Now()
			_, _ = tex.MathML(src, true)
			if took = min(took, time.Since(began)); took < limit {
				break
			}
		}
		if took >= limit {
			t.Errorf("%q takes %v, want less than %v", piece, took, limit)
		}
	}
}

func FuzzMathML(f *testing.F) {
	for _, src := range []string{
		`\frac{a}{b}_c^d`, `\left[\begin{array}{cc}a&b\\\hline c&d\end{array}\right]`, `\text{a $b$ c}\operatorname*{x}\limits_y`,
		`{a\over b}\sqrt[3]{c}'^2`, `\xrightarrow[a]{b}\hspace{1em}\underbrace{x}_y\not\in\mathbf{ab}`, `\substack{a\\b}\big|\tag{1}\displaystyle x`,
	} {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		ml, err := tex.MathML(src, true)
		var e *tex.Error
		switch {
		case err == nil && !strings.ContainsAny(src, "\x00\r"):
			check(t, src, ml)
		case err != nil && (!errors.As(err, &e) || e.Pos < 0 || e.Pos > len(src)):
			t.Errorf("%q: error %#v", src, err)
		}
	})
}
