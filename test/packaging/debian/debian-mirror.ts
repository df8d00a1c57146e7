import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The distribution that the package is made for. */
export const SUITE = 'trixie';

let known: string | null | undefined;

/** Where this host gets Debian's packages from, as its own apt is told; null when it gets none. */
export function debianMirror(): string | null {
  known = known === undefined ? lookUp() : known;
  return known;
}

function lookUp(): string | null {
  const { stdout } = spawnSync('apt-get', ['indextargets', '--format', '$(CREATED_BY) $(ORIGIN) $(RELEASE) $(SITE)'], {
    encoding: 'utf8',
  });
  const sites = (stdout ?? '')
    .split('\n')
    .flatMap((line) => /^Packages Debian [a-z]+ (http\S+)$/.exec(line)?.[1] ?? []);
  return sites[0] ?? null;
}

/** Whether that place answers, and has the distribution. */
export function hasMirror(): boolean {
  const site = debianMirror();
  if (site === null) return false;
  const folder = mkdtempSync(join(tmpdir(), 'watcher-mirror-'));
  try {
    const download = ['download-file', `${site}/dists/${SUITE}/Release`, join(folder, 'Release')];
    return spawnSync('/usr/lib/apt/apt-helper', download, { stdio: 'ignore' }).status === 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
