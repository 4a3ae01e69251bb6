/** The look of report.html: system type, one column, light and dark, and paper. */
export const PAGE_STYLE = `
:root{color-scheme:light dark;--ink:#1f2328;--soft:#57606a;--line:#d8dee4;--face:#ffffff;--panel:#f6f8fa;--accent:#0b62a8;--mark:#0072b2;--warn:#a04a00}
@media (prefers-color-scheme:dark){:root{--ink:#e6e9ec;--soft:#a3abb4;--line:#3a4149;--face:#15181c;--panel:#1d2126;--accent:#7cb7f5;--mark:#56b4e9;--warn:#f0b35a}}
*{box-sizing:border-box}
body{margin:0;background:var(--face);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif}
main{max-width:960px;margin:0 auto;padding:2rem 1.25rem 5rem}
h1{font-size:1.9rem;line-height:1.2;margin:.2em 0 .4em}h2{font-size:1.35rem;margin:2.2em 0 .3em;padding-top:.6em;border-top:1px solid var(--line)}
h3{font-size:1.02rem;margin:1.6em 0 .3em}p{max-width:44em;margin:.5em 0}.lead{color:var(--soft)}code{font-size:.94em}
a{color:var(--accent)}a:focus-visible,button:focus-visible,select:focus-visible,summary:focus-visible,[tabindex]:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
nav ul{list-style:none;padding:0;margin:1em 0;display:flex;flex-wrap:wrap;gap:.3em 1.2em}
.skip{position:absolute;left:-999px}.skip:focus{left:1rem;top:1rem;background:var(--face);padding:.4em .8em}
h1,h2,p,li,figcaption,.score{overflow-wrap:anywhere}
.note .soft{color:var(--soft);font-size:.94em}.note{border-left:3px solid var(--warn);padding:.2em .9em;background:var(--panel)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums;margin:.6em 0;width:100%}
caption{text-align:left;font-weight:600;padding:.4em 0}
th,td{text-align:left;padding:.32em .8em .32em 0;border-bottom:1px solid var(--line);vertical-align:top}
th{color:var(--soft);font-weight:600;vertical-align:bottom}td.n,th.n{text-align:right;padding-right:1.8em}td.n,td.whole{white-space:nowrap}
.score{display:grid;grid-template-columns:minmax(11em,1.1fr) 6em minmax(12em,2fr);gap:.2em 1.2em;padding:.8em 0;border-bottom:1px solid var(--line);align-items:center}
.score .name{font-weight:600}.score .of{color:var(--soft);font-weight:400}.score .value{font-size:1.35rem;white-space:nowrap;font-variant-numeric:tabular-nums;text-align:right}
.score .meaning{grid-column:1/-1;color:var(--soft);font-size:.88rem;max-width:60em}
.score .about{font-size:.8rem;color:var(--soft)}.score svg{display:block;width:100%;max-width:420px;height:auto;overflow:visible}
figure{margin:1.2em 0;padding:0}figure svg{max-width:100%;height:auto;display:block}
figcaption{color:var(--soft);font-size:.88rem;display:flex;gap:1em;justify-content:space-between;align-items:baseline;margin-top:.3em}
button{font:inherit;font-size:.85rem;color:var(--accent);background:none;border:1px solid var(--line);border-radius:6px;padding:.15em .7em;cursor:pointer;white-space:nowrap}
button:hover{border-color:var(--accent)}
rect[data-x]{cursor:pointer}figure svg text{pointer-events:none}
.pairs{margin:.5em 0;font-size:.88rem;color:var(--soft)}select{font:inherit;color:inherit;background:var(--face);border:1px solid var(--line);border-radius:6px;padding:.15em .4em;max-width:100%}
details{margin:.6em 0}summary{cursor:pointer;color:var(--accent)}
footer{margin-top:3em;color:var(--soft);font-size:.85rem;border-top:1px solid var(--line);padding-top:1em}
@media screen and (max-width:640px){.score{grid-template-columns:1fr auto}.score .picture{grid-column:1/-1}.static{overflow-x:auto}.static svg{max-width:none}}
@page{margin:14mm}
@media print{:root{color-scheme:light;--ink:#000;--soft:#333;--line:#bbb;--face:#fff;--panel:#fff;--accent:#000;--mark:#0072b2;--warn:#a04a00}
main{max-width:none;padding:0}nav,button,.skip,.pairs label,.modebar{display:none!important}.scroll{overflow:visible}
figure,.score,table,.lead{break-inside:avoid}h2,h3,caption,.lead{break-after:avoid}tr{break-inside:avoid}
details::details-content{content-visibility:visible;display:block}summary{display:none}
body{font-size:10.5pt}table{font-size:8.5pt}td,th,td.n,th.n{padding-right:.7em}.pair text{fill:#000!important}
.score{grid-template-columns:minmax(9em,1fr) 6em minmax(16em,1.4fr)}td:not(.n):not(.whole){min-width:8em}}
`.trim();
