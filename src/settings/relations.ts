import { leaseReserveMs, renewEveryMs, renewTimeoutMs } from '../../machines/lease-budget.ts';
import { formatDuration } from '../config/duration.ts';
import type { AnyRelation, Relation } from '../config/relation.ts';
import type { CoreSettings } from './settings.ts';

/** What must hold between the settings that every run has. */
export const coreRelations: readonly Relation<CoreSettings>[] = [
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
];

/** One line for each relation that is broken. Only those whose keys are all in `known` can be judged. */
export function brokenRelations(
  relations: readonly AnyRelation[],
  settings: object,
  known: ReadonlySet<string>,
  show: (field: string) => string,
): readonly string[] {
  return relations
    .filter((relation) => relation.fields.every((field) => known.has(field)) && !relation.holds(settings))
    .map((relation) => relation.say(show, settings));
}

/** A renewal comes due, fails as late as it can, and then the refresh must be gone before the lease can pass on. */
function stopNeedsMs(settings: CoreSettings): number {
  return renewEveryMs(settings.lockLeaseMs) + renewTimeoutMs(settings.lockLeaseMs) + reserveMs(settings);
}

function reserveMs({ lockLeaseMs: leaseMs, killGraceMs }: CoreSettings): number {
  return leaseReserveMs({ leaseMs, killGraceMs });
}
