/**
 * Runs the conformance suite of the locks on a service that somebody runs himself, under a scratch name.
 *
 *   npm run conformance -- --lock etcd --etcd_endpoints https://etcd-1:2379 --ca_file ca.pem [any key of watcher.yaml]
 *   npm run conformance -- --config /etc/yandex/market-watcher/watcher.yaml
 *
 * Exits with 0 when the service keeps its word, 1 when it does not, 2 for settings that are no good, and 3 where it does
 * not answer.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const USAGE =
  'npm run conformance -- --lock NAME [--etcd_endpoints URL …]: any key of watcher.yaml, or ' +
  '--config with such a file; what is locked begins with lock_name and has a name of its own';

const here = dirname(fileURLToPath(import.meta.url));
const words = process.argv.slice(2);
if (words.length === 0 || words.includes('--help') || words.includes('-h')) end(words.length === 0 ? 2 : 0, USAGE);
const folder = mkdtempSync(join(tmpdir(), 'watcher-conformance-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const [program, planFile] = [join(folder, 'plan.cjs'), join(folder, 'plan.json')];
await build({
  entryPoints: [join(here, 'plan.ts')],
  outfile: program,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20.19',
  logLevel: 'error',
});
const looked = spawnSync(process.execPath, [program, planFile, ...words], { stdio: 'inherit' });
if (looked.status !== 0) process.exit(looked.status ?? 1);

console.log();
const ran = spawnSync(
  process.execPath,
  [
    ...[join(here, '../../node_modules/vitest/vitest.mjs'), 'run', '--config', join(here, '../vitest.config.ts')],
    ...['--maxWorkers=1', '--reporter', join(here, 'summary-reporter.ts')],
    ...['locks', 'lock-loss', 'lock-board'].map((name) => join(here, `${name}.test.ts`)),
  ],
  { stdio: 'inherit', cwd: join(here, '../..'), env: { ...process.env, CONFORMANCE: readFileSync(planFile, 'utf8') } },
);
process.exit(ran.status === 0 ? 0 : 1);

function end(code, text) {
  if (code === 0) console.log(text);
  else console.error(`conformance: ${text}`);
  process.exit(code);
}
