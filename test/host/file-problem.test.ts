import { constants } from 'node:os';
import { expect, test } from 'vitest';
import { describeErrno, errorCode, FileProblem, fileProblem, isFileProblem } from '../../src/host/file-problem.ts';

const system = (code: string, errno: number) => Object.assign(new Error(`${code}: of Node`), { code, errno });

const MISSING = system('ENOENT', -constants.errno.ENOENT);
const DENIED = system('EACCES', -constants.errno.EACCES);

test.each([
  ['no such file', MISSING, 'no such file or folder'],
  ['no permission', DENIED, 'permission denied'],
  ['a full disk', system('ENOSPC', -constants.errno.ENOSPC), 'no space left on device'],
  ['a full quota', system('EDQUOT', -constants.errno.EDQUOT), 'disk quota exceeded'],
  ['what the system does not have', system('EWHAT', -99_999), 'EWHAT: of Node'],
  ['what is no error of the system', new Error('so it is'), 'so it is'],
  ['what is no error at all', null, 'null'],
])('%s is said in the words of the system', (_, error, words) => {
  expect(describeErrno(error)).toBe(words);
});

test('a problem says what was tried, but for a file that is not there, and keeps its code', () => {
  const problems = [MISSING, DENIED].map((error) => fileProblem('/a/b', 'cannot be read', error));
  expect(problems.map(({ message, code }) => [message, code])).toEqual([
    ['/a/b: no such file or folder', 'ENOENT'],
    ['/a/b: cannot be read: permission denied', 'EACCES'],
  ]);
  const known = new FileProblem('/a', 'is unsafe', { kind: 'unsafe' });
  expect(fileProblem('/b', 'cannot be read', known)).toBe(known);
  expect([isFileProblem(known, 'unsafe'), isFileProblem(known, 'foreign'), isFileProblem(DENIED, 'unusable')]).toEqual([
    true,
    false,
    false,
  ]);
  expect(isFileProblem(problems[0], 'unusable')).toBe(true);
  const others = [{ code: 'EACCES' }, new Error('x'), Object.assign(new Error('x'), { code: 20 })];
  expect([DENIED, ...others].map(errorCode)).toEqual(['EACCES', null, null, null]);
});
