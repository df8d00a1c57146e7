/**
 * Goal: whatever becomes of a question to a DNS server, the group's answer is the right one or none. Method: every fault
 * strikes every question that a group can need: of one server while another is well, then of the only one, each time.
 */
import { type Answer as DnsRecord, TRUNCATED_RESPONSE } from 'dns-packet';
import { expect, test } from 'vitest';
import type { Answer, Verdict } from '../../../machines/vocabulary.ts';
import type { DnsServer } from '../../../src/discovery/dns/server-address.ts';
import { createDnsSource } from '../../../src/discovery/dns/source.ts';
import { type Asked, type Behaviour, framed, packetOf, srv } from '../../../src/sandbox/dns/server.ts';
import { startDnsServer } from '../../support/dns-server.ts';

const GROUP = { cluster: 'dc1', endpointSet: '_http._tcp.shop.example.net' };
const ALIAS = '_http._tcp.other.example.net';
const TARGET = 'web-1.example.net';

const FAULTS: Readonly<Record<string, readonly [Behaviour, Verdict]>> = {
  'a failure of the server': [() => ({ rcode: 2 }), 'unavailable'],
  'a refusal': [() => ({ rcode: 5 }), 'denied'],
  'no answer before the end': [closing(() => Buffer.alloc(0)), 'unavailable'],
  'an answer that is cut off': [closing((asked) => whole(asked).subarray(0, 20)), 'unavailable'],
  'an answer that was shortened': [(asked) => ({ ...right(asked), flags: TRUNCATED_RESPONSE }), 'unavailable'],
  'another service on the port': [() => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), 'invalid'],
  'the answer to another question': [
    (asked) => framed(packetOf(right(asked), asked.id ^ 1, questionOf(asked))),
    'invalid',
  ],
};

const QUESTIONS = [`${GROUP.endpointSet} SRV`, `${ALIAS} SRV`, `${TARGET} A`, `${TARGET} AAAA`];

const cases = Object.entries(FAULTS).flatMap(([what, [fault, verdict]]) =>
  QUESTIONS.map((question) => ({ what, question, fault, verdict })),
);

test.each(cases)('$question meets $what: the next server is asked, or the group has no list', async (each) => {
  const { question, fault, verdict } = each;
  const isStruck = ({ name, type }: Asked) => `${name} ${type}` === question;
  const broken = await startDnsServer((asked) => (isStruck(asked) ? fault(asked) : right(asked)));
  const well = await startDnsServer(right);
  expect(await ask([broken, well])).toEqual({
    ...GROUP,
    verdict: 'ok',
    generation: null,
    detail: null,
    endpoints: [{ id: `${TARGET}:80`, fqdn: TARGET, ip4: '192.0.2.1', ip6: '2001:db8::1', port: 80 }],
  });
  expect(broken.asked).toContain(question);
  expect(await ask([broken])).toMatchObject({
    ...GROUP,
    verdict,
    endpoints: [],
    detail: expect.stringMatching(/^.{5,}$/),
  });
});

/** What a server says that is well: an alias, and then a target whose addresses are asked for. */
function right({ name, type }: Pick<Asked, 'name' | 'type'>): { readonly answers: DnsRecord[] } {
  if (type === 'A') return { answers: [{ type: 'A', name, data: '192.0.2.1' }] };
  if (type === 'AAAA') return { answers: [{ type: 'AAAA', name, data: '2001:db8::1' }] };
  return { answers: name === ALIAS ? [srv(name, TARGET, 80)] : [{ type: 'CNAME', name, data: ALIAS }] };
}

function closing(said: (asked: Asked) => Buffer): Behaviour {
  return (asked) => {
    asked.socket.end(said(asked));
    return null;
  };
}

function whole(asked: Asked): Buffer {
  return framed(packetOf(right(asked), asked.id, questionOf(asked)));
}

function questionOf({ name, type }: Asked) {
  return [{ name, type: type as 'SRV' }];
}

async function ask(servers: readonly DnsServer[]): Promise<Answer> {
  const source = createDnsSource({ servers, wantsAddresses: true, resolution: { timeoutMs: 20_000, attempts: 2 } });
  return (await source({ groups: [GROUP] }, new AbortController().signal)).answers[0]!;
}
