package report

// pageStyle is the style sheet of a page. Colours are those of package chart.
const pageStyle = `
:root{color-scheme:light dark;--bg:#f5f6f8;--card:#fff;--ink:#1a1f26;--muted:#5a6572;--rule:#e1e5ea;--soft:#f3f5f8;--link:#005f96;
--good:#00664a;--goodbg:#e0f3ec;--warn:#7d5200;--warnbg:#fdf0d2;--bad:#a33c00;--badbg:#fde8da;--shade:0 1px 2px rgba(20,28,38,.05),0 4px 16px rgba(20,28,38,.04)}
@media (prefers-color-scheme:dark){:root{--bg:#0d1014;--card:#14171c;--ink:#e9ecf0;--muted:#a0aab6;--rule:#2d343d;--soft:#1b2027;--link:#7cc0ee;
--good:#5fd6b0;--goodbg:#12332a;--warn:#f3c35f;--warnbg:#3a2d10;--bad:#ff9d66;--badbg:#42210f;--shade:0 0 0 1px #232931}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;padding:clamp(20px,4vw,48px) clamp(16px,4vw,40px) 64px;background:var(--bg);color:var(--ink);font:16px/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:break-word}
.top,.split,body>main{max-width:1040px;margin-inline:auto}
main{min-width:0}
h1{font-size:clamp(26px,4.4vw,38px);line-height:1.15;letter-spacing:-.02em;margin:0;font-weight:700;text-wrap:balance}
.sub{margin:.45em 0 0;font-size:clamp(16px,2vw,19px);color:var(--muted);text-wrap:pretty}
.facts{display:flex;flex-wrap:wrap;gap:6px 28px;margin:18px 0 0;padding:14px 0 0;border-top:1px solid var(--rule);font-size:14px}
.facts div{display:flex;gap:7px}
.facts dt{color:var(--muted)}
.facts dd{margin:0;font-weight:550;font-variant-numeric:tabular-nums}
h2{font-size:23px;line-height:1.25;letter-spacing:-.012em;margin:52px 0 14px}
h3{font-size:18px;line-height:1.35;margin:34px 0 10px}
h4{font-size:15px;margin:24px 0 8px}
h2,h3,h4{scroll-margin-top:20px;break-after:avoid}
p,ul,ol{margin:12px 0}
main>p,main>ul,main>ol{max-width:72ch}
p,li,th,td,dd,small,figcaption{unicode-bidi:isolate}
li{margin:4px 0}
a{color:var(--link);text-decoration-thickness:1px;text-underline-offset:.18em;text-decoration-color:color-mix(in srgb,currentColor 40%,transparent)}
a:hover{text-decoration-color:currentColor}
:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:4px}
:target{outline:2px solid var(--link);outline-offset:4px;border-radius:10px}
code{font:.9em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;background:var(--soft);padding:.1em .35em;border-radius:4px}
.card,.kf{background:var(--card);border:1px solid var(--rule);border-radius:12px;box-shadow:var(--shade)}
.card{margin:18px 0;padding:18px 20px}
.ct{font-weight:650;font-size:15px;margin:0 0 12px;line-height:1.35}
figcaption,.note{color:var(--muted);font-size:14px;line-height:1.5;margin:12px 0 0}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,165px),1fr));gap:14px;margin:20px 0}
.kf{padding:15px 18px 14px;border-inline-start:4px solid var(--rule);min-width:0;container-type:inline-size}
.kl{color:var(--muted);font-size:13.5px;line-height:1.35}
.kv{font-size:clamp(15px,11.4cqi,22px);line-height:1.25;font-weight:650;letter-spacing:-.015em;font-variant-numeric:tabular-nums;margin-top:4px}
.kv a{color:inherit}
.kn{font-size:13px;color:var(--muted);margin-top:4px;line-height:1.4}
.kf.good{border-inline-start-color:var(--good)}
.kf.warn{border-inline-start-color:var(--warn)}
.kf.bad{border-inline-start-color:var(--bad)}
.kf.good .g{color:var(--good)}
.kf.warn .g{color:var(--warn)}
.kf.bad .g,.kf.bad .kv{color:var(--bad)}
.kf.muted .kv{color:var(--muted)}
.g{font-weight:700;margin-inline-end:.4em;display:inline-block}
.scroll,.fig{overflow-x:auto}
.fig{margin:-4px -10px -6px}
.thin{display:none}
table{border-collapse:collapse;width:100%;font-size:14.5px;line-height:1.45}
th,td{padding:9px 14px 9px 0;text-align:start;vertical-align:top;border-bottom:1px solid var(--rule)}
th:last-child,td:last-child{padding-inline-end:0}
thead th{color:var(--muted);font-size:12.5px;font-weight:600;white-space:nowrap;padding-top:0;vertical-align:bottom}
tbody th{font-weight:500;min-width:9em}
tbody tr:last-child>*{border-bottom:0}
tbody tr:hover>*{background:var(--soft)}
tfoot>tr>*{font-weight:650;border-bottom:0}
tfoot>tr:first-child>*{border-top:2px solid var(--rule)}
.n,.r{text-align:end}
.n,.d{white-space:nowrap;font-variant-numeric:tabular-nums}
.c{text-align:center}
.none{color:var(--muted);text-align:center;padding:22px 0}
td small,th small{display:block;color:var(--muted);font-size:12.5px;font-weight:400;white-space:normal;margin-top:1px}
span.good{color:var(--good)}
span.warn{color:var(--warn)}
span.bad{color:var(--bad);font-weight:600}
span.muted{color:var(--muted)}
span.good a,span.warn a,span.bad a{color:inherit}
.pill{display:inline-block;font-size:12.5px;line-height:1.3;font-weight:600;padding:3px 10px;border-radius:99px;background:var(--soft);white-space:nowrap}
.pill.good{background:var(--goodbg)}
.pill.warn{background:var(--warnbg)}
.pill.bad{background:var(--badbg)}
.ok{margin:0}
.fl{list-style:none;margin:0;padding:0;max-width:none}
.fl li{display:grid;grid-template-columns:88px 1fr;gap:4px 14px;padding:13px 0;margin:0;border-top:1px solid var(--rule);font-size:14.5px;line-height:1.5}
.fl li:first-child{border-top:0;padding-top:2px}
.fl li:last-child{padding-bottom:2px}
.fl .pill{justify-self:start;align-self:start}
.fl li>div{min-width:0}
.fs{font-weight:600;overflow-wrap:anywhere}
.fx::before{content:"→ ";color:var(--muted)}
.fc{font-size:12px;color:var(--muted);background:none;padding:0}
details.card{padding:0}
summary{cursor:pointer;padding:14px 20px;font-weight:600;font-size:15px;border-radius:12px}
summary:hover{background:var(--soft)}
details[open]>summary{border-bottom:1px solid var(--rule);border-radius:12px 12px 0 0}
.in{padding:4px 20px 18px;border-radius:0 0 12px 12px}
.in{scroll-margin-top:72px}
.in:target{outline-offset:-2px}
.in .card{border:0;box-shadow:none;padding:0;margin:14px 0 0;background:none}
.toc{font-size:14px;line-height:1.4}
.toc ol{list-style:none;margin:24px 0 0;padding:14px 20px;columns:16em auto;column-gap:28px;background:var(--card);border:1px solid var(--rule);border-radius:12px}
.toc li{margin:0;padding:3px 0;break-inside:avoid}
.toc a{color:var(--muted);text-decoration:none}
.toc a:hover{color:var(--link);text-decoration:underline}
.toc .l2 a{color:var(--ink);font-weight:550}
.toc .l3{padding-inline-start:14px}
.toc .l4{padding-inline-start:28px}
@media (min-width:1200px){
.split{max-width:1240px;display:grid;grid-template-columns:196px minmax(0,1fr);gap:44px;align-items:start}
.top:has(+.split){max-width:1240px}
.toc{position:sticky;top:28px;max-height:calc(100vh - 56px);overflow:auto;margin-top:34px}
.toc ol{columns:auto;margin:0;padding:0;padding-inline-start:16px;background:none;border:0;border-inline-start:1px solid var(--rule);border-radius:0}
.toc li{padding:4px 0}
main>h2:first-child,main>:first-child{margin-top:30px}}
@media (max-width:640px){
body{font-size:15.5px}
.w{min-width:30em}
.card{padding:15px 14px}
.wide{display:none}
.thin{display:block}
.thin+figcaption{margin-top:8px}
.cards{grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:10px}
.kf{padding:12px 13px}
.fl li{grid-template-columns:1fr}
summary{padding:13px 14px}
.in{padding:2px 14px 14px}
h2{margin-top:40px}}
@media print{
:root{color-scheme:light;--bg:#fff;--card:#fff;--ink:#000;--muted:#444;--rule:#ccc;--soft:#f3f3f3;--link:#000;--good:#00664a;--goodbg:#e0f3ec;--warn:#7d5200;--warnbg:#fdf0d2;--bad:#a33c00;--badbg:#fde8da;--shade:none}
@page{margin:16mm 14mm}
html{-webkit-print-color-adjust:exact;print-color-adjust:exact}
body{padding:0;font-size:10.5pt}
.toc{display:none}
.split{display:block}
.scroll,.fig{overflow:visible}
.fig>div{min-width:0!important}
.wide{display:block}
.thin{display:none}
.card,.kf{box-shadow:none}
figure,.kf,.fl li,tr{break-inside:avoid}
h2{margin-top:28px}
details::details-content{content-visibility:visible!important;block-size:auto!important}
table{font-size:9.5pt}}
`
