import { execFileSync } from 'node:child_process';
import { mkdirSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Endpoint } from '../../machines/vocabulary.ts';
import { Failed } from '../../src/failure.ts';
import { readPrimer } from '../../src/node-files/primer.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** The pauses between two looks at a file that is being rewritten, and what happens in them. */
const pauses = vi.hoisted(() => ({ count: 0, meanwhile: () => {} }));

vi.mock('node:timers/promises', async (importOriginal) => {
  const timers = await importOriginal<typeof import('node:timers/promises')>();
  const setTimeout: typeof timers.setTimeout = (...pause) => {
    pauses.count += 1;
    pauses.meanwhile();
    return timers.setTimeout(...pause);
  };
  return { ...timers, setTimeout };
});

beforeEach(() => void Object.assign(pauses, { count: 0, meanwhile: () => {} }));

const endpoint = { id: 'front-1', fqdn: 'front-1.sas.example.net', ip6_address: '2a02:6b8::1', port: 80 };
const set = { cluster_name: 'sas', endpoint_set_id: 'front.http', endpoints: [endpoint] };

/** A primer that was written long ago: nobody is rewriting it. */
function oldPrimer(text: string | Uint8Array): string {
  const path = join(tempFolder(), 'yp.json');
  writeFileSync(path, text);
  utimesSync(path, 1_000_000, 1_000_000);
  return path;
}

function primerOf(...sets: unknown[]): string {
  return oldPrimer(JSON.stringify({ endpoint_sets: sets }));
}

/** The failure's message without the file's path and the advice around it. */
async function refusal(path: string, signal?: AbortSignal): Promise<string> {
  const error = await readPrimer(path, signal).then(
    () => new Error('the primer was accepted'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof Failed)) throw error;
  expect(error.failure.kind).toBe('primerUnreadable');
  const advice =
    / \(correct primer_json_file, or have the file written(?: again|; watcher prime writes the first one as well)\)/;
  const [before = '', after = ''] = error.message.replace(advice, '').split(`${path}: `);
  expect(before).toBe('the primer cannot be used: ');
  expect(error.message).not.toMatch(/[\n\r]/);
  return after;
}

test('reads groups with their pods, sorted by id, and ignores what it does not know', async () => {
  const path = oldPrimer(
    JSON.stringify({
      comment: 'x',
      generation: 'not for the primer',
      endpoint_sets: [
        {
          ...set,
          weight: 3,
          endpoints: [
            { id: 'b', fqdn: 'B.sas.example.net.', ready: false, protocol: 'tcp' },
            { id: 'a', fqdn: 'a.sas.example.net', ip4_address: '10.0.0.1', ip6_address: '2A02:06B8:0::0001', port: 80 },
          ],
        },
        { cluster_name: 'vla', endpoint_set_id: 'front.http' },
      ],
    }),
  );
  expect(await readPrimer(path)).toEqual({
    groups: [
      {
        cluster: 'sas',
        endpointSet: 'front.http',
        endpoints: [
          { id: 'a', fqdn: 'a.sas.example.net', ip4: '10.0.0.1', ip6: '2a02:6b8::1', port: 80 },
          { id: 'b', fqdn: 'b.sas.example.net', ip4: null, ip6: null, port: null },
        ],
      },
      { cluster: 'vla', endpointSet: 'front.http', endpoints: [] },
    ],
  });
});

test('a port of 0 and an empty address are absent', async () => {
  const path = primerOf({ ...set, endpoints: [{ ...endpoint, port: 0, ip6_address: '', ip4_address: null }] });
  expect((await readPrimer(path)).groups[0]!.endpoints[0]).toMatchObject({ port: null, ip6: null, ip4: null });
});

test('accepts a byte order mark', async () => {
  expect((await readPrimer(oldPrimer(`\uFEFF${JSON.stringify({ endpoint_sets: [set] })}`))).groups).toHaveLength(1);
});

test.each(['{"endpoint_sets":[]}', '{"endpoint_sets":null}'])('a primer may have no groups: %s', async (text) => {
  expect(await readPrimer(oldPrimer(text))).toEqual({ groups: [] });
});

test('a group without pods is a group', async () => {
  expect((await readPrimer(primerOf({ ...set, endpoints: [] }))).groups).toHaveLength(1);
});

const inEndpoint = 'endpoint_sets[1].endpoints[0]';

test.each([
  ['a space', 'a b', '"a b"'],
  ['a line end', 'a\nb', '"a\\nb"'],
  ['a line end at the end', 'a.b\n', '"a.b\\n"'],
  ['a semicolon', 'a;b', '"a;b"'],
  ['a command', '$(touch x).b', '"$(touch x).b"'],
  ['a leading dash', '-a.b', '"-a.b"'],
  ['a label with a trailing dash', 'a-.b', '"a-.b"'],
  ['a path', '../../etc/passwd', '"../../etc/passwd"'],
  ['two dots', 'a..b', '"a..b"'],
  ['a dot alone', '.', '"."'],
  ['a label too long', `${'a'.repeat(64)}.b`, `"${'a'.repeat(60)}"…`],
  ['254 characters', `${'a.'.repeat(126)}aa`, `"${'a.'.repeat(30)}"…`],
  ['letters that are not ASCII', 'bücher.net', '"b\\u00fccher.net"'],
  ['an escape sequence', 'a\u009b31m.b', '"a\\u009b31m.b"'],
  ['a number', 7, '7'],
  ['an address with a zone', 'fe80::1%eth0', '"fe80::1%eth0"'],
  ['an address in brackets', '[2001:db8::1]', '"[2001:db8::1]"'],
  ['an address with a port', '2001:db8::1:2:3:4:5:80:90', '"2001:db8::1:2:3:4:5:80:90"'],
  ['a list', ['a.b'], 'a list'],
  ['an object', {}, 'an object'],
])('refuses %s for a host name, and shows it harmless', async (_, fqdn, shown) => {
  const path = primerOf({ ...set, cluster_name: 'vla' }, { ...set, endpoints: [{ ...endpoint, fqdn }] });
  expect(await refusal(path)).toBe(
    `${inEndpoint}.fqdn: expected a host name, an IPv4 or an IPv6 address, got ${shown}`,
  );
});

test('accepts the longest host name there is', async () => {
  const fqdn = `${'a.'.repeat(126)}a`;
  const { groups } = await readPrimer(primerOf({ ...set, endpoints: [{ ...endpoint, fqdn: `${fqdn}.` }] }));
  expect(groups[0]!.endpoints[0]!.fqdn).toBe(fqdn);
});

test.each([
  ['id', { fqdn: 'a.b' }, 'is missing'],
  ['id', { ...endpoint, id: 'a b' }, 'expected an id: 1 to 255 visible ASCII characters, got "a b"'],
  ['port', { ...endpoint, port: 65_536 }, 'expected a port number from 1 to 65535, got 65536'],
  ['port', { ...endpoint, port: -1 }, 'expected a port number from 1 to 65535, got -1'],
  ['port', { ...endpoint, port: 80.5 }, 'expected a port number from 1 to 65535, got 80.5'],
  ['port', { ...endpoint, port: '80' }, 'expected a port number from 1 to 65535, got "80"'],
  ['ip4_address', { ...endpoint, ip4_address: '10.0.0.256' }, 'expected an IPv4 address, got "10.0.0.256"'],
  ['ip4_address', { ...endpoint, ip4_address: '010.0.0.1' }, 'expected an IPv4 address, got "010.0.0.1"'],
  ['ip6_address', { ...endpoint, ip6_address: '10.0.0.1' }, 'expected an IPv6 address, got "10.0.0.1"'],
  ['ip6_address', { ...endpoint, ip6_address: 'fe80::1%eth0' }, 'expected an IPv6 address, got "fe80::1%eth0"'],
])('names the place of a bad %s', async (field, written, what) => {
  const path = primerOf({ ...set, cluster_name: 'vla' }, { ...set, endpoints: [written] });
  expect(await refusal(path)).toBe(`${inEndpoint}.${field}: ${what}`);
});

test.each([
  ['[]', 'expected an object with the key endpoint_sets, got a list'],
  ['null', 'expected an object with the key endpoint_sets, got null'],
  ['{}', 'endpoint_sets: is missing'],
  ['{"endpoint_sets":{}}', 'endpoint_sets: expected a list of endpoint sets, got an object'],
  ['{"endpoint_sets":[1]}', 'endpoint_sets[0]: expected an object that describes an endpoint set, got 1'],
  ['{"endpoint_sets":[{"endpoint_set_id":"a"}]}', 'endpoint_sets[0].cluster_name: is missing'],
  [
    '{"endpoint_sets":[{"cluster_name":"a/b","endpoint_set_id":"c"}]}',
    'endpoint_sets[0].cluster_name: expected a cluster name: visible ASCII characters, no slash, got "a/b"',
  ],
  [
    '{"endpoint_sets":[{"cluster_name":"a","endpoint_set_id":"c","endpoints":{}}]}',
    'endpoint_sets[0].endpoints: expected a list of endpoints, got an object',
  ],
  [
    '{"endpoint_sets":[{"cluster_name":"a","endpoint_set_id":"c","endpoints":[null]}]}',
    'endpoint_sets[0].endpoints[0]: expected an object that describes an endpoint, got null',
  ],
  ['{"endpoint_sets":[],"endpoint_sets":[]}', 'not JSON: line 1, column 21: the key "endpoint_sets" is given twice'],
  ['{"__proto__":{"x":1}}', 'not JSON: line 1, column 2: the key "__proto__" is not allowed'],
])('refuses %s', async (text, what) => {
  expect(await refusal(oldPrimer(text))).toBe(what);
  expect(Reflect.get({}, 'x')).toBeUndefined();
});

async function podsOf(...endpoints: readonly unknown[]): Promise<readonly Endpoint[]> {
  return (await readPrimer(primerOf({ ...set, endpoints }))).groups[0]!.endpoints;
}

test.each<[string, unknown]>([
  ['null', null],
  ['nothing', undefined],
  ['[]', []],
])('a list of endpoints that is %s is empty', async (_, endpoints) => {
  expect((await readPrimer(primerOf({ ...set, endpoints }))).groups[0]!.endpoints).toEqual([]);
});

test.each<[string, object, string]>([
  ['a host name', { fqdn: 'A.Example.net.' }, 'a.example.net'],
  ['an IPv4 address', { fqdn: '192.0.2.1' }, '192.0.2.1'],
  ['an IPv6 address', { fqdn: '2001:DB8:0:0::0001' }, '2001:db8::1'],
  ['nothing, and so the id', {}, 'Pod_1/http'],
  ['null, and so the id', { fqdn: null }, 'Pod_1/http'],
  ['an empty text, and so the id', { fqdn: '' }, 'Pod_1/http'],
  ['the id, which is a host name', { id: 'Front-1.Net.' }, 'front-1.net'],
  ['the id, which is an IPv6 address', { id: '2001:DB8::01' }, '2001:db8::1'],
  ['the id, which is a host name with a port', { id: 'Front-1.net:80' }, 'Front-1.net:80'],
])('a pod is named by %s', async (_, written, fqdn) => {
  expect(await podsOf({ id: 'Pod_1/http', ...written })).toMatchObject([{ fqdn }]);
});

test('one name may be there several times', async () => {
  const pods = await podsOf(endpoint, { ...endpoint, id: 'b', port: 81 }, { ...endpoint, id: 'c' });
  expect(pods.map(({ id, fqdn, port }) => [id, fqdn, port])).toEqual([
    ['b', endpoint.fqdn, 81],
    ['c', endpoint.fqdn, 80],
    ['front-1', endpoint.fqdn, 80],
  ]);
});

test('entries that say the same count once, in whatever spelling: pods and endpoint sets', async () => {
  const again = { ...endpoint, fqdn: 'FRONT-1.sas.example.net.', ip6_address: '2A02:6b8:0::1', ready: false };
  expect(await podsOf(endpoint, again, endpoint)).toHaveLength(1);
  const { groups } = await readPrimer(primerOf(set, { ...set, endpoints: [again] }));
  expect(groups).toHaveLength(1);
});

test.each<[string, object]>([
  ['name', { fqdn: 'x.y' }],
  ['IPv4 address', { ip4_address: '192.0.2.1' }],
  ['IPv6 address', { ip6_address: '2a02:6b8::2' }],
  ['port', { port: 81 }],
  ['port', { port: null }],
])('one id with another %s is refused', async (what, other) => {
  const path = primerOf({ ...set, endpoints: [{ id: 'other' }, endpoint, { ...endpoint, ...other }] });
  expect(await refusal(path)).toBe(
    `endpoint_sets[0].endpoints[2].id: expected entries with one id to say the same, but the ${what} differs from an earlier one, got "front-1"`,
  );
});

test('one endpoint set with other pods is refused', async () => {
  expect(await refusal(primerOf(set, { ...set, endpoints: [] }))).toBe(
    'endpoint_sets[1]: the endpoint set "sas/front.http" is there twice and differs',
  );
});

test('says what is wrong with the file itself', async () => {
  const folder = tempFolder();
  mkdirSync(join(folder, 'folder'));
  execFileSync('mkfifo', [join(folder, 'fifo')]);
  writeFileSync(join(folder, 'huge'), '');
  truncateSync(join(folder, 'huge'), 3 * 1024 ** 3);
  expect(await refusal(join(folder, 'absent'))).toBe('no such file or folder');
  await expect(readPrimer(join(folder, 'absent'))).rejects.toThrow('; watcher prime writes the first one as well)');
  await expect(readPrimer(join(folder, 'folder'))).rejects.toThrow('or have the file written again)');
  expect(await refusal(join(folder, 'folder'))).toBe('is a folder, not a file');
  expect(await refusal(join(folder, 'fifo'))).toBe('is not a regular file');
  expect(await refusal(join(folder, 'huge'))).toContain('larger than the limit');
  expect(await refusal(oldPrimer(Buffer.from([0x22, 0xff, 0x22])))).toBe('is not valid UTF-8');
});

test.each(['', '{"endpoint_sets": [', JSON.stringify({ endpoint_sets: [set] }).slice(0, -1)])(
  'an old file that is cut is refused at the first look: %j',
  async (text) => {
    expect(await refusal(oldPrimer(text))).toMatch(/^not JSON: line 1, column [0-9]+: /);
    expect(pauses.count).toBe(0);
  },
);

test.each(['', '{"endpoint_sets": ['])('a file that is being rewritten is read again: %j', async (text) => {
  const path = join(tempFolder(), 'yp.json');
  writeFileSync(path, text);
  pauses.meanwhile = () => writeFileSync(path, JSON.stringify({ endpoint_sets: [set] }));
  expect((await readPrimer(path)).groups).toHaveLength(1);
  expect(pauses.count).toBe(1);
});

test('a fresh file that stays cut is given up', async () => {
  const path = join(tempFolder(), 'yp.json');
  writeFileSync(path, '{');
  // It stays fresh, however slow the host is.
  pauses.meanwhile = () => writeFileSync(path, '{');
  expect(await refusal(path)).toMatch(/^not JSON/);
  expect(pauses.count).toBe(3);
});

test('a writer that rewrites in place never makes it see half a list', async () => {
  const path = join(tempFolder(), 'yp.json');
  const sizes = [1, 400];
  const texts = sizes.map((size) => {
    const endpoints = Array.from({ length: size }, (_, index) => ({ id: `p-${index}`, fqdn: `p-${index}.net` }));
    return JSON.stringify({ endpoint_sets: [{ ...set, endpoints }] });
  });
  writeFileSync(path, texts[0]!);
  let isOver = false;
  const writing = (async () => {
    for (let round = 0; !isOver; round += 1) {
      const text = texts[round % 2]!;
      writeFileSync(path, text.slice(0, text.length / 2));
      await sleep(1);
      writeFileSync(path, text);
      await sleep(20);
    }
  })();
  const seen: number[] = [];
  // On a busy host each look at it may come while half of it is there: then it is refused.
  const refused = () => {};
  for (let round = 0; round < 30; round += 1) {
    await readPrimer(path).then(({ groups }) => seen.push(groups[0]!.endpoints.length), refused);
  }
  isOver = true;
  await writing;
  expect(seen).not.toEqual([]);
  expect(seen.filter((size) => !sizes.includes(size))).toEqual([]);
});

test('an abort ends the waiting for the writer', async () => {
  const path = join(tempFolder(), 'yp.json');
  writeFileSync(path, '');
  const reading = readPrimer(path, AbortSignal.abort());
  await expect(reading).rejects.toMatchObject({ failure: { kind: 'aborted' } });
});

test('a primer that was never written names who writes it', async () => {
  await expect(readPrimer(join(tempFolder(), 'absent.json'))).rejects.toThrow(
    '(correct primer_json_file, or have the file written; watcher prime writes the first one as well)',
  );
});
