import { randomUUID } from 'node:crypto';
import type { Answer, Endpoint } from '../../../machines/vocabulary.ts';
import type { Asked } from '../../ask-again.ts';
import type { HttpClient } from '../../http/client.ts';
import type { HttpClients } from '../../http/clients.ts';
import { HttpProblem } from '../../http/problem.ts';
import { ASK_LIMITS, type AskLimits, type AskTools, askEachGroup } from '../ask-each-group.ts';
import { type AskedGroup, answerWithout, type Source } from '../source.ts';
import { attemptOfProblem, attemptOfReply } from './reply.ts';

export interface YpOptions extends AskTools {
  readonly url: string;
  /** What YP.SD throttles and traces by; not empty. */
  readonly clientName: string;
  readonly http: HttpClients;
  readonly limits?: Partial<YpLimits>;
}

export interface YpLimits extends AskLimits {
  /** Of one reply; of those of all sets together, and how much more of these for each pod that is known already. */
  readonly maxBytes: number;
  readonly maxTotalBytes: number;
  readonly bytesPerKnownPod: number;
}

const defaults: YpLimits = {
  ...ASK_LIMITS,
  maxBytes: 16 * 1024 * 1024,
  maxTotalBytes: 32 * 1024 * 1024,
  bytesPerKnownPod: 512,
};

/** YP's service discovery over HTTP and JSON: each group is asked about by itself, again and again within its limits. */
export function createYpSource(options: YpOptions): Source {
  const limits = { ...defaults, ...options.limits };
  const url = `${options.url.replace(/\/+$/, '')}/resolve_endpoints/json`;

  return async ({ groups, known }, signal) => {
    const { maxBytes, concurrent: maxConcurrent } = limits;
    const maxTotalBytes = limits.maxTotalBytes + limits.bytesPerKnownPod * (known?.count ?? 0);
    const http = options.http.client({ maxBytes, maxTotalBytes, maxConcurrent });
    try {
      const answers = await askEachGroup(groups, signal, {
        ...options,
        limits,
        known,
        ask: (asked, deadlineMs) => ask(http, { asked, known: known?.of(asked) ?? [] }, deadlineMs, signal),
      });
      return { answers };
    } finally {
      http.close();
    }
  };

  async function ask(
    http: HttpClient,
    { asked, known }: AskedKnown,
    deadlineMs: number,
    signal: AbortSignal,
  ): Promise<Asked<Answer>> {
    if (asked.cluster === '') return nameless(asked);
    const body = {
      cluster_name: asked.cluster,
      endpoint_set_id: asked.endpointSet,
      client_name: options.clientName,
      ruid: randomUUID(),
    };
    const headers = { Accept: 'application/json' };
    try {
      const reply = await http.send({ method: 'POST', url, headers, body, deadlineMs }, signal);
      return await attemptOfReply(asked, reply, options.url, known);
    } catch (error) {
      if (signal.aborted || !(error instanceof HttpProblem)) throw error;
      return attemptOfProblem(asked, error, options.url);
    }
  }
}

interface AskedKnown {
  readonly asked: AskedGroup;
  readonly known: readonly Endpoint[];
}

function nameless(asked: AskedGroup): Asked<Answer> {
  return {
    found: answerWithout(asked, 'invalid', 'cluster_name is empty: name a YP cluster'),
    again: false,
    afterMs: 0,
  };
}
