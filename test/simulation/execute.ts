import { Cluster } from './cluster.ts';
import type { Fact } from './facts.ts';
import { injectFault } from './inject-fault.ts';
import { type Mutant, NO_MUTANT, plant } from './mutant.ts';
import type { Process } from './process.ts';
import type { Record } from './record.ts';
import { type Fault, OF_THE_HOST, type Scenario } from './scenario.ts';

export interface Executed {
  readonly simulatedMs: number;
  readonly steps: number;
}

/** Lets a scenario happen. `tell` hears of every fact as it happens, and ends the scenario by answering true. */
export async function execute(
  scenario: Scenario,
  tell: (fact: Fact) => boolean,
  { mutant = NO_MUTANT, record = null }: { readonly mutant?: Mutant; readonly record?: Record | null } = {},
): Promise<Executed> {
  plant(mutant);
  let isOver = false;
  const cluster = new Cluster(scenario, mutant, record, (fact) => {
    isOver = tell(fact) || isOver;
  });
  const { world } = cluster;
  arm(cluster, scenario.faults);
  const faultyMs = scenario.faultyPeriods * scenario.periodMs;
  await world.goUntil(faultyMs, () => isOver);
  if (!isOver && scenario.healthyPeriods > 0) {
    heal(cluster);
    await world.goUntil(faultyMs + scenario.healthyPeriods * scenario.periodMs, () => isOver);
  }
  return { simulatedMs: world.nowMs, steps: world.steps };
}

/** A fault that would come only when all is healed does not come at all. */
function arm(cluster: Cluster, faults: readonly Fault[]): void {
  const { world } = cluster;
  const healedMs = cluster.scenario.faultyPeriods * cluster.scenario.periodMs;
  const inject = (fault: Fault, process?: Process) => {
    if (world.nowMs < healedMs) injectFault(cluster, fault, process);
  };
  const comings = new Map<string, number>();
  const placed = new Map<string, Fault[]>();
  for (const fault of faults) {
    if ('atMs' in fault.when) world.at(fault.when.atMs, () => inject(fault));
    else {
      const key = `${fault.node} ${fault.when.state} ${fault.when.nth}`;
      placed.set(key, [...(placed.get(key) ?? []), fault]);
    }
  }
  cluster.onEntered = (process, state) => {
    const place = `${process.host.node} ${state}`;
    const nth = (comings.get(place) ?? 0) + 1;
    comings.set(place, nth);
    for (const fault of placed.get(`${place} ${nth}`) ?? []) {
      if ('atMs' in fault.when) continue;
      world.after(fault.when.afterMs, () => inject(fault, process));
    }
  };
}

/** Nothing is broken any more, and one more pod is there for everybody to find. */
function heal(cluster: Cluster): void {
  const { conditions, world } = cluster;
  conditions.endAll();
  cluster.onEntered = () => {};
  const { permanent } = cluster.scenario;
  world.note({ what: 'healed', outsideTheCore: permanent === null ? [] : struckBy(permanent, cluster) });
  cluster.discovery.change({ what: 'add', group: 0 });
  if (permanent !== null) injectFault(cluster, permanent);
}

function struckBy({ kind, node }: Fault, cluster: Cluster): readonly number[] {
  return OF_THE_HOST.has(kind) ? cluster.onHostOf(node).map((host) => host.node) : [node];
}
