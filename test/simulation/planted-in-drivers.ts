import { inFile, type Planting } from './planting.ts';

/** Consul's driver looks at the key as soon as it is held, unless it does not know that it is. */
const HELD = "{ standing: 'held' as const, holder: null, ahead: 0, leaseLeftMs: leaseLeftMs(mine, leaseMs) }";

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
  ...inFile('src/locks/consul/lock.ts', {
    leaseFromReply: [['renewedBy(mark)', 'renewedBy(PLANTED ? mine.lease.sent() : mark)']],
    goneIgnored: [['if (!mine.holds) return;', 'if (!mine.holds || PLANTED) return;']],
    pendingIsHeld: [['if (isOthers(seen, id)) return', `if (isOthers(seen, id)) return PLANTED ? ${HELD} :`]],
    adoptedByHost: [
      [
        'const holder = await holderOf(entry, to, limits);',
        `const holder = await holderOf(entry, to, limits); if (PLANTED && holder.host === identity.host) return ${HELD};`,
      ],
    ],
    releaseByKey: [
      [
        'lockKey.release(id, limits)',
        'lockKey.release((PLANTED && (await lockKey.look(limits)).entry?.session) || id, limits)',
      ],
    ],
  }),
  ...inFile('src/locks/consul/sessions.ts', {
    goneIgnored: [
      ['if (!reply.isFound) throw', 'if (!reply.isFound && PLANTED) return leaseMs; if (!reply.isFound) throw'],
    ],
  }),
  ...inFile('src/locks/kubernetes/holding.ts', {
    leaseFromReply: [['renewedBy(mark)', 'renewedBy(PLANTED ? counted.sent() : mark)']],
    goneIgnored: [
      [
        'if (done === null || done.isNew) {',
        'if (PLANTED && done === null) { counted?.renewedBy(counted.sent()); return null; } if (done === null || done.isNew) {',
      ],
    ],
    releaseByKey: [
      ['if (held === null && counted === null) return;', 'if (held === null && counted === null && !PLANTED) return;'],
      [
        'if (held === null) recognizes(await leases.read(limits));',
        'if (held === null && PLANTED) held = await leases.read(limits); else if (held === null) recognizes(await leases.read(limits));',
      ],
    ],
  }),
  ...inFile('src/locks/kubernetes/lock.ts', {
    pendingIsHeld: [
      [
        'const leaseLeftMs = mine.leaseLeftMs();',
        "const leaseLeftMs = mine.leaseLeftMs(); if (PLANTED) return { standing: 'held', holder: null, ahead: 0, leaseLeftMs };",
      ],
    ],
    adoptedByHost: [
      [
        "const isTaken = last !== null && last.holder !== '';",
        "const isTaken = last !== null && last.holder !== ''; if (PLANTED && isTaken && holderOf(last!, 0).host === identity.host) return { standing: 'held', holder: null, ahead: 0, leaseLeftMs };",
      ],
    ],
  }),
  ...inFile('src/locks/file/lock.ts', {
    // The lock of a run that was killed is free, though its refresh is still being stopped.
    endingOverlooked: [["return left.kind === 'recorded' &&", "return !PLANTED && left.kind === 'recorded' &&"]],
  }),
  ...inFile('src/locks/file/queue.ts', {
    // A place in line counts for as long as its file is there.
    placeOutlives: [
      ['return !isAlive(pid, startTime);', 'return !PLANTED && !isAlive(pid, startTime);'],
      [
        'Math.abs(Date.now() - found.mtimeMs) <= patienceMs',
        '(PLANTED || Math.abs(Date.now() - found.mtimeMs) <= patienceMs)',
      ],
    ],
  }),
  ...inFile('src/locks/yt/lock.ts', {
    leaseFromReply: [['renewedBy(mark)', 'renewedBy(PLANTED ? mine.lease.sent() : mark)']],
    renewalUnbounded: [
      ['renewTimeoutMs: renewTimeoutMs(leaseMs)', 'renewTimeoutMs: PLANTED ? 86_400_000 : renewTimeoutMs(leaseMs)'],
    ],
    goneIgnored: [
      [
        "if (!isYt(error, 'gone')) throw failureOf(error, ['denied']);",
        "if (!isYt(error, 'gone')) throw failureOf(error, ['denied']); if (PLANTED) { mine.lease.renewedBy(mine.lease.sent()); return { standing: 'renewed', leaseLeftMs: mine.lease.leftMs() }; }",
      ],
    ],
    pendingIsHeld: [["if (state === 'acquired') return", "if (state === 'acquired' || PLANTED) return"]],
    adoptedByHost: [
      [
        "if (state !== 'pending') throw",
        "if (PLANTED && line.holder?.host === identity.host) return { standing: 'held', holder: null, ahead: null, leaseLeftMs }; if (state !== 'pending') throw",
      ],
    ],
  }),
];
