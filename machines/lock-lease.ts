import { keepFailure, keepLease, lostInLine, lostThoughHeld } from './lock-parts.ts';
import { clusterLock } from './lock-setup.ts';

export const lease = clusterLock.createStateConfig({
  description: 'Keep the lease alive, in the line as well as with the lock: every good renewal starts it anew.',
  initial: 'valid',
  states: {
    valid: {
      description: 'The lease runs, counted from the sending of the last good renewal.',
      initial: 'renewed',
      after: {
        leaseUsable: [
          { guard: 'holding', target: '#clusterLock.lost', actions: 'keepLeaseRanOut' },
          { target: '#clusterLock.backingOff', actions: 'keepPlaceRanOut' },
        ],
      },
      states: {
        renewed: {
          description: 'The lease has just been renewed; whoever asked for that is notified.',
          always: [
            { guard: 'confirmAsked', target: 'idle', actions: ['notifyConfirmed', 'clearConfirm'] },
            { target: 'idle' },
          ],
        },
        idle: {
          description: 'The lease is fresh enough.',
          after: { renewDelay: 'renewing' },
          on: { confirm: { guard: 'holding', target: 'renewing', actions: 'askConfirm' } },
        },
        renewing: {
          description: 'One renewal is under way, never two.',
          on: { confirm: { guard: 'holding', actions: 'askConfirm' } },
          invoke: {
            id: 'renewLock',
            src: 'renewLock',
            input: null,
            onDone: [
              lostThoughHeld,
              lostInLine,
              { target: '#clusterLock.leased.lease.valid', reenter: true, actions: keepLease },
            ],
            onError: { target: 'retrying', actions: { ...keepFailure, type: 'keepRenewalFailure' } },
          },
        },
        retrying: {
          description: 'A renewal failed, for whatever reason; another is sent while the lease still runs.',
          entry: 'drawJitter',
          after: { renewRetry: 'renewing' },
          on: { confirm: { guard: 'holding', target: 'renewing', actions: 'askConfirm' } },
        },
      },
    },
  },
});
