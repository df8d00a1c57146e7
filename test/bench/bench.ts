import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkStated } from './check.ts';
import { startDiscovery } from './discovery.ts';
import { type Bench, formatFigure, type Measured, meetsGoal } from './figure.ts';
import { install } from './installed.ts';
import { ROWS } from './rows.ts';
import { writeStated } from './stated.ts';

const ROUNDS = '13';

/** `npm run bench`: measures the rows that are asked for, prints them, and writes or checks what the page states. */
export async function bench(argv: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      rounds: { type: 'string', default: ROUNDS },
      only: { type: 'string', default: Object.keys(ROWS).join(',') },
      write: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
    },
  });
  const folder = mkdtempSync(join(tmpdir(), 'watcher-bench-'));
  const discovery = await startDiscovery();
  const shared = { program: install(join(folder, 'installed')), rounds: Number(values.rounds), ypUrl: discovery.url };
  try {
    if (values.check) return await checkStated({ ...shared, folder });
    const measured: Record<string, Measured> = {};
    for (const name of values.only.split(',')) measured[name] = await measureRow(name, shared, folder);
    if (values.write) writeStated(measured);
  } finally {
    discovery.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureRow(name: string, shared: Omit<Bench, 'folder'>, folder: string): Promise<Measured> {
  const row = ROWS[name];
  if (row === undefined) throw new Error(`no row ${name}: expected some of ${Object.keys(ROWS).join(', ')}`);
  console.log(row.title);
  const measured = await row.measure({ ...shared, folder: join(folder, name) });
  for (const figure of measured.figures) {
    const goal = figure.goal === null ? '' : `   goal ${figure.isLeast ? '≥' : '≤'} ${figure.goal}`;
    const mark = meetsGoal(figure) ? '' : '   not met';
    console.log(`  ${formatFigure(figure).padStart(9)}  ${figure.what}${goal}${mark}`);
  }
  return measured;
}
