// Records the runs of test/runs anew: `node test/runs/record-runs.mjs [name …]`. Needs strace.
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const here = import.meta.dirname;
const folder = mkdtempSync('/tmp/watcher-record-');
const built = (entry, outfile) => {
  const options = { bundle: true, platform: 'node', target: 'node20.19', format: 'cjs', external: ['typescript'] };
  buildSync({ entryPoints: [join(here, entry)], outfile: join(folder, outfile), logLevel: 'warning', ...options });
  return join(folder, outfile);
};

try {
  const program = built('../../src/main.ts', 'watcher.cjs');
  copyFileSync(join(here, 'neutral-host.cjs'), join(folder, 'neutral-host.cjs'));
  const { recordRuns } = createRequire(import.meta.url)(built('record.ts', 'record.cjs'));
  await recordRuns(program, process.env.RUNS_FOLDER ?? here, process.argv.slice(2));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(process.exitCode);
