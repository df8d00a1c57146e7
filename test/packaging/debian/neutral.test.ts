/**
 * Goal: the package for everyone else has the same program and scripts, nothing of Yandex, and leaves nothing behind.
 * Method: it is looked through word by word, and lives once on a node, from its installation to its purge.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeEach, expect, test } from 'vitest';
import { testBesideOthers } from '../../support/current-test.ts';
import { needs } from '../../support/needs.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { builtDeb, dpkgInstall } from './built-deb.ts';
import { checkout } from './checkout.ts';
import { startNode } from './node.ts';
import { differences, ours, snapshot } from './snapshot.ts';

const NAME = 'haproxy-watcher';
const CONFIG = '/etc/haproxy-watcher/watcher.yaml';

beforeEach(() => needs('dpkg-deb'));

test('nothing in it speaks of Yandex, except that it conflicts with the other package', () => {
  const tree = join(tempFolder(), 'tree');
  execFileSync('dpkg-deb', ['--raw-extract', builtDeb('neutral'), tree]);
  const files = (readdirSync(tree, { recursive: true }) as string[]).filter((name) =>
    statSync(join(tree, name)).isFile(),
  );
  expect(files.filter((name) => /yandex|market/i.test(name))).toEqual([]);
  const lines = files.flatMap((name) => {
    const content = readFileSync(join(tree, name));
    const text = (name.endsWith('.gz') ? gunzipSync(content) : content).toString('utf8');
    return text
      .split('\n')
      .flatMap((line) => (/yandex|market_sre|mslb|locke\./i.test(line) ? [`${name}: ${line}`] : []));
  });
  expect(lines).toEqual(['DEBIAN/control: Conflicts: yandex-market-watcher']);

  const man = gunzipSync(readFileSync(join(tree, 'usr/share/man/man8/watcher.8.gz'))).toString('utf8');
  const page = readFileSync(join(tree, `usr/share/doc/${NAME}/configuration.md`), 'utf8');
  for (const [key, value] of [
    ['source', 'file'],
    ['lock', 'etcd'],
  ] as const) {
    expect(man).toMatch(new RegExp(`^\\\\fB.*${key}\\\\fR .*\\n.*\\n\\.br\\nDefault: \\\\fB${value}\\\\fR$`, 'm'));
    expect(page).toMatch(new RegExp(`^\\| \`${key}\` \\|.*\\| \`${value}\` \\|`, 'm'));
  }
});

test('each of the two packages conflicts with the other', () => {
  const conflicts = (deb: string) =>
    execFileSync('dpkg-deb', ['--field', deb, 'Conflicts'], { encoding: 'utf8' }).trim();
  expect(conflicts(builtDeb())).toBe(NAME);
  expect(conflicts(builtDeb('neutral'))).toBe('yandex-market-watcher');
});

test('lintian finds no fault', () => {
  needs('lintian');
  const args = ['--fail-on', 'error,warning', builtDeb('neutral')];
  const { status, stdout } = spawnSync('lintian', args, { encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
});

test.each([
  [['--flavour', 'sour'], 'deb: --flavour: "sour" is none: expected yandex or neutral\n'],
  [['--flavour', 'toString'], 'deb: --flavour: "toString" is none: expected yandex or neutral\n'],
])('%j is none', (args, line) => {
  expect(checkout().build(args)).toMatchObject({ status: 1, stdout: '', stderr: line });
});

const PODS = ['web-1', 'web-2'].map((id) => ({ id, fqdn: `${id}.example.net`, port: 80 }));
const setsOf = (endpoints: readonly object[]) =>
  JSON.stringify({ endpoint_sets: [{ cluster_name: 'x', endpoint_set_id: 'web', endpoints }] });

testBesideOthers('it is installed, runs, keeps the other package out, and leaves nothing', async () => {
  const node = await startNode('weblb01');
  const before = await snapshot(node);
  await node.ok(`echo '${NAME} ${NAME}/env-type string testing' | debconf-set-selections`);
  const installed = await node.sh(dpkgInstall(node, builtDeb('neutral')));
  expect(installed.stderr).toContain(`${NAME}: lock_name is now watcher/testing.weblb`.replace(' now', ''));
  expect(installed.code).toBe(0);
  expect(await node.ok('watcher config')).toMatch(/^lock_name +watcher\/testing\.weblb +/m);

  await node.write('/etc/haproxy-watcher/discovery.json', setsOf(PODS));
  await node.write('/var/lib/haproxy-watcher/primer.json', setsOf(PODS.slice(1)));
  await node.ok(`sed -i 's/^lock: .*/lock: file/' ${CONFIG}`);
  const refresh =
    "haproxy_refresh_command: 'cp /etc/haproxy-watcher/discovery.json /var/lib/haproxy-watcher/primer.json'";
  await node.ok(`printf '%s\\n' 'haproxy_refresh_delay: 0s' "${refresh}" >>${CONFIG}`);
  // As cron has it, whatever the hour.
  const line = /^\*\/5 \S+ \S+ \S+ \S+ root (.*)$/m.exec(node.read(`/etc/cron.d/${NAME}`))![1]!;
  const run = line.replace(/sleep "[^;]*"; /, '');
  expect(await node.sh(run)).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
  expect(node.read('/var/log/haproxy-watcher/watcher.log')).toContain('outcome=refreshed');
  expect(await node.sh('watcher --detailed_exitcode')).toMatchObject({ code: 11 });
  await node.ok(`logrotate --state /run/rotation --force /etc/logrotate.d/${NAME} && rm /run/rotation`);

  const other = await node.sh(dpkgInstall(node));
  expect(other.code).not.toBe(0);
  expect(other.stderr).toContain('conflicting packages');
  expect((await node.sh(`dpkg-query --show --showformat '\${db:Status-Status}' ${NAME}`)).stdout).toBe('installed');

  await node.ok(`rm /etc/haproxy-watcher/discovery.json; dpkg --purge ${NAME}`);
  expect(ours(differences(before, await snapshot(node)))).toEqual([]);
});
