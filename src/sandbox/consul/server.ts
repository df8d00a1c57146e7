import { Faults } from '../faults.ts';
import { monotonicClock, type SandboxClock } from '../http/clock.ts';
import { deliver } from '../http/deliver.ts';
import { type Listening, listen, type Place } from '../http/listen.ts';
import type { AclOptions } from './acl.ts';
import { Agent } from './agent.ts';

export interface ConsulServerOptions extends Place {
  readonly clock?: SandboxClock;
  /** The agent's own comes first; `dc1` by default. */
  readonly datacenters?: readonly string[];
  /** Everybody may do everything by default. */
  readonly acl?: AclOptions;
  /** 10 s by default. */
  readonly sessionTtlMinMs?: number;
  /** What an agent that was here before has left; a new one by default. */
  readonly agent?: Agent;
}

export interface ConsulServer extends Listening {
  /** By URL path, or `*`. */
  readonly faults: Faults;
  readonly agent: Agent;
}

/** Starts an agent of Consul over HTTP, with the servers behind it. */
export async function startConsulServer(options: ConsulServerOptions = {}): Promise<ConsulServer> {
  const { clock = monotonicClock, datacenters = ['dc1'], sessionTtlMinMs = 10_000 } = options;
  const acl = options.acl ?? { defaultPolicy: 'allow' };
  const agent = options.agent ?? new Agent({ datacenters, clock, acl, sessionTtlMinMs });
  const faults = new Faults();

  const listening = await listen(options, async (received, response) => {
    const apply = await agent.prepare(received);
    await deliver({
      response,
      faults: faults.take(['*', received.url.pathname]),
      clock,
      apply,
      // Consul has no errors of a protocol of its own.
      error: ({ status = 500, message = '' }) => ({ status, headers: { 'content-type': 'text/plain' }, body: message }),
    });
  });

  return {
    ...listening,
    faults,
    agent,
    async close() {
      faults.clear();
      await listening.close();
    },
  };
}
