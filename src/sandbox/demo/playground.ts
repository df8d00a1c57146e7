import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PodCounts } from '../pods.ts';
import type { Sandbox } from '../serve.ts';
import type { NodeSettings } from '../stand-ins/stand-in.ts';
import { nodeConfig } from './node-config.ts';
import { playedReloadScript } from './reload-script.ts';

export interface PlaygroundOptions {
  /** Begins the folder's name. */
  readonly name: string;
  readonly sandbox: Sandbox;
  /** The built program, to which the folder gets a link. */
  readonly program: string;
  readonly nodes: readonly string[];
  /** The pods that HAProxy was configured with, on every node. */
  readonly primer: PodCounts;
  readonly detailedExitcode: boolean;
  /** What refreshes HAProxy on a node; played, unless it is said. */
  readonly reloadScript?: string;
  /** Settings of each node, besides those of the sandbox's servers. */
  readonly settings?: NodeSettings;
}

/** A temporary folder with balancer nodes in it, which know the sandbox's servers. */
export interface Playground {
  readonly folder: string;
  /** Says in service discovery which pods there are, and lets every later reload of HAProxy have them. */
  setPods(counts: PodCounts): Promise<void>;
  setHandbrake(engaged: boolean): void;
  /** The journal of all reloads (reload-script.ts). */
  reloads(): string;
  remove(): void;
}

/** The arguments of `node` that start a node's watcher, inside of the playground's folder. */
export function watcherArguments(node: string, flags: readonly string[] = []): readonly string[] {
  return ['watcher.cjs', '--config', join(node, 'watcher.yaml'), ...flags];
}

export function createPlayground(options: PlaygroundOptions): Playground {
  const { name, sandbox, program, nodes, primer, detailedExitcode } = options;
  const { reloadScript = playedReloadScript, settings = {} } = options;
  // Where a link is on the way to the temporary folder, what is shown should still be what is used.
  const folder = mkdtempSync(join(realpathSync(tmpdir()), name));
  const inside = (...names: string[]) => join(folder, ...names);
  const writePods = (file: string, counts: PodCounts) =>
    writeFileSync(file, `${JSON.stringify({ endpoint_sets: sandbox.primerOf(counts) }, null, 2)}\n`);
  const shared = { ...sandbox.equip(folder), ...settings };

  symlinkSync(program, inside('watcher.cjs'));
  writeFileSync(inside('reload-haproxy.sh'), reloadScript);
  for (const node of nodes) {
    mkdirSync(inside(node));
    writePods(inside(node, 'yp.json'), primer);
    writeFileSync(inside(node, 'watcher.yaml'), nodeConfig({ node, folder, shared, detailedExitcode }));
  }

  return {
    folder,
    async setPods(counts) {
      await sandbox.setPods(counts);
      writePods(inside('pods.json'), counts);
    },
    setHandbrake(engaged) {
      if (engaged) writeFileSync(inside('handbrake'), '');
      else rmSync(inside('handbrake'), { force: true });
    },
    reloads: () => (existsSync(inside('reloads')) ? readFileSync(inside('reloads'), 'utf8') : ''),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
