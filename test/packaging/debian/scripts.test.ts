/**
 * What the package's scripts do beside a systemd, with a run that they wait for, and to what is left of the package: on a
 * host of our own, where their absolute paths lead into a folder and programs note that they were called.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tempFolder } from '../../support/temp-folder.ts';
import { ROOT } from './checkout.ts';

const TIMER = 'yandex-market-watcher.timer';
const WANTED = `etc/systemd/system/timers.target.wants/${TIMER}`;
const CONFIG = 'etc/yandex/market-watcher/watcher.yaml';
const CACHE = 'usr/lib/yandex-market-watcher/watcher.cjs.v20.cache';
const RELOAD = 'systemctl --system daemon-reload';

/** `busy`: how often watcher status says that a run is in progress. */
function host({ hasSystemd = true, isEnabled = true, busy = 0 } = {}) {
  const folder = tempFolder();
  const path = (name: string) => join(folder, name);
  const write = (name: string, text: string) => {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), text, { mode: 0o755 });
  };
  const program = (name: string, script = '') =>
    write(`usr/bin/${name}`, `#!/bin/sh\necho "${name} $*" >>${path('done')}\n${script}\n`);
  for (const name of ['systemctl', 'deb-systemd-invoke', 'ucf', 'ucfr', 'sleep']) program(name);
  program('timeout', 'shift 3; exec "$@"');
  program('watcher', `[ "$(grep -c ^watcher ${path('done')})" -gt ${busy} ] || echo 'now     busy: refreshing, pid 7'`);
  write('usr/share/debconf/confmodule', 'db_purge() { :; }\n');
  write(CACHE, '');
  if (hasSystemd) mkdirSync(path('run/systemd/system'), { recursive: true });
  mkdirSync(dirname(path(WANTED)), { recursive: true });
  if (isEnabled) symlinkSync('/nowhere', path(WANTED));
  const run = (script: string, word: string, env: Readonly<Record<string, string>> = {}) => {
    const text = readFileSync(join(ROOT, 'src/packaging/debian/control', script), 'utf8');
    const here = text.replaceAll(/(?<![\w/])\/(?=(?:etc|run|usr|var)\b)/g, `${folder}/`);
    const { status, stderr } = spawnSync('/bin/sh', ['-c', here, script, word], {
      env: { PATH: `${path('usr/bin')}:/usr/bin:/bin`, ...env },
      encoding: 'utf8',
    });
    expect(status, stderr).toBe(0);
    const done = existsSync(path('done')) ? readFileSync(path('done'), 'utf8').trimEnd().split('\n') : [];
    return { said: stderr, done: done.map((line) => line.replaceAll(`${folder}/`, '/')) };
  };
  return { run, write, path, has: (name: string) => existsSync(path(name)) };
}

const ASKED = ['timeout -k 1 30 watcher status --config /etc/yandex/market-watcher/watcher.yaml'];
const ASKS = [...ASKED, ASKED[0]!.slice('timeout -k 1 30 '.length)];

describe('before the program goes', () => {
  test.each([
    ['remove', true, {}, [`deb-systemd-invoke stop ${TIMER}`, ...ASKS], false],
    ['remove', false, {}, ASKS, false],
    ['upgrade', true, {}, ASKS, false],
    ['deconfigure', true, {}, ASKS, false],
    ['upgrade', true, { DEBCONF_RECONFIGURE: '1' }, [], true],
    ['failed-upgrade', true, {}, [], true],
  ] as const)('%s, with systemd: %s, in %j', (word, hasSystemd, env, done, keepsCache) => {
    const { run, has } = host({ hasSystemd });
    expect(run('prerm', word, env)).toEqual({ said: '', done });
    expect(has(CACHE)).toBe(keepsCache);
  });

  test.each([
    ['5', 5],
    ['', 600],
    ['soon', 600],
    ['-1', 600],
    ['1.5', 600],
    ['99999', 99_999],
    ['100000', 600],
  ])('a wait of %j is one of %i seconds', (wait, seconds) => {
    const { said, done } = host({ busy: 1 }).run('prerm', 'upgrade', { YANDEX_MARKET_WATCHER_WAIT: wait });
    const what = `a run is in progress; waiting up to ${seconds}s: refreshing, pid 7`;
    expect(said).toBe(`yandex-market-watcher: ${what}\n`);
    expect(done).toEqual([...ASKS, 'sleep 1', ...ASKS]);
  });
});

test.each(['abort-upgrade', 'abort-remove', 'abort-deconfigure'])(
  'after %s a timer that is enabled goes on, and no other',
  (word) => {
    expect(host().run('postinst', word).done).toEqual([RELOAD, `deb-systemd-invoke start ${TIMER}`]);
    expect(host({ isEnabled: false }).run('postinst', word).done).toEqual([RELOAD]);
    expect(host({ hasSystemd: false }).run('postinst', word).done).toEqual([]);
  },
);

test('a removal reloads systemd, and keeps a run folder that is not empty', () => {
  const { run, write, path, has } = host();
  write('run/yandex-market-watcher/watcher.pid', '1');
  expect(run('postrm', 'remove').done).toEqual([RELOAD]);
  expect([has('run/yandex-market-watcher/watcher.pid'), readdirSync(dirname(path(WANTED)))]).toEqual([true, [TIMER]]);
  expect(host({ hasSystemd: false }).run('postrm', 'remove').done).toEqual([]);
});

test('a purge takes whatever ucf and dpkg left beside the configuration, the timer’s link and stamp, and has ucf forget it', () => {
  const { run, write, path, has } = host();
  const beside =
    '~ % .bak .made .copy .merge-error .ucf-new .ucf-old .ucf-dist .dpkg-tmp .dpkg-new .dpkg-old .dpkg-dist';
  for (const suffix of ['', ...beside.split(' ')]) write(`${CONFIG}${suffix}`, '');
  for (const name of ['handbrake', 'cluster']) write(`etc/yandex/market-watcher/${name}`, '');
  write('var/lib/systemd/timers/stamp-yandex-market-watcher.timer', '');
  const forget = [`ucf --purge /${CONFIG}`, `ucfr --purge yandex-market-watcher /${CONFIG}`];
  // Before and after it is gone: where it is a link, ucf knows it by two names.
  expect(run('postrm', 'purge').done).toEqual([...forget, ...forget, RELOAD]);
  expect(readdirSync(dirname(path(CONFIG)))).toEqual(['cluster', 'handbrake']);
  expect(readdirSync(dirname(path(WANTED)))).toEqual([]);
  expect(has('var/lib/systemd/timers/stamp-yandex-market-watcher.timer')).toBe(false);
});
