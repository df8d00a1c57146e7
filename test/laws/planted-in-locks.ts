/** Wrong cluster locks. */
import { clusterLockMachine } from '../../machines/cluster-lock.ts';
import { type Mutant, plant, plantKey } from './mutate.ts';

const machine = clusterLockMachine;
const VALID = 'leased.lease.valid';

export const PLANTED_IN_LOCKS: readonly Mutant[] = [
  plant(machine, 'leased.position.answered', 'at once', 'takes any answer for the lock', () => [{ target: 'held' }]),
  plant(machine, 'leased.position.answered', 'at once', 'never believes that it is held', (written) =>
    written.toSpliced(0, 1),
  ),
  plant(machine, `${VALID}.idle`, 'renewDelay', 'sleeps on its lease', () => []),
  plant(machine, VALID, 'leaseUsable', 'holds the lock for ever', () => []),
  plant(machine, VALID, 'leaseUsable', 'hears of the end of its lease and stays', () => [{}]),
  plantKey(machine, 'leased.position.held', 'invoke', 'renews twice at once', {
    id: 'renewLock',
    src: 'renewLock',
    input: null,
  }),
  plant(
    machine,
    `${VALID}.renewing`,
    'renewLock done',
    'takes a lock that is gone for a place in the line',
    (written) => written.toSpliced(1, 1),
  ),
  plant(machine, `${VALID}.renewing`, 'renewLock error', 'loses the lock by one renewal that failed', () => [
    { target: '#clusterLock.lost', actions: ['keepLeaseRanOut'] },
  ]),
  plant(machine, `${VALID}.renewing`, 'renewLock error', 'is refused by one renewal that failed', (written) => [
    { target: '#clusterLock.refused', actions: [{ ...(written[0]!.actions as object), type: 'keepFailure' }] },
  ]),
  plant(machine, 'leased.position.checking', 'checkLock error', 'believes the first denial', (written) =>
    written.with(1, { ...written[1]!, target: '#clusterLock.refused' }),
  ),
  plant(machine, 'leased.admission.denied', 'wholeLease', 'asks for ever what it may not ask', () => []),
  plant(machine, 'leased.admission.denied', 'at once', 'remembers a denial that is over', () => []),
  plant(machine, `${VALID}.renewed`, 'at once', 'confirms without being asked', (written) => {
    const { guard: _, ...rest } = written[0]!;
    return [rest];
  }),
  plant(machine, `${VALID}.idle`, 'confirm', 'confirms by its memory', () => [{ actions: ['notifyConfirmed'] }]),
  plant(machine, `${VALID}.idle`, 'confirm', 'confirms at the next renewal', () => [{ actions: ['askConfirm'] }]),
  plant(machine, 'leased', 'release', 'just forgets the lock', () => [{ target: 'released' }]),
  plant(machine, 'requesting', 'release', 'lets a request that is under way win a lock', () => [
    { target: 'released' },
  ]),
  plant(machine, 'backingOff', 'release', 'hears nothing while it pauses', () => []),
  plant(machine, 'idle', 'release', 'gives back what it never had', () => [{ target: 'releasing' }]),
  plant(machine, 'releasing', 'releaseLock error', 'gives back for ever', () => [{ target: 'pausing' }]),
  plant(machine, 'releasing', 'releaseLock error', 'gives back in a hurry', (written) =>
    written.with(1, { target: 'releasing', reenter: true }),
  ),
  plant(machine, 'requesting', 'requestLock error', 'never gives up on a refusal', (written) => {
    const { guard: _, ...rest } = written[0]!;
    return [rest];
  }),
  plant(machine, 'requesting', 'requestLock error', 'asks again without a pause', (written) =>
    written.with(0, { ...written[0]!, target: 'requesting', reenter: true }),
  ),
  plant(machine, 'requesting', 'requestLock done', 'relies on a lease that its request used up', (written) =>
    written.toSpliced(1, 1),
  ),
  plant(machine, 'requesting', 'requestLock done', 'takes a request that found nothing for a place', (written) =>
    written.toSpliced(0, 1),
  ),
  plant(
    machine,
    'leased.position.checking',
    'checkLock done',
    'takes a place that is gone for one in line',
    (written) => written.toSpliced(0, 1),
  ),
  plant(machine, 'renewingFirst', 'renewLock error', 'is refused by the renewal of a request', () => [
    { target: 'refused', actions: [] },
  ]),
  plantKey(machine, 'lost', 'entry', 'reports a loss twice', ['notifyLost', 'notifyLost']),
  plantKey(machine, 'lost', 'entry', 'keeps a loss to itself', []),
  plantKey(machine, 'releasing', 'entry', 'says goodbye', ['countReleaseTry', 'notifyLost']),
];
