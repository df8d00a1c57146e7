import { join } from 'node:path';
import { followLog } from './log-tail.ts';
import { beginProgress, type NodeStory } from './node-story.ts';
import type { Playground } from './playground.ts';
import type { Scene } from './scenes.ts';
import { startWatcher, type WatcherEnd } from './start-watcher.ts';
import type { AllTraffic } from './traffic-words.ts';
import type { Stage, View } from './view.ts';

export interface SceneOptions {
  readonly playground: Playground;
  readonly view: View;
  /** When the demo began. */
  readonly beganMs: number;
  readonly environment: NodeJS.ProcessEnv;
  readonly stop: AbortSignal;
  readonly traffic: AllTraffic;
}

/** One node's run in a scene. */
export interface Performance {
  readonly story: NodeStory;
  readonly end: WatcherEnd;
}

const LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 80;

/** Starts the watchers of a scene all at once, and shows what they do until the last has ended. */
export async function runScene(scene: Scene, options: SceneOptions): Promise<readonly Performance[]> {
  const { playground, view, beganMs, environment } = options;
  const fromMs = Date.now();
  const stop = AbortSignal.any([options.stop, AbortSignal.timeout(LIMIT_MS)]);
  const logs = scene.nodes.map((node) => followLog(join(playground.folder, node, 'watcher.log')));
  const watchers = scene.nodes.map((node) =>
    startWatcher({ node, flags: scene.flags, folder: playground.folder, environment, stop }),
  );
  const nodeOf = (pid: number) => watchers.find((watcher) => watcher.pid === pid)?.node ?? null;
  const stories = scene.nodes.map((node) => beginProgress(node, fromMs, nodeOf));
  const hasTimeline = scene.expected.kind === 'refreshed';
  const stage: Stage = { stories, fromMs, hasTimeline, traffic: options.traffic };

  function look() {
    const heard = stories.flatMap((story, index) => logs[index]!().map((line) => ({ story, line })));
    for (const { story, line } of heard.sort((one, other) => one.line.atMs - other.line.atMs)) {
      const news = story.hear(line);
      if (news !== null) view.tell(story.node, line.atMs - beganMs, news);
    }
    view.draw(stage, Date.now());
  }

  const looking = setInterval(look, LOOK_EVERY_MS);
  try {
    const ends = await Promise.all(watchers.map(({ ended }) => ended));
    return stories.map((story, index) => ({ story, end: ends[index]! }));
  } finally {
    clearInterval(looking);
    look();
    view.settle();
  }
}
