/** A contender in a process of its own, that does what its parent says. `argv`: its name, and its flags in JSON. */
import { contender } from './contender.ts';

export type Order = 'request' | 'check' | 'renew' | 'release';

const [host, flags] = process.argv.slice(2) as [string, string];
const made = contender(host, JSON.parse(flags) as Record<string, string>);
const never = new AbortController().signal;

process.on('message', async (order: Order) => {
  const lock = await made;
  const orders = {
    request: () => lock.requestLock({ reason: 'changed' }, never),
    check: () => lock.checkLock(null, never),
    renew: () => lock.renewLock(null, never),
    release: () => lock.releaseLock(null, never),
  };
  await orders[order]().then(
    (answer) => process.send?.({ answer }),
    (error: { failure?: unknown }) => process.send?.({ failure: error.failure ?? String(error) }),
  );
});
process.send?.('ready');
