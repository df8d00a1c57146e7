/** By what it shows that SIGHUP was ignored when this program was started. */
import { expect, test, vi } from 'vitest';
import { isHangupIgnored } from '../../src/host/ignored-hangup.ts';

const proc = vi.hoisted(() => ({ input: '', flags: '', ignoredByParent: '' as string | null }));

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  return {
    ...fs,
    readlinkSync: (path: string) => (path === '/proc/self/fd/0' ? proc.input : fs.readlinkSync(path)),
    readFileSync(path: string, ...more: [BufferEncoding]) {
      if (path === '/proc/self/fdinfo/0') return `pos:\t0\nflags:\t${proc.flags}\nmnt_id:\t1\n`;
      if (path !== `/proc/${process.ppid}/status`) return fs.readFileSync(path, ...more);
      if (proc.ignoredByParent === null) throw new Error('ENOENT');
      return `Name:\tsh\nSigBlk:\tffffffffffffffff\nSigIgn:\t${proc.ignoredByParent}\nSigCgt:\tffffffffffffffff\n`;
    },
  };
});

const NONE = '0000000000000000';

test.each<[string, string, string, string, string | null, boolean]>([
  ['a terminal', '/usr/bin/node', '/dev/pts/0', '0100002', NONE, false],
  ['a name that the shell left', '/usr/bin/nohup', '/dev/pts/0', '0100002', NONE, true],
  ['the input that nohup leaves', '/usr/bin/node', '/dev/null', '0100001', NONE, true],
  ['an input of nothing, to read', '/usr/bin/node', '/dev/null', '0100000', NONE, false],
  ['an input of nothing, to read and write', '/usr/bin/node', '/dev/null', '0100002', NONE, false],
  ['another input that is only written to', '/usr/bin/node', '/tmp/log', '0100001', NONE, false],
  ['a parent that ignores it', '', '/dev/pts/0', '0100002', '0000000000000001', true],
  ['a parent that ignores it and others', '', '/dev/pts/0', '0100002', 'ffffffffffffffff', true],
  ['a parent that ignores Ctrl-C', '', '/dev/pts/0', '0100002', '0000000000000002', false],
  ['a parent that may not be looked at', '', '/dev/pts/0', '0100002', null, false],
])('%s', (_, name, input, flags, ignoredByParent, isIgnored) => {
  Object.assign(proc, { input, flags, ignoredByParent });
  expect(isHangupIgnored({ _: name })).toBe(isIgnored);
});
