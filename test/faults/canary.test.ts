/**
 * Goal: the token and the proxy's password are in nothing that a run leaves, prints, or gives to its commands.
 * Method: many runs with known secrets: good ones and every kind of failure, among them servers and commands that
 * repeat the secrets. Then every file, output, argument and environment is searched, in all usual spellings.
 */

import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Fault } from '../../src/sandbox/faults.ts';
import { type Balancer, type Balancers, startBalancers, TOKEN } from '../support/balancers.ts';
import type { Ended } from '../support/built-program.ts';
import { afterwards } from '../support/current-test.ts';
import { endLeases } from './aftermath.ts';

const PASSWORD = 'canary-password-93/c:d';

interface Case {
  readonly title: string;
  readonly code: number;
  readonly args?: readonly string[];
  readonly yt?: readonly [route: string, fault: Fault];
  readonly yp?: Fault;
}

/** A command that shows all that it can see: its own surroundings, and those of every process of the host. */
const NOSY = 'cat /proc/*/cmdline /proc/*/environ 2>/dev/null | tr "\\0" "\\n"';

const cases: readonly Case[] = [
  { title: 'refreshed', code: 10 },
  { title: 'forced', code: 10, args: ['--force_run'] },
  { title: 'a dry run', code: 12, args: ['--dry_run'] },
  { title: 'engaged', code: 14, args: ['--handbrake_command', 'exit 1'] },
  {
    title: 'a broken handbrake that prints the secret',
    code: 7,
    args: ['--handbrake_command', 'cat TOKENFILE; exit 2'],
  },
  {
    title: 'a refresh that prints the secret and fails',
    code: 5,
    args: ['--haproxy_refresh_command', 'cat TOKENFILE >&2; exit 3'],
  },
  {
    title: 'a refresh that prints it in base64',
    code: 5,
    args: ['--haproxy_refresh_command', 'cat TOKENFILE | base64; exit 3'],
  },
  {
    title: 'discovery that repeats the password',
    code: 4,
    yp: { kind: 'status', status: 403, body: `no, ${PASSWORD}` },
  },
  { title: 'discovery that sends a page', code: 4, yp: { kind: 'html' } },
  {
    title: 'a denial that repeats the token',
    code: 1,
    yt: ['start_transaction', { kind: 'status', status: 401, body: `bad token ${TOKEN}` }],
  },
  {
    title: 'an error that repeats the token',
    code: 1,
    yt: ['lock', { kind: 'error', code: 901, message: `OAuth ${TOKEN} may not` }],
  },
  {
    title: 'a renewal that finds nothing',
    code: 6,
    args: ['--haproxy_refresh_delay', '3s'],
    yt: ['ping_transaction', { kind: 'error', code: 11000, message: `No ${TOKEN}` }],
  },
  {
    title: 'a lock service that is silent',
    code: 3,
    args: ['--haproxy_timeout', '1s'],
    yt: ['*', { kind: 'dropRequest' }],
  },
  {
    title: 'a redirect',
    code: 1,
    yt: ['*', { kind: 'redirect', to: `http://127.0.0.1:1/?t=${TOKEN}` }],
  },
  {
    title: 'a refresh whose last line is the token, at the place where a line is cut',
    code: 5,
    args: ['--force_run', '--haproxy_refresh_command', 'printf "%0195d%s" 0 "$(cat TOKENFILE)" >&2; exit 3'],
  },
  { title: 'statistics that cannot be written', code: 1, args: ['--stat_file', '/proc/nowhere/stats.json'] },
  { title: 'a wrong proxy', code: 2, args: ['--proxy_url', `ftp://u:${encodeURIComponent(PASSWORD)}@h`] },
];

test('no secret leaves a run, whatever happens to it', async () => {
  const balancers = await startBalancers(1, { record_dir: 'recordings', log_level: 'DEBUG' });
  const node = balancers.nodes[0]!;
  const proxy = await startProxy();
  addSetting(node, 'proxy_url', `http://robot:${encodeURIComponent(PASSWORD)}@127.0.0.1:${proxy.port}`);
  const seen = node.path('seen');
  const nosy = ['--handbrake_command', `(${NOSY}) >> ${seen}`, '--haproxy_refresh_command', `(${NOSY}) >> ${seen}`];
  const printed: string[] = [];
  for (const each of cases) {
    const { ended } = await runCase(balancers, nosy, each);
    expect([each.title, ended.code, ended.stderr], ended.stderr).toEqual([each.title, each.code, expect.anything()]);
    printed.push(`${each.title}: ${ended.stdout}${ended.stderr}`);
  }
  for (const words of [['config'], ['config', '--json'], ['-get_stats']]) {
    const { stdout, stderr } = await node.run(words);
    printed.push(stdout + stderr);
  }

  expect(node.read('seen')).toContain('WATCHER_REASON=forced');
  expect(proxy.authorized()).toBeGreaterThan(20);
  expect(readdirSync(node.path('recordings')).length).toBeGreaterThan(10);
  for (const [where, text] of [
    ...printed.map((text) => [text.split(':')[0]!, text] as const),
    ...filesUnder(node.path('.')),
  ]) {
    for (const spelling of [TOKEN, PASSWORD].flatMap(spellingsOf)) {
      expect(text.includes(spelling), `${where} has ${spelling}`).toBe(false);
    }
  }
});

test('the search finds a secret where there is one', async () => {
  const { nodes } = await startBalancers(1);
  writeFileSync(nodes[0]!.path('leak'), `x${Buffer.from(TOKEN).toString('base64')}x`);
  const found = filesUnder(nodes[0]!.path('.')).filter(([, text]) =>
    spellingsOf(TOKEN).some((each) => text.includes(each)),
  );
  expect(found.map(([path]) => path)).toEqual([nodes[0]!.path('leak')]);
});

async function runCase({ nodes, yt, yp }: Balancers, nosy: readonly string[], each: Case): Promise<{ ended: Ended }> {
  const node = nodes[0]!;
  if (each.yt !== undefined) yt.faults.add(...each.yt);
  if (each.yp !== undefined) yp.faults.add('*', each.yp);
  const args = (each.args ?? []).map((word) => word.replace('TOKENFILE', node.path('token')));
  const always = ['--max_ineffective', '1000', '--detailed_exitcode'];
  const ended = await node.run([...nosy, ...always, ...args]);
  yt.faults.clear();
  yp.faults.clear();
  endLeases(yt);
  return { ended };
}

/** A proxy for plain HTTP that asks for its password. */
async function startProxy(): Promise<{ port: number; authorized: () => number }> {
  const wanted = `Basic ${Buffer.from(`robot:${PASSWORD}`).toString('base64')}`;
  let authorized = 0;
  const server = createServer((incoming, outgoing) => {
    if (incoming.headers['proxy-authorization'] !== wanted) return void outgoing.writeHead(407).end();
    authorized += 1;
    const { method, headers, url } = incoming;
    const onward = request(url!, { method: method!, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((listening) => void server.listen(0, '127.0.0.1', listening));
  afterwards(() => {
    server.close();
    server.closeAllConnections();
  });
  return { port: (server.address() as AddressInfo).port, authorized: () => authorized };
}

function addSetting(node: Balancer, key: string, value: string): void {
  const written = JSON.parse(node.read('watcher.yaml'));
  writeFileSync(node.path('watcher.yaml'), JSON.stringify({ ...written, [key]: value }));
}

/** All files but those that people put the secrets into. */
function filesUnder(folder: string): (readonly [path: string, text: string])[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name !== 'token' && name !== 'watcher.yaml')
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => [path, readFileSync(path, 'latin1')] as const);
}

function spellingsOf(secret: string): string[] {
  const base64 = (text: string) => Buffer.from(text).toString('base64').replace(/=+$/, '');
  return [
    secret,
    encodeURIComponent(secret),
    base64(secret),
    base64(`robot:${secret}`),
    base64(`export YT_TOKEN=${secret}`),
  ];
}
