/**
 * Goal: what plays Consul answers as Consul does. Method: one conversation, in Consul's own words, with both; each answer
 * has its status, its headers and its body written down here. The real one is asked where the host has it.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import { startConsulServer } from '../../../src/sandbox/consul/server.ts';
import { consulOfFile } from '../../support/consul-server.ts';
import { afterwards } from '../../support/current-test.ts';
import { type Need, needs } from '../../support/needs.ts';

const MANAGER = '11111111-2222-3333-4444-555555555555';
const BLIND = '66666666-7777-8888-9999-000000000000';
const FLAGS = '3304740253564472344';
const everything = { service: '', node: '', keyWrite: '', session: '' };

const real = consulOfFile({ management: MANAGER });

interface Talk {
  readonly method?: string;
  readonly path: string;
  readonly token?: string | null;
  readonly body?: string;
}

interface Said {
  readonly status: number;
  /** Of Consul's, without those that count. */
  readonly headers: readonly string[];
  readonly body: string;
}

const common = ['x-consul-default-acl-policy: deny'];
const ofRead = ['x-consul-knownleader: true', 'x-consul-lastcontact: 0', 'x-consul-query-backend: blocking-query'];
const read = [...common, ...ofRead];
const healthRead = [...common, 'x-consul-effective-consistency: leader', ...ofRead];
const filtered = 'x-consul-results-filtered-by-acls: true';

async function playedUrl(): Promise<string> {
  const server = await startConsulServer({
    acl: { defaultPolicy: 'deny', tokens: { [MANAGER]: everything, [BLIND]: {} } },
  });
  afterwards(() => server.close());
  server.agent.datacenter().catalog.set('web', [{ node: 'node-1', service: 'web', port: 80, tags: ['v1'] }]);
  return server.url;
}

async function realUrl(): Promise<string> {
  const Service = { Service: 'web', Port: 80, Tags: ['v1'] };
  await real().ask('PUT', 'catalog/register', { Node: 'node-1', Address: '127.0.0.1', Service });
  const Rules = 'agent_prefix "" { policy = "read" }';
  await real()
    .ask('PUT', 'acl/policy', { Name: 'blind', Rules })
    .catch(() => {});
  await real()
    .ask('PUT', 'acl/token', { SecretID: BLIND, Policies: [{ Name: 'blind' }] })
    .catch(() => {});
  await real().ask('DELETE', 'kv/?recurse');
  return real().url;
}

const PARTNERS: readonly (readonly [string, readonly Need[], () => Promise<string>])[] = [
  ['played', [], playedUrl],
  ['real', ['consul'], realUrl],
];

describe.each(PARTNERS)('%s', (_, wanted, open) => {
  let url = '';
  beforeEach(async () => {
    needs(...wanted);
    url = await open();
  });

  async function ask({ method = 'GET', path, token = MANAGER, body }: Talk): Promise<Said> {
    const headers: HeadersInit = token === null ? {} : { 'X-Consul-Token': token };
    const reply = await fetch(`${url}/v1/${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
    const own = [...reply.headers]
      .filter(([name]) => name.startsWith('x-consul-') && name !== 'x-consul-index')
      .map(([name, value]) => `${name}: ${value}`);
    return { status: reply.status, headers: own.toSorted(), body: await reply.text() };
  }

  const put = (path: string, body = '') => ask({ method: 'PUT', path, body });

  async function session(more: object = {}): Promise<string> {
    const { body } = await put(
      'session/create',
      JSON.stringify({ TTL: '10s', LockDelay: '1s', NodeChecks: [], ...more }),
    );
    return (JSON.parse(body) as { ID: string }).ID;
  }

  test.each<[Talk, Said]>([
    [{ path: 'health/service/none' }, { status: 200, headers: healthRead, body: '[]' }],
    [
      { path: 'health/service/web', token: null },
      { status: 200, headers: healthRead, body: '[]' },
    ],
    [
      { path: 'health/service/web', token: BLIND },
      { status: 200, headers: [...healthRead, filtered], body: '[]' },
    ],
    [{ path: 'health/service/web?tag=v2' }, { status: 200, headers: healthRead, body: '[]' }],
    [
      { path: 'health/service/web', token: 'nonsense' },
      { status: 403, headers: common, body: 'ACL not found' },
    ],
    [{ path: 'health/service/web?dc=dc9' }, { status: 500, headers: common, body: 'No path to datacenter' }],
    [
      { path: 'health/service/web?ns=team' },
      {
        status: 400,
        headers: common,
        body: 'Invalid query parameter: "ns" - Namespaces are a Consul Enterprise feature',
      },
    ],
    [
      { path: 'health/service/web?stale&consistent' },
      {
        status: 400,
        headers: common,
        body: 'Cannot specify ?stale with ?consistent, conflicting semantics.',
      },
    ],
    [{ path: 'health/service/web?index=x' }, { status: 400, headers: common, body: 'Invalid index' }],
    [{ path: 'catalog/datacenters' }, { status: 200, headers: common, body: '["dc1"]' }],
    [{ path: 'kv/none' }, { status: 404, headers: read, body: '' }],
    [{ path: 'kv/none?recurse' }, { status: 404, headers: read, body: '' }],
    [{ path: 'kv/none?wait=x&index=1' }, { status: 400, headers: common, body: 'Invalid wait time' }],
    [{ path: 'session/info/none' }, { status: 200, headers: read, body: '[]' }],
    [
      { method: 'PUT', path: 'session/renew/none' },
      { status: 404, headers: common, body: "Session id 'none' not found" },
    ],
    [
      { method: 'PUT', path: 'session/destroy/none' },
      { status: 200, headers: common, body: 'true' },
    ],
    [
      { method: 'POST', path: 'kv/none' },
      { status: 405, headers: common, body: 'method POST not allowed' },
    ],
    [{ path: 'nowhere' }, { status: 404, headers: [], body: 'Invalid URL path: not a recognized HTTP API endpoint\n' }],
    [
      { method: 'PUT', path: 'session/create', body: '{"TTL":"5s"}' },
      {
        status: 500,
        headers: common,
        body: "Invalid Session TTL '5000000000', must be between [10s=24h0m0s]",
      },
    ],
    [
      { method: 'PUT', path: 'session/create', body: '{"TTL":' },
      { status: 400, headers: common, body: 'Request decode failed: unexpected EOF' },
    ],
    [
      { method: 'PUT', path: 'session/create', body: '{"Node":"none"}' },
      { status: 500, headers: common, body: 'apply failed: Missing node registration' },
    ],
    [
      { method: 'PUT', path: 'kv/a?acquire=none' },
      { status: 500, headers: common, body: 'raft apply failed: invalid session "none"' },
    ],
    [
      { method: 'PUT', path: 'kv/a?acquire=x&release=y' },
      { status: 400, headers: common, body: 'Conflicting flags: acquire=x&release=y' },
    ],
    [
      { method: 'DELETE', path: 'kv/none' },
      { status: 200, headers: common, body: 'true' },
    ],
  ])('%j is answered %j', async (talk, said) => {
    const answer = await ask(talk);
    expect({ ...answer, body: sorted(answer.body, talk) }).toEqual({ ...said, headers: [...said.headers].toSorted() });
  });

  test.each([
    [{ path: 'kv/secret', token: BLIND }, `lacks permission 'key:read' on "secret"`],
    [{ path: 'kv/secret', token: null }, `lacks permission 'key:read' on "secret"`],
    [{ method: 'PUT', path: 'kv/secret', token: BLIND, body: 'x' }, `lacks permission 'key:write' on "secret"`],
    [{ method: 'DELETE', path: 'kv/secret', token: BLIND }, `lacks permission 'key:write' on "secret"`],
    [{ method: 'PUT', path: 'session/create', token: BLIND }, `lacks permission 'session:write' on "agent-1"`],
  ] as const)('%j is refused in Consul’s words', async (talk, words) => {
    const { status, headers, body } = await ask(talk);
    expect([status, headers]).toEqual([403, common]);
    expect(body).toMatch(/^Permission denied: token with AccessorID '[-\da-f]{36}' /);
    expect(body.endsWith(words)).toBe(true);
  });

  test('what a token may not see of several keys, or of a session, is left out', async () => {
    await put('kv/secret/a', 'x');
    const id = await session();
    expect(await ask({ path: 'kv/secret/?recurse', token: BLIND })).toEqual({
      ...{ status: 404, headers: [...read, filtered].toSorted(), body: '' },
    });
    expect(await ask({ path: 'kv/secret/?recurse', token: null })).toEqual({
      status: 404,
      headers: read.toSorted(),
      body: '',
    });
    expect(await ask({ path: `session/info/${id}`, token: BLIND })).toEqual({
      ...{ status: 200, headers: [...read, filtered].toSorted(), body: '[]' },
    });
  });

  test('an instance has these fields, and more', async () => {
    const { body } = await ask({ path: 'health/service/web?tag=V1' });
    expect(JSON.parse(body)).toMatchObject([
      {
        Node: { Node: 'node-1', Address: '127.0.0.1', Datacenter: 'dc1' },
        Service: { ID: 'web', Service: 'web', Tags: ['v1'], Address: '', Port: 80 },
        Checks: expect.any(Array),
      },
    ]);
  });

  test('a lock is taken, taken again, kept from others, given back and wiped', async () => {
    const [one, other] = [await session({ Name: 'one' }), await session()];
    const acquire = (id: string, body: string) => put(`kv/lock?acquire=${id}&flags=${FLAGS}`, body);
    const key = async () => {
      const { body } = await ask({ path: 'kv/lock?consistent' });
      const { CreateIndex: _, ModifyIndex: __, ...rest } = JSON.parse(body.replace(FLAGS, `"${FLAGS}"`))[0];
      return rest as unknown;
    };
    const fields = { Key: 'lock', Flags: FLAGS, LockIndex: 1 };
    expect((await acquire(one, 'a')).body).toBe('true');
    expect((await acquire(one, 'b')).body).toBe('true');
    expect((await acquire(other, 'c')).body).toBe('false');
    expect(await key()).toEqual({ ...fields, Value: 'Yg==', Session: one });
    expect((await put(`kv/lock?release=${other}&flags=${FLAGS}`)).body).toBe('false');
    expect((await put(`kv/lock?release=${one}&flags=${FLAGS}`)).body).toBe('true');
    expect(await key()).toEqual({ ...fields, Value: null });
    expect((await acquire(other, 'c')).body).toBe('true');
    expect(await key()).toEqual({ ...fields, LockIndex: 2, Value: 'Yw==', Session: other });
    await put('kv/lock', 'by hand');
    expect(await key()).toEqual({ Key: 'lock', Flags: 0, LockIndex: 0, Value: 'YnkgaGFuZA==', Session: other });
    const { body } = await put(`session/renew/${one}`);
    const { ID, Name, Node, LockDelay, Behavior, TTL, NodeChecks } = JSON.parse(body)[0];
    expect({ ID, Name, Node, LockDelay, Behavior, TTL, NodeChecks }).toEqual({
      ...{ ID: one, Name: 'one', Node: 'agent-1', LockDelay: 1e9, Behavior: 'release', TTL: '10s', NodeChecks: [] },
    });
  });

  test('a session that is destroyed while it holds a key keeps it from others for the lock-delay', async () => {
    const [one, other] = [await session({ LockDelay: '2s' }), await session()];
    await put(`kv/delayed?acquire=${one}`, 'a');
    expect((await put(`session/destroy/${one}`)).body).toBe('true');
    expect((await put(`kv/delayed?acquire=${other}`, 'b')).body).toBe('false');
    expect(JSON.parse((await ask({ path: 'kv/delayed' })).body)[0]).not.toHaveProperty('Session');
    await expect.poll(async () => (await put(`kv/delayed?acquire=${other}`, 'b')).body).toBe('true');
  });

  test('a session without a length of its body is one without a TTL', async () => {
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"TTL":"10s"}'));
        controller.close();
      },
    });
    const headers = { 'X-Consul-Token': MANAGER };
    const request = { method: 'PUT', headers, body: stream, duplex: 'half' } as RequestInit;
    const { ID } = (await (await fetch(`${url}/v1/session/create`, request)).json()) as { ID: string };
    expect(JSON.parse((await ask({ path: `session/info/${ID}` })).body)).toMatchObject([{ ID, TTL: '' }]);
    await put(`session/destroy/${ID}`);
  });

  test('a blocking query comes back when its key has changed, and says so with its index', async () => {
    await put('kv/watched', 'a');
    const first = await fetch(`${url}/v1/kv/watched`, { headers: { 'X-Consul-Token': MANAGER } });
    const index = first.headers.get('x-consul-index')!;
    const waiting = fetch(`${url}/v1/kv/watched?index=${index}&wait=60s`, { headers: { 'X-Consul-Token': MANAGER } });
    await put('kv/other', 'x');
    await put('kv/watched', 'b');
    const second = await waiting;
    expect(Number(second.headers.get('x-consul-index'))).toBeGreaterThan(Number(index));
    expect(await second.json()).toMatchObject([{ Value: 'Yg==' }]);
    const quiet = await ask({ path: `kv/watched?index=${second.headers.get('x-consul-index')}&wait=50ms` });
    expect(JSON.parse(quiet.body)).toMatchObject([{ Value: 'Yg==' }]);
  });
});

/** A list of names comes in any order. */
function sorted(body: string, { path }: Talk): string {
  return path === 'catalog/datacenters' ? JSON.stringify((JSON.parse(body) as string[]).toSorted()) : body;
}
