import { requestLimits } from '../request-limits.ts';
import { isRecord, reactionTo, readCancelReason, readEtcdError } from './errors.ts';
import type { Gateway, Limits } from './gateway.ts';
import { endOf, LINE_MAX, type Line, type Place, placesIn, revisionOf, toWire } from './line.ts';
import { EtcdProblem } from './problem.ts';
import { lineOf, type Result } from './reply.ts';

/** How a watch ended: what was watched has gone, nothing happened in time, or it was cut off. */
export type Watched = 'gone' | 'quiet' | 'cut';

/** A lease and the key that lives as long as it does, named as `etcdctl lock` names them. */
export interface Ticket {
  /** Decimal, as on the wire. */
  readonly lease: string;
  readonly key: string;
}

/** What a lock asks of etcd, each one request. They reject as `Gateway.call` does. */
export interface EtcdCommands {
  /** Answers with the seconds that etcd gives, which may be more than were asked for. */
  grant(ticket: Ticket, signal: AbortSignal): Promise<number>;
  /** The same for a lease that is there; rejects with `gone` for one that is not. */
  keepAlive(ticket: Ticket, signal: AbortSignal): Promise<number>;
  /** Makes our key unless it is there already, which is the place in the line. */
  join(
    ticket: Ticket,
    value: string,
    signal: AbortSignal,
  ): Promise<{ readonly own: string; readonly isFirst: boolean }>;
  /** Rejects with `gone` when our key is not there, or is not the one that we made. */
  look(ticket: Ticket, own: string, signal: AbortSignal): Promise<Line>;
  /** Waits until a key has gone that was there at a revision. */
  watch(place: Place, revision: string, signal: AbortSignal): Promise<Watched>;
  /** Writes into our key, if it is still ours. */
  write(ticket: Ticket, own: string, value: string, signal: AbortSignal): Promise<void>;
  /** Removes our key, if it is still ours. */
  leave(ticket: Ticket, own: string, signal: AbortSignal): Promise<void>;
  revoke(ticket: Ticket, signal: AbortSignal): Promise<void>;
}

interface CommandOptions {
  readonly gateway: Gateway;
  /** Every key of the line begins with it. */
  readonly prefix: string;
  readonly leaseMs: number;
  readonly watchMs: number;
}

export function createEtcdCommands({ gateway, prefix, leaseMs, watchMs }: CommandOptions): EtcdCommands {
  const { usualMs, renewMs, releaseMs } = requestLimits(leaseMs);
  const line = { key: toWire(prefix), range_end: toWire(endOf(prefix)), sort_target: 'CREATE' };

  const usual = (signal: AbortSignal): Limits => ({ deadlineMs: usualMs, signal });
  const isOurs = (key: string, own: string) => [
    { key: toWire(key), target: 'CREATE', result: 'EQUAL', create_revision: own },
  ];
  const read = (key: string) => ({ request_range: { key: toWire(key) } });
  const put = ({ key, lease }: Ticket, value: string) => ({
    request_put: { key: toWire(key), value: toWire(value), lease },
  });

  return {
    async grant({ lease }, signal) {
      const body = { ID: lease, TTL: String(Math.ceil(leaseMs / 1000)) };
      return secondsIn(await gateway.call('lease/grant', body, usual(signal)), lease);
    },

    async keepAlive({ lease }, signal) {
      return secondsIn(await gateway.call('lease/keepalive', { ID: lease }, { deadlineMs: renewMs, signal }), lease);
    },

    async join(ticket, value, signal) {
      const first = { request_range: { ...line, sort_order: 'ASCEND', limit: '1' } };
      const body = {
        compare: isOurs(ticket.key, '0'),
        success: [put(ticket, value), first],
        failure: [read(ticket.key), first],
      };
      const result = await gateway.call('kv/txn', body, usual(signal));
      const [[found] = [], [head] = []] = placesIn(result, 2);
      const own = result['succeeded'] === true ? revisionOf(result) : found?.createRevision;
      if (own === undefined || (found !== undefined && found.lease !== ticket.lease)) throw missing(ticket);
      return { own, isFirst: head?.createRevision === own };
    },

    async look(ticket, own, signal) {
      const before = { ...line, max_create_revision: String(BigInt(own) - 1n) };
      const success = [
        read(ticket.key),
        { request_range: { ...before, sort_order: 'ASCEND', limit: '1' } },
        { request_range: { ...before, sort_order: 'DESCEND', limit: '1' } },
        { request_range: { ...before, keys_only: true, limit: String(LINE_MAX) } },
      ];
      const result = await gateway.call('kv/txn', { success }, { deadlineMs: renewMs, signal });
      const [[mine = null] = [], [first = null] = [], [predecessor = null] = [], others = []] = placesIn(result, 4);
      const revision = revisionOf(result);
      if (mine?.createRevision !== own || mine.lease !== ticket.lease) throw missing(ticket);
      return { revision, own: mine, first, predecessor, ahead: others.length };
    },

    async watch({ key }, revision, signal) {
      const create = { key: toWire(key), start_revision: String(BigInt(revision) + 1n), filters: ['NOPUT'] };
      const isLast = (text: string): boolean => whatHappened(lineOf(text)) !== 'quiet';
      const lines = await gateway.follow('watch', { create_request: create }, isLast, { deadlineMs: watchMs, signal });
      const last = lines.at(-1);
      // A stream that was ended before its time says nothing.
      const happened = last === undefined ? 'quiet' : whatHappened(lineOf(last));
      if (happened === 'unauthenticated') gateway.forgetToken();
      return happened === 'gone' || last === undefined ? (happened as Watched) : 'cut';
    },

    async write(ticket, own, value, signal) {
      const body = { compare: isOurs(ticket.key, own), success: [put(ticket, value)] };
      revisionOf(await gateway.call('kv/txn', body, usual(signal)));
    },

    async leave({ key }, own, signal) {
      const body = { compare: isOurs(key, own), success: [{ request_delete_range: { key: toWire(key) } }] };
      revisionOf(await gateway.call('kv/txn', body, { deadlineMs: releaseMs, signal }));
    },

    async revoke({ lease }, signal) {
      revisionOf(await gateway.call('lease/revoke', { ID: lease }, { deadlineMs: releaseMs, signal }));
    },
  };
}

function missing({ key }: Ticket): EtcdProblem {
  return new EtcdProblem('gone', `etcd: our key ${key} is not there any more: it was deleted, or its lease has ended`);
}

/** etcd says with 200 and no TTL that a lease has ended; only an answer about this very lease says so. */
function secondsIn({ ID: id, TTL: ttl }: Result, lease: string): number {
  if (id !== lease) throw new EtcdProblem('transient', 'etcd: an answer that is not about our lease');
  if (ttl === undefined) throw new EtcdProblem('gone', 'etcd: our lease has expired, or was revoked');
  const seconds = Number(ttl);
  if (Number.isSafeInteger(seconds) && seconds > 0) return seconds;
  throw new EtcdProblem('transient', 'etcd: an answer with a TTL that cannot be read');
}

/** What one line of a watch says. */
function whatHappened(line: Result): 'gone' | 'quiet' | 'cut' | 'unauthenticated' {
  if (readEtcdError(line) !== null) return 'cut';
  const result = isRecord(line['result']) ? line['result'] : {};
  if (Array.isArray(result['events']) && result['events'].length > 0) return 'gone';
  if (result['canceled'] !== true) return 'quiet';
  const { cancel_reason: reason } = result;
  const isAboutToken = typeof reason === 'string' && reactionTo(readCancelReason(reason)) === 'unauthenticated';
  return isAboutToken ? 'unauthenticated' : 'cut';
}
