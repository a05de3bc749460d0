/** Colours by scheme; text has a contrast of 7 to the page, marks have 3 or more. */
export const COLORS = {
  light: {
    page: '#ffffff',
    card: '#f6f7f9',
    ink: '#16181d',
    muted: '#4b515c',
    line: '#c9ced6',
    accent: '#0b57a4',
    fail: '#b3261e',
    inconclusive: '#6b3fb5',
    warn: '#8a5300',
    pass: '#1b6e3c',
    waived: '#5b4b8a',
    'not-applicable': '#68707d',
    pattern: 'rgba(255,255,255,.6)',
  },
  dark: {
    page: '#14161a',
    card: '#1e2127',
    ink: '#eceef2',
    muted: '#b4bac5',
    line: '#444b57',
    accent: '#7fb8ff',
    fail: '#ff8a80',
    inconclusive: '#c9a7ff',
    warn: '#f0b45a',
    pass: '#6fd190',
    waived: '#b9a8ee',
    'not-applicable': '#a2aab6',
    pattern: 'rgba(0,0,0,.55)',
  },
} as const;

function properties(colors: Readonly<Record<string, string>>): string {
  return Object.entries(colors)
    .map(([name, color]) => `--${name}:${color}`)
    .join(';');
}

const OUTCOME_RULES = ['fail', 'inconclusive', 'warn', 'waived', 'pass', 'not-applicable']
  .map(
    (outcome) =>
      `.badge.${outcome}{color:var(--${outcome})}.row.${outcome}{border-left-color:var(--${outcome})}`,
  )
  .join('\n');

/** The style of the page. Nothing is fetched: fonts are those of the reader. */
export const STYLE = `
:root{color-scheme:light dark;${properties(COLORS.light)}}
@media screen and (prefers-color-scheme:dark){:root{${properties(COLORS.dark)}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0 auto;padding:1.25rem;max-width:76rem;background:var(--page);color:var(--ink);
  font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.3;margin:0}
h2{font-size:1.25rem;margin:2.25rem 0 .75rem}
h3{font-size:1.05rem;margin:1.5rem 0 .5rem}
h4{font-size:1rem;margin:0}
p{margin:.35rem 0}
code{font:.9em ui-monospace,SFMono-Regular,Consolas,"DejaVu Sans Mono",monospace}
a{color:var(--accent)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.skip{position:absolute;left:-999rem}
.skip:focus{position:static;display:inline-block;margin-bottom:.75rem}
.verdict{border:2px solid var(--ink);border-radius:.5rem;padding:1rem 1.25rem}
.verdict.bad{border-color:var(--fail)}.verdict.bad strong{color:var(--fail)}
.verdict.good{border-color:var(--pass)}.verdict.good strong{color:var(--pass)}
.verdict.unsure{border-color:var(--warn)}.verdict.unsure strong{color:var(--warn)}
.counts{display:flex;flex-wrap:wrap;gap:.35rem 1.25rem;list-style:none;margin:.75rem 0 0;padding:0}
.counts b{font-size:1.15rem}
nav ul{display:flex;flex-wrap:wrap;gap:.35rem 1.25rem;list-style:none;margin:1rem 0 0;padding:0}
.badge{font-weight:700;white-space:nowrap}
.problems li{margin:.35rem 0}
.row{border-left:.3rem solid var(--line);padding:.1rem 0 .1rem .85rem;margin:.6rem 0}
.row.quiet h4{font-weight:400}
.row.quiet p{margin:.1rem 0}
.row.problem{background:var(--card);padding:.85rem 1rem;border-radius:0 .4rem .4rem 0}
.row:target{outline:2px solid var(--accent);outline-offset:2px}
.meta{color:var(--muted);font-size:.9rem}
dl{margin:.6rem 0}
dt{font-weight:600}
dd{margin:0 0 .4rem}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr));gap:.25rem 2rem}
table{border-collapse:collapse;width:100%;font-size:.88rem;margin:.5rem 0}
.problem table{table-layout:fixed}
caption{text-align:left;font-weight:600;padding:.25rem 0}
th,td{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0;border-bottom:1px solid var(--line)}
thead th{overflow-wrap:normal}
tbody th{font-weight:400}
@media (min-width:30rem){tbody th{min-width:5.5rem}td{min-width:3rem}}
.figure{border-top:1px solid var(--line);padding-top:.25rem;margin-top:1.25rem}
.picture{overflow-x:auto}
.picture svg{display:block;width:100%;min-width:36rem;max-width:48rem;height:auto}
@media (min-width:62rem){.beside{display:grid;grid-template-columns:minmax(0,3fr) minmax(0,2fr);gap:1.5rem;align-items:start}}
.below td,.below thead th+th{text-align:right}
.below .picture{max-width:48rem}
.below table{table-layout:fixed}.below thead th{overflow-wrap:anywhere}
@media (min-width:48rem){.below table{table-layout:auto}.below td{white-space:nowrap}}
${OUTCOME_RULES}
@page{margin:14mm}
@media print{
  :root{color-scheme:light}
  body{padding:0;max-width:none;font-size:10pt}
  nav,.skip{display:none}
  .row,.verdict,.picture,tr{break-inside:avoid}
  h2,h3,h4,caption{break-after:avoid}
  .picture{overflow:visible}
  .picture svg{min-width:0;max-width:100%}
  *{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
`;
