import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOCKS } from '../../src/locks/index.ts';
import { startYtProxy } from '../../src/sandbox/yt/server.ts';
import { Cluster } from '../../src/sandbox/yt/state/cluster.ts';
import { afterwards } from '../support/current-test.ts';
import type { Need } from '../support/needs.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { CONSUL_ROWS } from './consul.ts';
import { ETCD_ROWS } from './etcd.ts';
import { takeAsYtClient } from './foreign-clients.ts';
import { KUBERNETES_ROWS } from './kubernetes.ts';
import { ownRow, type Plan } from './own-service.ts';
import type { Pace } from './pace.ts';

export type Flags = Readonly<Record<string, string>>;

export interface Expiring {
  readonly flags: Flags;
  /** What was shown until now is taken no longer. */
  end(): Promise<unknown>;
}

/** A lock service that runs for one test, with one lock in it. */
export interface OpenService {
  /** Settings that lead to it. */
  readonly flags: Flags;
  /** Answers with settings that it refuses for good; none where it refuses nobody. */
  readonly deny?: () => Promise<Flags>;
  /** Answers with settings of somebody whose token or password ends when it is told so, and from then on has another. */
  readonly expire?: () => Promise<Expiring>;
  /** Takes the lock away from whoever has it. */
  readonly endLease?: () => Promise<unknown>;
  readonly stop?: () => Promise<unknown>;
  readonly start?: () => Promise<unknown>;
  /** Lets it answer as it does without a quorum, and answers how that ends. */
  readonly loseQuorum?: () => Promise<() => Promise<unknown>>;
  /** Has the service's own client take the lock, and answers how it gives it back. */
  readonly takeOfficially?: () => Promise<() => Promise<unknown>>;
}

/** A lock service of the suite: another one is another row. */
export interface Row {
  readonly lock: string;
  readonly needs: readonly Need[];
  /** A holder that is stopped for longer than its lease loses the lock. */
  readonly leaseEnds: boolean;
  /** Who came first is served first, and each knows how many are before it. */
  readonly keepsOrder: boolean;
  /** How often each of twenty contenders has the lock. */
  readonly rounds: number;
  /** For tests that wait until a lease has ended. */
  readonly shortestLease: string;
  /** The tests of a file have one service between them, with one lock in it. */
  readonly isShared?: boolean;
  open(pace: Pace): Promise<OpenService>;
}

/** Those of the suite, or the one that somebody runs himself (`npm run conformance`). */
export function rowsUnderTest(): readonly Row[] {
  const own = process.env['CONFORMANCE'];
  if (own === undefined) return [...ROWS, ...rowless()];
  const plan = JSON.parse(own) as Plan;
  return [
    ownRow(
      plan,
      ROWS.find(({ lock }) => lock === plan.lock),
    ),
  ];
}

/** A lock service that nothing opens has its place in the list all the same. */
function rowless(): readonly Row[] {
  const opened = ROWS.map(({ lock }) => lock);
  return Object.keys(LOCKS)
    .filter((lock) => !opened.includes(lock))
    .map((lock) => ({ lock, needs: ['bench'], leaseEnds: true, ...line, rounds: 0, open: () => Promise.reject() }));
}

const line = { keepsOrder: true, shortestLease: '3s' } as const;

const ROWS: readonly Row[] = [
  ...ETCD_ROWS,
  { lock: 'yt', needs: [], leaseEnds: true, ...line, rounds: 2, open: openYt },
  { lock: 'file', needs: [], leaseEnds: false, ...line, rounds: 5, open: openFile },
  ...CONSUL_ROWS,
  ...KUBERNETES_ROWS,
];

async function openYt(): Promise<OpenService> {
  const cluster = new Cluster();
  const tokens: Record<string, string> = { 'a-token-of-the-tests': 'robot' };
  let proxy = await startYtProxy({ cluster, tokens });
  afterwards(() => proxy.close());
  const { port } = new URL(proxy.url);
  const file = (name: string, token: string): string => {
    const path = join(tempFolder(), name);
    writeFileSync(path, `${token}\n`, { mode: 0o600 });
    return path;
  };
  const flags = { lock: 'yt', yt_path: '//home/conformance', yt_proxy: proxy.url };
  return {
    flags: { ...flags, yt_token_path: file('token', 'a-token-of-the-tests') },
    deny: async () => ({ ...flags, yt_token_path: file('wrong', 'another-token') }),
    async expire() {
      const expiring = file('expiring', 'a-token-that-ends');
      tokens['a-token-that-ends'] = 'robot';
      return {
        flags: { ...flags, yt_token_path: expiring },
        async end() {
          delete tokens['a-token-that-ends'];
          writeFileSync(expiring, 'a-token-of-the-tests\n');
        },
      };
    },
    stop: () => proxy.close(),
    start: async () => {
      proxy = await startYtProxy({ cluster, tokens, port: Number(port) });
    },
    async loseQuorum() {
      const heal = proxy.faults.add('*', { kind: 'error', code: 105, message: 'No healthy tablet cells' });
      return async () => heal();
    },
    takeOfficially: () => takeAsYtClient(proxy.url, 'a-token-of-the-tests', flags.yt_path),
  };
}

async function openFile(): Promise<OpenService> {
  return { flags: { lock: 'file', lock_file: join(tempFolder(), 'cluster.lock') } };
}
