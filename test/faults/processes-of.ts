import { readdirSync, readFileSync } from 'node:fs';
import { processEntry } from '../../src/host/process-table.ts';

/** The living processes that a run has started, wherever they are by now: they carry its id. */
export function processesOf(runId: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .map(Number)
    .filter(
      (pid) => (processEntry(pid)?.state ?? 'Z') !== 'Z' && environmentOf(pid).includes(`WATCHER_RUN_ID=${runId}`),
    );
}

/** Empty for a zombie, and for a process that has ended meanwhile. */
function environmentOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
