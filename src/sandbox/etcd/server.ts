import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Faults } from '../faults.ts';
import { monotonicClock, type SandboxClock } from '../http/clock.ts';
import { type Answer, deliver } from '../http/deliver.ts';
import { type Listening, listen, type Place, type Received } from '../http/listen.ts';
import { Etcd, json, plain } from './etcd.ts';
import { answerOfStatus, EtcdStatus } from './status.ts';
import type { Stream } from './watches.ts';

export interface EtcdServerOptions extends Place {
  /** Ends the leases; the process's own by default. */
  readonly clock?: SandboxClock;
  /** What a server that was closed has left; a new one by default. */
  readonly etcd?: Etcd;
}

export interface EtcdServer extends Listening {
  /** By path, such as `/v3/kv/txn`, or `*`. */
  readonly faults: Faults;
  readonly etcd: Etcd;
}

const VERSION = { etcdserver: '3.4.23', etcdcluster: '3.4.0' };

/** Starts an etcd over HTTP. */
export async function startEtcdServer(options: EtcdServerOptions = {}): Promise<EtcdServer> {
  const clock = options.clock ?? monotonicClock;
  const etcd = options.etcd ?? new Etcd({ clock });
  const faults = new Faults();

  async function handle({ method, url, body }: Received, response: ServerResponse): Promise<void> {
    const path = url.pathname;
    const struck = faults.take(['*', path]);
    const answer = () => (path.startsWith('/v3/') && method !== 'POST' ? notAllowed : etcd.answer(path, body));
    const error = ({ message = '' }) => answerOfStatus(new EtcdStatus(503, 14, message));
    const known = ABOUT_ITSELF[path];
    if (known !== undefined || path !== '/v3/watch' || struck.length > 0) {
      const apply = () => known ?? wholeOf(answer());
      await deliver({ response, faults: struck, clock, apply, error });
      return;
    }
    const found = answer();
    if (typeof found === 'function') await stream(found, response);
    else await deliver({ response, faults: [], clock, apply: () => found, error });
  }

  const listening = await listen(options, handle);
  return {
    ...listening,
    faults,
    etcd,
    async close() {
      faults.clear();
      await listening.close();
    },
  };
}

const notAllowed = plain(405, 'Method Not Allowed\n');

const ABOUT_ITSELF: Readonly<Record<string, Answer>> = {
  '/health': json({ health: 'true' }),
  '/version': json(VERSION),
};

/** A stream that a fault strikes ends with what it begins with. */
function wholeOf(answer: Answer | Stream): Answer {
  if (typeof answer === 'object') return answer;
  const lines: string[] = [];
  answer((line) => lines.push(`${line}\n`))();
  return { status: 200, headers: { 'content-type': 'application/json' }, body: lines.join('') };
}

async function stream(answer: Stream, response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/json' });
  const hangUp = answer((line) => response.write(`${line}\n`));
  await once(response, 'close');
  hangUp();
}
