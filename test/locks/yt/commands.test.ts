/** What each command asks of YT, how long it waits, and which answers it takes for one. */
import { expect, test } from 'vitest';
import type { Limits, YtApi } from '../../../src/locks/yt/api.ts';
import { createYtCommands } from '../../../src/locks/yt/commands.ts';
import { createMutation } from '../../../src/locks/yt/mutation.ts';
import { never } from './lab.ts';

const guid = '1-2-3-4';

test.each([
  [30_000, { request: 5_000, renewal: 7_500, release: 2_000 }],
  [3_000, { request: 1_500, renewal: 7_500, release: 750 }],
])(
  'of a lease of %i ms a request gets a half, a release a quarter, and none of them long',
  async (leaseMs, expected) => {
    const { yt, asked } = commands({ transaction_id: guid, node_id: guid, lock_id: guid }, leaseMs);
    const mutation = createMutation();
    await yt.start(mutation, {}, never);
    await yt.createNode(mutation, never);
    await yt.lock(mutation, guid, never);
    await yt.read('//a/@b', never);
    await yt.ping(guid, never);
    await yt.abort(mutation, guid, never);
    const { request, renewal, release } = expected;
    expect(asked.map(({ command, deadlineMs }) => [command, deadlineMs])).toEqual([
      ['start_transaction', request],
      ['create', request],
      ['lock', request],
      ['get', request],
      ['ping_transaction', renewal],
      ['abort_transaction', release],
    ]);
  },
);

test.each([
  [{ value: 'acquired' }, 'acquired'],
  ['acquired', 'acquired'],
  [{ value: null }, null],
  [null, null],
  [{ title: 'a map' }, { title: 'a map' }],
])('of the answer %j the value is %j', async (answer, value) => {
  expect(await commands(answer).yt.read('//a/@b', never)).toEqual(value);
});

test.each([null, 'a text', 7, {}, { transaction_id: '0-0-0-0' }, { transaction_id: 7 }, [guid]])(
  'the answer %j names no transaction',
  async (answer) => {
    await expect(commands(answer).yt.start(createMutation(), {}, never)).rejects.toMatchObject({
      kind: 'transient',
      message: expect.stringContaining('an answer without transaction_id'),
    });
  },
);

test.each([null, 'ok', 7, true, []])('the answer %j renews nothing and ends nothing', async (answer) => {
  const { yt } = commands(answer);
  for (const call of [yt.ping(guid, never), yt.abort(createMutation(), guid, never)]) {
    await expect(call).rejects.toMatchObject({ kind: 'transient' });
  }
});

test('a lock is asked for on a node that may be there already, and waited for; a lease is in milliseconds', async () => {
  const { yt, asked } = commands({ transaction_id: guid, node_id: guid, lock_id: guid });
  const mutation = createMutation();
  await yt.start(mutation, { title: 'us' }, never);
  await yt.createNode(mutation, never);
  await yt.lock(mutation, guid, never);
  expect(asked.map(({ command, parameters }) => [command, parameters])).toMatchObject([
    ['start_transaction', { timeout: 30_000, attributes: { title: 'us' } }],
    ['create', { path: '//a', type: 'map_node', recursive: true, ignore_existing: true }],
    ['lock', { path: '//a', transaction_id: guid, mode: 'exclusive', waitable: true }],
  ]);
});

/** The commands over an API that always gives this answer. */
function commands(answer: unknown, leaseMs = 30_000) {
  const asked: { readonly command: string; readonly parameters: object; readonly deadlineMs: number }[] = [];
  const api: YtApi = {
    call: async (command, parameters, { deadlineMs }: Limits) => {
      asked.push({ command, parameters, deadlineMs });
      return answer;
    },
    show: (text) => text,
  };
  return { asked, yt: createYtCommands({ api, path: '//a', leaseMs, renewTimeoutMs: 7_500 }) };
}
