import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPlayground, watcherArguments } from './demo/playground.ts';
import { podsAtFirst, type ServeOptions, serve } from './serve.ts';

export interface ServeCommandOptions extends ServeOptions {
  /** The built watcher. */
  readonly program: string;
  readonly stop: AbortSignal;
}

const node = 'balancer-1';

/** Runs the servers until it is stopped, beside a balancer node that is ready to be used with them. */
export async function serveUntilStopped({ program, stop, ...options }: ServeCommandOptions): Promise<void> {
  const { print } = options;
  const sandbox = await serve(options);
  const primer = { ...podsAtFirst, sas: podsAtFirst.sas - 1 };
  const name = 'watcher-sandbox-';
  const playground = createPlayground({ name, sandbox, program, nodes: [node], primer, detailedExitcode: false });
  try {
    await playground.setPods(podsAtFirst);
    const config = join(playground.folder, node, 'watcher.yaml');
    print('');
    print(`A balancer node whose HAProxy knows one pod too few is ready. Its ${node}/watcher.yaml:`);
    print('');
    print(readFileSync(config, 'utf8').replace(/^/gm, '  ').trimEnd());
    print('');
    print('In another terminal:');
    print('');
    print(`  cd '${playground.folder}'`);
    print(`  node ${watcherArguments(node).join(' ')}`);
    print('');
    print('Ctrl-C ends the servers and removes the folder.');
    if (!stop.aborted) await once(stop, 'abort');
  } finally {
    playground.remove();
    await sandbox.close();
  }
}
