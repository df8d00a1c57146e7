import { expect, test } from 'vitest';
import { spawnProblem } from '../../src/command/start-problem.ts';

test.each([
  ['E2BIG', 'it is longer than this system allows'],
  ['ERR_INVALID_ARG_VALUE', 'it contains a NUL byte'],
  ['EAGAIN', 'this user may have no more processes (EAGAIN)'],
  ['ENOMEM', 'no memory is left for another process (ENOMEM)'],
  ['EMFILE', 'no file descriptors are left (EMFILE)'],
  ['ENFILE', 'no file descriptors are left (ENFILE)'],
  ['ENOENT', '/bin/sh cannot be executed (ENOENT)'],
  ['EACCES', '/bin/sh cannot be executed (EACCES)'],
  ['EIO', 'spawn /bin/sh EIO'],
])('%s of a command that does not start is put into words', (code, words) => {
  expect(spawnProblem(Object.assign(new Error(`spawn /bin/sh ${code}`), { code }))).toContain(words);
});
