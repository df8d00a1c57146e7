/** Answers that a real etcd gives in bad times, and those of others who listen where etcd should. */
import { expect, test } from 'vitest';
import { startServer } from '../../http/test-server.ts';
import { failureOf } from '../yt/lab.ts';
import { CLAIM, type DriverOptions, driver, never } from './lab.ts';

const header = { cluster_id: '1', member_id: '2', revision: '7', raft_term: '2' };

interface Answer {
  readonly status?: number;
  readonly body: unknown;
}

/** A server that grants every lock, and answers as `special` says where that says something. */
async function pretender(special: (path: string, count: number, token: string | undefined) => Answer | undefined) {
  const counts = new Map<string, number>();
  let lease: string | undefined;
  return startServer(({ path, body, headers }, response) => {
    const count = (counts.get(path) ?? 0) + 1;
    counts.set(path, count);
    const { ID: id = lease } = JSON.parse(body) as { ID?: string };
    lease = id;
    const { status = 200, body: answer } = special(path, count, headers['authorization']) ?? {
      body: usual(path, id, body),
    };
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  });
}

function usual(path: string, id: string | undefined, body: string): unknown {
  if (path === '/v3/lease/grant') return { header, ID: id, TTL: '10' };
  if (path === '/v3/lease/keepalive') return { result: { header, ID: id, TTL: '10' } };
  if (path === '/v3/auth/authenticate') return { header, token: `token-${Math.random()}` };
  const kvs = [{ key: 'L3g=', create_revision: '7', lease: id }];
  const own = { response_range: { header, kvs } };
  const none = { response_range: { header } };
  const responses = body.includes('"compare"') ? [{ response_put: {} }, own] : [own, none, none, none];
  return { header, succeeded: true, responses };
}

const lockAt = (url: string, options: Partial<DriverOptions> = {}) => driver({ endpoints: [url], ...options });

test.each([
  ['3.4 without a quorum, of a change', { status: 500, body: { error: 'context deadline exceeded', code: 2 } }],
  ['3.6 without a quorum, of a change', { status: 504, body: { code: 4, message: 'context deadline exceeded' } }],
  ['any without a leader', { status: 503, body: { code: 14, message: 'etcdserver: no leader' } }],
  ['any that is flooded', { status: 429, body: { code: 8, message: 'etcdserver: too many requests' } }],
  ['a proxy whose etcd is down', { status: 502, body: '<html>Bad Gateway</html>' }],
])('the trouble of %s is worth another try', async (_, answer) => {
  const { url } = await pretender((path, count) => (path === '/v3/kv/txn' && count === 1 ? answer : undefined));
  const lock = lockAt(url);
  const { kind, message } = await failureOf(lock.requestLock(CLAIM, never));
  expect(kind).toBe('lockUnavailable');
  expect(message).toContain(`etcd kv/txn at ${url}: `);
  expect(await lock.requestLock(CLAIM, never)).toMatchObject({ standing: 'held' });
});

test.each([
  [
    'no etcd',
    { status: 404, body: '404 page not found' },
    /HTTP status 404, which is not etcd's: is etcd_endpoints right/,
  ],
  ['a page', { body: '<html>Welcome to nginx</html>' }, /not JSON, which is not etcd's: is etcd_endpoints right/],
  ['another API', { status: 404, body: { kind: 'Status', code: 404 } }, /etcd_endpoints right/],
  ['a server that is too old', { status: 501, body: { code: 12, message: 'Not Implemented' } }, /Not Implemented/],
  [
    'no rights',
    { status: 403, body: { code: 7, message: 'etcdserver: permission denied' } },
    /readwrite \/watcher\/test --prefix$/,
  ],
  [
    'a certificate with a name',
    {
      status: 400,
      body: 'CommonName of client sending a request against gateway will be ignored and not used as expected',
    },
    /etcd_cert_file one without it/,
  ],
  [
    'users',
    { status: 400, body: { code: 3, message: 'etcdserver: user name is empty' } },
    /set etcd_user and etcd_password_file/,
  ],
])('%s ends the run at once, in one line with the cure', async (_, answer, cure) => {
  const { url } = await pretender(() => answer);
  const { kind, message } = await failureOf(lockAt(url).requestLock(CLAIM, never));
  expect(kind).toBe('lockDenied');
  expect(message).toMatch(cure);
  expect(message).not.toContain('\n');
});

test('one wrong endpoint of several is passed by', async () => {
  const wrong = await startServer((_, response) => response.writeHead(404).end('nothing here'));
  const right = await pretender(() => undefined);
  const lock = driver({ endpoints: [wrong.url, right.url] });
  expect(await failureOf(lock.requestLock(CLAIM, never))).toMatchObject({ kind: 'lockUnavailable' });
  expect(await lock.requestLock(CLAIM, never)).toMatchObject({ standing: 'held' });
});

test.each([
  ['nothing at all', ''],
  ['a lease that is not ours', { result: { header, ID: '1', TTL: '10' } }],
  ['an error', { error: { grpc_code: 14, http_code: 503, message: 'no leader' } }],
  ['another error', { error: { code: 2, message: 'broken' } }],
  ['a page', '<html></html>'],
  ['half of an answer', { header, succeeded: true }],
])('a renewal that is answered with %s has lost nothing yet', async (_, body) => {
  const { url } = await pretender((path, count) =>
    path === '/v3/lease/keepalive' || (path === '/v3/kv/txn' && count > 1) ? { body } : undefined,
  );
  const lock = lockAt(url);
  await lock.requestLock(CLAIM, never);
  expect((await failureOf(lock.renewLock(null, never))).kind).toMatch(/^lock(Unavailable|Denied)$/);
});

test('a renewal that is answered without a TTL is the end of the lease', async () => {
  const { url } = await startServer(({ path, body }, response) => {
    const { ID: id } = JSON.parse(body) as { ID?: string };
    response.end(JSON.stringify(path.endsWith('keepalive') ? { result: { header, ID: id } } : usual(path, id, body)));
  });
  const lock = lockAt(url);
  await lock.requestLock(CLAIM, never);
  expect(await lock.renewLock(null, never)).toEqual({
    standing: 'gone',
    detail: 'etcd: our lease has expired, or was revoked',
  });
});

const user = { name: 'balancer', password: async () => 'CANARY-pass' };

test.each([
  [
    'a keepalive',
    '/v3/lease/keepalive',
    { status: 401, body: { error: { code: 16, message: 'etcdserver: invalid auth token' } } },
  ],
  ['a transaction', '/v3/kv/txn', { status: 401, body: { code: 16, message: 'etcdserver: invalid auth token' } }],
  [
    'an old store',
    '/v3/kv/txn',
    { status: 400, body: { code: 3, message: 'etcdserver: revision of auth store is old' } },
  ],
])('a token that is taken no longer, for %s, is replaced once and the request sent again', async (_, at, answer) => {
  let old: string | undefined;
  const server = await pretender((path, _count, token) => {
    if (path !== at) return undefined;
    old ??= token;
    return token === old ? answer : undefined;
  });
  const lock = lockAt(server.url, { user });
  await lock.requestLock(CLAIM, never);
  await lock.renewLock(null, never).catch(() => {});
  const asked = server.seen.filter(({ path }) => path === '/v3/auth/authenticate');
  expect(asked).toHaveLength(2);
  expect(server.seen.at(-1)!.headers['authorization']).toMatch(/^token-/);
});

test('no message shows password or token, whoever repeats them', async () => {
  const { url } = await pretender((path, _count, token) =>
    path === '/v3/auth/authenticate' ? undefined : { status: 400, body: { code: 3, message: `CANARY-pass ${token}` } },
  );
  const { message } = await failureOf(lockAt(url, { user }).requestLock(CLAIM, never));
  expect(message).toContain('"*** ***"');
});

test('a user whom etcd does not want to know is noted, and the lock is taken', async () => {
  const notes: string[] = [];
  const { url } = await pretender((path) =>
    path === '/v3/auth/authenticate'
      ? { status: 400, body: { code: 9, message: 'etcdserver: authentication is not enabled' } }
      : undefined,
  );
  const lock = lockAt(url, { user, note: (line) => notes.push(line) });
  expect(await lock.requestLock(CLAIM, never)).toMatchObject({ standing: 'held' });
  expect(notes).toEqual([expect.stringMatching(/^etcd_user: .*everybody may take the lock$/)]);
});

test('a wrong password ends the run at once', async () => {
  const { url } = await pretender((path) =>
    path === '/v3/auth/authenticate'
      ? { status: 400, body: { code: 3, message: 'etcdserver: authentication failed, invalid user ID or password' } }
      : undefined,
  );
  const { kind, message } = await failureOf(lockAt(url, { user }).requestLock(CLAIM, never));
  expect(kind).toBe('lockDenied');
  expect(message).toContain('correct etcd_user, or the password in etcd_password_file');
});

const WRONG = {
  status: 400,
  body: { code: 3, message: 'etcdserver: authentication failed, invalid user ID or password' },
};
const NO_RIGHTS = { status: 400, body: { code: 3, message: 'etcdserver: invalid argument' } };

test.each([
  ['wrong, and another is at hand', WRONG, true, 2, 'held'],
  ['wrong, and there is no other', WRONG, false, 1, 'lockDenied'],
  ['not what is denied', NO_RIGHTS, true, 1, 'lockDenied'],
])('a password is asked for once more only where it helps: it is %s', async (_, denial, hasNext, times, end) => {
  const server = await pretender((path, count) =>
    path === '/v3/auth/authenticate' && count === 1 ? denial : undefined,
  );
  const words = ['CANARY-old', 'CANARY-new'];
  let refusals = 0;
  const renewed = {
    name: 'balancer',
    password: async () => words[refusals]!,
    refused: async (shown: string) => {
      expect(shown).toBe('CANARY-old');
      if (hasNext) refusals += 1;
      return hasNext;
    },
  };
  const found = await lockAt(server.url, { user: renewed })
    .requestLock(CLAIM, never)
    .then(
      (answer) => answer.standing,
      ({ failure }) => failure.kind,
    );
  expect([found, server.seen.filter(({ path }) => path === '/v3/auth/authenticate').length]).toEqual([end, times]);
});

test('a user who could not be asked about is asked about again', async () => {
  const server = await pretender((path, count) =>
    path === '/v3/auth/authenticate' && count === 1
      ? { status: 503, body: { code: 14, message: 'no leader' } }
      : undefined,
  );
  const lock = lockAt(server.url, { user });
  expect(await failureOf(lock.requestLock(CLAIM, never))).toMatchObject({ kind: 'lockUnavailable' });
  expect(await lock.requestLock(CLAIM, never)).toMatchObject({ standing: 'held' });
});

test.each([
  ['down', { status: 503, body: { code: 14, message: 'etcdserver: no leader' } }],
  ['forbidden', { status: 403, body: { code: 7, message: 'etcdserver: permission denied' } }],
])('a lock that was taken away is so also where its lease cannot be revoked: %s', async (_, answer) => {
  const first = { response_range: { header, kvs: [{ key: 'L3g=', create_revision: '7', lease: '9' }] } };
  const { url, seen } = await pretender((path, count) => {
    if (path === '/v3/lease/revoke') return answer;
    return count === 1 ? { body: { header, succeeded: true, responses: [first, first] } } : undefined;
  });
  const found = await lockAt(url).held(never);
  expect(await found!.takeAway(never)).toBe(true);
  expect(seen.at(-1)!.path).toBe('/v3/lease/revoke');
});
