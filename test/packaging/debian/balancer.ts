import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { endpointSetsOf } from '../../../src/sandbox/pods.ts';
import { sandboxToken } from '../../../src/sandbox/serve.ts';
import { until } from '../../support/until.ts';
import { type Answers, nodeWithPackage, writeToken } from './installed.ts';
import type { Node, Started } from './node.ts';

/** A node with the package and everything around it that its configuration takes for granted, so that nothing in it need be changed. */
export interface Balancer {
  readonly node: Node;
  /** What systemctl was asked to do, in order. */
  readonly asked: () => readonly string[];
  readonly log: () => string;
}

export const LOG = '/var/log/yandex/market/watcher/watcher.log';
/** While this file exists, a refresh does not end. */
export const HELD = '/tmp/held';

const sandbox = join(import.meta.dirname, '..', '..', '..', 'dist', 'sandbox.cjs');

/** Plays systemd's: remembers what it is asked for, and knows of a timer what the files `timer-is-…` say. */
const SYSTEMCTL = `#!/bin/sh
echo "$*" >>/tmp/asked
case "$*" in
*is-enabled*|*is-active*) for word; do if [ -e "/tmp/timer-$word" ]; then exit 0; fi; done; exit 1 ;;
reload*) while [ -e ${HELD} ]; do sleep 0.1; done; echo done >>/tmp/asked ;;
esac
`;

/** Starts a balancer node of mslb in testing whose HAProxy knows one pod too few, with a YT and a YP.SD in its hosts file. */
export async function startBalancer(answers: Answers = {}): Promise<Balancer> {
  const node = await nodeWithPackage(answers);
  await node.write('/etc/hosts', '127.0.0.1 localhost sd.yandex.net locke.yt.yandex-team.ru\n');
  await writeToken(node);
  await node.write('/usr/bin/systemctl', SYSTEMCTL);
  await node.ok('chmod 755 /usr/bin/systemctl; touch /tmp/asked');
  await setPrimer(node, 1);
  copyFileSync(sandbox, node.path('/tmp/sandbox.cjs'));
  const servers = node.start('exec node /tmp/sandbox.cjs serve --lock-port 80 --source-port 8080');
  await until('the servers of the sandbox', () => servers.printed().includes('Ctrl-C'));
  return {
    node,
    asked: () => node.read('/tmp/asked').split('\n').filter(Boolean),
    log: () => node.read(LOG),
  };
}

/** Says how many pods HAProxy was configured with in `sas`; discovery knows two. */
export async function setPrimer(node: Node, sas: number): Promise<void> {
  const primer = JSON.stringify({ endpoint_sets: endpointSetsOf({ sas, vla: 2 }) });
  await node.write('/var/lib/yandex/market/haproxy/endpoints/yp.json', primer);
}

/** Starts a run, and waits until it is in the middle of its refresh; it goes on when `HELD` is removed. */
export async function startHeldRun({ node, asked }: Balancer): Promise<Started> {
  await node.ok(`touch ${HELD}`);
  const run = node.start('exec watcher --detailed_exitcode');
  await until('the refresh', () => asked().includes('reload haproxy'));
  return run;
}

/** Takes the node's cluster lock in another node's name, as soon as its servers know the path. Answers how to give it back. */
export async function takeClusterLock(node: Node): Promise<() => Promise<unknown>> {
  const path = '//home/market_sre/watcher/testing/mslb';
  const create = `{"path":"${path}","type":"map_node","recursive":true,"ignore_existing":true}`;
  await askYt(node, 'create', create);
  const transaction = await askYt(node, 'start_transaction', '{"timeout":600000}');
  const id = /[0-9a-f]+(?:-[0-9a-f]+){3}/.exec(transaction)![0];
  await askYt(node, 'lock', `{"path":"${path}","transaction_id":"${id}"}`);
  return () => askYt(node, 'abort_transaction', `{"transaction_id":"${id}"}`);
}

function askYt(node: Node, command: string, body: string): Promise<string> {
  const type = 'application/json';
  const headers = { Authorization: `OAuth ${sandboxToken}`, 'Content-Type': type, Accept: type };
  const request = `fetch('http://127.0.0.1/api/v4/${command}', ${JSON.stringify({ method: 'POST', headers, body })})`;
  const script = `${request}.then(async (it) => console.log(it.status, await it.text()))`;
  return node.ok('node -e "$SCRIPT" | grep "^200"', { env: { SCRIPT: script } });
}
