import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type HandbrakeRequest, handbrakeCommand } from '../../src/commands/handbrake.ts';
import { handbrakeFileCommand } from '../../src/settings/default-handbrake.ts';
import { tempFolder } from '../support/temp-folder.ts';

function node() {
  const folder = tempFolder();
  const file = join(folder, 'etc', 'handbrake');
  const logFile = join(folder, 'watcher.log');
  const command = handbrakeFileCommand(file);
  const flags = { log_file: logFile, handbrake_command: command };
  const ask = (word?: string, more: Partial<HandbrakeRequest> = {}, other = {}) =>
    handbrakeCommand({ ...flags, ...other }, { word, reason: undefined, duration: undefined, yes: false, ...more });
  const run = () => spawnSync('/bin/sh', ['-c', command], { encoding: 'utf8', timeout: 20_000 });
  return { ask, file, run, log: () => readFileSync(logFile, 'utf8') };
}

describe('watcher handbrake', () => {
  test('pulls it, says who did and why, and the command of a run sees it so', async () => {
    const { ask, run, log } = node();
    expect(await ask()).toMatchObject({ text: 'handbrake  released\n', code: 0 });
    expect(run().status).toBe(0);
    const pulled = await ask('pull', { reason: 'new switch' });
    expect(pulled.text).toMatch(/^handbrake {2}pulled: pulled by \S+.* at \S+Z; new switch\n$/);
    expect(await ask('status')).toMatchObject({ code: 1, text: pulled.text });
    expect(run()).toMatchObject({ status: 1, stdout: 'new switch\n' });
    expect(log()).toMatch(/the handbrake was pulled: pulled by .*; new switch/);
  });

  test('counts as released once its time is over, and that is said', async () => {
    const { ask, file, run } = node();
    const before = Date.now();
    expect((await ask('pull', { duration: '2h' })).text).toMatch(/; until \S+Z\n$/);
    const until = Number(/^until=(\d+)$/m.exec(readFileSync(file, 'utf8'))![1]) * 1000;
    expect(until, 'not before two hours are over').toBeGreaterThanOrEqual(before + 7_200_000);
    expect(until, 'and a second later at most').toBeLessThan(Date.now() + 7_201_000);
    expect(statSync(file).mode & 0o777, 'whoever runs the command may read it').toBe(0o644);
    expect(run().status).toBe(1);
    writeFileSync(file, 'pulled by root at noon\nreason=a test\nuntil=1000\n');
    expect(await ask()).toMatchObject({
      code: 0,
      text: expect.stringMatching(/released: its time is over \(pulled by/),
    });
    expect(run()).toMatchObject({ status: 0, stdout: 'its time is over: a test\n' });
  });

  test('pulls it again without a question once its time is over, and else only with --yes', async () => {
    const { ask, file } = node();
    await ask('pull');
    writeFileSync(file, 'pulled by root at noon\nuntil=1000\n');
    expect((await ask('pull', { reason: 'again' })).text).toMatch(/^handbrake {2}pulled: .*; again\n$/);
    await expect(ask('pull')).rejects.toThrow(/this takes away what the handbrake says: .*; again: say --yes/);
    expect((await ask('pull', { yes: true, reason: 'mine' })).text).toMatch(/; mine\n$/);
  });

  test.each(['', 'out of order since Monday\n', 'until=soon\n', 'until=99999999999999999999\n', ' until=1\n'])(
    'takes a file with %j for pulled',
    async (content) => {
      const { ask, file, run } = node();
      mkdirSync(join(file, '..'));
      writeFileSync(file, content);
      expect(await ask()).toMatchObject({ code: 1 });
      expect(run().status).toBe(1);
    },
  );

  test.each<[string, Buffer, RegExp]>([
    ['Latin-1', Buffer.from('außer Betrieb\n', 'latin1'), /; au\ufffder Betrieb\n$/],
    ['bytes that steer a terminal', Buffer.from('\x1b[2J\0\nall\r\n'), /; \\u\{1b\}\[2J\\u\{0\} all\\u\{d\}\n$/],
    ['more than anybody reads', Buffer.alloc(200_000, 'a b '), /; [ab ]+…\n$/],
    ['a time with a carriage return', Buffer.from('until=1\r\n'), /; until=1\\u\{d\}\n$/],
    ['a time behind a byte order mark', Buffer.from('\ufeffuntil=1\n'), /; \\u\{feff\}until=1\n$/],
  ])('shows and releases a file with %s, which the command of a run takes for pulled too', async (_, content, says) => {
    const { ask, file, run } = node();
    mkdirSync(join(file, '..'));
    writeFileSync(file, content);
    expect(run().status).toBe(1);
    expect(await ask()).toMatchObject({ code: 1, text: expect.stringMatching(says) });
    expect(await ask('release', { yes: true })).toMatchObject({ code: 0 });
    expect(existsSync(file)).toBe(false);
  });

  test('releases it with --yes, or names what it would take away', async () => {
    const { ask, file, log } = node();
    await ask('pull', { reason: 'new switch' });
    await expect(ask('release')).rejects.toThrow(/this takes away the handbrake: pulled by .*new switch: say --yes/);
    await expect(ask('pull')).rejects.toThrow(/this takes away what the handbrake says: .*new switch/);
    expect(await ask('release', { yes: true })).toMatchObject({ code: 0 });
    expect(existsSync(file)).toBe(false);
    expect(log()).toMatch(/the handbrake was released by \S+.*: pulled by/);
    expect((await ask('release')).text).toMatch(/nothing to release/);
  });

  test('sees a link that leads nowhere, and removes it', async () => {
    const { ask, file } = node();
    mkdirSync(join(file, '..'));
    symlinkSync('nowhere', file);
    expect(await ask()).toMatchObject({ code: 1, text: expect.stringMatching(/no regular file/) });
    expect(await ask('release', { yes: true })).toMatchObject({ code: 0 });
    expect(await ask()).toMatchObject({ code: 0 });
  });

  test.each<[string, Partial<HandbrakeRequest>, RegExp]>([
    ['turn', {}, /takes status, pull or release, not "turn"/],
    ['toString', {}, /takes status, pull or release, not "toString"/],
    ['pul', {}, /not "pul"; did you mean pull\?/],
    ['release', { reason: 'x' }, /--reason and --for are for watcher handbrake pull/],
    ['status', { duration: '1h' }, /--reason and --for are for watcher handbrake pull/],
    ['pull', { duration: '0s' }, /--for: expected a duration above zero/],
    ['pull', { duration: 'soon' }, /soon/],
  ])('refuses %s with %j', async (word, more, why) => {
    await expect((async () => node().ask(word, more))()).rejects.toThrow(why);
  });

  test('is not for a command of one’s own', async () => {
    await expect(node().ask('status', {}, { handbrake_command: 'true' })).rejects.toThrow(/a command of its own/);
  });
});
