/**
 * Goal: no answers of service discovery take more memory than docs/security.md says.
 * Method: many sets with more pods than any real one, and the largest size of the built program that the kernel saw.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startServer } from '../http/test-server.ts';
import { runProgram } from '../support/built-program.ts';
import { tempFolder } from '../support/temp-folder.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/security.md'), 'utf8');
const limitMiB = Number(/memory stays\s+below (\d+) MiB/.exec(page)![1]);

test.each([
  [2, 130_000, 2, 10],
  // Large ones that are all but too much, and among the small ones that follow the one that is.
  [1_000, 60_000, 4, 4],
])('the answers for %d sets, of %d pods each where they are among the first %d', async (sets, pods, large, code) => {
  const [body, smallBody] = [bodyOf(pods), bodyOf(1_000)];
  let asked = 0;
  const server = await startServer((_, response) => {
    asked += 1;
    response.end(asked <= large ? body : smallBody);
  });
  const folder = tempFolder();
  const path = (name: string) => join(folder, name);
  const primer = Array.from({ length: sets }, (_, set) => ({ cluster_name: 'sas', endpoint_set_id: `set-${set}` }));
  writeFileSync(
    path('primer.json'),
    JSON.stringify({ endpoint_sets: primer.map((set) => ({ ...set, endpoints: [] })) }),
  );
  const measure = `process.on('exit',()=>require('fs').writeFileSync('${path('kib')}',''+process.resourceUsage().maxRSS))`;
  writeFileSync(path('measure.cjs'), measure);
  const settings = {
    ...{ yp_url: server.url, primer_json_file: path('primer.json'), lock: 'file', lock_file: path('lock') },
    ...{ run_lock_file: path('pid'), stat_file: path('stats.json'), state_file: path('state.json') },
    ...{ log_file: path('log'), handbrake_command: 'true', haproxy_refresh_command: 'true' },
    ...{ haproxy_refresh_delay: '0s', detailed_exitcode: 'true', record: path('run.jsonl') },
  };
  const args = Object.entries(settings).map(([key, value]) => `--${key}=${value}`);
  const ended = await runProgram(args, { cwd: folder, env: { NODE_OPTIONS: `--require ${path('measure.cjs')}` } });
  expect(ended.code, ended.stderr).toBe(code);
  if (code === 4) expect(ended.stderr).toContain('all replies together are larger than the limit of 33554432 bytes');
  expect(Number(readFileSync(path('kib'), 'utf8')) / 1024).toBeLessThan(limitMiB);
});

function bodyOf(pods: number): Buffer {
  const endpoints = Array.from({ length: pods }, (_, pod) => ({
    id: `front-${pod}`,
    fqdn: `front-${pod}.sas.yp-c.yandex.net`,
    ip6_address: `2a02:6b8::${(pod % 65_536).toString(16)}`,
    port: 80,
  }));
  return Buffer.from(JSON.stringify({ timestamp: '7', resolve_status: 'OK', endpoint_set: { endpoints } }));
}
