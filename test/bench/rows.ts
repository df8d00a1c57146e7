import type { Bench, Figure, Measured } from './figure.ts';
import { bigPlan } from './rows/big-plan.ts';
import { fleet } from './rows/fleet.ts';
import { handOver } from './rows/hand-over.ts';
import { manySets } from './rows/many-sets.ts';
import { questions } from './rows/questions.ts';
import { quietRun } from './rows/quiet-run.ts';
import { reloads } from './rows/reloads.ts';
import { replay } from './rows/replay.ts';
import { script } from './rows/script.ts';

export interface Row {
  readonly title: string;
  /** The unit of those of its figures that are plotted. */
  readonly plots?: Figure['unit'];
  readonly measure: (bench: Bench) => Promise<Measured>;
}

/** What the bench measures, by the name it goes by on the command line. */
export const ROWS: Readonly<Record<string, Row>> = {
  quiet: { title: 'A quiet run, 3 sets of 10 pods over HTTP', plots: '×', measure: quietRun },
  questions: { title: 'Questions', measure: questions },
  script: { title: 'Beside the script that people write (bash, flock, curl, jq)', plots: '×', measure: script },
  sets: { title: 'Many sets of 100 pods over HTTP', measure: manySets },
  plan: { title: '100,000 pods added to one set', measure: bigPlan },
  handover: { title: 'Hand-over between 5 nodes, without delay', measure: handOver },
  replay: { title: 'Replay', measure: replay },
  reloads: { title: 'Reloads of a node in a day of deploys, scaling, moves and flaps', plots: '', measure: reloads },
  fleet: { title: 'A rollout over 50 nodes, simulated', plots: '×', measure: fleet },
};
