import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PACKAGE = 'ytsaurus-client==0.13.55';
const INSTALL_MS_MAX = 120_000;

let known: string | null | undefined;

/** The folder with YT's official Python client, fetched from PyPI once and kept; null where it cannot be had. */
export function officialClient(): string | null {
  known = known === undefined ? find() : known;
  return known;
}

function find(): string | null {
  if (spawnSync('python3', ['--version'], { stdio: 'ignore' }).status !== 0) return null;
  const folder = join(tmpdir(), `watcher-yt-client-${process.getuid?.()}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // What is in there is run.
  if (statSync(folder).uid !== process.getuid?.()) throw new Error(`${folder} belongs to somebody else: remove it`);
  const place = join(folder, PACKAGE);
  return existsSync(place) || install(place) ? place : null;
}

/** Nobody sees half of it, and of two who install it at once one is as good as the other. */
function install(place: string): boolean {
  const building = `${place}.${process.pid}.building`;
  const quietly = ['--quiet', '--retries', '1', '--timeout', '10', '--disable-pip-version-check'];
  const arguments_ = ['-m', 'pip', 'install', ...quietly, '--target', building, PACKAGE];
  try {
    const { status } = spawnSync('python3', arguments_, { stdio: 'ignore', timeout: INSTALL_MS_MAX });
    if (status !== 0) return false;
    renameSync(building, place);
    return true;
  } catch {
    return existsSync(place);
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
}
