/**
 * Goal: every file that the package leaves on a node has the owner and the mode that are stated here, and no other.
 * Method: the tree after the installation and a run, less the tree before, is compared with the table.
 */
import { expect } from 'vitest';
import { testBesideOthers } from '../../support/current-test.ts';
import { builtDeb } from './built-deb.ts';
import { asCron, REBOOT } from './crontab.ts';
import { installOn, nodeWithPackage, writeToken } from './installed.ts';
import { type Node, startNode } from './node.ts';
import { snapshot } from './snapshot.ts';

const FILE = 'f 644 root:root';
const SCRIPT = 'f 755 root:root';
const FOLDER = 'd 755 root:root';

/** Everything but the documents. */
const STATED: Readonly<Record<string, string>> = {
  '/etc/cron.d/yandex-market-watcher': FILE,
  '/etc/logrotate.d/yandex-market-watcher': FILE,
  '/etc/yandex': FOLDER,
  '/etc/yandex/environment.type': FILE,
  '/etc/yandex/market-watcher': FOLDER,
  '/etc/yandex/market-watcher/cluster': FILE,
  '/etc/yandex/market-watcher/watcher.tmpl': FILE,
  '/etc/yandex/market-watcher/watcher.yaml': FILE,
  '/run/yandex-market-watcher': FOLDER,
  '/usr/bin/watcher': 'l 777 root:root ../lib/yandex-market-watcher/start.cjs',
  '/usr/lib/systemd/system/yandex-market-watcher.service': FILE,
  '/usr/lib/systemd/system/yandex-market-watcher.timer': FILE,
  '/usr/lib/tmpfiles.d/yandex-market-watcher.conf': FILE,
  '/usr/lib/yandex-market-watcher': FOLDER,
  '/usr/lib/yandex-market-watcher/graph-page.css': FILE,
  '/usr/lib/yandex-market-watcher/graph-page.js': FILE,
  '/usr/lib/yandex-market-watcher/graph.cjs': FILE,
  '/usr/lib/yandex-market-watcher/make-code-cache.cjs': FILE,
  '/usr/lib/yandex-market-watcher/prime.cjs': FILE,
  '/usr/lib/yandex-market-watcher/splay': SCRIPT,
  '/usr/lib/yandex-market-watcher/start.cjs': SCRIPT,
  '/usr/lib/yandex-market-watcher/watcher.cjs': SCRIPT,
  '/usr/lib/yandex-market-watcher/watcher.cjs.CACHE': FILE,
  '/usr/share/bash-completion/completions/watcher': FILE,
  '/usr/share/fish/vendor_completions.d': FOLDER,
  '/usr/share/fish/vendor_completions.d/watcher.fish': FILE,
  '/usr/share/man/man8/watcher.8.gz': FILE,
  '/usr/share/zsh/vendor-completions/_watcher': FILE,
  '/var/lib/yandex': FOLDER,
  '/var/lib/yandex/market-watcher': FOLDER,
  '/var/log/yandex': FOLDER,
  '/var/log/yandex/market': FOLDER,
  '/var/log/yandex/market/watcher': 'd 750 root:adm',
  '/var/log/yandex/market/watcher/watcher.log': 'f 640 root:adm',
};

/** What a run adds. */
const OF_A_RUN: Readonly<Record<string, string>> = {
  '/var/lib/yandex/market-watcher/recordings': 'd 700 root:root',
  '/var/lib/yandex/market-watcher/recordings/RUN.jsonl': 'f 600 root:root',
  '/var/lib/yandex/market-watcher/state.json': FILE,
  '/var/lib/yandex/market-watcher/stats.json': FILE,
};

const DOCUMENTS = '/usr/share/doc/yandex-market-watcher';
const BOOKKEEPING = /^\/(var\/(cache|lib\/(dpkg|ucf))(\/|$)|var\/log\/(dpkg|ucf)\.log$)/;

testBesideOthers('after an installation, whatever the umask', async () => {
  for (const umask of ['022', '077']) {
    const { files, documents } = await added(umask, async () => {});
    expect(files).toEqual(STATED);
    expect(documents.length).toBeGreaterThan(10);
    for (const [path, fact] of documents) {
      const isExample = path.startsWith(`${DOCUMENTS}/examples/`);
      expect(isExample ? [FILE, FOLDER, SCRIPT] : [FILE, FOLDER], path).toContain(fact);
    }
  }
});

testBesideOthers('after a run, whatever the umask', async () => {
  const { files } = await added('022', async (node) => void (await node.sh('umask 077; watcher')));
  expect(files).toEqual({ ...STATED, ...OF_A_RUN });
});

testBesideOthers('after a restart of the node, with systemd and without', async () => {
  const node = await nodeWithPackage();
  const modeOf = () => node.ok('stat -c "%F %a %U:%G" /run/yandex-market-watcher');
  const before = await modeOf();
  await node.ok('rmdir /run/yandex-market-watcher; systemd-tmpfiles --create yandex-market-watcher.conf');
  expect(await modeOf()).toBe(before);
  await node.ok('rmdir /run/yandex-market-watcher');
  expect(await node.sh(asCron(node, REBOOT))).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
  expect(await modeOf()).toBe(before);
});

interface Added {
  readonly files: Readonly<Record<string, string>>;
  readonly documents: readonly (readonly [path: string, fact: string])[];
}

/** What an installation and something else leave behind, with kind, mode and owner. */
async function added(umask: string, act: (node: Node) => Promise<void>): Promise<Added> {
  const node = await startNode();
  await writeToken(node);
  const before = await snapshot(node);
  await installOn(node, { environmentFile: 'testing', clusterFile: 'mslb' }, builtDeb(), umask);
  await act(node);
  const after = [...(await snapshot(node))].filter(([path, fact]) => before.get(path) !== fact);
  const all = after
    .filter(([path]) => !BOOKKEEPING.test(path))
    .map(
      ([path, fact]) =>
        [
          path.replace(/[^/]+\.jsonl$/, 'RUN.jsonl').replace(/cjs\..*cache$/, 'cjs.CACHE'),
          fact.replace(/ \d+ \d+$/, ''),
        ] as const,
    );
  const isDocument = ([path]: readonly [string, string]) => path.startsWith(DOCUMENTS);
  return { files: Object.fromEntries(all.filter((it) => !isDocument(it))), documents: all.filter(isDocument) };
}
