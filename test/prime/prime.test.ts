import { createHash } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Answer } from '../../machines/vocabulary.ts';
import { ConfigError } from '../../src/config/config-error.ts';
import { bindName } from '../../src/host-lock/abstract-socket.ts';
import { ownerOfName } from '../../src/host-lock/name-owner.ts';
import { render } from '../../src/prime/engine.ts';
import { prime } from '../../src/prime/prime.ts';
import { loadSettings } from '../../src/settings/load-settings.ts';
import { answer, pod } from '../support/pods.ts';
import { tempFolder } from '../support/temp-folder.ts';

vi.mock('../../src/host-lock/name-owner.ts', { spy: true });
// The built program has it in a bundle of its own.
vi.mock('../../src/prime/load-engine.ts', () => ({ loadEngine: async () => render }));

let folder: string;
const path = (name: string) => join(folder, name);
const read = (name: string) => readFileSync(path(name), 'utf8');
const servers = () => [...read('haproxy.cfg').matchAll(/^ {2}server (.*)$/gm)].map(([, line]) => line);

const GROUP = { cluster_name: 'sas', endpoint_set_id: 'front' };

function write({ groups = [GROUP], ...more }: Readonly<Record<string, unknown>> = {}): void {
  const standard = { haproxy_config: path('haproxy.cfg'), check: 'test -s {file}' };
  writeFileSync(path('prime.yaml'), JSON.stringify({ ...standard, ...more, groups }));
}

interface Call {
  readonly check?: boolean;
  readonly diff?: boolean;
  readonly forced?: boolean;
  readonly flags?: Readonly<Record<string, string>>;
}

async function run(answers: readonly Answer[], { check = false, diff = false, forced = false, flags = {} }: Call = {}) {
  const { settings } = await loadSettings({ config: path('watcher.yaml'), ...flags }, {}, '/');
  const notes: string[] = [];
  let shown = '';
  const text = await prime({
    settings,
    configFile: path('watcher.yaml'),
    source: async () => ({ answers }),
    environment: process.env,
    signal: new AbortController().signal,
    isForced: forced,
    isDry: check || diff,
    showsDiff: diff,
    note: (line) => notes.push(line),
    show: (output) => {
      shown += output;
    },
  }).catch((error: Error) => Promise.reject(Object.assign(error, { shown })));
  return { text, notes, shown };
}

beforeEach(() => {
  folder = tempFolder();
  const files = { primer_json_file: 'primer.json', state_file: 'state.json', stat_file: 'stats.json' };
  writeFileSync(path('watcher.yaml'), JSON.stringify({ lock: 'file', source: 'file', ...files }));
  write();
});

const [one, two, three] = [pod('front-1'), pod('front-2'), pod('front-3')];

describe('watcher prime', () => {
  test('makes both files, and keeps what they were', async () => {
    expect((await run([answer([one, two])])).text).toContain('2 pods added in sas/front');
    expect(servers()).toEqual([
      'front-1.example.net [2001:db8::1]:80 id 1 check',
      'front-2.example.net [2001:db8::1]:80 id 2 check',
    ]);
    const before = [read('haproxy.cfg'), read('primer.json')];
    await run([answer([three, two])]);
    expect(servers()).toEqual([
      'front-2.example.net [2001:db8::1]:80 id 2 check',
      'front-3.example.net [2001:db8::1]:80 id 3 check',
    ]);
    expect([read('haproxy.cfg.previous'), read('primer.json.previous')]).toEqual(before);
  });

  test('replaces nothing where nothing would change', async () => {
    await run([answer([one])]);
    writeFileSync(path('haproxy.cfg.previous'), 'older');
    expect((await run([answer([one])])).text).toMatch(/^nothing to replace: no pod changed/);
    expect(read('haproxy.cfg.previous')).toBe('older');
  });

  test('replaces a primer that HAProxy would not see to differ', async () => {
    await run([answer([pod('front-1', { ip4: '192.0.2.1', ip6: null })])]);
    const [config] = [read('haproxy.cfg')];
    const moved = pod('front-1', { ip4: '192.0.2.1', ip6: '2001:db8::9' });
    expect((await run([answer([moved])])).text).toMatch(/^replaced /);
    expect(read('haproxy.cfg')).toBe(config);
    expect(read('primer.json')).toContain('2001:db8::9');
  });

  test('sends HAProxy to the IPv4 address of a pod, else to the IPv6 one, else to its name', async () => {
    const ip4 = '192.0.2.1';
    await run([answer([pod('a', { ip4 }), pod('b'), pod('c', { ip6: null })])]);
    expect(servers()).toEqual([
      'a.example.net 192.0.2.1:80 id 1 check',
      'b.example.net [2001:db8::1]:80 id 2 check',
      'c.example.net c.example.net:80 id 3 check',
    ]);
  });

  test('with --check and --diff changes nothing, and --diff says what would', async () => {
    await run([answer([one])]);
    const before = [read('haproxy.cfg'), read('primer.json')];
    expect((await run([answer([two])], { check: true })).text).toMatch(/^nothing was replaced: [^\n]*\n$/);
    const { text } = await run([answer([two])], { diff: true });
    expect(text).toContain('-  server front-1.example.net [2001:db8::1]:80 id 1 check');
    expect(text).toContain('+  server front-2.example.net [2001:db8::1]:80 id 2 check');
    expect(text).toContain('sas/front:\n  + front-2.example.net\n  - front-1.example.net\n');
    expect([read('haproxy.cfg'), read('primer.json')]).toEqual(before);
  });

  test('completes first what a killed one began, and only says so where it may change nothing', async () => {
    await run([answer([one])]);
    writeFileSync(
      path('.haproxy.cfg.prime-pair'),
      JSON.stringify({ version: 1, files: [path('haproxy.cfg'), path('primer.json')] }),
    );
    writeFileSync(path('.haproxy.cfg.prime-new'), 'new configuration\n');
    writeFileSync(path('.primer.json.prime-new'), read('primer.json'));
    expect((await run([answer([one])], { check: true })).notes).toEqual([
      `${path('haproxy.cfg')}: was half replaced; the next watcher prime completes that first`,
    ]);
    expect(read('haproxy.cfg')).not.toBe('new configuration\n');
    const { notes } = await run([answer([one])]);
    expect(notes).toEqual([
      `${path('haproxy.cfg')} and ${path('primer.json')}: an interrupted replacement was completed`,
    ]);
    expect(read('haproxy.cfg.previous')).toBe('new configuration\n');
  });
});

test('each backend has the pods of its own group, in the order of the prime file', async () => {
  const groups = [
    { ...GROUP, port: 81 },
    { ...GROUP, endpoint_set_id: 'back', port: 82 },
  ];
  write({ groups });
  await run([answer([pod('front-1')]), answer([pod('back-1')], { endpointSet: 'back' })]);
  const backends = read('haproxy.cfg')
    .split(/^backend /m)
    .slice(1);
  expect(backends.map((text) => text.match(/^\S+|server \S+/gm))).toEqual([
    ['front', 'server front-1.example.net'],
    ['back', 'server back-1.example.net'],
  ]);
});

test('where discovery has no answer for a group, a forced prime leaves it the pods that HAProxy has', async () => {
  await run([answer([one])]);
  const unknown = [answer([], { verdict: 'unavailable' })];
  await expect(run(unknown)).rejects.toThrow('sas/front');
  await run(unknown, { forced: true });
  expect(servers()).toEqual(['front-1.example.net [2001:db8::1]:80 id 1 check']);
});

describe('nothing is replaced', () => {
  test.each([
    [
      [answer([], { verdict: 'unavailable', detail: 'no leader' })],
      'discovery cannot be trusted for 1 of 1 groups: sas/front unavailable (no leader)',
    ],
    [[answer([], { verdict: 'missing' })], 'no pods for sas/front missing'],
    [[answer([one])], 'max_shrink_percent is 20: sas/front shrank from 2 to 1 pods'],
  ])('where discovery answers %j', async (answers, message) => {
    await run([answer([one, two])]);
    const before = [read('haproxy.cfg'), read('primer.json')];
    await expect(run(answers, { flags: { max_shrink_percent: '20' } })).rejects.toThrow(message);
    expect([read('haproxy.cfg'), read('primer.json')]).toEqual(before);
  });

  test('for a generation older than one that a run has accepted, unless it is forced', async () => {
    const state = { version: 1, generations: { 'sas/front': '7' }, stale_runs: {}, last_refresh: null, intent: null };
    writeFileSync(path('state.json'), JSON.stringify(state));
    const old = [answer([one], { generation: '6' })];
    await expect(run(old)).rejects.toThrow('generation 6 is older than 7, accepted before');
    expect((await run(old, { forced: true })).notes).toHaveLength(1);
    expect(servers()).toHaveLength(1);
  });

  test('where the template is wrong: file, line and variable are named', async () => {
    writeFileSync(path('own.liquid'), 'global\n{{ haproxy_globl }}\n');
    write({ template: 'own.liquid' });
    await expect(run([answer([one])])).rejects.toThrow(`${path('own.liquid')}:2: undefined variable: haproxy_globl`);
  });

  test('where the check refuses: its words are shown as they are, the template’s line below', async () => {
    writeFileSync(
      path('own.liquid'),
      '{% for backend in backends %}\nbackend {{ backend.name }}\n  balancee x\n{% endfor %}\n',
    );
    write({
      template: 'own.liquid',
      check: 'echo "[ALERT] (1) : config : parsing [{file}:3] : unknown keyword \'balancee\'" >&2; exit 1; # {file}',
    });
    const refused = run([answer([one])]);
    await expect(refused).rejects.toThrow('is left as it is: the check of the new configuration exited with 1');
    await expect(refused).rejects.toHaveProperty(
      'shown',
      expect.stringMatching(
        /^\[ALERT\] \(1\) : config : parsing \[\/[^\n]*\/haproxy\.cfg:3\] : unknown keyword 'balancee'\n {4}\/[^\n]*own\.liquid:3: balancee x\n$/,
      ),
    );
  });

  test('where a pod has no port, or the address that is wanted', async () => {
    await expect(run([answer([pod('front-1', { port: null })])])).rejects.toThrow(
      'sas/front: the pod front-1.example.net has no port in discovery: give its group a port in the prime file',
    );
    write({ groups: [{ ...GROUP, address: 'ip4' }] });
    await expect(run([answer([one])])).rejects.toThrow(
      'sas/front: the pod front-1.example.net has no ip4 in discovery',
    );
  });

  test.each([
    ['is missing', 'gone.liquid', ': no such file or folder: correct it, or leave template out for the one that ships'],
    ['is a folder', '.', ': is a folder, not a file: correct it, or leave template out for the one that ships'],
  ])('where the template %s: its line in the prime file is named', async (_what, template, message) => {
    writeFileSync(
      path('prime.yaml'),
      `groups:\n  - ${JSON.stringify(GROUP)}\nhaproxy_config: ${path('haproxy.cfg')}\ntemplate: ${template}\n`,
    );
    const refused = run([answer([one])]);
    await expect(refused).rejects.toThrow(`${path('prime.yaml')}:4: template: ${join(folder, template)}${message}`);
    await expect(refused).rejects.toBeInstanceOf(ConfigError);
  });

  test.each([
    ['no/haproxy.cfg', 'the folder PLACE/no does not exist: make it, or correct the path'],
    ['watcher.yaml/haproxy.cfg', 'PLACE/watcher.yaml is no folder: correct the path'],
    ['', 'PLACE is a folder: expected the path of a file'],
    ['prime.yaml', 'PLACE/prime.yaml is also prime_file: each needs a file of its own'],
    ['primer.json', 'PLACE/primer.json is also primer_json_file: each needs a file of its own'],
    ['./state.json', 'PLACE/./state.json is also state_file: each needs a file of its own'],
    ['watcher.yaml', 'PLACE/watcher.yaml is also the configuration: each needs a file of its own'],
    ['own.liquid', 'PLACE/own.liquid is also template: each needs a file of its own'],
  ])('where haproxy_config is %j', async (name, message) => {
    writeFileSync(path('own.liquid'), 'global\n');
    const before = read('watcher.yaml');
    write({ haproxy_config: name === '' ? folder : `${folder}/${name}`, template: 'own.liquid' });
    const refused = run([answer([one])]);
    await expect(refused).rejects.toThrow(
      `${path('prime.yaml')}:1: haproxy_config: ${message.replace('PLACE', folder)}`,
    );
    await expect(refused).rejects.toBeInstanceOf(ConfigError);
    expect(read('watcher.yaml')).toBe(before);
  });

  test.each([
    ['could not be started: nowhere is not there (install it, or give its whole path)', ['nowhere', '{file}']],
    ['exited with 1', ['false', '{file}']],
  ])('where the check %s, and it shows no empty line', async (end, check) => {
    write({ check });
    const refused = run([answer([one])]);
    const advice = `correct the template, the prime file or its check (${path('prime.yaml')}:1: check)`;
    await expect(refused).rejects.toThrow(`the check of the new configuration ${end}: ${advice}`);
    await expect(refused).rejects.toHaveProperty('shown', '');
  });

  test('where two groups of one backend contradict each other', async () => {
    const groups = [
      { ...GROUP, backend: 'b', mode: 'http' },
      { ...GROUP, cluster_name: 'vla', backend: 'b', mode: 'tcp' },
    ];
    write({ groups });
    await expect(run([answer([one]), answer([two], { cluster: 'vla' })])).rejects.toThrow(
      'mode: two groups of the backend b say different things: say it in one of them',
    );
  });
});

test('a check whose program others may change is not run', async () => {
  writeFileSync(path('check'), '#!/bin/sh\n');
  chmodSync(path('check'), 0o777);
  write({ check: [path('check'), '{file}'] });
  const problem = `${path('check')} may be written by every user: run chmod o-w ${path('check')}`;
  await expect(run([answer([pod('a')])])).rejects.toThrow(
    `prime.yaml:1: check: ${path('check')}: cannot be used: ${problem}`,
  );
  const allowed = await run([answer([pod('a')])], { flags: { allow_unsafe_files: 'true' } });
  expect(allowed.notes).toEqual([`${problem}; allow_unsafe_files lets ${path('check')} be used`]);
});

test('what HAProxy warns of is shown, with the template’s line, and replaced all the same', async () => {
  write({ check: 'echo "[WARNING] {file}:1: old"; test -s {file}' });
  const { text, shown } = await run([answer([one])]);
  expect(text).toMatch(/^replaced /);
  expect(shown).toMatch(/^\[WARNING\] \S+haproxy\.cfg:1: old\n {4}the template that ships:1: # Written by/);
  write({ check: 'echo Configuration file is valid; test -s {file}' });
  expect((await run([answer([one, two])])).shown).toBe('');
});

test.each([0, -1, 1.5, 2 ** 31, '1', null])('a place of number %j in the primer is none', async (slot) => {
  await run([answer([one])]);
  const primer = JSON.parse(read('primer.json'));
  primer.endpoint_sets[0].endpoints[0].slot = slot;
  writeFileSync(path('primer.json'), JSON.stringify(primer));
  await run([answer([one])]);
  expect(servers()).toEqual(['front-1.example.net [2001:db8::1]:80 id 1 check']);
});

test('a weight of 0 keeps a server without traffic, and is said', async () => {
  write({ groups: [{ ...GROUP, weight: 0, check: false }] });
  await run([answer([one])]);
  expect(servers()).toEqual(['front-1.example.net [2001:db8::1]:80 id 1 weight 0']);
});

test('a port that discovery says is the pod’s, whatever its group says', async () => {
  write({ groups: [{ ...GROUP, port: 9_000 }] });
  await run([answer([one, pod('front-2', { port: null })])]);
  expect(servers()).toEqual([
    'front-1.example.net [2001:db8::1]:80 id 1 check',
    'front-2.example.net [2001:db8::1]:9000 id 2 check',
  ]);
});

test('the template that ships takes every option of a group', async () => {
  const options = {
    ...{
      backend: 'shop',
      port: 8080,
      weight: 5,
      maxconn: 100,
      backup: true,
      bind: ['127.0.0.1:81'],
      balance: 'leastconn',
    },
    ...{
      http_check: '/ping',
      backend_options: 'option http-keep-alive',
      server_options: 'slowstart 10s',
      address: 'name',
    },
    tls: { ca_file: '/etc/ssl/my ca.pem', sni: 'str(shop)', alpn: 'h2' },
  };
  write({ groups: [{ ...GROUP, ...options }], haproxy_extra: 'listen stats\n  bind 127.0.0.1:82\n' });
  await run([answer([pod('front-1', { port: null })])]);
  expect(servers()).toEqual([
    'front-1.example.net front-1.example.net:8080 id 1 check weight 5 maxconn 100 backup ssl verify required ca-file "/etc/ssl/my ca.pem" sni str(shop) alpn h2 slowstart 10s',
  ]);
  for (const line of [
    'listen stats',
    'frontend shop',
    '  bind 127.0.0.1:81',
    '  balance leastconn',
    '  option httpchk',
    '  option http-keep-alive',
  ])
    expect(read('haproxy.cfg').split('\n')).toContain(line);
});

test('who is in the way of a prime is named, also where it is none', async () => {
  const name = `watcher-prime:${createHash('sha256').update(path('haproxy.cfg')).digest('hex')}`;
  const claim = await bindName(name);
  onTestFinished(async () => void (await claim?.release()));
  const refused = () => run([]).catch(({ message }: Error) => message);
  expect(await refused()).toContain(`another watcher prime (pid ${process.pid}) is at work on it`);
  vi.mocked(ownerOfName).mockReturnValueOnce({ kind: 'stranger', pid: 4711, uid: 65_534 });
  expect(await refused()).toMatch(
    /the abstract socket @watcher-prime:\w+, is taken by pid 4711, .*uid 65534.*; end that/,
  );
  vi.mocked(ownerOfName).mockReturnValueOnce({ kind: 'unknown' });
  expect(await refused()).toContain('run it as root to see which');
});
