/** What the driver makes of each answer, with answers that a test writes itself and that no server stands behind. */
import { describe, expect, test } from 'vitest';
import type { HttpClient } from '../../../src/http/client.ts';
import { HttpProblem } from '../../../src/http/problem.ts';
import { createEtcdLock, type EtcdLockOptions } from '../../../src/locks/etcd/lock.ts';
import { failureOf } from '../yt/lab.ts';
import { CLAIM, never } from './lab.ts';

const header = { revision: '9' };
const OWN = place('/watcher/test/2a', 7, '42');
const HOLDER = place('/watcher/test/h', 2, '1');
const BEFORE_US = place('/watcher/test/b', 5, '2');
const BUSY = { status: 503, body: { code: 14, message: 'etcdserver: no leader' } };
const EXISTS = { status: 412, body: { code: 9, message: 'etcdserver: lease already exists' } };

type Place = ReturnType<typeof place>;

interface Answer {
  readonly status?: number;
  readonly body: unknown;
}

function place(key: string, revision: number, lease: string) {
  return { key: base64(key), create_revision: String(revision), lease };
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

const found = (...kvs: readonly Place[]) => ({ response_range: { header, kvs } });

/** A lock that is asked with these in line, and whose requests are answered by what a test writes, or else as etcd does. */
function world(options: Partial<EtcdLockOptions> = {}) {
  const asked: { readonly path: string; readonly body: unknown }[] = [];
  const special = new Map<string, Answer[]>();
  const notes: string[] = [];
  const line = { before: [] as readonly Place[], own: [OWN] as readonly Place[], seconds: '60' };
  const lease = () => ({ header, ID: '42', TTL: line.seconds });

  function usual(path: string, body: string): unknown {
    const [first = OWN] = line.before;
    if (path === 'lease/grant') return lease();
    if (path === 'lease/keepalive') return { result: lease() };
    if (path === 'watch') return { result: { header, created: true } };
    if (path === 'look') {
      const last = line.before.slice(-1);
      return { header, responses: [found(...line.own), found(first), found(...last), found(...line.before)] };
    }
    return { header: { revision: OWN.create_revision }, succeeded: true, responses: [{}, found(first)], body };
  }

  const client: HttpClient = {
    async send({ url, body }) {
      const text = JSON.stringify(body);
      const called = url.replace(/^.*\/v3\//, '');
      const path = called === 'kv/txn' && !text.includes('"compare"') ? 'look' : called;
      asked.push({ path, body });
      const { status = 200, body: answer } = special.get(path)?.shift() ?? { body: usual(path, text) };
      if (answer instanceof Error) throw answer;
      return { status, headers: {}, text: JSON.stringify(answer) };
    },
    close: () => {},
  };
  const lock = createEtcdLock({
    endpoints: ['http://etcd'],
    name: '/watcher/test',
    user: null,
    leaseMs: 60_000,
    identity: { host: 'a', pid: 1, runId: 'r' },
    client: async () => client,
    note: (text) => notes.push(text),
    newLeaseId: () => 42n,
    ...options,
  });
  return {
    lock,
    line,
    notes,
    asked,
    paths: () => asked.map(({ path }) => path),
    once: (path: string, answer: Answer) => void special.set(path, [...(special.get(path) ?? []), answer]),
  };
}

describe('the lease', () => {
  test('that exists before we asked for it is another’s', async () => {
    const { lock, once, paths } = world();
    once('lease/grant', EXISTS);
    expect((await failureOf(lock.requestLock(CLAIM, never))).message).toContain('lease already exists');
    expect(paths()).toEqual(['lease/grant']);
  });

  test('that exists once we have asked for it is ours, and is kept alive', async () => {
    const { lock, once, paths } = world();
    once('lease/grant', BUSY);
    once('lease/grant', EXISTS);
    await failureOf(lock.requestLock(CLAIM, never));
    expect(await lock.requestLock(CLAIM, never)).toMatchObject({ standing: 'held' });
    expect(paths()).toEqual(['lease/grant', 'lease/grant', 'lease/keepalive', 'kv/txn']);
  });

  test('is asked for in whole seconds, and only a longer one is noted, once', async () => {
    const { lock, line, notes, asked } = world({ leaseMs: 2_500 });
    line.seconds = '3';
    await lock.requestLock(CLAIM, never);
    expect(asked[0]!.body).toEqual({ ID: '42', TTL: '3' });
    expect(notes).toEqual([]);
    line.seconds = '4';
    await lock.renewLock(null, never);
    await lock.renewLock(null, never);
    expect(notes).toEqual([expect.stringContaining('keeps the lock of a dead holder for 4s, longer than 2.5s')]);
  });
});

describe('the key', () => {
  test.each([
    ['with another lease', [place('/watcher/test/2a', 7, '43')]],
    ['made anew', [place('/watcher/test/2a', 8, '42')]],
    ['deleted', []],
  ])('%s is not ours, whether it is looked at or renewed', async (_, own) => {
    for (const ask of ['checkLock', 'renewLock'] as const) {
      const { lock, line } = world();
      await lock.requestLock(CLAIM, never);
      line.own = own;
      const detail = expect.stringContaining('our key /watcher/test/2a is not there any more');
      expect(await lock[ask](null, never)).toEqual({ standing: 'gone', detail });
    }
  });

  test('that was there with another lease when we joined is not ours', async () => {
    const { lock, once } = world();
    const theirs = found(place('/watcher/test/2a', 7, '43'));
    once('kv/txn', { body: { header, responses: [theirs, theirs] } });
    expect(await lock.requestLock(CLAIM, never)).toMatchObject({ standing: 'gone' });
  });

  test('that is gone is the word of a renewal also where the lease could not be kept alive', async () => {
    const { lock, line, once } = world();
    await lock.requestLock(CLAIM, never);
    line.own = [];
    once('lease/keepalive', BUSY);
    expect(await lock.renewLock(null, never)).toMatchObject({ standing: 'gone' });
  });
});

describe('a check', () => {
  async function waiting() {
    const all = world();
    all.line.before = [HOLDER, BEFORE_US];
    const queued = { standing: 'queued', ahead: 2, holder: { title: expect.stringContaining('/watcher/test/h') } };
    expect(await all.lock.requestLock(CLAIM, never)).toMatchObject({ ...queued, checkWaits: true });
    return all;
  }

  const GONE = { body: { result: { header, events: [{ type: 'DELETE' }] } } };
  const CUT = { body: { result: { header, canceled: true, cancel_reason: 'etcdserver: mvcc: required revision' } } };

  test('waits for the one right before us, from the moment after we looked', async () => {
    const { lock, asked } = await waiting();
    await lock.checkLock(null, never);
    const watch = { key: BEFORE_US.key, start_revision: '10', filters: ['NOPUT'] };
    expect(asked.find(({ path }) => path === 'watch')!.body).toEqual({ create_request: watch });
    const range = (asks: object) => ({ request_range: { max_create_revision: '6', sort_target: 'CREATE', ...asks } });
    const [first, last] = ['ASCEND', 'DESCEND'].map((order) => range({ sort_order: order, limit: '1' }));
    const success = [{ request_range: { key: OWN.key } }, first, last, range({ keys_only: true, limit: '1000' })];
    expect(asked.at(-1)!.body).toMatchObject({ success });
  });

  test('waits again where nothing has happened, and where another one is before us', async () => {
    const quiet = await waiting();
    quiet.once('watch', { body: new HttpProblem('timeout', 'nothing in time') });
    expect(await quiet.lock.checkLock(null, never)).toMatchObject({ standing: 'queued', checkWaits: true });
    for (const changes of [false, true]) {
      const { lock, line, once } = await waiting();
      once('watch', GONE);
      if (changes) line.before = [HOLDER];
      expect(await lock.checkLock(null, never)).toMatchObject({ standing: 'queued', checkWaits: changes });
    }
  });

  test('that was cut off, or did not hear the truth, is made again after a pause', async () => {
    for (const answer of [GONE, CUT, BUSY]) {
      const { lock, once } = await waiting();
      once('watch', answer);
      expect(await lock.checkLock(null, never)).toMatchObject({ standing: 'queued', ahead: 2, checkWaits: false });
    }
  });

  test('finds the lock ours once nobody is before us, and says in our own key since when', async () => {
    const { lock, line, once, asked } = await waiting();
    once('watch', GONE);
    line.before = [];
    expect(await lock.checkLock(null, never)).toMatchObject({ standing: 'held', ahead: 0 });
    const compare = [{ key: OWN.key, target: 'CREATE', result: 'EQUAL', create_revision: '7' }];
    await expect
      .poll(() => asked.at(-1)!.body)
      .toMatchObject({ compare, success: [{ request_put: { key: OWN.key } }] });
  });

  test('whose token was not taken asks for another', async () => {
    const user = { name: 'u', password: async () => 'p' };
    const { lock, line, once, paths } = world({ user });
    const token = { body: { header, token: 't' } };
    for (let n = 0; n < 2; n += 1) once('auth/authenticate', token);
    line.before = [HOLDER];
    await lock.requestLock(CLAIM, never);
    const reason = 'rpc error: code = Unauthenticated desc = etcdserver: invalid auth token';
    once('watch', { body: { result: { header, canceled: true, cancel_reason: reason } } });
    await lock.checkLock(null, never);
    expect(paths().slice(-3)).toEqual(['watch', 'auth/authenticate', 'look']);
  });
});

describe('giving back', () => {
  test('removes our own key first, and then the lease', async () => {
    const { lock, asked, paths } = world();
    await lock.requestLock(CLAIM, never);
    asked.splice(0);
    await lock.releaseLock(null, never);
    expect(paths()).toEqual(['kv/txn', 'lease/revoke']);
    expect(asked[0]!.body).toEqual({
      compare: [{ key: OWN.key, target: 'CREATE', result: 'EQUAL', create_revision: '7' }],
      success: [{ request_delete_range: { key: OWN.key } }],
    });
  });

  test('is done where the key is gone, though the lease could not be revoked', async () => {
    const { lock, once } = world();
    await lock.requestLock(CLAIM, never);
    once('lease/revoke', BUSY);
    expect(await lock.releaseLock(null, never)).toEqual({ released: true });
  });

  test('revokes a lease that may have been granted, and fails where that fails', async () => {
    const { lock, once, paths } = world();
    once('lease/grant', BUSY);
    await failureOf(lock.requestLock(CLAIM, never));
    once('lease/revoke', BUSY);
    expect((await failureOf(lock.releaseLock(null, never))).kind).toBe('lockUnavailable');
    expect(await lock.releaseLock(null, never)).toEqual({ released: true });
    expect(paths()).toEqual(['lease/grant', 'lease/revoke', 'lease/revoke']);
  });

  test('of what was never asked for asks nothing', async () => {
    const { lock, asked } = world();
    expect(await lock.releaseLock(null, never)).toEqual({ released: true });
    expect(asked).toEqual([]);
  });
});

test('who looks sees how many wait for the holder, who is none of them', async () => {
  const { lock, once } = world();
  once('look', { body: { header, responses: [found(HOLDER), found(HOLDER, BEFORE_US, OWN)] } });
  expect(await lock.held(never)).toMatchObject({ waiting: 2, holder: { title: expect.stringContaining('/test/h') } });
});

test('a key without a lease is taken away by its removal alone', async () => {
  const { lock, once, paths } = world();
  const foreign = place('/watcher/test/h', 2, '0');
  once('look', { body: { header, responses: [found(foreign), found(foreign)] } });
  const held = await lock.held(never);
  expect(await held!.takeAway(never)).toBe(true);
  expect(paths()).toEqual(['look', 'kv/txn']);
});
