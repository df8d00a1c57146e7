import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { findProgram } from '../real/find-program.ts';
import { podsAtFirst, type ServeOptions, serve } from '../serve.ts';
import { type Played, surprisesIn } from './judge.ts';
import { openLiveView } from './live-view.ts';
import { createPaint } from './paint.ts';
import { openPlainView } from './plain-view.ts';
import { createPlayground } from './playground.ts';
import { prepareHaproxy } from './real-haproxy.ts';
import { runScene, type SceneOptions } from './run-scene.ts';
import { nodes, scenes } from './scenes.ts';
import { describeTraffic, failuresOf, NO_TRAFFIC } from './traffic-words.ts';
import type { Stdout, View } from './view.ts';
import { announce, conclude, describeKept, introduce } from './words.ts';

export interface DemoOptions extends Pick<ServeOptions, 'lock' | 'source'> {
  /** Leaves the folder with all files behind. */
  readonly keep: boolean;
  /** Uses a real HAProxy on each node where it is installed, and traffic through it. */
  readonly real: boolean;
  /** The built watcher. */
  readonly program: string;
  readonly stdout: Stdout;
  /** Where `TERM` and `NO_COLOR` are; the watchers get it too. */
  readonly environment: NodeJS.ProcessEnv;
  /** Ends the demo where it is. */
  readonly stop: AbortSignal;
}

/** How long a heading stays alone on a terminal, to be read. */
const READING_MS = 1_000;

/**
 * Plays all scenes. Returns the exit code: 0, or 1 when it was stopped or anything was not as it should be; in that case
 * the folder is kept for whoever looks for the reason.
 */
export async function runDemo(options: DemoOptions): Promise<number> {
  const { keep, real, program, stdout, environment, stop, lock = 'yt', source = 'yp' } = options;
  if (!existsSync(program)) throw new Error(`${program} is not there: build it with npm run build`);
  const view = openView(stdout, environment);
  const sandbox = await serve({ lock, source, print: () => {} });
  const found = real ? findProgram('haproxy', environment['PATH']) : null;
  const groups = sandbox.primerOf(podsAtFirst);
  const haproxy = found === null ? null : prepareHaproxy({ program: found, groups, environment });
  const all = { name: 'watcher-demo-', sandbox, program, nodes, primer: podsAtFirst, detailedExitcode: true };
  const playground = createPlayground({
    ...all,
    ...(haproxy && { reloadScript: haproxy.reloadScript, settings: haproxy.settings }),
  });
  let isKept = keep;
  try {
    introduce(view, { playground, sandbox, keep, balancing: real ? (haproxy?.name ?? 'none') : null });
    await haproxy?.start(playground.folder, nodes);
    const traffic = haproxy?.traffic ?? NO_TRAFFIC;
    const played = await play({ playground, view, beganMs: Date.now(), environment, stop, traffic });
    if (stop.aborted) {
      view.print('Stopped.');
      return 1;
    }
    await haproxy?.rest();
    const surprises = [...surprisesIn(played, playground.reloads()), ...failuresOf(traffic)];
    isKept ||= surprises.length > 0;
    conclude(view, played, surprises, traffic);
    return surprises.length > 0 ? 1 : 0;
  } finally {
    view.close();
    await haproxy?.close();
    if (isKept) describeKept(view, playground, sandbox);
    else playground.remove();
    await sandbox.close();
  }
}

function openView(stdout: Stdout, environment: NodeJS.ProcessEnv): View {
  const isLive = stdout.isTTY === true && environment['TERM'] !== 'dumb';
  return isLive ? openLiveView(stdout, createPaint(!environment['NO_COLOR'])) : openPlainView(stdout);
}

/** The scenes in their order, up to where it is stopped. */
async function play(options: SceneOptions): Promise<readonly Played[]> {
  const { playground, view, stop } = options;
  const played: Played[] = [];
  for (const [index, scene] of scenes.entries()) {
    announce(view, index + 1, scene);
    if (view.isLive) await setTimeout(READING_MS, undefined, { signal: stop }).catch(() => {});
    if (stop.aborted) break;
    await scene.prepare(playground);
    played.push({ scene, performances: await runScene(scene, options) });
    if (options.traffic.size > 0) view.print(describeTraffic(options.traffic), 'faint');
    view.print();
    if (stop.aborted) break;
  }
  return played;
}
