import { isAuthoritative } from './comparisons.ts';
import { afterRun, type GenerationRow } from './generation-row.ts';
import type { History } from './history.ts';
import type { FactOf, Run } from './records.ts';

/** What each node knows of the generations of each group. */
export class KnownGenerations {
  readonly #nodes = new Map<number, ReadonlyMap<string, GenerationRow>>();
  /** The same before the last run that wrote it down. */
  readonly #before = new Map<number, ReadonlyMap<string, GenerationRow>>();

  rowOf(node: number, group: string): GenerationRow {
    return this.#nodes.get(node)?.get(group) ?? NOTHING;
  }

  /** What is accepted of each group once the run has written down what it was told. */
  learn(node: number, run: Run, history: History): ReadonlyMap<string, number> {
    const before = this.#nodes.get(node) ?? new Map<string, GenerationRow>();
    const groups = new Set([...before.keys(), ...groupsIn(run)]);
    const { staleLimit } = history.scenario.settings;
    const after = new Map(
      [...groups].map((group) => [group, afterRun(before.get(group) ?? NOTHING, group, run, staleLimit)]),
    );
    this.#before.set(node, before);
    this.#nodes.set(node, after);
    return new Map([...after].map(([group, { accepted }]) => [group, accepted]));
  }

  /** A power cut may have undone what the last run wrote. */
  find({ node, file }: FactOf<'fileFound'>, history: History): null {
    if (file === 'state' && history.lostWriters.get(node) === 'report') {
      this.#nodes.set(node, this.#before.get(node) ?? new Map());
    }
    return null;
  }
}

const NOTHING: GenerationRow = { accepted: -1, runs: 0 };

function groupsIn(run: Run): string[] {
  return run.facts
    .flatMap((fact) => (fact.what === 'discoveryNotice' ? fact.answers : []))
    .filter((answer) => isAuthoritative(answer) && answer.generation !== null)
    .map(({ group }) => group);
}
