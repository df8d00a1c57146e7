import { once } from 'node:events';
import { symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { showDrift } from '../../src/commands/drift.ts';
import { afterwards } from '../support/current-test.ts';
import { tempFolder } from '../support/temp-folder.ts';

let folder: string;
const path = (name: string) => join(folder, name);

const sets = (...numbers: readonly number[]) => {
  const endpoints = numbers.map((n) => ({
    id: `p${n}`,
    fqdn: `p${n}.example.net`,
    ip4_address: `192.0.2.${n}`,
    port: 80,
  }));
  return JSON.stringify({ endpoint_sets: [{ cluster_name: 'sas', endpoint_set_id: 'front', endpoints }] });
};

async function haproxyWith(...numbers: readonly (number | string)[]): Promise<void> {
  const servers = numbers.map((n) => `3 shop ${n} s${n} 192.0.2.${n} - 80`);
  const answer = `1\n# be_id be_name srv_id srv_name srv_addr srv_fqdn srv_port\n${servers.join('\n')}\n`;
  const listener = createServer((socket) => socket.on('data', () => socket.end(answer))).listen(path('haproxy.sock'));
  await once(listener, 'listening');
  afterwards(() => listener.close());
}

const drift = (json = false, more = {}) => showDrift({ config: path('watcher.yaml'), ...more }, { json });

beforeEach(() => {
  folder = tempFolder();
  const settings = { lock: 'file', source: 'file', source_file: 'discovery.json', primer_json_file: 'primer.json' };
  const more = { state_file: 'state.json', haproxy_socket: 'haproxy.sock' };
  writeFileSync(path('watcher.yaml'), JSON.stringify({ ...settings, ...more }));
  writeFileSync(path('primer.json'), sets(1, 2));
  writeFileSync(path('discovery.json'), sets(1, 2));
});

test('0 where all three agree', async () => {
  await haproxyWith(1, 2);
  expect(await drift()).toEqual({ text: 'no drift\n', code: 0, warnings: [] });
});

test('1 where one of them does not, in words or as JSON', async () => {
  await haproxyWith(1);
  expect(await drift()).toMatchObject({
    code: 1,
    text: 'sas/front:\n  p2.example.net: in discovery and primer, not in HAProxy\n',
  });
  expect(JSON.parse((await drift(true)).text)).toMatchObject({
    groups: [{ group: 'sas/front', pods: [{ name: 'p2.example.net', haproxy: false }] }],
    strangers: [],
  });
});

test('3, with the reason, where what runs have left cannot be read', async () => {
  await haproxyWith(1, 2);
  symlinkSync('elsewhere', path('state.json'));
  const why = expect.stringContaining(`${path('state.json')}: `);
  expect(await drift()).toEqual({ text: '', code: 3, warnings: [why] });
});

test('what HAProxy calls a server steers no terminal', async () => {
  await haproxyWith(1, 2, '3\u001b[2J');
  expect((await drift()).text).toBe('in HAProxy alone:\n  shop/s3\\u{1b}[2J\n');
});

test('1 where HAProxy has a server more beside the pods', async () => {
  await haproxyWith(1, 2, 3);
  expect(await drift()).toMatchObject({ code: 1, text: 'in HAProxy alone:\n  shop/s3\n' });
});

test('3 where discovery has no answer to believe, and 1 where HAProxy and primer drift all the same', async () => {
  await haproxyWith(1, 2);
  writeFileSync(path('discovery.json'), '{');
  expect(await drift()).toMatchObject({
    code: 3,
    text: expect.stringMatching(/^sas\/front: \(discovery is not trusted/),
  });
  writeFileSync(path('primer.json'), sets(1, 2, 3));
  expect(await drift(), 'HAProxy lacks one').toMatchObject({ code: 1 });
});

test('a generation older than one that a run has accepted is not believed', async () => {
  await haproxyWith(1, 2);
  const state = { version: 1, generations: { 'sas/front': '7' }, intent: null };
  writeFileSync(path('state.json'), JSON.stringify(state));
  writeFileSync(path('discovery.json'), JSON.stringify({ ...JSON.parse(sets(1)), generation: '6' }));
  expect(await drift()).toMatchObject({ code: 3, text: expect.stringContaining('discovery is not trusted: stale') });
});

test('what is a secret is shown in no name', async () => {
  await haproxyWith(1);
  writeFileSync(path('primer.json'), sets(1, 2).replace('p2.example.net', 'hunter2secret.example.net'));
  const { text, warnings } = await drift(false, { proxy_url: 'http://ann:hunter2secret@127.0.0.1:1' });
  expect(text).toContain('***.example.net');
  expect(`${text}${warnings}`).not.toContain('hunter2secret');
});

test('3 where one of them cannot be asked and the others agree', async () => {
  const { code, warnings } = await drift();
  expect(code).toBe(3);
  expect(warnings?.[0]).toContain(`${path('haproxy.sock')}: HAProxy cannot be asked "show servers state"`);
  await haproxyWith(1, 2);
  writeFileSync(path('primer.json'), '{');
  expect(await drift()).toMatchObject({ code: 3, text: '' });
});
