/** Which messages are answers to a question, packet by packet. */
import { type Answer, AUTHORITATIVE_ANSWER, type Question, RECURSION_AVAILABLE } from 'dns-packet';
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
  const read = (flags: number, authorities: Answer[]) => () =>
    readReply(packetOf({ flags, authorities }, 7, [asked]), asked);
  expect(read(RECURSION_AVAILABLE, [ns])).toThrow('it only refers to other servers');
  expect(read(AUTHORITATIVE_ANSWER, [ns])).not.toThrow();
  expect(read(0, [ns, soa])).not.toThrow();
});

test('that there is nothing is the word of a server that has the zone, asks others, or shows who has it', () => {
  const read = (parts: object) => () => readReply(packetOf({ authorities: [], ...parts }, 7, [asked]), asked);
  for (const rcode of [0, 3]) {
    expect(read({ rcode, flags: 0 })).toThrow('neither has the zone nor asks others');
    expect(read({ rcode, flags: AUTHORITATIVE_ANSWER })).not.toThrow();
    expect(read({ rcode, flags: RECURSION_AVAILABLE })).not.toThrow();
    expect(read({ rcode, flags: 0, authorities: [soa] })).not.toThrow();
  }
  expect(read({ flags: 0, answers: [srv('other.example.net', 'web')] })).toThrow('has nothing of that name');
  expect(read({ flags: 0, answers })).not.toThrow();
  expect(read({ flags: 0, answers: [{ type: 'CNAME', name: NAME.toUpperCase(), data: 'x' }] })).not.toThrow();
});
