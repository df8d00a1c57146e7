import { randomInt } from 'node:crypto';
import { type Asked, askAgain } from '../../ask-again.ts';
import { createSemaphore } from '../../http/semaphore.ts';
import { createDnsConnection, type DnsConnection } from './connection.ts';
import type { AskAbout } from './lookup.ts';
import { type DnsQuestion, type DnsReply, readReply, writeQuestion } from './message.ts';
import { DnsProblem } from './problem.ts';
import { type DnsServer, formatServer } from './server-address.ts';
import type { Resolution } from './system-servers.ts';

export interface ResolverLimits {
  /** Connections to each server. */
  readonly concurrent: number;
  /** For everything that is asked together. */
  readonly totalMs: number;
}

export interface Resolver {
  readonly ask: AskAbout;
  close(): void;
}

/** Asks several servers, one after another, until one knows; over few connections, each with one question at a time. */
export function createResolver(resolution: Resolution, limits: ResolverLimits, signal: AbortSignal): Resolver {
  const slots = createSemaphore(limits.concurrent);
  const end = performance.now() + limits.totalMs;
  const all: Map<DnsServer, DnsConnection>[] = [];
  const free: Map<DnsServer, DnsConnection>[] = [];
  let servers = [...resolution.servers];

  async function askServers(question: DnsQuestion, lines: Map<DnsServer, DnsConnection>): Promise<DnsReply> {
    const problems = new Map<DnsServer, DnsProblem>();
    const patience = { attempts: resolution.attempts, pauseMs: () => 0, deadline: end, now: () => performance.now() };
    const { found } = await askAgain(askEach, { ...patience, sleep: async () => {} });
    if (found !== null) return found;
    throw summedUp(problems) ?? new DnsProblem('unavailable', 'there was no time left to ask');

    async function askEach(): Promise<Asked<DnsReply | null>> {
      for (const server of [...servers]) {
        const leftMs = Math.floor(end - performance.now());
        if (leftMs <= 0) break;
        try {
          const line = lines.get(server) ?? createDnsConnection(server);
          lines.set(server, line);
          const message = writeQuestion(randomInt(65_536), question);
          const reply = await line.ask(message, Math.min(resolution.timeoutMs, leftMs), signal);
          return { found: readReply(reply, question), again: false, afterMs: 0 };
        } catch (error) {
          if (!(error instanceof DnsProblem)) throw error;
          problems.set(server, error);
          // The next question need not wait for it as well.
          servers = [...servers.filter((one) => one !== server), server];
        }
      }
      const mayHeal = [...problems.values()].some(({ kind }) => kind === 'unavailable');
      return { found: null, again: mayHeal, afterMs: 0 };
    }
  }

  return {
    async ask(question) {
      const leave = await slots.take(signal);
      const lines = free.pop() ?? new Map<DnsServer, DnsConnection>();
      if (!all.includes(lines)) all.push(lines);
      try {
        return await askServers(question, lines);
      } finally {
        free.push(lines);
        leave();
      }
    },
    close() {
      for (const lines of all) for (const line of lines.values()) line.close();
    },
  };
}

/** What all of them said; a refusal is the most that can be done something about. */
function summedUp(problems: ReadonlyMap<DnsServer, DnsProblem>): DnsProblem | null {
  if (problems.size === 0) return null;
  const verdicts = [...problems.values()].map(({ kind }) => kind);
  const verdict = (['denied', 'invalid', 'unavailable'] as const).find((one) => verdicts.includes(one))!;
  const said = [...problems].map(([server, { message }]) => `${formatServer(server)}: ${message}`);
  return new DnsProblem(verdict, said.join('; '));
}
