/**
 * A process that takes and drops a run lock when its parent says so. `argv`: the lock file, and the log file where it
 * writes when it was inside, in nanoseconds of the host's monotonic clock.
 */
import { appendFileSync } from 'node:fs';
import { createRunLock } from '../../src/host-lock/run-lock.ts';

export interface Order {
  readonly kind: 'take' | 'check' | 'drop' | 'die' | 'exit' | 'throw' | 'churn';
  /** How often `churn` tries. */
  readonly times?: number;
}

const [path, log] = process.argv.slice(2) as [string, string];
const lock = createRunLock({ path, owner: { runId: `run-${process.pid}`, title: `watcher ${process.pid}` } });
let enteredAt = 0n;

process.on('message', (order: Order) => {
  obey(order).then(
    (answer) => process.send?.({ answer }),
    (error: Error) => process.send?.({ error: error.message }),
  );
});
process.send?.({ answer: 'ready' });

async function obey(order: Order): Promise<unknown> {
  if (order.kind === 'check') return (await lock.check())?.runId ?? null;
  if (order.kind === 'take') return take();
  if (order.kind === 'drop') return drop();
  if (order.kind === 'die') return die();
  if (order.kind === 'exit') return process.exit(0);
  if (order.kind === 'throw') return new Promise(() => setImmediate(fail));
  let wins = 0;
  for (let time = 0; time < (order.times ?? 1); time += 1) {
    const { owner } = await take();
    if (owner !== null) continue;
    wins += 1;
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
    if (Math.random() < 0.1) die();
    await drop();
  }
  return wins;
}

async function take() {
  const { owner, notes } = await lock.take();
  if (owner === null) enteredAt = process.hrtime.bigint();
  return { owner, notes };
}

function drop() {
  leave();
  return lock.drop();
}

function die(): void {
  if (enteredAt > 0n) leave();
  process.kill(process.pid, 'SIGKILL');
}

function fail(): never {
  // What Node says of it is not the test's.
  process.stderr.destroy();
  throw new Error('nobody catches this');
}

function leave(): void {
  appendFileSync(log, `${enteredAt} ${process.hrtime.bigint()}\n`);
  enteredAt = 0n;
}
