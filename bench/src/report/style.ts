/** The report's looks: the terminal's own colours and type (ui/src/styles/tokens.css), dark on a screen, light on paper. */

/** Style of a page, given the terminal's tokens. */
export function styleOf(tokens: string): string {
  const light = /:root\[data-theme="light"\]\s*\{([^}]*)\}/.exec(tokens)?.[1] ?? "";
  return `${tokens}\n@media print { :root { ${light.trim()} } }\n${RULES}`;
}

const RULES = `
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1400px; padding: 24px; background: var(--bg0); color: var(--text1); font: 13px/1.45 var(--sans); }
h1 { margin: 0 0 4px; font-size: 20px; font-weight: 600; }
h2 { margin: 32px 0 8px; font-size: 15px; font-weight: 600; border-bottom: 1px solid var(--line); padding-bottom: 4px; }
p { margin: 2px 0; color: var(--text2); }
a { color: var(--accent); }
nav { margin: 12px 0; display: flex; flex-wrap: wrap; gap: 4px 14px; }
.noisy { margin: 10px 0; padding: 8px 12px; border: 1px solid var(--warn); color: var(--warn); background: var(--bg1); }
table { border-collapse: collapse; width: 100%; background: var(--bg1); border: 1px solid var(--line); }
th, td { padding: 2px 10px; text-align: left; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--text3); font-weight: 500; font-size: 11px; }
td.number, th.number { text-align: right; font-family: var(--mono); font-variant-numeric: tabular-nums; white-space: nowrap; }
td.met { color: var(--up); }
td.missed { color: var(--down); }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(560px, 1fr)); gap: 12px; margin-bottom: 12px; }
.chart { margin: 0; padding: 10px 12px; background: var(--bg1); border: 1px solid var(--line); break-inside: avoid; }
.chart figcaption { font-weight: 600; margin-bottom: 4px; }
.chart svg { display: block; width: 100%; height: auto; }
.legend { list-style: none; margin: 0 0 4px; padding: 0; display: flex; flex-wrap: wrap; gap: 2px 14px; color: var(--text2); font-size: 12px; }
.legend li { display: flex; align-items: center; gap: 6px; }
.legend svg { width: 22px; }
.grid { stroke: var(--line); stroke-width: 1; fill: none; }
.tick { fill: var(--text3); font: 10.5px var(--mono); }
.tick.value { fill: var(--text1); }
.axis { fill: var(--text2); font: 11px var(--sans); }
.line { fill: none; stroke: currentColor; stroke-width: 1.8; }
.mark { fill: currentColor; }
.mark.open { fill: none; stroke: currentColor; stroke-width: 1.8; }
.bar { fill: var(--accent); }
.spread { stroke: var(--text1); stroke-width: 2; }
.s0 { color: var(--accent); } .s1 { color: var(--green); } .s2 { color: var(--orange); } .s3 { color: var(--red); } .s4 { color: var(--stale); } .s5 { color: var(--text2); }
details { margin: 8px 0; }
summary { cursor: pointer; color: var(--text2); }
@media print {
  body { max-width: none; padding: 0; font-size: 10px; }
  nav { display: none; }
  .legend { font-size: 9px; }
  .charts { grid-template-columns: 1fr 1fr; }
  tr { break-inside: avoid; }
  h2 { break-after: avoid; }
}
@media (max-width: 640px) { .charts { grid-template-columns: 1fr; } }
`;
