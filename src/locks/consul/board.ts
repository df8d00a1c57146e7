import type { Consul, ConsulRequest } from '../../consul/client.ts';
import { ConsulProblem } from '../../consul/problem.ts';
import type { ConsulReply } from '../../consul/reply.ts';
import { BOARD_DEADLINE_MS, type Board, type RecordName } from '../board.ts';
import { entriesIn } from './entry.ts';
import { failureOf } from './problem.ts';

interface ConsulBoardOptions {
  readonly consul: () => Promise<Consul>;
  /** Every key of the board begins with it. */
  readonly prefix: string;
  readonly datacenter: string | null;
}

/** A board as keys with this prefix, which no session holds. */
export function createConsulBoard({ consul, prefix, datacenter: dc }: ConsulBoardOptions): Board {
  const pathOf = (name: string): string => `kv/${`${prefix}${name}`.split('/').map(encodeURIComponent).join('/')}`;

  async function ask<Found>(
    request: ConsulRequest,
    signal: AbortSignal,
    read: (reply: ConsulReply, by: Consul) => Found,
  ) {
    try {
      const by = await consul();
      const reply = await by.send(
        { ...request, query: { dc, ...request.query } },
        { deadlineMs: BOARD_DEADLINE_MS, signal },
      );
      return read(reply, by);
    } catch (error) {
      throw failureOf(error);
    }
  }

  return {
    nodes(signal) {
      const request = { method: 'GET', path: pathOf('nodes/'), query: { recurse: true } } as const;
      return ask(request, signal, (reply, { hasToken }) => {
        refuseFiltered(reply, hasToken);
        return entriesIn(reply).map(({ key, value: text }) => ({ name: key.slice(prefix.length) as RecordName, text }));
      });
    },
    read: (name, signal) =>
      ask({ method: 'GET', path: pathOf(name) }, signal, (reply) => entriesIn(reply)[0]?.value ?? null),
    async write({ name, text }, signal) {
      await ask({ method: 'PUT', path: pathOf(name), text }, signal, () => {});
    },
    async remove(name, signal) {
      await ask({ method: 'DELETE', path: pathOf(name) }, signal, () => {});
    },
  };
}

/** A list that the token may not see looks like one that has nothing in it. */
function refuseFiltered({ isFound, headers }: ConsulReply, hasToken: boolean): void {
  const isFiltered = headers['x-consul-results-filtered-by-acls'] === 'true';
  const isHidden = !isFound && !hasToken && headers['x-consul-default-acl-policy'] === 'deny';
  if (!isFiltered && !isHidden) return;
  throw new ConsulProblem('forbidden', 'consul: the board may not be read: the token needs key:read below lock_name');
}
