import { AsyncLocalStorage } from 'node:async_hooks';
import { expect, onTestFinished, test, vi } from 'vitest';
import { asking, withPatience } from '../../src/files/patience.ts';

test('a file that does not answer is not asked again before it has, by whoever looks again within the same patience', async () => {
  let answers = (_: string) => {};
  const hanging = new Promise<string>((resolve) => {
    answers = resolve;
  });
  let times = 0;
  const ask = () => {
    times += 1;
    return times === 1 ? hanging : Promise.resolve('new');
  };
  await withPatience({ ms: 1 }, async (silent) => {
    await expect(asking('/f', ask)).rejects.toThrow('/f: has not answered for 0.001 s');
    await withPatience({ ms: 1 }, () => expect(asking('/f', ask)).rejects.toThrow('/f: has not answered'));
    expect([times, silent().length]).toEqual([1, 1]);
    answers('old');
    await hanging;
    expect([await asking('/f', ask), silent()]).toEqual(['new', []]);
  });
});

test('without patience a file is waited for', async () => {
  expect(await asking('/f', async () => 'answer')).toBe('answer');
});

test('no promise is watched any longer than the last of those who look, and the next one has patience again', async () => {
  const disable = vi.spyOn(AsyncLocalStorage.prototype, 'disable');
  onTestFinished(() => disable.mockRestore());
  let end: () => void = () => {};
  const longer = withPatience({ ms: 1 }, () => new Promise<void>((resolve) => (end = resolve)));
  await withPatience({ ms: 1 }, () => withPatience({ ms: 1 }, async () => {}));
  expect(disable).not.toHaveBeenCalled();
  end();
  await longer;
  expect(disable).toHaveBeenCalledOnce();
  const hanging = () => new Promise<never>(() => {});
  await withPatience({ ms: 1 }, () => expect(asking('/f', hanging)).rejects.toThrow('/f: has not answered'));
  await expect(withPatience({ ms: 1 }, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(disable).toHaveBeenCalledTimes(3);
});
