import {
  because,
  ends,
  failsUnlessForced,
  keepAnswers,
  keepGroups,
  ofPrimer,
  resolveInput,
} from './transition-parts.ts';
import { watcher } from './watcher-setup.ts';

export const reading = watcher.createStateConfig({
  description: 'Read from the primer’s file which pods HAProxy was configured with.',
  invoke: {
    id: 'readPrimer',
    src: 'readPrimer',
    input: null,
    onDone: [
      { guard: { type: 'forcedThoughEmpty', params: ofPrimer }, target: 'diffing', actions: 'warnOfEmptyPrimer' },
      { guard: { type: 'primerEmpty', params: ofPrimer }, target: 'reporting', actions: 'concludeEmptyPrimer' },
      { target: 'resolving', actions: keepGroups },
    ],
    onError: failsUnlessForced,
  },
});

export const resolving = watcher.createStateConfig({
  description: 'Ask service discovery which pods the same groups have now.',
  invoke: {
    id: 'resolveGroups',
    src: 'resolveGroups',
    input: resolveInput,
    onDone: { target: 'diffing', actions: keepAnswers },
    onError: failsUnlessForced,
  },
});

/** The decision table of docs/operating.md, first match wins: force_run beats dry_run and skips only the comparison. */
export const diffing = watcher.createStateConfig({
  description: 'Compare both and decide: refresh, or leave HAProxy as it is.',
  entry: ['compare', 'notifyCompared'],
  always: [
    { guard: 'forcedWithoutTrust', target: 'takingTurn', actions: ['warnUntrusted', because('forced')] },
    { guard: 'forceRun', target: 'takingTurn', actions: because('forced') },
    { guard: 'untrusted', target: 'reporting', actions: 'concludeUntrusted' },
    { guard: 'shrunkTooMuch', target: 'reporting', actions: 'concludeShrunk' },
    { guard: 'nothingToRefresh', ...ends({ kind: 'unchanged', why: 'noDifference' }) },
    { guard: 'ineffective', target: 'reporting', actions: 'concludeIneffective' },
    { guard: 'refreshedRecently', ...ends({ kind: 'skipped', why: 'refreshedRecently' }) },
    { guard: 'dryRun', ...ends({ kind: 'wouldRefresh' }) },
    { target: 'takingTurn', actions: because('changed') },
  ],
});
