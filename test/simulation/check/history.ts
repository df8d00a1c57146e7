/**
 * What the checkers know: everything that happened so far, sorted by who it happened to. It is made of facts only, and
 * shares no code with the machines or with the world that the facts come from.
 */
import type { Outcome } from '../../../machines/vocabulary.ts';
import type { Fact, Freed } from '../facts.ts';
import type { Scenario } from '../scenario.ts';

type FactOf<What extends Fact['what']> = Extract<Fact, { what: What }>;

export interface Stop {
  readonly sinceMs: number;
  untilMs: number | null;
}

export interface Run {
  readonly run: string;
  readonly node: number;
  readonly forceRun: boolean;
  readonly dryRun: boolean;
  readonly startedMs: number;
  /** Everything that happened to this run, oldest first. */
  readonly facts: Fact[];
  readonly stops: Stop[];
  /** When it ended or was killed; null while it lives. */
  overMs: number | null;
  killedMs: number | null;
  outcome: Outcome | null;
}

/** The command of one run, for as long as a process of its group lives. */
export interface Refresh {
  readonly run: Run;
  readonly group: number;
  readonly startedMs: number;
  readonly isUnkillable: boolean;
  code: number | null;
  goneMs: number | null;
}

/** The lock in the hands of one run, as the lock service sees it. */
export interface Grant {
  readonly run: Run;
  readonly session: string;
  readonly grantedMs: number;
  /** Until then the service has promised to keep it. */
  keptUntilMs: number | null;
  freedMs: number | null;
  why: Freed | null;
}

export class History {
  readonly scenario: Scenario;
  readonly runs = new Map<string, Run>();
  readonly refreshes: Refresh[] = [];
  readonly grants: Grant[] = [];
  readonly hostStops = new Map<number, Stop[]>();
  readonly strikes: FactOf<'struck'>[] = [];
  healedMs: number | null = null;
  nowMs = 0;

  constructor(scenario: Scenario) {
    this.scenario = scenario;
  }

  run(name: string): Run {
    return this.runs.get(name)!;
  }

  refreshesNow(): Refresh[] {
    return this.refreshes.filter(({ goneMs }) => goneMs === null);
  }

  grantOf(run: Run): Grant | undefined {
    return this.grants.findLast((grant) => grant.run === run);
  }

  see(fact: Fact): void {
    this.nowMs = fact.atMs;
    if (fact.what === 'runStarted') {
      const { run, node, forceRun, dryRun, atMs } = fact;
      const fresh = { run, node, forceRun, dryRun, startedMs: atMs, overMs: null, killedMs: null, outcome: null };
      this.runs.set(run, { ...fresh, facts: [], stops: [] });
    }
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
      case 'hostStopped':
        this.hostStops.set(fact.node, [
          ...(this.hostStops.get(fact.node) ?? []),
          { sinceMs: fact.atMs, untilMs: null },
        ]);
        break;
      case 'hostWentOn':
      case 'hostRebooted':
        closeStop(this.hostStops.get(fact.node) ?? [], fact.atMs);
        break;
      case 'lockGranted':
        this.grants.push({
          run: this.run(fact.run),
          session: fact.session,
          grantedMs: fact.atMs,
          keptUntilMs: null,
          freedMs: null,
          why: null,
        });
        break;
      case 'lockKept':
        this.#grant(fact.session).keptUntilMs = fact.untilMs;
        break;
      case 'lockFreed': {
        const grant = this.#grant(fact.session);
        grant.freedMs = fact.atMs;
        grant.why = fact.why;
        break;
      }
      case 'refreshStarted': {
        const { atMs: startedMs, group, isUnkillable } = fact;
        const run = this.run(fact.run);
        this.refreshes.push({ run, group, startedMs, isUnkillable, code: null, goneMs: null });
        break;
      }
      case 'refreshExited':
        this.#refresh(fact).code = fact.code;
        break;
      case 'refreshGone':
        this.#refresh(fact).goneMs = fact.atMs;
        break;
      case 'struck':
        this.strikes.push(fact);
        break;
      case 'healed':
        this.healedMs = fact.atMs;
    }
  }

  #grant(session: string): Grant {
    return this.grants.findLast((grant) => grant.session === session)!;
  }

  #refresh({ run, group }: { readonly run: string; readonly group: number }): Refresh {
    return this.refreshes.findLast((refresh) => refresh.run.run === run && refresh.group === group)!;
  }
}

function closeStop(stops: readonly Stop[], atMs: number): void {
  const last = stops.at(-1);
  if (last !== undefined && last.untilMs === null) last.untilMs = atMs;
}
