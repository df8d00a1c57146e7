import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '../support/temp-folder.ts';

/** A program as somebody installed it, in a folder that has a configuration and one pod that HAProxy does not know. */
export interface Scene {
  readonly path: (file: string) => string;
  /** The words that start the program. */
  readonly words: readonly string[];
  readonly run: (...args: readonly string[]) => Result;
}

export interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `env` is all the environment that the program gets. */
export function scene(
  words: readonly string[],
  env: NodeJS.ProcessEnv,
  refresh = 'cp discovery.json primer.json',
): Scene {
  const folder = tempFolder();
  const path = (file: string) => join(folder, file);
  writeFileSync(path('primer.json'), groupOf('shop-1'));
  writeFileSync(path('discovery.json'), groupOf('shop-1', 'shop-2'));
  writeFileSync(
    path('watcher.yaml'),
    JSON.stringify({
      source: 'file',
      source_file: 'discovery.json',
      lock: 'file',
      lock_file: 'cluster.lock',
      primer_json_file: 'primer.json',
      haproxy_refresh_command: `cd ${folder} && ${refresh}`,
      haproxy_refresh_delay: '10ms',
      kill_grace: '300ms',
      handbrake_command: 'true',
      run_lock_file: 'watcher.pid',
      stat_file: 'stats.json',
      state_file: 'state.json',
      log_file: 'watcher.log',
      record_dir: 'runs',
    }),
  );
  const [program, ...first] = words;
  const run = (...args: readonly string[]): Result => {
    const { status, stdout, stderr, error } = spawnSync(program!, [...first, ...args], {
      cwd: folder,
      env,
      encoding: 'utf8',
      maxBuffer: 20_000_000,
    });
    if (error) throw error;
    return { status, stdout, stderr };
  };
  return { path, words, run };
}

function groupOf(...ids: readonly string[]): string {
  const endpoints = ids.map((id) => ({ id, fqdn: `${id}.example.net`, port: 80 }));
  return JSON.stringify({
    endpoint_sets: [{ cluster_name: 'sas', endpoint_set_id: 'shop', endpoints }],
  });
}
