import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FORMATS } from '../../src/graph/request.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { DIST } from './dist.ts';

/** The built program where no other file of the project is. */
function installed(): string {
  const folder = tempFolder();
  for (const name of ['watcher.cjs', 'graph.cjs', 'graph-page.js', 'graph-page.css']) {
    if (!existsSync(join(DIST, name))) throw new Error(`dist/${name} is missing: run \`npm run build\` first`);
    cpSync(join(DIST, name), join(folder, name));
  }
  return folder;
}

function graph(folder: string, ...argv: readonly string[]) {
  return spawnSync(process.execPath, [join(folder, 'watcher.cjs'), 'graph', ...argv], {
    cwd: folder,
    encoding: 'utf8',
  });
}

test('the built program draws every format with nothing but its own files', () => {
  const folder = installed();
  for (const format of FORMATS) {
    const { status, stdout, stderr } = graph(folder, '--format', format);
    expect({ status, stderr }, format).toEqual({ status: 0, stderr: '' });
    expect(stdout, format).toContain('awaitingYtLock');
  }
});

test('a drawing goes to the file that is named, as a whole', () => {
  const folder = installed();
  const { status, stdout } = graph(folder, '--format', 'svg', '--output', 'machine.svg');
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  expect(readFileSync(join(folder, 'machine.svg'), 'utf8')).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
});

test('a recording that cannot be read is a mistake of whoever asks, in one line', () => {
  const { status, stdout, stderr } = graph(installed(), '--format', 'svg', '--run', 'nowhere.jsonl');
  expect({ status, stdout, stderr }).toEqual({
    status: 2,
    stdout: '',
    stderr: 'watcher: nowhere.jsonl: no such file or folder\n',
  });
});

test('what runs from cron does not carry what only drawings need', () => {
  const text = readFileSync(join(DIST, 'watcher.cjs'), 'utf8');
  expect(readFileSync(join(DIST, 'graph.cjs'), 'utf8').includes('// node_modules/@viz-js')).toBe(true);
  expect(text.includes('// node_modules/@viz-js')).toBe(false);
  expect(statSync(join(DIST, 'graph.cjs')).size).toBeGreaterThan(1_000_000);
  expect(statSync(join(DIST, 'watcher.cjs')).size).toBeLessThan(2_000_000);
});
