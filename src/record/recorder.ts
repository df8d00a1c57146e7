import { join } from 'node:path';
import type { InspectionEvent } from 'xstate';
import type { Outcome } from '../../machines/vocabulary.ts';
import { makeFolder } from '../files/make-folder.ts';
import { describeErrno, messageOf } from '../host/file-problem.ts';
import type { Identity } from '../identity.ts';
import type { Settings } from '../settings/settings.ts';
import type { Redact } from '../text/redact.ts';
import { createEventLines, type Fields } from './event-lines.ts';
import { machineFingerprint } from './fingerprint.ts';
import { FILE_SIZE_MAX, FORMAT } from './format.ts';
import { createRecordingFile, type RecordingFile } from './recording-file.ts';
import { recordingName } from './recording-name.ts';
import { removeOldRecordings } from './retention.ts';
import { shortenText } from './shorten.ts';
import { withoutSecrets } from './without-secrets.ts';

export interface RecorderOptions {
  readonly settings: Pick<Settings, 'recordDir' | 'record' | 'recordKeep' | 'recordMaxAgeMs'>;
  /** The effective settings as `watcher config` shows them. */
  readonly shown: readonly { readonly key: string; readonly value: string }[];
  readonly identity: Identity;
  readonly version: string;
  /** Applied to every text that is recorded. */
  readonly redact: Redact;
  /** Told what is wrong with the recordings of each run, one line each. */
  readonly note: (line: string) => void;
  /** The same of the one recording that whoever started this run has asked for. */
  readonly tell: (line: string) => void;
  readonly clocks: { wallMs(): number; monotonicMs(): number };
}

/** Keeps one run as a file. It listens and never drives; none of its methods throws, whatever becomes of the file. */
export interface Recorder {
  /** For the `inspect` option of the run's actor. */
  readonly inspect: (event: InspectionEvent) => void;
  /** The run is over: nothing is recorded after it. */
  readonly ended: (outcome: Outcome, exitCode: number) => void;
  /** Lets go of the files. */
  readonly close: () => void;
}

/** Begins the recordings that the settings ask for, and removes old ones from `record_dir`. */
export function createRecorder(options: RecorderOptions): Recorder {
  const { settings, shown, identity, version, redact, note, tell, clocks } = options;
  const startedAtMs = clocks.wallMs();
  const beganAt = clocks.monotonicMs();
  const nowMs = () => Math.floor(clocks.monotonicMs() - beganAt);
  const clean = (value: unknown) => withoutSecrets(value, (text) => shortenText(redact(text)));
  const files = [
    ...(settings.recordDir === null ? [] : beginIn(settings.recordDir)),
    ...(settings.record === null ? [] : begin(settings.record, tell)),
  ];
  if (files.length === 0) return { inspect() {}, ended() {}, close() {} };

  let fault: string | null = null;
  let events = 0;
  const write = (fields: Fields) => {
    for (const file of files) file.append(fields);
  };
  const keepLine = (fields: Fields) => {
    write(fields);
    events += 1;
  };
  // The second half of what a reader takes is left to what decides the run.
  const isFull = () => files.some(({ length }) => length > FILE_SIZE_MAX / 2);
  const lines = createEventLines(nowMs, clean, keepLine, isFull);
  safely(() => {
    write({
      format: FORMAT,
      watcher: version,
      machine: machineFingerprint(),
      run_id: identity.runId,
      host: redact(identity.host),
      pid: identity.pid,
      started_at: new Date(startedAtMs).toISOString(),
      settings: clean(Object.fromEntries(shown.map(({ key, value }) => [key, value]))),
    });
  })();

  return {
    inspect: safely(lines.inspect),
    ended(outcome, exitCode) {
      safely(lines.flush)();
      const end = { at: nowMs(), outcome: clean(outcome), exit_code: exitCode, events };
      for (const file of files) file.close(fault === null ? end : { ...end, incomplete: fault });
    },
    close() {
      for (const file of files) file.close(null);
    },
  };

  /** A recorder that broke says so once and is silent: with lines missing in its middle it would show another run. */
  function safely<T extends unknown[]>(record: (...args: T) => void): (...args: T) => void {
    return (...args) => {
      if (fault !== null) return;
      try {
        record(...args);
      } catch (error) {
        fault = messageOf(error);
        note(`the recording ends here: ${fault}`);
      }
    };
  }

  function beginIn(folder: string): RecordingFile[] {
    const name = recordingName(startedAtMs, identity.runId);
    const retention = { keep: settings.recordKeep, maxAgeMs: settings.recordMaxAgeMs };
    try {
      makeFolder(folder, 0o700);
    } catch (error) {
      note(`the folder ${folder} cannot be made: ${describeErrno(error)}; the run is not recorded there`);
      return [];
    }
    const begun = begin(join(folder, name), note);
    const problem = begun.length === 0 ? null : removeOldRecordings(folder, name, retention, startedAtMs);
    if (problem !== null) note(problem);
    return begun;
  }

  function begin(path: string, complain: (line: string) => void): RecordingFile[] {
    try {
      return [createRecordingFile(path, complain)];
    } catch (error) {
      complain(`the recording ${path} cannot be begun: ${describeErrno(error)}; the run goes on without it`);
      return [];
    }
  }
}
