import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { FUSE, type HostNode } from './host-node.ts';

/** What `watcher graph` reads by name. */
const ASSETS = ['graph.cjs', 'prime.cjs', 'graph-page.js', 'graph-page.css'];

export interface BinaryOrder {
  readonly node: HostNode;
  /** The version of watcher, which the executable must print when asked. */
  readonly version: string;
  /** The folder that has the bundles. */
  readonly dist: string;
  readonly modules: string;
  /** An existing folder for the executable and the licences of what is in it. */
  readonly into: string;
}

/** Makes the executable and answers its path. Throws an Error in one line. What stood there is replaced as a whole. */
export function buildBinary({ node, version, dist, modules, into }: BinaryOrder): string {
  const output = join(into, `watcher-${version}-${node.system}`);
  const scratch = mkdtempSync(join(into, '.binary-'));
  try {
    const blob = join(scratch, 'program.blob');
    const program = join(scratch, basename(output));
    const config = join(scratch, 'sea-config.json');
    writeFileSync(config, JSON.stringify(seaConfig(resolve(dist), blob)));
    run(node.path, ['--experimental-sea-config', config]);
    copyFileSync(node.path, program);
    chmodSync(program, 0o755);
    const postject = join(modules, 'postject', 'dist', 'cli.js');
    run(process.execPath, [postject, program, 'NODE_SEA_BLOB', blob, '--sentinel-fuse', FUSE]);
    const notice = run(program, ['--version']);
    if (notice !== `${version}\n`)
      throw new Error(`the executable reports another version than ${version}: ${notice.trim()}`);
    writeFileSync(`${output}.licences.txt`, licences(node, dist));
    renameSync(program, output);
    return output;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * Without `useCodeCache`, which would take a fifth off the start: Node warns on stderr of a cache that it refuses, as it
 * does under some NODE_OPTIONS, and a run that went well prints nothing.
 */
function seaConfig(dist: string, blob: string) {
  return {
    main: join(dist, 'watcher.cjs'),
    output: blob,
    disableExperimentalSEAWarning: true,
    assets: Object.fromEntries(ASSETS.map((name) => [name, join(dist, name)])),
  };
}

function licences({ version, licence }: HostNode, dist: string): string {
  const ours = readFileSync(join(dist, 'THIRD-PARTY.txt'), 'utf8');
  return `${ours}\n${'='.repeat(80)}\n\nNode.js ${version}\n\n${licence ?? 'Its licence is in the file LICENSE of its download.'}`;
}

/** In an empty environment, so that no option of whoever builds becomes a part of the program. */
function run(program: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', env: {} });
  if (status === 0) return stdout;
  const why = error?.message ?? `${stderr}${stdout}`.trim().split('\n').at(-1);
  throw new Error(`${[program, ...args].join(' ')}: ${why}`);
}
