import { outcomeName } from '../../machines/outcome-name.ts';
import type { Statistics } from '../../machines/statistics.ts';
import { isBehindHangingRun, isSuccess } from '../../machines/success.ts';
import type { Holder, Outcome } from '../../machines/vocabulary.ts';
import { codeOfKind, exitCode } from '../exit-codes.ts';
import { messageOf } from '../host/file-problem.ts';
import { createHttpClients } from '../http/clients.ts';
import { createTrust } from '../http/trust.ts';
import type { Identity } from '../identity.ts';
import { inTime } from '../in-time.ts';
import { readStatistics } from '../node-files/statistics.ts';
import type { RunProgress } from '../report/run-progress.ts';
import { sentenceOf } from '../report/sentence.ts';
import type { Settings } from '../settings/settings.ts';
import type { Redact } from '../text/redact.ts';
import { VERSION } from '../version.ts';
import { writeMetrics } from './metrics-file.ts';
import { startPings } from './ping.ts';

export interface MonitorOptions {
  readonly settings: Settings;
  readonly identity: Identity;
  readonly environment: NodeJS.ProcessEnv;
  readonly redact: Redact;
  /** Hears what could not be said to those who monitor. */
  readonly note: (line: string) => void;
}

/** Says to monitoring that a run begins, and how it ended. It changes nothing about the run, and never rejects. */
export interface Monitor {
  ended(outcome: Outcome, progress: RunProgress): Promise<void>;
}

/** The metrics file and the pings of one run, as far as they are set. */
export function startMonitor({ settings, identity, environment, redact, note }: MonitorOptions): Monitor {
  const { metricsFile, reportUrl, proxyUrl, caFile, statFile } = settings;
  const startedAt = Date.now() / 1000;
  const trust = createTrust({ caFile, extraFile: environment['NODE_EXTRA_CA_CERTS'] ?? null });
  const http = createHttpClients({ proxyUrl, trust, userAgent: `watcher/${VERSION}` });
  const pings = reportUrl === null ? null : startPings({ url: reportUrl, runId: identity.runId, http, note });

  async function write(metrics: string, outcome: Outcome, progress: RunProgress): Promise<void> {
    try {
      await writeMetrics(metrics, {
        version: VERSION,
        startedAt,
        endedAt: Date.now() / 1000,
        outcome: outcomeName(outcome),
        exitCode: exitCode(outcome, false),
        isSuccess: isSuccess(outcome),
        phases: progress.phaseSeconds(),
        diff: progress.diff,
        statistics: await statisticsIn(statFile),
        runLockAge: ageOf(progress.runLockHolder),
        isRunLockOverdue: isBehindHangingRun(outcome),
      });
    } catch (error) {
      note(`metrics_file: ${messageOf(error)}`);
    }
  }

  return {
    async ended(outcome, progress) {
      const message = redact(sentenceOf(outcome, progress));
      await Promise.all([
        metricsFile === null ? null : write(metricsFile, outcome, progress),
        pings?.ended(isSuccess(outcome), {
          run: identity.runId,
          host: identity.host,
          outcome: outcomeName(outcome),
          message,
        }),
      ]);
      http.close();
    },
  };
}

/** A disk that does not answer keeps its own figures from monitoring, and nothing else. */
const STATISTICS_MS = 5_000;

async function statisticsIn(statFile: string): Promise<Statistics | null> {
  const reading = readStatistics(statFile).catch(() => null);
  const read = await inTime(STATISTICS_MS, reading, null);
  return read === null || read.isMissing ? null : read.statistics;
}

/** In seconds. Null where nobody says since when. */
function ageOf(holder: Holder | null): number | null {
  const heldForMs = holder?.heldForMs ?? null;
  return heldForMs === null ? null : heldForMs / 1000;
}

/** The metrics of a run that could not begin: its configuration forbade it, or what that names does not answer. Never rejects. */
export async function writeUsageMetrics(metricsFile: string, code: number): Promise<void> {
  const now = Date.now() / 1000;
  const outcome = code === codeOfKind('usage') ? 'usage' : 'failed/unexpected';
  const facts = { startedAt: now, endedAt: now, outcome, exitCode: code, isSuccess: false } as const;
  await writeMetrics(metricsFile, {
    ...facts,
    version: VERSION,
    phases: new Map(),
    diff: null,
    statistics: null,
    runLockAge: null,
    isRunLockOverdue: false,
  }).catch(() => {});
}
