import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openLogFile } from '../../src/report/log-file.ts';
import { fakeChildren } from '../support/fake-child.ts';
import { openFiles } from '../support/open-files.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { fakeRun, printing } from './fake-run.ts';
import { FakeStderr } from './fake-stderr.ts';

function open(path: string) {
  const problems: string[] = [];
  return { sink: openLogFile(path, (problem) => problems.push(problem)), problems };
}

test('lines are appended, and a missing folder is made', () => {
  const path = join(tempFolder(), 'new/folder/watcher.log');
  for (const line of ['first', 'second']) {
    const { sink, problems } = open(path);
    sink.write(line);
    sink.close();
    expect(problems).toEqual([]);
  }
  expect(readFileSync(path, 'utf8')).toBe('first\nsecond\n');
  expect(statSync(path).mode & 0o777 & ~0o644).toBe(0);
});

test('two writers at the same time lose nothing', () => {
  const path = join(tempFolder(), 'watcher.log');
  const sinks = [open(path).sink, open(path).sink];
  for (let index = 0; index < 100; index += 1) sinks[index % 2]!.write(`line ${index}`);
  expect(readFileSync(path, 'utf8').split('\n')).toEqual([...Array(100).keys()].map((n) => `line ${n}`).concat(''));
});

test('a line does not continue half a line that a killed run left', () => {
  const path = join(tempFolder(), 'watcher.log');
  writeFileSync(path, 'whole\nhalf a li');
  open(path).sink.write('next');
  expect(readFileSync(path, 'utf8')).toBe('whole\nhalf a li\nnext\n');
});

test('a file that is rotated away in the middle of a run keeps the rest of it', () => {
  const path = join(tempFolder(), 'watcher.log');
  const { sink } = open(path);
  sink.write('before');
  renameSync(path, `${path}.1`);
  sink.write('after');
  expect(readFileSync(`${path}.1`, 'utf8')).toBe('before\nafter\n');
});

test('a path that is no file is one complaint, and nothing is thrown', () => {
  const folder = tempFolder();
  const { sink, problems } = open(folder);
  sink.write('a');
  sink.write('b');
  sink.close();
  expect(problems).toEqual([
    `the log file ${folder} cannot be opened: illegal operation on a directory; the run goes on without it`,
  ]);
});

test('a folder that cannot be made is one complaint', () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'file'), '');
  const { sink, problems } = open(join(folder, 'file/watcher.log'));
  sink.write('a');
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(/cannot be opened: .*; the run goes on without it$/);
});

test('a folder where nothing can be created is one complaint', () => {
  const { sink, problems } = open('/proc/self/watcher.log');
  sink.write('a');
  expect(problems).toHaveLength(1);
});

test('a symbolic link is not followed', () => {
  const folder = tempFolder();
  symlinkSync(join(folder, 'victim'), join(folder, 'watcher.log'));
  const { sink, problems } = open(join(folder, 'watcher.log'));
  sink.write('a');
  expect(problems[0]).toContain('cannot be opened: it is a symbolic link, and is not followed');
  expect(existsSync(join(folder, 'victim'))).toBe(false);
});

test('a linked folder is followed: logs are often moved that way', () => {
  const folder = tempFolder();
  mkdirSync(join(folder, 'disk'));
  symlinkSync(join(folder, 'disk'), join(folder, 'log'));
  open(join(folder, 'log/watcher.log')).sink.write('a');
  expect(readFileSync(join(folder, 'disk/watcher.log'), 'utf8')).toBe('a\n');
});

test('a pipe that nobody reads holds up nothing', () => {
  const path = join(tempFolder(), 'pipe');
  execFileSync('mkfifo', [path]);
  const { sink, problems } = open(path);
  // What waited here would hold up this test as well, and nobody could say so.
  expect(flagsOf(path) & constants.O_NONBLOCK, 'the pipe was opened to wait for its reader').not.toBe(0);
  for (let index = 0; index < 100; index += 1) sink.write('x'.repeat(2_000));
  expect(problems).toHaveLength(1);
  sink.close();
});

test('what had no room is complained about, and the next line does not continue the half of it', () => {
  const path = join(tempFolder(), 'pipe');
  execFileSync('mkfifo', [path]);
  const { sink, problems } = open(path);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  sink.write('x'.repeat(2_000_000));
  expect(problems).toEqual([
    `the log file ${path} cannot be written in full: the disk may be full; the run goes on without it`,
  ]);
  const drained = Buffer.alloc(2_000_000);
  expect(drained.toString('latin1', 0, readSync(reader, drained))).toMatch(/^x+$/);
  sink.write('next');
  sink.write('last');
  expect(drained.toString('latin1', 0, readSync(reader, drained))).toBe('\nnext\nlast\n');
  sink.close();
  closeSync(reader);
});

test('a log that is closed is not open any more, nor is one that could not be used', () => {
  const path = join(tempFolder(), 'watcher.log');
  const { sink, problems } = open(path);
  expect([sink.isOpen(), openFiles().includes(path)]).toEqual([true, true]);
  sink.close();
  sink.write('too late');
  sink.close();
  expect([sink.isOpen(), openFiles().includes(path), problems]).toEqual([false, false, []]);
  const foreign = join(tempFolder(), 'watcher.log');
  writeFileSync(foreign, '');
  linkSync(foreign, `${foreign}.2`);
  const { sink: refused, problems: refusals } = open(foreign);
  expect([refused.isOpen(), openFiles().includes(foreign)]).toEqual([false, false]);
  expect(refusals).toEqual([
    `the log file ${foreign} cannot be opened: it is a hard link: the file has 2 names; the run goes on without it`,
  ]);
});

test('a full disk is one complaint, however many lines are lost', () => {
  const { sink, problems } = open('/dev/full');
  sink.write('a');
  sink.write('b');
  expect(problems).toEqual([
    'the log file /dev/full cannot be written: no space left on device; the run goes on without it',
  ]);
});

test('a run whose log cannot be written does all its work and says so once', async () => {
  for (const logFile of ['/dev/full', tempFolder()]) {
    const { outcome, stderr } = await fakeRun({ report: { logFile, logLevel: 'DEBUG' } });
    expect(outcome.kind).toBe('refreshed');
    expect(stderr.lines).toHaveLength(1);
    expect(stderr.lines[0]).toMatch(/^watcher: the log file .* the run goes on without it$/);
  }
});

test('a good run under cron says nothing, and its log has the story', async () => {
  const logFile = join(tempFolder(), 'watcher.log');
  const stderr = new FakeStderr();
  await fakeRun({ stderr, report: { logFile } });
  expect(stderr.written).toBe('');
  expect(readFileSync(logFile, 'utf8').split('\n')).toHaveLength(11);
});

test('a bad run under cron points to its log, where there is one', async () => {
  const folder = tempFolder();
  const failing = async (logFile: string) => {
    const children = fakeChildren({ refresh: [printing(3, '')] });
    return (await fakeRun({ children, report: { logFile } })).stderr.lines.at(-1);
  };
  expect(await failing(join(folder, 'watcher.log'))).toMatch(/by hand \(log: .*\/watcher\.log\)$/);
  expect(await failing(folder)).toMatch(/by hand$/);
});

/** The flags that this process has a file open with, as the kernel says them. */
function flagsOf(path: string): number {
  const fd = readdirSync('/proc/self/fd').find((each) => {
    try {
      return readlinkSync(`/proc/self/fd/${each}`) === path;
    } catch {
      return false;
    }
  });
  return Number.parseInt(/^flags:\s+(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))![1]!, 8);
}
