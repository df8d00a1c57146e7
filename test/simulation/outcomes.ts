import { EXIT_CODES } from '../../src/exit-codes.ts';

/** What nothing in the simulated world leads to: it has no way to break a machine, and its drivers deny or are down. */
const NEVER = ['failed/unexpected', 'failed/aborted', 'failed/lockUnavailable'];

/** Every outcome that a simulated run can come to. */
export const OUTCOMES: readonly string[] = EXIT_CODES.flatMap(({ when }) => [...when])
  .flatMap((name) => (name === 'unchanged' ? ['unchanged/noDifference', 'unchanged/noLongerNeeded'] : [name]))
  .filter((name, at, all) => all.indexOf(name) === at && !NEVER.includes(name));
