import type { Outcome } from '../../../machines/vocabulary.ts';
import type { Playground } from './playground.ts';

export const nodes = ['balancer-1', 'balancer-2', 'balancer-3'] as const;

/** One situation, and what each node should make of it. */
export interface Scene {
  readonly title: string;
  readonly sentence: string;
  /** Brings the situation about. */
  readonly prepare: (playground: Playground) => void | Promise<void>;
  /** Whose watchers are started, all at once. */
  readonly nodes: readonly string[];
  readonly flags: readonly string[];
  readonly expected: Outcome;
}

/** The story of the demo, in its order. */
export const scenes: readonly Scene[] = [
  {
    title: 'Rollout',
    sentence: 'Two pods were added, and cron starts the watcher on every node at once.',
    prepare: (playground) => playground.setPods({ sas: 4, vla: 2 }),
    nodes,
    flags: [],
    expected: { kind: 'refreshed', reason: 'changed' },
  },
  {
    title: 'Next tick',
    sentence: 'Cron starts them again, and HAProxy knows all pods already.',
    prepare: () => {},
    nodes,
    flags: [],
    expected: { kind: 'unchanged', why: 'noDifference' },
  },
  {
    title: 'Dry run',
    sentence: 'Another pod was added, and somebody asks what would be done about it.',
    prepare: (playground) => playground.setPods({ sas: 4, vla: 3 }),
    nodes: ['balancer-2'],
    flags: ['--dry_run'],
    expected: { kind: 'wouldRefresh' },
  },
  {
    title: 'Forced run',
    sentence: 'That pod is gone again: there is no reason to refresh, but somebody insists.',
    prepare: (playground) => playground.setPods({ sas: 4, vla: 2 }),
    nodes: ['balancer-1'],
    flags: ['--force_run'],
    expected: { kind: 'refreshed', reason: 'forced' },
  },
  {
    title: 'Handbrake',
    sentence: 'The file `handbrake` is there, which holds off even a forced run.',
    prepare: (playground) => playground.setHandbrake(true),
    nodes: ['balancer-3'],
    flags: ['--force_run'],
    expected: { kind: 'skipped', why: 'handbrakeEngaged' },
  },
];
