import { PAGE_COLORS } from './colors';

/** The look of a page: at any width, light and dark, on screen and on paper. */
export const PAGE_STYLE = `${PAGE_COLORS}
:root{color-scheme:light dark}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}
header,main{max-width:90rem;margin:0 auto;padding:0 clamp(1rem,4vw,3rem)}
header{padding-top:2.5rem}
main{padding-bottom:4rem}
h1{font-size:clamp(1.5rem,1rem + 2.4vw,2.25rem);line-height:1.2;margin:0 0 .5rem;overflow-wrap:anywhere}
h2{font-size:1.4rem;line-height:1.3;margin:3rem 0 1rem;padding-top:1rem;border-top:1px solid var(--line)}
h3{font-size:1.05rem;margin:1.75rem 0 .5rem}
p,ul{margin:0 0 1rem;max-width:75ch}
p,li,td,dd{overflow-wrap:anywhere}
.lead{font-size:1.1rem;color:var(--muted)}
.faint{color:var(--muted);font-size:.9rem}
a{color:var(--mesh)}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;padding:0;margin:1.25rem 0 0;max-width:none}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;font-size:.875em}
pre{background:var(--panel);border:1px solid var(--line);border-radius:8px;padding:.9rem 1rem;margin:0 0 1rem;line-height:1.6}
pre code{font-size:.85rem}
.wide{overflow-x:auto;max-width:100%}
.wide:focus-visible,a:focus-visible{outline:2px solid var(--mesh);outline-offset:2px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.75rem;margin:0 0 1.5rem}
.tiles div{display:flex;flex-direction:column-reverse;justify-content:flex-end;background:var(--panel);border:1px solid var(--line);border-radius:8px;padding:.75rem 1rem}
.tiles dt{color:var(--muted);font-size:.875rem}
.tiles dd{margin:0;font-size:1.35rem;font-weight:600;line-height:1.3}
table{border-collapse:collapse;font-size:.9rem;min-width:100%}
caption{text-align:left;color:var(--muted);padding:.25rem 0 .5rem}
th,td{text-align:left;vertical-align:top;padding:.45rem 1.25rem .45rem 0;border-bottom:1px solid var(--line)}
th{font-weight:600;white-space:nowrap}
td{overflow-wrap:normal;white-space:nowrap}
.sentence{white-space:normal;min-width:13rem;max-width:32rem}
.sentence code,.badge{white-space:nowrap}
.number{text-align:right;font-variant-numeric:tabular-nums}
section>.wide{margin-bottom:1rem}
.badge{display:inline-block;border:1px solid currentColor;border-radius:1rem;padding:0 .6rem;font-size:.85rem;font-weight:600;line-height:1.5}
.good{color:var(--good)}
.warning{color:var(--warning)}
.bad{color:var(--bad)}
.plain{color:var(--muted)}
.verdict{max-width:none}
.findings{list-style:none;padding:0;max-width:none}
.finding{border:1px solid var(--line);border-radius:8px;padding:.75rem 1rem;margin:0 0 .75rem}
.finding p{margin:.25rem 0 0;max-width:none}
.bar{display:inline-block;vertical-align:middle;width:7rem;height:.6rem;border:1px solid currentColor;border-radius:.3rem;overflow:hidden;margin-right:.4rem}
.bar span{display:block;height:100%;background:currentColor}
figure{margin:0}
figure .wide{border:1px solid var(--line);border-radius:10px;padding:.5rem}
figure svg{display:block;margin:0 auto}
figcaption{color:var(--muted);font-size:.9rem;margin-top:.5rem}
@media (max-width:30rem){body{font-size:15px}.tiles{grid-template-columns:1fr 1fr}.tiles dd{font-size:1.15rem}}
@media print{header,main{max-width:none;padding:0}nav{display:none}.wide{overflow:visible}pre{white-space:pre-wrap}figure svg{max-width:100%;height:auto}h2,h3{break-after:avoid}tr,.finding{break-inside:avoid}}
`;
