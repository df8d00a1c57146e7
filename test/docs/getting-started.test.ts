/** Each way of docs/getting-started.md: both files as they stand there, up to a configuration that HAProxy takes. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { toEndpointSets } from '../../src/discovery/endpoint-sets.ts';
import { parseStrictJson } from '../../src/json/strict-json.ts';
import { render } from '../../src/prime/engine.ts';
import { prime } from '../../src/prime/prime.ts';
import { loadSettings } from '../../src/settings/load-settings.ts';
import { atOnce } from '../../src/slices.ts';
import { needs } from '../support/needs.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { markedCode } from './marked-part.ts';

const PAGE = 'docs/getting-started.md';

// The built program has it in a bundle of its own.
vi.mock('../../src/prime/load-engine.ts', () => ({ loadEngine: async () => render }));

test.each(['files', 'consul', 'kubernetes', 'dns', 'command'])('the way by %s', async (way) => {
  needs('haproxy');
  const folder = tempFolder();
  const path = (name: string) => join(folder, name);
  const here = (text: string) => text.replaceAll(/\/(etc\/watcher|etc\/haproxy|var\/lib\/watcher)\//g, `${folder}/`);
  writeFileSync(path('watcher.yaml'), here(markedCode(PAGE, `${way}-watcher`)));
  writeFileSync(path('prime.yaml'), here(markedCode(PAGE, `${way}-prime`)));
  const { settings } = await loadSettings({ config: path('watcher.yaml') }, {}, '/');
  const endpoints = [{ id: 'p', fqdn: 'p.example.net', ip4: '192.0.2.1', ip6: null, port: 8080 }];
  await prime({
    settings,
    configFile: '/etc/watcher/watcher.yaml',
    source: async ({ groups }) => ({
      answers: groups.map((asked) => ({ ...asked, endpoints, verdict: 'ok', generation: null, detail: null })),
    }),
    environment: process.env,
    signal: new AbortController().signal,
    isForced: false,
    isDry: false,
    showsDiff: false,
    note: () => {},
    show: (text) => expect.fail(text),
  });
  expect(readFileSync(path('haproxy.cfg'), 'utf8')).toContain('server p.example.net 192.0.2.1:8080 id 1 check');
});

test('what the page writes for plain files and for a script is what these sources read', () => {
  const printed = execFileSync('/bin/sh', ['-c', markedCode(PAGE, 'command-script')], { encoding: 'utf8' });
  for (const json of [markedCode(PAGE, 'files-discovery'), printed]) {
    const { groups } = atOnce(toEndpointSets(parseStrictJson(json)));
    expect(groups).toMatchObject([{ cluster: 'main', endpointSet: 'shop', endpoints: [{ id: 'shop-1', port: 8080 }] }]);
  }
});
