import { isDryRun } from '../../machines/run-judgements.ts';
import { REPORT_TIMEOUT_MS } from '../../machines/time-limits.ts';
import type { AbortSignalName, Outcome } from '../../machines/vocabulary.ts';
import type { Flags } from '../config/sources.ts';
import { codeOfProblem, exitCode } from '../exit-codes.ts';
import { mustAnswer, withPatience } from '../files/patience.ts';
import { createSecretFiles } from '../files/secret-files.ts';
import { workingFolder } from '../host/working-folder.ts';
import { newIdentity } from '../identity.ts';
import { LOCKS } from '../locks/index.ts';
import type { Monitor, MonitorOptions } from '../monitoring/monitor.ts';
import type { Recorder, RecorderOptions } from '../record/recorder.ts';
import { publishProgress } from '../report/publish-progress.ts';
import { createReporter } from '../report/reporter.ts';
import { run } from '../run.ts';
import { keepSecrets } from '../secrets.ts';
import { findSettings } from '../settings/find-settings.ts';
import { loadSettings } from '../settings/load-settings.ts';
import { onStopSignal } from '../stop-signals.ts';
import type { Redact } from '../text/redact.ts';
import { describeFault, onUncaught } from '../uncaught.ts';
import { VERSION } from '../version.ts';

/** For a run that was stopped by a fault of its own: how long it has to give back what it took, besides `kill_grace`. */
const GIVING_BACK_MS = 30_000;

/** `watcher`: one run. Returns the exit code. Throws `ConfigError` before anything was touched. */
export async function runOnce(flags: Flags): Promise<number> {
  const load = () => loadSettings(flags, process.env, workingFolder());
  // Without an end to its patience a run would wait unseen for a disk that does not answer, and so would each one after it.
  const { settings, values, warnings } = await withPatience({ ms: REPORT_TIMEOUT_MS, oneByOne: true }, () =>
    load().catch(async (error) => {
      await countUsage(flags, codeOfProblem(error)).catch(() => {});
      throw error;
    }),
  );
  const identity = newIdentity();
  const secretFiles = createSecretFiles({ allowUnsafe: settings.allowUnsafeFiles });
  const { redact, lookAgain } = await keepSecrets(settings, secretFiles);
  const cleanOutput: Redact = (text, from) => {
    lookAgain();
    return redact(text, from);
  };
  const clocks = { wallMs: () => Date.now(), monotonicMs: () => performance.now() };
  const { runLockFile } = settings;
  const publisher = publishProgress({ runLockFile, runId: identity.runId, wallMs: clocks.wallMs });
  const reporter = createReporter({
    runId: identity.runId,
    logFile: settings.logFile,
    logLevel: settings.logLevel,
    logFormat: settings.logFormat,
    stderr: process.stderr,
    environment: process.env,
    redact,
    facts: {
      version: VERSION,
      pid: String(process.pid),
      source: settings.source,
      lock: LOCKS[settings.lock].describe(settings),
    },
    changed: publisher.changed,
    clocks,
  });
  warnings.forEach(reporter.note);
  const recorder = await openRecorder({
    settings,
    shown: values,
    identity,
    version: VERSION,
    redact,
    note: reporter.note,
    tell: reporter.tell,
    clocks,
  });
  const monitor = await openMonitor({ settings, identity, environment: process.env, redact, note: reporter.note });
  let fault: unknown = null;
  const stopAtFault = (abort: (signal: AbortSignalName) => void) =>
    onUncaught((error) => {
      reporter.fault(error);
      if (fault !== null) return;
      fault = error;
      setTimeout(() => process.exit(codeOfProblem(error)), settings.killGraceMs + GIVING_BACK_MS).unref();
      abort('SIGABRT');
    });
  try {
    const outcome = await run({
      settings,
      identity,
      environment: process.env,
      redact: cleanOutput,
      secretFiles,
      watchers: {
        ...reporter,
        inspect(event) {
          lookAgain();
          recorder.inspect(event);
          reporter.inspect(event);
        },
      },
      onAbort(abort) {
        onStopSignal(abort);
        stopAtFault(abort);
      },
    }).finally(publisher.ended);
    recorder.ended(outcome, exitCode(outcome, settings.detailedExitcode));
    const final = fault === null ? outcome : endedByFault(fault);
    reporter.ended(final);
    await monitor.ended(final, reporter.progress);
    return exitCode(final, settings.detailedExitcode);
  } finally {
    recorder.close();
    reporter.close();
  }
}

const NO_RECORDER: Recorder = { inspect() {}, ended() {}, close() {} };

/** The recorder is loaded where a recording is asked for. */
async function openRecorder(options: RecorderOptions): Promise<Recorder> {
  const { recordDir, record } = options.settings;
  if (recordDir === null && record === null) return NO_RECORDER;
  const { createRecorder } = await import('../record/recorder.ts');
  return createRecorder(options);
}

const NO_MONITOR: Monitor = { ended: async () => {} };

/** A dry run is somebody's look, with a handbrake of its own perhaps: it says nothing of what the node's own runs do. */
async function openMonitor(options: MonitorOptions): Promise<Monitor> {
  const { metricsFile, reportUrl } = options.settings;
  if ((metricsFile === null && reportUrl === null) || isDryRun(options.settings)) return NO_MONITOR;
  const { startMonitor } = await import('../monitoring/monitor.ts');
  return startMonitor(options);
}

/** A configuration that is wrong keeps a node from being refreshed: whoever reads the metrics must see that. */
async function countUsage(flags: Flags, code: number): Promise<void> {
  const { settings } = await findSettings(['metricsFile'], flags, process.env, workingFolder());
  if (settings.metricsFile === null || (await wantsDryRun(flags))) return;
  await mustAnswer(settings.metricsFile);
  const { writeUsageMetrics } = await import('../monitoring/monitor.ts');
  await writeUsageMetrics(settings.metricsFile, code);
}

/** As far as that can be read, whatever else is wrong. */
async function wantsDryRun(flags: Flags): Promise<boolean> {
  const isSet = (field: 'dryRun' | 'forceRun') =>
    findSettings([field], flags, process.env, workingFolder()).then(
      ({ settings }) => settings[field],
      () => false,
    );
  return isDryRun({ dryRun: await isSet('dryRun'), forceRun: await isSet('forceRun') });
}

/** To the machine it is a stop like any other: everything is given back. To people it is a bug. */
function endedByFault(error: unknown): Outcome {
  return { kind: 'failed', failure: { kind: 'unexpected', message: `the run was stopped by ${describeFault(error)}` } };
}
