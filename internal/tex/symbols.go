package tex

import (
	"strings"
	"sync"
)

// kind says how a symbol is written and where its scripts go.
type kind int

const (
	letter   kind = iota // an identifier
	operator             // whatever stands between, before or behind things
	big                  // a sum and its like, with limits
	integral             // a big operator with its limits at the side
	function             // a name such as sin
	limit                // a name with limits such as lim
)

// symbol is what a command without arguments stands for.
type symbol struct {
	kind kind
	text string
}

// tables are the symbols, as names and characters in turn.
var tables = map[kind]string{
	letter: `alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ
varkappa ϰ lambda λ mu μ nu ν xi ξ omicron ο pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon υ phi ϕ
varphi φ chi χ psi ψ omega ω digamma ϝ
Alpha Α Beta Β Gamma Γ Delta Δ Epsilon Ε Zeta Ζ Eta Η Theta Θ Iota Ι Kappa Κ Lambda Λ Mu Μ Nu Ν Xi Ξ Omicron Ο Pi Π
Rho Ρ Sigma Σ Tau Τ Upsilon Υ Phi Φ Chi Χ Psi Ψ Omega Ω
varGamma 𝛤 varDelta 𝛥 varTheta 𝛩 varLambda 𝛬 varXi 𝛯 varPi 𝛱 varSigma 𝛴 varPhi 𝛷 varPsi 𝛹 varOmega 𝛺
infty ∞ partial ∂ nabla ∇ ell ℓ hbar ℏ hslash ℏ imath ı jmath ȷ Re ℜ Im ℑ wp ℘ aleph ℵ beth ℶ gimel ℷ daleth ℸ
emptyset ∅ varnothing ∅ top ⊤ bot ⊥ angle ∠ measuredangle ∡ triangle △ square □ Box □ blacksquare ■ Diamond ◊ lozenge ◊
bigstar ★ clubsuit ♣ diamondsuit ♢ heartsuit ♡ spadesuit ♠ flat ♭ natural ♮ sharp ♯ degree ° prime ′ backprime ‵
checkmark ✓ dag † dagger † ddag ‡ ddagger ‡ S § P ¶ copyright © pounds £ yen ¥ mho ℧ eth ð complement ∁ Bbbk 𝕜
ldots … dots … dotsc … dotso … cdots ⋯ dotsb ⋯ dotsm ⋯ dotsi ⋯ vdots ⋮ ddots ⋱ N ℕ R ℝ Z ℤ Q ℚ C ℂ
surd √ diagup ╱ diagdown ╲ euro € AA Å`,
	operator: `pm ± mp ∓ times × div ÷ cdot ⋅ cdotp · ast ∗ star ⋆ circ ∘ bullet ∙ oplus ⊕ ominus ⊖ otimes ⊗ oslash ⊘ odot ⊙
cap ∩ cup ∪ uplus ⊎ sqcap ⊓ sqcup ⊔ vee ∨ lor ∨ wedge ∧ land ∧ setminus ∖ smallsetminus ∖ wr ≀ diamond ⋄ amalg ⨿
bigtriangleup △ bigtriangledown ▽ triangleleft ◁ triangleright ▷ lhd ⊲ rhd ⊳ ltimes ⋉ rtimes ⋊ bowtie ⋈ dotplus ∔
barwedge ⊼ veebar ⊻ circledast ⊛ circledcirc ⊚ boxplus ⊞ boxminus ⊟ boxtimes ⊠ boxdot ⊡ neg ¬ lnot ¬
leq ≤ le ≤ geq ≥ ge ≥ leqslant ⩽ geqslant ⩾ neq ≠ ne ≠ equiv ≡ approx ≈ approxeq ≊ cong ≅ sim ∼ simeq ≃ backsim ∽ asymp ≍
doteq ≐ propto ∝ varpropto ∝ ll ≪ gg ≫ lll ⋘ ggg ⋙ lesssim ≲ gtrsim ≳ prec ≺ succ ≻ preceq ⪯ succeq ⪰ models ⊨ vdash ⊢
dashv ⊣ Vdash ⊩ vDash ⊨ perp ⟂ parallel ∥ nparallel ∦ mid ∣ nmid ∤ in ∈ ni ∋ owns ∋ notin ∉ subset ⊂ supset ⊃ subseteq ⊆
supseteq ⊇ subsetneq ⊊ supsetneq ⊋ nsubseteq ⊈ nsupseteq ⊉ sqsubset ⊏ sqsupset ⊐ sqsubseteq ⊑ sqsupseteq ⊒ smile ⌣ frown ⌢
coloneqq ≔ eqqcolon ≕ triangleq ≜ lessgtr ≶ gtrless ≷ nless ≮ ngtr ≯ nleq ≰ ngeq ≱ nsim ≁ ncong ≇ Join ⋈ between ≬ pitchfork ⋔
forall ∀ exists ∃ nexists ∄ therefore ∴ because ∵ colon : lt < gt >
to → rightarrow → gets ← leftarrow ← leftrightarrow ↔ Rightarrow ⇒ implies ⟹ Leftarrow ⇐ impliedby ⟸ Leftrightarrow ⇔ iff ⟺
longrightarrow ⟶ longleftarrow ⟵ longleftrightarrow ⟷ Longrightarrow ⟹ Longleftarrow ⟸ Longleftrightarrow ⟺ mapsto ↦
longmapsto ⟼ hookrightarrow ↪ hookleftarrow ↩ rightharpoonup ⇀ rightharpoondown ⇁ leftharpoonup ↼ leftharpoondown ↽
rightleftharpoons ⇌ leftrightharpoons ⇋ rightrightarrows ⇉ leftleftarrows ⇇ rightleftarrows ⇄ leadsto ⇝ rightsquigarrow ⇝
twoheadrightarrow ↠ rightarrowtail ↣ curvearrowright ↷ curvearrowleft ↶ circlearrowright ↻ circlearrowleft ↺ multimap ⊸
nrightarrow ↛ nleftarrow ↚ nRightarrow ⇏ nLeftarrow ⇍ uparrow ↑ downarrow ↓ updownarrow ↕ Uparrow ⇑ Downarrow ⇓ Updownarrow ⇕
nearrow ↗ searrow ↘ swarrow ↙ nwarrow ↖ dashrightarrow ⇢ dashleftarrow ⇠ Rrightarrow ⇛ Lleftarrow ⇚
langle ⟨ rangle ⟩ lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉ lvert | rvert | vert | lVert ‖ rVert ‖ Vert ‖ lbrace { rbrace } lbrack [
rbrack ] lgroup ⟮ rgroup ⟯ ulcorner ⌜ urcorner ⌝ llcorner ⌞ lrcorner ⌟ backslash ∖ bmod mod And &`,
	big:      `sum ∑ prod ∏ coprod ∐ bigcup ⋃ bigcap ⋂ bigvee ⋁ bigwedge ⋀ bigoplus ⨁ bigotimes ⨂ bigodot ⨀ biguplus ⨄ bigsqcup ⨆`,
	integral: `int ∫ iint ∬ iiint ∭ iiiint ⨌ oint ∮ oiint ∯ oiiint ∰`,
	function: `sin sin cos cos tan tan cot cot sec sec csc csc arcsin arcsin arccos arccos arctan arctan sinh sinh cosh cosh tanh tanh
coth coth log log ln ln lg lg exp exp arg arg deg deg dim dim hom hom ker ker sgn sgn`,
	limit: `lim lim max max min min sup sup inf inf limsup lim&nbsp;sup liminf lim&nbsp;inf det det gcd gcd Pr Pr argmax arg&nbsp;max
argmin arg&nbsp;min injlim inj&nbsp;lim projlim proj&nbsp;lim varinjlim lim varprojlim lim`,
}

// symbols are the symbols by name.
var symbols = sync.OnceValue(func() map[string]symbol {
	all := map[string]symbol{}
	for k, table := range tables {
		fields := strings.Fields(table)
		for i := 0; i+1 < len(fields); i += 2 {
			all[fields[i]] = symbol{k, strings.ReplaceAll(fields[i+1], "&nbsp;", "\u00a0")}
		}
	}
	for _, c := range `{}$%&#_` {
		all[string(c)] = symbol{operator, string(c)}
	}
	all["|"] = symbol{operator, "‖"}
	return all
})

// negated are the relations that have a character of their own for their
// negation; the others get a stroke.
var negated = map[string]string{
	"=": "≠", "∈": "∉", "∋": "∌", "∃": "∄", "⊂": "⊄", "⊃": "⊅", "⊆": "⊈", "⊇": "⊉", "≡": "≢", "∼": "≁", "≈": "≉", "≅": "≇",
	"<": "≮", ">": "≯", "≤": "≰", "≥": "≱", "∣": "∤", "∥": "∦", "→": "↛", "⇒": "⇏", "⇔": "⇎", "⊢": "⊬", "⊨": "⊭",
}

// accents are the marks above (or, by a leading _, below) what a command takes. A
// mark that grows ends in +.
var accents = map[string]string{
	"hat": "^", "check": "ˇ", "tilde": "~", "acute": "´", "grave": "`", "dot": "˙", "ddot": "¨", "dddot": "⃛", "breve": "˘",
	"bar": "¯", "vec": "→", "mathring": "˚", "widehat": "^+", "widetilde": "~+", "widecheck": "ˇ+",
	"overline": "‾+", "underline": "__+", "overbrace": "⏞+", "underbrace": "_⏟+", "overbracket": "⎴+", "underbracket": "_⎵+",
	"overrightarrow": "→+", "overleftarrow": "←+", "overleftrightarrow": "↔+", "underrightarrow": "_→+", "underleftarrow": "_←+",
	"overparen": "⏜+", "underparen": "_⏝+",
}

// arrows grow with the text above and below them.
var arrows = map[string]string{
	"xrightarrow": "→", "xleftarrow": "←", "xleftrightarrow": "↔", "xRightarrow": "⇒", "xLeftarrow": "⇐", "xLeftrightarrow": "⇔",
	"xmapsto": "↦", "xhookrightarrow": "↪", "xhookleftarrow": "↩", "xrightleftharpoons": "⇌", "xlongequal": "=",
}

// spaces are the commands for space, in widths; their unit in TeX is 1/18 em.
var spaces = map[string]string{
	",": "0.1667em", "thinspace": "0.1667em", ":": "0.2222em", ">": "0.2222em", "medspace": "0.2222em", ";": "0.2778em",
	"thickspace": "0.2778em", "!": "-0.1667em", "negthinspace": "-0.1667em", " ": "0.3333em", "\n": "0.3333em", "\t": "0.3333em",
	"enspace": "0.5em", "enskip": "0.5em", "quad": "1em", "qquad": "2em", "nobreakspace": "0.3333em",
}

// sizes are the heights of delimiters of a given size.
var sizes = map[string]string{"big": "1.2em", "Big": "1.8em", "bigg": "2.4em", "Bigg": "3em"}
