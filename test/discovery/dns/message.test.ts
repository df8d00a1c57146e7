/** Which messages are answers to a question, packet by packet. */
import {
  type Answer,
  AUTHORITATIVE_ANSWER,
  decode,
  encode,
  type Question,
  RECURSION_AVAILABLE,
  TRUNCATED_RESPONSE,
} from 'dns-packet';
import { expect, test } from 'vitest';
import { readPart, readReply, writeQuestion } from '../../../src/discovery/dns/message.ts';
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

test('a question has its number, its name and its type, and asks to have others asked', () => {
  expect(decode(writeQuestion(7, asked))).toMatchObject({
    ...{ type: 'query', id: 7, flag_rd: true, answers: [] },
    questions: [{ ...asked, class: 'IN' }],
  });
});

test.each([
  [1, 'invalid', 'FORMERR'],
  [2, 'unavailable', 'SERVFAIL'],
  [5, 'denied', 'REFUSED'],
  [9, 'denied', 'NOTAUTH'],
])('a server that answers with the code %i is said to be %s', (rcode, kind, word) => {
  const message = packetOf({ rcode, answers }, 7, [asked]);
  expect(() => readReply(message, asked)).toThrow(expect.objectContaining({ kind, message: `it answers ${word}` }));
});

test('what is no answer, or has too little or too much in it, is not believed', () => {
  const whole = packetOf({ answers }, 7, [asked]);
  const NOTIFY = 4 << 11;
  for (const [message, words] of [
    [encode({ type: 'query', questions: [asked], answers }), /^that is no answer$/],
    [packetOf({ answers, flags: AUTHORITATIVE_ANSWER | NOTIFY }, 7, [asked]), /^that is no answer$/],
    [packetOf({ answers }, 7, []), /^the answer is to another question$/],
    [whole.subarray(0, -1), /^the answer is damaged: (?!something)./],
    [Buffer.concat([whole, Buffer.of(0)]), /^the answer is damaged: something stands behind its end$/],
  ] as const)
    expect(() => readReply(message, asked)).toThrow(
      expect.objectContaining({ kind: 'invalid', message: expect.stringMatching(words) }),
    );
});

test('a cut answer is good only where a part is enough', () => {
  const message = packetOf({ answers, flags: AUTHORITATIVE_ANSWER | TRUNCATED_RESPONSE }, 7, [asked]);
  expect(readPart(message, asked)).toMatchObject({ isCut: true, answers });
  const problem = { kind: 'unavailable', message: expect.stringContaining('the answer is cut') };
  expect(() => readReply(message, asked)).toThrow(expect.objectContaining(problem));
});

test('an answer has what stands beside it, and says whether the name is there', () => {
  const additionals: Answer[] = [{ type: 'A', name: 'p0.example.net', data: '10.0.0.1' }];
  expect(readReply(packetOf({ answers, additionals }, 7, [asked]), asked)).toMatchObject({
    ...{ isNameThere: true, additionals },
  });
  expect(readReply(packetOf({ rcode: 3 }, 7, [asked]), asked)).toMatchObject({ isNameThere: false, additionals: [] });
});

test('a server refers to others only where it says nothing by itself', () => {
  const ns: Answer = { type: 'NS', name: 'net', data: 'a.root.example' };
  const read = (flags: number, authorities: Answer[]) => () =>
    readReply(packetOf({ flags, authorities }, 7, [asked]), asked);
  expect(read(RECURSION_AVAILABLE, [ns])).toThrow(
    expect.objectContaining({
      kind: 'unavailable',
      message: expect.stringContaining('it only refers to other servers'),
    }),
  );
  expect(read(RECURSION_AVAILABLE, [{ type: 'TXT', name: 'net', data: 'x' }])).not.toThrow();
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
  const authorities = [{ type: 'NS', name: 'net', data: 'a.root.example' }];
  expect(read({ rcode: 3, flags: RECURSION_AVAILABLE, authorities })).not.toThrow();
  expect(read({ flags: 0, answers: [srv('other.example.net', 'web')] })).toThrow('has nothing of that name');
  expect(read({ flags: 0, answers })).not.toThrow();
  expect(read({ flags: 0, answers: [{ type: 'CNAME', name: NAME.toUpperCase(), data: 'x' }] })).not.toThrow();
});
