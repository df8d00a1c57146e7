/** A foreign holder is named by the best that its transaction's attributes give. */
import { expect, test } from 'vitest';
import { holderFrom } from '../../../src/locks/holder.ts';
import { holderRecord } from '../../../src/locks/yt/holder-record.ts';

const python = { owner: 'robot-deploy', hostname: 'build-7', user: 'ann', command: ['yt', 'lock', '//home/x'], pid: 7 };

test.each([
  ['its title', { ...python, title: 'Nightly' }, 'Nightly', 'build-7'],
  ['host name and command', python, 'yt lock //home/x on build-7', 'build-7'],
  ['host name and a command in one text', { ...python, command: 'python3 -m x' }, 'python3 -m x on build-7', 'build-7'],
  ['the host name alone', { ...python, command: [] }, 'build-7', 'build-7'],
  ['the command alone', { owner: 'robot', command: ['chyt'] }, 'chyt', null],
  ['the host of the chyt controller', { owner: 'robot-chyt', host: 'chyt-1', pid: 3 }, 'chyt-1', 'chyt-1'],
  [
    'the login that owns it, as with the Go client',
    { owner: 'robot-deploy', id: '1-2-3-4' },
    'YT user robot-deploy',
    null,
  ],
  ['nothing', { title: '', owner: 7, hostname: {}, command: null }, 'unknown holder', null],
])('by %s', (_, attributes, title, host) => {
  const record = { ...holderRecord(attributes), transaction: '1-2-3-4' };
  expect(holderFrom(record, 0)).toMatchObject({ title, host, transaction: '1-2-3-4' });
});

test('a long command is cut, and cannot move the cursor', () => {
  const { title } = holderFrom(holderRecord({ command: ['\u001b[2J', 'x'.repeat(9_000)], hostname: 'h' }), 0);
  expect(title).toMatch(/^\\u\{1b\}\[2J x+…$/);
});
