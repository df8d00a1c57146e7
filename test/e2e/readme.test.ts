/** README does what it says: its parts are fresh, its commands are run, its crontab line is one. */
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CATALOG } from '../../src/settings/catalog.ts';
import { expectFresh, markedCode, ROOT, readPage } from '../docs/marked-part.ts';
import { PROGRAM } from '../support/built-program.ts';
import { needs } from '../support/needs.ts';
import { tempFolder } from '../support/temp-folder.ts';

const { allKeys } = CATALOG;

const PAGE = 'README.md';

test('the quick start, pasted into a shell, does and prints what the page shows', () => {
  const folder = tempFolder();
  symlinkSync(join(ROOT, 'dist'), join(folder, 'dist'));
  const { status, stdout, stderr } = runShell(markedCode(PAGE, 'quick-start'), folder);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expectFresh(PAGE, 'quick-start-output', `\n\`\`\`\n${stdout}\`\`\`\n`, withoutTimes);
});

test('the program is one file, which runs wherever it is copied', () => {
  const { folder, status, stderr } = runCrontabLine();
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(readFileSync(join(folder, 'watcher.log'), 'utf8')).toContain('outcome=unchanged');
});

test('"Use it", followed word for word on a bare machine, ends in a refresh', () => {
  needs('root', 'namespaces', 'overlays');
  const script = join(tempFolder(), 'use-it');
  writeFileSync(script, `cd "${ROOT}"\n${markedCode(PAGE, 'use-it')}`);
  const shown = runShell(`unshare -m sh -c '${ON_A_BARE_MACHINE}' sh ${script}`, ROOT);
  expect(shown).toMatchObject({ status: 0, stderr: '' });
  const [, outcomes, drawn] = shown.stdout.split(/^--- .*\n/m);
  expect(outcomes!.match(/outcome=\w+/g)).toEqual(['outcome=wouldRefresh', 'outcome=refreshed', 'outcome=unchanged']);
  expect(drawn).toMatch(/^<!doctype html>/);
  expect(existsSync('/usr/local/bin/graph-page.js')).toBe(false);
});

test('the crontab line is every five minutes, and has nothing that cron takes for a line break', () => {
  const { path, schedule, command } = crontab();
  expect(path.split(':').every((entry) => entry.startsWith('/'))).toBe(true);
  expect(path.split(':')).toContain('/usr/local/bin');
  expect(schedule).toBe('*/5 * * * *');
  expect(command).not.toContain('%');
});

test('the crontab line waits longer than a run may take, also between TERM and KILL', () => {
  const [, kill, end] = /^timeout -k (\d+)s (\d+)m watcher /.exec(crontab().command)!.map(Number);
  const longestSec = seconds('haproxy_timeout') + 2 * (seconds('handbrake_timeout') + seconds('kill_grace'));
  expect(end! * 60).toBeGreaterThan(longestSec);
  expect(kill).toBeGreaterThan(seconds('kill_grace'));
});

test('the commands of the page are those that CI runs and that package.json has', () => {
  const { scripts } = JSON.parse(readPage('package.json'));
  const commands = [...readPage(PAGE).matchAll(/npm ci && npm (?:run )?(\w+)/g)];
  expect(commands.map(([, script]) => script)).toEqual(['demo', 'test']);
  for (const [, script] of commands) expect(scripts).toHaveProperty(script!);
  expect(readPage('.ci/run')).toContain(`\n${commands[1]![0]} && npm run test:packages `);
});

/** Pastes a script with these folders as empty as they are on a new host, then runs what cron runs. Leaves no trace. */
const ON_A_BARE_MACHINE = `
set -e
mount -t tmpfs tmpfs /mnt
for folder in /etc /var /run /tmp; do
  mkdir -p /mnt/upper$folder /mnt/work$folder
  mount -t overlay -o lowerdir=$folder,upperdir=/mnt/upper$folder,workdir=/mnt/work$folder overlay $folder
done
mount -t tmpfs tmpfs /usr/local/bin
rm -rf /etc/yandex /var/lib/yandex /var/log/yandex
sh -e "$1"
watcher
echo "--- the log"
cat /var/log/yandex/market/watcher/watcher.log
echo "--- a drawing"
watcher graph --format html`;

/** What cron would execute, with a copy of the program and a configuration that nobody else has. */
function runCrontabLine() {
  const folder = tempFolder();
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  copyFileSync(PROGRAM, join(bin, 'watcher'));
  chmodSync(join(bin, 'watcher'), 0o755);
  symlinkSync(process.execPath, join(bin, 'node'));
  const sets = JSON.stringify({ endpoint_sets: [{ cluster_name: 'sas', endpoint_set_id: 'front' }] });
  for (const file of ['primer.json', 'discovery.json']) writeFileSync(join(folder, file), sets);
  const [, config] = /cat >watcher\.yaml <<END\n(.*?)END\n/s.exec(markedCode(PAGE, 'quick-start'))!;
  writeFileSync(join(folder, 'watcher.yaml'), config!.replaceAll('$PWD', folder));

  const { command } = crontab();
  const [named] = /\/\S+\/watcher\.yaml$/.exec(command)!;
  expect(named).toBe(allKeys.find(({ name }) => name === 'config')!.default);
  const result = runShell(command.replace(named, join(folder, 'watcher.yaml')), folder, `${bin}:/usr/bin:/bin`);
  return { folder, ...result };
}

function crontab() {
  const [first, line] = markedCode(PAGE, 'crontab').trimEnd().split('\n');
  const [, path] = /^PATH=(.*)$/.exec(first!)!;
  const [, schedule, command] = /^((?:\S+ ){4}\S+) +root +(.*)$/.exec(line!)!;
  return { path: path!, schedule: schedule!, command: command! };
}

function seconds(key: string): number {
  const { type, default: written } = allKeys.find(({ name }) => name === key)!;
  return Number(type.parse(written, '/')) / 1000;
}

function runShell(script: string, cwd: string, path = process.env['PATH']) {
  return spawnSync('/bin/sh', ['-ec', script], { cwd, encoding: 'utf8', env: { PATH: path, HOME: cwd, TMPDIR: cwd } });
}

function withoutTimes(text: string): string {
  return text.replaceAll(/\d{8}T\d{6}Z-[0-9a-f]{16}/g, 'RUN').replaceAll(/\d+(?:\.\d+)?s\b/g, 'TIME');
}
