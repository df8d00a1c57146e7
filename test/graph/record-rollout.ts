import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { exitCode } from '../../src/exit-codes.ts';
import { createSecretFiles } from '../../src/files/secret-files.ts';
import { readStatistics } from '../../src/node-files/statistics.ts';
import { createRecorder } from '../../src/record/recorder.ts';
import { run } from '../../src/run.ts';
import { startYp } from '../../src/sandbox/stand-ins/yp.ts';
import { startYt } from '../../src/sandbox/stand-ins/yt.ts';
import { loadSettings } from '../../src/settings/load-settings.ts';
import { VERSION } from '../../src/version.ts';

export interface Recorded {
  readonly name: string;
  readonly text: string;
}

export interface Pace {
  readonly refreshDelay: string;
  readonly refreshSeconds: number;
  /** Between one node's start and the next one's, in milliseconds. */
  readonly apartMs: number;
}

const TOKEN = 'rollout-token';

/**
 * Records how three nodes learn of a new pod and refresh one after the other: real runs with the sandbox's servers, in
 * this process, so that nothing of this host gets into the recordings. `folder` is empty and stays as it is afterwards.
 */
export async function recordRollout(folder: string, pace: Pace, title = 'balancer'): Promise<readonly Recorded[]> {
  const lock = await startYt({ token: TOKEN });
  const source = await startYp();
  const shared = { ...lock.equip(folder), ...source.equip(folder) };
  try {
    source.server.set('sas', 'market-front.http', [pod(1), pod(2)]);
    const nodes = [1, 2, 3].map(async (number, index) => {
      await pause(index * pace.apartMs);
      return recordNode(folder, `${title}-${number}`, number, shared, settingsOf(pace));
    });
    return await Promise.all(nodes);
  } finally {
    await Promise.all([lock.close(), source.close()]);
  }
}

async function recordNode(
  folder: string,
  host: string,
  number: number,
  shared: Readonly<Record<string, string>>,
  written: Readonly<Record<string, string>>,
): Promise<Recorded> {
  const home = join(folder, `${number}`);
  const path = (name: string) => join(home, name);
  mkdirSync(home);
  writeFileSync(path('primer.json'), JSON.stringify(primer()));
  // Statistics that start anew are told of, with the path of their file.
  writeFileSync(path('stats.json'), JSON.stringify((await readStatistics(path('stats.json'))).statistics));
  const config = path('watcher.yaml');
  writeFileSync(config, JSON.stringify({ ...shared, ...written, ...FILES }));
  const { settings } = await loadSettings({ config, record: path('run.jsonl') }, {}, home);
  const identity = { host, pid: 4210 + number, runId: `${number}`.repeat(16) };
  // The addresses of the servers differ from one recording to the next, and mean nothing to its reader.
  const shown = Object.entries(written).map(([key, value]) => ({ key, value }));
  const clocks = { wallMs: () => Date.now(), monotonicMs: () => performance.now() };
  const note = (line: string) => {
    throw new Error(line);
  };
  const recorder = createRecorder({
    settings,
    shown,
    identity,
    version: VERSION,
    // Where it was recorded means nothing to its reader either.
    redact: (text) => text.replaceAll(home, `/var/lib/${host}`),
    note,
    tell: note,
    clocks,
  });
  const secretFiles = createSecretFiles({ allowUnsafe: false });
  const watchers = { inspect: recorder.inspect, notice() {}, note };
  const redact = (text: string) => text;
  const outcome = await run({ settings, identity, environment: {}, redact, secretFiles, watchers, onAbort() {} });
  recorder.ended(outcome, exitCode(outcome, false));
  recorder.close();
  return { name: `balancer-${number}.jsonl`, text: readFileSync(path('run.jsonl'), 'utf8') };
}

const FILES = {
  primer_json_file: 'primer.json',
  run_lock_file: 'watcher.pid',
  stat_file: 'stats.json',
  state_file: 'state.json',
  log_file: 'watcher.log',
  handbrake_command: 'true',
};

function settingsOf({ refreshDelay, refreshSeconds }: Pace): Readonly<Record<string, string>> {
  return {
    haproxy_refresh_delay: refreshDelay,
    haproxy_refresh_command: `sleep ${refreshSeconds}; echo 'HAProxy reloaded'`,
    haproxy_timeout: '1m',
  };
}

function primer() {
  return {
    endpoint_sets: [{ cluster_name: 'sas', endpoint_set_id: 'market-front.http', endpoints: [pod(1)] }],
  };
}

function pod(number: number) {
  return {
    id: `front-${number}`,
    fqdn: `front-${number}.sas.example.net`,
    ip6_address: `2001:db8::${number}`,
    port: 80,
  };
}
