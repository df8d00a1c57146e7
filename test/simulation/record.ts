import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createRecorder, type Recorder } from '../../src/record/recorder.ts';
import type { Process } from './process.ts';

export type Record = (process: Process) => Recorder;

/** Keeps each run of a scenario as a recording that `watcher replay`, `explain` and `graph` read. */
export function recorderIn(folder: string): Record {
  mkdirSync(folder, { recursive: true });
  const fail = (line: string) => {
    throw new Error(line);
  };
  return (process) =>
    createRecorder({
      settings: { recordDir: null, record: `${folder}/${process.run}.jsonl`, recordKeep: 0, recordMaxAgeMs: 0 },
      shown: [],
      identity: {
        host: `node-${process.host.node}`,
        pid: process.host.runs,
        runId: createHash('sha256').update(process.run).digest('hex').slice(0, 16),
      },
      version: 'simulated',
      redact: (text) => text,
      note: fail,
      tell: fail,
      clocks: process.clocks,
    });
}
