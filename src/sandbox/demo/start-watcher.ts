import { spawn } from 'node:child_process';
import { watcherArguments } from './playground.ts';

/** How a watcher's process ended. */
export interface WatcherEnd {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stderr: string;
}

export interface RunningWatcher {
  readonly node: string;
  readonly pid: number;
  readonly ended: Promise<WatcherEnd>;
}

export interface WatcherStart {
  readonly node: string;
  readonly flags: readonly string[];
  /** The playground's folder. */
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Stops it, as Ctrl-C does. */
  readonly stop: AbortSignal;
}

/** A watcher that does not stop by itself after this long is not worth waiting for. */
const PATIENCE_MS = 10_000;

/** Starts the watcher of one node as cron would: nobody looks at it, and its two streams should stay empty. */
export function startWatcher({ node, flags, folder, environment, stop }: WatcherStart): RunningWatcher {
  const child = spawn(process.execPath, [...watcherArguments(node, flags)], {
    cwd: folder,
    env: withoutSettings(environment),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<WatcherEnd>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stderr }));
  });

  const stopIt = () => {
    child.kill('SIGINT');
    const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
    child.once('close', () => clearTimeout(timer));
  };
  stop.addEventListener('abort', stopIt);
  child.once('close', () => stop.removeEventListener('abort', stopIt));
  return { node, pid: child.pid ?? 0, ended };
}

/** Whoever tries the demo may have settings for a real node in the environment, and they would win over the demo's. */
function withoutSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('WATCHER_')));
}
