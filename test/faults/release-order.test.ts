/**
 * Goal: nobody can get a lock whose file is still that of its owner before, nor begin on this node before the cluster's
 * lock is free. Method: the system calls of a whole run, in their order.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { needs } from '../support/needs.ts';
import { recordedProgram } from '../support/recorded-program.ts';
import { tempFolder } from '../support/temp-folder.ts';

test('a run gives back the cluster lock before the run lock, and of each the file before the name', () => {
  needs('strace', 'tracing');
  const program = recordedProgram(tempFolder());
  const log = program.path('calls');
  const tracer = ['strace', '-f', '-qq', '-e', 'signal=none', '-e', 'trace=bind,unlink,close', '-o', log];
  expect(program.run(['--detailed_exitcode'], tracer).code).toBe(10);
  const ended = releasesIn(readFileSync(log, 'utf8'), [program.path('cluster.lock'), program.path('run.pid')]);
  expect(ended).toEqual([
    'the file cluster.lock is removed',
    'the name that was taken second is given back',
    'the file run.pid is removed',
    'the name that was taken first is given back',
  ]);
});

/** What was done with these files and with the kernel names of locks, in order. */
function releasesIn(log: string, files: readonly string[]): readonly string[] {
  const places = ['first', 'second'];
  const names = new Map<string, string>();
  return log.split('\n').flatMap((line) => {
    const [, bound] = /\bbind\((\d+), \{sa_family=AF_UNIX, sun_path=@"watcher:[^)]*\) = 0/.exec(line) ?? [];
    if (bound !== undefined) names.set(bound, places[names.size]!);
    const [, removed] = /\bunlink\("([^"]*)"\) = 0/.exec(line) ?? [];
    if (removed !== undefined && files.includes(removed)) return [`the file ${removed.split('/').at(-1)} is removed`];
    const [, closed] = /\bclose\((\d+)\)/.exec(line) ?? [];
    const name = closed === undefined ? undefined : names.get(closed);
    if (name === undefined) return [];
    names.delete(closed!);
    return [`the name that was taken ${name} is given back`];
  });
}
