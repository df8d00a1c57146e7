import dgram, { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { syncBuiltinESMExports } from 'node:module';
import { AUTHORITATIVE_ANSWER, decode, TRUNCATED_RESPONSE } from 'dns-packet';
import { expect, test, vi } from 'vitest';
import { udpTraps } from '../../../src/discovery/dns/udp-traps.ts';
import { packetOf, srv } from '../../../src/sandbox/dns/server.ts';
import { afterwards } from '../../support/current-test.ts';
import { pod } from '../../support/pods.ts';

const NAME = '_http._tcp.shop.example.net';
const never = new AbortController().signal;
const answer = {
  ...{ cluster: 'dc1', endpointSet: NAME, verdict: 'ok' as const, generation: null, detail: null },
  endpoints: Array.from({ length: 40 }, (_, at) => pod(`p${at}`)),
};

/** A server over UDP that gives so many records, whatever there is. */
async function server(records: number, flags = AUTHORITATIVE_ANSWER) {
  const socket = createSocket('udp4');
  const answers = Array.from({ length: records }, (_, at) => srv(NAME, `p${at}.example.net`));
  socket.on('message', (message, { port, address }) => {
    const { id = 0, questions, additionals } = decode(message);
    if (additionals?.length !== 0) return;
    // What somebody else was told comes first.
    socket.send(packetOf({ answers: [], flags }, (id + 1) % 65_536, questions), port, address);
    socket.send(packetOf({ answers, flags }, id, questions), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  afterwards(() => void socket.close());
  return { host: '127.0.0.1', port: socket.address().port };
}

test.each([
  ['leaves records out silently', 3, 0, /3 of 40 records of dc1\/_http.*does not say.*accepted_payload_size 8192/],
  ['says that there are more', 3, TRUNCATED_RESPONSE, /3 of 40 records of .*, and it says that there are more$/],
  ['gives all', 40, 0, /40 of 40 records of [^,]*$/],
])('a server that %s', async (_, records, flag, says) => {
  const [line, ...more] = await udpTraps([await server(records, AUTHORITATIVE_ANSWER | flag)], [answer], never);
  expect(line).toMatch(says);
  expect(more).toEqual([]);
});

test('what is no answer to the question is not counted, and the answer that comes after it is', async () => {
  const [asking, stranger] = [createSocket('udp4'), createSocket('udp4')];
  const answers = (records: number) => Array.from({ length: records }, (_, at) => srv(NAME, `p${at}.example.net`));
  asking.on('message', (message, { port, address }) => {
    const { id = 0, questions = [] } = decode(message);
    const others = questions.map((question) => ({ ...question, name: `x.${question.name}` }));
    const one = { answers: answers(1), flags: AUTHORITATIVE_ANSWER };
    const whole = packetOf({ ...one, answers: answers(40) }, id, questions);
    stranger.send(packetOf(one, id, questions), port, address, () => {
      const damaged = [Buffer.of(), whole.subarray(0, 2), whole.subarray(0, 40), Buffer.alloc(600, id >> 8)];
      const elsewhere = [
        message,
        packetOf(one, (id + 1) % 65_536, questions),
        packetOf(one, id, others),
        packetOf(one, id, []),
      ];
      for (const packet of [...damaged, ...elsewhere, whole]) asking.send(packet, port, address);
    });
  });
  for (const socket of [asking, stranger]) {
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    afterwards(() => void socket.close());
  }
  const server = { host: '127.0.0.1', port: asking.address().port };
  expect(await udpTraps([server], [answer], never)).toEqual([expect.stringMatching(/40 of 40 records of [^,]*$/)]);
});

test('a server with an IPv6 address is asked over IPv6', async () => {
  const made = vi.spyOn(dgram, 'createSocket').mockImplementation(() => {
    throw new Error('no socket');
  });
  afterwards(() => {
    made.mockRestore();
    syncBuiltinESMExports();
  });
  syncBuiltinESMExports();
  for (const host of ['2001:db8::53', '192.0.2.53'])
    expect(await udpTraps([{ host, port: 53 }], [answer], never)).toEqual([]);
  expect(made.mock.calls).toEqual([['udp6'], ['udp4']]);
});

test('the group with the most pods is asked for, and leaves no socket and no clock behind', async () => {
  const [closed, started] = [vi.spyOn(dgram.Socket.prototype, 'close'), vi.spyOn(globalThis, 'setTimeout')];
  const stopped = vi.spyOn(globalThis, 'clearTimeout');
  afterwards(() => vi.restoreAllMocks());
  const few = { ...answer, endpointSet: 'few.example.net', endpoints: [pod('p')] };
  expect(await udpTraps([await server(3)], [few, answer, few], never)).toEqual([
    expect.stringMatching(/3 of 40 records/),
  ]);
  expect(closed).toHaveBeenCalledTimes(1);
  const clock = started.mock.results[started.mock.calls.findIndex(([, ms]) => ms === 2_000)]!.value;
  expect(stopped.mock.calls.some(([one]) => one === clock)).toBe(true);
});

test('nothing is said without a group to ask for, and where nobody answers', async () => {
  const stopped = AbortSignal.abort();
  expect(await udpTraps([await server(3)], [{ ...answer, verdict: 'missing', endpoints: [] }], never)).toEqual([]);
  expect(await udpTraps([{ host: '127.0.0.1', port: 9 }], [answer], stopped)).toEqual([]);
});

test.each(['255.255.255.255', 'fe80::1'])('a server that cannot even be asked, as %s, says nothing', async (host) => {
  expect(await udpTraps([{ host, port: 53 }], [answer], never)).toEqual([]);
});
