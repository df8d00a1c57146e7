import { onTestFinished } from 'vitest';
import { startYtProxy, type YtProxy, type YtProxyOptions } from '../../../src/sandbox/yt/server.ts';
import { call, type Reply } from './http.ts';
import { ManualClock } from './manual-clock.ts';

export const lockPath = '//home/market/lock';
const json = { accept: 'application/json', 'content-type': 'application/json' };

/** A proxy without authentication, whose time stands still, and a client that speaks v4 JSON to it. */
export async function ytForTest(options: YtProxyOptions = {}) {
  const clock = new ManualClock();
  const proxy: YtProxy = await startYtProxy({ clock, ...options });
  onTestFinished(() => proxy.close());

  const post = (command: string, parameters: object = {}): Promise<Reply> =>
    call('POST', `${proxy.url}/api/v4/${command}`, json, JSON.stringify(parameters));
  const get = (command: string, parameters: Record<string, string> = {}): Promise<Reply> =>
    call('GET', `${proxy.url}/api/v4/${command}?${new URLSearchParams(parameters)}`, json);

  return {
    proxy,
    clock,
    post,
    get,
    begin: async (parameters: object = {}) =>
      value(await post('start_transaction', parameters))['transaction_id'] as string,
    makeLockNode: () => post('create', { path: lockPath, type: 'map_node', recursive: true, ignore_existing: true }),
    lock: (transaction: string, more: object = {}) =>
      post('lock', { transaction_id: transaction, path: lockPath, ...more }),
    read: async (path: string, more: Record<string, string> = {}) =>
      value(await get('get', { path, ...more }))['value'],
    states: () => proxy.inspect.locks(lockPath).map(({ state }) => state),
  };
}

/** The body of a success. */
export function value(reply: Reply): Record<string, unknown> {
  if (reply.status !== 200) throw new Error(`HTTP ${reply.status}: ${reply.body}`);
  return JSON.parse(reply.body);
}

interface ErrorJson {
  readonly code: number;
  readonly message: string;
  readonly attributes: Record<string, unknown>;
  readonly inner_errors: readonly ErrorJson[];
}

/** The error of a reply, from its header. */
export function errorOf(reply: Reply): ErrorJson {
  return JSON.parse(Buffer.from(String(reply.headers['x-yt-error']), 'latin1').toString('utf8'));
}

/** What an error about a path is about in the end. */
export function causeOf(reply: Reply): ErrorJson {
  const error = errorOf(reply);
  return error.inner_errors[0] ?? error;
}
