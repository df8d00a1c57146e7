/**
 * Goal: what plays etcd answers as etcd does. Method: one conversation, in etcd's own words, with both; each answer has its
 * status and its body written down here. The real one is asked where the host has it.
 */
import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { monotonicClock } from '../../../src/sandbox/http/clock.ts';
import { etcdOfFile } from '../etcd-server.ts';
import { needs } from '../needs.ts';
import { PlayedEtcd } from './played-etcd.ts';

type Json = Readonly<Record<string, unknown>>;

interface Said {
  readonly status: number;
  readonly body: unknown;
}

interface Partner {
  ask(path: string, body: object): Promise<Said>;
  /** The first lines of a stream. */
  follow(path: string, body: object, lines: number): Promise<readonly unknown[]>;
}

const real = etcdOfFile();

const PARTNERS = {
  played(): Partner {
    const etcd = new PlayedEtcd({ clock: monotonicClock });
    return {
      async ask(path, body) {
        const answer = etcd.answer(path, body as Json);
        if (typeof answer === 'function') throw new Error('a stream');
        return { status: answer.status, body: bodyOf(String(answer.body)) };
      },
      follow(path, body, count) {
        const answer = etcd.answer(path, body as Json);
        if (typeof answer !== 'function') throw new Error('no stream');
        const lines: unknown[] = [];
        return new Promise((resolve) => {
          answer((line) => {
            lines.push(JSON.parse(line));
            if (lines.length === count) resolve(lines);
          });
        });
      },
    };
  },
  real(): Partner {
    needs('etcd', 'etcdctl');
    const send = (path: string, body: object) =>
      fetch(`${real().url}${path}`, { method: 'POST', body: JSON.stringify(body) });
    return {
      async ask(path, body) {
        const reply = await send(path, body);
        return { status: reply.status, body: bodyOf(await reply.text()) };
      },
      async follow(path, body, count) {
        let text = '';
        for await (const chunk of (await send(path, body)).body!) {
          text += Buffer.from(chunk).toString('utf8');
          if (text.split('\n').length > count) break;
        }
        return text.split('\n', count).map((line) => JSON.parse(line));
      },
    };
  },
};

describe.each(Object.keys(PARTNERS) as (keyof typeof PARTNERS)[])('%s', (name) => {
  let partner: Partner;
  let line = '';
  let base = 0;
  beforeEach(async () => {
    partner = PARTNERS[name]();
    line = `/${randomUUID()}/`;
    const { body } = await partner.ask('/v3/kv/txn', { success: [range()] });
    base = Number((body as { header: { revision: string } }).header.revision);
  });

  /** Without what is of this server alone, and with revisions counted from the beginning of the test. */
  function plain(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(plain);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key]) => !['cluster_id', 'member_id', 'raft_term', 'details'].includes(key))
        .map(([key, each]) => [
          key,
          /revision$/.test(key) ? Number(each) - base : key === 'key' ? own(each) : plain(each),
        ]),
    );
  }

  const own = (key: unknown) => Buffer.from(String(key), 'base64').toString('utf8').slice(line.length);
  const key = (name: string) => wire(`${line}${name}`);
  const put = (name: string, lease: string, value = 'v') => ({
    request_put: { key: key(name), value: wire(value), lease },
  });
  const get = (name: string) => ({ request_range: { key: key(name) } });
  const remove = (name: string) => ({ request_delete_range: { key: key(name) } });
  function range(more: object = {}) {
    const end = wire(`${line.slice(0, -1)}0`);
    return { request_range: { key: wire(line), range_end: end, sort_target: 'CREATE', ...more } };
  }
  const made = (name: string, revision: number) => [
    {
      key: key(name),
      target: 'CREATE',
      result: 'EQUAL',
      create_revision: String(revision === 0 ? 0 : base + revision),
    },
  ];
  const newId = () => String(Math.floor(Math.random() * 2 ** 40) + 1);

  async function say(path: string, body: object): Promise<Said> {
    const { status, body: said } = await partner.ask(`/v3/${path}`, body);
    return { status, body: plain(said) };
  }

  async function leaseOf(seconds: number): Promise<string> {
    const id = newId();
    await say('lease/grant', { ID: id, TTL: String(seconds) });
    return id;
  }

  test('leases', async () => {
    const ID = newId();
    const header = { revision: 0 };
    expect(await say('lease/grant', { ID, TTL: '60' })).toEqual({ status: 200, body: { header, ID, TTL: '60' } });
    expect(await say('lease/grant', { ID, TTL: '60' })).toEqual(error(412, 9, 'etcdserver: lease already exists'));
    expect(await say('lease/keepalive', { ID })).toEqual({ status: 200, body: { result: { header, ID, TTL: '60' } } });
    expect(await say('lease/revoke', { ID })).toEqual({ status: 200, body: { header } });
    expect(await say('lease/revoke', { ID })).toEqual(error(404, 5, 'etcdserver: requested lease not found'));
    expect(await say('lease/keepalive', { ID })).toEqual({ status: 200, body: { result: { header, ID } } });
  });

  test('a lease that is too short', async () => {
    const ID = newId();
    expect((await say('lease/grant', { ID, TTL: '1' })).body).toMatchObject({ TTL: '2' });
  });

  test('a place in the line, made once', async () => {
    const lease = await leaseOf(60);
    const body = { compare: made('a', 0), success: [put('a', lease), range({ limit: '1' })], failure: [get('a')] };
    const kvs = [{ key: 'a', create_revision: 1, mod_revision: 1, version: '1', value: wire('v'), lease }];
    const header = { revision: 1 };
    const first = [{ response_put: { header } }, { response_range: { header, kvs, count: '1' } }];
    expect((await say('kv/txn', body)).body).toEqual({ header, succeeded: true, responses: first });
    const again = [{ response_range: { header, kvs, count: '1' } }];
    expect((await say('kv/txn', body)).body).toEqual({ header, responses: again });
  });

  test('a place with a lease that has ended', async () => {
    const body = { success: [put('a', newId())] };
    expect(await say('kv/txn', body)).toEqual(error(404, 5, 'etcdserver: requested lease not found'));
  });

  test('who is before whom', async () => {
    const lease = await leaseOf(60);
    for (const name of ['c', 'a', 'b']) await say('kv/txn', { success: [put(name, lease)] });
    const before = { max_create_revision: String(base + 2), keys_only: true };
    const success = [
      range({ ...before, sort_order: 'ASCEND', limit: '1' }),
      range({ ...before, sort_order: 'DESCEND', limit: '1' }),
      range({ ...before, sort_order: 'ASCEND', limit: '1000' }),
      get('nobody'),
    ];
    const { body } = await say('kv/txn', { success });
    const header = { revision: 3 };
    const c = { key: 'c', create_revision: 1, mod_revision: 1, version: '1', lease };
    const a = { key: 'a', create_revision: 2, mod_revision: 2, version: '1', lease };
    expect((body as { responses: unknown }).responses).toEqual([
      { response_range: { header, kvs: [c], more: true, count: '3' } },
      { response_range: { header, kvs: [a], more: true, count: '3' } },
      { response_range: { header, kvs: [c, a], count: '3' } },
      { response_range: { header } },
    ]);
  });

  test('a value that is replaced', async () => {
    const lease = await leaseOf(60);
    await say('kv/txn', { success: [put('a', lease)] });
    await say('kv/txn', { compare: made('a', 1), success: [put('a', lease, 'w')] });
    const kvs = [{ key: 'a', create_revision: 1, mod_revision: 2, version: '2', value: wire('w'), lease }];
    const { body } = await say('kv/txn', { success: [get('a')] });
    expect((body as { responses: unknown }).responses).toEqual([
      { response_range: { header: { revision: 2 }, kvs, count: '1' } },
    ]);
  });

  test('a key that is removed if it is the one that was made', async () => {
    await say('kv/txn', { success: [put('a', '0')] });
    const header = { revision: 1 };
    const wrong = await say('kv/txn', { compare: made('a', 9), success: [remove('a')] });
    expect(wrong.body).toEqual({ header });
    const gone = { header: { revision: 2 } };
    const right = await say('kv/txn', { compare: made('a', 1), success: [remove('a')] });
    expect(right.body).toEqual({
      ...gone,
      succeeded: true,
      responses: [{ response_delete_range: { ...gone, deleted: '1' } }],
    });
    const again = await say('kv/txn', { success: [remove('a')] });
    expect(again.body).toEqual({ ...gone, succeeded: true, responses: [{ response_delete_range: gone }] });
  });

  test('a lease takes its keys along, at one revision, and whoever watches is told', async () => {
    const lease = await leaseOf(60);
    await say('kv/txn', { success: [put('a', lease), put('b', lease)] });
    const create = { key: key('b'), start_revision: String(base + 2), filters: ['NOPUT'] };
    const told = partner.follow('/v3/watch', { create_request: create }, 2);
    await say('lease/revoke', { ID: lease });
    const event = { type: 'DELETE', kv: { key: 'b', mod_revision: 2 } };
    const lines = (await told).map(plain) as { result: object }[];
    expect(lines[0]).toMatchObject({ result: { created: true } });
    expect(lines[1]).toEqual({ result: { header: { revision: 2 }, events: [event] } });
  });

  test('a removal that was before the watch began', async () => {
    await say('kv/txn', { success: [put('a', '0')] });
    await say('kv/txn', { success: [remove('a')] });
    const create = { key: key('a'), start_revision: String(base + 2), filters: ['NOPUT'] };
    const lines = (await partner.follow('/v3/watch', { create_request: create }, 2)).map(plain);
    expect(lines[1]).toMatchObject({ result: { events: [{ type: 'DELETE', kv: { key: 'a', mod_revision: 2 } }] } });
  });

  test('a path that is none', async () => {
    expect(await say('nothing/such', {})).toEqual({ status: 404, body: expect.anything() });
  });
});

function wire(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

/** etcd 3.4 says the same twice. */
function error(status: number, code: number, message: string): Said {
  return { status, body: { error: message, code, message } };
}

function bodyOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
