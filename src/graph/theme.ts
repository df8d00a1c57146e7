/** Okabe and Ito's hues, lightened for grounds and darkened for lines: told apart with every common colour blindness. */
const LIGHT = `--paper:#ffffff;--ink:#17202a;--faint:#5b6773;--line:#66727e;--group:#f5f7f9;--group-line:#8b98a5;
--acting:#fdf3c4;--acting-line:#9a7200;--waiting:#d9ecfa;--waiting-line:#2a6ea6;--deciding:#f0e1f4;--deciding-line:#86499b;
--good:#cdeee2;--good-line:#00735a;--bad:#fbd9c8;--bad-line:#b04400;--end:#e6e8ea;--end-line:#5c646c;--gone:#0b57a4;`;

const DARK = `--paper:#12171d;--ink:#e8edf2;--faint:#a3b0bd;--line:#8d9aa7;--group:#1a2129;--group-line:#5c6b79;
--acting:#4a3d0c;--acting-line:#e0b93a;--waiting:#16395a;--waiting-line:#6cb2ec;--deciding:#432a4d;--deciding-line:#cf9be0;
--good:#0b4637;--good-line:#3fcaa3;--bad:#5b2a10;--bad-line:#ff9a63;--end:#2e353d;--end-line:#a3adb7;--gone:#7cc0ff;`;

/** The colours of the day, of the night and of paper, as CSS variables of the elements that `selector` names. */
export function paletteOf(selector: string): string {
  return `${selector}{${LIGHT}}
@media (prefers-color-scheme:dark){${selector}{${DARK}}}
@media print{${selector}{${LIGHT}}}`;
}

/** How the graph of a machine is drawn with those variables. */
export const GRAPH_STYLE = `.machine text{font-family:system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,"Liberation Sans","DejaVu Sans",sans-serif;fill:var(--ink)}
.machine .caption{font-size:16px;font-weight:600}
.machine .cluster path,.machine .cluster polygon{fill:var(--group);stroke:var(--group-line)}
.machine .node path,.machine .node polygon,.machine .swatch{stroke:var(--line);fill:var(--paper)}
.machine .start ellipse{fill:var(--line);stroke:var(--line)}
${['acting', 'waiting', 'deciding', 'end'].map((role) => roleStyle(role, role)).join('\n')}
${roleStyle('goodEnd', 'good')}
${roleStyle('badEnd', 'bad')}
.machine .edge path{stroke:var(--line)}
.machine .edge polygon{stroke:var(--line);fill:var(--line)}
.machine .unvisited:not(.cluster){opacity:.5}
.machine .node.visited path{stroke-width:3}
.machine .cluster.visited>path{stroke-width:2.2;stroke:var(--gone)}
.machine .ended path{stroke-width:5}
.machine .edge.gone path{stroke:var(--gone);stroke-width:3}
.machine .edge.gone polygon{stroke:var(--gone);fill:var(--gone)}`;

function roleStyle(role: string, colour: string): string {
  return `.machine .${role} path,.machine .${role} polygon,.machine .swatch.${role}{fill:var(--${colour});stroke:var(--${colour}-line)}`;
}
