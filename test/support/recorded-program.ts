import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installedProgram } from './built-program.ts';

/** The built program in a folder where a run needs no server: file source, file lock, everything in place. */
export interface RecordedProgram {
  readonly folder: string;
  readonly file: string;
  path(name: string): string;
  read(name: string): string;
  /** A run, to its end, with these flags besides. */
  run(flags: readonly string[], wrapper?: readonly string[]): Finished;
  /** A run that goes on. */
  start(flags: readonly string[], wrapper?: readonly string[]): ReturnType<typeof spawn>;
  /** Another command: `replay`, `explain`. */
  call(...words: readonly string[]): Finished;
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function recordedProgram(folder: string): RecordedProgram {
  const file = installedProgram();
  const path = (name: string) => join(folder, name);
  writeSets(path('primer.json'), 1);
  writeSets(path('discovery.json'), 2);
  const flagsOf = (more: readonly string[]) => [
    ...['--source=file', `--source_file=${path('discovery.json')}`, `--primer_json_file=${path('primer.json')}`],
    ...['--lock=file', `--lock_file=${path('cluster.lock')}`, `--run_lock_file=${path('run.pid')}`],
    ...[`--stat_file=${path('statistics.json')}`, `--state_file=${path('state.json')}`, `--log_file=${path('log')}`],
    ...['--handbrake_command=true', '--haproxy_refresh_command=echo reloaded', '--haproxy_refresh_delay=20ms'],
    ...['--kill_grace=300ms', ...more],
  ];
  const options = { cwd: folder, env: { PATH: process.env['PATH'] } };
  const finish = (words: readonly string[]): Finished => {
    const { status, stdout, stderr } = spawnSync(words[0]!, words.slice(1), { ...options, encoding: 'utf8' });
    return { code: status, stdout, stderr };
  };
  return {
    folder,
    file,
    path,
    read: (name) => readFileSync(path(name), 'utf8'),
    run: (flags, wrapper = []) => finish([...wrapper, process.execPath, file, ...flagsOf(flags)]),
    start(flags, wrapper = []) {
      const [program, ...words] = [...wrapper, process.execPath, file, ...flagsOf(flags)];
      return spawn(program!, words, { ...options, stdio: 'ignore' });
    },
    call: (...words) => finish([process.execPath, file, ...words]),
  };
}

/** One endpoint set with this many pods. */
export function writeSets(path: string, pods: number): void {
  const endpoints = Array.from({ length: pods }, (_, index) => ({
    id: `front-${index}`,
    fqdn: `front-${index}.sas.example`,
    port: 80,
  }));
  writeFileSync(
    path,
    JSON.stringify({ endpoint_sets: [{ cluster_name: 'sas', endpoint_set_id: 'front', endpoints }] }),
  );
}
