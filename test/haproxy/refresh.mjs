/**
 * A refresh command as a balancer node may have it: renders a configuration from what discovery says now, lets HAProxy
 * check it, and only then puts it and the primer's file in place and reloads. Usage: node refresh.mjs FOLDER
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

process.chdir(process.argv[2]);

copyFileSync('discovery.json', 'primer.new');
const { endpoint_sets: sets } = JSON.parse(readFileSync('primer.new', 'utf8'));
const servers = sets
  .flatMap(({ endpoints }) => endpoints)
  .map(({ fqdn, ip4_address: address, port }) => `  server ${fqdn} ${address}:${port}\n`);
writeFileSync('haproxy.cfg.new', readFileSync('template.cfg', 'utf8') + servers.join(''));

const check = spawnSync('haproxy', ['-c', '-f', 'haproxy.cfg.new'], { stdio: ['ignore', 'inherit', 'inherit'] });
if (check.status !== 0) process.exit(1);

renameSync('haproxy.cfg.new', 'haproxy.cfg');
renameSync('primer.new', 'primer.json');
process.kill(Number(readFileSync('haproxy.pid', 'utf8')), 'SIGUSR2');
