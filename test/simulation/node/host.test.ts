/**
 * Goal: where the simulated host differs from a real one, nothing that is simulated means anything. Method: both are asked
 * the same, and have to say the same: values, and the error codes of whatever does not work.
 */
import { randomUUID } from 'node:crypto';
import * as realFs from 'node:fs';
import * as realPromises from 'node:fs/promises';
import * as realNet from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempFolder } from '../../support/temp-folder.ts';
import { type Dice, diceOf } from '../draw.ts';
import { run } from './current.ts';
import type { Disk } from './disk.ts';
import * as simulatedFs from './fs.ts';
import * as simulatedPromises from './fs-promises.ts';
import * as simulatedNet from './net.ts';
import { procText } from './proc-files.ts';
import { ProcessTable } from './process-table.ts';
import { stillHost } from './still-host.ts';

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_TRUNC, O_WRONLY } = realFs.constants;

const FLAGS = [
  O_RDONLY | O_NONBLOCK,
  O_RDONLY | O_DIRECTORY,
  O_WRONLY,
  O_WRONLY | O_CREAT,
  O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW,
  O_WRONLY | O_CREAT | O_TRUNC,
];

const NAMES = ['a', 'b', 'sub', 'sub/a', 'a/inside', 'missing/a'];

/** What both kinds have in common, as far as src/ uses it. */
interface Place {
  readonly fs: typeof simulatedFs;
  readonly promises: typeof simulatedPromises;
  readonly folder: string;
}

test.each([1, 2, 3, 4])('files: both disks say the same to five hundred questions (%i)', async (seed) => {
  run(stillHost());
  const real = { fs: realFs, promises: realPromises, folder: tempFolder() } as unknown as Place;
  const simulated = { fs: simulatedFs, promises: simulatedPromises, folder: '/run' };
  for (let step = 0; step < 500; step += 1) {
    const question = drawQuestion(diceOf(seed, step));
    const said = { question, answer: await answerOf(question, simulated) };
    expect(said).toEqual({ question, answer: await answerOf(question, real) });
  }
});

test('abstract sockets: both kernels say the same of a name', async () => {
  run(stillHost());
  const said = await socketTalk(simulatedNet as unknown as typeof realNet);
  expect(said).toEqual(await socketTalk(realNet));
  expect(said).toEqual(['ECONNREFUSED', 'bound', 'EADDRINUSE', 'connected', 'closed', 'ECONNREFUSED']);
});

test('/proc: the lines of a process have the form of real ones', () => {
  const simulated = stillHost();
  for (const file of ['stat', 'status', 'cmdline', 'environ']) {
    const [there, here] = [
      realFs.readFileSync(`/proc/self/${file}`, 'utf8'),
      procText(simulated, `/proc/self/${file}`),
    ];
    expect({ file, form: formOf(file, here) }).toEqual({ file, form: formOf(file, there) });
  }
  expect(() => procText(simulated, '/proc/77/stat')).toThrow('ENOENT');
});

test('pids come again only when nothing has them, and with another start', () => {
  let nowMs = 0;
  const table = new ProcessTable(4, () => nowMs);
  const first = table.start({ words: ['first'] });
  const child = table.start({ words: ['child'], group: first.pid });
  table.end(first.pid);
  nowMs = 50;
  const [second, third] = [table.start({ words: ['second'] }), table.start({ words: ['third'], group: 1 })];
  expect([second.pid, third.pid]).not.toContain(first.pid);
  table.end(child.pid);
  table.end(second.pid);
  const again = Array.from({ length: 2 }, () => table.start({ words: ['again'] }));
  expect(again.map(({ pid }) => pid)).toEqual([first.pid, child.pid]);
  expect(again[0]!.startTicks).not.toBe(first.startTicks);
});

test('a power cut leaves what was flushed, and of the rest the old, a part or the new', () => {
  const seen = new Set<string>();
  for (let seed = 0; seed < 60; seed += 1) {
    const { disk } = stillHost();
    const dice = diceOf(seed);
    write(disk, '/run/kept', 'old');
    const lost = disk.open('/run/.new', O_WRONLY | O_CREAT);
    disk.write(lost, Buffer.from('newer'));
    disk.rename('/run/.new', '/run/kept');
    let draws = 0;
    const draw = () => {
      draws += 1;
      return dice.between(0, 1_000, draws) / 1_001;
    };
    disk.cutPower(draw, null);
    seen.add(`${disk.text('/run/kept')}`);
  }
  expect(seen).toEqual(new Set(['old', '', 'ne', 'newer']));
});

type Question =
  | { readonly ask: 'open'; readonly path: string; readonly flags: number; readonly mode: number }
  | { readonly ask: 'openAndUse'; readonly path: string; readonly flags: number; readonly text: string }
  | { readonly ask: 'rename'; readonly path: string; readonly to: string }
  | { readonly ask: 'mkdir' | 'unlink' | 'list' | 'stat' | 'read' | 'lock'; readonly path: string };

function drawQuestion(dice: Dice): Question {
  const path = dice.pick(NAMES, 'path');
  const flags = dice.pick(FLAGS, 'flags');
  const asks = ['open', 'openAndUse', 'rename', 'mkdir', 'unlink', 'list', 'stat', 'read', 'lock'] as const;
  const ask = dice.pick(asks, 'ask');
  if (ask === 'open') return { ask, path, flags, mode: dice.pick([0o600, 0o644, 0o666], 'mode') };
  if (ask === 'openAndUse') return { ask, path, flags, text: 'x'.repeat(dice.between(0, 20, 'text')) };
  // What src/ renames are files.
  if (ask === 'rename') return { ask, path: dice.pick(['a', 'sub/a', 'missing/a'], 'from'), to: 'b' };
  if (ask === 'mkdir') return { ask, path: dice.pick(['sub', 'missing/a', 'a/inside'], 'folder') };
  return { ask, path };
}

async function answerOf(question: Question, { fs, promises, folder }: Place): Promise<unknown> {
  const path = join(folder, question.path);
  try {
    switch (question.ask) {
      case 'open': {
        const file = await promises.open(path, question.flags, question.mode);
        const { size, mode, nlink } = await file.stat();
        const isFile = (await file.stat()).isFile();
        await file.close();
        return isFile ? { size, mode, nlink } : 'folder';
      }
      case 'openAndUse': {
        const fd = fs.openSync(path, question.flags, 0o644);
        try {
          if (fs.fstatSync(fd).isDirectory()) return 'folder';
          if ((question.flags & O_WRONLY) === 0) return String(fs.readFileSync(fd, 'utf8'));
          fs.writeFileSync(fd, question.text);
          fs.fchmodSync(fd, 0o640);
          return fs.fstatSync(fd).size;
        } finally {
          fs.closeSync(fd);
        }
      }
      case 'rename':
        if (fs.readdirSync(folder).includes('b') && fs.lstatSync(join(folder, 'b')).isDirectory()) return 'folder';
        await promises.rename(path, join(folder, question.to));
        return 'renamed';
      case 'mkdir':
        await promises.mkdir(path, { mode: 0o755 });
        return 'made';
      case 'unlink':
        await promises.unlink(path);
        return 'removed';
      case 'list':
        return (await promises.readdir(path)).sort();
      case 'stat': {
        const { size, mode, nlink } = fs.lstatSync(path);
        return fs.statSync(path).isFile() ? { size, mode, nlink } : 'folder';
      }
      case 'read':
        return fs.readFileSync(path, 'utf8');
      case 'lock':
        fs.closeSync(fs.openSync(path, 'wx'));
        return 'locked';
    }
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}

/** What comes of binding a name, binding it again, visiting it and giving it back. */
async function socketTalk(net: typeof realNet): Promise<readonly unknown[]> {
  const path = `\0watcher-test-${randomUUID()}`;
  const bind = () => {
    const server = net.createServer((visitor) => visitor.destroy());
    return new Promise<readonly [string, typeof server]>((resolve) => {
      server.once('error', (error) => resolve([(error as NodeJS.ErrnoException).code!, server]));
      server.listen({ path, exclusive: true }, () => resolve(['bound', server]));
    });
  };
  const visit = () =>
    new Promise((resolve) => {
      const visitor = net.connect(path);
      visitor.on('error', (error) => resolve((error as NodeJS.ErrnoException).code));
      visitor.on('connect', () => {
        visitor.destroy();
        resolve('connected');
      });
    });
  const before = await visit();
  const [first, server] = await bind();
  const [second] = await bind();
  const there = await visit();
  const closed = await new Promise((resolve) => server.close(() => resolve('closed')));
  return [before, first, second, there, closed, await visit()];
}

/** How the parts that are read look, whatever they say. */
function formOf(file: string, text: string): unknown {
  if (file === 'stat')
    return text
      .slice(text.lastIndexOf(')') + 2)
      .trim()
      .split(' ').length;
  if (file === 'status') return /^Uid:\t(\d+\t\d+\t\d+)\t/m.test(text);
  return text === '' || text.endsWith('\0');
}

function write(disk: Disk, path: string, text: string): void {
  const file = disk.open(path, O_WRONLY | O_CREAT);
  disk.write(file, Buffer.from(text));
  disk.sync(file);
  disk.sync(disk.open('/run', O_RDONLY | O_DIRECTORY));
}
