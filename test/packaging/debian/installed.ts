import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sandboxToken } from '../../../src/sandbox/serve.ts';
import { loadSettings } from '../../../src/settings/load-settings.ts';
import type { Ended } from '../../support/built-program.ts';
import { madeOnceBy } from '../../support/made-once.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { dpkgInstall, NAME, quickDeb } from './built-deb.ts';
import { type Node, startNode } from './node.ts';

export const FOLDER = '/etc/yandex/market-watcher';
export const CONFIG = `${FOLDER}/watcher.yaml`;
export const TEMPLATE = `${FOLDER}/watcher.tmpl`;
export const CLUSTER_FILE = `${FOLDER}/cluster`;
export const ENVIRONMENT_FILE = '/etc/yandex/environment.type';

/** Who says which environment and cluster a node belongs to. */
export interface Answers {
  readonly debconf?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly environmentFile?: string;
  readonly clusterFile?: string;
  readonly hostName?: string;
}

/** A node of the cluster mslb in testing, as its files say, with the package installed. */
export async function nodeWithPackage(answers: Answers = {}, deb = quickDeb()): Promise<Node> {
  const hash = createHash('sha256')
    .update(JSON.stringify([answers, deb]))
    .digest('hex');
  const installed = await madeOnceBy(`installed-${hash.slice(0, 12)}`, async (draft) => {
    const node = await startNode(answers.hostName);
    const all = { environmentFile: 'testing', clusterFile: 'mslb', ...answers };
    const { code, stderr } = await installOn(node, all, deb);
    if (code !== 0) throw new Error(`the package cannot be installed:\n${stderr}`);
    node.keep(draft);
  });
  return startNode(answers.hostName, installed);
}

/** Installs the package, or upgrades to it, where these answers can be found. */
export async function installOn(node: Node, answers: Answers, deb = quickDeb(), umask = '022'): Promise<Ended> {
  const { debconf = {}, environmentFile, clusterFile, env } = answers;
  const lines = Object.entries(debconf).map(([question, value]) => `${NAME} ${NAME}/${question} string ${value}\n`);
  if (lines.length > 0)
    await node.ok('printf %s "$ANSWERS" | debconf-set-selections', { env: { ANSWERS: lines.join('') } });
  if (environmentFile !== undefined) await node.write(ENVIRONMENT_FILE, `${environmentFile}\n`);
  if (clusterFile !== undefined) await node.write(CLUSTER_FILE, `${clusterFile}\n`);
  return node.sh(`umask ${umask}; ${dpkgInstall(node, deb)}`, { env: env ?? {} });
}

/** Without a token no run gets further than to say so. */
export async function writeToken(node: Node): Promise<void> {
  await node.write('/etc/datasources/yt_token.sh', `export YT_TOKEN=${sandboxToken}\n`);
  await node.ok('chmod 600 /etc/datasources/yt_token.sh');
}

export function reconfigure(node: Node, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return node.sh(`dpkg-reconfigure ${NAME} </dev/null`, { env });
}

/** What the package said, line by line; dpkg's own words are left out. */
export function saidBy({ stderr }: Ended): readonly string[] {
  return stderr.split('\n').filter((line) => line.startsWith(`${NAME}:`));
}

/** The lock of the node, as its program shows it: value and origin. */
export async function shownLock(node: Node): Promise<{ value: string; origin: string }> {
  const values: { key: string; value: string; origin: string }[] = JSON.parse(await node.ok('watcher config --json'));
  const { value, origin } = values.find(({ key }) => key === 'yt_path')!;
  return { value, origin };
}

/** The lock of the node, as its configuration is read here, which takes less time. */
export async function lockOf(node: Node): Promise<string> {
  const copy = join(tempFolder(), 'watcher.yaml');
  writeFileSync(copy, await node.ok(`cat ${CONFIG}`));
  const { values } = await loadSettings({ config: copy }, {}, '/');
  return values.find(({ key }) => key === 'yt_path')!.value;
}

/** The state that dpkg has the package in: `installed`, `config-files`, … */
export async function stateOf(node: Node): Promise<string> {
  return (await node.sh(`dpkg-query --show --showformat '\${db:Status-Status}' ${NAME}`)).stdout;
}
