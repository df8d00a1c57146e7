/** Goal: a replay does nothing to the world. Method: strace the built program, and look at every call that could. */

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { recordedProgram } from '../support/recorded-program.ts';
import { tempFolder } from '../support/temp-folder.ts';

const runs = join(import.meta.dirname, '..', 'runs');

test.each([['replay'], ['explain']])(
  'watcher %s opens its recording and nothing else, and starts, sends and writes nothing',
  (command) => {
    const program = recordedProgram(tempFolder());
    mkdirSync(program.path('kept'));
    const recording = program.path('kept/run.jsonl');
    cpSync(join(runs, 'waits-for-another-node-then-refreshes.jsonl'), recording);
    const log = program.path('strace.log');
    const calls =
      'trace=%network,%process,openat,open,creat,write,pwrite64,writev,pwritev,unlink,unlinkat,rename,renameat,renameat2,mkdir,mkdirat,kill,truncate,ftruncate,chmod,fchmod,link,symlink,linkat,symlinkat';
    const words = [
      '-f',
      '-qq',
      '-e',
      calls,
      '-e',
      'signal=none',
      '-o',
      log,
      process.execPath,
      program.file,
      command,
      recording,
    ];
    const { status, stdout } = spawnSync('strace', words, {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: program.folder },
    });
    expect(status).toBe(0);
    const seen = readFileSync(log, 'utf8')
      .split('\n')
      .map((line) => line.replace(/^\d+ +/, ''));
    const named = (name: string) => seen.filter((line) => line.startsWith(`${name}(`));

    // The program itself, and the threads of its runtime.
    expect(named('execve')).toHaveLength(1);
    for (const line of [...named('clone'), ...named('clone3')]) expect(line).toContain('CLONE_THREAD');
    expect([...named('fork'), ...named('vfork'), ...named('kill')]).toEqual([]);
    for (const call of ['socket', 'connect', 'bind', 'sendto', 'sendmsg', 'listen'])
      expect(named(call), call).toEqual([]);
    for (const call of [
      'unlink',
      'unlinkat',
      'rename',
      'renameat',
      'renameat2',
      'mkdir',
      'mkdirat',
      'truncate',
      'ftruncate',
      'creat',
    ]) {
      expect(named(call), call).toEqual([]);
    }
    const opened = [...named('openat'), ...named('open')];
    expect(
      opened.filter((line) => /O_WRONLY|O_RDWR|O_CREAT|O_APPEND|O_TRUNC/.test(line) && !line.includes('"/dev/null"')),
    ).toEqual([]);
    const files = opened.map((line) => /"([^"]*)"/.exec(line)?.[1] ?? '').filter((path) => !isRuntime(path));
    const installed = dirname(program.file);
    const ofProgram = readdirSync(installed).filter((name) => /^(?:start|watcher)\.cjs/.test(name));
    expect([...new Set(files)].sort()).toEqual([recording, ...ofProgram.map((name) => join(installed, name))].sort());

    // Descriptors that it opened itself are pipes between threads of the runtime; text goes to stdout alone.
    const texts = [...named('write'), ...named('writev')].filter((line) => /state|refresh|cluster/.test(line));
    expect(texts.every((line) => line.startsWith('write(1,') || line.startsWith('writev(1,'))).toBe(true);
    expect(stdout).toContain('refreshed');
  },
);

function isRuntime(path: string): boolean {
  return (
    /^\/(?:etc\/(?:ld\.so|ssl|localtime)|lib|usr\/(?:lib|share|bin|local)|proc|sys|dev\/(?:null|urandom)|opt)/.test(
      path,
    ) || path.endsWith('/package.json')
  );
}
