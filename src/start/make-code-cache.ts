import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile, keepCompiled, run } from './code-cache.ts';

/** Keeps what a run that finds nothing to do has Node compile: runs one, in a folder and beside a discovery of its own. */
const program = join(__dirname, 'watcher.cjs');
const folder = mkdtempSync(join(tmpdir(), 'watcher-'));
const path = (name: string) => join(folder, name);
const endpoint_set = { endpoint_set_id: 'x', endpoints: [{ id: 'x', fqdn: 'x', ip6_address: '::1', port: 80 }] };
const discovery = createServer((_, response) => {
  response.end(JSON.stringify({ timestamp: 1, endpoint_set, resolve_status: 'OK' }));
});

discovery.listen(0, '127.0.0.1', () => {
  const files = ['primer_json_file', 'yt_token_path', 'run_lock_file', 'stat_file', 'state_file', 'log_file'];
  const settings = {
    ...Object.fromEntries(files.map((key) => [key, path(key)])),
    yp_url: `http://127.0.0.1:${(discovery.address() as AddressInfo).port}`,
  };
  writeFileSync(path('primer_json_file'), JSON.stringify({ endpoint_sets: [{ cluster_name: 'x', ...endpoint_set }] }));
  writeFileSync(path('yt_token_path'), 'x\n', { mode: 0o600 });
  writeFileSync(path('watcher.yaml'), JSON.stringify(settings));
  process.argv = [process.execPath, program, '--config', path('watcher.yaml'), '--handbrake_command', 'true'];
  const compiled = compile(program);
  process.on('exit', (code) => {
    if (code === 0) keepCompiled(compiled);
    rmSync(folder, { recursive: true, force: true });
  });
  run(compiled, program);
});
