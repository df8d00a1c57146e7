/** What each answer over TCP, right or wrong, is taken for. The server is a strict fake; bind.test.ts has a real one. */
import { writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { type Answer, TRUNCATED_RESPONSE } from 'dns-packet';
import { describe, expect, test, vi } from 'vitest';
import type { DnsServer } from '../../../src/discovery/dns/server-address.ts';
import { createDnsSource, type DnsOptions } from '../../../src/discovery/dns/source.ts';
import { type Asked, type Behaviour, framed, packetOf, soa, srv } from '../../../src/sandbox/dns/server.ts';
import { startDnsServer } from '../../support/dns-server.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const NAME = '_http._tcp.shop.example.net';
const group = { cluster: 'dc1', endpointSet: NAME };
const never = new AbortController().signal;

/** The server says no more than this. */
function nothing(_: unknown): null {
  return null;
}

async function ask(servers: readonly DnsServer[] | null, options: Partial<DnsOptions> = {}) {
  const source = createDnsSource({ servers, wantsAddresses: false, ...options });
  return (await source({ groups: [group] }, never)).answers[0]!;
}

async function answerOf(behave: Behaviour, options: Partial<DnsOptions> = {}) {
  return ask([await startDnsServer(behave)], options);
}

const two = [srv(NAME, 'web-2.example.net'), srv(NAME, 'WEB-1.example.net', 8080)];

test('pods are targets and ports, sorted, each once, in their one spelling', async () => {
  const answers = [...two, srv(NAME.toUpperCase(), 'web-1.EXAMPLE.net.', 8080, 7)];
  expect(await answerOf(() => ({ answers }))).toEqual({
    ...group,
    verdict: 'ok',
    endpoints: [
      { id: 'web-1.example.net:8080', fqdn: 'web-1.example.net', ip4: null, ip6: null, port: 8080 },
      { id: 'web-2.example.net:80', fqdn: 'web-2.example.net', ip4: null, ip6: null, port: 80 },
    ],
    generation: null,
    detail: null,
  });
});

const refers: Answer = { type: 'NS', name: 'net', data: 'a.root.example' };
const long = Array.from({ length: 17 }, (_, at): Answer => ({ type: 'CNAME', name: `c${at}`, data: `c${at + 1}` }));

test.each<[string, Behaviour, string, string | null]>([
  ['no such name', () => ({ rcode: 3, authorities: [soa] }), 'missing', 'there is no such name (NXDOMAIN)'],
  ['no such records', () => ({ authorities: [soa] }), 'empty', null],
  ['the root as target', () => ({ answers: [srv(NAME, '.', 0)] }), 'empty', null],
  [
    'an alias to nothing',
    () => ({ answers: [{ type: 'CNAME', name: NAME, data: 'x.y' }], authorities: [soa] }),
    'empty',
    null,
  ],
  ['the root beside others', () => ({ answers: [...two, srv(NAME, '.', 0)] }), 'invalid', 'stands beside others'],
  ['REFUSED', () => ({ rcode: 5 }), 'denied', 'it answers REFUSED'],
  ['NOTAUTH', () => ({ rcode: 9 }), 'denied', 'it answers NOTAUTH'],
  ['SERVFAIL', () => ({ rcode: 2 }), 'unavailable', 'it answers SERVFAIL'],
  ['NOTIMP', () => ({ rcode: 4 }), 'unavailable', 'it answers NOTIMP'],
  ['FORMERR', () => ({ rcode: 1 }), 'invalid', 'it answers FORMERR'],
  ['a referral', () => ({ flags: 0, authorities: [refers] }), 'unavailable', 'it is no resolver'],
  ['a cut answer', () => ({ flags: TRUNCATED_RESPONSE, answers: two }), 'unavailable', '65,535 bytes'],
  [
    'another question',
    () => ({ questions: [{ type: 'SRV', name: 'other' }], answers: two }),
    'invalid',
    'another question',
  ],
  [
    'that and another question',
    ({ name }) => ({
      questions: [name, 'other'].map((each) => ({ type: 'SRV', name: each })),
      answers: two,
    }),
    'invalid',
    'another question',
  ],
  ['an answer to another kind of request', () => ({ flags: 0x1000, answers: two }), 'invalid', 'that is no answer'],
  [
    'records of another class',
    () => ({ answers: two.map((record) => ({ ...record, class: 'CH' as const })) }),
    'empty',
    null,
  ],
  ['a query', () => ({ type: 'query' }), 'invalid', 'that is no answer'],
  [
    'a target that is no host name',
    () => ({ answers: [srv(NAME, 'a b')] }),
    'invalid',
    'the target "a b" is no host name',
  ],
  ['aliases in a circle', () => ({ answers: [{ type: 'CNAME', name: NAME, data: NAME }] }), 'invalid', 'in a circle'],
  [
    'aliases without end',
    ({ name }) => ({ answers: [{ type: 'CNAME', name, data: `a.${name}` }] }),
    'invalid',
    'aliases (CNAME) follow one another',
  ],
  ['a foreign name', () => ({ answers: [srv('other.example.net', 'web-1')], authorities: [soa] }), 'empty', null],
])('%s', async (_, behave, verdict, why) => {
  const { detail, ...answer } = await answerOf(behave);
  expect(answer).toMatchObject({ verdict, endpoints: [] });
  if (why === null) expect(detail).toBeNull();
  else expect(detail).toContain(why);
});

test('long chains of aliases are followed, within an answer and from one to the next', async () => {
  const chain: Answer[] = [{ type: 'CNAME', name: NAME, data: 'c0' }, ...long];
  const server = await startDnsServer(({ name }) => ({ answers: name === 'c17' ? [srv('c17', 'web-1')] : chain }));
  expect(await ask([server])).toMatchObject({ verdict: 'ok', endpoints: [{ id: 'web-1:80' }] });
  expect(server.asked).toEqual([`${NAME} SRV`, 'c17 SRV']);
});

test('a name that is none is not asked about', async () => {
  const server = await startDnsServer(() => ({}));
  const source = createDnsSource({ servers: [server], wantsAddresses: false });
  const groups = ['shop http', 'shop/http', '-a', 'a..b', `${'a.'.repeat(127)}a`].map((endpointSet) => ({
    ...group,
    endpointSet,
  }));
  const { answers } = await source({ groups }, never);
  expect(answers).toMatchObject(
    groups.map(() => ({ verdict: 'invalid', detail: expect.stringContaining('is no DNS name') })),
  );
  expect(server.asked).toEqual([]);
});

describe('a connection', () => {
  const whole = ({ id }: Asked) => framed(packetOf({ answers: two }, id, [{ type: 'SRV', name: NAME }]));

  test.each<[string, Behaviour, string, string]>([
    [
      'closed without a word',
      ({ socket }) => nothing(socket.end()),
      'unavailable',
      'closed the connection without an answer',
    ],
    ['reset', ({ socket }) => nothing(socket.resetAndDestroy()), 'unavailable', 'connection reset by peer'],
    [
      'closed in the middle',
      (asked) => nothing(asked.socket.end(whole(asked).subarray(0, 40))),
      'unavailable',
      'in the middle of its answer',
    ],
    [
      'of a web server',
      ({ socket }) => nothing(socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
      'invalid',
      'there is no DNS server',
    ],
    ['of a mail server', () => Buffer.from('220 mx ESMTP\r\n'), 'invalid', 'there is no DNS server'],
    ['with another id', ({ id }) => framed(packetOf({}, id ^ 1, [])), 'invalid', 'there is no DNS server'],
    [
      'with too much',
      (asked) => Buffer.concat([whole(asked), Buffer.from('x')]),
      'invalid',
      'it sent more than the answer',
    ],
    [
      'with bytes behind',
      (asked) => framed(Buffer.concat([whole(asked).subarray(2), Buffer.from('x')])),
      'invalid',
      'stands behind its end',
    ],
    [
      'with too little',
      ({ id }) => framed(Buffer.from([id >> 8, id & 255, 0x84])),
      'invalid',
      'shorter than any DNS message',
    ],
    ['with a cut record', (asked) => framed(whole(asked).subarray(2, -3)), 'invalid', 'the answer is damaged'],
    ['with a pointer to itself', pointerToItself, 'invalid', 'the answer is damaged: Cannot decode name (bad pointer)'],
    ['that is silent', () => null, 'unavailable', 'no answer in 100ms'],
    ['with one byte', () => Buffer.from([0]), 'unavailable', 'no answer in 100ms'],
  ])('%s', async (_, behave, verdict, why) => {
    const resolution = why.startsWith('no answer') ? { timeoutMs: 100, attempts: 1 } : {};
    const answer = await answerOf(behave, { resolution });
    expect(answer).toMatchObject({ verdict, endpoints: [] });
    expect(answer.detail).toContain(why);
  });

  function pointerToItself(asked: Asked): Buffer {
    const message = whole(asked).subarray(2);
    message.writeUInt16BE(0xc000 + 12, 12);
    return framed(message);
  }

  test('in pieces of a byte makes a whole answer', async () => {
    const answer = await answerOf((asked) => {
      for (const byte of whole(asked)) asked.socket.write(Buffer.from([byte]));
      return null;
    });
    expect(answer.verdict).toBe('ok');
  });

  test('that the server closes between two questions is made anew', async () => {
    const server = await startDnsServer(({ name, number, socket }) => {
      if (number === 1) return { answers: [srv(name, 'web-1')] };
      socket.destroy();
      return null;
    });
    const source = createDnsSource({ servers: [server], wantsAddresses: false, limits: { concurrent: 1 } });
    const groups = ['a', 'b', 'c'].map((endpointSet) => ({ ...group, endpointSet }));
    expect((await source({ groups }, never)).answers.map(({ verdict }) => verdict)).toEqual(['ok', 'ok', 'ok']);
    expect(server.connections()).toBe(3);
  });

  test('serves many questions', async () => {
    const server = await startDnsServer(({ name }) => ({ answers: [srv(name, 'web-1')] }));
    const source = createDnsSource({ servers: [server], wantsAddresses: false });
    const groups = Array.from({ length: 500 }, (_, at) => ({ ...group, endpointSet: `s${at}` }));
    const { answers } = await source({ groups }, never);
    expect(new Set(answers.map(({ verdict }) => verdict))).toEqual(new Set(['ok']));
    expect(server.connections()).toBeLessThanOrEqual(8);
  });
});

describe('several servers', () => {
  const broken: DnsServer = { host: '127.0.0.1', port: 1 };

  test('are asked in turn until one knows', async () => {
    const refuses = await startDnsServer(() => ({ rcode: 5 }));
    const good = await startDnsServer(() => ({ answers: two }));
    expect(await ask([broken, refuses, good])).toMatchObject({ verdict: 'ok' });
    expect(refuses.asked).toHaveLength(1);
  });

  test('are not asked once one knows that there is no such name', async () => {
    const first = await startDnsServer(() => ({ rcode: 3 }));
    const second = await startDnsServer(() => ({ answers: two }));
    expect(await ask([first, second])).toMatchObject({ verdict: 'missing' });
    expect(second.asked).toEqual([]);
  });

  test.each<[string, Behaviour]>([
    ['has nothing, and no right to say so', () => ({ flags: 0 })],
    ['refers to others', () => ({ flags: 0, authorities: [refers] })],
  ])('that %s is left for the next, and alone it knows of no pods', async (_, behave) => {
    const first = await startDnsServer(behave);
    const second = await startDnsServer(() => ({ answers: two }));
    expect(await ask([first, second])).toMatchObject({ verdict: 'ok' });
    expect(await ask([first])).toMatchObject({ verdict: 'unavailable' });
  });

  test('that all fail are all named', async () => {
    const refuses = await startDnsServer(() => ({ rcode: 5 }));
    expect(await ask([broken, refuses])).toMatchObject({
      verdict: 'denied',
      detail: `127.0.0.1:1: it refuses connections (DNS over TCP is needed); 127.0.0.1:${refuses.port}: it answers REFUSED`,
    });
  });

  test('are all asked again where one of them may know by then', async () => {
    const refuses = await startDnsServer(() => ({ rcode: 5 }));
    const fails = await startDnsServer(() => ({ rcode: 2 }));
    expect(await ask([refuses, fails], { resolution: { attempts: 2 } })).toMatchObject({ verdict: 'denied' });
    expect([refuses.asked.length, fails.asked.length]).toEqual([2, 2]);
    expect(await ask([refuses], { resolution: { attempts: 2 } })).toMatchObject({ verdict: 'denied' });
    expect(refuses.asked).toHaveLength(3);
  });

  test('that have failed are asked last from then on', async () => {
    const good = await startDnsServer(({ name }) => ({ answers: [srv(name, 'web-1')] }));
    const bad = await startDnsServer(() => ({ rcode: 2 }));
    const source = createDnsSource({ servers: [bad, good], wantsAddresses: false, limits: { concurrent: 1 } });
    const groups = ['a', 'b', 'c'].map((endpointSet) => ({ ...group, endpointSet }));
    await source({ groups }, never);
    expect(bad.asked).toEqual(['a SRV']);
  });

  test('have a time for all groups together', async () => {
    const silent = await startDnsServer(() => null);
    const limits = { totalMs: 300, concurrent: 1 };
    const source = createDnsSource({ servers: [silent], wantsAddresses: false, limits });
    const groups = ['a', 'b', 'c'].map((endpointSet) => ({ ...group, endpointSet }));
    const { answers } = await source({ groups }, never);
    expect(answers.map(({ verdict }) => verdict)).toEqual(['unavailable', 'unavailable', 'unavailable']);
    expect(answers[2]!.detail).toBe('there was no time left to ask');
  });

  test('are dropped at an abort', async () => {
    const controller = new AbortController();
    const silent = await startDnsServer(() => nothing(controller.abort()));
    const source = createDnsSource({ servers: [silent], wantsAddresses: false });
    await expect(source({ groups: [group, group] }, controller.signal)).rejects.toMatchObject({
      failure: { kind: 'aborted' },
    });
  });
});

describe('addresses, where they are wanted', () => {
  const A = (name: string, data: string): Answer => ({ type: 'A', name, data });
  const AAAA = (name: string, data: string): Answer => ({ type: 'AAAA', name, data });
  const wanted = { wantsAddresses: true };

  test('come with the answer, the lowest of each kind, and are not asked for then', async () => {
    const additionals = [
      A('web-2.example.net', '192.0.2.9'),
      A('WEB-2.example.net', '192.0.2.2'),
      AAAA('web-1.example.net', '2001:DB8:0::1'),
    ];
    const server = await startDnsServer(() => ({ answers: two, additionals }));
    expect(await ask([server], wanted)).toMatchObject({
      endpoints: [
        { id: 'web-1.example.net:8080', ip4: null, ip6: '2001:db8::1' },
        { id: 'web-2.example.net:80', ip4: '192.0.2.2', ip6: null },
      ],
    });
    expect(server.asked).toHaveLength(1);
    expect((await ask([server])).endpoints).toMatchObject([
      { ip4: null, ip6: null },
      { ip4: null, ip6: null },
    ]);
  });

  test('are asked for otherwise, aliases followed, and may be none', async () => {
    const server = await startDnsServer(({ name, type }) => {
      if (type === 'SRV') return { answers: two };
      if (name === 'web-2.example.net') return { rcode: 3 };
      if (type === 'AAAA') return { authorities: [soa] };
      return { answers: [{ type: 'CNAME', name, data: 'host.example.net' }, A('host.example.net', '192.0.2.1')] };
    });
    expect((await ask([server], wanted)).endpoints).toMatchObject([
      { id: 'web-1.example.net:8080', ip4: '192.0.2.1', ip6: null },
      { id: 'web-2.example.net:80', ip4: null, ip6: null },
    ]);
    expect(server.asked).toHaveLength(5);
  });

  test('that cannot be had make the group unavailable', async () => {
    const answer = await answerOf(({ type }) => (type === 'SRV' ? { answers: two } : { rcode: 2 }), wanted);
    expect(answer).toMatchObject({ verdict: 'unavailable', endpoints: [] });
  });
});

describe('the system’s servers', () => {
  function systemFile(text: string): string {
    const path = join(tempFolder(), 'resolv.conf');
    writeFileSync(path, text);
    return path;
  }

  test('are those of resolv.conf', async () => {
    const { host, port } = await startDnsServer(() => ({ answers: two }));
    expect(await ask(null, { systemFile: systemFile(`nameserver ${host}:${port}\n`) })).toMatchObject({
      verdict: 'ok',
    });
  });

  test('that cannot be known make every group unavailable', async () => {
    expect(await ask(null, { systemFile: '/none/resolv.conf' })).toMatchObject({
      verdict: 'unavailable',
      detail: '/none/resolv.conf: no such file or folder (or set dns_servers)',
    });
  });
});

test('no connection is kept once all is answered', async () => {
  const sockets: Socket[] = [];
  const server = await startDnsServer(({ socket }) => {
    sockets.push(socket);
    return { answers: two };
  });
  const source = createDnsSource({ servers: [server], wantsAddresses: false });
  await source({ groups: [group, { ...group, cluster: 'dc2' }] }, never);
  expect(sockets.length).toBeGreaterThan(0);
  const isOver = () => sockets.every(({ destroyed, readableEnded }) => destroyed || readableEnded);
  await vi.waitFor(() => expect(isOver(), 'the server sees the end of each').toBe(true), 20_000);
});
