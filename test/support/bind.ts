import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { DnsServer } from '../../src/discovery/dns/server-address.ts';
import { afterwards } from './current-test.ts';
import { PROGRAM_PATH } from './needs.ts';
import { tempFolder } from './temp-folder.ts';
import { until } from './until.ts';

/** BIND with one zone, `example.test`, in which these records are. */
export async function startBind(records: readonly string[]): Promise<DnsServer> {
  const folder = tempFolder();
  const server = { host: '127.0.0.1', port: await freePort() };
  const zone = ['$TTL 30', '@ SOA ns root 1 60 60 60 60', '@ NS ns', 'ns A 127.0.0.1', ...records, ''];
  writeFileSync(join(folder, 'zone'), zone.join('\n'));
  writeFileSync(
    join(folder, 'named.conf'),
    `options { directory "${folder}"; pid-file none; session-keyfile none; recursion no; dnssec-validation no; max-records-per-type 0;
       listen-on port ${server.port} { 127.0.0.1; }; listen-on-v6 { none; }; allow-query { any; }; };
     controls { };
     zone "example.test" { type primary; file "zone"; };\n`,
  );
  const child = spawn('named', ['-g', '-c', join(folder, 'named.conf')], {
    env: { ...process.env, PATH: PROGRAM_PATH },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  afterwards(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  await until('BIND runs', () => {
    if (child.exitCode !== null || said.includes('not loaded due to errors'))
      throw new Error(`BIND does not serve the zone:\n${said}`);
    return / running$/m.test(said);
  });
  return server;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
