import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { draw } from '../../src/graph/draw.ts';
import { loadRecordings } from '../../src/graph/load-recordings.ts';
import { FORMATS } from '../../src/graph/request.ts';
import { bundledPackages } from '../support/bundled-packages.ts';
import { linesOf, rechain, rechainRaw } from '../support/rechain.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { DIST, readBuilt } from './dist.ts';

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

test('a recording is read as a replay reads it: no folder, FIFO, device, and nothing without end', () => {
  const folder = installed();
  spawnSync('mkfifo', [join(folder, 'fifo')]);
  writeFileSync(join(folder, 'big'), '');
  truncateSync(join(folder, 'big'), 65 * 1024 * 1024);
  const files = ['fifo', '/dev/zero', 'big', '.'];
  for (const file of files) {
    const drawn = graph(folder, '--format', 'html', '--run', file);
    const replayed = spawnSync(process.execPath, [join(folder, 'watcher.cjs'), 'replay', file], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect({ status: drawn.status, stdout: drawn.stdout }, file).toEqual({ status: 2, stdout: '' });
    expect(drawn.stderr).toMatch(/^watcher: [^\n]+\n$/);
    if (file !== '.') expect(drawn.stderr).toBe(`watcher: ${replayed.stdout}`);
  }
});

test('no format has a character of a recording that steers a terminal, turns a text or is none of XML', async () => {
  const folder = tempFolder();
  const evil = '\u001b]0;x\u0007\u0000\u009b2J\u202e\u2066\u2028\u2029\ufeff';
  const lines = linesOf(readFileSync(join(import.meta.dirname, '../runs/the-refresh-fails.jsonl'), 'latin1'));
  lines[0] = { ...lines[0]!, host: evil };
  lines.splice(-1, 1, { ...lines.at(-1)!, outcome: { kind: 'failed', failure: { kind: evil, message: evil } } });
  const forged = (name: string, text: string) => writeFileSync(join(folder, name), text);
  forged('escaped.jsonl', rechain(lines));
  forged(`raw${evil.replaceAll('\u0000', '')}.jsonl`, rechainRaw(lines));
  for (const name of readdirSync(folder)) {
    const recordings = await loadRecordings([join(folder, name)]);
    for (const format of FORMATS.filter((each) => each !== 'json')) {
      const text = await draw({ format, machine: 'all', recordings, readPart: readBuilt });
      const shown = format === 'html' ? text.slice(text.indexOf('id="recordings"')).split('</script>')[0]! : text;
      expect(shown, format).not.toMatch(/(?!\n)[\p{C}\p{Zl}\p{Zp}]/u);
    }
  }
});

test('what runs from cron does not carry what only drawings need', () => {
  const drawer = 'node_modules/@viz-js/viz';
  expect(bundledPackages('graph.cjs')).toContain(drawer);
  expect(bundledPackages('watcher.cjs')).not.toContain(drawer);
  expect(statSync(join(DIST, 'graph.cjs')).size).toBeGreaterThan(1_000_000);
  expect(statSync(join(DIST, 'watcher.cjs')).size).toBeLessThan(1_300_000);
});
