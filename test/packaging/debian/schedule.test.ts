/** What starts the runs, cron's line and systemd's units, without a cron and without a systemd. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EXIT_CODES } from '../../../src/exit-codes.ts';
import { CATALOG } from '../../../src/settings/catalog.ts';
import { needs } from '../../support/needs.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { ROOT } from './checkout.ts';

const { keys } = CATALOG;

const FILES = join(ROOT, 'src/packaging/debian/tree');
const SPLAY = join(FILES, 'usr/lib/yandex-market-watcher/splay');
const UNITS = join(FILES, 'usr/lib/systemd/system');
const RUN = 'timeout -k 60s 75m watcher --config /etc/yandex/market-watcher/watcher.yaml';

const killGraceSec = secondsOf(keys.killGraceMs);
/** Beyond haproxy_timeout come two looks at the handbrake, and what is to be ended and given back. */
const longestRunSec = secondsOf(keys.haproxyTimeoutMs) + 2 * (secondsOf(keys.handbrakeTimeoutMs) + killGraceSec);

describe('cron’s line', () => {
  const { command, schedule, user, settings, atReboot } = crontab();

  test('is every five minutes, root’s, and without what cron takes for a line break', () => {
    expect({ schedule, user }).toEqual({ schedule: '*/5 * * * *', user: 'root' });
    expect(command).not.toContain('%');
    expect(command.length).toBeLessThan(900);
  });

  test('has a shell and a path of its own', () => {
    expect(settings).toEqual(['SHELL=/bin/sh', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin']);
  });

  test('gives a run more time than it may take, and more between TERM and KILL than a command has', () => {
    const [, kill, end] = /; timeout -k (\d+)s (\d+)m watcher --config \S+$/.exec(command)!.map(Number);
    expect(end! * 60).toBeGreaterThan(longestRunSec);
    expect(kill).toBeGreaterThan(killGraceSec);
  });

  test('sleeps as long as splay says, runs watcher, and prints nothing', () => {
    const host = cronHost();
    expect(host.tick()).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(host.done()).toEqual(['sleep 42', RUN]);
  });

  test('ends as the run ends, and prints what it printed', () => {
    const host = cronHost();
    host.program('timeout', 'echo "watcher: no" >&2; exit 3');
    expect(host.tick()).toEqual({ status: 3, stdout: '', stderr: 'watcher: no\n' });
  });

  test('does nothing when the package was removed, and only its configuration is left', () => {
    const host = cronHost({ isInstalled: false });
    expect(host.tick()).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(host.done()).toEqual([]);
  });

  test('nor that of a restart does anything where the program is now another package’s', () => {
    const host = cronHost({ isInstalled: false });
    host.program('watcher', '');
    for (const line of [command, atReboot]) expect(host.tick(line)).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(host.done()).toEqual([]);
    const own = cronHost();
    own.tick(atReboot);
    expect(own.done()).toEqual([expect.stringMatching(/^mkdir .*\/run\/yandex-market-watcher$/)]);
  });

  test.each(['is-enabled', 'is-active'])('does nothing while the timer %s', (state) => {
    const host = cronHost({ hasSystemd: true });
    host.program('systemctl', `[ "$2 $3" = "${state} yandex-market-watcher.timer" ]`);
    expect(host.tick()).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(host.done()).toEqual([]);
  });

  test('starts a run when systemd knows no timer, and has nothing to say of that', () => {
    const host = cronHost({ hasSystemd: true });
    host.program('systemctl', 'echo "Failed to get unit file state" >&2; exit 1');
    expect(host.tick()).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(host.done()).toContain(RUN);
  });

  test('does not ask a systemctl that is there without a systemd', () => {
    const host = cronHost();
    host.program('systemctl', 'exit 0');
    host.tick();
    expect(host.done()).toContain(RUN);
  });
});

describe('splay', () => {
  const hosts = ['mslb', 'fslb', 'rslb', 'sslb'].flatMap((cluster) =>
    Array.from({ length: 40 }, (_, index) => `${cluster}${String(index + 1).padStart(2, '0')}ht.market.yandex.net`),
  );

  test('is from 0 to 59, and spreads a fleet over the minute', () => {
    const seconds = hosts.map(splay);
    for (const second of seconds) expect(second).toMatch(/^(\d|[1-5]\d)\n$/);
    expect(new Set(seconds).size).toBeGreaterThan(40);
    const counts = [...new Set(seconds)].map((second) => seconds.filter((other) => other === second).length);
    expect(Math.max(...counts)).toBeLessThan(12);
  });

  test('is always the same for one host', () => {
    expect(hosts.slice(0, 20).map(splay)).toEqual(hosts.slice(0, 20).map(splay));
    expect(splay('mslb01ht.market.yandex.net')).toBe('13\n');
  });

  test('is this host’s when it is given no other, in cron’s bare environment', () => {
    expect(execFileSync('env', ['-i', 'PATH=/usr/bin:/bin', 'sh', SPLAY], { encoding: 'utf8' })).toBe(
      splay(hostname()),
    );
  });
});

describe('systemd’s units', () => {
  const service = readFileSync(join(UNITS, 'yandex-market-watcher.service'), 'utf8');
  const timer = readFileSync(join(UNITS, 'yandex-market-watcher.timer'), 'utf8');

  test('are understood by systemd', () => {
    needs('systemd-analyze');
    const folder = tempFolder();
    const file = (name: string) => join(folder, `yandex-market-watcher.${name}`);
    writeFileSync(file('service'), service.replace('/usr/bin/watcher', process.execPath));
    writeFileSync(file('timer'), timer);
    const units = [file('service'), file('timer')];
    const { status, stderr } = spawnSync('systemd-analyze', ['--man=no', 'verify', ...units], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test('start a run every five minutes, spread like cron’s, and make up for a missed one', () => {
    needs('systemd-analyze');
    const calendar = settingOf(timer, 'OnCalendar')!;
    const { stdout } = spawnSync('systemd-analyze', ['calendar', '--iterations=3', calendar], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], TZ: 'UTC' },
    });
    const times = [...stdout.matchAll(/(?:Next elapse|Iter(?:ation|\.) #\d+): \w+ (\S+ \S+)/g)].map(([, time]) =>
      Date.parse(`${time!.replace(' ', 'T')}Z`),
    );
    expect(times.slice(1).map((time, index) => time - times[index]!)).toEqual([300_000, 300_000]);
    const settings = ['RandomizedDelaySec', 'FixedRandomDelay', 'AccuracySec', 'Persistent'];
    expect(settings.map((name) => settingOf(timer, name))).toEqual(['60', 'true', '1s', 'true']);
  });

  test('run what cron runs', () => {
    expect(RUN.endsWith(settingOf(service, 'ExecStart')!.replace('/usr/bin/', ' '))).toBe(true);
  });

  test('give a run as much time as cron does', () => {
    expect(crontab().command).toContain(` ${Number.parseInt(settingOf(service, 'TimeoutStartSec')!, 10)}m watcher `);
    expect(settingOf(service, 'TimeoutStartSec')).toMatch(/^\d+min$/);
    expect(Number.parseInt(settingOf(service, 'TimeoutStopSec')!, 10)).toBeGreaterThan(killGraceSec);
  });

  test('take no good outcome and no stopped run for a failure, and no failure for either', () => {
    const fine = EXIT_CODES.filter(
      ({ code, when }) => code > 0 && when.length > 0 && when.every((name) => !name.startsWith('failed/')),
    );
    const codes = fine.map(({ code }) => String(code));
    expect(settingOf(service, 'SuccessExitStatus')!.split(' ')).toEqual(codes);
    expect(codes.length).toBeGreaterThan(5);
  });

  test('stop a run by asking it, and let it write its configuration’s reload command to /etc', () => {
    expect(settingOf(service, 'KillMode')).toBe('mixed');
    expect(settingOf(service, 'ProtectSystem')).toBe('true');
    for (const name of ['MemoryDenyWriteExecute', 'PrivateTmp', 'PrivateNetwork', 'RuntimeDirectory']) {
      expect(settingOf(service, name), name).toBeUndefined();
    }
  });
});

test('logrotate understands its file, and neither copies nor compresses', () => {
  needs('logrotate');
  const file = join(FILES, 'etc/logrotate.d/yandex-market-watcher');
  const state = join(tempFolder(), 'state');
  const { stderr } = spawnSync('/usr/sbin/logrotate', ['--debug', '--state', state, file], { encoding: 'utf8' });
  expect(stderr).toContain(`rotating pattern: ${keys.logFile.default}  after 1 days (14 rotations)`);
  expect(stderr).not.toMatch(/^error|^warning: (?!logrotate in debug mode)/m);
  const words = readFileSync(file, 'utf8').replaceAll(/^#.*$/gm, '').match(/\w+/g)!;
  expect(words).toEqual(expect.arrayContaining(['nocompress', 'nocopytruncate', 'create', 'missingok']));
});

interface CronHost {
  /** Puts a program on the line's path. */
  program(name: string, script: string): void;
  tick(line?: string): { status: number | null; stdout: string; stderr: string };
  /** What the line has run, one command a line. */
  done(): string[];
}

/** A host of our own: the line's absolute paths lead into a folder, where programs note that they were called. */
function cronHost({ isInstalled = true, hasSystemd = false } = {}): CronHost {
  const folder = tempFolder();
  const bin = join(folder, 'usr/bin');
  const log = join(folder, 'done');
  const program = (name: string, script: string) =>
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  mkdirSync(bin, { recursive: true });
  mkdirSync(join(folder, 'usr/lib/yandex-market-watcher'), { recursive: true });
  if (hasSystemd) mkdirSync(join(folder, 'run/systemd/system'), { recursive: true });
  for (const name of ['sleep', 'timeout', 'mkdir']) program(name, `echo "${name} $*" >>${log}`);
  if (isInstalled) {
    program('watcher', '');
    program('../lib/yandex-market-watcher/splay', 'echo 42');
  }
  return {
    program,
    tick: (line = crontab().command) => {
      const here = line.replaceAll(/\/(usr|run)\//g, `${folder}/$1/`);
      const env = { PATH: `${bin}:/usr/bin:/bin`, HOME: '/root', LOGNAME: 'root', SHELL: '/bin/sh' };
      const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', here], { env, encoding: 'utf8' });
      return { status, stdout, stderr };
    },
    done: () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []),
  };
}

function crontab() {
  const text = readFileSync(join(FILES, 'etc/cron.d/yandex-market-watcher'), 'utf8');
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const settings = lines.filter((line) => /^[A-Z]+=/.test(line));
  const jobs = lines.filter((line) => /^\S+ (\S+ ){4}/.test(line) && !line.startsWith('@'));
  if (jobs.length !== 1 || !text.endsWith('\n')) throw new Error(`cron.d must have one line, with an end: ${text}`);
  const [, schedule, user, command] = /^((?:\S+ ){4}\S+) +(\S+) +(.*)$/.exec(jobs[0]!)!;
  const atReboot = /^@reboot root (.*)$/m.exec(text)![1]!;
  return { settings, schedule: schedule!, user: user!, command: command!, atReboot };
}

function splay(host: string): string {
  return execFileSync('sh', [SPLAY, host], { encoding: 'utf8' });
}

function settingOf(unit: string, name: string): string | undefined {
  return new RegExp(`^${name}=(.*)$`, 'm').exec(unit)?.[1];
}

function secondsOf({ type, default: written }: (typeof keys)['killGraceMs']): number {
  return type.parse(written, '/') / 1000;
}
