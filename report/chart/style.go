package chart

import "strings"

// palette names the colours of the style sheet: light, dark.
var palette = [...]struct{ name, light, dark string }{
	{"paper", "#ffffff", "#14171c"},
	{"ink", "#1a1f26", "#e9ecf0"},
	{"muted", "#5a6572", "#a0aab6"},
	{"rule", "#e1e5ea", "#2d343d"},
	{"soft", "#f3f5f8", "#1b2027"},
	{"ghost", "#a3adb8", "#6c7784"},
	{"blue", "#0072b2", "#3f9bd6"},
	{"sky", "#56b4e9", "#7cc8f2"},
	{"red", "#d55e00", "#f0843c"},
	{"green", "#00875f", "#2fbf95"},
	{"violet", "#a6518a", "#d996bf"},
	{"amber", "#c98500", "#f0b940"},
	{"onred", "#ffffff", "#1a0d02"},
	{"over", "#b84a00", "#f0843c"},
	{"h0", "#f1f4f7", "#1f252d"},
	{"h1", "#dcebf6", "#1d3a50"},
	{"h2", "#b0d4ec", "#1f5680"},
	{"h3", "#64a9d6", "#3f8fc4"},
	{"h4", "#1468a0", "#8ecbf2"},
	{"onh3", "#0b1b26", "#04121c"},
	{"onh4", "#ffffff", "#062033"},
}

// rules is the style sheet; $name stands for a colour of the palette.
const rules = `
.mc{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums;height:auto;display:block;direction:ltr}
.mc text{fill:$ink;unicode-bidi:isolate}
.mc .title{font-size:16px;font-weight:600}
.mc .s{font-size:11px}
.mc .b{font-weight:600}
.mc .m{fill:$muted}
.mc .halo{stroke:$paper;stroke-width:3;stroke-linejoin:round;paint-order:stroke}
.mc .paper{fill:$paper}
.mc .soft{fill:$soft}
.mc .rule{stroke:$rule;stroke-width:1;fill:none}
.mc .axis{stroke:$ghost;stroke-width:1;fill:none}
.mc .bar{fill:$blue}
.mc .crit{fill:$red;stroke:$ink;stroke-width:1.2}
.mc .done{fill:$ink;fill-opacity:.42}
.mc .base{fill:$ghost}
.mc .stone{fill:$ink}
.mc .link{fill:none;stroke:$muted;stroke-width:1.1}
.mc .linkc{fill:none;stroke:$red;stroke-width:1.6}
.mc .tip{fill:$muted}
.mc .tipc{fill:$red}
.mc .today{stroke:$green;stroke-width:2}
.mc .aim{stroke:$violet;stroke-width:2;stroke-dasharray:5 3}
.mc .todayt{fill:$green;font-weight:600;font-size:11px}
.mc .aimt{fill:$violet;font-weight:600;font-size:11px}
.mc .h0{fill:$h0}
.mc .h1{fill:$h1}
.mc .h2{fill:$h2}
.mc .h3{fill:$h3}
.mc .h4{fill:$h4}
.mc .t3{fill:$onh3}
.mc .t4{fill:$onh4}
.mc .over{fill:$over}
.mc .tover{fill:$onred;font-weight:700}
.mc .gover{fill:$onred}
.mc .hatch{stroke:$onred;stroke-opacity:.28;stroke-width:1.5;fill:none}
.mc .cross{stroke:$ghost;stroke-width:1;fill:none}
.mc .total{fill:$muted}
.mc .up{fill:$green}
.mc .down{fill:$blue}
.mc .neg{fill:$over}
.mc .conn{stroke:$ghost;stroke-width:1;stroke-dasharray:2 2;fill:none}
.mc .bad{fill:$over;font-weight:700}
.mc .line{fill:none;stroke-width:2.2;stroke-linejoin:round;stroke-linecap:round}
.mc .prov{stroke-dasharray:5 5}
.mc .dot{stroke:$paper;stroke-width:1}
.mc .open{fill:$paper;stroke-width:1.6}
.mc .band{fill-opacity:.16}
.mc .c0{stroke:$blue}
.mc .f0{fill:$blue}
.mc .c1{stroke:$red}
.mc .f1{fill:$red}
.mc .c2{stroke:$green}
.mc .f2{fill:$green}
.mc .c3{stroke:$violet}
.mc .f3{fill:$violet}
.mc .c4{stroke:$amber}
.mc .f4{fill:$amber}
.mc .c5{stroke:$sky}
.mc .f5{fill:$sky}
`

// styleSheet returns the style element's text. Every colour is given twice: as
// a plain value for renderers without custom properties, then as a property
// (--mc-name) that dark mode changes and a host page may set.
func styleSheet() string {
	var light, dark strings.Builder
	pairs := make([]string, 0, 4*len(palette))
	for _, c := range palette {
		light.WriteString("--mc-" + c.name + ":" + c.light + ";")
		dark.WriteString("--mc-" + c.name + ":" + c.dark + ";")
		for _, property := range []string{"fill", "stroke"} {
			pairs = append(pairs,
				property+":$"+c.name+";", property+":"+c.light+";"+property+":var(--mc-"+c.name+");",
				property+":$"+c.name+"}", property+":"+c.light+";"+property+":var(--mc-"+c.name+")}")
		}
	}
	return "\n:where(.mc){" + light.String() + "}\n@media (prefers-color-scheme:dark){:where(.mc){" + dark.String() +
		"}}\n@media print{:where(.mc){" + light.String() + "}}" + strings.NewReplacer(pairs...).Replace(rules)
}
