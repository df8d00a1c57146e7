import { type GoodName, type OutcomeName, outcomeName } from '../machines/outcome-name.ts';
import { ABORT_SIGNALS, type AbortSignalName, type FailureKind, type Outcome } from '../machines/vocabulary.ts';
import { Problem } from './problem.ts';

/** Their numbers on Linux. The page that plays recordings has no operating system to ask. */
const SIGNAL_NUMBERS: Readonly<Record<AbortSignalName, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGABRT: 6,
  SIGUSR1: 10,
  SIGUSR2: 12,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGSTKFLT: 16,
  SIGXCPU: 24,
  SIGVTALRM: 26,
  SIGPROF: 27,
  SIGIO: 29,
  SIGPWR: 30,
};

export interface ExitCode {
  readonly code: number;
  /** The outcomes that end with this code; none for what is wrong before a run. */
  readonly when: readonly OutcomeName[];
  readonly sentence: string;
}

const GOOD: Record<GoodName, number> = {
  refreshed: 10,
  unchanged: 11,
  wouldRefresh: 12,
  'skipped/runLockHeld': 13,
  'skipped/handbrakeEngaged': 14,
  'skipped/orphanRefresh': 15,
  'skipped/refreshedRecently': 16,
};

/** What goes wrong, by the kind of the error that says so. `usage` is a mistake in flags, environment or configuration file. */
const BY_KIND: Record<FailureKind | 'usage', number> = {
  runLockBroken: 1,
  primerUnreadable: 1,
  lockUnavailable: 1,
  lockDenied: 1,
  statisticsUnwritable: 1,
  stateUnreadable: 1,
  aborted: 1,
  unexpected: 1,
  usage: 2,
  lockTimeout: 3,
  discoveryUntrusted: 4,
  shrunkTooMuch: 4,
  refreshFailed: 5,
  refreshLeftOthers: 5,
  refreshTimeout: 5,
  refreshNotStarted: 5,
  refreshIneffective: 5,
  lockLost: 6,
  handbrakeBroken: 7,
  brakeEngaged: 8,
};

const ABORTED = Object.fromEntries(
  ABORT_SIGNALS.map((name) => [`aborted/${name}`, codeOfSignal(name)] as const),
) as Record<`aborted/${AbortSignalName}`, number>;

const { usage: USAGE, ...FAILED } = BY_KIND;

const BAD = {
  ...Object.fromEntries(Object.entries(FAILED).map(([kind, code]) => [`failed/${kind}`, code])),
  ...ABORTED,
} as Record<Exclude<OutcomeName, GoodName>, number>;

const SENTENCES: readonly (readonly [code: number, sentence: string])[] = [
  [0, 'The run ended well, or had a good reason to do nothing.'],
  [1, 'The run failed in a way that has no code of its own.'],
  [USAGE, 'The flags, the environment or the configuration file are wrong; nothing was done.'],
  [3, '`haproxy_timeout` was over before the refresh could start.'],
  [4, 'Service discovery data could not be trusted; HAProxy was not touched.'],
  [5, 'The refresh command failed, left processes behind, took too long, could not be started, or had no effect.'],
  [6, 'The cluster lock was lost before the run released it.'],
  [7, 'The handbrake command answered neither 0 nor 1.'],
  [8, 'The cluster’s brake is on: the refresh for the same changes failed before; HAProxy was not touched.'],
  [10, 'HAProxy was refreshed (only with `--detailed_exitcode`).'],
  [11, 'There was no reason to refresh (only with `--detailed_exitcode`).'],
  [12, 'A dry run found a reason to refresh (only with `--detailed_exitcode`).'],
  [13, 'Another watcher runs on this node (only with `--detailed_exitcode`).'],
  [14, 'The handbrake is engaged (only with `--detailed_exitcode`).'],
  [15, 'The refresh command of an earlier, killed run is still alive (only with `--detailed_exitcode`).'],
  [16, 'The last refresh of this node is younger than `min_refresh_interval` (only with `--detailed_exitcode`).'],
  ...ABORT_SIGNALS.map((name) => [codeOfSignal(name), `${name} stopped the run.`] as const),
];

/** The one table of exit codes, ascending; every table in the docs comes from it. */
export const EXIT_CODES: readonly ExitCode[] = exitCodes();

/** The code a run exits with. `detailed` gives each good outcome its own; without it all of them are 0. */
export function exitCode(outcome: Outcome, detailed: boolean): number {
  const name = outcomeName(outcome);
  if (!isGood(name)) return BAD[name];
  return detailed ? GOOD[name] : 0;
}

/** The code of whatever ends a command, by the kind that the error names; that of a bug for what names none. */
export function codeOfProblem(error: unknown): number {
  const isKnown = error instanceof Problem && Object.hasOwn(BY_KIND, error.kind);
  return codeOfKind(isKnown ? (error.kind as keyof typeof BY_KIND) : 'unexpected');
}

export function codeOfKind(kind: keyof typeof BY_KIND): number {
  return BY_KIND[kind];
}

/** As a shell would have it, had the signal ended the process. */
export function codeOfSignal(name: AbortSignalName): number {
  return 128 + SIGNAL_NUMBERS[name];
}

/** The table in Markdown. The codes of signals, which all mean the same, share a row. */
export function exitCodesTable(): string {
  const [signals, others] = [EXIT_CODES.filter(isOfSignal), EXIT_CODES.filter((row) => !isOfSignal(row))];
  const rows = others.map(({ code, when, sentence }) => {
    const names = when.map((name) => `\`${name}\``).join(', ');
    return `| ${code} | ${names || 'before the run'} | ${sentence} |`;
  });
  const names = signals.map(({ code, when: [name] }) => `\`${name}\` (${code})`).join(', ');
  const stopped = `| 128 + n | ${names} | A signal stopped the run; n is its number. |`;
  return ['| code | outcome | meaning |', '|---|---|---|', ...rows, stopped].join('\n');
}

function isOfSignal({ code }: ExitCode): boolean {
  return code > 128;
}

function isGood(name: OutcomeName): name is GoodName {
  return Object.hasOwn(GOOD, name);
}

function exitCodes(): ExitCode[] {
  const when = new Map(SENTENCES.map(([code]) => [code, [] as OutcomeName[]]));
  for (const [name, code] of Object.entries({ ...GOOD, ...BAD }) as [OutcomeName, number][]) {
    when.get(code)!.push(name);
    if (isGood(name)) when.get(0)!.push(name);
  }
  return SENTENCES.map(([code, sentence]) => ({ code, when: when.get(code)!, sentence }));
}
