/** Which messages are answers to a question, packet by packet. */
import { type Answer, AUTHORITATIVE_ANSWER, type Question } from 'dns-packet';
import { expect, test } from 'vitest';
import { readReply } from '../../../src/discovery/dns/message.ts';
import { packetOf, soa, srv } from '../../../src/sandbox/dns/server.ts';

const NAME = '_http._tcp.shop.example.net';
const asked = { name: NAME, type: 'SRV' } as const;
const answers = [srv(NAME, 'p0.example.net')];

const reply = (...questions: readonly Question[]) =>
  readReply(packetOf({ answers, flags: AUTHORITATIVE_ANSWER }, 7, [...questions]), asked);

test('an answer is to the question that was asked, in its name, its type and its number', () => {
  expect(reply({ ...asked, name: NAME.toUpperCase() }).answers).toMatchObject([{ data: { target: 'p0.example.net' } }]);
  for (const questions of [[{ ...asked, type: 'A' }], [{ ...asked, name: `x.${NAME}` }], [asked, asked], []] as const)
    expect(() => reply(...questions)).toThrow('the answer is to another question');
});

test('a server refers to others only where it says nothing by itself', () => {
  const ns: Answer = { type: 'NS', name: 'net', data: 'a.root.example' };
  const isReferral = (flags: number, authorities: Answer[]) =>
    readReply(packetOf({ flags, authorities }, 7, [asked]), asked).isReferral;
  expect(isReferral(0, [ns])).toBe(true);
  expect(isReferral(AUTHORITATIVE_ANSWER, [ns])).toBe(false);
  expect(isReferral(0, [ns, soa])).toBe(false);
  expect(isReferral(0, [])).toBe(false);
});
