import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { lockCommand } from '../../src/commands/lock.ts';
import { startYtProxy } from '../../src/sandbox/yt/server.ts';
import { openLock } from '../../src/services/open-lock.ts';
import { contender } from '../conformance/contender.ts';
import { afterwards } from '../support/current-test.ts';
import { tempFolder } from '../support/temp-folder.ts';

vi.mock('../../src/services/open-lock.ts', { spy: true });

const never = new AbortController().signal;

async function yt() {
  const folder = tempFolder();
  const proxy = await startYtProxy({ tokens: { 'a-token-of-the-tests': 'robot' } });
  afterwards(() => proxy.close());
  const tokenPath = join(folder, 'token');
  writeFileSync(tokenPath, 'a-token-of-the-tests\n', { mode: 0o600 });
  const logFile = join(folder, 'watcher.log');
  const flags = { lock: 'yt', yt_path: '//home/lock', yt_proxy: proxy.url, yt_token_path: tokenPath };
  const ask = (word?: string, yes = false, reason?: string) =>
    lockCommand({ ...flags, log_file: logFile }, { word, yes, reason });
  const holder = await contender('balancer-1', flags);
  afterwards(() => holder.close());
  return { ask, holder, proxy, flags, close: () => proxy.close(), log: () => readFileSync(logFile, 'utf8') };
}

describe('watcher lock', () => {
  test('says that it is free, and who has it', async () => {
    const { ask, holder } = await yt();
    expect(await ask()).toMatchObject({ code: 0, text: expect.stringMatching(/^lock {2}free: yt \/\/home\/lock at /) });
    await holder.requestLock({ reason: 'changed' }, never);
    expect(await ask('status')).toMatchObject({
      code: 1,
      text: expect.stringMatching(
        /^lock {2}held by balancer-1 \(pid \d+, run run-balancer-1, changed, transaction [\w-]+\) for \S+, since 20\S+, nobody waiting: yt /,
      ),
    });
  });

  test('takes it away with --yes, and the log says from whom, by whom and why', async () => {
    const { ask, holder, log } = await yt();
    await holder.requestLock({ reason: 'changed' }, never);
    await expect(ask('release')).rejects.toThrow(/this takes away the lock of .*balancer-1.*: say --yes/);
    expect(await holder.renewLock(null, never)).toMatchObject({ standing: 'renewed' });
    expect(await ask('release', true, 'it hangs')).toMatchObject({
      code: 0,
      text: expect.stringMatching(/^lock {2}taken away from .*balancer-1/),
    });
    expect(await holder.renewLock(null, never)).toMatchObject({ standing: 'gone' });
    expect(log()).toMatch(/the lock yt \/\/home\/lock at \S+ was taken away from .*balancer-1.* by \w+.*: it hangs/);
    expect((await ask('release', true)).text).toMatch(/nothing to release/);
  });

  test('says that nothing was taken away where its holder was faster, and logs nothing', async () => {
    const { ask, holder, proxy, log } = await yt();
    await holder.requestLock({ reason: 'changed' }, never);
    const over = proxy.faults.add('abort_transaction', { kind: 'error', code: 11000, message: 'No such transaction' });
    expect(await ask('release', true)).toMatchObject({
      code: 0,
      text: expect.stringMatching(/^lock {2}.*balancer-1.* has it no more: nothing was taken away\n$/),
    });
    over();
    expect(() => log()).toThrow('ENOENT');
  });

  test('says how many wait behind whoever has it', async () => {
    const { ask, holder, flags } = await yt();
    await holder.requestLock({ reason: 'changed' }, never);
    const other = await contender('balancer-2', flags);
    afterwards(() => other.close());
    expect(await other.requestLock({ reason: 'changed' }, never)).toMatchObject({ standing: 'queued' });
    expect((await ask()).text).toMatch(/^lock {2}held by balancer-1 .*, 1 waiting: /);
  });

  test('cannot say where the lock service cannot be reached', async () => {
    const { ask, close } = await yt();
    await close();
    expect(await ask()).toMatchObject({
      code: 3,
      text: '',
      warnings: expect.arrayContaining([expect.stringMatching(/YT/)]),
    });
  });

  test('closes the lock service that it opened, whatever comes of its question', async () => {
    const { ask, holder, close } = await yt();
    const { openLock: open } = await vi.importActual<{ openLock: typeof openLock }>('../../src/services/open-lock.ts');
    const closes: (() => void)[] = [];
    vi.mocked(openLock).mockImplementation((options) => {
      const opened = open(options);
      const closed = vi.fn(opened.close);
      closes.push(closed);
      return { ...opened, close: closed };
    });
    onTestFinished(() => void vi.mocked(openLock).mockReset());
    await ask();
    await holder.requestLock({ reason: 'changed' }, never);
    await expect(ask('release')).rejects.toThrow('say --yes');
    await close();
    expect(await ask()).toMatchObject({ code: 3 });
    expect(closes.map((closed) => vi.mocked(closed).mock.calls.length)).toEqual([1, 1, 1]);
  });

  test('takes no other word', async () => {
    await expect((async () => lockCommand({}, { word: 'steal', yes: true, reason: undefined }))()).rejects.toThrow(
      /takes status or release, not "steal"/,
    );
  });
});
