import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { type Answer, AUTHORITATIVE_ANSWER, decode, encode, type Packet } from 'dns-packet';

/** What a server answers to a question: parts of a packet, or bytes, or whatever it does to the connection. */
export type Behaviour = (asked: Asked) => (Partial<Packet> & { rcode?: number }) | Buffer | null;

export interface Asked {
  readonly name: string;
  readonly type: string;
  readonly id: number;
  readonly socket: Socket;
  /** How many questions came over this connection, with this one. */
  readonly number: number;
}

export interface DnsListening {
  readonly host: string;
  readonly port: number;
  readonly asked: string[];
  readonly connections: () => number;
  close(): Promise<void>;
}

/** A DNS server over TCP that takes nothing but right questions. */
export async function startDnsServer(behave: Behaviour, port = 0): Promise<DnsListening> {
  const asked: string[] = [];
  let connections = 0;
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    connections += 1;
    open.add(socket);
    let rest: Buffer = Buffer.alloc(0);
    let number = 0;
    socket.on('error', () => {});
    socket.on('close', () => open.delete(socket));
    socket.on('data', (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE(0)) {
        const message = rest.subarray(2, 2 + rest.readUInt16BE(0));
        rest = rest.subarray(2 + message.length);
        number += 1;
        answer(socket, message, number);
      }
    });
  });

  function answer(socket: Socket, message: Buffer, number: number): void {
    const { id = 0, questions = [], flag_rd, type, answers = [] } = decode(message);
    const [question] = questions;
    if (type !== 'query' || !flag_rd || questions.length !== 1 || question!.class !== 'IN' || answers.length > 0) {
      throw new Error('not a well-formed question');
    }
    asked.push(`${question!.name} ${question!.type}`);
    const reply = behave({ name: question!.name, type: question!.type, id, socket, number });
    if (reply !== null) socket.write(Buffer.isBuffer(reply) ? reply : framed(packetOf(reply, id, questions)));
  }

  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    asked,
    connections: () => connections,
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}

export function packetOf(
  { rcode = 0, flags = AUTHORITATIVE_ANSWER, ...parts }: Partial<Packet> & { rcode?: number },
  id: number,
  questions: Packet['questions'],
): Buffer {
  return encode({ type: 'response', id, flags: flags | rcode, questions: questions ?? [], ...parts });
}

export function framed(message: Buffer): Buffer {
  const prefix = Buffer.alloc(2);
  prefix.writeUInt16BE(message.length);
  return Buffer.concat([prefix, message]);
}

export function srv(name: string, target: string, port = 80, ttl = 30): Answer {
  return { type: 'SRV', name, ttl, data: { target, port, priority: 10, weight: 1 } };
}

export const soa: Answer = {
  type: 'SOA',
  name: 'example.net',
  data: { mname: 'ns.example.net', rname: 'root.example.net', serial: 1, refresh: 1, retry: 1, expire: 1, minimum: 1 },
};
