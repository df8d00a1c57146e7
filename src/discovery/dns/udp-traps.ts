import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { groupKey } from '../../../machines/group-key.ts';
import type { Answer } from '../../../machines/vocabulary.ts';
import { type DnsQuestion, readPart, writeQuestion } from './message.ts';
import { type DnsServer, formatServer } from './server-address.ts';
import { readSystemServers } from './system-servers.ts';

/** A server that does not answer over UDP has no such trap. */
const LIMIT_MS = 2_000;

/**
 * Asks for the group with the most pods once more as most programs do, a `resolvers` section of HAProxy among them: over
 * UDP and without EDNS. Some servers then leave records out and do not say so, Consul first of all. Never rejects.
 */
export async function udpTraps(
  given: readonly DnsServer[] | null,
  answers: readonly Answer[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const [group] = answers
    .filter(({ verdict }) => verdict === 'ok')
    .sort((one, other) => other.endpoints.length - one.endpoints.length);
  if (group === undefined) return [];
  try {
    const [server] = given ?? (await readSystemServers('/etc/resolv.conf')).servers;
    if (server === undefined) return [];
    const found = await countOverUdp(server, group.endpointSet, signal);
    return found === null ? [] : [formatFound(found, group, formatServer(server))];
  } catch {
    return [];
  }
}

interface Counted {
  readonly records: number;
  /** It says that there are more, so that everybody asks again over TCP. */
  readonly isCut: boolean;
}

function formatFound({ records, isCut }: Counted, group: Answer, server: string): string {
  const all = group.endpoints.length;
  const asked = `${server}, over UDP without EDNS: ${records} of ${all} records of ${groupKey(group)}`;
  if (records >= all) return asked;
  if (isCut) return `${asked}, and it says that there are more`;
  return `${asked}, and it does not say that there are more; runs ask over TCP, but a resolvers section of HAProxy needs accepted_payload_size 8192 there`;
}

/** Null where no answer came. What is none, or is to another question, is somebody else's: the answer may still come. */
function countOverUdp(server: DnsServer, name: string, signal: AbortSignal): Promise<Counted | null> {
  const id = randomInt(65_536);
  const question = { name, type: 'SRV' } as const;
  const socket = createSocket(isIPv6(server.host) ? 'udp6' : 'udp4');
  let giveUp = () => {};
  let timer: NodeJS.Timeout | undefined;
  return new Promise<Counted | null>((resolve) => {
    giveUp = () => resolve(null);
    timer = setTimeout(giveUp, LIMIT_MS);
    signal.addEventListener('abort', giveUp, { once: true });
    if (signal.aborted) giveUp();
    socket.on('error', giveUp);
    socket.on('message', (message) => {
      const counted = countedIn(message, id, question);
      if (counted !== null) resolve(counted);
    });
    // From here on nobody else is heard.
    socket.connect(server.port, server.host, (error?: Error) => {
      if (error) giveUp();
      else socket.send(writeQuestion(id, question));
    });
  }).finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', giveUp);
    socket.close();
  });
}

function countedIn(message: Buffer, id: number, question: DnsQuestion): Counted | null {
  if (message.length < 2 || message.readUInt16BE(0) !== id) return null;
  try {
    const { answers, isCut } = readPart(message, question);
    return { records: answers.filter(({ type }) => type === 'SRV').length, isCut };
  } catch {
    return null;
  }
}
