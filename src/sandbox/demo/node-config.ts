import { join } from 'node:path';
import type { NodeSettings } from '../stand-ins/stand-in.ts';

export interface NodeConfigOptions {
  readonly node: string;
  /** The playground's folder. */
  readonly folder: string;
  /** How the sandbox's servers are used. */
  readonly shared: NodeSettings;
  readonly detailedExitcode: boolean;
}

/** The watcher.yaml of one node. Commands start in the root folder, so their paths are absolute. */
export function nodeConfig({ node, folder, shared, detailedExitcode }: NodeConfigOptions): string {
  return `# The sandbox's servers
${lines(shared)}
# This node
primer_json_file: yp.json
run_lock_file: watcher.pid
stat_file: stats.json
state_file: state.json
log_file: watcher.log
log_level: DEBUG
handbrake_command: ${words('test', '!', '-e', join(folder, 'handbrake'))}
haproxy_refresh_command: ${words('sh', join(folder, 'reload-haproxy.sh'), node)}
# In less of a hurry, use the defaults
haproxy_refresh_delay: 1s
haproxy_timeout: 5m
lock_lease: 30s
kill_grace: 500ms
detailed_exitcode: ${detailedExitcode}
`;
}

function lines(settings: NodeSettings): string {
  return Object.entries(settings)
    .map(([key, value]) => `${key}: ${/^[\w./:-]+$/.test(value) ? value : JSON.stringify(value)}`)
    .join('\n');
}

/** A list of words, which no shell takes apart, whatever is in them; JSON is YAML. */
function words(...all: readonly string[]): string {
  return `[${all.map((word) => JSON.stringify(word)).join(', ')}]`;
}
