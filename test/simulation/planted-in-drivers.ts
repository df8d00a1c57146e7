import type { Plant } from './mutant.ts';

/** One place in a driver that ships, and what stands there with the bug in it; the runner builds both, with a switch. */
interface Planting {
  readonly plant: Plant;
  readonly file: string;
  /** Comes once in the file. */
  readonly sound: string;
  /** `PLANTED` is true while the bug is planted. */
  readonly broken: string;
}

/** Bugs of the lock drivers. One that no longer fits its file stops the simulation. */
export const PLANTED_IN_DRIVERS: readonly Planting[] = [
  ...inFile('src/locks/request-limits.ts', {
    renewalUnbounded: [['renewTimeoutMs(leaseMs)', '(PLANTED ? 86_400_000 : renewTimeoutMs(leaseMs))']],
  }),
  ...inFile('src/locks/etcd/lock.ts', {
    leaseFromReply: [['renewedBy(mark)', 'renewedBy(PLANTED ? mine.lease.sent() : mark)']],
    goneIgnored: [
      ['if (ended !== undefined)', 'if (ended !== undefined && !PLANTED)'],
      ['if (errors.length > 0)', 'if (errors.length > 0 && !(PLANTED && ended !== undefined))'],
    ],
    pendingIsHeld: [['if (line.predecessor === null) return', 'if (line.predecessor === null || PLANTED) return']],
    adoptedByHost: [
      [
        'const left = leaseLeftMs(mine, leaseMs);',
        'if (PLANTED && holder?.host === identity.host) return held(mine); const left = leaseLeftMs(mine, leaseMs);',
      ],
    ],
    releaseByKey: [
      [
        'await etcd.leave(ticket, own, signal)',
        'await (PLANTED && line?.first ? etcd.leave({ ...ticket, key: line.first.key }, line.first.createRevision, signal) : etcd.leave(ticket, own, signal))',
      ],
      ['giveBack({ ticket, own }', 'giveBack({ ticket, own, line }'],
    ],
  }),
  ...inFile('src/locks/etcd/commands.ts', {
    // The answer to the renewal of a dead lease looks much like any other.
    goneIgnored: [
      ['if (ttl === undefined)', 'if (ttl === undefined && !PLANTED)'],
      ['Number(ttl)', 'Number(ttl ?? 60)'],
    ],
  }),
];

function inFile(
  file: string,
  plants: Partial<Record<Plant, readonly (readonly [sound: string, broken: string])[]>>,
): readonly Planting[] {
  return Object.entries(plants).flatMap(([plant, places]) =>
    places.map(([sound, broken]) => ({ plant: plant as Plant, file, sound, broken })),
  );
}
