import type { State } from '../../../src/node-files/state-file.ts';
import type { PrimerMemory } from '../facts.ts';
import type { Process } from '../process.ts';
import type { World } from '../world.ts';
import { current } from './current.ts';
import type { Disk } from './disk.ts';
import type { NodePaths } from './paths.ts';

/** A file that one run leaves to the next. */
export type NodeFile = 'state' | 'statistics';

const FILES = ['state', 'statistics'] as const satisfies readonly NodeFile[];

/** Tells the observer what becomes of the files of a node, from what is in them and from nothing else. */
export class NodeWitness {
  readonly #world: World;
  readonly #node: number;
  readonly #paths: NodePaths;
  readonly #watches = new Map<string, () => void>();

  constructor(world: World, node: number, paths: NodePaths) {
    this.#world = world;
    this.#node = node;
    this.#paths = paths;
  }

  /** Has this happen whenever a run of the node has written the file. */
  watch(path: string, act: () => void): void {
    this.#watches.set(path, act);
  }

  seen(path: string, bytes: Buffer): void {
    const { runLock, state, statistics } = this.#paths;
    if (path === runLock) this.#seenLock();
    else if (path === state) this.#seenState(bytes.toString('utf8'));
    else if (path === statistics) this.#seenStatistics(bytes.toString('utf8'));
    else this.#watches.get(path)?.();
  }

  /** What a power cut has left. */
  lookAfterReboot(disk: Disk): void {
    for (const file of FILES) {
      this.#world.note({ what: 'fileFound', node: this.#node, file, text: disk.text(this.#paths[file]) });
    }
  }

  #seenLock(): void {
    const process = current() as Process;
    const of = { node: this.#node, run: process.run };
    this.#world.note({ what: 'runLockTaken', ...of });
    process.sockets.onFreed(process.pid, () => this.#world.note({ what: 'runLockFreed', ...of }));
  }

  #seenState(text: string): void {
    const { run } = current() as Process;
    const state = JSON.parse(text) as State;
    const of = { node: this.#node, run };
    const primerBefore = memoryOf(state.primer_before ?? null);
    this.#written('state', text);
    if (state.last_run?.run_id === run) {
      const { generations, last_refresh: last } = state;
      const remembersRefresh = last?.at === state.last_run.at;
      this.#world.note({ what: 'generationsWritten', ...of, generations, remembersRefresh, primerBefore });
    } else this.#world.note({ what: 'refreshRecorded', ...of, primerBefore });
  }

  #seenStatistics(text: string): void {
    this.#written('statistics', text);
    const counters = JSON.parse(text) as Record<string, number>;
    this.#world.note({ what: 'statisticsWritten', node: this.#node, run: (current() as Process).run, counters });
  }

  #written(file: NodeFile, text: string): void {
    const { run } = current() as Process;
    this.#world.note({ what: 'fileWritten', node: this.#node, run, file, text });
  }
}

/** Each pod as facts have it; in the file it is `id name ip4 ip6 port`. */
function memoryOf(primer: State['primer_before']): PrimerMemory {
  if (primer == null) return null;
  const podOf = (line: string) => line.replace(/^(\S+) (\S+) \S+ \S+ (\S+)$/, '$1=$2@$3');
  return Object.fromEntries(Object.entries(primer).map(([group, lines]) => [group, lines.map(podOf)]));
}
