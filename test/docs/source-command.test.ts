/** The programs on docs/source-command.md, as they stand there, asked as the watcher asks them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { AskedGroup } from '../../src/discovery/source.ts';
import { commandSource } from '../support/ask-command.ts';
import { afterwards } from '../support/current-test.ts';
import { needs } from '../support/needs.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { markedCode } from './marked-part.ts';

const PAGE = 'docs/source-command.md';

beforeEach(() => needs('jq'));

function programOf(name: string, setting: string, value: string): string {
  const path = join(tempFolder(), name);
  const code = markedCode(PAGE, name);
  expect(code).toMatch(new RegExp(`^${setting}=`, 'm'));
  writeFileSync(path, code.replace(new RegExp(`^${setting}=.*$`, 'm'), `${setting}=${value}`), { mode: 0o755 });
  return path;
}

async function ask(program: string, groups: readonly AskedGroup[]) {
  return (await commandSource([program])({ groups }, new AbortController().signal)).answers;
}

describe('the program for Nomad', () => {
  beforeEach(() => needs('curl'));

  const registration = {
    ID: '_nomad-task-aca5-group-shop-http',
    ServiceName: 'shop',
    Namespace: 'default',
    NodeID: 'd92378a9',
    Datacenter: 'dc1',
    JobID: 'shop',
    AllocID: 'aca5',
    Tags: [],
    Address: '192.0.2.7',
    Port: 31001,
    CreateIndex: 30,
    ModifyIndex: 30,
  };
  const replies: Readonly<Record<string, readonly [number, string]>> = {
    '/v1/service/shop?namespace=default': [
      200,
      JSON.stringify([registration, { ...registration, ID: 'other', Address: '2001:db8::8', Port: 80 }]),
    ],
    '/v1/service/none?namespace=default': [200, '[]\n'],
    '/v1/service/secret?namespace=ops': [403, 'Permission denied'],
    '/v1/service/leaderless?namespace=default': [500, 'No cluster leader'],
    '/v1/service/broken?namespace=default': [200, '[{"Address":'],
  };

  async function nomad(): Promise<string> {
    const server = createServer(({ url = '' }, response) => {
      const [status, body] = replies[url] ?? [404, ''];
      response.writeHead(status).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    afterwards(() => server.close());
    return programOf('nomad', 'nomad', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  const group = (endpointSet: string, cluster = 'default') => ({ cluster, endpointSet });

  test('brings pods and verdicts', async () => {
    const groups = [group('shop'), group('none'), group('secret', 'ops'), group('leaderless')];
    expect(await ask(await nomad(), groups)).toMatchObject([
      {
        verdict: 'ok',
        endpoints: [
          { id: '192.0.2.7:31001', fqdn: '192.0.2.7', port: 31001 },
          { id: '2001:db8::8:80', fqdn: '2001:db8::8', port: 80 },
        ],
      },
      { verdict: 'empty' },
      { verdict: 'denied', detail: 'Nomad answered 403' },
      { verdict: 'unavailable', detail: 'Nomad answered 500' },
    ]);
  });

  test('fails for a reply that makes no sense, and without a Nomad', async () => {
    expect(await ask(await nomad(), [group('broken'), group('shop')])).toMatchObject(
      [0, 1].map(() => ({ verdict: 'unavailable', detail: expect.stringContaining('jq: error') })),
    );
    expect(await ask(programOf('nomad', 'nomad', 'http://127.0.0.1:1'), [group('shop')])).toMatchObject([
      { verdict: 'unavailable', detail: expect.stringContaining('curl: (7)') },
    ]);
  });
});

describe('the program for file_sd', () => {
  const shop = { targets: ['192.0.2.7:31001', '[2001:db8::8]:80'], labels: { cluster: 'dc1', job: 'shop' } };
  const groups = ['shop', 'cart', 'none'].map((endpointSet) => ({ cluster: 'dc1', endpointSet }));

  function fileSd(files: Readonly<Record<string, string>>): string {
    const folder = join(tempFolder(), 'file_sd');
    mkdirSync(folder);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return programOf('file_sd', 'files', folder);
  }

  test('brings the targets of all files, each once', async () => {
    const program = fileSd({
      'a.json': JSON.stringify([shop, { targets: [], labels: { cluster: 'dc1', job: 'cart' } }]),
      'b.json': JSON.stringify([shop, { targets: ['web-3.example.net:80'], labels: shop.labels }]),
      'c.json': JSON.stringify([{ ...shop, targets: ['elsewhere:80'], labels: { cluster: 'dc2', job: 'shop' } }]),
    });
    expect(await ask(program, groups)).toMatchObject([
      {
        verdict: 'ok',
        endpoints: [
          { id: '192.0.2.7:31001', fqdn: '192.0.2.7', port: 31001 },
          { id: '2001:db8::8:80', fqdn: '2001:db8::8', port: 80 },
          { id: 'web-3.example.net:80', fqdn: 'web-3.example.net', port: 80 },
        ],
      },
      { verdict: 'empty' },
      { verdict: 'missing' },
    ]);
  });

  test.each<[string, Readonly<Record<string, string>>, string]>([
    ['a file that is half written', { 'a.json': JSON.stringify([shop]).slice(0, 30) }, 'jq: error'],
    ['a target without a port', { 'a.json': JSON.stringify([{ ...shop, targets: ['web'] }]) }, 'no host:port: web'],
    ['no files at all', {}, 'jq: error'],
  ])('fails for %s', async (_, files, why) => {
    const answers = await ask(fileSd(files), groups);
    expect(answers).toMatchObject(groups.map(() => ({ verdict: 'unavailable' })));
    expect(answers[0]!.detail).toContain(why);
  });
});
