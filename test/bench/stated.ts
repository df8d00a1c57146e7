import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatFigure, type Measured } from './figure.ts';
import { ROOT } from './place.ts';
import { barPlot } from './plot.ts';
import { ROWS } from './rows.ts';

/** What docs/performance.json has: what each row of the bench measured, by the major version of Node. */
export type Stated = Readonly<Record<string, Readonly<Record<string, Measured>>>>;

export const NODE_MAJOR = process.versions.node.split('.')[0]!;

const FIGURES = join(ROOT, 'docs', 'performance.json');
const PAGE = join(ROOT, 'docs', 'performance.md');

export function readStated(): Stated {
  return JSON.parse(readFileSync(FIGURES, 'utf8')) as Stated;
}

/** Writes what this Node measured beside what others did, and the table of the page. */
export function writeStated(measured: Readonly<Record<string, Measured>>): void {
  const before = readStated();
  const stated: Stated = {
    ...before,
    [NODE_MAJOR]: { ...before[NODE_MAJOR], ...measured },
  };
  writeFileSync(FIGURES, `${JSON.stringify(stated, null, 1)}\n`);
  for (const [name, { title, plots = null }] of Object.entries(ROWS)) {
    const figures = stated[NODE_MAJOR]?.[name]?.figures.filter(({ unit }) => unit === plots) ?? [];
    if (figures.length > 0) writeFileSync(join(ROOT, 'docs', `performance-${name}.svg`), barPlot(title, figures));
  }
  const page = readFileSync(PAGE, 'utf8');
  const part = /(<!-- figures -->)(.*)(<!-- \/figures -->)/s;
  writeFileSync(
    PAGE,
    page.replace(part, (_, begin, __, end) => `${begin}\n\n${formatStated(stated)}\n\n${end}`),
  );
}

/** The table of docs/performance.md: a line for each figure, a column for each Node. */
function formatStated(stated: Stated): string {
  const nodes = Object.keys(stated);
  const lines = [
    `| | ${nodes.map((node) => `Node ${node}`).join(' | ')} | goal |`,
    `|---|${'---:|'.repeat(nodes.length + 1)}`,
  ];
  for (const [name, { title }] of Object.entries(ROWS)) {
    const columns = nodes.map((node) => stated[node]?.[name]?.figures ?? []);
    const widest = columns.find(({ length }) => length > 0);
    if (widest === undefined) continue;
    lines.push(`| **${title}** |${' |'.repeat(nodes.length + 1)}`);
    for (const { what, goal, isLeast, unit } of widest) {
      const cells = columns.map((figures) => {
        const found = figures.find((figure) => figure.what === what);
        return found === undefined ? '' : formatFigure(found);
      });
      const wanted =
        goal === null ? '' : `${isLeast ? '≥' : '≤'} ${goal}${unit === '×' || unit === '' ? '' : ` ${unit}`}`;
      lines.push(`| ${what} | ${cells.join(' | ')} | ${wanted} |`);
    }
  }
  return lines.join('\n');
}
