/**
 * Goal: what plays etcd answers as etcd does. Method: one conversation with both; each answer has its status and its body
 * written down here. The real one is asked where the host has it.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import { startEtcdServer } from '../../../src/sandbox/etcd/server.ts';
import { afterwards } from '../../support/current-test.ts';
import { etcdOfFile } from '../../support/etcd-server.ts';
import { type Need, needs } from '../../support/needs.ts';
import { ManualClock } from '../support/manual-clock.ts';

const real = etcdOfFile();

async function playedUrl(): Promise<string> {
  const server = await startEtcdServer();
  afterwards(() => server.close());
  return server.url;
}

const PARTNERS: readonly (readonly [string, readonly Need[], () => Promise<string>])[] = [
  ['played', [], playedUrl],
  ['real', ['etcd', 'etcdctl'], async () => real().url],
];

const wire = (text: string) => Buffer.from(text).toString('base64');
const refused = (message: string, code: number) => ({ error: message, message, code });

describe.each(PARTNERS)('%s', (_, wanted, open) => {
  let url = '';
  /** Revisions count from here. */
  let base = 0;

  beforeEach(async () => {
    needs(...wanted);
    url = await open();
    await ask('kv/deleterange', { key: wire('\0'), range_end: wire('\0') });
    const { body } = await ask('kv/range', { key: wire('x') });
    base = Number((body as { header: { revision: string } }).header.revision);
  });

  async function ask(
    path: string,
    body: object | string,
  ): Promise<{ readonly status: number; readonly body: unknown }> {
    const sent = typeof body === 'string' ? body : JSON.stringify(body);
    const reply = await fetch(`${url}/v3/${path}`, { method: 'POST', body: sent });
    const text = await reply.text();
    return { status: reply.status, body: text.startsWith('{') ? JSON.parse(text.split('\n')[0]!) : text.trim() };
  }

  const header = (revision: number) => ({
    cluster_id: expect.stringMatching(/^\d+$/),
    member_id: expect.stringMatching(/^\d+$/),
    revision: String(base + revision),
    raft_term: expect.stringMatching(/^\d+$/),
  });
  const inside = (revision: number) => ({ header: { revision: String(base + revision) } });
  const put = (key: string, more: object = {}) => ask('kv/put', { key: wire(key), value: wire('v'), ...more });
  const kv = (key: string, revision: number, more: object = {}) => ({
    key: wire(key),
    create_revision: String(base + revision),
    mod_revision: String(base + revision),
    version: '1',
    value: wire('v'),
    ...more,
  });

  test.each([
    ['kv/put', {}, 400, refused('etcdserver: key is not provided', 3)],
    ['kv/put', { keyx: wire('a') }, 400, refused('etcdserver: key is not provided', 3)],
    ['kv/put', { key: '***' }, 400, refused('illegal base64 data at input byte 0', 3)],
    ['kv/range', {}, 400, refused('etcdserver: key is not provided', 3)],
    ['kv/put', { key: wire('a'), lease: '555' }, 404, refused('etcdserver: requested lease not found', 5)],
    [
      'kv/txn',
      { success: [{ request_put: { key: wire('a'), lease: '555' } }] },
      404,
      refused('etcdserver: requested lease not found', 5),
    ],
    ['lease/revoke', { ID: '99' }, 404, refused('etcdserver: requested lease not found', 5)],
    ['auth/authenticate', { name: 'a', password: 'b' }, 412, refused('etcdserver: authentication is not enabled', 9)],
    ['kv/none', {}, 404, 'Not Found'],
  ])('%s refuses %j', async (path, body, status, answer) => {
    expect(await ask(path, body)).toEqual({ status, body: answer });
    expect((await ask('kv/range', { key: wire('a') })).body).toEqual({ header: header(0) });
  });

  test('keeps keys with their revisions, and finds them by range, order and revision', async () => {
    expect(await put('a/2')).toEqual({ status: 200, body: { header: header(1) } });
    await put('a/1');
    await put('b');
    const all = { key: wire('a/'), range_end: wire('a0') };
    const [two, one] = [kv('a/2', 1), kv('a/1', 2)];
    expect((await ask('kv/range', all)).body).toEqual({ header: header(3), kvs: [one, two], count: '2' });
    const byAge = { ...all, sort_target: 'CREATE', sort_order: 'ASCEND', limit: '1' };
    expect((await ask('kv/range', byAge)).body).toEqual({ header: header(3), kvs: [two], more: true, count: '2' });
    const before = { ...all, max_create_revision: String(base + 1), keys_only: true };
    const { value: __, ...bare } = two;
    expect((await ask('kv/range', before)).body).toEqual({ header: header(3), kvs: [bare], count: '2' });
    expect((await ask('kv/range', { ...all, count_only: true })).body).toEqual({ header: header(3), count: '2' });
    expect((await ask('kv/deleterange', all)).body).toEqual({ header: header(4), deleted: '2' });
    expect((await ask('kv/deleterange', all)).body).toEqual({ header: header(4) });
  });

  test('does the one or the other part of a transaction, at one revision', async () => {
    const compare = [{ key: wire('a'), target: 'CREATE', result: 'EQUAL', create_revision: '0' }];
    const body = {
      compare,
      success: [{ request_put: { key: wire('a'), value: wire('v') } }, { request_range: { key: wire('a') } }],
      failure: [{ request_range: { key: wire('a') } }, { request_delete_range: { key: wire('a') } }],
    };
    expect((await ask('kv/txn', body)).body).toEqual({
      header: header(1),
      succeeded: true,
      responses: [{ response_put: inside(1) }, { response_range: { ...inside(1), kvs: [kv('a', 1)], count: '1' } }],
    });
    expect((await ask('kv/txn', body)).body).toEqual({
      header: header(2),
      responses: [
        { response_range: { ...inside(1), kvs: [kv('a', 1)], count: '1' } },
        { response_delete_range: { ...inside(2), deleted: '1' } },
      ],
    });
  });

  test('grants a lease once, keeps it alive, and ends its keys with it', async () => {
    const id = String(Math.floor(Math.random() * 1e12));
    expect((await ask('lease/grant', { ID: id, TTL: '60' })).body).toEqual({ header: header(0), ID: id, TTL: '60' });
    expect(await ask('lease/grant', { ID: id, TTL: '60' })).toEqual({
      status: 412,
      body: refused('etcdserver: lease already exists', 9),
    });
    expect((await ask('lease/keepalive', { ID: id })).body).toEqual({
      result: { header: header(0), ID: id, TTL: '60' },
    });
    expect((await ask('lease/keepalive', { ID: '99' })).body).toEqual({ result: { header: header(0), ID: '99' } });
    await put('a', { lease: id });
    expect((await ask('kv/range', { key: wire('a') })).body).toMatchObject({ kvs: [kv('a', 1, { lease: id })] });
    expect((await ask('lease/revoke', { ID: id })).body).toEqual({ header: header(2) });
    expect((await ask('kv/range', { key: wire('a') })).body).toEqual({ header: header(2) });
    expect((await ask('lease/grant', { TTL: '1' })).body).toMatchObject({ TTL: '2' });
  });

  test('says in a stream what happens to a key, from a revision on', async () => {
    await put('a');
    const body = {
      create_request: { key: wire('a'), start_revision: String(base + 2), filters: ['NOPUT'] },
    };
    const stop = new AbortController();
    const reply = await fetch(`${url}/v3/watch`, { method: 'POST', body: JSON.stringify(body), signal: stop.signal });
    const lines: unknown[] = [];
    const decoder = new TextDecoder();
    for await (const chunk of reply.body!) {
      lines.push(
        ...decoder
          .decode(chunk)
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line)),
      );
      if (lines.length === 1) {
        await put('a');
        await put('b');
        await ask('kv/deleterange', { key: wire('a') });
      }
      if (lines.length === 2) break;
    }
    stop.abort();
    const gone = { type: 'DELETE', kv: { key: wire('a'), mod_revision: String(base + 4) } };
    expect(lines).toEqual([
      { result: { header: header(1), created: true } },
      { result: { header: header(4), events: [gone] } },
    ]);
  });
});

test('A lease that nobody keeps alive ends at its time.', async () => {
  const clock = new ManualClock();
  const { url, etcd, close } = await startEtcdServer({ clock });
  afterwards(close);
  const ask = (path: string, body: object) =>
    fetch(`${url}/v3/${path}`, { method: 'POST', body: JSON.stringify(body) }).then((reply) => reply.json());
  await ask('lease/grant', { ID: '7', TTL: '10' });
  await ask('kv/put', { key: wire('a'), lease: '7' });
  clock.advance(9_999);
  await ask('lease/keepalive', { ID: '7' });
  clock.advance(9_999);
  expect(etcd.store.range('a', '')).toHaveLength(1);
  clock.advance(1);
  expect(etcd.store.range('a', '')).toEqual([]);
});
