import { createActor } from 'xstate';
import type { AbortSignalName, RunInput } from '../../machines/vocabulary.ts';
import { exitCode } from '../../src/exit-codes.ts';
import { boardServices } from './board.ts';
import { childService } from './commands.ts';
import { Conditions } from './conditions.ts';
import { Discovery } from './discovery.ts';
import { diceOf, draw } from './draw.ts';
import type { Fact } from './facts.ts';
import { Host } from './host.ts';
import type { LockService } from './locks/lock-service.ts';
import { lockServices } from './locks/services.ts';
import { witnessed } from './locks/witness.ts';
import { takeMachine } from './machine-pool.ts';
import type { Mutant } from './mutant.ts';
import { Network } from './network.ts';
import { ownServices } from './own-services.ts';
import { Process } from './process.ts';
import type { Record } from './record.ts';
import type { Scenario } from './scenario.ts';
import { watchStates } from './watch-states.ts';
import { World } from './world.ts';

/** What a run is started with, by cron or by hand. */
export type Flags = Pick<RunInput, 'forceRun' | 'dryRun'>;

const BY_CRON: Flags = { forceRun: false, dryRun: false };

/** N nodes, a lock service and discovery on one line of time. The runs are the real machines. */
export class Cluster {
  readonly scenario: Scenario;
  readonly mutant: Mutant;
  readonly record: Record | null;
  readonly world: World;
  readonly conditions = new Conditions();
  readonly discovery: Discovery;
  readonly network: Network;
  /** By domain: nodes that are configured with different locks share none. */
  readonly locks: ReadonlyMap<number, LockService>;
  readonly hosts: readonly Host[];
  readonly #isOneHost: boolean;
  /** Where each living run stands, innermost states only. */
  readonly states = new Map<Process, ReadonlySet<string>>();
  readonly actors = new Map<Process, { abort(signal: AbortSignalName): void }>();
  /** Told whenever a run comes to a state. */
  onEntered: (process: Process, state: string) => void = () => {};

  constructor(scenario: Scenario, mutant: Mutant, record: Record | null, tell: (fact: Fact) => void) {
    this.record = record;
    this.scenario = scenario;
    this.mutant = mutant;
    this.world = new World(scenario.seed, tell);
    this.discovery = new Discovery(this.world, this.conditions, scenario);
    this.network = new Network(this.conditions);
    const isUp = () => !this.conditions.has('lockDown', null);
    const domains = [...new Set(scenario.nodes.map(({ domain }) => domain))];
    const lock = { world: this.world, network: this.network, isUp, mutant };
    this.locks = new Map(domains.map((domain) => [domain, lockServices[scenario.lock]({ ...lock, domain })]));
    const primer = this.discovery.groups;
    const isOneHost = scenario.lock === 'file';
    const hosts: Host[] = [];
    for (const [node, plan] of scenario.nodes.entries()) {
      const neighbour = (isOneHost && hosts[0]) || null;
      hosts.push(new Host(this.world, this.conditions, node, plan, primer, neighbour));
    }
    this.hosts = hosts;
    this.#isOneHost = isOneHost;
    for (const host of this.hosts) this.#awaitCron(host, host.plan.cronAtMs);
    for (const change of scenario.changes) this.world.at(change.atMs, () => this.discovery.change(change));
  }

  /** The nodes that are struck by what strikes the host of this one. */
  onHostOf(node: number): readonly Host[] {
    return this.#isOneHost ? this.hosts : [this.hosts[node]!];
  }

  startRun(host: Host, flags: Flags = BY_CRON): void {
    const process = new Process(host);
    process.enter(() => this.#run(process, flags));
  }

  #run(process: Process, flags: Flags): void {
    const { scenario, world, mutant } = this;
    const { run, host } = process;
    const { node } = host;
    const { leaseMs } = scenario.settings;
    world.note({ what: 'runStarted', node, run, ...flags });
    const commands = { conditions: this.conditions, discovery: this.discovery, scenario, mutant };
    const { beforeGo, ...own } = ownServices(process, commands, this.network);
    const driver = this.locks.get(host.plan.domain)!.driver(process, leaseMs);
    const services = {
      ...own,
      ...boardServices(process, driver.board),
      ...witnessed(process, driver, leaseMs),
      child: childService(process, commands, beforeGo),
    };
    const slot = takeMachine(mutant, services);
    process.onEnd.add(slot.giveBack);
    const jitterSeed = Math.floor(draw(scenario.seed, 'jitter', run) * 2 ** 32);
    const recorder = this.record?.(process);
    const watch = watchStates(process, (state, all) => {
      this.states.set(process, all);
      world.note({ what: 'entered', node, run, state });
      this.onEntered(process, state);
    });
    const actor = createActor(slot.machine, {
      id: 'watcher',
      input: { ...scenario.settings, ...flags, jitterSeed },
      clock: process.timers,
      inspect: (event) => {
        recorder?.inspect(event);
        watch(event);
      },
    });
    process.onEnd.add(() => {
      recorder?.close();
      this.#forget(process);
    });
    actor.subscribe({
      complete: () => {
        const outcome = actor.getSnapshot().output!;
        recorder?.ended(outcome, exitCode(outcome, false));
        world.note({ what: 'runEnded', node, run, outcome });
        process.end();
      },
      error: (error) => {
        world.note({ what: 'runBroke', node, run, message: String(error) });
        process.end();
      },
    });
    this.actors.set(process, {
      abort: (signal) => {
        if (actor.getSnapshot().status !== 'active') return;
        world.note({ what: 'signalled', node, run });
        actor.send({ type: 'abort', signal });
      },
    });
    actor.start();
  }

  #forget(process: Process): void {
    this.states.delete(process);
    this.actors.delete(process);
  }

  #awaitCron(host: Host, atMs: number): void {
    const { world, scenario } = this;
    world.at(atMs, () => {
      if (!host.isSuspended) this.startRun(host);
      const dice = diceOf(scenario.seed, 'cron', host.node);
      this.#awaitCron(host, atMs + scenario.periodMs + dice.between(-500, 500, atMs));
    });
  }
}
