import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { exitCode } from '../../src/exit-codes.ts';
import { createSecretFiles } from '../../src/files/secret-files.ts';
import { readStatistics } from '../../src/node-files/statistics.ts';
import { createRecorder } from '../../src/record/recorder.ts';
import { run } from '../../src/run.ts';
import { startYpServer } from '../../src/sandbox/yp/server.ts';
import { startYtProxy } from '../../src/sandbox/yt/server.ts';
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
  const yt = await startYtProxy({ tokens: { [TOKEN]: 'robot-watcher' } });
  const yp = await startYpServer();
  try {
    yp.set('sas', 'market-front.http', [pod(1), pod(2)]);
    const nodes = [1, 2, 3].map(async (number, index) => {
      await pause(index * pace.apartMs);
      return recordNode(folder, `${title}-${number}`, number, {
        yt_proxy: yt.url,
        yp_url: yp.url,
        ...settingsOf(pace),
      });
    });
    return await Promise.all(nodes);
  } finally {
    await Promise.all([yt.close(), yp.close()]);
  }
}

async function recordNode(
  folder: string,
  host: string,
  number: number,
  written: Readonly<Record<string, string>>,
): Promise<Recorded> {
  const home = join(folder, `${number}`);
  const path = (name: string) => join(home, name);
  mkdirSync(home);
  writeFileSync(path('token'), TOKEN, { mode: 0o600 });
  writeFileSync(path('primer.json'), JSON.stringify(primer()));
  // Statistics that start anew are told of, with the path of their file.
  writeFileSync(path('stats.json'), JSON.stringify((await readStatistics(path('stats.json'))).statistics));
  const config = path('watcher.yaml');
  writeFileSync(config, JSON.stringify({ ...written, ...FILES }));
  const { settings } = await loadSettings({ config, record: path('run.jsonl') }, {}, home);
  const identity = { host, pid: 4210 + number, runId: `${number}`.repeat(16) };
  const shown = Object.entries(settingsShown(written)).map(([key, value]) => ({ key, value }));
  const clocks = { wallMs: () => Date.now(), monotonicMs: () => performance.now() };
  const note = (line: string) => {
    throw new Error(line);
  };
  const recorder = createRecorder({
    settings,
    shown,
    identity,
    version: VERSION,
    redact: (text) => text,
    note,
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
  yt_token_path: 'token',
  yt_path: '//home/balancers/watcher',
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

/** Addresses differ from one recording to the next, and tell nobody anything. */
function settingsShown({ yt_proxy: _, yp_url: __, ...others }: Readonly<Record<string, string>>) {
  return others;
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
