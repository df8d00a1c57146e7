import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Failed } from '../../../src/failure.ts';
import { createSecretFiles } from '../../../src/files/secret-files.ts';
import { createYtLock } from '../../../src/locks/yt/lock.ts';
import { readToken } from '../../../src/locks/yt/token.ts';
import { failureOf, never } from './lab.ts';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'watcher-token-'));
  path = join(folder, 'yt_token.sh');
});

afterEach(() => rm(folder, { recursive: true }));

const write = (content: string | Buffer, mode = 0o600): Promise<void> => writeFile(path, content, { mode });

const read = (file: string) => readToken(file, createSecretFiles({ allowUnsafe: false }));

async function refusal(): Promise<string> {
  const error = await read(path).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Failed)) throw new Error('expected a Failed');
  expect(error.failure.kind).toBe('lockDenied');
  expect(error.message).not.toContain('\n');
  expect(error.message).toContain(path);
  return error.message;
}

test.each([
  ['alone', 'CANARY-1'],
  ['alone, with new lines around it', '\nCANARY-1\r\n'],
  ['after a byte order mark', '\ufeffCANARY-1'],
  ['assigned', 'YT_TOKEN=CANARY-1\n'],
  ['exported', 'export YT_TOKEN=CANARY-1\n'],
  ['in double quotes', 'export YT_TOKEN="CANARY-1"\n'],
  [
    'in single quotes, among other lines',
    "#!/bin/sh\n# the robot's\n  export  YT_TOKEN='CANARY-1'  \r\nexport YT_USER=x\n",
  ],
])('finds the token: %s', async (_, content) => {
  await write(content);
  expect(await read(path)).toEqual({ token: 'CANARY-1', notes: [] });
});

test('a padded token is no assignment', async () => {
  await write('Q0FOQVJZMQ==');
  expect((await read(path)).token).toBe('Q0FOQVJZMQ==');
});

test.each([
  ['nothing', '', 'no token'],
  ['only white space', ' \n', 'no token'],
  ['an empty assignment', 'YT_TOKEN=', 'no token'],
  ['empty quotes', 'YT_TOKEN=""', 'no token'],
  ['a command', 'YT_TOKEN="$(cat CANARY-1)"', 'executed'],
  ['a variable', 'YT_TOKEN=$CANARY', 'executed'],
  ['a backtick', 'CANARY`id`', 'executed'],
  ['white space', 'CANARY 1', 'white space'],
  ['two lines', 'CANARY\nCANARY', 'white space'],
  ['a comment behind it', 'YT_TOKEN=CANARY # mine', 'white space'],
  ['an unbroken quote', 'YT_TOKEN="CANARY', 'shell syntax'],
  ['mixed quotes', `YT_TOKEN="CANARY'`, 'shell syntax'],
  ['a second command', 'YT_TOKEN=CANARY;id', 'shell syntax'],
  ['two tokens', 'YT_TOKEN=CANARY\nYT_TOKEN=CANARY2', 'more than once'],
  ['a token of another service', 'YP_TOKEN=CANARY', 'not YT_TOKEN'],
  ['a control character', 'CANARY\u0001', 'no token has'],
  ['a letter that is not ASCII', 'CANARYю', 'no token has'],
])('refuses %s, and does not say what is in the file', async (_, content, why) => {
  await write(content);
  const message = await refusal();
  expect(message).toContain(why);
  expect(message).not.toContain('CANARY');
});

test('a missing file is named, with what to do', async () => {
  expect(await refusal()).toMatch(/no such file.*expected the YT token/);
});

test('a folder, a file that is too large and bytes that are no text are refused', async () => {
  await write('CANARY'.repeat(200_000));
  expect(await refusal()).toContain('is larger than the limit of 65536 bytes');
  await write(`${'C'.repeat(65_535)}\n`);
  expect((await read(path)).token).toHaveLength(65_535);
  await write(`${'C'.repeat(65_536)}\n`);
  expect(await refusal()).toBe(
    `yt_token_path: ${path}: is larger than the limit of 65536 bytes; expected the YT token alone, or a line YT_TOKEN=<token>, in a file that this user can read`,
  );
  await write(Buffer.from([0x43, 0xff, 0xfe]));
  expect(await refusal()).toContain('UTF-8');
  path = folder;
  expect(await refusal()).toContain('folder');
});

test('a file that others may read is used, with a note', async () => {
  await write('CANARY-1');
  await chmod(path, 0o640);
  const { token, notes } = await read(path);
  expect(token).toBe('CANARY-1');
  expect(notes).toEqual([expect.stringContaining(`chmod 600 ${path}`)]);
  expect(notes.join()).not.toContain('CANARY');
});

test('a file that others may write is refused', async () => {
  await write('CANARY-1');
  await chmod(path, 0o602);
  expect(await refusal()).toBe(
    `yt_token_path: ${path}: cannot be used: ${path} may be written by every user: run chmod o-w ${path}`,
  );
  await chmod(path, 0o620);
  expect((await read(path)).notes).toContainEqual(expect.stringContaining('may be written by its group'));
});

test('a file whose token was refused is read again, also where it is just being replaced', async () => {
  const files = createSecretFiles({ allowUnsafe: false });
  await write('CANARY-1');
  await readToken(path, files);
  await rm(path);
  files.refused(path);
  await expect(readToken(path, files)).rejects.toThrow(/no such file/);
  await write('CANARY-22');
  expect((await readToken(path, files)).token).toBe('CANARY-22');
});

test('a file is read once: what becomes of it meanwhile changes nothing', async () => {
  const files = createSecretFiles({ allowUnsafe: false });
  await write('CANARY-1');
  expect((await readToken(path, files)).token).toBe('CANARY-1');
  await write('CANARY-22');
  expect((await readToken(path, files)).token).toBe('CANARY-1');
  await rm(path);
  expect((await readToken(path, files)).token).toBe('CANARY-1');
});

test('what is to be said of a token is said once, however often it is refused and asked for anew', async () => {
  const [asked, refused, notes] = [vi.fn(), vi.fn(), vi.fn()];
  const error = JSON.stringify({ code: 900, message: 'Authentication failed' });
  const lock = createYtLock({
    proxy: 'https://yt.example.net',
    path: '//lock',
    leaseMs: 30_000,
    identity: { host: 'a', pid: 1, runId: 'r' },
    client: { send: async () => ({ status: 401, headers: { 'x-yt-error': error }, text: '' }), close: () => {} },
    token: async () => {
      asked();
      return { token: 'CANARY-1', notes: ['others may read it'] };
    },
    tokenRefused: refused,
    note: notes,
  });
  for (let n = 0; n < 3; n += 1) {
    expect((await failureOf(lock.requestLock({ reason: 'changed' }, never))).kind).toBe('lockDenied');
  }
  // Once at first, and once after each refusal.
  expect([asked, refused].map(({ mock }) => mock.calls.length)).toEqual([4, 3]);
  expect(notes.mock.calls).toEqual([['others may read it']]);
});
