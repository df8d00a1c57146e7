import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from './measure.ts';
import { PROGRAMS } from './place.ts';
import { primerOf } from './pods.ts';

export interface NodeOptions {
  readonly folder: string;
  readonly ypUrl: string;
  readonly sets: number;
  readonly pods: number;
  readonly knowsPods?: boolean;
  /** Further keys of the configuration. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** A balancer's folder, in which all programs of the bench find what they need. */
export interface NodeFolder {
  readonly folder: string;
  watcher(program: string, ...args: readonly string[]): Command;
  /** One of the programs that are compared with watcher. */
  other(name: 'floor.cjs' | 'plain-client.cjs' | 'script.sh'): Command;
}

const TOKEN = 'bench-token';

/** Makes the folder of a node whose discovery has these sets. */
export function makeNode({ folder, ypUrl, sets, pods, knowsPods = true, settings = {} }: NodeOptions): NodeFolder {
  mkdirSync(folder, { recursive: true });
  const path = (name: string) => join(folder, name);
  writeFileSync(path('primer.json'), primerOf(sets, pods, knowsPods));
  writeFileSync(path('token'), `${TOKEN}\n`, { mode: 0o600 });
  const config = {
    yt_proxy: 'http://127.0.0.1:9',
    yt_path: '//home/bench/watcher',
    yt_token_path: path('token'),
    yp_url: ypUrl,
    primer_json_file: 'primer.json',
    run_lock_file: 'watcher.pid',
    stat_file: 'stats.json',
    state_file: 'state.json',
    log_file: 'watcher.log',
    handbrake_command: ['test', '!', '-e', path('handbrake')],
    haproxy_refresh_command: ['true'],
    haproxy_refresh_delay: '0s',
    ...settings,
  };
  const lines = Object.entries(config).map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`);
  writeFileSync(path('watcher.yaml'), lines.join(''));
  const question = `${ypUrl}/resolve_endpoints/json`;
  return {
    folder,
    watcher: (program, ...args) => ({
      words: [process.execPath, program, ...args, '--config', 'watcher.yaml'],
      cwd: folder,
    }),
    other(name) {
      const runner = name.endsWith('.cjs') ? process.execPath : 'bash';
      return { words: [runner, join(PROGRAMS, name), question], cwd: folder };
    },
  };
}
