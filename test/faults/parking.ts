import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import type { RunState } from '../../machines/state-names.ts';
import { type Balancer, type Balancers, LOCK_PATH, startBalancers, TOKEN } from '../support/balancers.ts';
import type { Running } from '../support/built-program.ts';
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
}

/** Longer than a test needs to find out that the call has begun; a run that is told to stop waits for the end of it. */
const SLOW_CALL = 'delay_enter=3s';

export const LEASE_MS = 3_000;

/** Flags of the runs that come after the victim: their own lease is no hurry to anybody. */
export const NEXT_RUN = ['--detailed_exitcode', '--lock_lease', '20s'] as const;

/** Three nodes with a lease that tests can wait for. */
export async function startBench(): Promise<Bench> {
  const balancers = await startBalancers(3, {
    lock_lease: `${LEASE_MS}ms`,
    kill_grace: '300ms',
    run_lock_file: 'run/watcher.pid',
    handbrake_timeout: '20s',
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
  const under = slowCall === undefined ? [] : injecting({ ...slowCall, fault: SLOW_CALL });
  const running = bench.victim.start(
    ['--detailed_exitcode', '--record', bench.recording, ...args],
    slowCall === undefined ? {} : ONE_THREAD,
    under,
  );
  if (state !== null) await reaches(bench.recording, state);
  if (slowCall !== undefined) await heldUp(running.child.pid!);
  await met?.();
  return { running, goOn: remove };
}

/** A command that tells of its start and then waits for as long as the flag file is there. */
export function waitingCommand(node: Balancer, name: string) {
  const [flag, begun] = [node.path(`${name}.wait`), node.path(`${name}.begun`)];
  writeFileSync(flag, '');
  return {
    command: `echo $$ >> ${begun}; while [ -e ${flag} ]; do sleep 0.05; done`,
    begun: () => until(`${name} has begun`, () => existsSync(begun)),
    letGo: () => rmSync(flag, { force: true }),
  };
}

/** Without it the first request for the lock finds nothing to lock. */
async function createLockNode(url: string): Promise<void> {
  const body = JSON.stringify({ path: LOCK_PATH, type: 'map_node', recursive: true });
  const headers = { authorization: `OAuth ${TOKEN}`, 'content-type': 'application/json', accept: 'application/json' };
  const { status } = await fetch(`${url}/api/v4/create`, { method: 'POST', headers, body });
  if (status !== 200) throw new Error(`the lock node cannot be created: status ${status}`);
}
