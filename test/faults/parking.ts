import { spawnSync } from 'node:child_process';
import { closeSync, constants, existsSync, mkdirSync, openSync } from 'node:fs';
import type { RunState } from '../../machines/state-names.ts';
import { type Balancer, type Balancers, LOCK_PATH, startBalancers, TOKEN } from '../support/balancers.ts';
import type { Ended, Running } from '../support/built-program.ts';
import { afterwards } from '../support/current-test.ts';
import { needs } from '../support/needs.ts';
import { until } from '../support/until.ts';
import { reaches } from './recorded.ts';
import { heldUp, type Injection, injecting, ONE_THREAD } from './slow-calls.ts';

/** Balancers of which the first one is the victim. */
export interface Bench extends Balancers {
  readonly victim: Balancer;
  readonly other: Balancer;
  readonly blocker: Balancer;
  readonly recording: string;
}

/** What holds a run up in a state, and lets it go on. */
export interface Obstacle {
  readonly args?: readonly string[];
  readonly slowCall?: Omit<Injection, 'fault'>;
  /** Resolves when the run has come to the obstacle. */
  readonly met?: () => Promise<unknown>;
  readonly remove?: () => void;
}

export interface Parked {
  readonly running: Running;
  /** Takes the obstacle away, once. */
  goOn(): void;
  /** Lets the system call go on in which the run is held up, if it is. */
  letCallGo(): void;
  /** What time does in the end: the run no longer has the lease that it took. */
  endLease(): void;
}

/** Until it is let go. */
const SLOW_CALL = 'delay_enter=600s';

/** Longer than any test takes on a busy host. */
const LONG_LEASE_MS = 600_000;

/** Flags of the runs that come after the victim: their own lease is no hurry to anybody. */
export const NEXT_RUN = ['--detailed_exitcode', '--lock_lease', '60s'] as const;

/** Three nodes, of which only the victim gets this lease. */
export async function startBench(leaseMs = LONG_LEASE_MS): Promise<Bench> {
  const balancers = await startBalancers(3, {
    lock_lease: `${leaseMs}ms`,
    kill_grace: '300ms',
    run_lock_file: 'run/watcher.pid',
    handbrake_timeout: '4m',
  });
  const [victim, other, blocker] = balancers.nodes as [Balancer, Balancer, Balancer];
  for (const node of balancers.nodes) mkdirSync(node.path('run'));
  await createLockNode(balancers.yt.url);
  return { ...balancers, victim, other, blocker, recording: victim.path('killed.jsonl') };
}

/** Starts the victim and waits until it is in the state and held up there. `state` is null for what comes before the machine. */
export async function park(bench: Bench, state: RunState | null, obstacle: Obstacle): Promise<Parked> {
  const { args = [], slowCall, met, remove = () => {} } = obstacle;
  if (slowCall !== undefined) needs('strace', 'tracing');
  const { transactions } = bench.yt.cluster;
  const others = new Set(transactions.all());
  const under = slowCall === undefined ? [] : injecting({ ...slowCall, fault: SLOW_CALL });
  const running = bench.victim.start(
    ['--detailed_exitcode', '--record', bench.recording, ...args],
    slowCall === undefined ? {} : ONE_THREAD,
    under,
  );
  const comes = async () => {
    if (state !== null) await reaches(bench.recording, state);
    const letCallGo = slowCall === undefined ? () => {} : await heldUp(running.child.pid!);
    await met?.();
    return letCallGo;
  };
  const letCallGo = await Promise.race([comes(), running.ended.then(endedTooSoon)]);
  return {
    running,
    goOn: remove,
    letCallGo,
    endLease() {
      for (const each of transactions.all()) if (!others.has(each)) transactions.end(each, 'aborted');
    },
  };
}

function endedTooSoon({ code, stderr }: Ended): never {
  throw new EndedTooSoon(code, stderr);
}

/** A run that was over before it came to where it was to be held up. */
export class EndedTooSoon extends Error {
  readonly code: number | null;

  constructor(code: number | null, stderr: string) {
    super(`the run ended with ${code} before it came to its obstacle: ${stderr}`);
    this.code = code;
  }
}

/** A command that tells of its start and then waits until it is let go: the pipe that it opens has nobody at the other end. */
export function waitingCommand(node: Balancer, name: string) {
  const [pipe, begun] = [node.path(`${name}.pipe`), node.path(`${name}.begun`)];
  if (spawnSync('mkfifo', [pipe]).status !== 0) throw new Error(`${pipe} cannot be made`);
  let end: number | null = null;
  const letGo = () => {
    end ??= openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
  };
  afterwards(() => {
    letGo();
    closeSync(end!);
  });
  return {
    command: `echo $$ >> ${begun}; : < ${pipe}`,
    begun: () => until(`${name} has begun`, () => existsSync(begun)),
    letGo,
  };
}

/** Without it the first request for the lock finds nothing to lock. */
async function createLockNode(url: string): Promise<void> {
  const body = JSON.stringify({ path: LOCK_PATH, type: 'map_node', recursive: true });
  const headers = { authorization: `OAuth ${TOKEN}`, 'content-type': 'application/json', accept: 'application/json' };
  const { status } = await fetch(`${url}/api/v4/create`, { method: 'POST', headers, body });
  if (status !== 200) throw new Error(`the lock node cannot be created: status ${status}`);
}
