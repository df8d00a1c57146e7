import { leaseReserveMs, renewEveryMs, renewTimeoutMs } from '../../machines/lease-budget.ts';
import { formatDuration } from './duration.ts';
import { collide, pathPairs } from './path-relations.ts';
import type { Settings } from './settings.ts';

type Field = keyof Settings;

/** What must hold between values that are right by themselves. */
interface Relation {
  /** The keys that it is about. */
  readonly fields: readonly Field[];
  holds(settings: Settings): boolean;
  /** One line; `show` gives a key with its value and origin. */
  say(show: (field: Field) => string, settings: Settings): string;
}

const relations: readonly Relation[] = [
  {
    fields: ['haproxyRefreshDelayMs', 'haproxyTimeoutMs'],
    holds: (settings) => settings.haproxyRefreshDelayMs < settings.haproxyTimeoutMs,
    say: (show) =>
      `${show('haproxyRefreshDelayMs')} must be shorter than ${show('haproxyTimeoutMs')}, which includes it`,
  },
  {
    fields: ['haproxyRefreshTimeoutMs', 'haproxyTimeoutMs'],
    holds: (settings) => (settings.haproxyRefreshTimeoutMs ?? 0) <= settings.haproxyTimeoutMs,
    say: (show) =>
      `${show('haproxyRefreshTimeoutMs')} must not be longer than ${show('haproxyTimeoutMs')}, which includes it`,
  },
  {
    fields: ['lockLeaseMs', 'killGraceMs'],
    holds: (settings) => stopNeedsMs(settings) <= settings.lockLeaseMs,
    say: (show, settings) =>
      `${show('lockLeaseMs')} leaves no room for ${show('killGraceMs')}: to stop a refresh after a missed renewal takes ` +
      `${formatDuration(stopNeedsMs(settings))}; make the lease longer or the grace shorter`,
  },
  {
    fields: ['onLockLost', 'haproxyRefreshTimeoutMs'],
    holds: (settings) => settings.onLockLost !== 'finish' || settings.haproxyRefreshTimeoutMs !== null,
    say: (show) =>
      `${show('onLockLost')} needs a bound of the refresh, but there is ${show('haproxyRefreshTimeoutMs')}`,
  },
  {
    fields: ['onLockLost', 'haproxyRefreshTimeoutMs', 'killGraceMs', 'lockLeaseMs'],
    holds: (settings) =>
      settings.onLockLost !== 'finish' ||
      settings.lockLeaseMs > (settings.haproxyRefreshTimeoutMs ?? 0) + reserveMs(settings),
    say: (show, settings) =>
      `${show('onLockLost')} needs ${show('lockLeaseMs')} to be longer than ${show('haproxyRefreshTimeoutMs')}, ` +
      `${show('killGraceMs')} and a margin together, which is ` +
      formatDuration((settings.haproxyRefreshTimeoutMs ?? 0) + reserveMs(settings)),
  },
  ...pathPairs.map(
    (pair): Relation => ({
      fields: [...pair, 'lock', 'source'],
      holds: (settings) => !collide(settings, pair),
      say: (show) => `${show(pair[0])} and ${show(pair[1])} name the same file, and one would destroy the other`,
    }),
  ),
];

/** One line for each relation that is broken. Only those whose keys are all in `known` can be judged. */
export function brokenRelations(
  settings: Settings,
  known: ReadonlySet<Field>,
  show: (field: Field) => string,
): readonly string[] {
  return relations
    .filter((relation) => relation.fields.every((field) => known.has(field)) && !relation.holds(settings))
    .map((relation) => relation.say(show, settings));
}

/** A renewal comes due, fails as late as it can, and then the refresh must be gone before the lease can pass on. */
function stopNeedsMs(settings: Settings): number {
  return renewEveryMs(settings.lockLeaseMs) + renewTimeoutMs(settings.lockLeaseMs) + reserveMs(settings);
}

function reserveMs({ lockLeaseMs: leaseMs, killGraceMs }: Settings): number {
  return leaseReserveMs({ leaseMs, killGraceMs });
}
