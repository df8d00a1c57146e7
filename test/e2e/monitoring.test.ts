/** What docs/monitoring.md shows is what is printed, and its checks can be run as they stand there. */
import { spawnSync } from 'node:child_process';
import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EXIT_CODES } from '../../src/exit-codes.ts';
import { CATALOG } from '../../src/settings/catalog.ts';
import { markedCode, ROOT, readPage } from '../docs/marked-part.ts';
import { runProgram } from '../support/built-program.ts';
import { tempFolder } from '../support/temp-folder.ts';

const PAGE = 'docs/monitoring.md';
const EXAMPLES = join(ROOT, 'src/packaging/debian/tree/usr/share/doc/yandex-market-watcher/examples');
const PACKAGED_LOG = CATALOG.keys.logFile.default;

test('every exit code of a failure has a row', () => {
  const rows = [...readPage(PAGE).matchAll(/^\| (\d+)(?: to (\d+))? \|/gm)].map(([, from, to]) => [
    Number(from),
    Number(to ?? from),
  ]);
  const failures = EXIT_CODES.map(({ code }) => code).filter((code) => code !== 0 && (code < 10 || code > 128));
  for (const code of failures)
    expect(
      rows.filter(([from, to]) => from! <= code && code <= to!),
      `${code}`,
    ).toHaveLength(1);
});

test('each line of the check for monitoring is one that it can print', () => {
  const script = readFileSync(join(EXAMPLES, 'check-last-success'), 'utf8');
  const pieces = (line: string) => line.replace(/^CRITICAL: |^OK: /, '').split(/\d+/);
  const lines = markedCode(PAGE, 'check-last-success').trimEnd().split('\n');
  for (const piece of lines.flatMap(pieces)) expect(script).toContain(piece);
});

test('a refresh command that fails, and a file that nobody writes any more, are reported as the page shows', async () => {
  const cwd = tempFolder();
  const place = (name: string, from: string) => {
    writeFileSync(join(cwd, name), readFileSync(join(EXAMPLES, 'without-services', from)));
    return join(cwd, name);
  };
  const primer = place('primer.json', 'primer.json');
  const discovery = place('discovery.json', 'discovery.json');
  const run = async (more: readonly string[]) => {
    const flags = { source: 'file', lock: 'file', source_file: discovery, primer_json_file: primer };
    const own = { run_lock_file: 'pid', state_file: 'state', stat_file: 'stats', log_file: 'log', lock_file: 'lock' };
    const words = Object.entries({ ...flags, ...own, haproxy_refresh_delay: '0s', handbrake_command: 'true' });
    const ended = await runProgram([...words.flatMap(([key, value]) => [`--${key}`, value]), ...more], { cwd });
    return { ...ended, stderr: ended.stderr.replace(join(cwd, 'log'), PACKAGED_LOG) };
  };
  const failing = `echo "[ALERT] config: unknown keyword 'prot'" >&2; exit 1`;
  expect(await run(['--haproxy_refresh_command', failing])).toMatchObject({
    code: 5,
    stderr: markedCode(PAGE, 'cron-mail'),
  });

  const threeHoursAgo = Date.now() / 1000 - 3 * 3600 - 5;
  utimesSync(discovery, threeHoursAgo, threeHoursAgo);
  const { code, stderr } = await run(['--source_max_age', '15m']);
  expect(code).toBe(4);
  const shown = stderr.replace(discovery, CATALOG.keys.sourceFile.default).replace(/3h0m\d+s/, '3h0m5s');
  expect(shown).toBe(markedCode(PAGE, 'stale'));
});

test('the check of the handbrake complains of one that is old, and of no other', () => {
  const file = join(tempFolder(), 'handbrake');
  const script = markedCode(PAGE, 'handbrake-check').replaceAll('/etc/yandex/market-watcher/handbrake', file);
  const check = () => spawnSync('/bin/sh', ['-ec', script], { encoding: 'utf8' });
  expect(check()).toMatchObject({ status: 0, stdout: expect.stringMatching(/^OK: /), stderr: '' });
  writeFileSync(file, '');
  expect(check()).toMatchObject({ status: 0, stdout: expect.stringMatching(/^OK: /) });
  const nineHoursAgo = Date.now() / 1000 - 9 * 3600;
  utimesSync(file, nineHoursAgo, nineHoursAgo);
  expect(check()).toMatchObject({ status: 1, stdout: expect.stringMatching(/^WARNING: .* since \d{4}-/) });
});
