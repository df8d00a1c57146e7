/**
 * What the checkers know: everything that happened so far, sorted by who it happened to. It is made of facts only, and
 * shares no code with the machines or with the world that the facts come from.
 */
import type { Fact, PrimerMemory } from '../facts.ts';
import type { Scenario } from '../scenario.ts';
import {
  type FactOf,
  type Grant,
  newRefresh,
  newRun,
  type Refresh,
  type Run,
  type Stop,
  type Strike,
} from './records.ts';

export class History {
  readonly scenario: Scenario;
  readonly runs = new Map<string, Run>();
  readonly refreshes: Refresh[] = [];
  readonly grants: Grant[] = [];
  readonly hostStops = new Map<number, Stop[]>();
  readonly injections: Strike[] = [];
  /** Nodes on which the last power cut undid what a run had written to the state file: its report, or the record of its refresh. */
  readonly lostWriters = new Map<number, 'report' | 'record'>();
  /** What each node remembers of an earlier primer, and what it did before the last write. */
  readonly primerMemories = new Map<number, PrimerMemory>();
  readonly #formerMemories = new Map<number, PrimerMemory>();
  readonly #lastWrites = new Map<string, { readonly run: Run; readonly text: string; fact: Fact | null }>();
  healedMs: number | null = null;
  /** Nodes that stay out of order when all else is healed. */
  outsideTheCore: readonly number[] = [];
  nowMs = 0;

  constructor(scenario: Scenario) {
    this.scenario = scenario;
  }

  run(name: string): Run {
    return this.runs.get(name)!;
  }

  /** The refreshes that run: one does for as long as a process of its group lives. */
  refreshesNow(): Refresh[] {
    return this.refreshes.filter(({ goneMs }) => goneMs === null);
  }

  refreshOf(run: Run): Refresh | undefined {
    return this.refreshes.find((refresh) => refresh.run === run);
  }

  grantOf(run: Run): Grant | undefined {
    return this.grants.findLast((grant) => grant.run === run);
  }

  see(fact: Fact): void {
    this.nowMs = fact.atMs;
    if (fact.what === 'runStarted') this.runs.set(fact.run, newRun(fact));
    if ('run' in fact && fact.run !== null && fact.what !== 'entered') this.runs.get(fact.run)?.facts.push(fact);
    switch (fact.what) {
      case 'runEnded':
      case 'runBroke':
      case 'runKilled': {
        const run = this.run(fact.run);
        run.overMs = fact.atMs;
        if (fact.what === 'runKilled') run.killedMs = fact.atMs;
        if (fact.what === 'runEnded') run.outcome = fact.outcome;
        closeStop(run.stops, fact.atMs);
        break;
      }
      case 'runStopped':
        this.run(fact.run).stops.push({ sinceMs: fact.atMs, untilMs: null });
        break;
      case 'runWentOn':
        closeStop(this.run(fact.run).stops, fact.atMs);
        break;
      case 'signalled':
        this.run(fact.run).signalledMs ??= fact.atMs;
        break;
      case 'lockWanted':
        this.run(fact.run).wantedMs = fact.atMs;
        break;
      case 'reportBegun':
        this.run(fact.run).reportMs ??= fact.atMs;
        break;
      case 'entered':
        // A refresh that failed is marked on the board first.
        if (fact.state.startsWith('watcher.holdingRunLock.reporting.')) this.run(fact.run).reportMs ??= fact.atMs;
        break;
      case 'hostStopped':
        this.hostStops.set(fact.node, [
          ...(this.hostStops.get(fact.node) ?? []),
          { sinceMs: fact.atMs, untilMs: null },
        ]);
        break;
      case 'hostWentOn':
        closeStop(this.hostStops.get(fact.node) ?? [], fact.atMs);
        break;
      case 'hostRebooted':
        closeStop(this.hostStops.get(fact.node) ?? [], fact.atMs);
        for (const { node, handbrakes } of this.runs.values()) {
          if (node === fact.node) for (const handbrake of handbrakes) handbrake.goneMs ??= fact.atMs;
        }
        break;
      case 'handbrakeStarted':
        this.run(fact.run).handbrakes.push({ group: fact.group, startedMs: fact.atMs, goneMs: null });
        break;
      case 'handbrakeGone':
        this.run(fact.run).handbrakes.findLast(({ group }) => group === fact.group)!.goneMs = fact.atMs;
        break;
      case 'runLockTaken':
        this.run(fact.run).primerMemory = this.primerMemories.get(fact.node) ?? null;
        break;
      case 'fileWritten':
        this.#lastWrites.set(`${fact.node} ${fact.file}`, { run: this.run(fact.run), text: fact.text, fact: null });
        break;
      case 'refreshRecorded':
      case 'generationsWritten':
      case 'statisticsWritten': {
        const write = this.#lastWrites.get(
          `${fact.node} ${fact.what === 'statisticsWritten' ? 'statistics' : 'state'}`,
        );
        if (write !== undefined) write.fact = fact;
        if (fact.what !== 'statisticsWritten') this.#remember(fact.node, fact.primerBefore);
        break;
      }
      case 'fileFound':
        this.#forgetLost(fact);
        break;
      case 'lockGranted':
        this.grants.push({
          run: this.run(fact.run),
          session: fact.session,
          grantedMs: fact.atMs,
          keptUntilMs: null,
          freedMs: null,
          why: null,
          by: null,
        });
        break;
      case 'lockKept':
        this.#grant(fact).keptUntilMs = fact.untilMs;
        break;
      case 'lockFreed': {
        const grant = this.#grant(fact);
        grant.freedMs = fact.atMs;
        grant.why = fact.why;
        grant.by = fact.by;
        break;
      }
      case 'refreshStarted':
        this.refreshes.push(newRefresh(this.run(fact.run), fact));
        break;
      case 'refreshSignalled': {
        const refresh = this.#refresh(fact);
        if (fact.signal === 'SIGTERM') refresh.termSentMs ??= fact.atMs;
        else refresh.killSentMs ??= fact.atMs;
        break;
      }
      case 'refreshExited': {
        const refresh = this.#refresh(fact);
        refresh.code = fact.code;
        refresh.exitedMs = fact.atMs;
        break;
      }
      case 'refreshGone':
        this.#refresh(fact).goneMs = fact.atMs;
        break;
      case 'struck':
        this.injections.push({ ...fact, untilMs: fact.atMs + fact.forMs });
        break;
      case 'healed':
        this.healedMs = fact.atMs;
        for (const injectFault of this.injections) injectFault.untilMs = Math.min(injectFault.untilMs, fact.atMs);
        this.outsideTheCore = fact.outsideTheCore;
    }
  }

  /** What a power cut undid has not happened. */
  #forgetLost({ node, file, text }: FactOf<'fileFound'>): void {
    const key = `${node} ${file}`;
    const write = this.#lastWrites.get(key);
    this.#lastWrites.delete(key);
    if (file === 'state') this.lostWriters.delete(node);
    if (write === undefined || write.fact === null || write.text === text) return;
    write.run.facts.splice(write.run.facts.lastIndexOf(write.fact), 1);
    if (file !== 'state') return;
    this.lostWriters.set(node, write.fact.what === 'generationsWritten' ? 'report' : 'record');
    this.#remember(node, this.#formerMemories.get(node) ?? null);
  }

  #remember(node: number, memory: PrimerMemory): void {
    this.#formerMemories.set(node, this.primerMemories.get(node) ?? null);
    this.primerMemories.set(node, memory);
  }

  #grant({ run, session }: { readonly run: string; readonly session: string }): Grant {
    return this.grants.findLast((grant) => grant.session === session && grant.run.run === run)!;
  }

  #refresh({ run, group }: { readonly run: string; readonly group: number }): Refresh {
    return this.refreshes.findLast((refresh) => refresh.run.run === run && refresh.group === group)!;
  }
}

function closeStop(stops: readonly Stop[], atMs: number): void {
  const last = stops.at(-1);
  if (last !== undefined && last.untilMs === null) last.untilMs = atMs;
}
