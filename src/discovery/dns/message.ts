import { type Answer, type DecodedPacket, decode, encode, type Question, RECURSION_DESIRED } from 'dns-packet';
import { messageOf } from '../../host/file-problem.ts';
import { asPhrase } from '../../text/printable.ts';
import { normalPodName } from '../names.ts';
import { DnsProblem } from './problem.ts';

export type RecordType = 'SRV' | 'A' | 'AAAA';

export interface DnsQuestion {
  readonly name: string;
  readonly type: RecordType;
}

/** An answer about what was asked. */
export interface DnsReply {
  readonly isNameThere: boolean;
  readonly answers: readonly Answer[];
  readonly additionals: readonly Answer[];
  /** It says with authority that the name at the end of the answers has no such records. */
  readonly isFinal: boolean;
  /** Why it says nothing of the name; null where it does. */
  readonly ignorance: string | null;
  /** It says that there is more than fits into the message. */
  readonly isCut: boolean;
}

/** What is decoded has all parts, and the words of its header, which the types of the decoder leave out. */
type Message = DecodedPacket & {
  readonly rcode: string;
  readonly opcode: string;
  readonly questions: readonly Question[];
} & Record<'answers' | 'authorities' | 'additionals', readonly Answer[]>;

export function writeQuestion(id: number, { name, type }: DnsQuestion): Buffer {
  return encode({ id, flags: RECURSION_DESIRED, questions: [{ name, type, class: 'IN' }] });
}

/**
 * Throws `DnsProblem` for what is no answer to the question, or one that is not to be believed, not whole, or of a server
 * that does not know.
 */
export function readReply(message: Buffer, asked: DnsQuestion): DnsReply {
  const reply = readPart(message, asked);
  if (reply.ignorance !== null) throw new DnsProblem('unavailable', reply.ignorance);
  if (!reply.isCut) return reply;
  throw new DnsProblem(
    'unavailable',
    'the answer is cut: the records do not fit into the 65,535 bytes of a DNS message',
  );
}

/** The same where a part is enough. */
export function readPart(message: Buffer, asked: DnsQuestion): DnsReply {
  const packet = decoded(message);
  const { rcode, opcode, answers, authorities, additionals } = packet;
  if (packet.type !== 'response' || opcode !== 'QUERY') throw new DnsProblem('invalid', 'that is no answer');
  refuseCode(rcode);
  const [question, ...more] = packet.questions;
  const isAsked = question !== undefined && more.length === 0 && question.type === asked.type;
  if (!isAsked || normalPodName(question.name) !== normalPodName(asked.name)) {
    throw new DnsProblem('invalid', 'the answer is to another question');
  }
  const isFinal = authorities.some(({ type }) => type === 'SOA');
  return {
    isNameThere: rcode !== 'NXDOMAIN',
    answers,
    additionals,
    isFinal,
    ignorance: isFinal || isAbout(answers, asked) ? null : ignoranceIn(packet, rcode === 'NXDOMAIN'),
    isCut: packet.flag_tc,
  };
}

function isAbout(answers: readonly Answer[], asked: DnsQuestion): boolean {
  const name = normalPodName(asked.name);
  return answers.some((each) => [asked.type, 'CNAME'].includes(each.type) && normalPodName(each.name) === name);
}

/** That there is nothing is known to who has the zone (AA), or asks those who have it (RA). */
function ignoranceIn({ flag_aa, flag_ra, authorities }: Message, deniesName: boolean): string | null {
  if (flag_aa) return null;
  if (!deniesName && authorities.some(({ type }) => type === 'NS')) {
    return 'it only refers to other servers, it is no resolver';
  }
  return flag_ra ? null : 'it has nothing of that name, and neither has the zone nor asks others';
}

function decoded(message: Buffer): Message {
  try {
    const packet = decode(message) as Message;
    if (decode.bytes === message.length) return packet;
  } catch (error) {
    throw new DnsProblem('invalid', `the answer is damaged: ${asPhrase(messageOf(error))}`);
  }
  throw new DnsProblem('invalid', 'the answer is damaged: something stands behind its end');
}

function refuseCode(code: string): void {
  switch (code) {
    case 'NOERROR':
    case 'NXDOMAIN':
      return;
    case 'REFUSED':
    case 'NOTAUTH':
      throw new DnsProblem('denied', `it answers ${code}`);
    case 'FORMERR':
      throw new DnsProblem('invalid', `it answers ${code}`);
    default:
      throw new DnsProblem('unavailable', `it answers ${code}`);
  }
}
