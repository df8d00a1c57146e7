import { type ErrorCause, type ErrorFault, Faults } from '../faults.ts';
import type { SandboxClock } from '../http/clock.ts';
import { type Answer, deliver } from '../http/deliver.ts';
import { type Listening, listen, type Place, type Received } from '../http/listen.ts';
import { YtError, yt } from './errors.ts';
import { type Inspection, inspectCluster, type SeenRequest } from './inspection.ts';
import { answerRequest, destinationOf } from './proxy.ts';
import { Cluster } from './state/cluster.ts';
import { newGuid } from './state/guid.ts';
import { errorAnswer } from './wire/error-answer.ts';

export interface YtProxyOptions extends Place {
  /** Logins by token. Without it everybody is `root`, or whom `X-YT-User-Name` names. */
  readonly tokens?: Readonly<Record<string, string>>;
  readonly banned?: Iterable<string>;
  /** Runs the leases, the faults' delays and the memory of mutations; the process's own by default. */
  readonly clock?: SandboxClock;
  /** Shares the state with other proxies, or with one that was closed; it brings its own clock. */
  readonly cluster?: Cluster;
}

export interface YtProxy extends Listening {
  readonly faults: Faults;
  readonly inspect: Inspection;
  readonly cluster: Cluster;
  /** Logins that are refused from now on. */
  readonly banned: Set<string>;
}

/** Starts a YT HTTP proxy. `close()` ends its requests; the cluster's leases go on unless the proxy made the cluster. */
export async function startYtProxy(options: YtProxyOptions = {}): Promise<YtProxy> {
  const cluster = options.cluster ?? new Cluster({ ...(options.clock && { clock: options.clock }) });
  const users = { tokens: options.tokens ?? null, banned: new Set(options.banned) };
  const faults = new Faults();
  const requests: SeenRequest[] = [];

  const listening = await listen(options, async (received, response) => {
    const destination = destinationOf(received);
    const seen = { ...seenAtFirst(received, cluster), command: destination.command?.name ?? null };
    requests.push(seen);
    const requestId = newGuid();
    const answer = (): Answer => {
      try {
        return answerRequest(cluster, users, received, destination, (more) => Object.assign(seen, more));
      } catch (error) {
        if (error instanceof YtError) return errorAnswer(error);
        return errorAnswer(new YtError(yt.generic, `Internal error: ${error}`, { httpStatus: 500 }));
      }
    };
    const delivery = {
      response,
      faults: faults.take(['*', destination.command?.name ?? destination.path]),
      clock: cluster.clock,
      apply: () => signed(answer(), requestId),
      error: (fault: ErrorFault) => signed(errorAnswer(orderedError(fault, fault.status)), requestId),
    };
    Object.assign(seen, { status: await deliver(delivery) });
  });

  return {
    ...listening,
    faults,
    inspect: inspectCluster(cluster, requests),
    cluster,
    banned: users.banned,
    async close() {
      faults.clear();
      if (options.cluster === undefined) cluster.transactions.stop();
      await listening.close();
    },
  };
}

/** What the proxy puts on all its answers. */
function signed(answer: Answer, requestId: string): Answer {
  const headers = { 'x-yt-request-id': requestId, 'x-yt-proxy': 'sandbox', 'cache-control': 'no-store' };
  return { ...answer, headers: { ...headers, ...answer.headers } };
}

function seenAtFirst({ method, url, headers }: Received, cluster: Cluster): SeenRequest {
  return {
    method,
    path: url.pathname,
    command: null,
    parameters: null,
    user: null,
    correlationId: String(headers['x-yt-correlation-id'] ?? '') || null,
    userAgent: headers['user-agent'] ?? null,
    atMs: cluster.clock.now(),
    status: null,
  };
}

function orderedError({ code, message, inner = [] }: ErrorCause, httpStatus = 400): YtError {
  return new YtError(code, message ?? `Error ${code} by order of the sandbox`, {
    inner: inner.map((cause) => orderedError(cause)),
    httpStatus,
  });
}
